/** Two questions that ask the same: a moderator lets one stand for both, out of two lists of all that nobody answered. */

import { gettext, inTongue } from "../tongue.js";

/** @typedef {{key: string, text: string, votes: number, state: string}} Choice */

const DEADLINE_MS = 8000;
const LONG = 90; // characters of a question in a list

/**
 * What can be merged, as lists name it.
 * @param {readonly Choice[]} questions
 * @returns {{key: string, words: string}[]}
 */
export function choicesOf(questions) {
  return questions
    .filter(({ state }) => state !== "answered")
    .map(({ key, text, votes }) => ({ key, words: `${votes}: ${shortened(text)}` }));
}

/** @param {string} text */
function shortened(text) {
  const letters = [...text];
  return letters.length > LONG ? `${letters.slice(0, LONG - 1).join("")}…` : text;
}

/**
 * Makes the form work.
 * @param {HTMLDetailsElement} place
 * @param {string} base where the hall's addresses begin
 * @param {() => void} onMerged
 */
export function offerMerging(place, base, onMerged) {
  const form = /** @type {HTMLFormElement} */ (place.querySelector("form"));
  const lists = /** @type {HTMLSelectElement[]} */ ([...form.querySelectorAll("select")]);
  const said = /** @type {HTMLElement} */ (place.querySelector("[role=status]"));

  async function fill() {
    const response = await fetch(`${base}/questions`, { signal: AbortSignal.timeout(DEADLINE_MS) });
    const choices = choicesOf((await response.json()).questions);
    for (const list of lists) list.replaceChildren(...choices.map(({ key, words }) => new Option(words, key)));
    const last = lists.at(0);
    if (last) last.selectedIndex = Math.min(1, choices.length - 1);
  }

  /** @param {() => Promise<string>} act */
  async function trying(act) {
    try {
      said.textContent = await act();
    } catch {
      said.textContent = gettext("There is no connection: nothing was changed. Please try again.");
    }
  }

  async function merge() {
    const [key, into] = lists.map(({ value }) => value);
    if (!key || !into || key === into) return gettext("Choose two that are not the same one.");
    const response = await fetch(inTongue(`/api/questions/${encodeURIComponent(key)}/merge`), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ into }),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    if (!response.ok) return (await response.json()).error.message;
    onMerged();
    await fill();
    return gettext("Merged: both askers are named, and the votes are added. “Not the same” at the desk undoes it.");
  }

  async function begin() {
    await fill();
    return "";
  }

  place.addEventListener("toggle", () => place.open && trying(begin));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    trying(merge);
  });
}
