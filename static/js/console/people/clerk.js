/** What the page of people asks of the server. Nothing throws: what went wrong is a sentence. */

import { gettext, inTongue } from "../../tongue.js";

/**
 * @typedef {import("./words.js").Person} Person
 * @typedef {import("./words.js").Invitation} Invitation
 * @typedef {import("./words.js").Held} Held
 * @typedef {{people: Person[], invitations: Invitation[], passwords: Held[]}} Everybody
 * @typedef {Invitation & {link: string, qr: {size: number, path: string}}} Made
 */

const DEADLINE_MS = 8000;
const SILENT = gettext("The desk did not answer. Try again.");

/** Everybody who is signed in or invited; null where the desk does not tell. @returns {Promise<Everybody | null>} */
export async function askEverybody() {
  const answer = await ask("/api/people", { method: "GET" });
  return answer.said === "" ? /** @type {Everybody} */ (answer.body) : null;
}

/**
 * @param {{name: string, role: string, hours: number}} wanted
 * @returns {Promise<{made: Made | null, said: string}>}
 */
export async function invite(wanted) {
  const { body, said } = await ask("/api/invitations", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(wanted),
  });
  return { made: said === "" ? /** @type {Made} */ (body) : null, said };
}

/**
 * Ends an invitation or a badge.
 * @param {string} address
 * @returns {Promise<string>} why it was not ended; empty where it was
 */
export async function end(address) {
  return (await ask(address, { method: "DELETE" })).said;
}

/**
 * @param {string} address
 * @param {RequestInit} options
 * @returns {Promise<{body: unknown, said: string}>}
 */
async function ask(address, options) {
  try {
    const response = await fetch(inTongue(address), { ...options, signal: AbortSignal.timeout(DEADLINE_MS) });
    const body = await response.json();
    return { body, said: response.ok ? "" : (body.error?.message ?? SILENT) };
  } catch {
    return { body: null, said: SILENT };
  }
}
