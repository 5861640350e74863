/** What a line of the record says, and what became of taking it back. Pure. */

import { dateLocale, gettext } from "../../tongue.js";
import { nameWords } from "../names.js";
import { ownWords } from "../own.js";
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
 * @property {import("../own.js").Own} own
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

/** @type {Readonly<Record<Verb | "forget", string>>} */
const DONE = {
  approve: gettext("Approved"),
  reject: gettext("Rejected"),
  hold: gettext("Held"),
  withdraw: gettext("Withdrawn"),
  restore: gettext("Put back"),
  forget: gettext("Forgotten"),
};

/** @type {Readonly<Record<Verb | "forget", string>>} */
const LATER = {
  approve: gettext("then approved"),
  reject: gettext("then rejected"),
  hold: gettext("then held"),
  withdraw: gettext("then withdrawn"),
  restore: gettext("undone"),
  forget: gettext("then forgotten"),
};

/** @type {Readonly<Record<string, string>>} */
const STATES = { queued: "queued", held: "held", approved: "shown", rejected: "rejected", withdrawn: "withdrawn" };

const RULE = "rule";
const OF_RULE = `${RULE}: `;
const A_RULE = gettext("Rule");
const TAKEN_BACK = gettext("Taken back.");
const GONE = gettext("Deleted by its author, or forgotten.");

/**
 * @param {Line} line
 * @param {Names} names
 * @returns {Said}
 */
export function saidOf(line, names) {
  const { verb, by, at, after, together, act, later, post } = line;
  const others = together - 1;
  const text = post ? post.text || gettext("No words.") : GONE;
  return {
    time: clockWords(at, names.zone),
    day: dayWords(at, names.zone),
    by: byWords(by, names),
    state: STATES[after] ?? "queued",
    verb: DONE[verb],
    why: whyWords(line, names),
    many: together > 1 ? gettext("%(num)s at once", { num: together }) : act ? gettext("one of several") : "",
    text,
    also: others > 0 ? gettext("and %(num)s more", { num: others }) : "",
    author: post ? nameWords(post.author.name) : "",
    network: post ? (names.networks[post.network] ?? post.network) : "",
    action: actionWords(line),
    since: sinceWords(line, later ? clockWords(later.at, names.zone) : ""),
  };
}

/**
 * A person as called, a rule as a rule.
 * @param {string} by
 * @param {Names} names
 */
export function byWords(by, { own }) {
  if (by === RULE) return A_RULE;
  return by.startsWith(OF_RULE) ? `${A_RULE}: ${ownWords(by.slice(OF_RULE.length), own)}` : by;
}

/**
 * @param {string} reason
 * @param {Names} names
 */
export function reasonWords(reason, { reasons, own }) {
  if (reason === "critical") return gettext("Critical, and shown");
  return reasons.get(reason) ?? (ownWords(reason, own) || gettext("No reason given"));
}

/**
 * @param {Line} line
 * @param {Names} names
 */
function whyWords({ verb, after, reason, halls }, names) {
  if (verb === "approve" && after === "queued") {
    return [gettext("One more person needed"), reason && reasonWords(reason, names)].filter(Boolean).join(" · ");
  }
  if (verb === "approve" && halls) {
    const called = halls.map((slug) => names.halls.get(slug) ?? slug).join(", ");
    return [called || gettext("In no hall"), reason && reasonWords(reason, names)].filter(Boolean).join(" · ");
  }
  return reason ? reasonWords(reason, names) : "";
}

/** @param {Line} line */
function actionWords(line) {
  if (!stands(line)) return "";
  const { together, standing } = line;
  if (together === 1) return gettext("Take back");
  return standing === together
    ? gettext("Take back all %(num)s", { num: together })
    : gettext("Take back %(part)s of %(all)s", { part: standing, all: together });
}

/**
 * @param {Line} line
 * @param {string} time
 */
function sinceWords({ together, standing, later, post }, time) {
  if (together > 1) return standing > 0 ? "" : gettext("all decided since");
  if (!post) return gettext("gone");
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
  if (!first) return gettext("Not taken back: everything was decided again since.");
  const refused = outcomes.filter(({ outcome }) => outcome !== "done");
  const [lost] = refused;
  if (outcomes.length === 1) {
    if (!lost) return `${TAKEN_BACK} ${WHERE[verb]}`;
    return gettext("Not taken back: %(why)s", { why: returnedWords(verb, lost, nowMs) });
  }
  const done = outcomes.length - refused.length;
  const part = gettext("%(part)s of %(all)s taken back.", { part: done, all: outcomes.length });
  const whole = gettext("All %(num)s taken back.", { num: done });
  return lost ? `${part} ${returnedWords(verb, lost, nowMs)}` : `${whole} ${ALL[verb]}`;
}

/** @type {Readonly<Record<Verb, string>>} */
const WHERE = {
  approve: gettext("It is on the wall again."),
  reject: gettext("It is not shown."),
  hold: gettext("It is held again."),
  withdraw: gettext("It is off the wall."),
  restore: gettext("It waits in the queue."),
};

/** The same of several. @type {Readonly<Record<Verb, string>>} */
const ALL = {
  approve: gettext("They are on the wall again."),
  reject: gettext("They are not shown."),
  hold: gettext("They are held again."),
  withdraw: gettext("They are off the wall."),
  restore: gettext("They wait in the queue."),
};

/**
 * What is left out of the whole, in a word beside the filters.
 * @param {import("./query.js").Query} query
 */
export function onlyWords(query) {
  if (query.of("post")) return gettext("one post");
  if (query.of("act")) return gettext("one order");
  return query.of("after") ? gettext("not from the beginning") : "";
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
  const format = FORMATS.get(name) ?? new Intl.DateTimeFormat(dateLocale(), { ...parts, timeZone: zone });
  FORMATS.set(name, format);
  return format.format(new Date(at));
}
