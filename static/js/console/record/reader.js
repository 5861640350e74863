/** Keeps the lines in the page as the record has them: reads on at their end, and again at their head when there is news. */

import { gettext } from "../../tongue.js";
import { write } from "../strokes.js";
import { idOf, LINES_MAX } from "./lines.js";

/**
 * @typedef {import("./lines.js").Line} Line
 * @typedef {import("./query.js").Query} Query
 */

const NEWS_EVERY_MS = 1000;
const AGAIN_MS = 5000;
const SHARES_EVERY_MS = 10_000;
const NEAR_PX = 600;

export class Reader {
  #isReading = false;
  #isWaiting = false;
  #sharesAtMs = Number.NEGATIVE_INFINITY;

  /**
   * @param {object} parts
   * @param {import("./lines.js").Lines} parts.lines
   * @param {import("./ledger.js").Ledger} parts.ledger
   * @param {import("./mirror.js").Mirror} parts.mirror
   * @param {import("./sift.js").Sift} parts.sift
   * @param {typeof import("./clerk.js").askPage} parts.askPage
   * @param {typeof import("./clerk.js").askShares} parts.askShares
   * @param {{entries: HTMLElement, nothing: HTMLElement, more: HTMLElement}} parts.places
   * @param {() => void} parts.onShow
   */
  constructor({ lines, ledger, mirror, sift, askPage, askShares, places, onShow }) {
    this.#parts = { lines, ledger, mirror, sift, askPage, askShares, places, onShow };
  }

  #parts;

  /** Something else is asked for: nothing of what is here is known to belong to it. */
  async restart() {
    this.#parts.places.entries.setAttribute("aria-busy", "true");
    this.#parts.lines.refresh({ decisions: [], next: null });
    await this.#refresh();
  }

  /** Something was decided somewhere: the head is read again, at most once a second. */
  hearNews() {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    setTimeout(() => {
      this.#isWaiting = false;
      this.#refresh();
    }, NEWS_EVERY_MS);
  }

  /**
   * A line was taken back: it and the head are read again.
   * @param {Line} line
   */
  async settle(line) {
    const { lines, sift, askPage } = this.#parts;
    const name = line.act && line.together > 1 ? "act" : "post";
    await this.#refresh();
    if (lines.of(idOf(line)) !== line) return; // the head had it
    const { decisions } = await askPage(sift.query.with(name, name === "act" ? line.act : line.key));
    if (name === "post") for (const fresh of decisions) lines.renew(fresh);
    else lines.renew({ ...line, standing: decisions.filter(({ reverse }) => reverse).length });
    this.#show();
  }

  /** Reads on where the end comes near. */
  async follow() {
    const { lines, sift, askPage, places } = this.#parts;
    const scroller = places.entries.parentElement;
    const isNear = scroller && scroller.scrollTop + scroller.clientHeight > scroller.scrollHeight - NEAR_PX;
    if (!isNear || !lines.goesOn || this.#isReading) return;
    const { query } = sift;
    this.#isReading = true;
    try {
      const place = lines.next;
      const page = await askPage(query, place);
      if (query === sift.query && place === lines.next) lines.append(page);
      this.#show();
    } catch {
      // The bar says that the desk does not answer; the next scroll asks again.
    } finally {
      this.#isReading = false;
    }
  }

  async #refresh() {
    const { lines, sift, askPage } = this.#parts;
    const { query } = sift;
    try {
      const page = await askPage(query);
      if (query !== sift.query) return;
      lines.refresh(page);
      this.#show();
      await this.#readShares();
    } catch {
      setTimeout(() => this.hearNews(), AGAIN_MS);
    }
  }

  async #readShares() {
    const { mirror, sift, askShares } = this.#parts;
    if (performance.now() < this.#sharesAtMs + SHARES_EVERY_MS) return;
    this.#sharesAtMs = performance.now();
    const shares = await askShares();
    mirror.show(shares);
    sift.hearActors(shares.by_actor.map(({ by }) => by));
  }

  #show() {
    const { lines, ledger, sift, places, onShow } = this.#parts;
    places.entries.setAttribute("aria-busy", "false");
    ledger.show();
    onShow();
    places.entries.hidden = lines.all.length === 0;
    places.nothing.hidden = lines.all.length > 0;
    if (lines.all.length === 0) sayNothing(places.nothing, sift.query);
    this.showEnd();
  }

  /** Below the lines: what the search found, that more follow, or that no more are loaded. */
  showEnd() {
    const { lines, ledger, places } = this.#parts;
    const words = ledger.isFiltered
      ? gettext("%(shown)s of %(all)s loaded decisions match. Esc clears the search.", {
          shown: ledger.shown,
          all: lines.all.length,
        })
      : lines.next === null
        ? ""
        : lines.goesOn
          ? gettext("More follow.")
          : gettext("%(num)s are loaded. Ask for less above to reach what lies behind, or export all.", {
              num: LINES_MAX,
            });
    write(places.more, words);
    places.more.hidden = words === "";
  }
}

/**
 * @param {HTMLElement} place
 * @param {Query} query
 */
function sayNothing(place, query) {
  const say = place.querySelector("#nothing-say");
  const why = place.querySelector("#nothing-why");
  const all = place.querySelector("#nothing-all");
  if (say) write(say, query.isAll ? gettext("Nothing was decided yet.") : gettext("Nothing like this was decided."));
  if (why) {
    const words = query.isAll
      ? gettext("Every decision comes here, by whom and why, and can be taken back from here.")
      : gettext("The filters above say what is asked for. Without them every decision stands here.");
    write(why, words);
  }
  if (all instanceof HTMLElement) all.hidden = query.isAll;
}
