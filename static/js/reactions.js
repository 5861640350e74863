/** Reactions: a word at a time, once a second at most, and the totals of everybody. */

const PAUSE_MS = 1000;
const PLACE = "backchannel.hall";

/** @typedef {import("./feed.js").Totals} Totals */

/** The form `#react`, where the page has one. */
export class Reactions {
  #form = document.getElementById("react");
  #hall = /** @type {HTMLSelectElement | HTMLInputElement | null} */ (document.getElementById("react-hall"));
  /** @type {Totals} */
  #totals = JSON.parse(this.#form?.dataset.totals ?? "{}");
  #freeAtMs = 0;

  /** @param {Pick<Storage, "getItem" | "setItem"> | null} shelf where the phone keeps which hall it is in */
  constructor(shelf) {
    const [form, hall] = [this.#form, this.#hall];
    if (!form || !hall) return;
    const kept = shelf?.getItem(PLACE);
    if (kept && kept in this.#totals && !new URL(location.href).searchParams.has("hall")) hall.value = kept;
    hall.addEventListener("change", () => {
      shelf?.setItem(PLACE, hall.value);
      this.#show();
    });
    form.addEventListener("submit", (event) => this.#send(event));
    this.#show();
  }

  /** @param {Totals} totals */
  take(totals) {
    this.#totals = totals;
    this.#show();
  }

  #show() {
    const totals = this.#totals[this.#hall?.value ?? ""] ?? {};
    for (const button of this.#form?.querySelectorAll("button") ?? []) {
      const number = button.querySelector("b");
      if (number) number.textContent = String(totals[button.value] || "");
    }
  }

  /** @param {SubmitEvent} event */
  async #send(event) {
    event.preventDefault();
    const button = /** @type {HTMLButtonElement} */ (event.submitter);
    if (Date.now() < this.#freeAtMs) return; // who drums on it has said it
    this.#freeAtMs = Date.now() + PAUSE_MS;
    button.toggleAttribute("data-sent", true);
    setTimeout(() => button.toggleAttribute("data-sent", false), PAUSE_MS);
    const body = JSON.stringify({ word: button.value, hall: this.#hall?.value });
    const headers = { "Content-Type": "application/json", Accept: "application/json" };
    // A reaction that gets lost is none: it was about a moment that is over.
    await fetch("/reactions", { method: "POST", headers, body }).catch(() => {});
  }
}
