/** The sheet of all keys, on which each of them can be changed (WCAG 2.1.4). What was changed is kept in this browser. */

import { gettext } from "../tongue.js";
import { capOf, writeCaps } from "./caps.js";
import { entryOf, NAMES } from "./commands.js";
import { keep, kept } from "./kept.js";
import { CAPS, isChangeable, isStroke, strokeOf } from "./keys.js";
import { clone, fill, write } from "./strokes.js";

/** @typedef {import("./commands.js").Command} Command */

const KEPT = "backchannel.keys";
/** Presses that are part of another one. */
const HALF = new Set(["Shift", "CapsLock", "Control", "Alt", "AltGraph", "Meta", "Dead"]);

/** The keys as this browser kept them. */
export const keptKeys = () => kept(KEPT);

export class KeySheet {
  /** @type {HTMLElement | null} the button of the command that waits for its new key */
  #asking = null;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {HTMLTemplateElement} row
   * @param {import("./keys.js").Keymap} keymap
   */
  constructor(dialog, row, keymap) {
    this.#dialog = dialog;
    this.#row = row;
    this.#keymap = keymap;
  }

  #dialog;
  #row;
  #keymap;

  /** Writes the sheet and every cap of the page, and listens. */
  start() {
    for (const command of NAMES) this.#add(command);
    this.#show();
    this.#dialog.addEventListener("click", ({ target }) => this.#click(target));
    this.#dialog.addEventListener("keydown", (event) => this.#press(event), true);
    this.#dialog.addEventListener("focusout", () => this.#ask(null));
    this.#dialog.addEventListener("cancel", (event) => this.#asking && event.preventDefault());
  }

  /** @param {Command} command */
  #add(command) {
    const { section, words, always } = entryOf(command);
    const row = clone(this.#row);
    const button = /** @type {HTMLElement} */ (row.querySelector("button"));
    button.dataset.rebind = command;
    if (isChangeable(command)) button.append(capOf(command));
    else button.replaceWith(capOf(command));
    if (always && isChangeable(command)) fill(row, ".always", CAPS[always] ?? always);
    else row.querySelector(".always")?.remove();
    fill(row, "dd", words);
    this.#dialog.querySelector(`[data-section="${section}"]`)?.append(row);
  }

  #show() {
    writeCaps(document, this.#keymap);
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.#dialog.querySelectorAll("[data-rebind]"))) {
      const command = /** @type {Command} */ (button.dataset.rebind);
      const caps = this.#keymap.capsOf(command).join(" ") || gettext("none");
      button.setAttribute(
        "aria-label",
        gettext("%(caps)s, the key for: %(words)s. Change it", { caps, words: entryOf(command).words }),
      );
    }
    for (const button of document.querySelectorAll("[data-panic]")) {
      const command = /** @type {Command} */ (button.getAttribute("data-panic"));
      button.setAttribute("aria-keyshortcuts", this.#keymap.keyOf(command));
    }
    const reset = /** @type {HTMLElement} */ (this.#dialog.querySelector("[data-reset]"));
    reset.hidden = !this.#keymap.isChanged;
  }

  /** @param {EventTarget | null} target */
  #click(target) {
    const button = target instanceof Element ? target.closest("button") : null;
    if (button?.dataset.rebind) this.#ask(button);
    else if (button?.dataset.reset !== undefined) {
      this.#keymap.reset();
      this.#keep(gettext("All keys are as they were."));
      this.#dialog.querySelector("button")?.focus();
    }
  }

  /** @param {HTMLElement | null} button */
  #ask(button) {
    this.#asking?.removeAttribute("data-asking");
    this.#asking = button;
    if (!button) return;
    button.dataset.asking = "";
    this.#say(gettext("Press the new key. Escape leaves it as it is."));
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const command = /** @type {Command | undefined} */ (this.#asking?.dataset.rebind);
    if (!command || event.key === "Tab" || HALF.has(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const stroke = strokeOf(event);
    if (event.key === "Escape") {
      this.#ask(null);
      return this.#say(gettext("It is as it was."));
    }
    if (!isStroke(stroke))
      return this.#say(gettext("Only a letter, a number or a sign can be a key. Press another one."));
    const holder = this.#keymap.change(command, stroke);
    if (holder)
      return this.#say(
        gettext("That key is taken. It means: %(words)s. Press another one.", { words: entryOf(holder).words }),
      );
    this.#ask(null);
    this.#keep(
      gettext("Changed: %(caps)s means: %(words)s.", {
        caps: this.#keymap.capsOf(command).join(" "),
        words: entryOf(command).words,
      }),
    );
  }

  /** @param {string} words */
  #keep(words) {
    keep(KEPT, String(this.#keymap));
    this.#show();
    this.#say(words);
  }

  /** @param {string} words */
  #say(words) {
    const line = this.#dialog.querySelector("[role=status]");
    if (line) write(line, words);
  }
}
