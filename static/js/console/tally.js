/** Figures of the desk: how many posts stand where, and how fast they come and go. Pure. */

import { TARGET } from "./words.js";

/**
 * @typedef {import("./lists.js").Status} Status
 * @typedef {import("./words.js").Verb} Verb
 * @typedef {Record<string, number>} Counts by status
 */

/** The server's counts, and on top of them our decisions that it has not counted yet. */
export class Tally {
  /** @type {Map<string, {from: Status, to: Status}>} */
  #ahead = new Map();

  /** @param {Counts} counts */
  constructor(counts) {
    this.#counts = counts;
  }

  #counts;

  /** @param {Counts} counts */
  hear(counts) {
    this.#counts = counts;
  }

  /**
   * A decision is under way.
   * @param {string} key
   * @param {Status} from
   * @param {Verb} verb
   */
  expect(key, from, verb) {
    this.#ahead.set(key, { from, to: TARGET[verb] });
  }

  /**
   * The server has counted it, or will never do.
   * @param {string} key
   */
  settle(key) {
    this.#ahead.delete(key);
  }

  /** A snapshot has counted everything. */
  restart() {
    this.#ahead.clear();
  }

  /**
   * How many posts have one of these statuses.
   * @param {string} statuses with blanks between them
   */
  of(statuses) {
    const ours = statuses.split(" ");
    let count = ours.reduce((sum, status) => sum + (this.#counts[status] ?? 0), 0);
    for (const { from, to } of this.#ahead.values()) count += Number(ours.includes(to)) - Number(ours.includes(from));
    return Math.max(0, count);
  }
}

const MINUTE_MS = 60_000;
const FIRST_MS = 10_000;

/** How often something happens in a minute, by what was seen in the last one. */
export class Pace {
  /** @type {number[]} */
  #moments = [];

  /** @param {number} startedMs when looking began */
  constructor(startedMs) {
    this.startedMs = startedMs;
  }

  /** @param {number} atMs */
  count(atMs) {
    this.#moments.push(atMs);
  }

  /**
   * Times a minute; null while too little was seen to say so.
   * @param {number} nowMs
   * @returns {number | null}
   */
  perMinute(nowMs) {
    this.#moments = this.#moments.filter((atMs) => atMs > nowMs - MINUTE_MS);
    const watchedMs = Math.min(MINUTE_MS, nowMs - this.startedMs);
    return watchedMs < FIRST_MS ? null : Math.round((this.#moments.length * MINUTE_MS) / watchedMs);
  }
}
