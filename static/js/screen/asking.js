/** Asks the server what is asked in the hall, as long as questions are on the wall, and keeps them in their order. */

import { ask, Lookout } from "../programme.js";
import { Ledger } from "./ledger.js";

const EVERY_S = 2;
const NEVER_S = 86_400;
const SPREAD_MS = 300;

/** @typedef {{questions: import("./ledger.js").Question[], askedMs: number}} Answer */

export class Asking {
  #ledger = new Ledger();
  #isOn = false;

  /**
   * @param {string} hall its slug
   * @param {object} wall
   * @param {() => {isFrozen: boolean, isCalm: boolean}} wall.mood
   * @param {() => void} wall.onMove a row came, left or changed places
   * @param {() => void} wall.onTally only votes are others
   */
  constructor(hall, wall) {
    this.#wall = wall;
    this.#lookout = new Lookout(
      `/api/halls/${encodeURIComponent(hall)}/questions`,
      (/** @type {Answer} */ answer) => this.#hear(answer),
      { spreadMs: SPREAD_MS, ask: asked },
    );
  }

  #wall;
  #lookout;

  /** What stands on the wall, in its order. */
  get rows() {
    return this.#ledger.rows;
  }

  /** Whether the server said yet what is asked. */
  get isKnown() {
    return this.#ledger.isKnown;
  }

  /** @param {boolean} isOn whether questions are on the wall */
  turn(isOn) {
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    this.look();
  }

  /** Something changed in the hall: it may be a question. */
  look() {
    if (this.#isOn) this.#lookout.look();
  }

  /** @param {string} key of a post that was taken back */
  drop(key) {
    this.#ledger.drop(key, performance.now());
  }

  /** @param {Answer} answer */
  #hear({ questions, askedMs }) {
    const { isFrozen, isCalm } = this.#wall.mood();
    if (isFrozen) return this.#again;
    const isFirst = !this.isKnown;
    this.#ledger.hear(questions, askedMs);
    const isMoved = this.#ledger.settle(performance.now(), isCalm);
    if (isMoved || isFirst) this.#wall.onMove();
    else this.#wall.onTally();
    return this.#again;
  }

  get #again() {
    return this.#isOn ? EVERY_S : NEVER_S;
  }
}

/** @param {string} path */
async function asked(path) {
  const askedMs = performance.now();
  return { ...(await ask(path)), askedMs };
}
