/**
 * The search of the desk: what is typed, or put together from chips, is looked for on the server, in the whole of the list.
 *
 * The server alone tells what a search lets through, so also of a post that comes in meanwhile it is asked.
 */

import { gettext } from "../tongue.js";
import { markOf, wordsOf } from "./card.js";
import { addressOf, has, lineIn, termOf, toggled } from "./place.js";
import { write } from "./strokes.js";

const TYPING_MS = 250;
const GATHER_MS = 300;
const AGAIN_MS = 3000;
const ASK_MAX = 50;
const UNSURE_MAX = 200;

export class Seek {
  /** @type {Map<string, HTMLElement>} posts that came in, of which the server is still to be asked */
  #unsure = new Map();
  #typing = 0;
  #asking = 0;
  /** @type {number | null} where the list was left for the search */
  #from = null;
  /** @type {number | null} how many posts are found; null until the server said so */
  found = null;

  /**
   * @param {object} parts
   * @param {HTMLInputElement} parts.field
   * @param {HTMLElement} parts.row the chips, and what is wrong with the line
   * @param {import("./lists.js").Window} parts.window
   * @param {import("./column.js").Column} parts.column
   * @param {import("./decisions.js").Decisions} parts.decisions
   * @param {() => import("./pages.js").Pages} parts.pages
   * @param {typeof import("./desk.js").askWhich} parts.askWhich
   * @param {typeof import("./desk.js").askFound} parts.askFound
   * @param {() => void} parts.onFound
   */
  constructor({ field, row, window, column, decisions, pages, askWhich, askFound, onFound }) {
    this.#parts = { field, row, window, column, decisions, pages, askWhich, askFound, onFound };
    this.#says = /** @type {HTMLElement} */ (row.querySelector("[role=status]"));
    this.#author = /** @type {HTMLAnchorElement} */ (row.querySelector("#chip-author"));
  }

  #parts;
  #says;
  #author;

  /** What is looked for. */
  get line() {
    return this.#parts.pages().line;
  }

  /** Whether the row of chips is to be seen. */
  get isOpen() {
    return this.#parts.row.dataset.open !== undefined;
  }

