/** What the page asks of the server about rules. Every answer is told as it is: done, refused with a sentence, or none. */

import { gettext, inTongue } from "../../tongue.js";

const DEADLINE_MS = 15_000;

/**
 * @template T
 * @typedef {{ok: true, told: T} | {ok: false, code: string, message: string, told: any}} Answer
 */

/** @returns {Promise<Answer<import("./book.js").Told>>} */
export function askRules() {
  return ask("GET", "/api/rules");
}

/**
 * @param {object} body
 * @returns {Promise<Answer<import("./book.js").Told>>}
 */
export function writeRules(body) {
  return ask("PUT", "/api/rules", body);
}

/**
 * @param {import("./book.js").Rule} rule
 * @returns {Promise<Answer<import("./trial.js").Tried>>}
 */
export function tryRule(rule) {
  return ask("POST", "/api/rules/trial", { rule });
}

/**
 * @param {string} rule
 * @returns {Promise<Answer<{done: number}>>}
 */
export function applyRule(rule) {
  return ask("POST", "/api/rules/apply", { rule });
}

/**
 * @param {string} rule
 * @param {boolean} bringBack
 * @returns {Promise<Answer<{brought_back: number}>>}
 */
export function endRule(rule, bringBack) {
  return ask("POST", "/api/rules/end", { rule, bring_back: bringBack });
}

/**
 * @param {string} preset
 * @returns {Promise<Answer<{version: number, preset: string, by: string, before?: string}>>}
 */
export function setPreset(preset) {
  return ask("POST", "/api/rules/preset", { preset });
}

/**
 * @param {boolean} isPaused
 * @returns {Promise<Answer<{version: number, preset: string, by: string, is_floor_paused: boolean}>>}
 */
export function setFloor(isPaused) {
  return ask("POST", "/api/floor", { is_paused: isPaused });
}

/**
 * @param {string} post
 * @param {boolean} trial
 * @returns {Promise<Answer<import("../forgetting.js").Told>>}
 */
export function forget(post, trial) {
  return ask("POST", "/api/forgettings", { post, trial });
}

/** @returns {Promise<Answer<{versions: import("./versions.js").Version[]}>>} */
export function askVersions() {
  return ask("GET", "/api/rules/versions");
}

/**
 * @param {number} version
 * @returns {Promise<Answer<import("./book.js").Told & {clauses: import("./book.js").Clause[]}>>}
 */
export function askVersion(version) {
  return ask("GET", `/api/rules/versions/${version}`);
}

/**
 * @param {object} wish
 * @returns {Promise<Answer<import("../mute.js").Muted>>}
 */
export function mute(wish) {
  return ask("POST", "/api/mutes", wish);
}

/**
 * @param {string} post
 * @returns {Promise<Answer<{rule: import("./book.js").Rule}>>}
 */
export function trust(post) {
  return ask("POST", "/api/trusts", { post });
}

/**
 * @param {readonly string[]} keys
 * @returns {Promise<Answer<{histories: Record<string, import("../histories.js").History>}>>}
 */
export function askHistories(keys) {
  return ask("GET", `/api/histories?${new URLSearchParams(keys.map((key) => ["post", key]))}`);
}

/**
 * @param {string} method
 * @param {string} address
 * @param {object} [body]
 * @returns {Promise<any>}
 */
export async function ask(method, address, body) {
  try {
    const response = await fetch(inTongue(address), {
      method,
      ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const told = await response.json();
    if (response.ok) return { ok: true, told };
    return {
      ok: false,
      code: told.error?.code ?? "",
      message: told.error?.message ?? gettext("The desk refused."),
      told,
    };
  } catch {
    return { ok: false, code: "silent", message: gettext("The desk did not answer. Nothing was changed."), told: null };
  }
}
