/** Fingers on a card: to the right it is approved, to the left rejected. The buttons on it do the same. */

/** @typedef {import("./words.js").Verb} Verb */

const SLACK_PX = 12;
const DECIDES = 0.3;
const DECIDES_MAX_PX = 120;

/** @type {Readonly<Record<"right" | "left", readonly Verb[]>>} what a side means, where the card offers it */
const SIDES = { right: ["approve", "restore"], left: ["reject", "withdraw"] };

/** One finger's way over a card. Pure. */
export class Swipe {
  /** @type {"waits" | "swipes" | "scrolls"} */
  state = "waits";
  #way = 0;

  /**
   * @param {{x: number, y: number}} from
   * @param {number} width of the card
   */
  constructor(from, width) {
    this.#from = from;
    this.#enough = Math.min(width * DECIDES, DECIDES_MAX_PX);
  }

  #from;
  #enough;

  /**
   * The finger goes on. What begins downwards is scrolling, and stays that.
   * @param {{x: number, y: number}} to
   * @returns {number} how far the card is moved
   */
  move({ x, y }) {
    const [aside, down] = [x - this.#from.x, Math.abs(y - this.#from.y)];
    if (this.state === "waits" && Math.max(Math.abs(aside), down) > SLACK_PX) {
      this.state = Math.abs(aside) > down * 1.5 ? "swipes" : "scrolls";
    }
    this.#way = this.state === "swipes" ? aside : 0;
    return this.#way;
  }

  /** Whereto the card is moved, if it is. */
  get side() {
    if (this.#way === 0) return null;
    return this.#way > 0 ? "right" : "left";
  }

  /** Whether letting go now decides. */
  get isFar() {
    return Math.abs(this.#way) >= this.#enough;
  }
}

export class Swipes {
  /** @type {{card: HTMLElement, swipe: Swipe, id: number} | null} */
  #held = null;

  /**
   * @param {HTMLElement} cards
   * @param {(verb: Verb, key: string) => void} onSwipe
   */
  constructor(cards, onSwipe) {
    this.#cards = cards;
    this.#onSwipe = onSwipe;
  }

  #cards;
  #onSwipe;

  listen() {
    const cards = this.#cards;
    cards.addEventListener("pointerdown", (event) => this.#begin(event));
    cards.addEventListener("pointermove", (event) => this.#move(event));
    cards.addEventListener("pointerup", (event) => this.#end(event, true));
    cards.addEventListener("pointercancel", (event) => this.#end(event, false));
  }

  /** @param {PointerEvent} event */
  #begin({ target, pointerType, isPrimary, pointerId: id, clientX: x, clientY: y }) {
    const card = target instanceof Element ? target.closest("article") : null;
    const isOther = target instanceof Element && target.closest("button, a, summary, .reasons, .copies[open]");
    if (this.#held || !card || isOther || pointerType === "mouse" || !isPrimary || hasMarkedText()) return;
    this.#held = { card, swipe: new Swipe({ x, y }, card.offsetWidth), id };
  }

  /** @param {PointerEvent} event */
  #move({ pointerId, clientX: x, clientY: y }) {
    if (this.#held?.id !== pointerId) return;
    const { card, swipe } = this.#held;
    const way = hasMarkedText() ? 0 : swipe.move({ x, y });
    const verb = swipe.side && verbOf(card, swipe.side);
    if (swipe.state === "swipes") card.setPointerCapture(pointerId);
    card.style.transform = verb ? `translateX(${way}px)` : "";
    sayVerb(card, verb, swipe);
  }

  /**
   * @param {PointerEvent} event
   * @param {boolean} isMeant whether the finger was lifted, and the browser did not take it
   */
  #end({ pointerId }, isMeant) {
    if (this.#held?.id !== pointerId) return;
    const { card, swipe } = this.#held;
    const verb = swipe.side && verbOf(card, swipe.side);
    this.#held = null;
    card.style.transform = "";
    sayVerb(card, null, swipe);
    if (verb && isMeant && swipe.isFar) this.#onSwipe(verb, card.dataset.key ?? "");
  }
}

/**
 * What a swipe to a side means on this card.
 * @param {HTMLElement} card
 * @param {"right" | "left"} side
 */
function verbOf(card, side) {
  return SIDES[side].find((verb) => card.querySelector(`.acts [data-verb="${verb}"]:enabled`)) ?? null;
}

/**
 * Says beside a moved card what letting go will do.
 * @param {HTMLElement} card
 * @param {Verb | null} verb
 * @param {Swipe} swipe
 */
function sayVerb(card, verb, { side, isFar }) {
  const word = card.querySelector(".swiped") ?? document.createElement("span");
  card.toggleAttribute("data-swiped", Boolean(verb));
  if (!verb) return word.remove();
  const button = card.querySelector(`.acts [data-verb="${verb}"]`);
  word.className = "swiped";
  word.setAttribute("data-side", side ?? "");
  word.toggleAttribute("data-far", isFar);
  word.textContent = [...(button?.childNodes ?? [])]
    .map((node) => (node instanceof Text ? node.data : ""))
    .join("")
    .trim();
  if (!word.isConnected) card.append(word);
}

function hasMarkedText() {
  return String(getSelection()) !== "";
}
