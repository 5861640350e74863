/** Many posts at once: what is selected, the bar that counts it, and the one order for all of it. */

import { gettext } from "../tongue.js";
import { markOf } from "./card.js";
import { press } from "./hall.js";
import { Selection } from "./selection.js";
import { write } from "./strokes.js";

/** @typedef {import("./words.js").Verb} Verb */

const NOTHING = gettext("Nothing is selected.");

export class Many {
  #selection = new Selection();

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.bar
   * @param {import("./column.js").Column} parts.column
   * @param {import("./decisions.js").Decisions} parts.decisions
   * @param {import("./foot.js").Foot} parts.foot
   * @param {import("./claims.js").Claims} parts.claims
   */
  constructor({ bar, column, decisions, foot, claims }) {
    this.#parts = { bar, column, decisions, foot, claims };
  }

  #parts;

  get size() {
    return this.#selection.size;
  }

  get bar() {
    return this.#parts.bar;
  }

  /** @param {string | null} key of a post that is selected, or left out again */
  toggle(key) {
    const card = this.#parts.column.card(key);
    if (!card) return;
    this.#selection.toggle(markOf(card));
    this.#tell();
  }

  /** @param {string | null} key of the post up to which all are selected, from the last one that was touched */
  extend(key) {
    const { column } = this.#parts;
    if (key === null) return;
    this.#selection.extend(this.#marks(column.keys), key);
    this.#tell();
  }

  clear() {
    this.#selection.clear();
    this.#show();
  }

  /**
   * Decides on everything that is selected, but for what others have in hand.
   * @param {Verb} verb
   * @param {string} [reason]
   */
  decide(verb, reason) {
    const { decisions, foot, claims } = this.#parts;
    if (this.size === 0) return foot.say([`${NOTHING} `, { command: "select", words: gettext("selects.") }], "outbox");
    if (decisions.refuses()) return;
    const wanted = this.#selection.marks;
    const skipped = wanted.map(({ key }) => claims.holderOf(key)).filter((holder) => holder !== undefined);
    const free = wanted.filter(({ key }) => claims.holderOf(key) === undefined);
    this.clear();
    return decisions.makeAll(verb, free, { reason, skipped });
  }

  /**
   * A card is new, or has new markup, be it in the page or not: what was selected as something else is selected no longer.
   * @param {HTMLElement} card
   */
  follow(card) {
    if (this.#selection.hear(markOf(card))) {
      this.#parts.foot.say([gettext("A selected post was changed just now. It is selected no longer.")], "outbox");
      this.#show();
    } else this.#mark(card);
  }

  /** What is in the column has changed. What merely slid out of its window is still selected. */
  prune() {
    const before = this.size;
    if (before === 0) return;
    const { column } = this.#parts;
    const shown = new Set(column.keys);
    this.#selection.prune((key) => shown.has(key) || column.slidAway.has(key));
    if (this.size !== before) this.#show();
  }

  /** @param {readonly string[]} keys */
  #marks(keys) {
    const cards = keys.map((key) => this.#parts.column.card(key));
    return cards.filter((card) => card !== undefined).map(markOf);
  }

  #tell() {
    const { foot } = this.#parts;
    this.#show();
    if (this.size === 0) return foot.say([NOTHING], "queued");
    const said = gettext("%(num)s selected.", { num: this.size });
    foot.say(
      [
        `${said} `,
        { command: "approveAll", words: gettext("approves,") },
        { command: "rejectAll", words: gettext("rejects them.") },
      ],
      "queued",
    );
  }

  #show() {
    const { bar, column } = this.#parts;
    for (const card of column.cards) this.#mark(card);
    bar.hidden = this.size === 0;
    for (const place of bar.querySelectorAll(".num")) write(place, String(this.size));
  }

  /** @param {HTMLElement} card */
  #mark(card) {
    const { key } = markOf(card);
    const isSelected = this.#selection.has(key);
    press(card.querySelector("[data-select]"), isSelected);
    if ((card.dataset.selected !== undefined) === isSelected) return;
    card.toggleAttribute("data-selected", isSelected);
    card.querySelector(".selected")?.remove();
    card.setAttribute("aria-labelledby", isSelected ? `by-${key} sel-${key}` : `by-${key}`);
    if (!isSelected) return;
    const note = document.createElement("span");
    note.className = "selected";
    note.id = `sel-${key}`;
    note.textContent = gettext("Selected");
    card.querySelector(".post-who")?.append(note);
  }
}
