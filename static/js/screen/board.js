/** The board: what is on in the hall, and what comes next. */

import { piecesOf, placed } from "../pieces.js";
import { gettext } from "../tongue.js";

/**
 * @typedef {object} Session as `/api/programme/now` tells of it
 * @property {string} title
 * @property {string} start with the venue's own clock in it
 * @property {string} end
 * @property {string} [language]
 * @property {{name: string}[]} speakers
 */

/** @param {Session} session */
export function speakersOf({ speakers }) {
  return speakers.map(({ name }) => name).join(", ");
}

/**
 * The venue's clock at a moment: the moment is told in the venue's zone, whatever a device believes.
 * @param {string} moment such as 2031-05-04T15:00:00+02:00
 */
export function clockOf(moment) {
  return moment.slice(11, 16);
}

export class Board {
  #shown = "";

  /** @param {HTMLElement} place a list */
  constructor(place) {
    this.place = place;
  }

  /** Whether there is nothing to show. */
  get isEmpty() {
    return this.place.children.length === 0;
  }

  /**
   * @param {Session | null} now
   * @param {Session | null} next
   * @returns {boolean} whether anything is another than before
   */
  show(now, next) {
    const shown = JSON.stringify([now, next]);
    if (shown === this.#shown) return false;
    this.#shown = shown;
    const rows = [];
    if (now) rows.push(row(now, [gettext("Now"), gettext("until %(end)s", { end: clockOf(now.end) })]));
    if (next) rows.push(row(next, [gettext("Next"), gettext("at %(start)s", { start: clockOf(next.start) })]));
    rows[0]?.setAttribute("aria-current", "true");
    this.place.replaceChildren(...rows);
    return true;
  }
}

/**
 * @param {Session} session
 * @param {[string, string]} when
 */
function row(session, [word, time]) {
  const when = element("div", "programme-when");
  when.append(element("b", "", word), element("time", "", time));
  const bowl = element("span", "bowl");
  bowl.dataset.state = word === gettext("Now") ? "air" : "queued";
  bowl.ariaHidden = "true";
  const what = element("div", "programme-what");
  const title = element("p", "title");
  title.append(...piecesOf(session.title).map(placed));
  what.append(title, element("p", "who", speakersOf(session)));
  for (const words of what.children) words.setAttribute("dir", "auto");
  if (session.language) what.lang = session.language;
  const item = document.createElement("li");
  item.append(when, bowl, what);
  return item;
}

/**
 * @param {string} name
 * @param {string} [classes]
 * @param {string} [words]
 */
function element(name, classes = "", words = "") {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  made.textContent = words;
  return made;
}
