/** Asks once more before what cannot be undone. */

import { write } from "./strokes.js";

/** @typedef {{title: string, why: string, yes: string}} Question */

export class Sure {
  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    this.#dialog = dialog;
    // Browsers tell of a close a moment later: by then the next question may be open, and is not answered by it.
    dialog.addEventListener("close", () => dialog.open || this.#settle());
  }

  #dialog;

  #settle = () => {};

  get isOpen() {
    return this.#dialog.open;
  }

  /**
   * Whether the person is sure. Escape is no.
   * @param {Question} question
   * @returns {Promise<boolean>}
   */
  ask({ title, why, yes }) {
    const dialog = this.#dialog;
    this.#settle();
    write(/** @type {Element} */ (dialog.querySelector("h2")), title);
    write(/** @type {Element} */ (dialog.querySelector("p")), why);
    write(/** @type {Element} */ (dialog.querySelector('[value="yes"]')), yes);
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((settle) => {
      this.#settle = () => settle(dialog.returnValue === "yes");
    });
  }
}
