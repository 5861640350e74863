/** The moderator's hands in the record: keys, clicks and the search field. */

import { gettext } from "../../tongue.js";
import { entryOf } from "../commands.js";
import { Keyboard } from "../keyboard.js";
import { addressOf } from "./query.js";

/** @typedef {import("../commands.js").Command} Command */

const PAGE = 10;

export class Fingers {
  /**
   * @param {object} parts
   * @param {HTMLElement} parts.entries
   * @param {import("./ledger.js").Ledger} parts.ledger
   * @param {import("./lines.js").Lines} parts.lines
   * @param {import("./back.js").Back} parts.back
   * @param {import("../staging.js").Staging} parts.staging
   * @param {import("../preset.js").PresetSwitch} parts.preset
   * @param {import("../foot.js").Foot} parts.foot
   * @param {import("../letters.js").Letters} parts.letters
   * @param {import("../keys.js").Keymap} parts.keymap
   * @param {HTMLInputElement} parts.search
   * @param {() => void} parts.onSearch
   */
  constructor({ entries, ledger, lines, back, staging, preset, foot, letters, keymap, search, onSearch }) {
    this.#keyboard = new Keyboard(keymap, letters, foot);
    this.#parts = { entries, ledger, lines, back, staging, preset, foot, letters, search, onSearch };
  }

  #parts;
  #keyboard;

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
    const { letters, preset, search } = this.#parts;
    if (letters.isOpen || preset.isOpen) return;
    if (event.target === search && this.#pressInSearch(event)) return event.preventDefault();
    const command = this.#keyboard.read(event);
    if (command) this.#obey(command);
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
    const { ledger, back, staging, preset, foot, letters, search } = this.#parts;
    const { place } = entryOf(command);
    if (command === "next" || command === "previous") ledger.move(command === "next" ? 1 : -1);
    else if (command === "forward" || command === "backward") ledger.move(command === "forward" ? PAGE : -PAGE);
    else if (command === "undo") staging.undoLast() || preset.undoLast() || back.take(ledger.line);
    else if (command === "preset") preset.open();
    else if (command === "freeze" || command === "holding" || command === "black") staging.panic(command);
    else if (command === "history" && ledger.line) location.assign(addressOf(ledger.line.key));
    else if (command === "help") letters.open();
    else if (command === "back") this.#clearSearch();
    else if (command === "search") search.select();
    else if (place) location.assign(place);
    else
      foot.say(
        [gettext("In the record,").concat(" "), { command: "undo", words: gettext("takes back what is in hand.") }],
        "queued",
      );
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
