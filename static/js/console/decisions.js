/**
 * The life of a decision in the page: the card leaves at once, the server is asked, and what it refuses comes back.
 *
 * Nothing is said to be done before the server said so.
 */

import { markOf, renew, wordsOf } from "./card.js";
import { doingWords, doneWords, returnedWords, TARGET } from "./words.js";

/**
 * @typedef {import("./words.js").Verb} Verb
 * @typedef {import("./words.js").Outcome} Outcome
 * @typedef {import("./lists.js").Status} Status
 * @typedef {{card: HTMLElement | undefined, fresh: HTMLElement | null, settled: Promise<void>}} Pending
 */

const FADE_MS = 120;
const PATIENCE_MS = 150;
/** A key that was meant for the old words must not approve the new ones. */
const READING_MS = 1000;
const SEEN_MAX = 5000;

/** @type {Readonly<Record<Verb, string>>} */
const BOWLS = { approve: "shown", reject: "rejected", hold: "held", withdraw: "withdrawn", restore: "queued" };

export class Decisions {
  /** @type {Map<string, Pending>} */
  #pending = new Map();
  /** @type {Map<string, number>} the newest version known of each post */
  #seen = new Map();
  /** @type {string | null} the post that undo brings back into the hand */
  #awaited = null;
  /** The post in hand whose words changed under the moderator's eyes, and when. */
  #changed = { key: "", atMs: Number.NEGATIVE_INFINITY };
  isStale = false;

  /**
   * @param {object} parts
   * @param {import("./column.js").Column} parts.column
   * @param {import("./tally.js").Tally} parts.tally
   * @param {import("./undo.js").Undo} parts.undo
   * @param {import("./foot.js").Foot} parts.foot
   * @param {import("./ages.js").ServerClock} parts.clock
   * @param {string} parts.badge the moderator's own name
   * @param {(order: import("./desk.js").Order) => Promise<Outcome>} parts.decide
   * @param {() => void} parts.onCounts
   * @param {import("./rights.js").Rights} parts.rights
   */
  constructor({ column, tally, undo, foot, clock, badge, decide, onCounts, rights }) {
    this.#parts = { column, tally, undo, foot, clock, badge, decide, onCounts, rights };
  }

  #parts;

  /**
   * Decides on a post that stands in the column.
   * @param {Verb} verb
   * @param {string | null} key
   * @param {string} [reason]
   */
  make(verb, key, reason) {
    const { column, tally, undo, onCounts } = this.#parts;
    const card = column.card(key);
    if (!card || this.isRefusedHere(verb, card)) return;
    const { key: post, version, status } = markOf(card);
    this.#awaited = null;
    column.leave(post, matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : FADE_MS);
    if (verb !== "restore") undo.push({ key: post, version: version + 1 });
    tally.expect(post, status, verb);
    onCounts();
    this.#ask(verb, { key: post, verb, version, reason }, card);
  }

