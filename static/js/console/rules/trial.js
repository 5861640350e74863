/** The dry run beside the form: what a rule would have caught, with the places that it found. */

import { nameWords } from "../names.js";
import { networkWord } from "../networks.js";
import { clone, fill, write } from "../strokes.js";
import { STATES } from "../verbs.js";
import { trialWords } from "./words.js";

/**
 * @typedef {object} Tried
 * @property {number} looked_at
 * @property {number} caught
 * @property {number} waiting
 * @property {{key: string, network: string, status: string, name: string, text: string, marks: [number, number][]}[]} posts
 */

const PATIENCE_MS = 350;
/** @type {Readonly<Record<string, string>>} */
const BOWLS = { approved: "shown", queued: "queued", held: "held", rejected: "rejected", withdrawn: "withdrawn" };

export class Trial {
  #asked = 0;
  #timer = 0;

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.say
   * @param {HTMLElement} parts.place holds the posts
   * @param {HTMLTemplateElement} parts.template
   * @param {typeof import("./clerk.js").tryRule} parts.tryRule
   */
  constructor({ say, place, template, tryRule }) {
    this.#parts = { say, place, template, tryRule };
  }

  #parts;

  /**
   * Tries a rule once nobody types; what is asked later is what counts.
   * @param {import("./book.js").Rule} rule
   */
  follow(rule) {
    this.#asked += 1;
    const mine = this.#asked;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#ask(rule, mine), PATIENCE_MS);
  }

  stop() {
    this.#asked += 1;
    clearTimeout(this.#timer);
  }

  /**
   * @param {import("./book.js").Rule} rule
   * @param {number} mine
   */
  async #ask(rule, mine) {
    const answer = await this.#parts.tryRule(rule);
    if (mine !== this.#asked) return;
    const { say, place, template } = this.#parts;
    say.toggleAttribute("data-refused", !answer.ok);
    write(say, answer.ok ? trialWords(answer.told) : answer.message);
    place.replaceChildren(...(answer.ok ? answer.told.posts : []).map((post) => entry(template, post)));
  }
}

/**
 * @param {HTMLTemplateElement} template
 * @param {Tried["posts"][number]} post
 */
function entry(template, post) {
  const row = clone(template);
  fill(row, ".bowl", "")?.setAttribute("data-state", BOWLS[post.status] ?? "queued");
  fill(row, ".name", nameWords(post.name));
  fill(row, ".status", STATES[/** @type {import("../lists.js").Status} */ (post.status)] ?? post.status);
  const net = fill(row, ".net", networkWord(post.network));
  if (net instanceof HTMLElement) net.dataset.network = post.network;
  row.querySelector(".said")?.replaceChildren(...marked(post.text, post.marks));
  return row;
}

/**
 * A text with its marks; places count code points, as everywhere on the wire.
 * @param {string} text
 * @param {readonly [number, number][]} marks
 */
function marked(text, marks) {
  const points = [...text];
  /** @type {(string | HTMLElement)[]} */
  const pieces = [];
  let at = 0;
  for (const [start, end] of marks) {
    const mark = document.createElement("mark");
    mark.textContent = points.slice(start, end).join("");
    pieces.push(points.slice(at, start).join(""), mark);
    at = end;
  }
  return [...pieces, points.slice(at).join("")];
}
