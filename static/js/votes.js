/** A device's votes on their way: they answer the finger at once, and go one after the other. */

import { gettext, inTongue } from "./tongue.js";

const DEADLINE_MS = 10_000;
const SETTLE_MS = 700; // the total with one's own vote in it comes a little after the answer
const DEVICE_MISSING = 409; // the answer brings the cookie that was missing

/**
 * @typedef {object} Sheet where votes are seen; a question may have left it meanwhile
 * @property {(key: string) => number} votesOf what it says now
 * @property {(key: string, votes: number) => void} tally
 * @property {(key: string, up: boolean) => void} press
 * @property {(refusal: string) => void} say
 */

/** What the device wants of each question, and what it shows of it. */
export class Votes {
  #sheet;
  #send;
  /** @type {Map<string, boolean>} what the device wants of each question whose vote is on its way */
  #wanted = new Map();
  /** @type {Map<string, number | null>} the total that was told meanwhile: one that jumps back and forth looks wrong */
  #held = new Map();

  /**
   * @param {Sheet} sheet
   * @param {(key: string, up: boolean) => Promise<string>} send
   */
  constructor(sheet, send = cast) {
    this.#sheet = sheet;
    this.#send = send;
  }

  /**
   * Whether the device wants a question answered: the finger knows it before the server does.
   * @param {string} key
   * @param {boolean} isVoted as the server told it
   */
  wants(key, isVoted) {
    return this.#wanted.get(key) ?? isVoted;
  }

  /**
   * Hears a total.
   * @param {string} key
   * @param {number} votes
   */
  hear(key, votes) {
    if (this.#held.has(key)) this.#held.set(key, votes);
    else this.#sheet.tally(key, votes);
  }

  /**
   * The finger wants a question, or no longer.
   * @param {string} key
   * @param {boolean} up
   */
  async turn(key, up) {
    this.#sheet.say("");
    this.#mark(key, up);
    const isOnItsWay = this.#wanted.has(key);
    this.#wanted.set(key, up);
    this.#held.set(key, this.#held.get(key) ?? null);
    if (!isOnItsWay) await this.#go(key, up);
  }

  /**
   * Sends what the device wants, and again where the finger was faster than the answer.
   * @param {string} key
   * @param {boolean} up
   * @returns {Promise<void>}
   */
  async #go(key, up) {
    const refusal = await this.#send(key, up);
    const wanted = this.#wanted.get(key);
    if (!refusal && wanted !== undefined && wanted !== up) return this.#go(key, wanted);
    this.#wanted.delete(key);
    setTimeout(() => this.#settle(key), SETTLE_MS);
    if (!refusal) return;
    if (wanted === up) this.#mark(key, !up);
    this.#sheet.say(refusal);
  }

  /**
   * @param {string} key
   * @param {boolean} up
   */
  #mark(key, up) {
    this.#sheet.press(key, up);
    this.#sheet.tally(key, Math.max(0, this.#sheet.votesOf(key) + (up ? 1 : -1)));
  }

  /** @param {string} key of a question whose vote is answered */
  #settle(key) {
    if (this.#wanted.has(key)) return;
    const votes = this.#held.get(key) ?? null;
    this.#held.delete(key);
    if (votes !== null) this.#sheet.tally(key, votes);
  }
}

/**
 * Casts a vote, or takes it back; what comes back is why it did not count, or nothing.
 * @param {string} key
 * @param {boolean} up
 * @param {boolean} [isAgain]
 * @returns {Promise<string>}
 */
export async function cast(key, up, isAgain = false) {
  try {
    const response = await fetch(inTongue(`/questions/${encodeURIComponent(key)}/vote`), {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ up }),
      signal: AbortSignal.timeout?.(DEADLINE_MS),
    });
    if (response.ok) return "";
    if (response.status === DEVICE_MISSING && !isAgain) return await cast(key, up, true);
    return (await response.json()).error.message;
  } catch {
    return gettext("There is no connection: your vote did not count. Please try again.");
  }
}
