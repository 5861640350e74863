/** The dialog of all keys, and the switch that turns single-letter keys off (WCAG 2.1.4), kept in this browser. */

import { keep, kept } from "./kept.js";

const KEPT = "backchannel.letters";

export class Letters {
  /**
   * @param {HTMLDialogElement} dialog
   * @param {HTMLInputElement} box
   */
  constructor(dialog, box) {
    this.#dialog = dialog;
    box.checked = kept(KEPT) !== "off";
    this.#apply(box.checked);
    box.addEventListener("change", () => {
      keep(KEPT, box.checked ? "on" : "off");
      this.#apply(box.checked);
    });
    // A click beside the dialog lands on the dialog itself, since its content fills it.
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  }

  #dialog;
  areOn = true;

  get isOpen() {
    return this.#dialog.open;
  }

  open() {
    this.#dialog.showModal();
  }

  /** @param {boolean} areOn */
  #apply(areOn) {
    this.areOn = areOn;
    document.body.dataset.letters = areOn ? "on" : "off";
  }
}
