/** The lines of the record that are in the page, newest first, as pages of it come in. Pure. */

/**
 * @typedef {import("../words.js").Verb} Verb
 * @typedef {import("../lists.js").Status} Status
 *
 * @typedef {{by: string, verb: Verb, reason: string, at: string}} Later
 * @typedef {{verb: Verb, reason: string, halls: string[] | null}} Move
 * @typedef {{network: string, version: number, text: string, language: string, author: {name: string}}} Post as it is now, in short
 *
 * @typedef {object} Line a decision, or an order for many posts, as /api/record tells it
 * @property {string} key
 * @property {number} version the one that the decision gave its post
 * @property {Verb} verb
 * @property {Status} before
 * @property {Status} after
 * @property {string} by
 * @property {string} reason
 * @property {string[] | null} halls
 * @property {string} at
 * @property {string} act
 * @property {number} together
 * @property {number} standing
 * @property {Later | null} later
 * @property {Move | null} reverse
 * @property {Post | null} post
 *
 * @typedef {{decisions: Line[], next: string | null}} Page
 */

/** So many lines are loaded at most; what lies behind is reached by asking for less. */
export const LINES_MAX = 400;

/** @param {Line} line */
export function idOf({ key, version }) {
  return `${key}@${version}`;
}

/**
 * Whether a line can still be taken back, in whole or in part.
 * @param {Line} line
 */
export function stands({ together, standing, reverse }) {
  return together > 1 ? standing > 0 : reverse !== null;
}

export class Lines {
  /** @type {Line[]} */
  all = [];
  /** @type {string | null} where the next page begins */
  next = null;

  /** Whether another page is wanted near the end. */
  get goesOn() {
    return this.next !== null && this.all.length < LINES_MAX;
  }

  /**
   * The newest page, read again: it replaces what it covers. Where it no longer joins what is here, it is all there is.
   * @param {Page} page
   */
  refresh({ decisions, next }) {
    const last = decisions.at(-1);
    const place = last ? this.#placeOf(idOf(last)) : -1;
    const joins = next !== null && place >= 0;
    this.next = joins ? this.next : next;
    this.all = joins ? [...decisions, ...this.all.slice(place + 1)] : decisions;
  }

  /**
   * The page behind what is here.
   * @param {Page} page
   */
  append({ decisions, next }) {
    const known = new Set(this.all.map(idOf));
    this.all = [...this.all, ...decisions.filter((line) => !known.has(idOf(line)))];
    this.next = next;
  }

  /**
   * A line that was read again.
   * @param {Line} line
   */
  renew(line) {
    const place = this.#placeOf(idOf(line));
    if (place >= 0) this.all = this.all.with(place, line);
  }

  /** @param {string} id */
  of(id) {
    return this.all.find((line) => idOf(line) === id);
  }

  /**
   * The line `step` further on among those that are shown, or the last one that way; the first where none is in hand.
   * @param {string | null} id
   * @param {number} step
   * @param {(line: Line) => boolean} isShown
   * @returns {string | null}
   */
  neighbour(id, step, isShown) {
    const shown = this.all.filter(isShown).map(idOf);
    const place = id === null ? -1 : shown.indexOf(id);
    if (place < 0) return shown[0] ?? null;
    return shown[Math.min(Math.max(place + step, 0), shown.length - 1)] ?? null;
  }

  /** @param {string} id */
  #placeOf(id) {
    return this.all.findIndex((line) => idOf(line) === id);
  }
}
