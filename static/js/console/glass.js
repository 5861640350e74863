/** The part of the column that is seen: it scrolls as little as it can, and never under the reader's eyes. */

const MARGIN_PX = 24;

export class Glass {
  /** @param {HTMLElement} scroller */
  constructor(scroller) {
    this.#scroller = scroller;
  }

  #scroller;
  /** @type {HTMLElement | undefined} what is revealed with the next frame */
  #wanted;

  /**
   * Runs a change so that a card does not move on the glass.
   * @param {HTMLElement | undefined} card
   * @param {() => void} change
   */
  anchored(card, change) {
    const before = card?.offsetTop ?? 0;
    change();
    if (card?.isConnected) this.#scroller.scrollTop += card.offsetTop - before;
  }

  /**
   * Scrolls with the next frame as little as it takes to see a card; of one taller than the glass, its beginning.
   * The page is laid out then anyway, once for all that was written.
   * @param {HTMLElement | undefined} card
   */
  reveal(card) {
    if (!this.#wanted && card) requestAnimationFrame(() => this.#reveal());
    this.#wanted = card ?? this.#wanted;
  }

  #reveal() {
    const card = this.#wanted;
    this.#wanted = undefined;
    if (!card?.isConnected) return;
    const seen = this.#scroller.clientHeight;
    const top = card.offsetTop - this.#scroller.scrollTop;
    const bottom = top + card.offsetHeight;
    if (top < MARGIN_PX || card.offsetHeight > seen) this.#scroller.scrollTop += top - MARGIN_PX;
    else if (bottom > seen - MARGIN_PX) this.#scroller.scrollTop += bottom - seen + MARGIN_PX;
  }

  /**
   * What is seen of a list, and what a turn of the glass up or down would show.
   * @param {HTMLCollection} list of elements below each other
   */
  near(list) {
    const seen = this.#scroller.clientHeight;
    const [from, to] = [this.#scroller.scrollTop - seen, this.#scroller.scrollTop + 2 * seen];
    const at = (/** @type {number} */ place) => /** @type {HTMLElement} */ (list[place]);
    let [first, beyond] = [0, list.length];
    while (first < beyond) {
      const middle = (first + beyond) >> 1;
      if (at(middle).offsetTop + at(middle).offsetHeight < from) first = middle + 1;
      else beyond = middle;
    }
    const near = [];
    for (let place = first; place < list.length && at(place).offsetTop <= to; place += 1) near.push(at(place));
    return near;
  }
}
