/** After a rejection: what waits and is like it, offered to be rejected with one key, and shown before. */

import { gettext, ngettext } from "../tongue.js";
import { nameWords } from "./names.js";
import { clone, fill, write, writeWords } from "./strokes.js";

/**
 * @typedef {"words" | "link" | "picture" | "author"} Common what two posts have in common
 * @typedef {object} Alike as /api/posts/…/similar tells it
 * @property {{key: string, version: number, text: string, author: {name: string}}} post
 * @property {Common[]} common
 */

/** @type {Readonly<Record<Common, string>>} */
const WORDS = {
  words: gettext("like words"),
  link: gettext("a link to the same place"),
  picture: gettext("the same picture"),
  author: gettext("the same author"),
};

/** @type {readonly [Common, (num: number) => string][]} */
const TOLD = [
  ["words", (num) => gettext("%(num)s with like words", { num })],
  ["link", (num) => gettext("%(num)s with a link to the same place", { num })],
  ["picture", (num) => gettext("%(num)s with the same picture", { num })],
  ["author", (num) => gettext("%(num)s by the same author", { num })],
];

export class Again {
  /** @type {readonly Alike[]} */
  #alike = [];
  #reason = "";
  #asked = 0;

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.bar
   * @param {HTMLTemplateElement} parts.entry
   * @param {import("./decisions.js").Decisions} parts.decisions
   * @param {import("./claims.js").Claims} parts.claims
   * @param {import("./foot.js").Foot} parts.foot
   * @param {(key: string) => Promise<Alike[]>} parts.ask
   */
  constructor({ bar, entry, decisions, claims, foot, ask }) {
    this.#parts = { bar, entry, decisions, claims, foot, ask };
  }

  #parts;

  listen() {
    this.#parts.bar.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      const { again, leave, all } = button?.dataset ?? {};
      if (again !== undefined) this.take();
      else if (leave !== undefined) this.close();
      else if (all !== undefined) this.#open(true);
    });
  }

  get isOpen() {
    return !this.#parts.bar.hidden;
  }

  /**
   * Asks what is like a post that was rejected, and offers it.
   * @param {string} key
   * @param {string} reason
   */
  async offer(key, reason) {
    this.#asked += 1;
    const asked = this.#asked;
    const alike = await this.#parts.ask(key).catch(() => []); // then there is no offer, and nothing is lost
    if (asked !== this.#asked || alike.length === 0) return;
    this.#alike = alike;
    this.#reason = reason;
    this.#show();
  }

  /** Rejects all that is offered, for the same reason, but for what others have in hand. */
  take() {
    const { decisions, claims, foot } = this.#parts;
    if (!this.isOpen) return foot.say([gettext("Nothing is offered: it comes after a rejection.")], "queued");
    const marks = this.#alike.map(({ post: { key, version } }) => {
      return { key, version, status: /** @type {const} */ ("queued") };
    });
    const skipped = marks.map(({ key }) => claims.holderOf(key)).filter((holder) => holder !== undefined);
    this.close();
    const free = marks.filter(({ key }) => claims.holderOf(key) === undefined);
    decisions.makeAll("reject", free, { reason: this.#reason, skipped });
  }

  close() {
    this.#asked += 1;
    this.#alike = [];
    this.#parts.bar.hidden = true;
  }

  #show() {
    const { bar, entry, foot } = this.#parts;
    const many = this.#alike.length;
    const what = ngettext("%(num)s more waits that is like it", "%(num)s more wait that are like it", many);
    fill(bar, ".say", what);
    fill(bar, ".why", commonWords(this.#alike));
    for (const place of bar.querySelectorAll(".num")) write(place, String(many));
    bar.querySelector("ul")?.replaceChildren(
      ...this.#alike.map(({ post, common }) => {
        const row = clone(entry);
        fill(row, "bdi", nameWords(post.author.name));
        writeWords(row.querySelector(".cut"), post.text);
        fill(row, ".end", common.map((each) => WORDS[each]).join(", "));
        return row;
      }),
    );
    this.#open(false);
    bar.hidden = false;
    const words = ngettext("rejects it.", "rejects them.", many);
    const said = gettext("Rejected. %(what)s:", { what });
    foot.say([`${said} `, { command: "again", words }], "rejected");
  }

  /** @param {boolean} isWhole whether more than the first lines are shown */
  #open(isWhole) {
    const { bar } = this.#parts;
    bar.toggleAttribute("data-whole", isWhole);
    const button = /** @type {HTMLElement} */ (bar.querySelector("[data-all]"));
    button.hidden = isWhole || this.#alike.length <= 2;
    if (isWhole) bar.querySelector("ul")?.focus();
  }
}

/**
 * In what posts are like another: “3 by the same author, 2 with like words”.
 * @param {readonly {common: readonly Common[]}[]} alike
 */
export function commonWords(alike) {
  const count = (/** @type {Common} */ one) => alike.filter(({ common }) => common.includes(one)).length;
  return TOLD.filter(([one]) => count(one) > 0)
    .map(([one, words]) => words(count(one)))
    .join(", ");
}
