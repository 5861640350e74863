/** The copies that a card stands for: listed when somebody opens them, and taken out one by one. */

import { gettext } from "../tongue.js";
import { age } from "./card.js";
import { nameWords } from "./names.js";
import { networkWord } from "./networks.js";
import { clone, fill, write, writeWords } from "./strokes.js";
import { lateWords, restWords, returnedWords } from "./words.js";

/**
 * @typedef {object} Copy as /api/posts tells of a post
 * @property {string} key
 * @property {string} network
 * @property {import("./lists.js").Status} status
 * @property {number} version
 * @property {{name: string, address: string}} author
 * @property {string} text
 * @property {string} received_at
 * @property {{at: string} | null} decision
 *
 * @typedef {{first: Copy, copies: Copy[], boosts: number}} Folded
 */

export class Copies {
  /** @type {WeakMap<HTMLElement, string>} the count that each open list was read for */
  #read = new WeakMap();

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.cards
   * @param {HTMLTemplateElement} parts.entry
   * @param {import("./foot.js").Foot} parts.foot
   * @param {import("./ages.js").ServerClock} parts.clock
   * @param {(key: string) => Promise<Folded>} parts.ask
   * @param {typeof import("./orders.js").carryOutAll} parts.carryOutAll
   */
  constructor({ cards, entry, foot, clock, ask, carryOutAll }) {
    this.#parts = { cards, entry, foot, clock, ask, carryOutAll };
  }

  #parts;

  listen() {
    const { cards } = this.#parts;
    cards.addEventListener("toggle", ({ target }) => this.#toggle(target), true);
    cards.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      if (button?.dataset.copy) this.#takeOut(button);
    });
  }

  /**
   * Reads an open list again where the card, which is new, counts otherwise.
   * @param {HTMLElement} card
   */
  follow(card) {
    const list = card.querySelector(".copies[data-similar][open]");
    if (list instanceof HTMLElement && this.#read.get(list) !== list.dataset.similar) this.#fill(list);
  }

  /** @param {EventTarget | null} target */
  #toggle(target) {
    if (!(target instanceof HTMLDetailsElement) || !target.matches(".copies[data-similar]")) return;
    if (target.open) this.#fill(target);
    else this.#read.delete(target);
  }

  /** @param {HTMLElement} list */
  async #fill(list) {
    const { clock, ask } = this.#parts;
    const count = list.dataset.similar ?? "";
    this.#read.set(list, count);
    try {
      const folded = await ask(list.closest("article")?.dataset.key ?? "");
      if (this.#read.get(list) !== count) return; // closed, or asked anew meanwhile
      this.#show(list, folded, Number(count));
      age(list, clock);
    } catch {
      this.#read.delete(list);
      this.#say(list, gettext("The desk did not answer. Close the list, and open it again."));
    }
  }

  /**
   * @param {HTMLElement} list
   * @param {Folded} folded
   * @param {number} count
   */
  #show(list, { first, copies, boosts }, count) {
    const place = /** @type {HTMLElement} */ (list.querySelector("ul"));
    const old = new Map([...place.children].map((entry) => [/** @type {HTMLElement} */ (entry).dataset.key, entry]));
    // Whoever stays is not moved, and keeps the keyboard.
    for (const [at, copy] of copies.entries()) {
      const entry = old.get(copy.key) ?? clone(this.#parts.entry);
      old.delete(copy.key);
      tell(/** @type {HTMLElement} */ (entry), copy, first);
      if (place.children[at] !== entry) place.insertBefore(entry, place.children[at] ?? null);
    }
    for (const entry of old.values()) entry.remove();
    this.#say(list, restWords(boosts, count - copies.length - boosts));
  }

  /**
   * @param {HTMLElement} list
   * @param {string} words beneath the list
   */
  #say(list, words) {
    const rest = list.querySelector(".rest") ?? list.appendChild(document.createElement("p"));
    rest.className = "rest";
    write(rest, words);
  }

  /** @param {HTMLButtonElement} button */
  async #takeOut(button) {
    const { foot, clock, carryOutAll } = this.#parts;
    const entry = button.closest("li");
    const { copy: key = "", version } = button.dataset;
    const hadKeyboard = entry?.contains(document.activeElement); // a button that is closed loses it
    button.disabled = true;
    const [outcome] = await carryOutAll("restore", [{ key, version: Number(version) }]);
    if (outcome?.outcome === "done") {
      const next = entry?.nextElementSibling ?? entry?.previousElementSibling;
      const after = next?.querySelector("button") ?? entry?.closest("details")?.querySelector("summary");
      if (hadKeyboard && after instanceof HTMLElement) after.focus({ preventScroll: true });
      entry?.remove();
      foot.say([gettext("A post of its own now: it waits in the queue.")], "queued");
    } else {
      button.disabled = false;
      const why = returnedWords("restore", outcome ?? { outcome: "failed" }, clock.now());
      foot.say([gettext("Not taken out: %(why)s", { why })], "outbox");
    }
  }
}

/**
 * @param {HTMLElement} entry
 * @param {Copy} copy
 * @param {Copy} first
 */
function tell(entry, copy, first) {
  const { name, address } = copy.author;
  const isTheirs = name !== first.author.name || address !== first.author.address || copy.text !== first.text;
  const net = /** @type {HTMLElement} */ (fill(entry, ".net", networkWord(copy.network)));
  const time = /** @type {HTMLTimeElement} */ (entry.querySelector("time"));
  const button = /** @type {HTMLButtonElement} */ (entry.querySelector("button"));
  const late = lateWords(first.status, first.decision?.at, copy.received_at);
  entry.dataset.key = copy.key;
  net.dataset.network = copy.network;
  time.dateTime = copy.received_at;
  button.dataset.copy = copy.key;
  button.dataset.version = String(copy.version);
  fill(entry, ".post-name", nameWords(name));
  fill(entry, ".post-address bdi", address);
  fill(entry, ".late", late && `, ${late}`);
  writeWords(entry.querySelector(".other"), isTheirs ? copy.text : "");
}
