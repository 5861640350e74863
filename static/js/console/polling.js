/** What the page asks of the desk again and again while it is seen, and sooner where there is a reason to. */

export class Polling {
  #timer = 0;
  #askedMs = Number.NEGATIVE_INFINITY;
  #isAsking = false;
  #isOld = false;

  /**
   * @param {() => Promise<void>} ask
   * @param {object} pace
   * @param {number} pace.everyMs
   * @param {number} [pace.leastMs] how long nothing is asked again, whatever the reason
   * @param {(work: () => void, ms: number) => number} [pace.after]
   * @param {() => number} [pace.nowMs]
   */
  constructor(ask, { everyMs, leastMs = everyMs, after = setTimeout, nowMs = () => performance.now() }) {
    this.#ask = ask;
    this.#pace = { everyMs, leastMs, after, nowMs };
  }

  #ask;
  #pace;

  /** Asks now, and goes on. */
  async start() {
    this.#isAsking = true;
    this.#isOld = false;
    this.#askedMs = this.#pace.nowMs();
    try {
      if (globalThis.document?.visibilityState !== "hidden") await this.#ask();
    } catch {
      // The bar says that the desk does not answer; what was heard last stays, and its age grows.
    }
    this.#isAsking = false;
    this.#wait(this.#isOld ? this.#pace.leastMs : this.#pace.everyMs);
  }

  /** What was heard last is old: the next question comes as soon as it may. */
  soon() {
    if (this.#isOld) return;
    this.#isOld = true;
    if (this.#isAsking) return;
    clearTimeout(this.#timer);
    this.#wait(this.#pace.leastMs);
  }

  /** @param {number} ms after the last question */
  #wait(ms) {
    const { after, nowMs } = this.#pace;
    this.#timer = after(() => this.start(), Math.max(0, this.#askedMs + ms - nowMs()));
  }
}
