/** What the hall sees: the newest approved posts, in short. */

import { markOf, wordsOf } from "./card.js";
import { clone, fill } from "./strokes.js";

const SHOWN = 5;
const KEPT = 20;
const WORDS_MAX = 280;

export class Wall {
  /** @type {Map<string, HTMLElement>} more than are shown, so that one can be withdrawn */
  #entries = new Map();

  /**
   * @param {HTMLElement} list
   * @param {HTMLTemplateElement} template
   * @param {HTMLElement} none what stands there while the wall is empty
   */
  constructor(list, template, none) {
    this.#list = list;
    this.#template = template;
    this.#none = none;
    for (const entry of list.children) {
      if (entry instanceof HTMLElement) this.#entries.set(entry.dataset.key ?? "", entry);
    }
  }

  #list;
  #template;
  #none;

  /**
   * A new version of a post: one that came on the wall stands first, one that left it goes.
   * @param {HTMLElement} card
   */
  hear(card) {
    const { key, status } = markOf(card);
    const known = this.#entries.get(key);
    if (status !== "approved") return this.drop(key);
    const entry = this.#entryOf(card, known);
    if (known) return;
    entry.classList.add("entering");
    const older = [...this.#entries].slice(0, KEPT - 1);
    this.#entries = new Map([/** @type {[string, HTMLElement]} */ ([key, entry]), ...older]);
    this.#show();
  }

  /**
   * Begins again.
   * @param {HTMLElement[]} cards in any order
   */
  restart(cards) {
    const approved = cards.filter((card) => markOf(card).status === "approved");
    approved.sort((one, other) => markOf(other).moved - markOf(one).moved);
    this.#entries = new Map(approved.slice(0, KEPT).map((card) => [markOf(card).key, this.#entryOf(card)]));
    this.#show();
  }

  /** @param {string} key */
  drop(key) {
    if (this.#entries.delete(key)) this.#show();
  }

  #show() {
    this.#list.replaceChildren(...[...this.#entries.values()].slice(0, SHOWN));
    this.#none.hidden = this.#entries.size > 0;
  }

  /**
   * @param {HTMLElement} card
   * @param {HTMLElement} [entry]
   */
  #entryOf(card, entry = clone(this.#template)) {
    const words = wordsOf(card);
    const network = card.querySelector(".net");
    entry.dataset.key = card.dataset.key;
    fill(entry, ".when", card.querySelector(".age")?.textContent ?? "");
    fill(entry, ".name", words.name);
    fill(entry, ".words", words.text.slice(0, WORDS_MAX));
    const net = fill(entry, ".net", network?.textContent ?? "");
    net?.setAttribute("data-network", network?.getAttribute("data-network") ?? "");
    return entry;
  }
}
