/** The figures of the last ten minutes, as the server tells them, and what there is to say of them. Pure. */

import { gettext } from "../../tongue.js";

/**
 * @typedef {{at: number, phones: number, screens: number, consoles: number, programs: number, deliveries: number,
 *   lag_ms: number, delay_ms: number, refused: number, ended: number, resumed: number, snapshots: number,
 *   memory_mb: number}} Sample
 * @typedef {{every_s: number, inside: number, places: number, wanted: number, samples: Sample[]}} Told
 * @typedef {Exclude<keyof Sample, "at">} Figure
 */

const KEEPS_S = 600;
// The promise is 2 s, and what is later than a tenth of a second is felt.
const LATE_MS = 100;
const TOO_LATE_MS = 1000;

export class Series {
  /** @type {Sample[]} */
  #samples = [];
  inside = 0;
  places = 0;
  wanted = 0;

  /** The moment after which there may be more, in seconds since 1970. */
  get after() {
    return this.#samples.at(-1)?.at ?? 0;
  }

  /** @param {Told} told */
  hear({ inside, places, wanted, samples }) {
    this.inside = inside;
    this.places = places;
    this.wanted = wanted;
    const fresh = samples.filter(({ at }) => at > this.after);
    const all = [...this.#samples, ...fresh];
    this.#samples = all.filter(({ at }) => at > (all.at(-1)?.at ?? 0) - KEEPS_S);
  }

  /**
   * What a chart draws: the moments, and a column for each figure.
   * @param {readonly Figure[]} figures
   * @returns {number[][]}
   */
  columns(figures) {
    return [this.#samples.map(({ at }) => at), ...figures.map((name) => this.#samples.map((each) => each[name]))];
  }

  /** @param {Figure} figure */
  now(figure) {
    return this.#samples.at(-1)?.[figure] ?? 0;
  }

  /** @param {Figure} figure */
  most(figure) {
    return Math.max(0, ...this.#samples.map((each) => each[figure]));
  }

  /** @param {Figure} figure */
  sum(figure) {
    return this.#samples.reduce((sum, each) => sum + each[figure], 0);
  }

  /** How it goes, in a sentence, and whether it is well. @returns {{words: string, state: "shown" | "held" | "outbox"}} */
  get verdict() {
    if (this.places && this.inside >= this.places * 0.9)
      return { words: gettext("The places are taken: phones are sent away."), state: "outbox" };
    const late = Math.max(this.now("lag_ms"), this.now("delay_ms"));
    if (late >= TOO_LATE_MS)
      return { words: gettext("It is late by more than a second: the machine has too much to do."), state: "outbox" };
    if (late >= LATE_MS)
      return { words: gettext("It is busy: what is approved arrives a little late."), state: "held" };
    return { words: gettext("All is well: what is approved is everywhere at once."), state: "shown" };
  }
}

/**
 * A figure as people read it: whole numbers from ten on, one place behind the point below.
 * @param {number} figure
 * @param {string} [language]
 */
export function readable(figure, language) {
  return figure.toLocaleString(language, { maximumFractionDigits: figure < 10 ? 1 : 0 });
}
