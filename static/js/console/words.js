/** The sentences of the desk. Pure: a sentence is a list of texts, and of what keys do. */

import { gettext, ngettext } from "../tongue.js";
import { spanWords } from "./ages.js";
import { BROUGHT, LATE, STATES, VERBS } from "./verbs.js";

/**
 * @typedef {import("./lists.js").Status} Status
 * @typedef {"approve" | "reject" | "hold" | "withdraw" | "restore"} Verb
 * @typedef {(string | {command: import("./commands.js").Command, words: string})[]} Sentence what a command's key does is one piece
 * @typedef {object} Outcome what became of a decision; `failed` is ours, the rest is the server's word
 * @property {"done" | "conflict" | "unknown" | "refused" | "failed"} outcome
 * @property {Status | null} [status]
 * @property {number} [version]
 * @property {string} [by]
 * @property {string | null} [at]
 * @property {string} [message]
 */

const YOU_APPROVED = gettext("You approved it already.");
const MORE_NEEDED = gettext("One more person is needed.");

/** @type {Sentence[number]} */
export const UNDOES = { command: "undo", words: gettext("undoes.") };

/** @type {Readonly<Record<Verb, Status>>} */
export const TARGET = {
  approve: "approved",
  reject: "rejected",
  hold: "held",
  withdraw: "withdrawn",
  restore: "queued",
};

/** @param {number} count */
export function waitingWords(count) {
  return count > 0 ? ngettext("%(num)s waiting.", "%(num)s waiting.", count) : gettext("Nothing is waiting.");
}

/**
 * After a decision: “Approved. z undoes. 185 waiting.”
 * @param {Verb} verb
 * @param {object} state
 * @param {number} state.waiting
 * @param {number} [state.returned] how many posts came back and are still to be looked at
 * @param {boolean} [state.undoable]
 * @param {boolean} [state.isFirst] whether it waits for a second person
 * @returns {Sentence}
 */
export function doneWords(verb, { waiting, returned = 0, undoable = true, isFirst = false }) {
  const more = returned > 0 ? [gettext("%(num)s came back.", { num: returned })] : [];
  const rest = [waitingWords(waiting), ...more].join(" ");
  const needed = isFirst ? `${MORE_NEEDED} ` : "";
  return [`${VERBS[verb].done} ${needed}`, ...(undoable ? [UNDOES] : []), rest];
}

/**
 * @typedef {object} Many what became of an order
 * @property {number} done how many posts it reached
 * @property {number} [firsts] how many of them wait for a second person
 * @property {readonly (Outcome & {isGone?: boolean})[]} lost the outcomes of those that it did not reach
 * @property {readonly string[]} skipped who has posts in hand that were left out, one name a post
 * @property {number} waiting
 * @property {number} returned how many posts came back and are still to be looked at
 * @property {number} nowMs the server's time
 */

/**
 * After an order: “12 approved. 2 skipped: Sam has them in hand. z undoes. 185 waiting.”
 * @param {Verb} verb
 * @param {Many} many
 * @returns {Sentence}
 */
export function manyWords(verb, { done, firsts = 0, lost, skipped, waiting, returned, nowMs }) {
  const [first] = lost;
  const why = first ? returnedWords(verb, first, nowMs) : "";
  const undoable = verb !== "restore";
  if (done + lost.length === 1 && skipped.length === 0) {
    if (first) return [first.isGone ? why : gettext("Came back: %(why)s", { why })];
    return doneWords(verb, { waiting, returned, undoable, isFirst: firsts > 0 });
  }
  const { many, none } = VERBS[verb];
  const told = done > 0 ? [many(done), ...secondWords(firsts)] : [none];
  told.push(...skippedWords(skipped));
  if (first) told.push(first.isGone ? notWords(lost.length, why) : cameWords(lost.length, why));
  return [`${told.join(" ")} `, ...(undoable && done > 0 ? [UNDOES] : []), waitingWords(waiting)];
}

/**
 * @param {number} num
 * @param {string} why
 */
function cameWords(num, why) {
  return gettext("%(num)s came back: %(why)s", { num, why });
}

/**
 * @param {number} num
 * @param {string} why
 */
function notWords(num, why) {
  return gettext("%(num)s not: %(why)s", { num, why });
}

/** @param {number} firsts how many wait for a second person */
function secondWords(firsts) {
  if (firsts === 0) return [];
  return [ngettext("%(num)s of them waits for a second person.", "%(num)s of them wait for a second person.", firsts)];
}

/** @param {readonly string[]} holders one name a post */
function skippedWords(holders) {
  const [num, names] = [holders.length, [...new Set(holders)]];
  if (num === 0) return [];
  const who = namesWords(names);
  if (names.length > 1) return [gettext("%(num)s skipped: %(who)s have them in hand.", { num, who })];
  return [
    ngettext("%(num)s skipped: %(who)s has it in hand.", "%(num)s skipped: %(who)s has them in hand.", num, { who }),
  ];
}

