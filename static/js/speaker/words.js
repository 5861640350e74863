/** How the speaker view says things. Pure. */

import { gettext, ngettext } from "../tongue.js";

/**
 * @typedef {object} Line
 * @property {string} id
 * @property {string} by
 * @property {string} text
 * @property {string} at
 *
 * @typedef {{key: string, name: string, network: string, text: string}} Short
 * @typedef {{key: string, text: string, askers: string[], votes: number}} Asked
 * @typedef {object} Seen as /api/halls/HALL/speaker tells it
 * @property {Line[]} messages
 * @property {{id: string, title: string} | null} session
 * @property {number | null} left_s
 * @property {Asked | null} question
 * @property {Asked[]} questions
 * @property {number} open
 * @property {Short | null} now
 * @property {Short[]} next
 * @property {string} at
 */

/**
 * Who wrote a line, and how long ago; how many more wait behind it.
 * @param {readonly Line[]} lines
 * @param {string} now the server’s time
 */
export function fromWords([line, ...more], now) {
  if (!line) return "";
  const minutes = Math.floor((Date.parse(now) - Date.parse(line.at)) / 60_000);
  const when = minutes < 1 ? gettext("just now") : gettext("%(num)s min ago", { num: minutes });
  const from = gettext("From %(name)s, %(when)s", { name: line.by, when });
  const behind = gettext("%(num)s more behind it", { num: more.length });
  return more.length ? `${from}. ${behind}` : from;
}

/** @param {Short} post */
export function whoWords({ name, network }) {
  return `${name}, ${network}`;
}

/**
 * How much time a session has left; nothing while none is on.
 * @param {number | null} left_s
 */
export function leftWords(left_s) {
  if (left_s === null) return "";
  return left_s < 60 ? gettext("Last minute") : gettext("%(num)s min left", { num: Math.floor(left_s / 60) });
}

/**
 * Who asks.
 * @param {Asked} asked
 */
export function askerWords({ askers: [first = gettext("Somebody"), ...others] }) {
  return others.length ? gettext("%(name)s and %(num)s more", { name: first, num: others.length }) : first;
}

/**
 * How many want to hear the answer.
 * @param {Asked} asked
 */
export function votesWords({ votes }) {
  return ngettext("%(num)s vote", "%(num)s votes", votes);
}

/**
 * How many questions wait behind those that are shown.
 * @param {number} open
 * @param {number} shown
 */
export function moreWords(open, shown) {
  const more = open - shown;
  return more > 0 ? ngettext("%(num)s more waits", "%(num)s more wait", more) : "";
}
