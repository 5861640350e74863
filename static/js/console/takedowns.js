/** What became of takedowns: how many screens confirmed that a post is gone, how fast, and which did not yet. */

import { gettext, ngettext } from "../tongue.js";

/**
 * @typedef {object} Takedown as the desk is told of one in one hall
 * @property {string} key
 * @property {string} hall
 * @property {string} at
 * @property {number} asked
 * @property {number} confirmed
 * @property {number | null} took_ms
 * @property {string[]} late names; empty for a screen that nobody paired
 */

/**
 * The takedowns of one post in all halls, as one. Pure, like what follows.
 * @param {readonly Takedown[]} parts not empty
 */
function together(parts) {
  return {
    asked: parts.reduce((sum, { asked }) => sum + asked, 0),
    confirmed: parts.reduce((sum, { confirmed }) => sum + confirmed, 0),
    tookMs: Math.max(...parts.map(({ took_ms }) => took_ms ?? 0)),
    late: parts.flatMap(({ late }) => late),
  };
}

/** @param {readonly Takedown[]} parts of one post */
export function takedownWords(parts) {
  const { asked, confirmed, tookMs, late } = together(parts);
  const seconds = (Math.max(tookMs, 50) / 1000).toFixed(1);
  const told = { confirmed, seconds };
  if (late.length === 0)
    return ngettext(
      "Gone: %(confirmed)s of %(num)s screen confirmed in %(seconds)s s.",
      "Gone: %(confirmed)s of %(num)s screens confirmed in %(seconds)s s.",
      asked,
      told,
    );
  const named = late.filter(Boolean);
  const strangers = late.length - named.length;
  const unpaired = strangers === 0 ? [] : [ngettext("a screen nobody paired", "%(num)s unpaired screens", strangers)];
  const so =
    confirmed > 0
      ? ngettext(
          "%(confirmed)s of %(num)s screen confirmed in %(seconds)s s.",
          "%(confirmed)s of %(num)s screens confirmed in %(seconds)s s.",
          asked,
          told,
        )
      : ngettext("0 of %(num)s screen confirmed.", "0 of %(num)s screens confirmed.", asked);
  const names = [...named, ...unpaired].join(", ");
  const rest = gettext("Not yet: %(names)s. Unless it answers, it shows the holding card when its lease is over.", {
    names,
  });
  return `${so} ${rest}`;
}

export class Takedowns {
  /** @type {Map<string, string>} what was told last of each post */
  #told = new Map();
  #isFirst = true;

  /**
   * What is news in what the desk tells; what was there when the page opened is none.
   * @param {readonly Takedown[]} takedowns
   * @returns {{words: string, isWhole: boolean}[]}
   */
  hear(takedowns) {
    /** @type {Map<string, Takedown[]>} */
    const byKey = new Map();
    for (const each of takedowns) byKey.set(each.key, [...(byKey.get(each.key) ?? []), each]);
    const news = [...byKey].flatMap(([key, parts]) => {
      const words = takedownWords(parts);
      if (this.#told.get(key) === words) return [];
      this.#told.set(key, words);
      return [{ words, isWhole: parts.every(({ late }) => late.length === 0) }];
    });
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    return isFirst ? [] : news;
  }
}
