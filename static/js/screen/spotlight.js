/** The spotlight: one post, as large as its place allows, and never below the floor. */

import { largest, most } from "../fit.js";

/** Sizes are multiples of the floor, the smallest size that the last row can read. */
const LARGEST = 3.4;
const COMFORTABLE = 1.6; // down to here no word is broken for the sake of size
const STEP = 0.02;
const LINES_MAX = 60;
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;

/**
 * Puts one post into its place, sized by bisection. One that is too long even at the floor is cut with “…”. Room that words
 * leave is the picture's.
 * @param {HTMLElement} place
 * @param {HTMLElement} post
 */
export function setSpotlight(place, post) {
  place.replaceChildren(post);
  const text = /** @type {HTMLElement | null} */ (post.querySelector(".post-text"));
  post.toggleAttribute("data-wide", isWide(text?.textContent ?? ""));
  post.removeAttribute("data-cut");
  post.style.removeProperty("--spare");
  if (!text) return size(post, COMFORTABLE);
  const fits = (/** @type {number} */ ratio) => {
    size(post, ratio);
    return isWhole(post, place);
  };
  post.dataset.words = "whole";
  const keepsWords = (/** @type {number} */ ratio) => fits(ratio) && text.scrollWidth <= text.clientWidth;
  let ratio = largest(COMFORTABLE, LARGEST, keepsWords, STEP);
  if (ratio === null) {
    delete post.dataset.words;
    ratio = largest(1, LARGEST, fits, STEP);
  }
  size(post, ratio ?? 1);
  if (ratio === null) cut(post, place);
  const leftPx = place.clientHeight - said(post).offsetTop - said(post).offsetHeight;
  post.style.setProperty("--spare", `${Math.max(0, leftPx)}px`);
}

/**
 * As many lines as there is room for, at the floor.
 * @param {HTMLElement} post
 * @param {HTMLElement} place
 */
function cut(post, place) {
  post.dataset.cut = "";
  const hasRoom = (/** @type {number} */ lines) => {
    post.style.setProperty("--lines", String(lines));
    return isWhole(post, place);
  };
  post.style.setProperty("--lines", String(most(1, LINES_MAX, hasRoom) ?? 1));
}

/**
 * @param {HTMLElement} post
 * @param {number} ratio
 */
function size(post, ratio) {
  post.style.setProperty("--fit", `calc(var(--floor) * ${ratio.toFixed(3)})`);
}

/** @param {HTMLElement} post */
function said(post) {
  return /** @type {HTMLElement} */ (post.querySelector(".post-said") ?? post);
}

/**
 * @param {HTMLElement} post
 * @param {HTMLElement} place
 */
function isWhole(post, place) {
  return said(post).getBoundingClientRect().bottom <= place.getBoundingClientRect().bottom + 0.5;
}

/**
 * Whether a text is written in full-width letters, which want more air between the lines; posts from phones do not
 * name their language.
 * @param {string} text
 */
export function isWide(text) {
  return (text.match(WIDE)?.length ?? 0) * 3 > text.length;
}
