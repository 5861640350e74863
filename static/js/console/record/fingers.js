/** The moderator's hands in the record: keys, clicks and the search field. */

import { commandOf } from "../keys.js";
import { addressOf } from "./query.js";

/** @typedef {import("../keys.js").Command} Command */

const PREFIX_MS = 2000;

/** @type {Partial<Record<Command, string>>} */
const PLACES = {
  queue: "/console?list=queue",
  held: "/console?list=held",
  live: "/console?list=live",
  rejected: "/console?list=rejected",
  record: "/console/record",
};

export class Fingers {
  #afterG = 0;

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.entries
   * @param {import("./ledger.js").Ledger} parts.ledger
   * @param {import("./lines.js").Lines} parts.lines
   * @param {import("./back.js").Back} parts.back
   * @param {import("../staging.js").Staging} parts.staging
   * @param {import("../foot.js").Foot} parts.foot
   * @param {import("../letters.js").Letters} parts.letters
   * @param {HTMLInputElement} parts.search
   * @param {() => void} parts.onSearch
   */
  constructor({ entries, ledger, lines, back, staging, foot, letters, search, onSearch }) {
    this.#parts = { entries, ledger, lines, back, staging, foot, letters, search, onSearch };
  }

  #parts;

  start() {
    const { entries, letters, search } = this.#parts;
    document.addEventListener("keydown", (event) => this.#press(event));
    entries.addEventListener("click", (event) => this.#click(event));
    entries.addEventListener("focusin", ({ target }) => this.#touch(target));
    search.addEventListener("input", () => this.#search(search.value));
    document.getElementById("help")?.addEventListener("click", () => letters.open());
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const { letters, search } = this.#parts;
    if (letters.isOpen) return;
    if (event.target === search && this.#pressInSearch(event)) return event.preventDefault();
    const afterG = performance.now() < this.#afterG;
    const command = commandOf(event, { inField: isField(event.target), letters: letters.areOn, afterG });
    if (!["Shift", "CapsLock"].includes(event.key)) this.#afterG = 0;
    if (!command) return;
    event.preventDefault();
    this.#obey(command);
  }

  /** @param {KeyboardEvent} event */
  #pressInSearch({ key, isComposing }) {
    const { search, ledger } = this.#parts;
    if (isComposing || !["Escape", "Enter", "ArrowDown"].includes(key)) return false;
    if (key === "Escape") this.#clearSearch();
    search.blur();
    ledger.take(ledger.inHand);
    return true;
  }

  /** @param {Command} command */
  #obey(command) {
    const { ledger, back, staging, foot, letters, search } = this.#parts;
    const place = PLACES[command];
    if (command === "next" || command === "previous") ledger.move(command === "next" ? 1 : -1);
    else if (command === "undo") staging.undoLast() || back.take(ledger.line);
    else if (command === "freeze" || command === "holding" || command === "black") staging.panic(command);
    else if (command === "history" && ledger.line) location.assign(addressOf(ledger.line.key));
    else if (command === "help") letters.open();
    else if (command === "back") this.#clearSearch();
    else if (command === "search") search.select();
    else if (place) location.assign(place);
    else if (command === "prefix") {
      this.#afterG = performance.now() + PREFIX_MS;
      foot.say([{ key: "q" }, " queue  ", { key: "l" }, " on the wall  ", { key: "d" }, " all decisions"], "queued");
    } else foot.say(["In the record, ", { key: "z" }, " takes back what is in hand."], "queued");
  }

  /** @param {MouseEvent} event */
  #click({ target }) {
    const button = target instanceof Element ? target.closest("button") : null;
    const id = button?.closest("article")?.dataset.id;
    if (id) this.#parts.back.take(this.#parts.lines.of(id));
  }

  /** @param {EventTarget | null} target what got the focus, inside the lines */
  #touch(target) {
    const id = target instanceof Element ? target.closest("article")?.dataset.id : undefined;
    if (id && id !== this.#parts.ledger.inHand) this.#parts.ledger.take(id, { focus: false });
  }

  #clearSearch() {
    this.#parts.search.value = "";
    this.#search("");
  }

  /** @param {string} words */
  #search(words) {
    this.#parts.ledger.filter(words);
    this.#parts.onSearch();
  }
}

/** @param {EventTarget | null} target */
function isField(target) {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select");
}
