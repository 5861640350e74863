/** A hall's screen in small: the same picture by the same rules, measured in the preview's own width. */

import { fillColumns } from "../screen/columns.js";
import { setSpotlight } from "../screen/spotlight.js";
import { pictureOf } from "../stage.js";
import { gettext } from "../tongue.js";
import { clone, fill, write, writeWords } from "./strokes.js";

/**
 * @typedef {import("../stage.js").Stage} Stage
 * @typedef {import("./shelf.js").Short} Short
 */

const POSTS_MAX = 12; // more never fit
/** @type {Readonly<Record<string, string>>} */
const WITHOUT_POSTS = {
  black: gettext("black"),
  holding: gettext("the holding card"),
  "now-next": gettext("now and next"),
  questions: gettext("questions"),
  sponsor: gettext("a sponsor"),
};
/** @type {Readonly<Record<string, string>>} what stands in the place of posts */
const HOLDS = { "now-next": gettext("Now and next"), questions: gettext("Questions"), sponsor: gettext("A sponsor") };

export class Preview {
  /**
   * @param {HTMLElement} place
   * @param {HTMLTemplateElement} template of a post
   */
  constructor(place, template) {
    this.#place = place;
    this.#template = template;
    this.#columns = /** @type {HTMLElement} */ (place.querySelector(".columns"));
    this.#spotlight = /** @type {HTMLElement} */ (place.querySelector(".spotlight"));
    this.#third = /** @type {HTMLElement} */ (place.querySelector(".third"));
  }

  #place;
  #template;
  #columns;
  #spotlight;
  #third;
  #shown = "";

  /** @param {string} dress a theme that is here from the start, and after a blank one of the conference's own over it */
  wear(dress) {
    const [theme = "", own = ""] = dress.split(" ");
    if (this.#place.dataset.theme !== theme) this.#place.dataset.theme = theme;
    if (own) this.#place.dataset.dress = own;
    else delete this.#place.dataset.dress;
  }

  /**
   * Shows a hall's picture, where it is another than the one that is shown.
   * @param {string} name of the hall
   * @param {Stage} stage
   * @param {Short[]} posts newest first
   */
  show(name, stage, posts) {
    const frozen = stage.on_air.length ? { layout: stage.layout, keys: stage.on_air } : null;
    const { layout, cards } = pictureOf({ stage, level: stage.panic, leaseIsOver: false, cards: posts, frozen });
    const fitting = cards.slice(0, POSTS_MAX);
    const shown = JSON.stringify([name, layout, fitting, this.#place.clientWidth, document.fonts.status]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#place.dataset.layout = layout;
    for (const part of [this.#columns, this.#spotlight, this.#third]) part.replaceChildren();
    const elements = fitting.map((post) => this.#postOf(post));
    if (layout === "columns") fillColumns(this.#columns, elements);
    else if (layout === "spotlight" && elements[0]) setSpotlight(this.#spotlight, elements[0]);
    else if (layout === "lower-third") this.#third.replaceChildren(...elements);
    fill(this.#place, ".preview-hold", HOLDS[layout] ?? gettext("The room is still talking."));
    const head = this.#place.querySelector(".preview-head");
    if (head) write(head, name);
    const first = cards[0];
    const what = WITHOUT_POSTS[layout] ?? `${first?.name}: ${first?.text}`;
    this.#place.setAttribute("aria-label", gettext("The screens of %(hall)s: %(what)s", { hall: name, what }));
  }

  /** @param {Short} post */
  #postOf({ name, text, network, word }) {
    const element = clone(this.#template);
    fill(element, ".post-name", name);
    writeWords(element.querySelector(".post-text"), text);
    fill(element, ".net", word)?.setAttribute("data-network", network);
    return element;
  }
}
