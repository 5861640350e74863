/** What the page asks of the server about the record: its pages, its shares, and to take decisions back. */

import { bodyOf } from "./orders.js";

/**
 * @typedef {import("./lines.js").Page} Page
 * @typedef {import("./lines.js").Line} Line
 * @typedef {import("./query.js").Query} Query
 * @typedef {import("../words.js").Outcome} Outcome
 */

const DEADLINE_MS = 8000;
const PAGE = 50;
const PAGE_MAX = 200;
const PAGES_MAX = 20;

/**
 * A page of the record.
 * @param {Query} query
 * @param {string | null} [place]
 * @returns {Promise<Page>}
 */
export function askPage(query, place) {
  return read(query.pageAt({ limit: PAGE, place }));
}

/** @returns {Promise<import("./shares.js").Shares>} */
export function askShares() {
  return read("/api/record/shares");
}

/**
 * All that one order decided.
 * @param {Query} query of the act
 */
export async function askAct(query) {
  /** @type {Line[]} */
  const lines = [];
  /** @type {string | null} */
  let place = null;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = /** @type {Page} */ (await read(query.pageAt({ limit: PAGE_MAX, place })));
    lines.push(...page.decisions);
    place = page.next;
    if (place === null) break;
  }
  return lines;
}

/**
 * Carries an order out. Never throws: what went wrong is told for each of its posts.
 * @param {import("./orders.js").Order} order
 * @returns {Promise<Outcome[]>}
 */
export async function carryOut(order) {
  try {
    const response = await fetch("/api/decisions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: bodyOf(order, once()),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const answer = await response.json();
    return answer.outcomes ?? failed(order, answer.error?.message);
  } catch {
    return failed(order);
  }
}

/**
 * @param {import("./orders.js").Order} order
 * @param {string} [message]
 * @returns {Outcome[]}
 */
function failed({ posts }, message) {
  return posts.map(() => ({ outcome: "failed", message }));
}

/** @param {string} address */
async function read(address) {
  const response = await fetch(address, { signal: AbortSignal.timeout(DEADLINE_MS) });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}

/** A number used once, without a secure context. */
function once() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
