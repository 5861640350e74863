/** What the page asks of the server: stages, the next page of a list, the health of the sources, the service level. */

import { stageOf } from "../stage.js";
import { inTongue } from "../tongue.js";
import { fragment } from "../trusted.js";
import { nameWords } from "./names.js";
import { networkWord } from "./networks.js";
import { addressOf } from "./place.js";
import { programmeOf } from "./sources.js";

/**
 * @typedef {import("../stage.js").Stage} Stage
 * @typedef {{outcome: "done" | "refused" | "failed", stage: Stage | null, message?: string}} Staged
 */

const DEADLINE_MS = 8000;

/**
 * Asks for a change of a hall's stage. Never throws. A refusal brings the stage as it is where somebody was faster.
 * @param {string} hall
 * @param {object} change with a `version` it is refused where the stage is another by now
 * @returns {Promise<Staged>}
 */
export async function setStage(hall, change) {
  try {
    const response = await fetch(inTongue(`/api/halls/${encodeURIComponent(hall)}/stage`), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(change),
      keepalive: true,
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const answer = await response.json();
    if (response.ok) return { outcome: "done", stage: stageOf(answer, hall) };
    const stage = answer.stage ? stageOf(answer.stage, hall) : null;
    return { outcome: "refused", stage, message: answer.error?.message ?? answer.error };
  } catch {
    return { outcome: "failed", stage: null };
  }
}

/**
 * Approved posts in short, newest first.
 * @returns {Promise<import("./shelf.js").Short[]>}
 */
export async function askApproved() {
  const response = await fetch("/api/posts?limit=200", { signal: AbortSignal.timeout(DEADLINE_MS) });
  if (!response.ok) throw new Error(`posts: ${response.status}`);
  const { posts } = await response.json();
  return posts.map((/** @type {{key: string, network: string, text: string, author: {name: string}}} */ post) => {
    const { key, network, text, author } = post;
    return {
      key,
      network,
      text,
      name: nameWords(author.name),
      word: networkWord(network),
    };
  });
}

/**
 * @typedef {object} Page
 * @property {HTMLElement[]} cards in order
 * @property {number | null} previous where the page before ends
 * @property {number | null} next where the next page begins
 * @property {string} trouble why nothing can be looked for
 */

/**
 * A page of a list.
 * @param {import("./place.js").Place} place
 * @returns {Promise<Page>}
 */
export async function readPage(place) {
  const response = await fetch(inTongue(addressOf(place)), { signal: AbortSignal.timeout(DEADLINE_MS) });
  if (!response.ok) throw new Error(`page of ${place.list}: ${response.status}`);
  const page = fragment(await response.text());
  const feed = page.querySelector("#cards");
  if (!(feed instanceof HTMLElement)) throw new Error(`page of ${place.list}: no cards`);
  const trouble = page.querySelector("#seek-says")?.textContent ?? "";
  return { cards: cardsIn(feed), ...endsOf(feed), trouble };
}

/**
 * How much of a list a line finds.
 * @param {string} list
 * @param {string} line
 * @returns {Promise<{posts: number, by_network: Record<string, number>, by_reason: Record<string, number>}>}
 */
export async function askFound(list, line) {
  return (await found(new URLSearchParams({ list, q: line }))).json();
}

/**
 * Which of some posts a line finds in a list.
 * @param {string} list
 * @param {string} line
 * @param {readonly string[]} keys
 * @returns {Promise<string[]>}
 */
export async function askWhich(list, line, keys) {
  const response = await found(new URLSearchParams({ list, q: line, keys: keys.join(",") }));
  return (await response.json()).keys;
}

/** @param {URLSearchParams} asked */
async function found(asked) {
  const response = await fetch(`/api/found?${asked}`, { signal: AbortSignal.timeout(DEADLINE_MS) });
  if (!response.ok) throw new Error(`found: ${response.status}`);
  return response;
}

/** @param {Element} feed */
export function cardsIn(feed) {
  return /** @type {HTMLElement[]} */ ([...feed.querySelectorAll(":scope > [data-key]")]);
}

/** @param {HTMLElement} feed */
export function endsOf({ dataset: { previous, next } }) {
  return { previous: previous ? Number(previous) : null, next: next ? Number(next) : null };
}

/**
 * The copies that a post stands for.
 * @param {string} key
 * @returns {Promise<import("./copies.js").Folded>}
 */
export async function askCopies(key) {
  const response = await fetch(`/api/posts/${encodeURIComponent(key)}/copies`, {
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  if (!response.ok) throw new Error(`copies: ${response.status}`);
  return response.json();
}

/**
 * What waits and is like a post.
 * @param {string} key
 * @returns {Promise<import("./again.js").Alike[]>}
 */
export async function askSimilar(key) {
  const response = await fetch(`/api/posts/${encodeURIComponent(key)}/similar`, {
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  if (!response.ok) throw new Error(`similar: ${response.status}`);
  return (await response.json()).similar;
}

/** @returns {Promise<import("./sources.js").Health[]>} the programme is among them where it is read from somewhere */
export async function askSources() {
  const response = await fetch(inTongue("/api/sources"), { signal: AbortSignal.timeout(DEADLINE_MS) });
  if (!response.ok) throw new Error(`sources: ${response.status}`);
  const { sources, programme } = await response.json();
  const read = programmeOf(programme);
  return read ? [...sources, read] : sources;
}

/** @returns {Promise<import("./service.js").Level>} */
export async function askService() {
  const response = await fetch("/api/service", { signal: AbortSignal.timeout(DEADLINE_MS) });
  if (!response.ok) throw new Error(`service: ${response.status}`);
  return response.json();
}
