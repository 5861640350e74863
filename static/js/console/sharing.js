/** The switch that shares the queue: what is in another's part is dimmed and passed over, and can be decided all the same. */

import { gettext } from "../tongue.js";
import { markOf } from "./card.js";
import { press } from "./hall.js";
import { keep, kept } from "./kept.js";
import { partOf } from "./split.js";
import { namesWords } from "./words.js";

const KEPT = "backchannel.share";

export class Sharing {
  /** @type {() => Iterable<HTMLElement>} */
  #cards = () => [];

  /**
   * @param {object} parts
   * @param {HTMLElement | null} parts.button only the queue has one
   * @param {import("./claims.js").Claims} parts.claims
   * @param {import("./foot.js").Foot} parts.foot
   * @param {string} parts.badge the moderator's own name
   */
  constructor({ button, claims, foot, badge }) {
    this.#parts = { button, claims, foot, badge };
    this.#isOn = button !== null && kept(KEPT) === "on";
  }

  #parts;
  #isOn;

  /** @param {() => Iterable<HTMLElement>} cards of the page */
  listen(cards) {
    this.#cards = cards;
    this.#parts.button?.addEventListener("click", () => this.#turn());
    this.show();
  }

  #turn() {
    const { claims, foot } = this.#parts;
    this.#isOn = !this.#isOn;
    keep(KEPT, this.#isOn ? "on" : "off");
    this.show();
    const others = namesWords(claims.others);
    const shared = gettext("Shared: what is dimmed is left to %(others)s.", { others });
    foot.say([this.#isOn ? shared : gettext("The whole queue is yours again.")], "queued");
  }

  /** Somebody came or went, or the switch was turned: the parts are others now. */
  show() {
    const { button, claims } = this.#parts;
    if (button) button.hidden = claims.others.length === 0;
    press(button, this.#isOn);
    for (const card of this.#cards()) this.mark(card);
  }

  /**
   * Whether a post is ours to take next.
   * @param {string} key
   */
  isOurs(key) {
    return this.#partOf(key) === this.#parts.badge;
  }

  /** @param {HTMLElement} card */
  mark(card) {
    const part = this.#partOf(markOf(card).key);
    const name = part === this.#parts.badge ? undefined : part;
    if (card.dataset.left === name) return;
    card.querySelector(".left")?.remove();
    delete card.dataset.left;
    if (name === undefined) return;
    const note = document.createElement("span");
    note.className = "left";
    note.textContent = gettext("left to %(name)s", { name });
    card.dataset.left = name;
    card.querySelector(".post-who")?.append(note);
  }

  /** @param {string} key */
  #partOf(key) {
    const { claims, badge } = this.#parts;
    return this.#isOn ? partOf(key, [badge, ...claims.others]) : badge;
  }
}
