/** The sentences of the desk. Pure: a sentence is a list of texts, and of what keys do. */

import { spanWords } from "./ages.js";

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

/** @type {Readonly<Record<Verb, {done: string, doing: string, you: string, been: string}>>} */
const VERBS = {
  approve: { done: "Approved.", doing: "Approving.", you: "approved it", been: "approved" },
  reject: { done: "Rejected.", doing: "Rejecting.", you: "rejected it", been: "rejected" },
  hold: { done: "Held.", doing: "Holding.", you: "held it", been: "held" },
  withdraw: { done: "Withdrawn.", doing: "Withdrawing.", you: "withdrew it", been: "withdrawn" },
  restore: { done: "Back in the queue.", doing: "Putting it back.", you: "put it back", been: "put back" },
};

/** @type {Readonly<Record<Status, string>>} */
const BROUGHT = {
  queued: "put it back in the queue",
  held: "held it",
  approved: "approved it",
  rejected: "rejected it",
  withdrawn: "withdrew it",
  gone: "removed it",
};

const MORE_NEEDED = "One more person is needed.";

/** @type {Sentence[number]} */
export const UNDOES = { command: "undo", words: "undoes." };

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
  return count > 0 ? `${count} waiting.` : "Nothing is waiting.";
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
  const more = returned > 0 ? ` ${returned} came back.` : "";
  const rest = `${waitingWords(waiting)}${more}`;
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
    if (first) return [first.isGone ? why : `Came back: ${why}`];
    return doneWords(verb, { waiting, returned, undoable, isFirst: firsts > 0 });
  }
  const { been } = VERBS[verb];
  const came = first ? `${lost.length} ${first.isGone ? "not" : "came back"}: ${why} ` : "";
  const second = firsts > 0 ? `${firsts} of them ${firsts === 1 ? "waits" : "wait"} for a second person. ` : "";
  const what = done > 0 ? `${done} ${been}. ${second}` : `Nothing was ${been}. `;
  return [`${what}${skippedWords(skipped)}${came}`, ...(undoable && done > 0 ? [UNDOES] : []), waitingWords(waiting)];
}

/** @param {readonly string[]} holders one name a post */
function skippedWords(holders) {
  if (holders.length === 0) return "";
  const names = [...new Set(holders)];
  const who = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)} have` : `${names[0]} has`;
  return `${holders.length} skipped: ${who} ${holders.length === 1 ? "it" : "them"} in hand. `;
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
  if (done === 0) return [`Not undone: ${why}`];
  if (outcomes.length === 1) return doneWords("restore", { waiting, undoable: false });
  const many = lost[0] ? `${done} of ${outcomes.length}` : `All ${done}`;
  return [`${many} are back in the queue. ${why && `${why} `}${waitingWords(waiting)}`];
}

/**
 * While the desk has not answered: nothing is said to be done that is not.
 * @param {Verb} verb
 * @param {number} [many]
 * @returns {Sentence}
 */
export function doingWords(verb, many = 1) {
  const what = many > 1 ? `${VERBS[verb].doing.slice(0, -1)}: ${many} posts.` : VERBS[verb].doing;
  return [`${what} The desk has not answered yet.`];
}

/**
 * Why a post came back: who, what and when.
 * @param {Verb} verb what was asked for
 * @param {Outcome} outcome
 * @param {number} nowMs the server's time
 */
export function returnedWords(verb, { outcome, status, by, at, message }, nowMs) {
  if (outcome === "failed") return message || "The desk did not answer. Decide again.";
  if (outcome === "unknown") return "The desk does not know this post any more.";
  const ago = at ? ` ${agoWords((nowMs - Date.parse(at)) / 1000)}` : "";
  if (outcome === "conflict" && status === "queued") return "It was changed while you read it. Read it again.";
  if (verb === "approve" && status === "queued") return `You approved it already. ${MORE_NEEDED}`;
  if (by && status) return `${by} ${BROUGHT[status]}${ago}, before you ${VERBS[verb].you}.`;
  return `A post that is ${status ?? "gone"} cannot be ${VERBS[verb].been}.`;
}

/**
 * What of a post's copies is not listed one by one: “and 3 boosts, and 12 more”.
 * @param {number} boosts
 * @param {number} more
 */
export function restWords(boosts, more) {
  const told = boosts === 1 ? ["and 1 boost"] : boosts > 1 ? [`and ${boosts} boosts`] : [];
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
}

/**
 * Whether a copy came after what was decided on its first post, which covers it too: “after it was rejected”.
 * @param {Status} status of the first post
 * @param {string | undefined} decidedAt
 * @param {string} receivedAt
 */
export function lateWords(status, decidedAt, receivedAt) {
  const isLate = decidedAt !== undefined && Date.parse(receivedAt) > Date.parse(decidedAt);
  return isLate && status !== "queued" ? `after it was ${status}` : "";
}

/** @param {number} seconds */
function agoWords(seconds) {
  return seconds < 1 ? "just now" : `${spanWords(seconds)} ago`;
}

/**
 * What the bar says of the connection.
 * @param {"connecting" | "live" | "lost"} state
 * @param {number} silentS seconds since the desk was last heard
 */
export function linkWords(state, silentS) {
  if (state === "lost") return `No answer from the desk for ${spanWords(silentS)}`;
  return state === "live" ? "Connected" : "Connecting";
}

/**
 * The page's title: “(37) Queue · #pink11”.
 * @param {string} title
 * @param {number} waiting
 */
export function titleWords(title, waiting) {
  return waiting > 0 ? `(${waiting}) ${title}` : title;
}
