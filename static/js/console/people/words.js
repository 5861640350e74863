/** How the page of people says things. Pure. */

/**
 * @typedef {object} Person as /api/people tells of who is signed in
 * @property {string} id
 * @property {string} name
 * @property {string} role
 * @property {string} since
 * @property {string | null} seen_at
 * @property {boolean} is_you
 *
 * @typedef {object} Invitation as /api/people tells of one that still works
 * @property {string} id
 * @property {string} name
 * @property {string} role
 * @property {string} until
 * @property {string} by empty where it was made at the server’s terminal
 *
 * @typedef {{title: string, why: string, yes: string}} Question
 */

/** The server notes that somebody is here every five minutes: nothing finer is known. */
const HERE_S = 400;

/**
 * When somebody was last seen, roughly.
 * @param {Person} person
 * @param {number} nowMs
 */
export function seenWords({ seen_at, is_you }, nowMs) {
  if (is_you) return "This is you, on this device";
  if (!seen_at) return "Not seen yet";
  const seconds = (nowMs - Date.parse(seen_at)) / 1000;
  if (seconds < HERE_S) return "Here now";
  if (seconds < 3600) return `Last seen ${Math.round(seconds / 60)} min ago`;
  if (seconds < 86_400) return `Last seen ${Math.round(seconds / 3600)} h ago`;
  return `Last seen ${Math.round(seconds / 86_400)} d ago`;
}

/**
 * @param {Person} person
 * @param {number} nowMs
 */
export function isHere({ seen_at, is_you }, nowMs) {
  return is_you || (seen_at !== null && nowMs - Date.parse(seen_at) < HERE_S * 1000);
}

/** @param {Invitation} invitation */
export function byWords({ by }) {
  return by ? `Invited by ${by}` : "Invited at the server’s terminal";
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
    new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: zone }).format(when);
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(moment);
  return [day(moment) === day(nowMs) ? "" : day(moment), time];
}

/**
 * What is asked before somebody is signed out.
 * @param {Person} person
 * @returns {Question}
 */
export function signOutQuestion({ name }) {
  return {
    title: `Sign ${name} out?`,
    why: "Their page of the desk closes at once. To come back, they need a new invitation.",
    yes: "Sign out",
  };
}

/**
 * @param {number} many
 * @returns {Question}
 */
export function allOutQuestion(many) {
  return {
    title: many === 1 ? "Sign the other one out?" : `Sign all ${many} others out?`,
    why: "Their pages close at once, and programs with a badge stop working. Only you stay.",
    yes: "Sign all out",
  };
}

/** @type {Question} */
export const LAST_OWNER = {
  title: "You are the only owner here",
  why: "Nobody else can invite. To come back you need the server’s own terminal: server.py invite NAME --role owner.",
  yes: "Sign out all the same",
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
