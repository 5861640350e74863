/** The figures over the queue, on the tabs, in the title and in the tab's icon. */

import { ageWords, levelOf } from "./ages.js";
import { write } from "./strokes.js";
import { titleWords } from "./words.js";

/** @typedef {import("./tally.js").Pace} Pace */

export class Gauge {
  /** @type {number | null} */
  #oldestMs = null;

  /**
   * @param {object} options
   * @param {import("./tally.js").Tally} options.tally
   * @param {import("./ages.js").ServerClock} options.clock
   * @param {string} options.title
   * @param {string} [options.since] since when the oldest post of the queue waits
   * @param {HTMLElement} [options.oldest]
   * @param {[HTMLElement, Pace][]} [options.paces]
   */
  constructor({ tally, clock, title, since, oldest, paces = [] }) {
    this.#tally = tally;
    this.#clock = clock;
    this.#title = title;
    this.#oldest = oldest;
    this.#paces = paces;
    this.hearOldest(since || null);
  }

  #tally;
  #clock;
  #title;
  #oldest;
  #paces;

  /** @param {string | null} at since when the oldest post of the queue waits */
  hearOldest(at) {
    this.#oldestMs = at ? Date.parse(at) : null;
  }

  /** How long the oldest waits, in seconds; 0 where nothing does. */
  get oldestS() {
    return this.#oldestMs === null ? 0 : this.#clock.since(this.#oldestMs);
  }

  /** Writes the counts wherever they stand, and what grows with the time. */
  count() {
    this.tick();
    for (const place of document.querySelectorAll("[data-count]")) {
      if (place instanceof HTMLElement) write(place, String(this.#tally.of(place.dataset.count ?? "")));
    }
    const waiting = this.#tally.of("queued");
    const title = titleWords(this.#title, waiting);
    if (document.title !== title) document.title = title;
    const icon = /** @type {HTMLLinkElement | null} */ (document.querySelector('link[rel="icon"]'));
    const address = `/static/${waiting > 0 ? "favicon-badge" : "favicon"}.svg`;
    if (icon && icon.getAttribute("href") !== address) icon.setAttribute("href", address);
  }

  /** Once a second: the headline grows older, the paces change. */
  tick() {
    if (this.#oldest) this.#head(this.#oldest, this.oldestS);
    for (const [place, pace] of this.#paces) write(place, String(pace.perMinute(this.#clock.ours()) ?? "–"));
  }

  /**
   * @param {HTMLElement} oldest
   * @param {number} seconds
   */
  #head(oldest, seconds) {
    const figure = oldest.querySelector("dd");
    if (figure) write(figure, ageWords(seconds));
    const level = levelOf(seconds);
    if (oldest.dataset.level !== level) oldest.dataset.level = level;
  }
}
