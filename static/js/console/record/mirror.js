/** Beside the record: what the hall did not see, by reason and by whom. */

import { clone, fill, write } from "../strokes.js";
import { actorRows, criticalWords, reasonRows, shareWords } from "./shares.js";
import { byWords, reasonWords } from "./words.js";

/** @typedef {import("./shares.js").Row} Row */

export class Mirror {
  /**
   * @param {object} parts
   * @param {HTMLElement} parts.share
   * @param {HTMLElement} parts.of
   * @param {HTMLElement} parts.byReason
   * @param {HTMLElement} parts.byActor
   * @param {HTMLElement} parts.critical
   * @param {HTMLTemplateElement} parts.template
   * @param {import("./words.js").Names} parts.names
   */
  constructor({ share, of, byReason, byActor, critical, template, names }) {
    this.#parts = { share, of, byReason, byActor, critical, template, names };
  }

  #parts;

  /** @param {import("./shares.js").Shares} shares */
  show(shares) {
    const { share, of, byReason, byActor, critical, names } = this.#parts;
    const [headline, line] = shareWords(shares);
    write(share, headline);
    write(of, line);
    write(critical, criticalWords(shares.critical_shown));
    this.#list(byReason, reasonRows(shares, names.reasons.keys()), (name) => reasonWords(name, names));
    this.#list(byActor, actorRows(shares), (by) => byWords(by, names));
  }

  /**
   * @param {HTMLElement} place
   * @param {Row[]} rows
   * @param {(name: string) => string} called
   */
  #list(place, rows, called) {
    while (place.children.length > rows.length) place.lastElementChild?.remove();
    while (place.children.length < rows.length) place.append(clone(this.#parts.template));
    for (const [index, { name, count, of, words }] of rows.entries()) {
      const row = /** @type {HTMLElement} */ (place.children[index]);
      fill(row, "dt", called(name));
      fill(row, "dd", words);
      const meter = row.querySelector("meter");
      if (!meter) continue;
      meter.max = Math.max(of, 1);
      meter.value = count;
    }
  }
}
