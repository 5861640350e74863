/**
 * The life of an order in the page: its cards leave at once, the server is asked, and what it refuses comes back.
 *
 * Nothing is said to be done before the server said so.
 */

import { gettext } from "../tongue.js";
import { markOf, renew, wordsOf } from "./card.js";
import { Seen } from "./seen.js";
import { doingWords, manyWords, returnedWords, TARGET, undoneWords } from "./words.js";

/**
 * @typedef {import("./words.js").Verb} Verb
 * @typedef {import("./words.js").Outcome} Outcome
 * @typedef {import("./lists.js").Status} Status
 * @typedef {{key: string, status: Status, version: number}} Mark what is known of a post, be it in the page or not
 * @typedef {{card: HTMLElement | undefined, fresh: HTMLElement | null, settled: Promise<unknown>}} Pending
 */

const FADE_MS = 120;
const PATIENCE_MS = 150;
/** A key that was meant for the old words must not approve the new ones. */
const READING_MS = 1000;

/** @type {Readonly<Record<Verb, string>>} */
const BOWLS = { approve: "shown", reject: "rejected", hold: "held", withdraw: "withdrawn", restore: "queued" };

export class Decisions {
  /** @type {Map<string, Pending>} */
  #pending = new Map();
  #seen = new Seen();
  /** @type {string | null} the post that undo brings back into the hand */
  #awaited = null;
  /** The post in hand whose words changed under the moderator's eyes, and when. */
  #changed = { key: "", atMs: Number.NEGATIVE_INFINITY };
  #count = 0;
  isStale = false;

  /**
   * @param {object} parts
   * @param {import("./column.js").Column} parts.column
   * @param {import("./tally.js").Tally} parts.tally
   * @param {import("./undo.js").Undo} parts.undo
   * @param {import("./foot.js").Foot} parts.foot
   * @param {import("./ages.js").ServerClock} parts.clock
   * @param {string} parts.badge the moderator's own name
   * @param {typeof import("./orders.js").carryOutAll} parts.carryOutAll
   * @param {() => void} parts.onCounts
   * @param {import("./rights.js").Rights} parts.rights
   */
  constructor({ column, tally, undo, foot, clock, badge, carryOutAll, onCounts, rights }) {
    this.#parts = { column, tally, undo, foot, clock, badge, carryOutAll, onCounts, rights };
  }

  #parts;

  /**
   * Decides on a post that stands in the column.
   * @param {Verb} verb
   * @param {string | null} key
   * @param {string} [reason]
   * @returns {Promise<string[]>} the keys of what was decided, once it is
   */
  async make(verb, key, reason) {
    const card = this.#parts.column.card(key);
    if (!card || this.isRefusedHere(verb, card)) return [];
    return this.makeAll(verb, [markOf(card)], { reason });
  }

  /**
   * Decides on posts with one order.
   * @param {Verb} verb
   * @param {readonly Mark[]} marks
   * @param {object} [more]
   * @param {string} [more.reason]
   * @param {readonly string[]} [more.skipped] who has posts in hand that are left out, one name a post
   * @returns {Promise<string[]>} the keys of what was decided, once it is
   */
  async makeAll(verb, marks, { reason, skipped } = {}) {
    const { column, tally, undo, foot, carryOutAll, onCounts } = this.#parts;
    if (this.refuses()) return [];
    const keys = marks.map(({ key }) => key);
    const cards = new Map(keys.map((key) => [key, column.card(key)]));
    this.#awaited = null;
    const answered = marks.length ? carryOutAll(verb, marks, reason) : Promise.resolve([]); // the desk works meanwhile
    column.leave(keys, matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : FADE_MS);
    if (verb !== "restore" && marks.length) {
      this.#count += 1;
      const versions = Object.fromEntries(marks.map(({ key, version }) => [key, version + 1]));
      undo.push({ key: `order:${Date.now()}:${this.#count}`, versions, status: TARGET[verb] });
    }
    for (const { key, status } of marks) tally.expect(key, status, verb);
    onCounts();
    const slow = setTimeout(() => foot.say(doingWords(verb, marks.length), "outbox"), PATIENCE_MS);
    const settled = answered.then((outcomes) => {
      clearTimeout(slow);
      return this.#settle(verb, outcomes, skipped);
    });
    for (const key of keys) this.#pending.set(key, { card: cards.get(key), fresh: null, settled });
    return settled;
  }

