/** Small strokes on the page: texts are written as text, and only where they change. */

/**
 * Writes a text only where it changes.
 * @param {Element} place
 * @param {string} text
 */
export function write(place, text) {
  if (place.textContent !== text) place.textContent = text;
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
