/** Receipts: a screen says what it has painted, up to which update. */

const EVERY_MS = 500;

/**
 * @typedef {{seq: number, keys: string[]}} Painted
 *
 * @typedef {object} Surroundings what a test replaces
 * @property {(run: () => void, ms: number) => unknown} later
 * @property {() => number} now milliseconds
 */

/** @type {Surroundings} */
const browser = { later: (run, ms) => setTimeout(run, ms), now: () => performance.now() };

/** Sends the first receipt at once and then the newest one, at most twice a second, and none twice. */
export class Receipts {
  /** @type {Painted | null} */
  #waiting = null;
  #sent = "";
  #sentMs = Number.NEGATIVE_INFINITY;
  #isPlanned = false;

  /**
   * @param {(frame: object) => boolean} send false where there is no connection
   * @param {Surroundings} [surroundings]
   */
  constructor(send, surroundings = browser) {
    this.#send = send;
    this.#around = surroundings;
  }

  #send;
  #around;

  /**
   * @param {Painted} painted
   * @param {boolean} [isUrgent] somebody waits for the word that a post is gone
   */
  write(painted, isUrgent = false) {
    this.#waiting = painted;
    this.#flush(isUrgent);
  }

  /** A new connection: the server has forgotten what we said. */
  again() {
    this.#sent = "";
    this.#flush();
  }

  #flush(isUrgent = false) {
    if (!this.#waiting || (this.#isPlanned && !isUrgent)) return;
    const waitMs = this.#sentMs + EVERY_MS - this.#around.now();
    if (waitMs > 0 && !isUrgent) return this.#plan(waitMs);
    const frame = { op: "painted", ...this.#waiting };
    const text = JSON.stringify(frame);
    if (text === this.#sent || !this.#send(frame)) return;
    this.#sent = text;
    this.#sentMs = this.#around.now();
  }

  /** @param {number} waitMs */
  #plan(waitMs) {
    this.#isPlanned = true;
    this.#around.later(() => {
      this.#isPlanned = false;
      this.#flush();
    }, waitMs);
  }
}