  /** Takes the last decision of this session back. */
  async undoLast() {
    const { undo, foot, decide, clock, tally, column } = this.#parts;
    if (this.isStale) return foot.say(["Not connected. Nothing was undone."], "outbox");
    await Promise.all([...this.#pending.values()].map(({ settled }) => settled));
    const step = undo.pop();
    if (!step) return foot.say(["Nothing to undo."], "queued");
    const outcome = await decide({ ...step, verb: "restore" });
    if (outcome.outcome === "failed") undo.push(step);
    if (outcome.outcome !== "done") {
      return foot.say([`Not undone: ${returnedWords("restore", outcome, clock.now())}`], "outbox");
    }
    this.#remember(step.key, outcome.version ?? 0);
    this.#awaited = step.key;
    if (column.card(step.key)) this.#takeAwaited();
    foot.say(doneWords("restore", { waiting: tally.of("queued"), undoable: false }), "queued");
  }

  /**
   * Shows a new version that the server sent, unless it is older than what is known.
   * @param {HTMLElement} fresh
   */
  hear(fresh) {
    const { key, version } = markOf(fresh);
    if (version < (this.#seen.get(key) ?? 0)) return;
    this.#remember(key, version);
    const pending = this.#pending.get(key);
    if (pending) pending.fresh = fresh;
    else this.#put(fresh, key);
    this.#takeAwaited();
  }

  /**
   * @param {HTMLElement} fresh
   * @param {string} key
   */
  #put(fresh, key) {
    const { column } = this.#parts;
    const shown = column.card(key);
    const before = shown && wordsOf(shown).text;
    column.put(fresh);
    const now = column.card(key);
    const isOther = before !== undefined && now !== undefined && wordsOf(now).text !== before;
    if (isOther && key === column.inHand) this.#changed = { key, atMs: performance.now() };
  }

  /** @param {string} key gone at its network */
  hearGone(key) {
    this.#remember(key, Number.POSITIVE_INFINITY);
    this.#parts.column.drop(key);
  }

  /**
   * Begins again from a snapshot: what it holds, but for what is being decided.
   * @param {HTMLElement[]} cards
   */
  restart(cards) {
    this.#seen.clear();
    return cards.filter((card) => !this.#pending.has(markOf(card).key));
  }

  /**
   * Whether a card of a page is as new as what is known, and not under way elsewhere.
   * @param {HTMLElement} card
   */
  isNews(card) {
    const { key, version } = markOf(card);
    return version >= (this.#seen.get(key) ?? 0) && !this.#pending.has(key);
  }

  /**
   * @param {Verb} verb
   * @param {import("./desk.js").Order} order
   * @param {HTMLElement} card
   */
  #ask(verb, order, card) {
    const { foot, decide } = this.#parts;
    const slow = setTimeout(() => foot.say(doingWords(verb), "outbox"), PATIENCE_MS);
    const settled = decide(order).then((outcome) => {
      clearTimeout(slow);
      this.#settle(verb, order.key, outcome);
    });
    this.#pending.set(order.key, { card, fresh: null, settled });
  }

  /**
   * @param {Verb} verb
   * @param {string} key
   * @param {Outcome} outcome
   */
  #settle(verb, key, outcome) {
    const { undo, tally, foot, column, onCounts } = this.#parts;
    const pending = this.#pending.get(key);
    this.#pending.delete(key);
    if (outcome.outcome === "done" || this.#isOurs(verb, outcome)) {
      this.#remember(key, outcome.version ?? 0);
      undo.settle({ key, version: outcome.version ?? 0 });
      if (pending?.fresh) this.hear(pending.fresh);
      foot.say(
        doneWords(verb, { waiting: tally.of("queued"), returned: column.returned, undoable: verb !== "restore" }),
        BOWLS[verb],
      );
    } else {
      undo.forget(key);
      tally.settle(key);
      this.#return(verb, key, outcome, pending);
    }
    onCounts();
  }

  /**
   * @param {Verb} verb
   * @param {string} key
   * @param {Outcome} outcome
   * @param {Pending | undefined} pending
   */
  #return(verb, key, outcome, pending) {
    const { column, foot, clock } = this.#parts;
    const words = returnedWords(verb, outcome, clock.now());
    const isGone = this.#seen.get(key) === Number.POSITIVE_INFINITY || outcome.outcome === "unknown";
    if (pending?.card && !isGone) {
      if (pending.fresh) renew(pending.card, pending.fresh);
      column.bringBack(pending.card, words);
    }
    foot.say([isGone ? words : `Came back: ${words}`], "outbox");
  }

  /**
   * A decision of ours that was done although its first answer got lost.
   * @param {Verb} verb
   * @param {Outcome} outcome
   */
  #isOurs(verb, { outcome, by, status }) {
    return outcome === "conflict" && by === this.#parts.badge && status === TARGET[verb];
  }

  /**
   * Whether the page itself refuses, and says so: nothing is sent that cannot be done.
   * @param {Verb} verb
   * @param {HTMLElement} card
   */
  isRefusedHere(verb, card) {
    const { foot, rights } = this.#parts;
    if (!rights.may("decide")) foot.say([rights.refusal("decide")], "outbox");
    else if (this.isStale) foot.say(["Not connected: nothing was decided."], "outbox");
    else if (card.dataset.key === this.#changed.key && performance.now() - this.#changed.atMs < READING_MS) {
      foot.say(["It was changed just now. Read it again."], "outbox");
    } else if (!card.querySelector(`.acts [data-verb="${verb}"]`)) {
      foot.say([returnedWords(verb, { outcome: "refused", status: markOf(card).status }, 0)], "outbox");
    } else return false;
    return true;
  }

  #takeAwaited() {
    if (this.#awaited === null || !this.#parts.column.card(this.#awaited)) return;
    this.#parts.column.take(this.#awaited);
    this.#awaited = null;
  }

  /**
   * @param {string} key
   * @param {number} version
   */
  #remember(key, version) {
    const known = Math.max(version, this.#seen.get(key) ?? 0);
    this.#seen.delete(key);
    this.#seen.set(key, known);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > SEEN_MAX && oldest !== undefined) this.#seen.delete(oldest);
  }
}
