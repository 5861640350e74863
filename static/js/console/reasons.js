/** The box on a card that asks why the hall should not see it. “Critical” is not among the answers. */

import { clone, fill } from "./strokes.js";

export class Reasons {
  /** @type {HTMLElement | null} */
  #box = null;
  /** @type {(reason: string) => void} */
  #onPick = () => {};

  /**
   * @param {HTMLTemplateElement} template
   * @param {(isOpen: boolean) => void} onToggle
   */
  constructor(template, onToggle) {
    this.#template = template;
    this.#onToggle = onToggle;
  }

  #template;
  #onToggle;

  get isOpen() {
    return this.#box?.isConnected ?? false;
  }

  /**
   * @param {HTMLElement} place a card, or the bar of those that are selected
   * @param {(reason: string) => void} onPick
   * @param {string} [title]
   */
  open(place, onPick, title) {
    this.close();
    this.#box = clone(this.#template);
    this.#onPick = onPick;
    if (title) fill(this.#box, "h2", title);
    this.#box.addEventListener("click", (event) => this.#click(event));
    place.append(this.#box);
    this.#onToggle(true);
    this.#buttons[0]?.focus({ preventScroll: true });
    this.#box.scrollIntoView({ block: "nearest" });
  }

  close() {
    if (!this.#box) return;
    this.#box.remove();
    this.#box = null;
    this.#onToggle(false);
  }

  /**
   * A key while the box is open: its number picks, arrows move, Escape goes back.
   * @param {KeyboardEvent} event
   * @returns {boolean} whether the key was meant for the box
   */
  press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return false;
    const step = { ArrowDown: 2, ArrowUp: -2, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const picked = this.#buttons[Number(event.key) - 1];
    if (event.key === "Escape") this.close();
    else if (picked && !event.repeat) this.#pick(picked);
    else if (step) this.#step(step);
    else return event.key.length === 1 && event.key !== " "; // letters decide nothing while the box asks
    return true;
  }

  get #buttons() {
    return /** @type {HTMLElement[]} */ ([...(this.#box?.querySelectorAll("[data-reason]") ?? [])]);
  }

  /** @param {number} step */
  #step(step) {
    const buttons = this.#buttons;
    const place = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    (buttons[place + step] ?? buttons[place])?.focus();
  }

  /** @param {Event} event */
  #click(event) {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button?.dataset.reason) this.#pick(button);
    else if (button) this.close();
    event.stopPropagation();
  }

  /** @param {HTMLElement} button */
  #pick(button) {
    const { reason } = button.dataset;
    this.close();
    if (reason) this.#onPick(reason);
  }
}
