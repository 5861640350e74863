/** The questions of a hall on a phone: votes that answer the finger at once, and totals as the server tells them. */

import { Lookout } from "./programme.js";
import { gettext, inTongue } from "./tongue.js";
import { parse } from "./trusted.js";

const SPREAD_MS = 2000; // over which the phones of a hall ask anew, where something is not in their lists yet
const NEVER_S = 86_400;
const DEADLINE_MS = 10_000;
const SETTLE_MS = 700; // the total with one's own vote in it comes a little after the answer
const DEVICE_MISSING = 409; // the answer brings the cookie that was missing

/** @typedef {{html: string, again_in_s: number, voted: string[]}} Answer */

/** The list in its part of the page. */
export class Questions {
  #section;
  #lookout;
  #soon = 0;
  /** @type {Map<string, boolean>} what the device wants of each question whose vote is on its way */
  #wanted = new Map();
  /** @type {Map<string, number | null>} the total that was told meanwhile: one that jumps back and forth looks wrong */
  #held = new Map();

  /** @param {HTMLElement} section */
  constructor(section) {
    this.#section = section;
    const show = (/** @type {Answer} */ answer) => this.#show(answer);
    this.#lookout = new Lookout("", show, { spreadMs: SPREAD_MS });
    section.addEventListener("submit", (event) => this.#submit(event));
    section.addEventListener("click", (event) => this.#choose(event));
    if (!section.hidden) this.look(); // of what the page has already, somebody may have voted since
  }

  get #block() {
    return /** @type {HTMLElement} */ (this.#section.querySelector("#asked"));
  }

  get #hall() {
    return this.#block.dataset.hall ?? this.#section.dataset.hall ?? "";
  }

  /** Asks for the list now. */
  async look() {
    clearTimeout(this.#soon);
    this.#soon = 0;
    const order = this.#block.dataset.sort === "newest" ? "&sort=newest" : "";
    const kiosk = "kiosk" in document.body.dataset ? "&kiosk" : "";
    this.#lookout.path = inTongue(`/questions?hall=${encodeURIComponent(this.#hall)}${order}${kiosk}`);
    await this.#lookout.look();
  }

  /** The page is seen again. */
  wake() {
    if (!this.#section.hidden) this.look();
  }

  #lookSoon() {
    if (this.#section.hidden) return;
    this.#soon ||= window.setTimeout(() => this.look(), Math.random() * SPREAD_MS);
  }

  /**
   * Hears what the wall changed: what was taken back leaves at once, what is new is asked for.
   * @param {string[]} drops
   * @param {Iterable<string>} keys of the wall
   * @param {HTMLElement} wall
   */
  hear(drops, keys, wall) {
    for (const key of drops) this.#entry(key)?.remove();
    for (const key of keys) {
      const card = wall.querySelector(`[data-key="${CSS.escape(key)}"]`);
      if (card?.getAttribute("data-asks") === this.#hall && !this.#entry(key) && !this.#isElsewhere(card)) {
        this.#lookSoon();
        return;
      }
    }
  }

  /** @param {Element} card a question to another session than the one that is asked now */
  #isElsewhere(card) {
    return card.getAttribute("data-session") !== this.#block.dataset.session;
  }

  /** @param {import("./feed.js").Votes} votes */
  count({ hall, session, totals }) {
    if (this.#section.hidden || hall !== this.#hall) return;
    if (session !== this.#block.dataset.session) return this.#lookSoon();
    for (const [key, [votes, state]] of Object.entries(totals)) {
      const entry = this.#entry(key);
      if (!entry || entry.dataset.state !== state) this.#lookSoon();
      else if (this.#held.has(key)) this.#held.set(key, votes);
      else tally(entry, votes);
    }
  }

  /** @param {Answer} answer */
  #show({ html, again_in_s, voted }) {
    const block = parse(html);
    for (const entry of block.querySelectorAll(".question")) {
      const key = entry.getAttribute("data-key") ?? "";
      press(entry, this.#wanted.get(key) ?? voted.includes(key));
    }
    const old = this.#block;
    if (old.outerHTML !== block.outerHTML) {
      const focused = document.activeElement?.closest(".question")?.getAttribute("data-key");
      old.replaceWith(block);
      if (focused) this.#entry(focused)?.querySelector("button")?.focus({ preventScroll: true });
    }
    return this.#section.hidden ? NEVER_S : again_in_s; // the tab asks when it is opened
  }

  /** @param {MouseEvent} event */
  #choose(event) {
    const link = event.target instanceof Element ? event.target.closest("a[data-hall], a[data-sort]") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { hall, sort } = /** @type {HTMLElement} */ (link).dataset;
    if (hall) this.#block.dataset.hall = hall;
    if (sort) this.#block.dataset.sort = sort;
    this.look();
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    const entry = event.target instanceof Element ? event.target.closest(".question") : null;
    const key = entry?.getAttribute("data-key");
    if (!(entry instanceof HTMLElement) || !key) return;
    event.preventDefault();
    this.#say("");
    const up = entry.querySelector("button")?.getAttribute("aria-pressed") !== "true";
    press(entry, up);
    tally(entry, Math.max(0, votesOf(entry) + (up ? 1 : -1)));
    const isOnItsWay = this.#wanted.has(key);
    this.#wanted.set(key, up);
    this.#held.set(key, this.#held.get(key) ?? null);
    if (!isOnItsWay) this.#cast(key, up);
  }

  /**
   * Sends what the device wants, and again where the finger was faster than the answer.
   * @param {string} key
   * @param {boolean} up
   * @returns {Promise<void>}
   */
  async #cast(key, up) {
    const refusal = await cast(key, up);
    const wanted = this.#wanted.get(key);
    if (!refusal && wanted !== undefined && wanted !== up) return this.#cast(key, wanted);
    this.#wanted.delete(key);
    setTimeout(() => this.#settle(key), SETTLE_MS);
    const entry = this.#entry(key);
    if (!refusal || !entry) return;
    if (wanted === up) tally(entry, Math.max(0, votesOf(entry) + (up ? -1 : 1)));
    press(entry, !up);
    this.#say(refusal);
  }

  /** @param {string} key of a question whose vote is answered */
  #settle(key) {
    if (this.#wanted.has(key)) return;
    const [entry, votes] = [this.#entry(key), this.#held.get(key) ?? null];
    this.#held.delete(key);
    if (entry && votes !== null) tally(entry, votes);
  }

  /** @param {string} words */
  #say(words) {
    /** @type {HTMLElement} */ (this.#section.querySelector("#vote-refusal")).textContent = words;
  }

  /** @param {string} key */
  #entry(key) {
    return /** @type {HTMLElement | null} */ (this.#section.querySelector(`.question[data-key="${CSS.escape(key)}"]`));
  }
}

/**
 * Casts a vote, or takes it back; what comes back is why it did not count, or nothing.
 * @param {string} key
 * @param {boolean} up
 * @param {boolean} [isAgain]
 * @returns {Promise<string>}
 */
async function cast(key, up, isAgain = false) {
  try {
    const response = await fetch(inTongue(`/questions/${encodeURIComponent(key)}/vote`), {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ up }),
      signal: AbortSignal.timeout?.(DEADLINE_MS),
    });
    if (response.ok) return "";
    if (response.status === DEVICE_MISSING && !isAgain) return await cast(key, up, true);
    return (await response.json()).error.message;
  } catch {
    return gettext("There is no connection: your vote did not count. Please try again.");
  }
}

/**
 * @param {Element} entry
 * @param {boolean} up
 */
function press(entry, up) {
  entry.querySelector("button")?.setAttribute("aria-pressed", String(up));
  entry.querySelector("input[name=up]")?.setAttribute("value", up ? "0" : "1");
}

/** @param {Element} entry */
function votesOf(entry) {
  return Number(entry.querySelector(".votes")?.textContent);
}

/**
 * @param {Element} entry
 * @param {number} votes
 */
function tally(entry, votes) {
  const place = entry.querySelector(".votes");
  if (place && place.textContent !== String(votes)) place.textContent = String(votes);
}
