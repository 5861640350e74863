/** Lines to the stage of the hall that is looked at: written here, and who took note of each. */

import { gettext, inTongue } from "../tongue.js";
import { clone, fill } from "./strokes.js";

/**
 * @typedef {object} Line as /api/halls/HALL/messages tells of one
 * @property {string} id
 * @property {string} by
 * @property {string} text
 * @property {string} at
 * @property {string} got_by
 * @property {string | null} got_at
 */

const DEADLINE_MS = 8000;
const SHOWN = 5;

export class StageLines {
  /**
   * @param {object} parts
   * @param {HTMLDetailsElement} parts.place
   * @param {HTMLTemplateElement} parts.entry
   * @param {import("./hall.js").Hall} parts.hall
   * @param {import("./foot.js").Foot} parts.foot
   * @param {import("./rights.js").Rights} parts.rights
   * @param {string} parts.zone
   */
  constructor({ place, entry, hall, foot, rights, zone }) {
    this.#parts = { place, entry, hall, foot, rights, zone };
    this.#field = /** @type {HTMLInputElement} */ (place.querySelector("input"));
  }

  #parts;
  #field;

  listen() {
    const { place, rights } = this.#parts;
    const form = /** @type {HTMLFormElement} */ (place.querySelector("form"));
    form.hidden = !rights.may("message");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") this.#field.blur();
    });
    place.addEventListener("toggle", () => this.look());
  }

  /** Opens the form and puts the keyboard into it. */
  open() {
    const { place, rights, foot } = this.#parts;
    if (!rights.may("message")) return foot.say([rights.refusal("message")], "outbox");
    place.open = true;
    this.#field.focus();
  }

  /** Reads again what was sent, and who took note of it. */
  async look() {
    const { place, entry, hall, zone } = this.#parts;
    const view = /** @type {HTMLAnchorElement} */ (place.querySelector("#speaker-view"));
    view.href = `/speaker/${encodeURIComponent(hall.slug)}`;
    const response = await fetch(this.#address, { signal: AbortSignal.timeout(DEADLINE_MS) });
    if (!response.ok) return;
    const lines = /** @type {Line[]} */ ((await response.json()).messages);
    const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
    const waiting = lines.filter(({ got_at }) => !got_at).length;
    fill(place, "#lines-said", waiting ? gettext("%(num)s not seen yet", { num: waiting }) : "");
    const list = /** @type {HTMLElement} */ (place.querySelector("ul"));
    list.replaceChildren(
      ...lines.slice(0, SHOWN).map(({ text, by, at, got_by, got_at }) => {
        const row = clone(entry);
        fill(row, ".what", text);
        const sent = `${by}, ${time.format(new Date(at))}`;
        const got = got_at ? `${got_by}, ${time.format(new Date(got_at))}` : "";
        const said = got
          ? gettext("%(sent)s. Got it: %(got)s", { sent, got })
          : gettext("%(sent)s. Not seen yet", { sent });
        fill(row, ".got", said);
        row.toggleAttribute("data-got", got_at !== null);
        return row;
      }),
    );
  }

  get #address() {
    return `/api/halls/${encodeURIComponent(this.#parts.hall.slug)}/messages`;
  }

  async #send() {
    const { foot, hall } = this.#parts;
    try {
      const response = await fetch(inTongue(this.#address), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ text: this.#field.value }),
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      if (!response.ok) return foot.say([(await response.json()).error?.message ?? ""], "outbox");
      this.#field.value = "";
      foot.say([gettext("Sent to the stage of %(hall)s.", { hall: hall.names.get(hall.slug) ?? "" })], "shown");
      await this.look();
    } catch {
      foot.say([gettext("Not sent: the desk did not answer.")], "outbox");
    }
  }
}
