/** The line at the foot of the desk: what just happened. */

import { capOf, writeCaps } from "./caps.js";
import { write } from "./strokes.js";

export class Foot {
  /**
   * @param {HTMLElement} line a live region
   * @param {HTMLElement} bowl
   * @param {import("./keys.js").Keymap} keymap
   */
  constructor(line, bowl, keymap) {
    this.#line = line;
    this.#bowl = bowl;
    this.#keymap = keymap;
  }

  #line;
  #bowl;
  #keymap;

  /**
   * What stands there until something happens: it follows the desk, and is not read out.
   * @param {string} words
   */
  rest(words) {
    const resting = this.#line.previousElementSibling;
    if (resting?.id !== "resting") return;
    if (this.#line.firstChild) resting.remove();
    else write(resting, words);
  }

  /**
   * @param {import("./words.js").Sentence} sentence
   * @param {string} bowl the state that its bowl shows
   */
  say(sentence, bowl) {
    this.#line.replaceChildren(...sentence.map(nodeOf));
    this.rest("");
    writeCaps(this.#line, this.#keymap);
    this.#bowl.dataset.state = bowl;
  }
}

/**
 * What a key does is one piece: it goes where keys are not in use.
 * @param {import("./words.js").Sentence[number]} part
 */
function nodeOf(part) {
  if (typeof part === "string") return part;
  const piece = document.createElement("span");
  piece.className = "keyed";
  piece.append(capOf(part.command), ` ${part.words} `);
  return piece;
}
