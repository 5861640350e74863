/**
 * The column of cards: the window of a list as it stands in the page, and the card in hand.
 *
 * Whatever comes, goes or changes around it, the card in hand keeps its place on the glass.
 */

import { markOf, noteReturn, renew } from "./card.js";
import { belongs, numberOf } from "./lists.js";

/**
 * @typedef {import("./lists.js").Window} Window
 * @typedef {import("./lists.js").Mark} Mark
 */

export class Column {
  /** @type {Map<string, HTMLElement>} */
  #cards = new Map();
  /** @type {string | null} */
  inHand = null;
  /** @type {Set<string>} what stood in the window and is beyond its ends by now, since it was opened */
  slidAway = new Set();

  /**
   * @param {object} options
   * @param {HTMLElement} options.feed holds the cards
   * @param {import("./glass.js").Glass} options.glass what the cards are seen through
   * @param {Window} options.window
   * @param {(card: HTMLElement) => void} options.onNew a card came into the page, or has new markup
   * @param {() => void} options.onChange what is shown or in hand has changed
   * @param {(key: string) => boolean} [options.isFree] whether nobody else has a post in hand
   */
  constructor({ feed, glass, window, onNew, onChange, isFree = () => true }) {
    this.#feed = feed;
    this.#glass = glass;
    this.#window = window;
    this.#onNew = onNew;
    this.#onChange = onChange;
    this.#isFree = isFree;
  }

  #feed;
  #glass;
  #window;
  #onNew;
  #onChange;
  #isFree;

  /** @param {string | null} key */
  card(key) {
    return key === null ? undefined : this.#cards.get(key);
  }

  /** How many posts came back and still wait to be looked at. */
  get returned() {
    return this.#feed.querySelectorAll("[data-returned]").length;
  }

  /**
   * Shows a page of a list, and nothing else. The post in hand stays in hand where it is on it.
   * @param {HTMLElement[]} cards in order
   * @param {{previous: number | null, next: number | null}} ends
   */
  open(cards, ends) {
    this.#window.open(cards.map(markOf), ends);
    this.#show(new Map(cards.map((card) => [card.dataset.key ?? "", card])), 0);
  }

  /**
   * Takes a page of cards in, behind what is here.
   * @param {HTMLElement[]} cards in order
   * @param {number | null} next
   */
  append(cards, next) {
    const fresh = this.#unknown(cards);
    this.#window.append(fresh.map(markOf), next);
    for (const card of fresh) this.#adopt(card);
    this.anchored(() => {
      this.#feed.append(...fresh);
      this.#trim();
    });
    this.#onChange();
  }

  /**
   * Takes a page of cards in, before what is here.
   * @param {HTMLElement[]} cards in order
   * @param {number | null} previous
   */
  prepend(cards, previous) {
    const fresh = this.#unknown(cards);
    this.#window.prepend(fresh.map(markOf), previous);
    for (const card of fresh) this.#adopt(card);
    this.anchored(() => {
      this.#feed.prepend(...fresh);
      this.#trim();
    });
    this.#onChange();
  }

  /**
   * Begins again with the cards of a snapshot; the post in hand stays in hand where it is among them.
   * @param {HTMLElement[]} cards
   */
  restart(cards) {
    const place = this.inHand ? this.#window.indexOf(this.inHand) : 0;
    this.#window.restart(cards.map(markOf));
    this.#show(new Map(cards.map((card) => [card.dataset.key ?? "", card])), place);
  }

