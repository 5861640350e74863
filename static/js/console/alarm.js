/** Panic in the bar: three buttons for all screens, and in words what is in force. */

import { press } from "./hall.js";
import { panicWords } from "./stagewords.js";
import { fill } from "./strokes.js";

/** @typedef {import("../stage.js").Level} Level */

export class Alarm {
  /**
   * @param {HTMLElement} place
   * @param {import("../stage.js").Stages} stages
   * @param {ReadonlyMap<string, string>} halls
   */
  constructor(place, stages, halls) {
    this.#place = place;
    this.#stages = stages;
    this.#halls = halls;
  }

  #place;
  #stages;
  #halls;

  /** @param {import("./staging.js").Staging} staging */
  listen(staging) {
    this.#place.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      const { panic, stage } = button?.dataset ?? {};
      if (panic) staging.panic(/** @type {Level} */ (panic));
      else if (stage === "off") staging.endPanic();
    });
  }

  show() {
    const halls = [...this.#halls].map(([hall, name]) => ({ hall, name, level: this.#stages.of(hall).panic }));
    const words = panicWords(halls);
    this.#place.toggleAttribute("data-on", words !== "");
    fill(this.#place, ".panic-words", words);
    for (const button of this.#place.querySelectorAll("[data-panic]")) {
      press(button, halls.length > 0 && halls.every(({ level }) => level === button.getAttribute("data-panic")));
    }
    const undo = this.#place.querySelector('[data-stage="off"]');
    if (!(undo instanceof HTMLElement) || undo.hidden === !words) return;
    if (undo === document.activeElement)
      /** @type {HTMLElement | null} */ (this.#place.querySelector("[data-panic]"))?.focus();
    undo.hidden = !words;
  }
}
