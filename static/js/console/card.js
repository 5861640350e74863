/** One post's card in the page: what it says of its post, and how it takes a new version on. */

import { gettext } from "../tongue.js";
import { ageWords, untilWords } from "./ages.js";
import { fill, write } from "./strokes.js";

/**
 * @typedef {import("./lists.js").Mark} Mark
 * @typedef {import("./lists.js").Status} Status
 */

/** What the page itself says of a card; everything else comes with the markup. */
const OURS = new Set(["tabindex", "aria-current", "data-returned", "hidden", "style"]);

/**
 * @param {HTMLElement} card
 * @returns {Mark}
 */
export function markOf({ dataset }) {
  return {
    key: dataset.key ?? "",
    status: /** @type {Status} */ (dataset.status),
    version: Number(dataset.version),
    arrived: Number(dataset.arrived),
    moved: Number(dataset.moved),
  };
}

/**
 * The name and the words of a card's post.
 * @param {HTMLElement} card
 */
export function wordsOf(card) {
  const said = (/** @type {string} */ selector) => card.querySelector(selector)?.textContent ?? "";
  return { name: said(".post-name"), address: said(".post-address"), text: said(".post-text") };
}

/**
 * Gives a card its new version in place: the element stays, and with it the focus and the reader's place.
 * @param {HTMLElement} card
 * @param {HTMLElement} fresh
 */
export function renew(card, fresh) {
  const focused = document.activeElement;
  const verb = card.contains(focused) && focused instanceof HTMLElement ? focused.dataset.verb : undefined;
  const kept = [...card.querySelectorAll(":scope > :is(.reasons, .remark), .returned")];
  const copies = card.querySelector(".copies[open]");
  for (const { name } of [...card.attributes])
    if (!OURS.has(name) && !fresh.hasAttribute(name)) card.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (!OURS.has(name)) card.setAttribute(name, value);
  card.replaceChildren(...fresh.childNodes);
  for (const node of kept) (node.matches(".returned") ? card.querySelector(".post-said") : card)?.append(node);
  if (copies instanceof HTMLElement) keepOpen(copies, card.querySelector(".copies"));
  if (!(focused instanceof HTMLElement) || focused === document.activeElement) return;
  const again = focused.isConnected ? focused : verb && card.querySelector(`[data-verb="${verb}"]`);
  (again instanceof HTMLElement ? again : card).focus({ preventScroll: true });
}

/**
 * A list of copies that is being read stays as it is; only its count is new.
 * @param {HTMLElement} open
 * @param {Element | null} fresh
 */
function keepOpen(open, fresh) {
  if (!(fresh instanceof HTMLElement)) return;
  open.dataset.similar = fresh.dataset.similar;
  for (const claim of fresh.querySelectorAll(".claim")) fill(open, ".claim", claim.textContent ?? "");
  fresh.replaceWith(open);
}

/**
 * Says on the card why it came back.
 * @param {HTMLElement} card
 * @param {string} words
 */
export function noteReturn(card, words) {
  const note = document.createElement("p");
  const label = document.createElement("b");
  label.textContent = gettext("Came back");
  note.className = "returned";
  note.append(label, words);
  card.querySelector(".returned")?.remove();
  const said = card.querySelector(".post-said");
  said?.insertBefore(note, said.querySelector(".acts"));
  card.dataset.returned = "";
}

/**
 * Writes how long the posts in here have waited.
 * @param {HTMLElement} place a card, or what holds cards
 * @param {import("./ages.js").ServerClock} clock
 */
export function age(place, clock) {
  for (const time of place.querySelectorAll("time")) {
    if (time.dataset.ages !== undefined) write(time, ageWords(clock.since(Date.parse(time.dateTime))));
    if (time.dataset.counts !== undefined) write(time, untilWords(-clock.since(Date.parse(time.dateTime))));
  }
}

/**
 * Opens or closes the buttons in here that ask something of the desk.
 * @param {HTMLElement} place
 * @param {boolean} isStale
 */
export function disable(place, isStale) {
  for (const button of place.querySelectorAll("button")) {
    const { verb, stage, pick, panic, copy, again, forget } = button.dataset;
    const asks = verb || stage || pick || panic || copy || again !== undefined || forget !== undefined;
    if (asks && button.disabled !== isStale) button.disabled = isStale;
  }
}
