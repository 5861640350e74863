/** What the page of screens asks of the server. Nothing throws: what went wrong is a sentence. */

import { gettext, inTongue } from "../../tongue.js";

/**
 * @typedef {import("./words.js").Screen} Screen
 * @typedef {import("./words.js").Opening} Opening
 * @typedef {{screens: Screen[], unpaired: Opening[], at: string}} Fleet
 */

const DEADLINE_MS = 8000;
const SILENT = gettext("The desk did not answer. Try again.");

/** Every screen; null where the desk does not tell. @returns {Promise<Fleet | null>} */
export async function askFleet() {
  const { body, said } = await ask("GET", "/api/screens");
  return said === "" ? /** @type {Fleet} */ (body) : null;
}

/**
 * @param {{code: string, name: string, hall: string, layout: string | null}} wanted
 * @returns {Promise<string>} why it was not paired; empty where it was
 */
export async function pair(wanted) {
  return (await ask("POST", "/api/screens", wanted)).said;
}

/**
 * @param {string} id
 * @param {object} wish
 * @returns {Promise<string>} why nothing was done; empty where it was
 */
export async function change(id, wish) {
  return (await ask("POST", `/api/screens/${id}`, wish)).said;
}

/**
 * @param {string} id
 * @returns {Promise<string>}
 */
export async function unpair(id) {
  return (await ask("DELETE", `/api/screens/${id}`)).said;
}

/**
 * @param {string} method
 * @param {string} address
 * @param {object} [body]
 * @returns {Promise<{body: unknown, said: string}>}
 */
async function ask(method, address, body) {
  const sent = body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {};
  try {
    const response = await fetch(inTongue(address), { method, ...sent, signal: AbortSignal.timeout(DEADLINE_MS) });
    const told = await response.json();
    return { body: told, said: response.ok ? "" : (told.error?.message ?? SILENT) };
  } catch {
    return { body: null, said: SILENT };
  }
}
