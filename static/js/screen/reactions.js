/** How often phones reacted in the session that is on, where the conference shows it on its screens. */

/** @param {Record<string, number>} [totals] of this screen's hall */
export function showReactions(totals = {}) {
  const list = /** @type {HTMLElement | null} */ (document.querySelector(".screen-react"));
  if (!list) return;
  for (const number of list.querySelectorAll("b")) {
    const words = String(totals[number.dataset.word ?? ""] ?? 0);
    if (number.textContent !== words) number.textContent = words;
  }
  list.hidden = !Object.values(totals).some(Boolean); // a session begins without any
}