  /**
   * Shows a post, or its new version, where it belongs; one that belongs here no longer goes.
   * @param {HTMLElement} fresh
   * @returns {boolean} whether it stands in the column now
   */
  put(fresh) {
    const mark = markOf(fresh);
    const card = this.#cards.get(mark.key);
    if (card && (card.dataset.returned !== undefined || this.#keepsPlace(mark))) {
      renew(card, fresh);
      this.#window.renew(mark);
      this.#adopt(card);
      return true;
    }
    if (!this.#window.put(mark)) {
      this.drop(mark.key);
      return false;
    }
    if (card) renew(card, fresh);
    const shown = card ?? fresh;
    this.#adopt(shown);
    this.#place(shown, mark.key);
    this.#trim();
    this.#onChange();
    if (this.inHand === null) this.take(mark.key);
    return true;
  }

  /**
   * Takes a post away; its successor comes into the hand.
   * @param {string} key
   */
  drop(key) {
    const card = this.#cards.get(key);
    if (this.slidAway.delete(key)) this.#onChange();
    if (!card) return;
    const successor = this.#successor(key);
    this.#window.remove(key);
    this.#discard(key);
    if (this.inHand === key) {
      this.inHand = null;
      this.take(successor);
    }
    this.#onChange();
  }

  /**
   * Lets cards go at once, with the next one in hand; `bringBack` undoes it.
   * @param {readonly string[]} keys
   * @param {number} fadeMs
   */
  leave(keys, fadeMs) {
    const cards = keys.map((key) => this.#cards.get(key)).filter((card) => card !== undefined);
    const heights = cards.map((card) => card.offsetHeight); // read before anything is written: one layout for all
    const leaving = new Set(keys);
    const successor = this.inHand !== null && leaving.has(this.inHand) ? this.#successor(this.inHand, leaving) : null;
    for (const { dataset } of cards) {
      this.#window.remove(dataset.key ?? "");
      this.#cards.delete(dataset.key ?? "");
    }
    if (this.inHand !== null && leaving.has(this.inHand)) this.take(successor);
    for (const [at, card] of cards.entries()) {
      card.style.blockSize = `${heights[at]}px`;
      card.dataset.leaving = "";
      card.removeAttribute("aria-current");
      card.inert = true;
    }
    setTimeout(() => this.#close(cards), fadeMs);
    this.#onChange();
  }

  /** @param {HTMLElement[]} cards that were let go, and may have come back */
  #close(cards) {
    for (const card of cards) if (card.dataset.leaving !== undefined) card.remove();
    this.#glass.reveal(this.card(this.inHand));
    this.#onChange();
  }

  /**
   * Brings cards back to their places, and says on each why.
   * @param {readonly [HTMLElement, string][]} returned
   */
  bringBack(returned) {
    this.anchored(() => {
      for (const [card, words] of returned) {
        delete card.dataset.leaving;
        delete card.dataset.returned;
        card.inert = false;
        card.style.blockSize = "";
        noteReturn(card, words);
        this.#adopt(card);
        this.#window.insert(markOf(card));
        this.#place(card, markOf(card).key);
      }
    });
    this.#onChange();
    const [first] = returned;
    if (this.inHand === null && first) this.take(markOf(first[0]).key);
  }

  /**
   * Puts a card into the hand. A post that came back, was looked at and belongs elsewhere leaves when the hand goes on.
   * @param {string | null} key
   * @param {{focus?: boolean}} [options] `focus` moves the keyboard there, unless it is at work outside the cards
   */
  take(key, { focus = true } = {}) {
    if (key === this.inHand) return;
    const before = this.card(this.inHand);
    this.inHand = key;
    const card = this.card(key);
    const isFree = document.activeElement === document.body || this.#feed.contains(document.activeElement);
    if (focus && isFree) this.focus(); // before anything is written: a browser lays a page out before it focuses
    before?.removeAttribute("aria-current");
    before?.setAttribute("tabindex", "-1");
    card?.setAttribute("aria-current", "true");
    card?.setAttribute("tabindex", "0");
    if (before?.dataset.returned !== undefined && !belongs(this.#window.list, markOf(before).status)) {
      const left = before.dataset.key ?? "";
      this.anchored(() => this.drop(left));
    }
    this.#glass.reveal(this.card(this.inHand));
    this.#onChange();
  }

  /** @param {number} step how many cards further on; back where it is less than 0 */
  move(step) {
    this.take(this.#window.neighbour(this.inHand, step));
    this.focus();
  }

  /** Gives the card in hand the keyboard. */
  focus() {
    const card = this.card(this.inHand);
    if (card !== document.activeElement) card?.focus({ preventScroll: true });
  }

  /**
   * Runs a change so that the card in hand does not move on the glass.
   * @param {() => void} change
   */
  anchored(change) {
    this.#glass.anchored(this.card(this.inHand), change);
  }

  /** The keys of what is shown, in order. */
  get keys() {
    return this.#window.marks.map(({ key }) => key);
  }

  /** Every card in the page. */
  get cards() {
    return this.#cards.values();
  }

  /**
   * What comes into the hand after a post: one that nobody else has in hand, where there is one.
   * @param {string} key
   * @param {ReadonlySet<string>} [leaving] posts that go with it
   */
  #successor(key, leaving = new Set()) {
    const stays = (/** @type {string} */ other) => !leaving.has(other);
    const free = this.#window.successor(key, (other) => stays(other) && this.#isFree(other));
    return free ?? this.#window.successor(key, stays);
  }

  /** @param {Mark} mark whether a new version stays where the old one stood */
  #keepsPlace(mark) {
    const known = this.#window.find(mark.key);
    const { list } = this.#window;
    return known !== undefined && belongs(list, mark.status) && numberOf(list, mark) === numberOf(list, known);
  }

  /** @param {HTMLElement[]} cards */
  #unknown(cards) {
    return cards.filter((card) => !this.#cards.has(card.dataset.key ?? ""));
  }

  #trim() {
    for (const key of this.#window.trim(this.inHand)) {
      this.slidAway.add(key);
      this.#discard(key);
    }
  }

  /**
   * Shows what the window holds, and nothing else.
   * @param {Map<string, HTMLElement>} fresh the cards that came, by key
   * @param {number} place which of them comes into the hand, where the one in hand is not among them
   */
  #show(fresh, place) {
    this.slidAway.clear();
    this.anchored(() => {
      const kept = this.#window.marks.map(({ key }) => this.#kept(key, fresh.get(key)));
      this.#cards = new Map(kept.map((card) => [card.dataset.key ?? "", card]));
      this.#feed.replaceChildren(...kept);
    });
    if (!this.inHand || !this.#cards.has(this.inHand)) {
      this.inHand = null;
      const { marks } = this.#window;
      this.take(marks[Math.min(Math.max(place, 0), marks.length - 1)]?.key ?? null);
    }
    this.#onChange();
  }

  /**
   * @param {string} key
   * @param {HTMLElement | undefined} fresh
   */
  #kept(key, fresh) {
    const card = this.#cards.get(key);
    if (card && fresh) renew(card, fresh);
    const shown = card ?? fresh;
    if (!shown) throw new Error(`no card for ${key}`);
    this.#adopt(shown);
    return shown;
  }

  /** @param {HTMLElement} card */
  #adopt(card) {
    this.#cards.set(card.dataset.key ?? "", card);
    this.slidAway.delete(card.dataset.key ?? "");
    this.#onNew(card);
  }

  /**
   * @param {HTMLElement} card
   * @param {string} key
   */
  #place(card, key) {
    const follower = this.#window.marks[this.#window.indexOf(key) + 1];
    const before = follower ? (this.#cards.get(follower.key) ?? null) : null;
    if (card.isConnected && card.nextElementSibling === before) return;
    this.#feed.insertBefore(card, before);
  }

  /** @param {string} key */
  #discard(key) {
    this.#cards.get(key)?.remove();
    this.#cards.delete(key);
  }
}
