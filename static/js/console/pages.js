/**
 * Reads a list page by page: on and back while the hand comes near an end of what is loaded, anew where something else is
 * looked for. Where the page stands is kept in its address.
 */

import { markOf } from "./card.js";
import { PAGE, placeBefore } from "./lists.js";
import { addressOf } from "./place.js";

const KEEP_MS = 1000;
const AGAIN_MS = 5000;

/** @typedef {"next" | "previous"} Way */

export class Pages {
  /** @type {Promise<void> | null} */
  #reading = null;
  /** @type {HTMLElement[]} what came in while a page was read, and may be newer than it */
  #missed = [];
  #retryAt = 0;
  /** Counts what was looked for: an answer to an earlier question is of no use. */
  #asked = 0;
  #isLost = false;
  #keeping = 0;

  /**
   * @param {object} parts
   * @param {import("./lists.js").Window} parts.window
   * @param {import("./column.js").Column} parts.column
   * @param {import("./decisions.js").Decisions} parts.decisions
   * @param {typeof import("./desk.js").readPage} parts.readPage
   * @param {string} parts.line what is looked for at first
   * @param {(card: HTMLElement) => void} parts.hear shows what came in meanwhile, where it belongs here
   */
  constructor({ window, column, decisions, readPage, line, hear }) {
    this.#parts = { window, column, decisions, readPage, hear };
    this.line = line;
  }

  #parts;

  /** Where a reload begins: at the post in hand; null for the head of the list. */
  get place() {
    const { window, column } = this.#parts;
    const card = column.card(column.inHand);
    if (!card) return window.isAtHead || !window.marks[0] ? null : placeBefore(window.list, window.marks[0]);
    const isFirst = window.isAtHead && window.indexOf(column.inHand ?? "") === 0;
    return isFirst ? null : placeBefore(window.list, markOf(card));
  }

  /** @param {HTMLElement} card that just came in */
  miss(card) {
    if (this.#reading) this.#missed.push(card);
  }

  /** Reads on where the hand comes near an end, one page at a time. */
  follow() {
    const { window, column } = this.#parts;
    this.#keep();
    if (this.#reading || Date.now() < this.#retryAt) return;
    if (this.#isLost) this.reopen();
    const way = window.wants(column.inHand);
    if (way) this.#read(way);
  }

  /**
   * Takes a page of posts further on into the hand, and reads it first where it is not here yet.
   * @param {1 | -1} step
   */
  async turn(step) {
    const { window, column } = this.#parts;
    if (this.#reading) await this.#reading;
    const place = column.inHand ? window.indexOf(column.inHand) : 0;
    const room = step > 0 ? window.marks.length - 1 - place : place;
    if (room < PAGE) await this.#read(step > 0 ? "next" : "previous");
    column.move(step * PAGE);
  }

  /**
   * Begins the list again with what a line looks for.
   * @param {string} line
   * @param {number | null} [after] where it begins; at its head unless told otherwise
   * @returns {Promise<string>} why that cannot be looked for, or nothing
   */
  async open(line, after = null) {
    const { window, readPage } = this.#parts;
    let trouble = "";
    await this.#ask(async () => {
      const page = await readPage({ list: window.list, line, after });
      trouble = page.trouble;
      if (trouble) return null;
      return () => {
        this.line = line;
        this.#show(page);
      };
    });
    return trouble;
  }

  /** Reads what is looked at anew: what changed meanwhile was not heard. */
  async reopen() {
    const { window, column, readPage } = this.#parts;
    const { line } = this;
    this.#isLost = true;
    await this.#ask(async () => {
      const page = await readPage({ list: window.list, line, after: this.place });
      return () => {
        this.#isLost = false;
        this.#show(page);
      };
    });
    if (column.inHand === null) this.follow();
  }

  /** @param {Way} way */
  #read(way) {
    const { window, column, decisions, readPage } = this.#parts;
    const place = window[way];
    if (place === null || this.#reading) return this.#reading ?? Promise.resolve();
    return this.#ask(async () => {
      const { list } = window;
      const asked = way === "next" ? { after: place } : { before: place };
      const page = await readPage({ list, line: this.line, ...asked });
      return () => {
        if (window[way] !== place) return; // a snapshot came in between
        const cards = page.cards.filter((card) => decisions.isNews(card));
        if (way === "next") column.append(cards, page.next);
        else column.prepend(cards, page.previous);
        if (column.inHand === null) column.take(window.marks[0]?.key ?? null);
      };
    });
  }

  /**
   * Asks the server, and applies what it answers unless something else was asked for since.
   * @param {() => Promise<(() => void) | null>} ask
   */
  #ask(ask) {
    this.#asked += 1;
    const asked = this.#asked;
    this.#missed = [];
    const reading = (async () => {
      let apply = null;
      try {
        apply = await ask();
      } catch {
        if (asked === this.#asked) this.#retryAt = Date.now() + AGAIN_MS; // the bar says that the desk does not answer
      }
      if (asked !== this.#asked) return;
      this.#reading = null;
      apply?.();
      for (const card of this.#missed.splice(0)) this.#parts.hear(card);
      if (apply) this.follow();
    })();
    this.#reading = reading;
    return reading;
  }

  /** @param {import("./desk.js").Page} page */
  #show({ cards, previous, next }) {
    const { column, decisions } = this.#parts;
    column.open(
      cards.filter((card) => decisions.isNews(card)),
      { previous, next },
    );
  }

  #keep() {
    this.#keeping ||= setTimeout(() => {
      this.#keeping = 0;
      const address = addressOf({ list: this.#parts.window.list, line: this.line, after: this.place });
      if (address !== `${location.pathname}${location.search}`) history.replaceState(null, "", address);
    }, KEEP_MS);
  }
}
