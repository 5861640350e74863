/** The rows of screens: who stays is not moved, keeps the keyboard, and keeps its preview. */

import { gettext } from "../../tongue.js";
import { clone, fill, write } from "../strokes.js";
import { factsWords, isWell, strangerWords, troubleWords } from "./words.js";

/**
 * @typedef {import("./words.js").Screen} Screen
 * @typedef {import("./words.js").Opening} Opening
 */

export class Rows {
  /**
   * @param {object} parts
   * @param {HTMLElement} parts.screens a list
   * @param {HTMLElement} parts.strangers a list
   * @param {HTMLTemplateElement} parts.row
   * @param {import("../ages.js").ServerClock} parts.clock
   * @param {ReadonlyMap<string, string>} parts.halls
   * @param {number} parts.leaseS
   */
  constructor(parts) {
    this.#parts = parts;
  }

  #parts;

  /** @param {readonly Screen[]} screens */
  show(screens) {
    const { screens: place, row: template } = this.#parts;
    const old = new Map([...place.children].map((row) => [row.getAttribute("data-id"), row]));
    for (const [at, screen] of screens.entries()) {
      const row = /** @type {HTMLElement} */ (old.get(screen.id) ?? clone(template));
      old.delete(screen.id);
      this.#tell(row, screen);
      if (place.children[at] !== row) place.insertBefore(row, place.children[at] ?? null);
    }
    for (const row of old.values()) row.remove();
    place.removeAttribute("aria-busy");
  }

  /** @param {readonly Opening[]} pages */
  showStrangers(pages) {
    const { strangers, halls, clock } = this.#parts;
    const lines = pages.map((page) => strangerWords(page, halls, clock.now()));
    while (strangers.children.length > lines.length) strangers.lastElementChild?.remove();
    while (strangers.children.length < lines.length) strangers.append(document.createElement("li"));
    for (const [at, line] of lines.entries()) write(/** @type {Element} */ (strangers.children[at]), line);
  }

  /**
   * @param {HTMLElement} row
   * @param {Screen} screen
   */
  #tell(row, screen) {
    const { clock, leaseS } = this.#parts;
    const now = clock.now();
    row.dataset.id = screen.id;
    row.toggleAttribute("data-ill", !isWell(screen));
    fill(row, ".name", screen.name);
    fill(row, ".facts", screen.page ? factsWords(screen.page, now) : "");
    fill(row, ".trouble", troubleWords(screen, now, leaseS));
    row.querySelector(".bowl")?.setAttribute("data-state", isWell(screen) ? "shown" : "outbox");
    choose(row, "hall", screen.hall);
    choose(row, "layout", screen.layout ?? "");
    for (const button of row.querySelectorAll("button[data-panic]"))
      button.ariaPressed = String(button.getAttribute("data-panic") === screen.panic);
    for (const each of row.querySelectorAll("button, select"))
      each.setAttribute("aria-label", `${each.getAttribute("data-words")}: ${screen.name}`);
    preview(row, screen);
  }
}

/**
 * @param {HTMLElement} row
 * @param {string} name
 * @param {string} value
 */
function choose(row, name, value) {
  const list = /** @type {HTMLSelectElement} */ (row.querySelector(`select[name="${name}"]`));
  if (document.activeElement !== list && list.value !== value) list.value = value;
}

/**
 * The same page as the screen has, in small.
 * @param {HTMLElement} row
 * @param {Screen} screen
 */
function preview(row, { name, hall, layout }) {
  const frame = /** @type {HTMLIFrameElement} */ (row.querySelector("iframe"));
  const address = `/screen/${encodeURIComponent(hall)}?preview=1${layout ? `&layout=${layout}` : ""}`;
  if (frame.getAttribute("src") !== address) frame.src = address;
  frame.title = gettext("What %(name)s shows", { name });
}
