/** What is known of authors here, on the cards: asked for many at once, once a card is in the page. */

import { askHistories } from "./rules/clerk.js";
import { historyWords } from "./rules/words.js";
import { write } from "./strokes.js";

/**
 * @typedef {object} History
 * @property {number} shown
 * @property {number} not_shown
 * @property {number} waiting
 * @property {boolean} is_trusted
 * @property {boolean} is_muted
 * @property {boolean} may_trust
 * @property {string} server the one that can be muted; empty for none
 */

const TOGETHER_MS = 300;
const TOGETHER_MAX = 50;
/** What was asked longer ago is asked again once its card comes into the hand. */
const FRESH_MS = 10_000;

export class Histories {
  /** @type {Map<string, {history: History, atMs: number}>} */
  #known = new Map();
  /** @type {Set<string>} */
  #wanted = new Set();
  #timer = 0;

  /** @param {HTMLElement} cards */
  constructor(cards) {
    this.#cards = cards;
  }

  #cards;

  start() {
    for (const card of this.#cards.querySelectorAll("article")) this.#follow(card);
    new MutationObserver((records) => {
      for (const { target, addedNodes } of records) {
        if (target instanceof HTMLElement && target.matches("article")) this.#write(target);
        for (const node of addedNodes) if (node instanceof HTMLElement && node.matches("article")) this.#follow(node);
      }
    }).observe(this.#cards, { childList: true, subtree: true });
    this.#cards.addEventListener("focusin", ({ target }) => {
      const card = target instanceof Element ? target.closest("article") : null;
      if (card) this.#follow(card, FRESH_MS);
    });
  }

  /** What became of somebody's posts is another now. */
  forget() {
    this.#known.clear();
    for (const card of this.#cards.querySelectorAll("article")) this.#follow(card);
  }

  /**
   * All that is known of one post's author, as it is now.
   * @param {string} key
   * @returns {Promise<History | undefined>}
   */
  async ask(key) {
    await this.#read([key]);
    return this.#known.get(key)?.history;
  }

  /**
   * @param {HTMLElement} card
   * @param {number} [freshMs] what is older is asked again
   */
  #follow(card, freshMs = Number.POSITIVE_INFINITY) {
    const key = card.dataset.key ?? "";
    const known = this.#known.get(key);
    if (known) this.#write(card);
    if (known && performance.now() - known.atMs < freshMs) return;
    this.#wanted.add(key);
    if (this.#timer === 0) this.#timer = window.setTimeout(() => this.#askTogether(), TOGETHER_MS);
  }

  async #askTogether() {
    this.#timer = 0;
    const keys = [...this.#wanted].slice(0, TOGETHER_MAX);
    for (const key of keys) this.#wanted.delete(key);
    await this.#read(keys);
    if (this.#wanted.size > 0 && this.#timer === 0) {
      this.#timer = window.setTimeout(() => this.#askTogether(), TOGETHER_MS);
    }
  }

  /** @param {readonly string[]} keys */
  async #read(keys) {
    const answer = await askHistories(keys);
    if (!answer.ok) return;
    const atMs = performance.now();
    for (const [key, history] of Object.entries(answer.told.histories)) this.#known.set(key, { history, atMs });
    for (const key of keys) {
      const card = this.#cards.querySelector(`article[data-key="${CSS.escape(key)}"]`);
      if (card instanceof HTMLElement) this.#write(card);
    }
  }

  /** @param {HTMLElement} card */
  #write(card) {
    const history = this.#known.get(card.dataset.key ?? "")?.history;
    const by = card.querySelector(".by");
    if (!history || !by) return;
    const place = by.querySelector(".author-history") ?? document.createElement("span");
    place.classList.add("author-history", "soft");
    write(place, historyWords(history));
    if (!place.isConnected) by.append(" ", place);
    const trust = card.querySelector('[data-rule="trust"]');
    if (trust instanceof HTMLElement) trust.hidden = !history.may_trust;
  }
}
