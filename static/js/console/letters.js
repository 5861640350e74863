/** The dialog of all keys, and the switch that turns single-letter keys off (WCAG 2.1.4), kept in this browser. */

const KEPT = "backchannel.letters";

export class Letters {
  /**
   * @param {HTMLDialogElement} dialog
   * @param {HTMLInputElement} box
   */
  constructor(dialog, box) {
    this.#dialog = dialog;
    box.checked = kept() !== "off";
    this.#apply(box.checked);
    box.addEventListener("change", () => {
      keep(box.checked ? "on" : "off");
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

/** What this browser kept; nothing where it keeps nothing (a private window, say). */
function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/** @param {string} state */
function keep(state) {
  try {
    localStorage.setItem(KEPT, state);
  } catch {
    // Then the switch holds until the page is left.
  }
}
