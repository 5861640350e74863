/** The moderator's hands: keys, clicks and the search field, turned into what the desk does. */

import { gettext, ngettext } from "../tongue.js";
import { wordsOf } from "./card.js";
import { entryOf } from "./commands.js";
import { Keyboard } from "./keyboard.js";
import { toggled } from "./lineup.js";
import { Reasons } from "./reasons.js";
import { addressOf } from "./record/query.js";
import { Swipes } from "./swipe.js";

/**
 * @typedef {import("./commands.js").Command} Command
 * @typedef {import("./words.js").Verb} Verb
 */

/** @type {ReadonlySet<Command>} */
const VERBS = new Set(["approve", "reject", "hold", "withdraw", "restore"]);

export class Hands {
  /**
   * @param {object} parts
   * @param {HTMLElement} parts.cards
   * @param {import("./column.js").Column} parts.column
   * @param {import("./decisions.js").Decisions} parts.decisions
   * @param {import("./many.js").Many} parts.many
   * @param {import("./again.js").Again} parts.again
   * @param {import("./staging.js").Staging} parts.staging
   * @param {import("./ruling.js").Ruling} parts.ruling
   * @param {import("./hall.js").Hall} parts.hall
   * @param {import("./foot.js").Foot} parts.foot
   * @param {import("./letters.js").Letters} parts.letters
   * @param {import("./keys.js").Keymap} parts.keymap
   * @param {import("./pages.js").Pages} parts.pages
   * @param {import("./seek.js").Seek} parts.seek
   * @param {HTMLInputElement} parts.search
   * @param {HTMLTemplateElement} parts.reasons
   * @param {Partial<Record<Command, () => void>>} parts.more what other parts of the page do with a command
   */
  constructor({
    cards,
    column,
    decisions,
    many,
    again,
    staging,
    ruling,
    hall,
    foot,
    letters,
    keymap,
    pages,
    seek,
    search,
    reasons,
    more,
  }) {
    this.#parts = {
      cards,
      column,
      decisions,
      many,
      again,
      staging,
      ruling,
      hall,
      foot,
      letters,
      pages,
      seek,
      search,
      more,
    };
    this.#keyboard = new Keyboard(keymap, letters, foot);
    this.#reasons = new Reasons(reasons, (isOpen) => this.#veil(isOpen));
  }

  #parts;
  #keyboard;
  #reasons;

  /** Takes the first card into the hand, and listens. */
  start() {
    const { cards, column, many, again, letters } = this.#parts;
    document.addEventListener("keydown", (event) => this.#press(event));
    cards.addEventListener("click", (event) => this.#click(event));
    cards.addEventListener("mousedown", (event) => event.shiftKey && event.preventDefault()); // no text is marked
    again.listen();
    new Swipes(cards, (verb, key) => this.#swipe(verb, key)).listen();
    document.getElementById("undo")?.addEventListener("click", () => this.#undo());
    many.bar.addEventListener("click", (event) => this.#clickMany(event));
    cards.addEventListener("focusin", (event) => this.#touch(event.target));
    document.addEventListener("focusin", ({ target }) => {
      if (this.#reasons.isOpen && !(target instanceof Element && target.closest(".reasons"))) this.#reasons.close();
    });
    document.getElementById("help")?.addEventListener("click", () => letters.open());
    column.focus();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const { letters, ruling, search } = this.#parts;
    if (letters.isOpen || ruling.isOpen || document.querySelector("dialog[open]")) return;
    if (this.#reasons.isOpen && this.#reasons.press(event)) return event.preventDefault();
    if (event.target === search && this.#pressInSearch(event)) return event.preventDefault();
    const command = this.#keyboard.read(event);
    if (command) this.#obey(command);
  }

  /**
   * Escape clears the search, Enter and the arrow go on to what it found.
   * @param {KeyboardEvent} event
   */
  #pressInSearch({ key, isComposing }) {
    if (isComposing || !["Escape", "Enter", "ArrowDown"].includes(key)) return false;
    if (key === "Escape") this.#parts.seek.clear();
    else this.#parts.seek.now();
    this.#parts.column.focus();
    if (document.activeElement === this.#parts.search) this.#parts.search.blur();
    return true;
  }

  /** @param {Command} command */
  #obey(command) {
    const { column, ruling } = this.#parts;
    const { place } = entryOf(command);
    if (place) location.assign(place);
    else if (VERBS.has(command)) this.#decide(/** @type {Verb} */ (command), column.inHand);
    else if (!ruling.obey(command)) this.#acts[command]?.();
  }

  /** What the commands do that are no verbs for the post in hand. @type {Partial<Record<Command, () => unknown>>} */
  get #acts() {
    const { column, many, again, staging, letters, pages, search, more } = this.#parts;
    return {
      ...more,
      next: () => column.move(1),
      previous: () => column.move(-1),
      forward: () => pages.turn(1),
      backward: () => pages.turn(-1),
      undo: () => this.#undo(),
      critical: () => this.#decide("approve", column.inHand, "critical"),
      again: () => again.take(),
      spotlight: () => this.#stage("spotlight", column.inHand),
      line: () => this.#stage("line", column.inHand),
      history: () => column.inHand && location.assign(addressOf(column.inHand)),
      select: () => many.toggle(column.inHand),
      selectRange: () => many.extend(column.inHand),
      approveAll: () => this.#decideMany("approve"),
      rejectAll: () => this.#decideMany("reject"),
      freeze: () => staging.panic("freeze"),
      holding: () => staging.panic("holding"),
      black: () => staging.panic("black"),
      search: () => search.select(),
      back: () => this.#back(),
      help: () => letters.open(),
    };
  }

  #undo() {
    const { decisions, again, staging, ruling } = this.#parts;
    again.close();
    staging.undoLast() || ruling.undoLast() || decisions.undoLast();
  }

  /** Out of what is open, one thing after the other. */
  #back() {
    const { many, again } = this.#parts;
    if (many.size) many.clear();
    else if (again.isOpen) again.close();
    else this.#parts.seek.clear();
  }

  /**
   * @param {Verb} verb
   * @param {string | null} key
   * @param {string} [reason]
   */
  #decide(verb, key, reason) {
    const { column, decisions, again, foot } = this.#parts;
    const card = column.card(key);
    again.close();
    if (verb !== "reject") decisions.make(verb, key, reason);
    else if (card && !decisions.isRefusedHere(verb, card)) {
      this.#reasons.open(card, (why) => this.#reject(key, why));
      foot.say(
        [gettext("Rejecting %(name)s. Pick a reason.", { name: wordsOf(card).name })],
        card.dataset.status ?? "queued",
      );
    }
  }

  /**
   * @param {Verb} verb
   * @param {string} key
   */
  #swipe(verb, key) {
    this.#parts.column.take(key, { focus: false });
    this.#decide(verb, key);
  }

  /**
   * @param {string | null} key
   * @param {string} reason
   */
  async #reject(key, reason) {
    const [done] = await this.#parts.decisions.make("reject", key, reason);
    if (done) this.#parts.again.offer(done, reason);
  }

  /** @param {Verb} verb for all that is selected */
  #decideMany(verb) {
    const { many } = this.#parts;
    this.#parts.again.close();
    if (verb !== "reject" || many.size === 0) return many.decide(verb);
    this.#reasons.open(
      many.bar,
      (reason) => many.decide(verb, reason),
      ngettext("Why should the hall not see this one?", "Why should the hall not see these %(num)s?", many.size),
    );
  }

  /** @param {MouseEvent} event on the bar of those that are selected */
  #clickMany({ target }) {
    const button = target instanceof Element ? target.closest("button") : null;
    const { verb, clear } = button?.dataset ?? {};
    if (verb) this.#decideMany(/** @type {Verb} */ (verb));
    else if (clear !== undefined) this.#parts.many.clear();
    if (button && !this.#reasons.isOpen) this.#parts.column.focus();
  }

  /** @param {MouseEvent} event */
  #click({ target, shiftKey }) {
    const { column, many } = this.#parts;
    const button = target instanceof Element ? target.closest("button") : null;
    const key = target instanceof Element ? target.closest("article")?.dataset.key : undefined;
    const { verb, stage, select, reason } = button?.dataset ?? {};
    if (key && select !== undefined) many.toggle(key);
    else if (key && shiftKey && target instanceof Element && !target.closest("a, button, summary")) many.extend(key);
    if (!key || !(verb || stage)) return;
    column.take(key, { focus: false });
    if (stage) this.#stage(stage, key);
    else this.#decide(/** @type {Verb} */ (verb), key, reason);
  }

  /**
   * Into the spotlight of the hall that is looked at, or into the line of what comes next; or out of it again.
   * @param {string} what
   * @param {string | null} key
   */
  #stage(what, key) {
    const { column, staging, hall, foot } = this.#parts;
    const card = column.card(key);
    if (!card || !key) return;
    if (card.dataset.status !== "approved")
      return foot.say([gettext("Only what is shown can be put on the screens. Approve it first.")], "outbox");
    if (what === "line") staging.change(hall.slug, "lined_up", toggled(hall.stage, key));
    else staging.change(hall.slug, "spotlight", hall.stage.spotlight === key ? null : key);
  }

  /** @param {EventTarget | null} target what got the focus, inside the cards */
  #touch(target) {
    const key = target instanceof Element ? target.closest("article")?.dataset.key : undefined;
    if (key) this.#parts.column.take(key, { focus: false });
  }

  /** @param {boolean} isOpen whether the reasons are asked for: everything else steps back */
  #veil(isOpen) {
    const { cards, column, foot } = this.#parts;
    cards.classList.toggle("veiled", isOpen);
    if (isOpen) return;
    foot.say([gettext("Not rejected.")], "queued");
    column.focus();
  }
}
