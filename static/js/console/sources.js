/** The health of the sources, in plain words: what was heard when, what is wrong, and what to do. */

import { gettext, ngettext } from "../tongue.js";
import { spanWords } from "./ages.js";
import { clone, fill, write } from "./strokes.js";

/**
 * @typedef {object} Health as /api/sources tells it
 * @property {string} name
 * @property {string} title
 * @property {string} network
 * @property {"following" | "catching_up" | "waiting" | "needs_you" | "ended" | "standing_by"} state
 * @property {string | null} last_heard_at
 * @property {string | null} last_post_at
 * @property {number | null} lag_s how far it is behind its network
 * @property {number} received
 * @property {number} duplicates
 * @property {number | null} rate_limit_left requests
 * @property {number | null} budget_left posts that may still be read today
 * @property {Record<string, number>} refused
 * @property {string} error
 * @property {string} remedy
 * @property {string | null} next_try_at
 * @property {number} [sessions] of the programme, which is no source of posts
 *
 * @typedef {object} Condition how the programme is, as /api/sources tells it
 * @property {string} where it is read, empty where it is from nowhere
 * @property {string | null} read_at
 * @property {number} sessions
 * @property {Record<string, number>} refused
 * @property {string} error
 * @property {string} remedy
 *
 * @typedef {object} Plight what the desk says of one source
 * @property {"" | "warn" | "alarm"} level
 * @property {string} flag
 * @property {string} heard
 * @property {string} aside
 * @property {string} plight
 * @property {string} remedy
 */

const SILENT_S = 180;

/**
 * A source's health in words. Pure.
 * @param {Health} health
 * @param {number} nowMs the server's time
 * @returns {Plight}
 */
export function plightOf(health, nowMs) {
  const { state, last_heard_at, refused, error, remedy, next_try_at } = health;
  const silentS = last_heard_at ? (nowMs - Date.parse(last_heard_at)) / 1000 : null;
  const untilS = next_try_at ? (Date.parse(next_try_at) - nowMs) / 1000 : null;
  const isDown = state === "needs_you" || (state === "waiting" && (silentS === null || silentS > SILENT_S));
  const isIll = isDown || state === "waiting" || error !== "";
  const unread = Object.values(refused).reduce((sum, count) => sum + count, 0);
  const trouble = error || gettext("No answer.");
  return {
    level: isDown ? "alarm" : isIll ? "warn" : "",
    flag: state === "needs_you" ? gettext("Needs you") : isIll ? gettext("Trouble") : "",
    heard: silentS === null ? gettext("never") : spanWords(silentS),
    aside: asideOf(health),
    plight: isIll ? triedWords(trouble, untilS) : unread > 0 ? gettext("%(num)s not taken.", { num: unread }) : "",
    remedy: isIll ? remedy : "",
  };
}

/**
 * @param {string} trouble
 * @param {number | null} untilS seconds until the next try
 */
function triedWords(trouble, untilS) {
  if (untilS === null) return trouble;
  return untilS >= 1
    ? gettext("%(trouble)s Next try in %(span)s.", { trouble, span: spanWords(untilS) })
    : gettext("%(trouble)s Trying now.", { trouble });
}

/**
 * What else is known of a source, a line each. Pure.
 * @param {Health} health
 * @param {number} nowMs the server's time
 * @returns {string[]}
 */
export function figuresOf({ last_post_at, lag_s, duplicates, refused, rate_limit_left, budget_left }, nowMs) {
  const reasons = Object.entries(refused).sort(([, a], [, b]) => b - a);
  return [
    last_post_at && gettext("last post %(span)s ago", { span: spanWords((nowMs - Date.parse(last_post_at)) / 1000) }),
    lag_s !== null && lag_s >= 1 && gettext("%(span)s behind its network", { span: spanWords(lag_s) }),
    duplicates > 0 && gettext("%(num)s heard again", { num: duplicates }),
    rate_limit_left !== null && gettext("%(num)s requests left for now", { num: rate_limit_left }),
    budget_left !== null && gettext("%(num)s posts left to read today", { num: budget_left }),
    ...reasons.map(([reason, count]) => gettext("not taken: %(reason)s (%(num)s)", { reason, num: count })),
  ].filter((line) => typeof line === "string");
}