  start() {
    const { field, row } = this.#parts;
    field.addEventListener("input", () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.now(), TYPING_MS);
    });
    field.form?.addEventListener("submit", (event) => event.preventDefault());
    row.addEventListener("click", (event) => this.#click(event));
    document.getElementById("seek-end")?.addEventListener("click", (event) => {
      event.preventDefault();
      this.clear();
    });
    document.addEventListener("focusin", ({ target }) => this.#open(target));
    addEventListener("popstate", () => this.#turn(lineIn(location.search)));
    this.#show();
    this.#count();
  }

  /** Looks for what stands in the field. */
  now() {
    clearTimeout(this.#typing);
    return this.#seek(this.#parts.field.value.trim());
  }

  /** Looks for nothing any more, and goes back to where the search began. */
  clear() {
    clearTimeout(this.#typing);
    this.#parts.field.value = "";
    return this.#seek("");
  }

  /**
   * A new version of a post: what would come into a list that is searched waits for the server's word.
   * @param {HTMLElement} card
   */
  hear(card) {
    const { column, decisions, window, pages } = this.#parts;
    const mark = markOf(card);
    pages().miss(card);
    if (!this.line || column.card(mark.key) || !window.holds(mark)) return decisions.hear(card);
    if (this.#unsure.size >= UNSURE_MAX && !this.#unsure.has(mark.key)) {
      this.#unsure.clear();
      pages().reopen();
      return;
    }
    this.#unsure.set(mark.key, card);
    this.#asking ||= setTimeout(() => this.#ask(), GATHER_MS);
  }

  /** @param {string} line */
  async #seek(line) {
    if (line === this.line) return this.#say("");
    await this.#turn(line);
    if (this.line === line) history.pushState(null, "", addressOf({ list: this.#parts.window.list, line }));
  }

  /** @param {string} line */
  async #turn(line) {
    const { field, pages, column, window } = this.#parts;
    if (this.line === "") this.#from = pages().place;
    this.#say(await pages().open(line, line ? null : this.#from));
    if (this.line !== line) return; // it cannot be looked for, or something else is by now
    if (document.activeElement !== field) field.value = line;
    this.#unsure.clear();
    if (line) column.take(window.marks[0]?.key ?? null);
    this.found = null;
    this.#show();
    this.#count();
  }

  async #ask() {
    const { window, decisions, askWhich } = this.#parts;
    const { line } = this;
    const keys = [...this.#unsure.keys()].slice(0, ASK_MAX);
    let pauseMs = 0;
    try {
      const found = new Set(keys.length ? await askWhich(window.list, line, keys) : []);
      if (line !== this.line) return;
      for (const key of keys) {
        const card = this.#unsure.get(key);
        this.#unsure.delete(key);
        if (card && found.has(key)) decisions.hear(card);
      }
    } catch {
      pauseMs = AGAIN_MS; // the bar says that the desk does not answer
    } finally {
      this.#asking = this.#unsure.size ? setTimeout(() => this.#ask(), pauseMs) : 0;
    }
  }

  /** Asks how much there is, in all and behind every chip. */
  async #count() {
    const { window, row, askFound, onFound } = this.#parts;
    const { line } = this;
    try {
      const { posts, by_network, by_reason } = await askFound(window.list, line);
      if (line !== this.line) return;
      this.found = posts;
      for (const chip of row.querySelectorAll("[data-term]")) {
        const [sort, value = ""] = (chip.getAttribute("data-term") ?? "").split(":");
        const count = { on: by_network, reason: by_reason }[sort ?? ""]?.[value];
        const place = /** @type {HTMLElement | null} */ (chip.querySelector(".num"));
        if (!place) continue;
        place.hidden = count === undefined;
        write(place, String(count ?? ""));
      }
      onFound();
    } catch {
      // The figures are missing, and nothing else is.
    }
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const line = toggled(this.#parts.field.value.trim(), link.dataset.term ?? "");
    this.#parts.field.value = line;
    this.now();
  }

  /** @param {EventTarget | null} focused the row stands open while somebody searches */
  #open(focused) {
    const { field, row } = this.#parts;
    const isAtIt = focused === field || (focused instanceof Element && row.contains(focused));
    row.toggleAttribute("data-open", isAtIt || this.line !== "");
    if (isAtIt) this.name();
  }

  /** Which chips are on, and whose posts could be looked for: those of the author in hand. */
  #show() {
    const { row, window } = this.#parts;
    this.#open(document.activeElement);
    this.name();
    for (const chip of /** @type {NodeListOf<HTMLAnchorElement>} */ (row.querySelectorAll("a[data-term]"))) {
      const term = chip.dataset.term ?? "";
      chip.href = addressOf({ list: window.list, line: toggled(this.line, term) });
      if (has(this.line, term)) chip.setAttribute("aria-current", "true");
      else chip.removeAttribute("aria-current");
    }
  }

  /** Names the author of the post in hand on the last chip. */
  name() {
    const { column } = this.#parts;
    const card = column.card(column.inHand);
    const before = this.line.match(/(?:^| )(from:(?:"[^"]*"|\S+))/)?.[1];
    const term = before ?? (card ? termOf(wordsOf(card)) : "");
    this.#author.hidden = term === "";
    if (term === this.#author.dataset.term) return;
    this.#author.dataset.term = term;
    write(this.#author, gettext("from %(name)s", { name: term.slice("from:".length).replaceAll('"', "") }));
    this.#author.href = addressOf({ list: this.#parts.window.list, line: toggled(this.line, term) });
  }

  /** @param {string} words */
  #say(words) {
    write(this.#says, words);
  }
}
