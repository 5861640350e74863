/**
 * What a screen keeps for a start without a network: its page with nothing on it, the files of that page, and beside them
 * what it has on the glass. That is good for the lease only: whoever starts later shows the holding card.
 *
 * How old it is tells the device's clock, for no other runs while the browser does not. A clock that was put back
 * makes it too old.
 */

import { scriptURL } from "../trusted.js";

const SHELF = "backchannel-screen";
const STATE = "/screen-state";
const HEARD = "screen-heard";
const SAVE_EVERY_MS = 2000;

/**
 * @typedef {object} Kept
 * @property {{key: string, html: string}[]} cards newest first
 * @property {object} stage
 * @property {string} epoch
 * @property {number} seq
 */

/** Workers, and what they keep, exist only on https and on the machine itself. */
const canKeep = () => isSecureContext && "caches" in globalThis && "serviceWorker" in navigator;

/**
 * How much of the lease is left to what was heard of last then. Pure.
 * @param {number} heardMs by the device's clock, like the next
 * @param {number} nowMs
 * @param {number} leaseMs
 */
export function leftMs(heardMs, nowMs, leaseMs) {
  const ageMs = nowMs - heardMs;
  return ageMs >= 0 && ageMs < leaseMs ? leaseMs - ageMs : 0;
}

export class Shelf {
  #timer = 0;
  #savedMs = 0;

  /** @param {() => Kept} state what is to be kept now */
  constructor(state) {
    this.#state = state;
  }

  #state;

  /** Keeps this page and its files, for the next start. */
  async keepPage() {
    if (!canKeep()) return;
    try {
      await navigator.serviceWorker.register(scriptURL("/worker.js"));
      const address = new URL(location.href);
      address.searchParams.set("shell", "1");
      const shell = await fetch(address);
      if (!shell.ok) return;
      const shelf = await caches.open(SHELF);
      const files = performance.getEntriesByType("resource").map(({ name }) => name);
      const ours = files.filter((name) => /\/(parcels|themes|static\/fonts)\//.test(name));
      await shelf.addAll(ours);
      await shelf.put(location.pathname + location.search, shell);
      for (const { url } of await shelf.keys())
        if (/\/(parcels|themes)\//.test(url) && !ours.includes(url)) await shelf.delete(url);
    } catch {
      // Without a shelf a start without a network shows the browser's own error; nothing else depends on it.
    }
  }

  /** The server was heard just now. */
  heard() {
    if (!canKeep() || Date.now() - this.#savedMs < SAVE_EVERY_MS) return;
    this.#savedMs = Date.now();
    try {
      localStorage.setItem(HEARD, String(this.#savedMs));
    } catch {
      // Storage is switched off.
    }
  }

  /**
   * Writes down what is on the glass, soon; at once where something was taken back.
   * @param {boolean} isUrgent
   */
  save(isUrgent) {
    if (!canKeep()) return;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#write(), isUrgent ? 0 : SAVE_EVERY_MS);
  }

  async #write() {
    try {
      const shelf = await caches.open(SHELF);
      await shelf.put(STATE, new Response(JSON.stringify(this.#state())));
    } catch {
      // The disk is full: the next start without a network shows the holding card.
    }
  }

  /**
   * What was on the glass, and how much of its lease is left; null, and forgotten, where that is over.
   * @param {number} leaseMs
   * @returns {Promise<{kept: Kept, leftMs: number} | null>}
   */
  static async read(leaseMs) {
    if (!canKeep()) return null;
    try {
      const shelf = await caches.open(SHELF);
      const left = leftMs(Number(localStorage.getItem(HEARD)), Date.now(), leaseMs);
      const found = left > 0 ? await shelf.match(STATE) : undefined;
      if (found) return { kept: await found.json(), leftMs: left };
      await shelf.delete(STATE);
    } catch {
      // What cannot be read is not there.
    }
    return null;
  }
}