/**
 * The programme beside the sources: who reads it, and whether that goes well, is told alike. Pure.
 * @param {Condition} programme
 * @returns {Health | null} null where it is read from nowhere
 */
export function programmeOf({ where, read_at, sessions, refused, error, remedy }) {
  if (!where) return null;
  return {
    name: "programme",
    title: gettext("Programme"),
    network: "programme",
    state: error && !read_at ? "needs_you" : "following", // the last good one stays
    last_heard_at: read_at,
    last_post_at: null,
    lag_s: null,
    received: 0,
    duplicates: 0,
    rate_limit_left: null,
    budget_left: null,
    refused,
    error,
    remedy,
    next_try_at: null,
    sessions,
  };
}

/** @param {Health} health */
function asideOf({ state, received, sessions }) {
  if (sessions !== undefined) return ngettext("%(num)s session", "%(num)s sessions", sessions);
  if (state === "catching_up") return gettext("catching up");
  if (state === "ended") return gettext("played to its end");
  if (state === "standing_by") return gettext("another server follows it");
  return ngettext("%(num)s post", "%(num)s posts", received);
}

export class Sources {
  /** @type {Health[]} */
  #healths = [];

  /**
   * @param {HTMLElement} list
   * @param {HTMLTemplateElement} template
   * @param {HTMLElement} none what stands there until the sources were heard
   * @param {import("./ages.js").ServerClock} clock
   */
  constructor(list, template, none, clock) {
    this.#list = list;
    this.#template = template;
    this.#none = none;
    this.#clock = clock;
  }

  #list;
  #template;
  #none;
  #clock;

  /** @param {Health[]} healths */
  hear(healths) {
    this.#healths = healths;
    this.#none.hidden = healths.length > 0;
    this.#none.textContent = gettext("No source is switched on. Posts come from phones alone.");
    while (this.#list.children.length > healths.length) this.#list.lastElementChild?.remove();
    while (this.#list.children.length < healths.length) this.#list.append(clone(this.#template));
    this.tick();
  }

  /** Once a second: times go on. */
  tick() {
    const nowMs = this.#clock.now();
    for (const [index, health] of this.#healths.entries()) {
      const entry = this.#list.children[index];
      if (!(entry instanceof HTMLElement)) continue;
      show(entry, health, plightOf(health, nowMs));
      list(entry.querySelector(".figures"), figuresOf(health, nowMs));
    }
  }
}

/**
 * @param {Element | null} place
 * @param {string[]} lines
 */
function list(place, lines) {
  if (!place) return;
  const shown = lines.length > 0 ? lines : [gettext("nothing else is known yet")];
  while (place.children.length > shown.length) place.lastElementChild?.remove();
  while (place.children.length < shown.length) place.append(document.createElement("li"));
  for (const [index, line] of shown.entries()) write(/** @type {Element} */ (place.children[index]), line);
}

/**
 * @param {HTMLElement} entry
 * @param {Health} health
 * @param {Plight} words
 */
function show(entry, { title, network }, { level, flag, heard, aside, plight, remedy }) {
  entry.classList.toggle("trouble", level !== "");
  entry.dataset.level = level;
  fill(entry, ".when", heard);
  fill(entry, ".net", title)?.setAttribute("data-network", network);
  fill(entry, ".end", aside);
  for (const [selector, text] of [
    [".flag", flag],
    [".plight", plight],
    [".remedy", remedy],
  ]) {
    const place = fill(entry, selector ?? "", text ?? "");
    if (place instanceof HTMLElement && place.hidden !== !text) place.hidden = !text;
  }
}
