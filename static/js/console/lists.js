/**
 * Which posts a list of the desk shows, in which order, and the window of it that is in the page. Pure.
 *
 * The queue runs by arrival, oldest first; every other list by its last move, newest first. Of a long list only a window
 * is in the page: everything from its beginning to its end, and never more than WINDOW_MAX. It is read on at both ends,
 * and gives up the one that is further from the hand.
 */

/**
 * @typedef {"queue" | "held" | "live" | "rejected"} List
 * @typedef {"queued" | "held" | "approved" | "rejected" | "withdrawn" | "gone"} Status
 * @typedef {{key: string, status: Status, version: number, arrived: number, moved: number}} Mark what a card says of its post
 */

export const WINDOW_MAX = 200;
export const PAGE = 50;
const AHEAD = 25;

/** @type {Readonly<Record<List, readonly Status[]>>} */
const STATUSES = {
  queue: ["queued"],
  held: ["held"],
  live: ["approved"],
  rejected: ["rejected", "withdrawn"],
};

/**
 * Whether a list shows posts of this status.
 * @param {List} list
 * @param {Status} status
 */
export function belongs(list, status) {
  return STATUSES[list].includes(status);
}

/**
 * The number by which a list is ordered, and which a page's address continues from.
 * @param {List} list
 * @param {Mark} mark
 */
export function numberOf(list, mark) {
  return list === "queue" ? mark.arrived : mark.moved;
}

/**
 * The place in a list that a post is the first one behind.
 * @param {List} list
 * @param {Mark} mark
 */
export function placeBefore(list, mark) {
  return numberOf(list, mark) + (list === "queue" ? -1 : 1);
}

/** The part of one list that is in the page, in order. */
export class Window {
  /** @type {Mark[]} */
  marks = [];
  /** @type {number | null} where the page before ends; null where the list begins in the window */
  previous = null;
  /** @type {number | null} where the next page begins; null where the list ends in the window */
  next = null;

  /** @param {List} list */
  constructor(list) {
    this.list = list;
  }

  /** Whether the window begins where the list begins. */
  get isAtHead() {
    return this.previous === null;
  }

  /** Whether the list holds nothing, as far as is known. */
  get isEmpty() {
    return this.marks.length === 0 && this.next === null && this.previous === null;
  }

  /** @param {string} key */
  find(key) {
    return this.marks.find((mark) => mark.key === key);
  }

  /** @param {string} key */
  indexOf(key) {
    return this.marks.findIndex((mark) => mark.key === key);
  }

  /**
   * Begins with a page.
   * @param {readonly Mark[]} page in order
   * @param {{previous: number | null, next: number | null}} ends
   */
  open(page, { previous, next }) {
    this.marks = [...page];
    this.previous = previous;
    this.next = next;
  }

