/** What stands below the cards: that nothing is left, that more follows, or how much the search found. */

import { numberOf } from "./lists.js";
import { write } from "./strokes.js";

export class Ending {
  /**
   * @param {import("./lists.js").Window} window
   * @param {{cards: HTMLElement, nothing: HTMLElement, more: HTMLElement}} places
   */
  constructor(window, { cards, nothing, more }) {
    this.#window = window;
    this.#cards = cards;
    this.#nothing = nothing;
    this.#more = more;
  }

  #window;
  #cards;
  #nothing;
  #more;

  /** @param {import("./column.js").Column} column */
  show(column) {
    const { marks, next, isFull, isAtHead, list } = this.#window;
    const last = marks.at(-1);
    const words = endingWords({
      found: column.isFiltered ? column.shown : null,
      loaded: marks.length,
      next,
      isFull,
      isAtHead,
    });
    set(this.#cards, marks.length === 0 && !this.#cards.querySelector("[data-leaving]"));
    set(this.#nothing, marks.length > 0 || next !== null);
    set(this.#more, words === "");
    for (const link of this.#more.querySelectorAll("a")) {
      const leadsOn = link.dataset.leads === "on";
      set(link, leadsOn ? !(isFull && next !== null) : isAtHead);
      if (leadsOn && last) link.href = `/console?list=${list}&after=${numberOf(list, last)}`;
    }
    const line = this.#more.querySelector("span");
    if (line) write(line, words);
  }
}

/**
 * @param {object} state
 * @param {number | null} state.found how many of the loaded posts the search left; null without a search
 * @param {number} state.loaded
 * @param {number | null} state.next
 * @param {boolean} state.isFull
 * @param {boolean} state.isAtHead
 */
export function endingWords({ found, loaded, next, isFull, isAtHead }) {
  if (found !== null) return `${found} of ${loaded} loaded posts match. Esc clears the search.`;
  if (next !== null) return isFull ? `${loaded} are loaded; more come up as these go.` : "More follow.";
  return isAtHead ? "" : "The list ends here.";
}

/**
 * @param {HTMLElement} place
 * @param {boolean} hidden
 */
function set(place, hidden) {
  if (place.hidden !== hidden) place.hidden = hidden;
}
