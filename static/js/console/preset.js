/** The switch in the bar: what the rules do at this time of the conference. */

import { gettext } from "../tongue.js";
import { press } from "./hall.js";
import { setPreset } from "./rules/clerk.js";
import { PRESETS } from "./rules/words.js";
import { fill } from "./strokes.js";
import { UNDOES } from "./words.js";

/** @typedef {{version: number, preset: string, by: string, is_floor_paused?: boolean}} InForce */

export class PresetSwitch {
  #count = 0;
  preset = "session";
  isStale = false;

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.button
   * @param {HTMLDialogElement} parts.dialog
   * @param {import("./foot.js").Foot} parts.foot
   * @param {import("./undo.js").Undo} parts.undo
   * @param {import("./rights.js").Rights} parts.rights
   * @param {(inForce: InForce) => void} [parts.onChange] what is in force is another now
   */
  constructor({ button, dialog, foot, undo, rights, onChange = () => {} }) {
    this.#parts = { button, dialog, foot, undo, rights, onChange };
    this.preset = button.dataset.preset ?? "session";
  }

  #parts;

  get isOpen() {
    return this.#parts.dialog.open;
  }

  start() {
    const { button, dialog } = this.#parts;
    button.addEventListener("click", () => this.open());
    dialog.addEventListener("click", ({ target }) => {
      if (target === dialog) return dialog.close();
      const picked = target instanceof Element ? target.closest("[data-set]") : null;
      if (picked instanceof HTMLElement) this.#pick(picked.dataset.set ?? "");
    });
    dialog.addEventListener("keydown", (event) => {
      const picked = dialog.querySelectorAll("[data-set]")[Number(event.key) - 1];
      if (!(picked instanceof HTMLElement) || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      this.#pick(picked.dataset.set ?? "");
    });
    this.#show();
  }

  open() {
    const { dialog, foot, rights } = this.#parts;
    if (!rights.may("rule")) return foot.say([rights.refusal("rule")], "outbox");
    if (this.isStale) return foot.say([gettext("Not connected: the rules stay as they are.")], "outbox");
    dialog.showModal();
    const pressed = dialog.querySelector('[aria-pressed="true"]');
    if (pressed instanceof HTMLElement) pressed.focus();
  }

  /**
   * What every console is told by the desk.
   * @param {InForce | undefined} inForce
   */
  hear(inForce) {
    if (!inForce) return;
    const isOther = inForce.preset !== this.preset;
    this.preset = inForce.preset;
    if (isOther) this.#show();
    this.#parts.onChange(inForce);
  }

  /**
   * Takes the last step of this session back where it was one on the switch.
   * @returns {boolean} whether it was
   */
  undoLast() {
    const { undo, foot } = this.#parts;
    const step = undo.last;
    if (!step?.preset) return false;
    undo.drop(step);
    if (this.preset !== step.preset.to) foot.say([gettext("Not undone: somebody switched again since.")], "outbox");
    else this.#set(step.preset.from, false);
    return true;
  }

  /** @param {string} preset */
  #pick(preset) {
    this.#parts.dialog.close();
    if (preset !== this.preset) this.#set(preset, true);
  }

  /**
   * @param {string} preset
   * @param {boolean} undoable
   */
  async #set(preset, undoable) {
    const { foot, undo } = this.#parts;
    const from = this.preset;
    const answer = await setPreset(preset);
    if (!answer.ok) return foot.say([answer.message], "outbox");
    this.#count += 1;
    const key = `preset:${Date.now()}:${this.#count}`;
    if (undoable) undo.push({ key, versions: {}, preset: { from: answer.told.before ?? from, to: preset } });
    this.hear(answer.told);
    const said = gettext("The rules are set to %(preset)s.", { preset: PRESETS[preset] ?? preset });
    foot.say([`${said} `, ...(undoable ? [UNDOES] : [])], "shown");
  }

  #show() {
    const { button, dialog } = this.#parts;
    button.dataset.preset = this.preset;
    fill(button, ".now", PRESETS[this.preset] ?? this.preset);
    for (const each of dialog.querySelectorAll("[data-set]")) {
      press(each, each.getAttribute("data-set") === this.preset);
    }
  }
}
