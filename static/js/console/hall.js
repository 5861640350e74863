/** Beside the queue, one hall at a time: what its screens show, what comes next, and how that is changed. */

import { gettext } from "../tongue.js";
import { sooner } from "./lineup.js";
import { modeWords } from "./stagewords.js";
import { clone, fill, writeWords } from "./strokes.js";

/**
 * @typedef {import("../stage.js").Stage} Stage
 * @typedef {import("./shelf.js").Shelf} Shelf
 */

const KEPT = "backchannel.hall";
/** @type {Readonly<Record<string, string>>} */
const TURNS = { now: gettext("now"), next: gettext("next"), later: gettext("then") };
const UNKNOWN = { name: "", text: gettext("A post that is not loaded here.") };

export class Hall {
  /**
   * @param {object} parts
   * @param {HTMLElement} parts.place
   * @param {import("../stage.js").Stages} parts.stages
   * @param {Shelf} parts.shelf
   * @param {import("./preview.js").Preview} parts.preview
   * @param {HTMLTemplateElement} parts.entry
   * @param {HTMLElement} parts.cards the cards of the list, whose button for the spotlight says whether it is on
   */
  constructor({ place, stages, shelf, preview, entry, cards }) {
    this.#parts = { place, stages, shelf, preview, entry, cards };
    this.#tabs = /** @type {HTMLElement[]} */ ([...place.querySelectorAll("[data-hall]")]);
    this.names = new Map(this.#tabs.map((tab) => [tab.dataset.hall ?? "", tab.textContent ?? ""]));
    const last = sessionStorage.getItem(KEPT) ?? "";
    this.slug = this.names.has(last) ? last : ([...this.names.keys()][0] ?? "");
  }

  #parts;
  #tabs;

  /** @param {import("./staging.js").Staging} staging */
  listen(staging) {
    this.#parts.place.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      const { hall, pick, stage } = button?.dataset ?? {};
      if (hall !== undefined) this.#choose(hall);
      else if (pick) staging.change(this.slug, "layout", pick);
      else if (stage === "calm") staging.change(this.slug, "calm", !this.stage.calm);
      else if (stage === "sponsors") staging.change(this.slug, "sponsors", !this.stage.sponsors);
      else if (stage === "sooner")
        staging.change(this.slug, "lined_up", sooner(this.stage, button?.closest("li")?.dataset.key ?? ""));
      else if (stage === "unpin") staging.change(this.slug, "spotlight", null);
    });
  }

  /** The stage of the hall that is looked at. */
  get stage() {
    return this.#parts.stages.of(this.slug);
  }

  /** Writes everything anew where it changed. */
  show() {
    const { place, shelf, preview, cards } = this.#parts;
    const { stage } = this;
    const name = this.names.get(this.slug) ?? "";
    shelf.want([...stage.on_air, ...stage.next]);
    for (const tab of this.#tabs) press(tab, tab.dataset.hall === this.slug);
    for (const button of place.querySelectorAll("[data-pick]"))
      press(button, button.getAttribute("data-pick") === stage.layout);
    press(place.querySelector('[data-stage="calm"]'), stage.calm);
    press(place.querySelector('[data-stage="sponsors"]'), stage.sponsors);
    const [mode, rest] = modeWords(stage);
    fill(place, "#mode b", mode);
    fill(place, "#mode .rest", rest);
    fill(place, "#on-air-hall", name);
    preview.wear(this.#tabs.find((tab) => tab.dataset.hall === this.slug)?.dataset.wears ?? "board");
    preview.show(name, stage, shelf.posts);
    this.#list(stage);
    this.mark(cards);
  }

  /**
   * Says on cards whether their post is pinned.
   * @param {HTMLElement} place a card, or what holds cards
   */
  mark(place) {
    for (const button of place.querySelectorAll('[data-stage="spotlight"]')) {
      press(button, button.closest("article")?.dataset.key === this.stage.spotlight);
    }
    for (const button of place.querySelectorAll('[data-stage="line"]')) {
      press(button, this.stage.lined_up.includes(button.closest("article")?.dataset.key ?? ""));
    }
  }

  /** @param {string} slug */
  #choose(slug) {
    this.slug = slug;
    sessionStorage.setItem(KEPT, slug);
    this.show();
  }

  /** @param {Stage} stage */
  #list({ on_air, next, spotlight }) {
    const { place, entry } = this.#parts;
    const list = /** @type {HTMLElement} */ (place.querySelector("#on-air"));
    const rows = [
      ...on_air.slice(0, 1).map((key) => ({ key, when: "now" })),
      ...next.slice(0, 3).map((key, index) => ({ key, when: index === 0 ? "next" : "later" })),
    ];
    while (list.children.length > rows.length) list.lastElementChild?.remove();
    while (list.children.length < rows.length) list.append(clone(entry));
    for (const [index, { key, when }] of rows.entries()) {
      const row = /** @type {HTMLElement} */ (list.children[index]);
      this.#row(row, key, when);
      fill(
        row,
        ".also",
        when === "now" && on_air.length > 1 ? gettext("+%(num)s on air", { num: on_air.length - 1 }) : "",
      );
      const [unpin, earlier] = row.querySelectorAll("button");
      if (unpin) unpin.hidden = when !== "now" || key !== spotlight;
      if (earlier) earlier.hidden = when !== "later";
    }
    const none = /** @type {HTMLElement} */ (place.querySelector("#on-air-none"));
    none.hidden = rows.length > 0;
  }

  /**
   * @param {HTMLElement} row
   * @param {string} key
   * @param {string} when
   */
  #row(row, key, when) {
    const { name, text } = this.#parts.shelf.of(key) ?? UNKNOWN;
    row.dataset.key = key;
    row.classList.toggle("on", when === "now");
    fill(row, ".when", TURNS[when] ?? "");
    fill(row, ".bowl", "")?.setAttribute("data-state", when === "now" ? "air" : "queued");
    writeWords(row.querySelector(".cut"), name ? `${name}: ${text}` : text);
  }
}

/**
 * @param {Element | null} button
 * @param {boolean} isPressed
 */
export function press(button, isPressed) {
  const state = String(isPressed);
  if (button && button.getAttribute("aria-pressed") !== state) button.setAttribute("aria-pressed", state);
}
