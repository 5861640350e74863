/** All rules in the order in which they are asked, the desk's own to be changed, and the one in hand. */

import { gettext } from "../../tongue.js";
import { clone, fill } from "../strokes.js";
import { bowlOf, conditionWords, originWords, untilWords, verdictWords } from "./words.js";

/**
 * @typedef {import("./book.js").Book} Book
 * @typedef {import("./book.js").Standing} Standing
 */

export class RuleList {
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();
  /** @type {string | null} */
  inHand = null;

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.place
   * @param {HTMLTemplateElement} parts.template
   * @param {import("../glass.js").Glass} parts.glass
   * @param {import("../ages.js").ServerClock} parts.clock
   * @param {string} parts.zone
   */
  constructor({ place, template, glass, clock, zone }) {
    this.#parts = { place, template, glass, clock, zone };
  }

  #parts;

  /**
   * Writes the rules anew; the one in hand stays in hand, and with it the focus.
   * @param {Book} book
   * @param {readonly import("./book.js").Condition[]} conditions
   */
  show(book, conditions) {
    const { place, template } = this.#parts;
    const focused = document.activeElement;
    const hadFocus = place.contains(focused);
    const act = focused instanceof HTMLElement ? focused.dataset.act : undefined;
    const names = book.told.rules.map(({ rule }) => rule.name);
    const near = names[Math.max(0, this.#names().indexOf(this.inHand ?? ""))] ?? names.at(-1) ?? null;
    for (const [name, row] of this.#rows) {
      if (names.includes(name)) continue;
      row.remove();
      this.#rows.delete(name);
    }
    for (const [index, standing] of book.told.rules.entries()) {
      const { name } = standing.rule;
      const row = this.#rows.get(name) ?? clone(template);
      this.#rows.set(name, row);
      this.#write(row, standing, index, conditions);
      if (place.children[index] !== row) place.insertBefore(row, place.children[index] ?? null);
    }
    this.take(this.inHand !== null && names.includes(this.inHand) ? this.inHand : near, { focus: false });
    if (!hadFocus) return;
    const row = this.#row(this.inHand);
    const again = act ? row?.querySelector(`[data-act="${act}"]:not([hidden])`) : null;
    (again instanceof HTMLElement ? again : row)?.focus({ preventScroll: true });
  }

  /**
   * @param {string | null} name
   * @param {{focus?: boolean}} [options]
   */
  take(name, { focus = true } = {}) {
    const before = this.#row(this.inHand);
    before?.removeAttribute("aria-current");
    before?.setAttribute("tabindex", "-1");
    this.inHand = name;
    const row = this.#row(name);
    row?.setAttribute("aria-current", "true");
    row?.setAttribute("tabindex", "0");
    if (focus) row?.focus({ preventScroll: true });
    this.#parts.glass.reveal(row);
  }

  /** @param {1 | -1} step */
  move(step) {
    const names = this.#names();
    const place = names.indexOf(this.inHand ?? "");
    const next = names[Math.min(Math.max(place + step, 0), names.length - 1)];
    if (next !== undefined) this.take(next);
  }

  /** @returns {string[]} */
  #names() {
    return [...this.#parts.place.children].map((row) => (row instanceof HTMLElement ? (row.dataset.name ?? "") : ""));
  }

  /** @param {string | null} name */
  #row(name) {
    return name === null ? undefined : this.#rows.get(name);
  }

  /**
   * @param {HTMLElement} row
   * @param {Standing} standing
   * @param {number} index
   * @param {readonly import("./book.js").Condition[]} conditions
   */
  #write(row, standing, index, conditions) {
    const { clock, zone } = this.#parts;
    const { rule, called, kind, origin, stands } = standing;
    const verdict = verdictWords(rule);
    row.dataset.name = rule.name;
    row.dataset.origin = origin;
    row.dataset.kind = kind;
    row.toggleAttribute("data-undone", !stands);
    row.setAttribute("aria-label", `${index + 1}: ${called}, ${verdict}`);
    fill(row, ".place", String(index + 1));
    fill(row, ".by", originWords(standing));
    fill(row, ".bowl", "")?.setAttribute("data-state", bowlOf(standing));
    fill(row, ".verdict-of", verdict);
    fill(row, ".until", untilWords(standing, clock.now(), zone));
    fill(row, ".said", called);
    fill(row, ".of", conditionWords(rule, conditions) || gettext("everything else"));
    const acts = actsOf(standing);
    for (const button of row.querySelectorAll("button")) {
      const words = acts[button.dataset.act ?? ""];
      button.hidden = words === undefined;
      if (words) button.textContent = words;
    }
  }
}

/**
 * What can be done with a rule here.
 * @param {Standing} standing
 * @returns {Record<string, string>}
 */
function actsOf({ origin, kind, rule }) {
  if (origin !== "desk") return {};
  if (kind === "mute") return { edit: gettext("Change"), back: gettext("Unmute, bring back"), end: gettext("Unmute") };
  const turn = rule.on === false ? gettext("Switch on") : gettext("Switch off");
  return { edit: gettext("Change"), turn, up: gettext("Up"), down: gettext("Down"), end: gettext("Remove") };
}
