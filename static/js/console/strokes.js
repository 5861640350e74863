/** Small strokes on the page: texts are written as text, and only where they change. */

import { runsOf } from "./runs.js";

/**
 * Writes a text only where it changes.
 * @param {Element} place
 * @param {string} text
 */
export function write(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/**
 * Writes what a stranger wrote, hashtags and addresses apart: in a text that runs the other way they keep their form.
 * @param {Element | null} place
 * @param {string} text
 */
export function writeWords(place, text) {
  const runs = runsOf(text);
  if (!place || place.textContent === runs.map((run) => run.text).join("")) return;
  place.replaceChildren(...runs.map((run) => (run.isApart ? apart(run.text) : run.text)));
}

/** @param {string} text */
function apart(text) {
  const bdi = document.createElement("bdi");
  bdi.textContent = text;
  return bdi;
}

/**
 * A copy of what a template holds.
 * @param {HTMLTemplateElement} template
 * @returns {HTMLElement}
 */
export function clone(template) {
  const first = template.content.firstElementChild;
  if (!(first instanceof HTMLElement)) throw new Error(`template ${template.id} is empty`);
  return /** @type {HTMLElement} */ (first.cloneNode(true));
}

/**
 * Writes a text into the part of an entry that a selector names, and gives that part back.
 * @param {HTMLElement} entry
 * @param {string} selector
 * @param {string} text
 */
export function fill(entry, selector, text) {
  const place = entry.querySelector(selector);
  if (place) write(place, text);
  return place;
}
