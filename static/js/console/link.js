/** What the page says and does about its connection: a word in the bar, and dashed buttons while the desk is silent. */

import { write } from "./strokes.js";
import { linkWords } from "./words.js";

/** A connection that is back within this time was never worth a word. */
const GRACE_MS = 1500;

export class Link {
  /** @type {"connecting" | "live" | "lost"} */
  #state = "connecting";
  #lostAt = 0;
  isStale = false;

  /**
   * @param {HTMLElement} label
   * @param {(isStale: boolean) => void} onStale
   * @param {() => number} [now] milliseconds
   */
  constructor(label, onStale, now = Date.now) {
    this.#label = label;
    this.#onStale = onStale;
    this.#now = now;
    this.#heardAt = now();
  }

  #label;
  #onStale;
  #now;
  #heardAt;

  /** The desk said something. */
  hear() {
    this.#heardAt = this.#now();
  }

  /** @param {"live" | "lost"} state */
  turn(state) {
    this.#state = state;
    this.#lostAt = this.#now();
    if (state === "lost") setTimeout(() => this.tick(), GRACE_MS);
    this.tick();
  }

  /** Once a second: the silence grows longer. */
  tick() {
    const isStale = this.#state === "lost" && this.#now() - this.#lostAt >= GRACE_MS;
    if (this.#state !== "lost" || isStale) {
      write(this.#label, linkWords(this.#state, (this.#now() - this.#heardAt) / 1000));
    }
    this.#label.classList.toggle("lost", isStale);
    this.#label.classList.toggle("soft", !isStale);
    document.body.toggleAttribute("data-stale", isStale);
    if (isStale === this.isStale) return;
    this.isStale = isStale;
    this.#onStale(isStale);
  }
}
