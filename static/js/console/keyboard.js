/** The keyboard of a page of the desk: presses come in, commands come out. */

import { entryOf, NAMES } from "./commands.js";
import { isPlace } from "./keys.js";

/** @typedef {import("./commands.js").Command} Command */

const PREFIX_MS = 2000;

export class Keyboard {
  #prefixUntilMs = 0;

  /**
   * @param {import("./keys.js").Keymap} keymap
   * @param {import("./letters.js").Letters} letters
   * @param {import("./foot.js").Foot} foot says where one can go once the prefix is pressed
   */
  constructor(keymap, letters, foot) {
    this.#keymap = keymap;
    this.#letters = letters;
    this.#foot = foot;
  }

  #keymap;
  #letters;
  #foot;

  /**
   * The command of a press, which the browser then does nothing with.
   * @param {KeyboardEvent} event
   * @returns {Command | null}
   */
  read(event) {
    const afterPrefix = performance.now() < this.#prefixUntilMs;
    const state = { inField: isField(event.target), letters: this.#letters.areOn, afterPrefix };
    const command = this.#keymap.commandOf(event, state);
    if (!["Shift", "CapsLock"].includes(event.key)) this.#prefixUntilMs = 0;
    if (!command) return null;
    event.preventDefault();
    if (command !== "prefix") return command;
    this.#prefixUntilMs = performance.now() + PREFIX_MS;
    this.#foot.say(
      NAMES.filter(isPlace).map((name) => ({ command: name, words: entryOf(name).words })),
      "queued",
    );
    return null;
  }
}

/** @param {EventTarget | null} target where letters are text */
function isField(target) {
  return (
    target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")
  );
}
