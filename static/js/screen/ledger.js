/**
 * Which questions stand on the wall, and in which order: what is being answered, then the most wanted. Pure.
 *
 * Votes are told as they are, but the rows change places only now and then: a wall that is sorted anew with every vote cannot
 * be read. What was taken back or answered leaves at once, and what a person took up stands on top at once.
 */

const MOVE_EVERY_MS = 4000;
const CALM_EVERY_MS = 30_000;
const REMEMBERED_MS = 60_000;

/**
 * @typedef {object} Question as `/api/halls/{hall}/questions` tells of it
 * @property {string} key
 * @property {string} text
 * @property {string} [language]
 * @property {number} votes
 * @property {"open" | "current" | "answered"} state
 */

export class Ledger {
  /** @type {Question[]} */
  #rows = [];
  /** @type {Question[] | null} the newest word, in its order; null before there was one */
  #wanted = null;
  #movedMs = Number.NEGATIVE_INFINITY;
  /** @type {Map<string, number>} what was taken back, and when that was heard */
  #gone = new Map();

  /** What stands on the wall. */
  get rows() {
    return this.#rows;
  }

  /** Whether the server said yet what is asked. */
  get isKnown() {
    return this.#wanted !== null;
  }

  /**
   * Hears what is asked, the most wanted first.
   * @param {readonly Question[]} questions
   * @param {number} askedMs when that was asked for: what was taken back since is not in it any more
   */
  hear(questions, askedMs) {
    for (const [key, ms] of this.#gone) if (askedMs - ms > REMEMBERED_MS) this.#gone.delete(key);
    const isGone = (/** @type {string} */ key) => (this.#gone.get(key) ?? Number.NEGATIVE_INFINITY) >= askedMs;
    this.#wanted = questions.filter(({ key, state }) => state !== "answered" && !isGone(key));
  }

  /**
   * Takes a question away that may no longer be shown.
   * @param {string} key
   * @param {number} nowMs
   */
  drop(key, nowMs) {
    this.#gone.set(key, nowMs);
    this.#rows = this.#rows.filter((row) => row.key !== key);
    this.#wanted = this.#wanted?.filter((row) => row.key !== key) ?? null;
  }

  /**
   * Makes the wall say what was heard last.
   * @param {number} nowMs
   * @param {boolean} isCalm somebody speaks: one movement in half a minute
   * @returns {boolean} whether a row came, left or changed places
   */
  settle(nowMs, isCalm) {
    const wanted = this.#wanted ?? [];
    const fresh = new Map(wanted.map((question) => [question.key, question]));
    const kept = this.#rows.flatMap(({ key }) => fresh.get(key) ?? []);
    const may = nowMs - this.#movedMs >= (isCalm ? CALM_EVERY_MS : MOVE_EVERY_MS);
    const must = kept.length === 0 || currentOf(kept) !== currentOf(wanted) || !isOnTop(kept);
    const next = may || must ? wanted : kept;
    const isMoved = keysOf(next) !== keysOf(this.#rows) || currentOf(next) !== currentOf(this.#rows);
    if (isMoved) this.#movedMs = nowMs;
    this.#rows = next;
    return isMoved;
  }
}

/** @param {readonly Question[]} rows */
function keysOf(rows) {
  return rows.map(({ key }) => key).join("\n");
}

/** @param {readonly Question[]} rows */
function currentOf(rows) {
  return rows.find(({ state }) => state === "current")?.key;
}

/** @param {readonly Question[]} rows */
function isOnTop(rows) {
  return rows.findIndex(({ state }) => state === "current") <= 0;
}
