/** Pausing the floor: while it lasts nothing that phones post is taken in, and they are told so. */

import { gettext } from "../tongue.js";
import { setFloor } from "./rules/clerk.js";
import { write } from "./strokes.js";
import { UNDOES } from "./words.js";

export class FloorSwitch {
  #count = 0;
  isPaused;
  isStale = false;

  /**
   * @param {object} parts
   * @param {HTMLElement | null} parts.place where the page offers it; its key works everywhere
   * @param {boolean} parts.isPaused
   * @param {import("./foot.js").Foot} parts.foot
   * @param {import("./undo.js").Undo} parts.undo
   * @param {import("./rights.js").Rights} parts.rights
   */
  constructor({ place, isPaused, foot, undo, rights }) {
    this.#parts = { place, foot, undo, rights };
    this.isPaused = isPaused;
  }

  #parts;

  start() {
    this.#parts.place?.querySelector("button")?.addEventListener("click", () => this.turn());
    this.#show();
  }

  /** Pauses the floor, or opens it again. */
  turn() {
    const { foot, rights } = this.#parts;
    if (!rights.may("pause")) return foot.say([rights.refusal("pause")], "outbox");
    if (this.isStale) return foot.say([gettext("Not connected: the floor stays as it is.")], "outbox");
    this.#set(!this.isPaused, true);
  }

  /**
   * What every console is told by the desk.
   * @param {{is_floor_paused?: boolean} | undefined} inForce
   */
  hear(inForce) {
    if (inForce?.is_floor_paused === undefined || inForce.is_floor_paused === this.isPaused) return;
    this.isPaused = inForce.is_floor_paused;
    this.#show();
  }

  /**
   * Takes the last step of this session back where it was one of ours.
   * @returns {boolean} whether it was
   */
  undoLast() {
    const { undo, foot } = this.#parts;
    const step = undo.last;
    if (!step?.floor) return false;
    undo.drop(step);
    if (this.isPaused !== step.floor.isPaused)
      foot.say([gettext("Not undone: somebody switched again since.")], "outbox");
    else this.#set(!step.floor.isPaused, false);
    return true;
  }

  /**
   * @param {boolean} isPaused
   * @param {boolean} undoable
   */
  async #set(isPaused, undoable) {
    const { foot, undo } = this.#parts;
    const answer = await setFloor(isPaused);
    if (!answer.ok) return foot.say([answer.message], "outbox");
    this.#count += 1;
    if (undoable) undo.push({ key: `floor:${Date.now()}:${this.#count}`, versions: {}, floor: { isPaused } });
    this.hear(answer.told);
    const said = isPaused
      ? gettext("The floor is paused: phones are told that nothing is taken in.")
      : gettext("The floor is open again.");
    foot.say([`${said} `, ...(undoable ? [UNDOES] : [])], isPaused ? "held" : "shown");
  }

  #show() {
    const { place } = this.#parts;
    document.body.toggleAttribute("data-floor-paused", this.isPaused);
    const button = place?.querySelector("button");
    if (!place || !button) return;
    button.setAttribute("aria-pressed", String(this.isPaused));
    const said = place.querySelector(".said");
    if (said)
      write(
        said,
        this.isPaused
          ? gettext("Paused: nothing that phones post is taken in.")
          : gettext("Posts from phones come in."),
      );
  }
}
