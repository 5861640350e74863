/**
 * The questions on the wall: the one that is being answered large, or else the most wanted, and below it what comes next. Its
 * votes stand left of the rail, where the way in has the foot; those of the others before their words, all the way down. Only
 * what fits is there, and nothing that the last row could not read.
 */

import { largest, most } from "../fit.js";
import { piecesOf, placed } from "../pieces.js";
import { ngettext } from "../tongue.js";
import { isWide } from "./spotlight.js";

/** @typedef {import("./ledger.js").Question} Question */

/** Sizes are multiples of the floor, the smallest size that the last row can read. */
const LARGEST = 2.6;
const SMALLEST = 1.25;
const STEP = 0.02;
const LINES_MAX = 12;
const SHARE = 0.62; // of the height goes at most to the first question, so that others find room

/**
 * Puts the questions that fit into their list.
 * @param {HTMLElement} place
 * @param {readonly Question[]} questions
 * @param {readonly Element[]} below what stands at the foot beside the list: no votes over it
 */
export function fillQuestions(place, questions, below) {
  const [first, ...others] = questions;
  place.replaceChildren();
  if (!first) return;
  const lead = row(first, true);
  place.append(lead);
  const { top, bottom } = place.getBoundingClientRect();
  const ends = below.map((each) => each.getBoundingClientRect()).filter(({ height }) => height > 0);
  const share = others.length > 0 ? SHARE : 1;
  setLead(lead, top + (bottom - top) * share, Math.min(bottom, ...ends.map((box) => box.top)));
  align(place, others);
  for (const question of others) {
    const next = row(question, false);
    place.append(next);
    if (next.getBoundingClientRect().bottom <= bottom) continue;
    next.remove();
    return;
  }
}

/**
 * All words begin where the longest figure leaves room for them.
 * @param {HTMLElement} place
 * @param {readonly Question[]} questions
 */
function align(place, questions) {
  const most = Math.max(0, ...questions.map(({ votes }) => votes));
  place.style.setProperty("--figures", String(String(most).length));
}

/**
 * Says how the votes stand now, in rows that stay where they are.
 * @param {HTMLElement} place
 * @param {readonly Question[]} questions
 */
export function tally(place, questions) {
  align(place, questions.slice(1));
  for (const question of questions) {
    const votes = place.querySelector(`[data-key="${CSS.escape(question.key)}"] .question-votes`);
    if (votes instanceof HTMLElement) count(votes, question.votes);
  }
}

/**
 * As large as there is room for; what is too long even when small is cut with “…”.
 * @param {HTMLElement} lead
 * @param {number} foot
 * @param {number} votesFoot
 */
function setLead(lead, foot, votesFoot) {
  const text = /** @type {HTMLElement} */ (lead.querySelector(".question-text"));
  const word = /** @type {HTMLElement} */ (lead.querySelector(".question-votes span"));
  const fits = (/** @type {number} */ ratio) => {
    lead.style.setProperty("--fit", `calc(var(--floor) * ${ratio.toFixed(3)})`);
    const isOver = lead.getBoundingClientRect().bottom > foot || word.getBoundingClientRect().bottom > votesFoot;
    return !isOver && text.scrollWidth <= text.clientWidth;
  };
  const ratio = largest(SMALLEST, LARGEST, fits, STEP);
  fits(ratio ?? SMALLEST);
  if (ratio !== null) return;
  lead.dataset.cut = "";
  const hasRoom = (/** @type {number} */ lines) => {
    lead.style.setProperty("--lines", String(lines));
    return lead.getBoundingClientRect().bottom <= foot;
  };
  lead.style.setProperty("--lines", String(most(1, LINES_MAX, hasRoom) ?? 1));
}

/**
 * @param {Question} question
 * @param {boolean} isFirst
 */
function row({ key, text, language, votes, state }, isFirst) {
  const figure = element("p", "question-votes");
  figure.append(element("b", ""), " ", element("span", isFirst ? "" : "visually-hidden"));
  count(figure, votes);
  const bowl = element("span", "bowl");
  bowl.dataset.state = state === "current" ? "air" : "queued";
  bowl.ariaHidden = "true";
  const words = element("p", "question-text");
  words.dir = "auto";
  if (language) words.lang = language;
  words.append(...piecesOf(text).map(placed));
  const made = element("li", "question");
  made.dataset.key = key;
  made.toggleAttribute("data-first", isFirst);
  made.toggleAttribute("data-wide", isWide(text));
  if (state === "current") made.setAttribute("aria-current", "true");
  made.style.setProperty("view-transition-name", `asked-${key.replace(/[^\w-]/g, "-")}`);
  const said = element("div", "question-said"); // it keeps the side of the rail, whatever the direction of the words
  said.append(words);
  made.append(figure, bowl, said);
  return made;
}

/**
 * @param {HTMLElement} place
 * @param {number} votes
 */
function count(place, votes) {
  const [figure, word] = place.children;
  if (!figure || !word || figure.textContent === String(votes)) return;
  figure.textContent = String(votes);
  word.textContent = ngettext("vote", "votes", votes);
  place.style.setProperty("--digits", String(Math.max(2, String(votes).length)));
}

/**
 * @param {string} name
 * @param {string} classes
 */
function element(name, classes) {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  return made;
}
