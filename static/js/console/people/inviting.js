/** The form that invites, and the link that it makes: shown once, to be copied or read by a phone. */

import { gettext } from "../../tongue.js";
import { roleWord } from "../rights.js";
import { write } from "../strokes.js";
import { clockWords } from "./words.js";

/** @typedef {import("./clerk.js").Made} Made */

export class Inviting {
  /**
   * @param {object} parts
   * @param {HTMLFormElement} parts.form
   * @param {HTMLElement} parts.said why nobody could be invited
   * @param {HTMLElement} parts.made where the link is shown
   * @param {import("../foot.js").Foot} parts.foot
   * @param {import("../ages.js").ServerClock} parts.clock
   * @param {string} parts.zone
   * @param {typeof import("./clerk.js").invite} parts.invite
   * @param {() => void} parts.onMade
   */
  constructor({ form, said, made, foot, clock, zone, invite, onMade }) {
    this.#parts = { form, said, made, foot, clock, zone, invite, onMade };
  }

  #parts;

  listen() {
    const { form, made } = this.#parts;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    made.querySelector("#copy")?.addEventListener("click", () => this.#copy());
    made.querySelector("#another")?.addEventListener("click", () => this.#another());
  }

  async #submit() {
    const { form, said, foot, invite, onMade } = this.#parts;
    const wanted = new FormData(form);
    const button = /** @type {HTMLButtonElement} */ (form.querySelector("button[type=submit]"));
    button.disabled = true;
    const { made, said: refusal } = await invite({
      name: String(wanted.get("name") ?? ""),
      role: String(wanted.get("role") ?? ""),
      hours: Number(wanted.get("hours")),
    });
    button.disabled = false;
    write(said, refusal);
    if (!made) return /** @type {HTMLElement | null} */ (form.querySelector("#name"))?.focus();
    form.reset();
    this.#show(made);
    foot.say([gettext("The link for %(name)s is made. It is shown only now.", { name: made.name })], "shown");
    onMade();
  }

  /** @param {Made} made */
  #show({ name, role, until, link, qr }) {
    const { made, clock, zone } = this.#parts;
    const title = /** @type {HTMLElement} */ (made.querySelector("h3"));
    const [day, time] = clockWords(until, clock.now(), zone);
    const when = day ? `${day}, ${time}` : time;
    write(title, gettext("For %(name)s, as %(role)s, until %(when)s", { name, role: roleWord(role), when }));
    /** @type {HTMLInputElement} */ (made.querySelector("input")).value = link;
    const drawing = /** @type {SVGElement} */ (made.querySelector(".qr"));
    drawing.setAttribute("viewBox", `0 0 ${qr.size} ${qr.size}`);
    drawing.querySelector("path")?.setAttribute("d", qr.path);
    this.#turn(true);
    title.focus();
  }

  /** The link goes out of sight for good. */
  #another() {
    const { form, made } = this.#parts;
    /** @type {HTMLInputElement} */ (made.querySelector("input")).value = "";
    made.querySelector("path")?.setAttribute("d", "");
    this.#turn(false);
    /** @type {HTMLElement | null} */ (form.querySelector("#name"))?.focus();
  }

  /** @param {boolean} isMade whether the link stands in the form's place */
  #turn(isMade) {
    const { form, made } = this.#parts;
    form.hidden = isMade;
    made.hidden = !isMade;
  }

  async #copy() {
    const { made, foot } = this.#parts;
    const field = /** @type {HTMLInputElement} */ (made.querySelector("input"));
    field.select();
    const isCopied = await copied(field.value);
    foot.say(
      [isCopied ? gettext("The link is copied.") : gettext("Copy the marked link yourself: this browser does not.")],
      isCopied ? "shown" : "outbox",
    );
  }
}

/**
 * Whether a text, which is marked, is on the clipboard now. Without TLS browsers only offer the old way.
 * @param {string} text
 */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}