  /** Everything that is asked for now is answered. */
  async settled() {
    await Promise.all([...this.#pending.values()].map(({ settled }) => settled));
  }

  /** Takes the last step of this session back, which is an order. */
  undoLast() {
    const { undo, foot } = this.#parts;
    if (this.refuses()) return;
    const step = undo.take();
    if (!step) return foot.say([gettext("Nothing to undo.")], "queued");
    return this.#takeBack(step);
  }

  /** @param {import("./undo.js").Step} step that is taken back once it is answered */
  async #takeBack(step) {
    const { undo, foot, carryOutAll, clock, tally, column, onCounts } = this.#parts;
    await this.settled();
    if (!undo.isTaken(step)) return foot.say([gettext("Nothing to undo: it was not decided.")], "queued");
    const marks = Object.entries(step.versions).map(([key, version]) => ({ key, version }));
    for (const { key } of marks) {
      const card = column.card(key);
      tally.expect(key, card ? markOf(card).status : (step.status ?? "queued"), "restore");
    }
    const outcomes = await carryOutAll("restore", marks);
    for (const { key, outcome } of outcomes) if (outcome !== "done") tally.settle(key);
    onCounts();
    if (outcomes.every(({ outcome }) => outcome === "failed")) undo.putBack(step);
    else undo.drop(step);
    const done = outcomes.filter(({ outcome }) => outcome === "done");
    for (const { key, version } of done) this.#seen.remember(key, version ?? 0);
    foot.say(undoneWords(outcomes, { waiting: tally.of("queued"), nowMs: clock.now() }), done[0] ? "queued" : "outbox");
    if (!done[0]) return;
    this.#awaited = done[0].key;
    if (column.card(this.#awaited)) this.#takeAwaited();
  }

  /**
   * Shows a new version that the server sent, unless it is older than what is known.
   * @param {HTMLElement} fresh
   */
  hear(fresh) {
    const mark = markOf(fresh);
    if (this.#seen.isOld(mark)) return;
    this.#seen.remember(mark.key, mark.version);
    const pending = this.#pending.get(mark.key);
    if (pending) pending.fresh = fresh;
    else this.#put(fresh, mark.key);
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
    this.#seen.remember(key, Number.POSITIVE_INFINITY);
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
    return !this.#seen.isOld(markOf(card)) && !this.#pending.has(markOf(card).key);
  }

  /**
   * @param {Verb} verb
   * @param {import("./orders.js").Outcomes} outcomes
   * @param {readonly string[]} [skipped]
   */
  #settle(verb, outcomes, skipped = []) {
    const { undo, tally, foot, column, clock, onCounts } = this.#parts;
    /** @type {[HTMLElement, string][]} */
    const returned = [];
    const done = [];
    const lost = [];
    let firsts = 0;
    for (const outcome of outcomes) {
      const { key, version = 0 } = outcome;
      const pending = this.#pending.get(key);
      this.#pending.delete(key);
      if (outcome.outcome === "done" || this.#isOurs(verb, outcome)) {
        this.#seen.remember(key, version);
        undo.settle(key, version);
        if (isFirstOfTwo(verb, outcome)) {
          firsts += 1;
          tally.settle(key); // it stays where it is
        }
        if (pending?.fresh) this.hear(pending.fresh);
        done.push(key);
        continue;
      }
      undo.forget(key);
      tally.settle(key);
      const isGone = this.#seen.isGone(key) || outcome.outcome === "unknown";
      lost.push({ ...outcome, isGone });
      if (isGone || !pending?.card) continue;
      if (pending.fresh) renew(pending.card, pending.fresh);
      returned.push([pending.card, returnedWords(verb, outcome, clock.now())]);
    }
    column.bringBack(returned);
    const state = { waiting: tally.of("queued"), returned: column.returned, nowMs: clock.now() };
    const words = manyWords(verb, { done: done.length, firsts, lost, skipped, ...state });
    const bowl = firsts > 0 && firsts === done.length ? "queued" : BOWLS[verb];
    foot.say(words, lost.length || outcomes.length === 0 ? "outbox" : bowl);
    onCounts();
    return done;
  }

  /**
   * A decision of ours that was done although its first answer got lost.
   * @param {Verb} verb
   * @param {Outcome} outcome
   */
  #isOurs(verb, { outcome, by, status }) {
    return outcome === "conflict" && by === this.#parts.badge && status === TARGET[verb];
  }

  /** Whether nothing at all can be decided now, which is said. */
  refuses() {
    const { foot, rights } = this.#parts;
    if (!rights.may("decide")) foot.say([rights.refusal("decide")], "outbox");
    else if (this.isStale) foot.say([gettext("Not connected: nothing was decided.")], "outbox");
    else return false;
    return true;
  }

  /**
   * Whether the page itself refuses, and says so: nothing is sent that cannot be done.
   * @param {Verb} verb
   * @param {HTMLElement} card
   */
  isRefusedHere(verb, card) {
    const { foot } = this.#parts;
    if (this.refuses()) return true;
    if (card.dataset.key === this.#changed.key && performance.now() - this.#changed.atMs < READING_MS) {
      foot.say([gettext("It was changed just now. Read it again.")], "outbox");
    } else if (isOwnApproval(verb, card, this.#parts.badge) || !card.querySelector(`.acts [data-verb="${verb}"]`)) {
      foot.say([returnedWords(verb, { outcome: "refused", status: markOf(card).status }, 0)], "outbox");
    } else return false;
    return true;
  }

  #takeAwaited() {
    if (this.#awaited === null || !this.#parts.column.card(this.#awaited)) return;
    this.#parts.column.take(this.#awaited);
    this.#awaited = null;
  }
}

/**
 * Whether an approval is the first of two that it takes to show the post.
 * @param {Verb} verb
 * @param {Outcome} outcome
 */
function isFirstOfTwo(verb, { status }) {
  return verb === "approve" && status === "queued";
}

/**
 * Whether somebody would approve a post for the second time, which counts once.
 * @param {Verb} verb
 * @param {HTMLElement} card
 * @param {string} badge their name
 */
function isOwnApproval(verb, card, badge) {
  return verb === "approve" && card.dataset.approver === badge;
}
