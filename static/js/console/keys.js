/** Which command a key press means, as this moderator has set the keys. Pure. */

import { gettext } from "../tongue.js";
import { entryOf, NAMES } from "./commands.js";

/**
 * @typedef {import("./commands.js").Command} Command
 *
 * @typedef {object} Press what a keyboard event tells
 * @property {string} key
 * @property {string} [code]
 * @property {boolean} [shiftKey]
 * @property {boolean} [ctrlKey]
 * @property {boolean} [altKey]
 * @property {boolean} [metaKey]
 * @property {boolean} [repeat]
 * @property {boolean} [isComposing]
 */

/** @type {Readonly<Record<string, string>>} */
export const CAPS = {
  ArrowDown: "↓",
  ArrowUp: "↑",
  PageDown: gettext("Page ↓"),
  PageUp: gettext("Page ↑"),
  Escape: gettext("Esc"),
};

export class Keymap {
  /** @type {Map<Command, string>} what differs from the keys as shipped; an empty stroke is no key */
  #changed = new Map();

  /** @param {Partial<Record<string, unknown>>} [wanted] strokes by command; what a command wants, no other one has */
  constructor(wanted = {}) {
    for (const command of NAMES.filter(isChangeable)) {
      const stroke = wanted[command];
      const isTaken = [...this.#changed].some(([other, its]) => its === stroke && isPlace(other) === isPlace(command));
      if (typeof stroke === "string" && isStroke(stroke) && !isTaken) this.#changed.set(command, stroke);
    }
    for (const [command, stroke] of [...this.#changed]) {
      const other = this.#holder(command, stroke);
      if (other) this.#changed.set(other, "");
    }
  }

  /**
   * What this browser kept; what cannot be read is nothing.
   * @param {string | null} text
   */
  static read(text) {
    try {
      const changed = JSON.parse(text ?? "{}");
      return new Keymap(changed !== null && typeof changed === "object" ? changed : {});
    } catch {
      return new Keymap();
    }
  }

  get isChanged() {
    return this.#changed.size > 0;
  }

  /** @param {Command} command */
  keyOf(command) {
    return this.#changed.get(command) ?? entryOf(command).key;
  }

  /**
   * The caps that are pressed one after the other: “g q”, “Shift A”. Empty for a command without a key.
   * @param {Command} command
   * @returns {string[]}
   */
  capsOf(command) {
    const caps = this.keyOf(command)
      .split(/(?<=Shift)\+/)
      .map((cap) => CAPS[cap] ?? cap);
    if (caps[0] === "") return [];
    return isPlace(command) ? [...this.capsOf("prefix"), ...caps] : caps;
  }

  /**
   * Gives a command another key. Refused where another one has it.
   * @param {Command} command
   * @param {string} stroke
   * @returns {Command | null} who has it, or null where it is done
   */
  change(command, stroke) {
    const holder = this.#holder(command, stroke);
    if (holder) return holder;
    if (stroke === entryOf(command).key) this.#changed.delete(command);
    else this.#changed.set(command, stroke);
    return null;
  }

  reset() {
    this.#changed.clear();
  }

  toString() {
    return JSON.stringify(Object.fromEntries(this.#changed));
  }

  /**
   * The command of a press, or null.
   * @param {Press} press
   * @param {object} state
   * @param {boolean} state.inField where letters are text
   * @param {boolean} state.letters whether single-letter keys are on
   * @param {boolean} state.afterPrefix whether the prefix was pressed just before
   * @returns {Command | null}
   */
  commandOf(press, { inField, letters, afterPrefix }) {
    if (inField || press.isComposing) return null;
    const stroke = strokeOf(press);
    if (!stroke) return null;
    const always = NAMES.find((name) => entryOf(name).always === stroke);
    const command = always ?? (letters ? this.#named(stroke, afterPrefix) : undefined);
    if (!command || (press.repeat && !entryOf(command).repeats)) return null;
    return command;
  }

  /**
   * @param {string} stroke
   * @param {boolean} afterPrefix
   */
  #named(stroke, afterPrefix) {
    return NAMES.find((name) => isPlace(name) === afterPrefix && this.keyOf(name) === stroke);
  }

  /**
   * Which other command a stroke would mean in the place of this one.
   * @param {Command} command
   * @param {string} stroke
   */
  #holder(command, stroke) {
    const alike = NAMES.filter((name) => name !== command && isPlace(name) === isPlace(command));
    return alike.find((name) => stroke !== "" && (this.keyOf(name) === stroke || entryOf(name).always === stroke));
  }
}

/**
 * The name of a press: a letter as it is printed on the key, also on a keyboard of another script. Empty where the
 * browser has the press, or where no key is.
 * @param {Press} press
 */
export function strokeOf({ key, code = "", shiftKey = false, ctrlKey, altKey, metaKey }) {
  if (ctrlKey || altKey || metaKey || key === "") return "";
  if (key.length > 1) return key;
  const isLatin = key.charCodeAt(0) < 0x80;
  const letter = isLatin ? key : code.startsWith("Key") ? code.slice(3) : "";
  if (!/^[a-z]$/i.test(letter)) return letter;
  return shiftKey ? `Shift+${letter.toUpperCase()}` : letter.toLowerCase();
}

/**
 * Whether a command can have a stroke as its key: one that prints something, since the others move through the page.
 * @param {string} stroke
 */
export function isStroke(stroke) {
  return /^(?:Shift\+[A-Z]|[!-@[-~])$/.test(stroke);
}

/** @param {Command} command */
export function isChangeable(command) {
  return !entryOf(command).isFixed;
}

/** @param {Command} command */
export function isPlace(command) {
  return entryOf(command).place !== undefined;
}
