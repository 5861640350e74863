/**
 * What was written on this phone and has not reached the server yet. It survives a reload and a dead network, and goes
 * once: every draft carries an id by which the server knows a repeated one.
 */

/**
 * @typedef {{idem: string, text: string, name: string, at: number, hall?: string}} Draft
 * @typedef {"sent" | "waits" | {refusal: string}} Outcome
 * @typedef {Pick<Storage, "getItem" | "setItem">} Shelf
 */

const SHELF = "backchannel.outbox";

/**
 * A new id. Not `crypto.randomUUID`: on the Wi-Fi of a hall the page may come over plain http.
 * @returns {string}
 */
export function newIdem() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Drafts in the order in which they were written. */
export class Outbox {
  /** @type {Draft[]} */
  drafts = [];
  #isSending = false;

  /**
   * @param {Shelf | null} shelf null where the browser keeps nothing: then drafts last as long as the page
   * @param {(draft: Draft) => Promise<Outcome>} send
   */
  constructor(shelf, send) {
    this.#shelf = shelf;
    this.#send = send;
    try {
      this.drafts = JSON.parse(shelf?.getItem(SHELF) ?? "[]");
    } catch {
      this.drafts = []; // whatever that was, it was not ours
    }
  }

  #shelf;
  #send;

  /** @param {Draft} draft */
  add(draft) {
    this.drafts = [...this.drafts, draft];
    this.#keep();
  }

  /** @param {string} idem */
  discard(idem) {
    this.drafts = this.drafts.filter((draft) => draft.idem !== idem);
    this.#keep();
  }

  /**
   * Sends one draft after the other until one has to wait. A refused draft leaves; its writer is told by what comes back.
   * @returns {Promise<{sent: Draft[], refused: {draft: Draft, refusal: string}[]}>}
   */
  async flush() {
    /** @type {{sent: Draft[], refused: {draft: Draft, refusal: string}[]}} */
    const result = { sent: [], refused: [] };
    if (this.#isSending) return result;
    this.#isSending = true;
    try {
      for (let draft = this.drafts[0]; draft; draft = this.drafts[0]) {
        const outcome = await this.#send(draft);
        if (outcome === "waits") break;
        this.discard(draft.idem);
        if (outcome === "sent") result.sent.push(draft);
        else result.refused.push({ draft, refusal: outcome.refusal });
      }
    } finally {
      this.#isSending = false;
    }
    return result;
  }

  #keep() {
    try {
      this.#shelf?.setItem(SHELF, JSON.stringify(this.drafts));
    } catch {
      // The storage is full or forbidden: the draft stays as long as the page.
    }
  }
}

/**
 * Posts a draft to the server. Only a clear no is a refusal; a dead network and a server in trouble mean: later.
 * @param {Draft} draft
 * @returns {Promise<Outcome>}
 */
export async function post({ text, name, idem, hall }) {
  try {
    const response = await fetch("/posts", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ text, name, idem, hall }),
      signal: AbortSignal.timeout?.(15_000),
    });
    if (response.ok) return "sent";
    if (response.status >= 500 || response.status === 408) return "waits";
    const { error } = await response.json();
    return { refusal: error.message };
  } catch {
    return "waits";
  }
}