  /**
   * Takes the next page in, leaving out what is here already.
   * @param {readonly Mark[]} page in order
   * @param {number | null} next
   */
  append(page, next) {
    this.marks.push(...this.#unknown(page));
    this.next = next;
  }

  /**
   * Takes the page before in, leaving out what is here already.
   * @param {readonly Mark[]} page in order
   * @param {number | null} previous
   */
  prepend(page, previous) {
    this.marks.unshift(...this.#unknown(page));
    this.previous = previous;
  }

  /**
   * Whether a post lies between the ends of the window.
   * @param {Mark} mark
   */
  holds(mark) {
    const rank = this.#rankOf(mark);
    const isBehindStart = this.previous === null || rank >= this.#rank(this.previous);
    const isBeforeEnd = this.next === null || rank <= this.#rank(this.next);
    return belongs(this.list, mark.status) && isBehindStart && isBeforeEnd;
  }

  /**
   * Puts a post in its place. It is left out where it lies before the window or behind its end.
   * @param {Mark} mark
   * @returns {boolean} whether it is in the window now
   */
  put(mark) {
    const isInside = this.holds(mark);
    if (isInside) this.insert(mark);
    else this.remove(mark.key);
    return isInside;
  }

  /**
   * Puts a post in its place, whatever its status is and wherever the window ends.
   * @param {Mark} mark
   */
  insert(mark) {
    this.remove(mark.key);
    const rank = this.#rankOf(mark);
    const place = this.marks.findIndex((other) => this.#rankOf(other) > rank);
    this.marks.splice(place < 0 ? this.marks.length : place, 0, mark);
  }

  /**
   * The new version of a post that stays in its place, whatever its status is now.
   * @param {Mark} mark
   */
  renew(mark) {
    const index = this.indexOf(mark.key);
    if (index >= 0) this.marks[index] = mark;
  }

  /** @param {string} key */
  remove(key) {
    const index = this.indexOf(key);
    if (index >= 0) this.marks.splice(index, 1);
  }

  /**
   * Takes away what is more than the window holds, from the end that is further from the post in hand, and says what.
   * @param {string | null} inHand
   * @returns {string[]}
   */
  trim(inHand) {
    const excess = this.marks.length - WINDOW_MAX;
    if (excess <= 0) return [];
    const isNearEnd = inHand !== null && this.indexOf(inHand) >= this.marks.length / 2;
    const gone = isNearEnd ? this.marks.splice(0, excess) : this.marks.splice(WINDOW_MAX, excess);
    const [first, last] = [this.marks[0], this.marks.at(-1)];
    if (isNearEnd && first) this.previous = numberOf(this.list, first);
    else if (last) this.next = numberOf(this.list, last);
    return gone.map(({ key }) => key);
  }

  /**
   * Begins again from a snapshot: the head of the list, and no knowledge of what follows.
   * @param {readonly Mark[]} marks in any order
   */
  restart(marks) {
    this.marks = marks
      .filter((mark) => belongs(this.list, mark.status))
      .sort((one, other) => this.#rankOf(one) - this.#rankOf(other))
      .slice(0, WINDOW_MAX);
    const last = this.marks.at(-1);
    this.previous = null;
    this.next = last ? numberOf(this.list, last) : null;
  }

  /**
   * Which page should be read now, if any: the hand comes near to where it begins.
   * @param {string | null} inHand
   * @returns {"next" | "previous" | null}
   */
  wants(inHand) {
    const above = inHand ? this.indexOf(inHand) : 0;
    const below = this.marks.length - 1 - above;
    if (this.next !== null && below < AHEAD) return "next";
    return this.previous !== null && above < AHEAD ? "previous" : null;
  }

  /**
   * The post `step` further on, or the last one that way.
   * @param {string | null} key
   * @param {number} step
   * @param {(key: string) => boolean} [isMeant] leaves out what is not
   * @returns {string | null}
   */
  neighbour(key, step, isMeant = () => true) {
    const meant = this.marks.filter((mark) => mark.key === key || isMeant(mark.key));
    const index = meant.findIndex((mark) => mark.key === key);
    const place = index < 0 ? 0 : Math.min(Math.max(index + step, 0), meant.length - 1);
    return meant[place]?.key ?? null;
  }

  /**
   * Which post comes into the hand when `key` leaves: the next one, or the one before where it was the last.
   * @param {string} key
   * @param {(key: string) => boolean} [isMeant]
   * @returns {string | null}
   */
  successor(key, isMeant = () => true) {
    const next = this.neighbour(key, 1, isMeant);
    const other = next === key ? this.neighbour(key, -1, isMeant) : next;
    return other === key ? null : other;
  }

  /** @param {readonly Mark[]} page */
  #unknown(page) {
    const known = new Set(this.marks.map(({ key }) => key));
    return page.filter(({ key }) => !known.has(key));
  }

  /** @param {Mark} mark */
  #rankOf(mark) {
    return this.#rank(numberOf(this.list, mark));
  }

  /** @param {number} number */
  #rank(number) {
    return this.list === "queue" ? number : -number;
  }
}
