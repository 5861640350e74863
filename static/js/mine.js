/** One's own posts: what still waits on this phone, and what became of the others. */

import { gettext, inTongue } from "./tongue.js";
import { fragment } from "./trusted.js";

/**
 * @typedef {import("./outbox.js").Outbox} Outbox
 * @typedef {import("./outbox.js").Draft} Draft
 */

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** The section `#mine`. */
export class Mine {
  #posts = byId("posts");
  #listed = this.#posts.innerHTML;

  /**
   * @param {Outbox} outbox
   * @param {object} around
   * @param {(draft: Draft) => void} around.change puts a refused draft back into the form
   * @param {(ms: number) => string} around.clock
   * @param {() => void} around.onShown
   */
  constructor(outbox, { change, clock, onShown }) {
    this.#outbox = outbox;
    this.#change = change;
    this.#clock = clock;
    this.#onShown = onShown;
    this.#posts.addEventListener("submit", (event) => this.#takeBack(event));
  }

  #outbox;
  #change;
  #clock;
  #onShown;

  /** Whether a post of one's own waits for the desk. */
  get waits() {
    return this.#waiting > 0;
  }

  get #waiting() {
    return this.#posts.querySelectorAll("[data-status=queued], [data-status=held]").length;
  }

  /** @param {string} key */
  has(key) {
    return Boolean(this.#posts.querySelector(`:scope > [data-key="${CSS.escape(key)}"]`));
  }

  showOutbox() {
    byId("outbox").replaceChildren(...[...this.#outbox.drafts].reverse().map((draft) => this.#unsent(draft)));
    this.#count();
    this.#onShown();
  }

  /** Takes one's own posts from the server anew; nothing is cleared before the new ones are here. */
  async refresh() {
    try {
      const response = await fetch(inTongue("/?tab=mine"), { headers: { Accept: "text/html" } });
      const list = response.ok && fragment(await response.text()).getElementById("posts");
      if (!list) return;
      // Compared with what was listed last, not with the page: there a card may have been opened since.
      if (list.innerHTML !== this.#listed) {
        this.#listed = list.innerHTML;
        this.#posts.replaceChildren(...list.children);
      }
      this.#count();
    } catch {
      // No connection: what is there stays, and the next round tries again.
    }
  }

  /** @param {Draft} draft */
  #unsent(draft) {
    const template = /** @type {HTMLTemplateElement} */ (byId("unsent"));
    const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    const card = /** @type {HTMLElement} */ (copy.firstElementChild);
    /** @param {string} selector */
    const part = (selector) => /** @type {HTMLElement} */ (card.querySelector(selector));
    part("time").textContent = this.#clock(draft.at);
    part(".post-text").textContent = draft.text;
    if (draft.refusal) part("b").textContent = gettext("Not sent");
    else if (this.#outbox.pause) part("b").textContent = gettext("Waiting a moment");
    const note = draft.refusal || this.#outbox.pause;
    if (note) part(".note").textContent = note;
    part("[data-change]").hidden = !draft.refusal;
    part("[data-change]").addEventListener("click", () => this.#change(draft));
    part("[data-discard]").addEventListener("click", () => {
      this.#outbox.discard(draft.idem);
      this.showOutbox();
    });
    return card;
  }

  /** @param {SubmitEvent} event of the form of a card */
  async #takeBack(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const note = /** @type {HTMLElement} */ (form.querySelector(".note"));
    const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
    button.disabled = true;
    try {
      const response = await fetch(inTongue(form.action), { method: "POST", headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error((await response.json()).error.message);
      await this.refresh();
      byId("sent").textContent = gettext("Taken back. Nothing of it is kept.");
    } catch (error) {
      note.textContent =
        error instanceof TypeError
          ? gettext("No connection. Nothing has changed yet.")
          : /** @type {Error} */ (error).message;
      button.disabled = false;
    }
  }

  #count() {
    const waiting = this.#outbox.drafts.length + this.#waiting;
    const badge = document.getElementById("waiting");
    if (!badge) return; // a kiosk has no such tab
    badge.hidden = waiting === 0;
    /** @type {ChildNode} */ (badge.firstChild).textContent = String(waiting);
  }
}
