/** On which screens a post was, and how long: asked for when somebody wants to know it. */

import { gettext } from "../tongue.js";
import { write } from "./strokes.js";

/**
 * @typedef {object} Showing as /api/posts/KEY/receipts tells of a post on one screen
 * @property {string} screen
 * @property {string} hall
 * @property {number} times
 * @property {number} seconds
 * @property {string} first_at
 * @property {string} last_at
 * @property {boolean} is_there
 */

const DEADLINE_MS = 8000;
const THERE_MS = 20_000; // a screen that nobody heard for longer is not known to show anything
const SILENT = gettext("The desk did not answer. Close the list, and open it again.");

/**
 * A line for each screen, and one for all of them where they are several. Pure.
 * @param {readonly Showing[]} showings
 * @param {ReadonlyMap<string, string>} halls names by slug
 * @param {string} zone
 * @param {number} nowMs
 * @returns {string[]}
 */
export function showingLines(showings, halls, zone, nowMs) {
  if (showings.length === 0) return [gettext("On no screen that was paired.")];
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
  const at = (/** @type {string} */ moment) => time.format(new Date(moment));
  return showings.map(({ screen, hall, times, seconds, first_at, last_at, is_there }) => {
    const isThere = is_there && nowMs - Date.parse(last_at) < THERE_MS;
    const place = `${screen}, ${halls.get(hall) ?? hall}`;
    const said = { place, span: lengthWords(seconds), num: times, first: at(first_at), last: at(last_at) };
    if (times === 1 && isThere) return gettext("%(place)s: %(span)s, first at %(first)s, and is there now.", said);
    if (times === 1) return gettext("%(place)s: %(span)s, first at %(first)s.", said);
    return isThere
      ? gettext("%(place)s: %(span)s, %(num)s times, first at %(first)s, and is there now.", said)
      : gettext("%(place)s: %(span)s, %(num)s times, first at %(first)s, last at %(last)s.", said);
  });
}

/** @param {number} seconds */
function lengthWords(seconds) {
  return seconds < 90
    ? gettext("%(num)s s", { num: Math.max(1, Math.round(seconds)) })
    : gettext("%(num)s min", { num: Math.round(seconds / 60) });
}

export class Shown {
  /**
   * @param {object} parts
   * @param {HTMLElement} parts.cards
   * @param {ReadonlyMap<string, string>} parts.halls
   * @param {import("./ages.js").ServerClock} parts.clock
   * @param {string} parts.zone
   */
  constructor({ cards, halls, clock, zone }) {
    this.#parts = { cards, halls, clock, zone };
  }

  #parts;

  listen() {
    this.#parts.cards.addEventListener("toggle", ({ target }) => this.#toggle(target), true);
  }

  /** @param {EventTarget | null} target */
  async #toggle(target) {
    if (!(target instanceof HTMLDetailsElement) || !target.matches(".shown-on") || !target.open) return;
    const { halls, clock, zone } = this.#parts;
    const showings = await ask(target.closest("article")?.dataset.key ?? "");
    const lines = showings ? showingLines(showings, halls, zone, clock.now()) : [SILENT];
    const list = /** @type {HTMLElement} */ (target.querySelector("ul"));
    list.replaceChildren(...lines.map(() => document.createElement("li")));
    for (const [index, line] of lines.entries()) write(/** @type {Element} */ (list.children[index]), line);
  }
}

/**
 * @param {string} key
 * @returns {Promise<Showing[] | null>}
 */
async function ask(key) {
  try {
    const address = `/api/posts/${encodeURIComponent(key)}/receipts`;
    const response = await fetch(address, { signal: AbortSignal.timeout(DEADLINE_MS) });
    return response.ok ? (await response.json()).showings : null;
  } catch {
    return null;
  }
}
