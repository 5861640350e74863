/** The venue's clock, whatever the screen's own says: the server tells what time it is, and this counts on from there. */

const MINUTE_MS = 60_000;

export class Clock {
  #toldMs = 0;
  #heardMs = 0;
  #timer = 0;

  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
  }

  /**
   * Goes by what the server says.
   * @param {string} moment in the venue's zone, such as 2031-05-04T15:00:00.5+02:00
   */
  set(moment) {
    // As if the venue's hands were UTC's: the zone of neither machine is asked.
    this.#toldMs = Date.parse(`${moment.slice(0, 19)}Z`);
    this.#heardMs = performance.now();
    this.show();
  }

  /**
   * The venue's time at a moment of this page's own clock; empty before the server told what time it is.
   * @param {number} ms as `performance.now` counts
   */
  at(ms) {
    return this.#toldMs ? new Date(this.#toldMs + ms - this.#heardMs).toISOString().slice(11, 16) : "";
  }

  show() {
    const ms = this.#toldMs + performance.now() - this.#heardMs;
    this.place.textContent = new Date(ms).toISOString().slice(11, 16);
    clearTimeout(this.#timer);
    this.#timer = Number(setTimeout(() => this.show(), MINUTE_MS - (ms % MINUTE_MS)));
  }
}
