/** Which posts are selected, each with the version that was seen: one that changed is not what was selected. Pure. */

export class Selection {
  /** @type {Map<string, number>} */
  #versions = new Map();
  /** @type {string | null} where a range begins */
  #anchor = null;

  get size() {
    return this.#versions.size;
  }

  /** @param {string} key */
  has(key) {
    return this.#versions.has(key);
  }

  /** @returns {string[]} in the order in which they were selected */
  get keys() {
    return [...this.#versions.keys()];
  }

  /** @param {{key: string, version: number}} mark */
  toggle({ key, version }) {
    this.#anchor = key;
    if (!this.#versions.delete(key)) this.#versions.set(key, version);
  }

  /**
   * Selects everything between the last one that was touched and this one, both included.
   * @param {readonly {key: string, version: number}[]} marks of the list, in order
   * @param {string} key
   */
  extend(marks, key) {
    const to = marks.findIndex((mark) => mark.key === key);
    if (to < 0) return;
    const anchor = marks.findIndex((mark) => mark.key === this.#anchor);
    const from = anchor < 0 ? to : anchor;
    for (const mark of marks.slice(Math.min(from, to), Math.max(from, to) + 1)) {
      this.#versions.set(mark.key, mark.version);
    }
    this.#anchor = key;
  }

  /**
   * A post is as it is now told; one that is no longer what was selected is left out.
   * @param {{key: string, version: number}} mark
   * @returns {boolean} whether it was left out
   */
  hear({ key, version }) {
    const known = this.#versions.get(key);
    return known !== undefined && known !== version && this.#versions.delete(key);
  }

  /**
   * Leaves out what is not there any more.
   * @param {(key: string) => boolean} isThere
   */
  prune(isThere) {
    for (const key of this.keys) if (!isThere(key)) this.#versions.delete(key);
  }

  clear() {
    this.#versions.clear();
    this.#anchor = null;
  }
}
