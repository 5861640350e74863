/** How the page of screens says things. Pure. */

import { gettext } from "../../tongue.js";
import { spanWords } from "../ages.js";

/**
 * @typedef {object} Opening as /api/screens tells of a page
 * @property {string} hall
 * @property {boolean} is_there
 * @property {string} since
 * @property {string} seen_at
 * @property {string} browser
 * @property {number} width
 * @property {number} height
 * @property {number | null} latency_ms
 * @property {string | null} painted_at
 *
 * @typedef {object} Screen as /api/screens tells of one
 * @property {string} id
 * @property {string} name
 * @property {string} hall
 * @property {string | null} layout null for the hall's
 * @property {import("../../stage.js").Level} panic
 * @property {number} reloads
 * @property {number} shows
 * @property {number} open
 * @property {Opening | null} page
 *
 * @typedef {{title: string, why: string, yes: string}} Question
 */

/** @type {Readonly<Record<import("../../stage.js").Level, string>>} */
const PANIC = {
  off: "",
  freeze: gettext("Frozen."),
  holding: gettext("Shows the holding card."),
  black: gettext("Black."),
};

/**
 * What is known of a page: its picture, its browser, how fast it answers, and when it painted last.
 * @param {Opening} page
 * @param {number} nowMs
 */
export function factsWords({ width, height, browser, latency_ms, painted_at }, nowMs) {
  return [
    width > 0 ? `${width} × ${height}` : "",
    browser,
    latency_ms === null ? "" : gettext("answers in %(num)s ms", { num: latency_ms }),
    painted_at
      ? gettext("last receipt %(span)s ago", { span: spanWords(Math.max(0, (nowMs - Date.parse(painted_at)) / 1000)) })
      : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

/**
 * What is wrong with a screen, or out of the ordinary; empty where nothing is.
 * @param {Screen} screen
 * @param {number} nowMs
 * @param {number} leaseS
 */
export function troubleWords({ open, page, panic }, nowMs, leaseS) {
  if (!page) return gettext("Its page was not open in the last hour.");
  if (!page.is_there) {
    const lostS = Math.max(0, (nowMs - Date.parse(page.seen_at)) / 1000);
    const span = spanWords(lostS);
    return lostS < leaseS
      ? gettext("Lost %(span)s ago: it goes on with what it has, then shows the holding card.", { span })
      : gettext("Lost %(span)s ago: it shows the holding card, if it is on.", { span });
  }
  if (open > 1)
    return gettext(
      "Its page is open %(num)s times: two projectors on one browser, or a copied one. Unpair it, and give each a profile of its own.",
      { num: open },
    );
  return PANIC[panic];
}

/** @param {Screen} screen */
export function isWell({ open, page }) {
  return page?.is_there === true && open === 1;
}

/**
 * What stands for the pages that nobody paired, a line each.
 * @param {Opening} page
 * @param {ReadonlyMap<string, string>} halls
 * @param {number} nowMs
 */
export function strangerWords(page, halls, nowMs) {
  const hall = halls.get(page.hall) ?? page.hall;
  const facts = factsWords({ ...page, painted_at: null }, nowMs);
  return page.is_there ? [hall, facts].filter(Boolean).join(" · ") : gettext("%(hall)s · lost", { hall });
}

/** @param {Screen} screen @returns {Question} */
export function unpairQuestion({ name }) {
  return {
    title: gettext("Unpair %(name)s?", { name }),
    why: gettext("It goes on showing its hall, with a code to pair it anew. What it showed so far keeps its name."),
    yes: gettext("Unpair it"),
  };
}
