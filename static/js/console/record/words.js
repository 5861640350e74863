/** What a line of the record says, and what became of taking it back. Pure. */

import { returnedWords } from "../words.js";
import { stands } from "./lines.js";

/**
 * @typedef {import("./lines.js").Line} Line
 * @typedef {import("../words.js").Verb} Verb
 * @typedef {import("../words.js").Outcome} Outcome
 *
 * @typedef {object} Names what the page calls things
 * @property {ReadonlyMap<string, string>} halls by slug
 * @property {ReadonlyMap<string, string>} reasons
 * @property {Readonly<Record<string, string>>} networks
 * @property {string} zone the venue's
 *
 * @typedef {object} Said
 * @property {string} time
 * @property {string} day
 * @property {string} by
 * @property {string} state of its bowl
 * @property {string} verb
 * @property {string} why
 * @property {string} many how many posts the order was for, where it was for several
 * @property {string} text
 * @property {string} also how many more posts the order was for
 * @property {string} author
 * @property {string} network
 * @property {string} action
 * @property {string} since what came after it
 */

/** @type {Readonly<Record<Verb, string>>} */
const DONE = { approve: "Approved", reject: "Rejected", hold: "Held", withdraw: "Withdrawn", restore: "Put back" };

/** @type {Readonly<Record<Verb, string>>} */
const LATER = {
  approve: "then approved",
  reject: "then rejected",
  hold: "then held",
  withdraw: "then withdrawn",
  restore: "undone",
};

/** @type {Readonly<Record<string, string>>} */
const STATES = { queued: "queued", held: "held", approved: "shown", rejected: "rejected", withdrawn: "withdrawn" };

const RULE = "rule";
const GONE = "Deleted by its author, or forgotten.";

/**
 * @param {Line} line
 * @param {Names} names
 * @returns {Said}
 */
export function saidOf(line, names) {
  const { verb, by, at, after, together, act, later, post } = line;
  const others = together - 1;
  const text = post ? post.text || "No words." : GONE;
  return {
    time: clockWords(at, names.zone),
    day: dayWords(at, names.zone),
    by: byWords(by),
    state: STATES[after] ?? "queued",
    verb: DONE[verb],
    why: whyWords(line, names),
    many: together > 1 ? `${together} at once` : act ? "one of several" : "",
    text,
    also: others > 0 ? `and ${others} more` : "",
    author: post ? post.author.name || "Somebody" : "",
    network: post ? (names.networks[post.network] ?? post.network) : "",
    action: actionWords(line),
    since: sinceWords(line, later ? clockWords(later.at, names.zone) : ""),
  };
}

/**
 * A person as called, a rule as a rule.
 * @param {string} by
 */
export function byWords(by) {
  return by === RULE || by.startsWith(`${RULE}: `) ? `R${by.slice(1)}` : by;
}

/**
 * @param {string} reason
 * @param {Names} names
 */
export function reasonWords(reason, { reasons }) {
  if (reason === "critical") return "Critical, and shown";
  return reasons.get(reason) ?? (reason || "No reason given");
}

/**
 * @param {Line} line
 * @param {Names} names
 */
function whyWords({ verb, after, reason, halls }, names) {
  if (verb === "approve" && after === "queued") {
    return ["One more person needed", reason && reasonWords(reason, names)].filter(Boolean).join(" · ");
  }
  if (verb === "approve" && halls) {
    const called = halls.map((slug) => names.halls.get(slug) ?? slug).join(", ");
    return [called || "In no hall", reason && reasonWords(reason, names)].filter(Boolean).join(" · ");
  }
  return reason ? reasonWords(reason, names) : "";
}

/** @param {Line} line */
function actionWords(line) {
  if (!stands(line)) return "";
  const { together, standing } = line;
  if (together === 1) return "Take back";
  return standing === together ? `Take back all ${together}` : `Take back ${standing} of ${together}`;
}

/**
 * @param {Line} line
 * @param {string} time
 */
function sinceWords({ together, standing, later, post }, time) {
  if (together > 1) return standing > 0 ? "" : "all decided since";
  if (!post) return "gone";
  return later ? `${LATER[later.verb]} ${time}` : "";
}

/**
 * What became of taking decisions back.
 * @param {readonly Outcome[]} outcomes
 * @param {Verb} verb the first of the orders that did it
 * @param {number} nowMs the server's time
 */
export function backWords(outcomes, verb, nowMs) {
  const [first] = outcomes;
  if (!first) return "Not taken back: everything was decided again since.";
  const refused = outcomes.filter(({ outcome }) => outcome !== "done");
  const [lost] = refused;
  if (outcomes.length === 1) {
    return lost ? `Not taken back: ${returnedWords(verb, lost, nowMs)}` : `Taken back. ${WHERE[verb]}`;
  }
  const done = outcomes.length - refused.length;
  const what = `${done} of ${outcomes.length} taken back.`;
  return lost ? `${what} ${returnedWords(verb, lost, nowMs)}` : `All ${done} taken back. ${where(verb)}`;
}

/** @type {Readonly<Record<Verb, string>>} */
const WHERE = {
  approve: "It is on the wall again.",
  reject: "It is not shown.",
  hold: "It is held again.",
  withdraw: "It is off the wall.",
  restore: "It waits in the queue.",
};

/** @param {Verb} verb */
function where(verb) {
  return WHERE[verb].replace("It is", "They are").replace("It waits", "They wait");
}

/**
 * What is left out of the whole, in a word beside the filters.
 * @param {import("./query.js").Query} query
 */
export function onlyWords(query) {
  if (query.of("post")) return "one post";
  if (query.of("act")) return "one order";
  return query.of("after") ? "not from the beginning" : "";
}

/**
 * @param {string} at
 * @param {string} zone
 */
function clockWords(at, zone) {
  const parts = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
  return formatted(at, zone, /** @type {Intl.DateTimeFormatOptions} */ (parts));
}

/**
 * @param {string} at
 * @param {string} zone
 */
export function dayWords(at, zone) {
  return formatted(at, zone, { weekday: "short", day: "numeric", month: "short" });
}

/** @type {Map<string, Intl.DateTimeFormat>} to make one takes longer than to use it a hundred times */
const FORMATS = new Map();

/**
 * @param {string} at
 * @param {string} zone
 * @param {Intl.DateTimeFormatOptions} parts
 */
function formatted(at, zone, parts) {
  const name = `${zone} ${Object.keys(parts)}`;
  const format = FORMATS.get(name) ?? new Intl.DateTimeFormat("en-GB", { ...parts, timeZone: zone });
  FORMATS.set(name, format);
  return format.format(new Date(at));
}
