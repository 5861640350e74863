/** Who changed what and when, newest first, each to be gone back to. */

import { gettext } from "../../tongue.js";
import { clone, fill } from "../strokes.js";
import { whenWords } from "./words.js";

/** @typedef {{version: number, by: string, at: string | null, preset: string, changes: string[]}} Version */

export class Versions {
  /**
   * @param {object} parts
   * @param {HTMLElement} parts.place
   * @param {HTMLElement} parts.none
   * @param {HTMLTemplateElement} parts.template
   * @param {string} parts.zone
   * @param {typeof import("./clerk.js").askVersions} parts.askVersions
   */
  constructor({ place, none, template, zone, askVersions }) {
    this.#parts = { place, none, template, zone, askVersions };
  }

  #parts;

  /** Asks for them, and writes them. What cannot be asked stays as it was. */
  async show() {
    const { place, none, askVersions } = this.#parts;
    const answer = await askVersions();
    if (!answer.ok) return;
    const focused = document.activeElement;
    const version = focused instanceof HTMLElement && place.contains(focused) ? focused.dataset.version : undefined;
    place.replaceChildren(...answer.told.versions.map((each, index) => this.#entry(each, index === 0)));
    none.hidden = answer.told.versions.length > 0;
    const again = version && place.querySelector(`[data-version="${version}"]`);
    if (again instanceof HTMLElement) again.focus();
  }

  /**
   * @param {Version} version
   * @param {boolean} isNewest
   */
  #entry(version, isNewest) {
    const { template, zone } = this.#parts;
    const row = clone(template);
    fill(row, ".when", whenWords(version.at, zone));
    fill(row, ".by", version.by);
    fill(row, ".changes", version.changes.join(", ") || gettext("changed nothing"));
    const button = row.querySelector("button");
    if (!button) return row;
    button.dataset.version = String(version.version);
    const when = whenWords(version.at, zone);
    button.setAttribute("aria-label", gettext("Go back to the rules of %(when)s", { when }));
    if (isNewest) button.replaceWith(gettext("in force"));
    return row;
  }
}
