/** The approved posts that the page knows, in short and newest first: what stages name by key is read here. */

import { markOf, wordsOf } from "./card.js";

/** @typedef {{key: string, name: string, text: string, network: string, word: string}} Short */

const KEPT = 200;
const WORDS_MAX = 500;
const ASK_AGAIN_MS = 5000;

export class Shelf {
  /** @type {Map<string, Short>} */
  #posts = new Map();
  #askedMs = Number.NEGATIVE_INFINITY;

  /**
   * @param {object} options
   * @param {HTMLElement} options.first the posts that the page was rendered with
   * @param {() => Promise<Short[]>} options.ask reads approved posts from the server
   * @param {() => void} options.onLearned
   */
  constructor({ first, ask, onLearned }) {
    this.#ask = ask;
    this.#onLearned = onLearned;
    for (const entry of first.children) if (entry instanceof HTMLElement) this.#keep(shortOf(entry));
  }

  #ask;
  #onLearned;

  /** @returns {Short[]} newest first */
  get posts() {
    return [...this.#posts.values()];
  }

  /** @param {string} key */
  of(key) {
    return this.#posts.get(key);
  }

  /**
   * A new version of a post: one that was just approved stands first, one that is shown no longer goes.
   * @param {HTMLElement} card
   */
  hear(card) {
    const { key, status } = markOf(card);
    if (status !== "approved") this.#posts.delete(key);
    else if (this.#posts.has(key)) this.#keep(shortOf(card));
    else this.#posts = new Map([[key, shortOf(card)], ...[...this.#posts].slice(0, KEPT - 1)]);
  }

  /**
   * Begins again.
   * @param {HTMLElement[]} cards in any order
   */
  restart(cards) {
    const approved = cards.filter((card) => markOf(card).status === "approved");
    approved.sort((one, other) => markOf(other).moved - markOf(one).moved);
    this.#posts = new Map(approved.map((card) => [markOf(card).key, shortOf(card)]));
  }

  /** @param {string} key */
  drop(key) {
    this.#posts.delete(key);
  }

  /**
   * Sees to it that these posts are known: of those that are not, the server is asked, at most every few seconds.
   * @param {readonly string[]} keys
   */
  async want(keys) {
    if (keys.every((key) => this.#posts.has(key)) || performance.now() < this.#askedMs + ASK_AGAIN_MS) return;
    this.#askedMs = performance.now();
    try {
      for (const post of await this.#ask()) if (!this.#posts.has(post.key)) this.#keep(post);
      this.#onLearned();
    } catch {
      // The bar says that the desk does not answer; the next stage asks again.
    }
  }

  /** @param {Short} post */
  #keep(post) {
    this.#posts.set(post.key, post);
  }
}

/**
 * @param {HTMLElement} card
 * @returns {Short}
 */
function shortOf(card) {
  const { name, text } = wordsOf(card);
  const net = /** @type {HTMLElement | null} */ (card.querySelector(".net"));
  return {
    key: card.dataset.key ?? "",
    name,
    text: text.slice(0, WORDS_MAX),
    network: net?.dataset.network ?? "",
    word: net?.textContent ?? "",
  };
}
