/** A text in pieces. Pure but for `placed`. */

const HASHTAG = /([#＃][\p{L}\p{M}\p{N}_]+)/u;

/**
 * A text in pieces of which every other one, from the second on, is a hashtag: each stands for itself in whatever
 * direction the text runs.
 * @param {string} text
 */
export function piecesOf(text) {
  return text.split(HASHTAG);
}

/**
 * A piece as it goes into a page.
 * @param {string} piece
 * @param {number} number
 */
export function placed(piece, number) {
  if (number % 2 === 0) return piece;
  const tag = document.createElement("bdi");
  tag.textContent = piece;
  return tag;
}
