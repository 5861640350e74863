/**
 * Who else is at the desk, and which posts they have in hand. A claim keeps nobody away: it says who is about to decide.
 */

import { gettext } from "../tongue.js";

/** @typedef {{by: string, key: string, since: string}} Claim as a beat tells it, who has a post for longest first */

/** A claim lapses after 20 s at the server: it is renewed in time, while there is a sign of life. */
const RENEW_MS = 8000;
const LIFE_MS = 20_000;
/** Who runs through the queue claims what the hand comes to rest on. */
const REST_MS = 300;

/** What the others have in hand. Pure. */
export class Claims {
  /** @type {Map<string, string>} */
  #holders = new Map();
  /** @type {string[]} everybody else who is here */
  others = [];

  /** @param {string} badge the moderator's own name */
  constructor(badge) {
    this.#badge = badge;
  }

  #badge;

  /**
   * @param {readonly Claim[]} claims
   * @returns {boolean} whether anything is other than it was
   */
  hear(claims) {
    const before = JSON.stringify([[...this.#holders], this.others]);
    this.#holders = new Map();
    for (const { by, key } of claims) if (key && !this.#holders.has(key)) this.#holders.set(key, by);
    for (const [key, by] of this.#holders) if (by === this.#badge) this.#holders.delete(key);
    this.others = claims.map(({ by }) => by).filter((by) => by !== this.#badge);
    return before !== JSON.stringify([[...this.#holders], this.others]);
  }

  /**
   * Who else had a post in hand first.
   * @param {string} key
   * @returns {string | undefined}
   */
  holderOf(key) {
    return this.#holders.get(key);
  }

  /** Who is here besides: “with Sam and Ada”. */
  get words() {
    const [first, second, ...more] = this.others;
    if (!first) return "";
    if (!second) return gettext("with %(first)s", { first });
    return more.length
      ? gettext("with %(first)s, %(second)s and %(num)s more", { first, second, num: more.length })
      : gettext("with %(first)s and %(second)s", { first, second });
  }
}

/** When the server has to hear what is in our hand. Pure: the clock comes in. */
export class Grip {
  /** @type {string | null} */
  #told = null;
  #toldMs = Number.NEGATIVE_INFINITY;
  /** @type {string | null} */
  #held = null;
  #heldMs = 0;
  #aliveMs;

  /** @param {number} nowMs */
  constructor(nowMs) {
    this.#aliveMs = nowMs;
  }

  /** @param {number} nowMs a key, a click or a touch */
  live(nowMs) {
    this.#aliveMs = nowMs;
  }

  /**
   * What to tell the server now: the post in hand, an empty word for an empty hand, or null for nothing.
   * @param {string | null} inHand
   * @param {number} nowMs
   * @returns {string | null}
   */
  word(inHand, nowMs) {
    const held = inHand ?? "";
    if (held !== this.#held) [this.#held, this.#heldMs] = [held, nowMs];
    if (nowMs - this.#aliveMs > LIFE_MS) return null;
    const isOther = held !== this.#told && nowMs - this.#heldMs >= REST_MS;
    if (!isOther && nowMs - this.#toldMs < RENEW_MS) return null;
    [this.#told, this.#toldMs] = [held, nowMs];
    return held;
  }

  /** The server does not know any more what we told it. */
  forget() {
    this.#told = null;
    this.#toldMs = Number.NEGATIVE_INFINITY;
  }
}

/**
 * Says on a card who has it in hand.
 * @param {HTMLElement} card
 * @param {string | undefined} holder
 */
export function markHeld(card, holder) {
  if (card.dataset.claimed === holder) return;
  card.querySelector(".claimed")?.remove();
  delete card.dataset.claimed;
  if (holder === undefined) return;
  const note = document.createElement("span");
  note.className = "claimed";
  note.textContent = gettext("%(name)s has it", { name: holder });
  card.dataset.claimed = holder;
  card.querySelector(".post-who")?.append(note);
}
