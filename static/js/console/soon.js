/** Work that can wait for a quiet moment: asked for often, it is done once. */

const WITHIN_MS = 400;

export class Soon {
  #isAsked = false;

  /** @param {() => void} work */
  constructor(work) {
    this.#work = work;
  }

  #work;

  ask() {
    if (this.#isAsked) return;
    this.#isAsked = true;
    const done = () => {
      this.#isAsked = false;
      this.#work();
    };
    if ("requestIdleCallback" in globalThis) requestIdleCallback(done, { timeout: WITHIN_MS });
    else setTimeout(done, WITHIN_MS / 2); // Safari
  }
}
