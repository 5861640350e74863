/**
 * Which posts a list of the desk shows, in which order, and the window of it that is in the page. Pure.
 *
 * The queue runs by arrival, oldest first; every other list by its last move, newest first. Of a long list only a window
 * is in the page: everything from its beginning to its end, and never more than WINDOW_MAX.
 */

/**
 * @typedef {"queue" | "held" | "live" | "rejected"} List
 * @typedef {"queued" | "held" | "approved" | "rejected" | "withdrawn" | "gone"} Status
 * @typedef {{key: string, status: Status, version: number, arrived: number, moved: number}} Mark what a card says of its post
 */

export const WINDOW_MAX = 200;
const PAGE = 50;
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

/** The part of one list that is in the page, in order. */
export class Window {
  /** @type {Mark[]} */
  marks = [];
  #start = Number.NEGATIVE_INFINITY;
  #end = Number.POSITIVE_INFINITY;

  /**
   * @param {List} list
   * @param {object} [from]
   * @param {number | null} [from.after] the number of the last post before the window; null for the head of the list
   */
  constructor(list, { after = null } = {}) {
    this.list = list;
    /** @type {number | null} where the next page begins */
    this.next = null;
    if (after !== null) this.#start = this.#rank(after);
  }

  /** Whether the window begins where the list begins. */
  get isAtHead() {
    return this.#start === Number.NEGATIVE_INFINITY;
  }

  /** Whether another page has no room. */
  get isFull() {
    return this.marks.length > WINDOW_MAX - PAGE;
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
   * Takes the next page in, leaving out what is here already.
   * @param {readonly Mark[]} page in order
   * @param {number | null} next
   */
  append(page, next) {
    const known = new Set(this.marks.map((mark) => mark.key));
    this.marks.push(...page.filter((mark) => !known.has(mark.key)));
    this.#endsBefore(next);
  }

  /**
   * Puts a post in its place. It is left out where it lies before the window or behind its end.
   * @param {Mark} mark
   * @returns {boolean} whether it is in the window now
   */
  put(mark) {
    const rank = this.#rankOf(mark);
    const isInside = belongs(this.list, mark.status) && rank > this.#start && rank <= this.#end;
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
   * Takes away what is more than the window holds, from its end, and says what; the post in hand is spared.
   * @param {string | null} inHand
   * @returns {string[]}
   */
  trim(inHand) {
    const gone = [];
    while (this.marks.length > WINDOW_MAX && this.marks.at(-1)?.key !== inHand) gone.push(this.marks.pop()?.key ?? "");
    const last = this.marks.at(-1);
    if (gone.length && last) this.#endsBefore(numberOf(this.list, last));
    return gone;
  }

  /**
   * Begins again from a snapshot: the head of the list, and no knowledge of what follows.
   * @param {readonly Mark[]} marks in any order
   */
  restart(marks) {
    this.#start = Number.NEGATIVE_INFINITY;
    this.marks = marks
      .filter((mark) => belongs(this.list, mark.status))
      .sort((one, other) => this.#rankOf(one) - this.#rankOf(other))
      .slice(0, WINDOW_MAX);
    const last = this.marks.at(-1);
    this.#endsBefore(last ? numberOf(this.list, last) : null);
  }

  /**
   * Whether the next page should be fetched now.
   * @param {string | null} inHand
   */
  wantsMore(inHand) {
    const below = this.marks.length - 1 - (inHand ? this.indexOf(inHand) : 0);
    return this.next !== null && !this.isFull && below < AHEAD;
  }

  /**
   * The post `step` further on, or the last one that way.
   * @param {string | null} key
   * @param {1 | -1} step
   * @param {(key: string) => boolean} [isShown]
   * @returns {string | null}
   */
  neighbour(key, step, isShown = () => true) {
    const shown = this.marks.filter((mark) => mark.key === key || isShown(mark.key));
    const index = shown.findIndex((mark) => mark.key === key);
    const place = index < 0 ? 0 : Math.min(Math.max(index + step, 0), shown.length - 1);
    return shown[place]?.key ?? null;
  }

  /**
   * Which post comes into the hand when `key` leaves: the next one, or the one before where it was the last.
   * @param {string} key
   * @param {(key: string) => boolean} [isShown]
   * @returns {string | null}
   */
  successor(key, isShown = () => true) {
    const next = this.neighbour(key, 1, isShown);
    const other = next === key ? this.neighbour(key, -1, isShown) : next;
    return other === key ? null : other;
  }

  /** @param {number | null} next */
  #endsBefore(next) {
    this.next = next;
    const last = this.marks.at(-1);
    this.#end = next === null ? Number.POSITIVE_INFINITY : last ? this.#rankOf(last) : this.#rank(next);
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
