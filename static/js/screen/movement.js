/**
 * How a picture becomes the next one: softly, one movement at a time. A machine that cannot keep up with movements shows
 * what is new at once: that is worth more than how it comes.
 */

const LIMIT_MS = 900; // a movement takes 450 ms; a browser that does not report its end must not stop the wall
const STALL_MS = 120; // from one frame to the next
const LATE_MS = 1000 / 30 + 1; // clocks of pages are rounded
const ENOUGH = 4; // frames to judge by: the first one or two are often late
const REST_MS = 300_000; // then the machine may be less busy

/**
 * Whether eyes see steps in place of a movement: it stands still, or most of its frames so far were late. Pure.
 * @param {readonly number[]} tookMs each frame so far, at least one
 */
export function isJerky(tookMs) {
  const late = tookMs.filter((ms) => ms > LATE_MS).length;
  return (tookMs.at(-1) ?? 0) > STALL_MS || (tookMs.length >= ENOUGH && late * 2 > tookMs.length);
}

export class Movement {
  #restsUntilMs = 0;
  /** @type {ViewTransition | null} */
  #running = null;

  /**
   * Has the page placed anew; the promise is kept once nothing moves any more.
   * @param {() => void} place
   */
  async to(place) {
    const isStill = performance.now() < this.#restsUntilMs || matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (isStill || document.hidden || !document.startViewTransition) return place();
    const running = document.startViewTransition(place);
    this.#running = running;
    running.ready.then(() => this.#watch()).catch(() => {}); // it was cut short: the new state is there all the same
    const limit = new Promise((resolve) => setTimeout(resolve, LIMIT_MS));
    await Promise.race([running.finished.catch(() => {}), limit]);
    this.#running = null;
  }

  /** Ends what moves: what comes now waits for nothing. */
  cut() {
    this.#running?.skipTransition();
  }

  #watch() {
    /** @type {number[]} */
    const tookMs = [];
    let lastMs = performance.now();
    const look = () => {
      if (!this.#running) return;
      const nowMs = performance.now();
      tookMs.push(nowMs - lastMs);
      lastMs = nowMs;
      if (isJerky(tookMs)) {
        this.#restsUntilMs = nowMs + REST_MS;
        this.cut();
      } else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }
}
