/** The lines of the record as they stand in the page, and the one in hand, which keeps its place on the glass. */

import { gettext } from "../../tongue.js";
import { fold, matches } from "../search.js";
import { clone, fill, write, writeWords } from "../strokes.js";
import { idOf } from "./lines.js";
import { dayWords, saidOf } from "./words.js";

/** @typedef {import("./lines.js").Line} Line */

export class Ledger {
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();
  #query = "";
  /** @type {string | null} */
  inHand = null;

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.place holds the rows
   * @param {import("../glass.js").Glass} parts.glass
   * @param {HTMLTemplateElement} parts.template
   * @param {import("./lines.js").Lines} parts.lines
   * @param {import("./words.js").Names} parts.names
   * @param {import("../ages.js").ServerClock} parts.clock
   */
  constructor({ place, glass, template, lines, names, clock }) {
    this.#parts = { place, glass, template, lines, names, clock };
  }

  #parts;

  /** @returns {Line | undefined} */
  get line() {
    return this.inHand === null ? undefined : this.#parts.lines.of(this.inHand);
  }

  /** How many lines the search leaves. */
  get shown() {
    return this.#parts.lines.all.filter((line) => this.#isShown(line)).length;
  }

  get isFiltered() {
    return this.#query !== "";
  }

  /**
   * The row of a line.
   * @param {string} id
   */
  row(id) {
    return this.#rows.get(id);
  }

  /** Writes the lines anew where they changed. */
  show() {
    const { place, glass, lines } = this.#parts;
    const hand = this.inHand === null ? undefined : this.#rows.get(this.inHand);
    const index = hand ? [...place.children].indexOf(hand) : 0;
    glass.anchored(hand, () => this.#arrange());
    if (this.inHand === null || !this.#rows.has(this.inHand)) {
      const hadFocus = hand !== undefined && document.activeElement === document.body;
      this.inHand = null;
      const near = lines.all[Math.min(Math.max(index, 0), lines.all.length - 1)];
      this.take(near ? idOf(near) : null, { focus: hadFocus });
    }
  }

  /**
   * Puts a line into the hand.
   * @param {string | null} id
   * @param {{focus?: boolean}} [options]
   */
  take(id, { focus = true } = {}) {
    const before = this.inHand === null ? undefined : this.#rows.get(this.inHand);
    const row = id === null ? undefined : this.#rows.get(id);
    before?.removeAttribute("aria-current");
    before?.setAttribute("tabindex", "-1");
    this.inHand = id;
    row?.setAttribute("aria-current", "true");
    row?.setAttribute("tabindex", "0");
    if (focus) row?.focus({ preventScroll: true });
    this.#parts.glass.reveal(row);
  }

  /** @param {number} step */
  move(step) {
    this.take(this.#parts.lines.neighbour(this.inHand, step, (line) => this.#isShown(line)));
  }

  /**
   * Leaves only the loaded lines that hold these words.
   * @param {string} query
   */
  filter(query) {
    this.#query = query;
    for (const row of this.#rows.values()) row.hidden = !this.#lets(row);
    const { line } = this;
    if (line && this.#isShown(line)) return this.#parts.glass.reveal(this.row(idOf(line)));
    const first = this.#parts.lines.all.find((other) => this.#isShown(other));
    this.take(first ? idOf(first) : null, { focus: false });
  }

  #arrange() {
    const { place, template, lines, names, clock } = this.#parts;
    const wanted = new Set(lines.all.map(idOf));
    for (const [id, row] of this.#rows) {
      if (wanted.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    let day = dayWords(new Date(clock.now()).toISOString(), names.zone);
    for (const [index, line] of lines.all.entries()) {
      const id = idOf(line);
      const row = this.#rows.get(id) ?? clone(template);
      this.#rows.set(id, row);
      row.dataset.id = id;
      day = this.#write(row, line, day);
      row.hidden = !this.#lets(row);
      if (place.children[index] !== row) place.insertBefore(row, place.children[index] ?? null);
    }
  }

  /**
   * @param {HTMLElement} row
   * @param {Line} line
   * @param {string} day of the line above
   * @returns {string} its day
   */
  #write(row, line, day) {
    const said = saidOf(line, this.#parts.names);
    row.setAttribute(
      "aria-label",
      gettext("%(verb)s by %(name)s at %(time)s", { verb: said.verb, name: said.by, time: said.time }),
    );
    row.toggleAttribute("data-undone", said.action === "");
    row.toggleAttribute("data-new-day", said.day !== day);
    fill(row, ".day", said.day === day ? "" : said.day);
    fill(row, ".when b", said.time);
    fill(row, ".by", said.by);
    fill(row, ".bowl", "")?.setAttribute("data-state", said.state);
    fill(row, ".verb b", said.verb);
    fill(row, ".why", said.why);
    showMany(row.querySelector(".many"), said.many, line.act);
    writeWords(row.querySelector(".said .words"), said.text);
    fill(row, ".also", said.also);
    row.querySelector(".said")?.setAttribute("lang", line.post?.language ?? "");
    fill(row, ".name", said.author);
    const net = fill(row, ".net", said.network);
    if (net instanceof HTMLElement) {
      net.dataset.network = line.post?.network ?? "";
      net.hidden = said.network === "";
    }
    fill(row, ".since", said.since);
    const button = row.querySelector("button");
    if (button) {
      write(button, said.action);
      button.hidden = said.action === "";
    }
    return said.day;
  }

  /** @param {Line} line */
  #isShown(line) {
    const row = this.#rows.get(idOf(line));
    return row !== undefined && this.#lets(row);
  }

  /** @param {HTMLElement} row */
  #lets(row) {
    return this.#query === "" || matches(fold(row.textContent ?? ""), this.#query);
  }
}

/**
 * @param {HTMLAnchorElement | null} link to all that one order decided
 * @param {string} words
 * @param {string} act
 */
function showMany(link, words, act) {
  if (!link) return;
  write(link, words);
  link.hidden = words === "";
  link.href = `/console/record?act=${encodeURIComponent(act)}`;
}
