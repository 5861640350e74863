/** Which posts are selected, each as it was seen: one that changed is not what was selected. Pure. */

/** @typedef {{key: string, status: import("./lists.js").Status, version: number}} Mark */

export class Selection {
  /** @type {Map<string, Mark>} */
  #marks = new Map();
  /** @type {string | null} where a range begins */
  #anchor = null;

  get size() {
    return this.#marks.size;
  }

  /** @param {string} key */
  has(key) {
    return this.#marks.has(key);
  }

  /** @returns {Mark[]} in the order in which they were selected */
  get marks() {
    return [...this.#marks.values()];
  }

  /** @param {Mark} mark */
  toggle(mark) {
    this.#anchor = mark.key;
    if (!this.#marks.delete(mark.key)) this.#marks.set(mark.key, mark);
  }

  /**
   * Selects everything between the last one that was touched and this one, both included.
   * @param {readonly Mark[]} marks of the list, in order
   * @param {string} key
   */
  extend(marks, key) {
    const to = marks.findIndex((mark) => mark.key === key);
    if (to < 0) return;
    const anchor = marks.findIndex((mark) => mark.key === this.#anchor);
    const from = anchor < 0 ? to : anchor;
    for (const mark of marks.slice(Math.min(from, to), Math.max(from, to) + 1)) {
      this.#marks.set(mark.key, mark);
    }
    this.#anchor = key;
  }

  /**
   * A post is as it is now told; one that is no longer what was selected is left out.
   * @param {{key: string, version: number}} mark
   * @returns {boolean} whether it was left out
   */
  hear({ key, version }) {
    const known = this.#marks.get(key);
    return known !== undefined && known.version !== version && this.#marks.delete(key);
  }

  /**
   * Leaves out what is not there any more.
   * @param {(key: string) => boolean} isThere
   */
  prune(isThere) {
    for (const { key } of this.marks) if (!isThere(key)) this.#marks.delete(key);
  }

  clear() {
    this.#marks.clear();
    this.#anchor = null;
  }
}
