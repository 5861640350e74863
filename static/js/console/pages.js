/** Reads a list on, page by page, while the moderator comes near the end of what is loaded. */

export class Pages {
  #isReading = false;
  /** @type {HTMLElement[]} what came in behind the end while a page was read */
  #missed = [];
  #retryAt = 0;

  /**
   * @param {object} parts
   * @param {import("./lists.js").Window} parts.window
   * @param {import("./column.js").Column} parts.column
   * @param {import("./decisions.js").Decisions} parts.decisions
   * @param {typeof import("./desk.js").readOn} parts.readOn
   */
  constructor({ window, column, decisions, readOn }) {
    this.#parts = { window, column, decisions, readOn };
  }

  #parts;

  /** @param {HTMLElement} card that is not in the column now */
  miss(card) {
    if (this.#isReading) this.#missed.push(card);
  }

  /** Reads the next page where it is wanted, and one at a time. */
  async follow() {
    const { window, column, decisions, readOn } = this.#parts;
    if (this.#isReading || Date.now() < this.#retryAt || !window.wantsMore(column.inHand)) return;
    const after = window.next;
    if (after === null) return;
    this.#isReading = true;
    this.#missed = [];
    try {
      const { cards, next } = await readOn(window.list, after);
      if (window.next !== after) return; // a snapshot came in between
      column.append(
        cards.filter((card) => decisions.isNews(card)),
        next,
      );
      for (const card of this.#missed) decisions.hear(card);
      if (column.inHand === null) column.take(window.marks[0]?.key ?? null);
    } catch {
      this.#retryAt = Date.now() + 5000; // the bar says that the desk does not answer
    } finally {
      this.#isReading = false;
    }
  }
}
