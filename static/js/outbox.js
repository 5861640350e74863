/**
 * What was written on this phone and has not reached the server yet. It survives a reload and a dead network, and goes
 * once: every draft carries an id by which the server knows a repeated one.
 */

import { solved } from "./puzzle.js";
import { inTongue } from "./tongue.js";

/**
 * `again` is the key of a post that this one says differently; `refusal` says why the server would not have it; `kind` is
 * `question` for what asks the speaker.
 * @typedef {{idem: string, text: string, name: string, at: number, hall?: string, card?: string, again?: string, kiosk?: boolean,
 *   kind?: string, refusal?: string}} Draft
 * @typedef {"sent" | "waits" | {wait: string} | {refusal: string}} Outcome
 * @typedef {Pick<Storage, "getItem" | "setItem">} Shelf
 */

/**
 * A new id. Not `crypto.randomUUID`: on the Wi-Fi of a hall the page may come over plain http.
 * @returns {string}
 */
export function newIdem() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Drafts in the order in which they were written. Other pages of this phone share them. */
export class Outbox {
  /** @type {Draft[]} */
  drafts = [];
  /** Why the server wants the next one later, in its own words; empty where it does not. */
  pause = "";
  #isSending = false;

  /**
   * @param {Shelf | null} shelf null where the browser keeps nothing: then drafts last as long as the page
   * @param {(draft: Draft) => Promise<Outcome>} send
   * @param {string} [name] of its place on the shelf
   */
  constructor(shelf, send, name = "backchannel.outbox") {
    this.#shelf = shelf;
    this.#send = send;
    this.#name = name;
    this.#change((drafts) => drafts);
  }

  #shelf;
  #send;
  #name;

  /** Those that still go: a refused one stays for its writer. */
  get waiting() {
    return this.drafts.filter(({ refusal }) => !refusal);
  }

  /** @param {Draft} draft */
  add(draft) {
    this.#change((drafts) => [...drafts, draft]);
  }

  /** @param {string} idem */
  discard(idem) {
    this.#change((drafts) => drafts.filter((draft) => draft.idem !== idem));
  }

  /**
   * Sends one draft after the other until one has to wait. A refused one stays, with the reason.
   * @returns {Promise<{sent: Draft[], refused: Draft[]}>}
   */
  async flush() {
    /** @type {{sent: Draft[], refused: Draft[]}} */
    const result = { sent: [], refused: [] };
    if (this.#isSending) return result;
    this.#isSending = true;
    this.#change((drafts) => drafts);
    this.pause = "";
    try {
      for (let draft = this.waiting[0]; draft; draft = this.waiting[0]) {
        const outcome = await this.#send(draft);
        if (outcome === "waits") break;
        if (outcome === "sent") {
          this.discard(draft.idem);
          result.sent.push(draft);
        } else if ("wait" in outcome) {
          this.pause = outcome.wait;
          break;
        } else {
          const refused = { ...draft, refusal: outcome.refusal };
          this.#change((drafts) => drafts.map((each) => (each.idem === draft.idem ? refused : each)));
          result.refused.push(refused);
        }
      }
    } finally {
      this.#isSending = false;
    }
    return result;
  }

  /**
   * Changes what is on the shelf now: another page may have put something there, or sent it.
   * @param {(drafts: Draft[]) => Draft[]} to
   */
  #change(to) {
    const before = this.#kept() ?? this.drafts;
    this.drafts = to(before);
    if (this.drafts === before) return;
    try {
      this.#shelf?.setItem(this.#name, JSON.stringify(this.drafts));
    } catch {
      this.#shelf = null; // full or forbidden: from here on drafts stay as long as the page
    }
  }

  /** @returns {Draft[] | null} */
  #kept() {
    try {
      return this.#shelf && JSON.parse(this.#shelf.getItem(this.#name) ?? "[]");
    } catch {
      return []; // whatever that was, it was not ours
    }
  }
}

/**
 * Posts a draft to the server. Only a clear no is a refusal; a dead network, a server in trouble, and one that asks for
 * patience mean: later. Where it asks for an answer to a puzzle, it gets one.
 * @param {Draft} draft
 * @param {{puzzle?: string, solve?: typeof solved}} [answer]
 * @returns {Promise<Outcome>}
 */
export async function post(draft, { puzzle, solve = solved } = {}) {
  const { text, name, idem, hall, again, kiosk, kind, at } = draft;
  try {
    const response = await fetch(inTongue("/posts"), {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({
        text,
        name,
        idem,
        hall,
        again,
        kiosk,
        kind,
        puzzle,
        waited_s: Math.max(0, Date.now() - at) / 1000,
      }),
      signal: AbortSignal.timeout?.(15_000),
    });
    if (response.ok) return "sent";
    if (response.status >= 500 || response.status === 408) return "waits";
    const { error } = await response.json();
    if (error.puzzle && !puzzle) {
      const answer = await solve(error.puzzle);
      if (answer) return await post(draft, { puzzle: answer });
    }
    return response.status === 429 ? { wait: error.message } : { refusal: error.message };
  } catch {
    return "waits";
  }
}
