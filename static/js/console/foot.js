/** The line at the foot of the desk: what just happened. */

export class Foot {
  /**
   * @param {HTMLElement} line a live region
   * @param {HTMLElement} bowl
   */
  constructor(line, bowl) {
    this.#line = line;
    this.#bowl = bowl;
  }

  #line;
  #bowl;

  /**
   * @param {import("./words.js").Sentence} sentence
   * @param {string} bowl the state that its bowl shows
   */
  say(sentence, bowl) {
    this.#line.replaceChildren(...sentence.map(nodeOf));
    this.#bowl.dataset.state = bowl;
  }
}

/** @param {string | {key: string}} part */
function nodeOf(part) {
  if (typeof part === "string") return part;
  const key = document.createElement("kbd");
  key.textContent = part.key;
  return key;
}
