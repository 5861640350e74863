/** What the page asks of the server: stages, the next page of a list, the health of the sources, the service level. */

import { stageOf } from "../stage.js";
import { fragment } from "../trusted.js";

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
    const response = await fetch(`/api/halls/${encodeURIComponent(hall)}/stage`, {
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
      name: author.name || "Somebody",
      word: network.charAt(0).toUpperCase() + network.slice(1),
    };
  });
}

/**
 * The next page of a list.
 * @param {string} list
 * @param {number} after
 * @returns {Promise<{cards: HTMLElement[], next: number | null}>}
 */
export async function readOn(list, after) {
  const response = await fetch(`/console?list=${list}&after=${after}`, { signal: AbortSignal.timeout(DEADLINE_MS) });
  if (!response.ok) throw new Error(`page of ${list}: ${response.status}`);
  const feed = fragment(await response.text()).querySelector("#cards");
  if (!(feed instanceof HTMLElement)) throw new Error(`page of ${list}: no cards`);
  return { cards: cardsIn(feed), next: nextOf(feed) };
}

/** @param {Element} feed */
export function cardsIn(feed) {
  return /** @type {HTMLElement[]} */ ([...feed.querySelectorAll(":scope > [data-key]")]);
}

/** @param {HTMLElement} feed */
export function nextOf({ dataset }) {
  return dataset.next ? Number(dataset.next) : null;
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

/** @returns {Promise<import("./sources.js").Health[]>} */
export async function askSources() {
  const response = await fetch("/api/sources", { signal: AbortSignal.timeout(DEADLINE_MS) });
  if (!response.ok) throw new Error(`sources: ${response.status}`);
  return (await response.json()).sources;
}

/** @returns {Promise<import("./service.js").Level>} */
export async function askService() {
  const response = await fetch("/api/service", { signal: AbortSignal.timeout(DEADLINE_MS) });
  if (!response.ok) throw new Error(`service: ${response.status}`);
  return response.json();
}
