/** The questions of a hall on a phone: votes that answer the finger at once, and totals as the server tells them. */

import { Lookout } from "./programme.js";
import { inTongue } from "./tongue.js";
import { parse } from "./trusted.js";
import { Votes } from "./votes.js";

const SPREAD_MS = 2000; // over which the phones of a hall ask anew, where something is not in their lists yet
const NEVER_S = 86_400;

/** @typedef {{html: string, again_in_s: number, voted: string[]}} Answer */

/** The list in its part of the page. */
export class Questions {
  #section;
  #lookout;
  #soon = 0;
  #votes;

  /** @param {HTMLElement} section */
  constructor(section) {
    this.#section = section;
    const show = (/** @type {Answer} */ answer) => this.#show(answer);
    this.#lookout = new Lookout("", show, { spreadMs: SPREAD_MS });
    this.#votes = new Votes({
      votesOf: (key) => votesOf(this.#entry(key)),
      tally: (key, votes) => tally(this.#entry(key), votes),
      press: (key, up) => press(this.#entry(key), up),
      say: (refusal) => this.#say(refusal),
    });
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
      else this.#votes.hear(key, votes);
    }
  }

  /** @param {Answer} answer */
  #show({ html, again_in_s, voted }) {
    const block = parse(html);
    for (const entry of block.querySelectorAll(".question")) {
      const key = entry.getAttribute("data-key") ?? "";
      press(entry, this.#votes.wants(key, voted.includes(key)));
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
    this.#votes.turn(key, entry.querySelector("button")?.getAttribute("aria-pressed") !== "true");
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
 * @param {Element | null} entry
 * @param {boolean} up
 */
function press(entry, up) {
  entry?.querySelector("button")?.setAttribute("aria-pressed", String(up));
  entry?.querySelector("input[name=up]")?.setAttribute("value", up ? "0" : "1");
}

/** @param {Element | null} entry */
function votesOf(entry) {
  return Number(entry?.querySelector(".votes")?.textContent);
}

/**
 * @param {Element | null} entry
 * @param {number} votes
 */
function tally(entry, votes) {
  const place = entry?.querySelector(".votes");
  if (place && place.textContent !== String(votes)) place.textContent = String(votes);
}