/**
 * “Sam”, “Sam and Jo”, “Sam, Jo and Eve”.
 * @param {readonly string[]} names
 */
export function namesWords(names) {
  const last = names.at(-1) ?? "";
  return names.length > 1 ? gettext("%(some)s and %(last)s", { some: names.slice(0, -1).join(", "), last }) : last;
}

/**
 * After undo.
 * @param {readonly Outcome[]} outcomes
 * @param {object} state
 * @param {number} state.waiting
 * @param {number} state.nowMs the server's time
 * @returns {Sentence}
 */
export function undoneWords(outcomes, { waiting, nowMs }) {
  const lost = outcomes.filter(({ outcome }) => outcome !== "done");
  const done = outcomes.length - lost.length;
  const why = lost[0] ? returnedWords("restore", lost[0], nowMs) : "";
  if (done === 0) return [gettext("Not undone: %(why)s", { why })];
  if (outcomes.length === 1) return doneWords("restore", { waiting, undoable: false });
  const many = lost[0]
    ? gettext("%(num)s of %(all)s are back in the queue.", { num: done, all: outcomes.length })
    : gettext("All %(num)s are back in the queue.", { num: done });
  return [[many, why, waitingWords(waiting)].filter(Boolean).join(" ")];
}

/**
 * While the desk has not answered: nothing is said to be done that is not.
 * @param {Verb} verb
 * @param {number} [many]
 * @returns {Sentence}
 */
export function doingWords(verb, many = 1) {
  const { doing } = VERBS[verb];
  const what =
    many > 1
      ? ngettext("%(doing)s: %(num)s post.", "%(doing)s: %(num)s posts.", many, { doing: doing.slice(0, -1) })
      : doing;
  return [gettext("%(what)s The desk has not answered yet.", { what })];
}

/**
 * Why a post came back: who, what and when.
 * @param {Verb} verb what was asked for
 * @param {Outcome} outcome
 * @param {number} nowMs the server's time
 */
export function returnedWords(verb, { outcome, status, by, at, message }, nowMs) {
  if (outcome === "failed") return message || gettext("The desk did not answer. Decide again.");
  if (outcome === "unknown") return gettext("The desk does not know this post any more.");
  const ago = at ? agoWords((nowMs - Date.parse(at)) / 1000) : "";
  if (outcome === "conflict" && status === "queued") return gettext("It was changed while you read it. Read it again.");
  if (verb === "approve" && status === "queued") return `${YOU_APPROVED} ${MORE_NEEDED}`;
  if (by && status) {
    const said = { what: BROUGHT[status](by), ago, before: VERBS[verb].before };
    return ago ? gettext("%(what)s %(ago)s, %(before)s.", said) : gettext("%(what)s, %(before)s.", said);
  }
  const { been } = VERBS[verb];
  return gettext("A post that is %(state)s cannot be %(been)s.", { state: STATES[status ?? "gone"], been });
}

/**
 * What of a post's copies is not listed one by one: “and 3 boosts, and 12 more”.
 * @param {number} boosts
 * @param {number} more
 */
export function restWords(boosts, more) {
  const told = boosts > 0 ? [ngettext("and %(num)s boost", "and %(num)s boosts", boosts)] : [];
  return [...told, ...(more > 0 ? [gettext("and %(num)s more", { num: more })] : [])].join(", ");
}

/**
 * Whether a copy came after what was decided on its first post, which covers it too: “after it was rejected”.
 * @param {Status} status of the first post
 * @param {string | undefined} decidedAt
 * @param {string} receivedAt
 */
export function lateWords(status, decidedAt, receivedAt) {
  const isLate = decidedAt !== undefined && Date.parse(receivedAt) > Date.parse(decidedAt);
  return isLate ? LATE[status] : "";
}

/** @param {number} seconds */
function agoWords(seconds) {
  return seconds < 1 ? gettext("just now") : gettext("%(span)s ago", { span: spanWords(seconds) });
}

/**
 * What the bar says of the connection.
 * @param {"connecting" | "live" | "lost"} state
 * @param {number} silentS seconds since the desk was last heard
 */
export function linkWords(state, silentS) {
  if (state === "lost") return gettext("No answer from the desk for %(span)s", { span: spanWords(silentS) });
  return state === "live" ? gettext("Connected") : gettext("Connecting");
}

/**
 * The page's title: “(37) Queue · #pink11”.
 * @param {string} title
 * @param {number} waiting
 */
export function titleWords(title, waiting) {
  return waiting > 0 ? `(${waiting}) ${title}` : title;
}
