/** Work that can wait for a quiet moment: asked for often, it is done once, and not again within a second. */

const WITHIN_MS = 400;
const APART_MS = 1000;

export class Soon {
  #isAsked = false;
  #doneAt = Number.NEGATIVE_INFINITY;

  /**
   * @param {() => void} work
   * @param {(done: () => void) => void} quiet calls back in a quiet moment
   */
  constructor(work, quiet = whenQuiet) {
    this.#work = work;
    this.#quiet = quiet;
  }

  #work;
  #quiet;

  ask() {
    if (this.#isAsked) return;
    this.#isAsked = true;
    const pause = this.#doneAt + APART_MS - performance.now();
    if (pause > 0) setTimeout(() => this.#wait(), pause);
    else this.#wait();
  }

  #wait() {
    this.#quiet(() => {
      this.#isAsked = false;
      this.#doneAt = performance.now();
      this.#work();
    });
  }
}

/** @param {() => void} done */
function whenQuiet(done) {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(done, { timeout: WITHIN_MS });
  else setTimeout(done, WITHIN_MS / 2); // Safari
}
