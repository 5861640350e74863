/** What a moderator does at the desk with rules and without writing any: the switch, mutes, trust. One door for the keys. */

export class Ruling {
  /**
   * @param {object} parts
   * @param {import("./preset.js").PresetSwitch} parts.preset
   * @param {import("./floor.js").FloorSwitch} parts.floor
   * @param {import("./mute.js").Muting} parts.muting
   * @param {import("./histories.js").Histories} parts.histories
   * @param {import("./column.js").Column} parts.column
   * @param {HTMLElement} parts.cards
   */
  constructor({ preset, floor, muting, histories, column, cards }) {
    this.#parts = { preset, floor, muting, histories, column, cards };
  }

  #parts;

  /** Whether a box of ours asks something: no key is meant for the desk. */
  get isOpen() {
    return this.#parts.preset.isOpen || this.#parts.muting.isOpen;
  }

  /** @param {boolean} isStale */
  set isStale(isStale) {
    this.#parts.preset.isStale = isStale;
    this.#parts.floor.isStale = isStale;
    this.#parts.muting.isStale = isStale;
  }

  start() {
    this.#parts.preset.start();
    this.#parts.floor.start();
    this.#parts.muting.start();
    this.#parts.histories.start();
    this.#parts.cards.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      const card = button?.closest("article");
      if (!card || !button?.dataset.rule) return;
      this.#parts.column.take(card.dataset.key ?? null, { focus: false });
      this.obey(/** @type {import("./commands.js").Command} */ (button.dataset.rule));
    });
  }

  /**
   * @param {import("./commands.js").Command} command
   * @returns {boolean} whether the command was one of ours
   */
  obey(command) {
    const { preset, floor, muting, column } = this.#parts;
    const card = column.card(column.inHand);
    if (command === "preset") preset.open();
    else if (command === "pause") floor.turn();
    else if (command === "mute") muting.open(card);
    else if (command === "trust") muting.trust(card);
    else return false;
    return true;
  }

  /**
   * Takes the last step of this session back where it was one of ours.
   * @returns {boolean} whether it was
   */
  undoLast() {
    const { preset, floor, muting } = this.#parts;
    return preset.undoLast() || floor.undoLast() || muting.undoLast();
  }
}
