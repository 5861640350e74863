/** The newest version known of each post, so that nothing older is shown. Pure. */

const SEEN_MAX = 5000;

export class Seen {
  /** @type {Map<string, number>} */
  #versions = new Map();

  /**
   * @param {string} key
   * @param {number} version infinite for a post that is gone
   */
  remember(key, version) {
    const known = Math.max(version, this.#versions.get(key) ?? 0);
    this.#versions.delete(key);
    this.#versions.set(key, known);
    const [oldest] = this.#versions.keys();
    if (this.#versions.size > SEEN_MAX && oldest !== undefined) this.#versions.delete(oldest);
  }

  /** @param {{key: string, version: number}} mark */
  isOld({ key, version }) {
    return version < (this.#versions.get(key) ?? 0);
  }

  /** @param {string} key */
  isGone(key) {
    return this.#versions.get(key) === Number.POSITIVE_INFINITY;
  }

  clear() {
    this.#versions.clear();
  }
}
