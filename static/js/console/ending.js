/** What stands below the cards: that nothing is left, that more follow, or how much the search found. */

import { gettext } from "../tongue.js";
import { addressOf } from "./place.js";
import { write } from "./strokes.js";

export class Ending {
  /**
   * @param {import("./lists.js").Window} window
   * @param {{cards: HTMLElement, nothing: HTMLElement, unfound: HTMLElement, more: HTMLElement}} places
   */
  constructor(window, { cards, nothing, unfound, more }) {
    this.#window = window;
    this.#cards = cards;
    this.#nothing = nothing;
    this.#unfound = unfound;
    this.#line = /** @type {HTMLElement} */ (more.querySelector("span"));
    this.#back = /** @type {HTMLAnchorElement} */ (more.querySelector("[data-leads=back]"));
    for (const link of more.querySelectorAll("a")) if (link !== this.#back) link.remove(); // the list reads on by itself
    this.#more = more;
  }

  #window;
  #cards;
  #nothing;
  #unfound;
  #more;
  #line;
  #back;

  /**
   * @param {string} line what is looked for
   * @param {number | null} found how many posts it finds, where that is known
   */
  show(line, found) {
    const { marks, next, isAtHead, isEmpty, list } = this.#window;
    const words = endingWords({ line, found: next === null && isAtHead ? marks.length : found, next, isAtHead });
    set(this.#cards, marks.length === 0 && !this.#cards.querySelector("[data-leaving]"));
    set(this.#nothing, !isEmpty || line !== "");
    set(this.#unfound, !isEmpty || line === "");
    set(this.#more, words === "" || isEmpty);
    set(this.#back, isAtHead);
    const head = addressOf({ list, line });
    if (this.#back.getAttribute("href") !== head) this.#back.setAttribute("href", head);
    write(this.#line, words);
  }
}

/**
 * @param {object} state
 * @param {string} state.line what is looked for
 * @param {number | null} state.found how many posts that finds, where it is known
 * @param {number | null} state.next
 * @param {boolean} state.isAtHead
 */
export function endingWords({ line, found, next, isAtHead }) {
  if (line && found !== null) return gettext("%(num)s found. Esc shows all of them.", { num: found });
  if (next !== null) return gettext("More follow.");
  return isAtHead ? "" : gettext("The list ends here.");
}

/**
 * @param {HTMLElement} place
 * @param {boolean} hidden
 */
function set(place, hidden) {
  if (place.hidden !== hidden) place.hidden = hidden;
}
