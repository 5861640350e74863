/** Orders to the desk: one verb for one post or for many, each sent until it is answered. */

import { inTongue } from "../tongue.js";

/**
 * @typedef {import("./words.js").Verb} Verb
 * @typedef {import("./words.js").Outcome} Outcome
 *
 * @typedef {object} Order
 * @property {string[]} posts
 * @property {Verb} verb
 * @property {Record<string, number>} versions of the posts as the moderator saw them
 * @property {string} [reason]
 * @property {string[] | null} [halls]
 *
 * @typedef {(Outcome & {key: string})[]} Outcomes
 * @typedef {(body: string) => Promise<{status: number, answer: {outcomes?: Outcomes, error?: {message?: string}}}>} Send
 */

/** No order names more posts. */
export const POSTS_MAX = 200;
const DEADLINE_MS = 8000;
/** An order that got no answer is sent again, under its number: one that was carried out gets its first answer. */
const PAUSES_MS = [500, 2000, 5000];

/**
 * Carries an order out. Never throws: what went wrong is told for each of its posts, as an outcome `failed`.
 * @param {Order} order
 * @param {{send?: Send, pause?: (ms: number) => Promise<void>}} [by]
 * @returns {Promise<Outcomes>}
 */
export async function carryOut(order, { send = post, pause = sleep } = {}) {
  const body = bodyOf(order, once());
  for (const pauseMs of [...PAUSES_MS, null]) {
    try {
      const { status, answer } = await send(body);
      if (answer.outcomes) return answer.outcomes;
      if (status < 500) return failed(order, answer.error?.message);
    } catch {
      // No answer, or none that can be read.
    }
    if (pauseMs !== null) await pause(pauseMs);
  }
  return failed(order);
}

/**
 * Carries out as many orders as it takes for all of these posts.
 * @param {Verb} verb
 * @param {readonly {key: string, version: number}[]} marks
 * @param {string} [reason]
 * @param {typeof carryOut} [carry]
 */
export async function carryOutAll(verb, marks, reason, carry = carryOut) {
  const orders = [];
  for (let at = 0; at < marks.length; at += POSTS_MAX) {
    const some = marks.slice(at, at + POSTS_MAX);
    const versions = Object.fromEntries(some.map(({ key, version }) => [key, version]));
    orders.push(carry({ posts: Object.keys(versions), verb, versions, ...(reason && { reason }) }));
  }
  return (await Promise.all(orders)).flat();
}

/**
 * An order as /api/decisions takes it.
 * @param {Order} order
 * @param {string} idem
 */
export function bodyOf({ posts, versions, verb, reason, halls }, idem) {
  return JSON.stringify({ posts, versions, verb, idem, ...(reason && { reason }), ...(halls?.length && { halls }) });
}

/** @type {Send} */
async function post(body) {
  const response = await fetch(inTongue("/api/decisions"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    keepalive: true,
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  return { status: response.status, answer: await response.json() };
}

/**
 * @param {Order} order
 * @param {string} [message]
 * @returns {Outcomes}
 */
function failed({ posts }, message) {
  return posts.map((key) => ({ key, outcome: "failed", message }));
}

/** @param {number} ms */
function sleep(ms) {
  return /** @type {Promise<void>} */ (new Promise((resolve) => setTimeout(resolve, ms)));
}

/** A number used once, without a secure context. */
function once() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
