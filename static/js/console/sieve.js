/** Which cards the search lets through. */

import { wordsOf } from "./card.js";
import { fold, matches } from "./search.js";

export class Sieve {
  /** @type {WeakMap<HTMLElement, string>} */
  #folded = new WeakMap();
  query = "";

  /** @param {HTMLElement} card */
  lets(card) {
    if (!this.query) return true;
    const folded = this.#folded.get(card) ?? fold(Object.values(wordsOf(card)).join(" "));
    this.#folded.set(card, folded);
    return matches(folded, this.query);
  }

  /** @param {HTMLElement} card that has new words */
  forget(card) {
    this.#folded.delete(card);
  }
}
