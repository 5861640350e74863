/** How the page of people says things. Pure. */

import { dateLocale, gettext, ngettext } from "../../tongue.js";

/**
 * @typedef {object} Person as /api/people tells of who is signed in
 * @property {string} id
 * @property {string} name
 * @property {string} role
 * @property {string} since
 * @property {string | null} seen_at
 * @property {string | null} ends_at
 * @property {string} browser empty for a bearer badge
 * @property {boolean} is_you
 *
 * @typedef {object} Invitation as /api/people tells of one that still works
 * @property {string} id
 * @property {string} name
 * @property {string} role
 * @property {string} until
 * @property {string} by empty where it was made at the server’s terminal
 *
 * @typedef {{id: string, name: string, role: string, since: string}} Held a password, as /api/people tells of it
 *
 * @typedef {{title: string, why: string, yes: string}} Question
 */

/** The server notes that somebody is here every five minutes: nothing finer is known. */
const HERE_S = 400;

/** What is no browser’s name. @type {Record<string, string>} */
const PLACES = { "": gettext("For programs"), "?": gettext("In some browser") };

/**
 * When somebody was last seen, roughly.
 * @param {Person} person
 * @param {number} nowMs
 */
export function seenWords({ seen_at, is_you }, nowMs) {
  if (is_you) return gettext("This is you, on this device");
  if (!seen_at) return gettext("Not seen yet");
  const seconds = (nowMs - Date.parse(seen_at)) / 1000;
  if (seconds < HERE_S) return gettext("Here now");
  if (seconds < 3600) return gettext("Last seen %(num)s min ago", { num: Math.round(seconds / 60) });
  if (seconds < 86_400) return gettext("Last seen %(num)s h ago", { num: Math.round(seconds / 3600) });
  return gettext("Last seen %(num)s d ago", { num: Math.round(seconds / 86_400) });
}

/**
 * @param {Person} person
 * @param {number} nowMs
 */
export function isHere({ seen_at, is_you }, nowMs) {
  return is_you || (seen_at !== null && nowMs - Date.parse(seen_at) < HERE_S * 1000);
}

/**
 * Where somebody is signed in, and when that ends by itself.
 * @param {Person} person
 * @param {number} nowMs
 * @param {string} zone
 */
export function endsWords({ browser, ends_at }, nowMs, zone) {
  const place = PLACES[browser] ?? browser;
  if (!ends_at) return place;
  const [day, time] = clockWords(ends_at, nowMs, zone);
  const when = day ? `${day}, ${time}` : time;
  return gettext("%(place)s, until %(when)s", { place, when });
}

/** @param {Invitation} invitation */
export function byWords({ by }) {
  return by ? gettext("Invited by %(name)s", { name: by }) : gettext("Invited at the server’s terminal");
}

/**
 * A time of the venue, with its day where that is another one.
 * @param {string} at
 * @param {number} nowMs
 * @param {string} zone
 * @returns {[string, string]} the day, empty for today, and the time
 */
export function clockWords(at, nowMs, zone) {
  const moment = new Date(at);
  const day = (/** @type {Date | number} */ when) =>
    new Intl.DateTimeFormat(dateLocale(), { day: "numeric", month: "short", timeZone: zone }).format(when);
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(moment);
  return [day(moment) === day(nowMs) ? "" : day(moment), time];
}

/** @param {string} day empty for today */
export function sinceWords(day) {
  return day ? gettext("since %(day)s", { day }) : gettext("since");
}

/** @param {string} day empty for today */
export function untilWords(day) {
  return day ? gettext("until %(day)s", { day }) : gettext("until");
}

/**
 * What is asked before somebody is signed out.
 * @param {Person} person
 * @returns {Question}
 */
export function signOutQuestion({ name }) {
  return {
    title: gettext("Sign %(name)s out?", { name }),
    why: gettext("Their page of the desk closes at once. To come back, they need a new invitation."),
    yes: gettext("Sign out"),
  };
}

/**
 * @param {number} many
 * @returns {Question}
 */
export function allOutQuestion(many) {
  return {
    title: ngettext("Sign the other one out?", "Sign all %(num)s others out?", many),
    why: gettext("Their pages close at once, and programs with a badge stop working. Only you stay."),
    yes: gettext("Sign all out"),
  };
}

/** @type {Question} */
export const LAST_OWNER = {
  title: gettext("You are the only owner here"),
  why: gettext(
    "Nobody else can invite. To come back you need the server’s own terminal: server.py invite NAME --role owner.",
  ),
  yes: gettext("Sign out all the same"),
};

/**
 * Whether an owner who leaves leaves nobody who could invite.
 * @param {readonly Person[]} people
 */
export function isOnlyOwner(people) {
  return (
    people.filter(({ role }) => role === "owner").length === 1 &&
    people.some((each) => each.is_you && each.role === "owner")
  );
}
