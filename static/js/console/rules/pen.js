/** The moderator's hands in the rules: keys, clicks, the form, and what is shown beside. */

import { gettext, ngettext } from "../../tongue.js";
import { fill } from "../strokes.js";
import { applyWords } from "./words.js";

/** @typedef {import("../commands.js").Command} Command */

export class Pen {
  #isSaving = false;
  #isSure = false;

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.page
   * @param {import("./list.js").RuleList} parts.list
   * @param {import("./form.js").RuleForm} parts.form
   * @param {import("./trial.js").Trial} parts.trial
   * @param {import("./versions.js").Versions} parts.versions
   * @param {import("./scribe.js").Scribe} parts.scribe
   * @param {import("../foot.js").Foot} parts.foot
   * @param {typeof import("./clerk.js")} parts.clerk
   */
  constructor({ page, list, form, trial, versions, scribe, foot, clerk }) {
    this.#parts = { page, list, form, trial, versions, scribe, foot, clerk };
  }

  #parts;

  start() {
    const { page } = this.#parts;
    document.addEventListener("keydown", (event) => this.#press(event));
    page.addEventListener("click", ({ target }) => this.#click(target));
    page.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    page.addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement && target.id === "trust-after") this.#setTrust(target);
    });
    page.addEventListener("focusin", ({ target }) => {
      const row = target instanceof Element ? target.closest("article") : null;
      if (row?.dataset.name && row.dataset.name !== this.#parts.list.inHand) {
        this.#parts.list.take(row.dataset.name, { focus: false });
      }
    });
  }

  /** Shows the rulebook as it is now. */
  show() {
    const { page, list, scribe, versions } = this.#parts;
    const { book, conditions } = scribe;
    if (!book) return;
    list.show(book, conditions);
    const trust = page.querySelector("#trust-after");
    if (trust instanceof HTMLInputElement && trust !== document.activeElement) {
      trust.value = String(book.told.trust_after);
    }
    const nothing = page.querySelector("#nothing");
    if (nothing instanceof HTMLElement) nothing.hidden = book.told.rules.length > 0;
    const entries = page.querySelector("#entries");
    entries?.setAttribute("aria-busy", "false");
    entries?.toggleAttribute("hidden", book.told.rules.length === 0);
    versions.show();
  }

  /** What stands in the form is tried. */
  followForm() {
    this.#isSure = false;
    this.#refuse("");
    const rule = this.#parts.form.read();
    this.#parts.trial.follow({ ...rule, name: rule.name || gettext("A new rule") });
  }

  /** @param {boolean} isStale */
  shut(isStale) {
    for (const button of this.#parts.page.querySelectorAll("button[data-act]")) {
      if (button instanceof HTMLButtonElement) button.disabled = isStale;
    }
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const { list, form } = this.#parts;
    if (document.querySelector("dialog[open]")) return;
    if (form.isOpen) return this.#pressInForm(event);
    const onRow = event.target instanceof Element && event.target.matches("article");
    const step = { ArrowUp: /** @type {const} */ (-1), ArrowDown: /** @type {const} */ (1) }[event.key];
    if (event.altKey && step && list.inHand) {
      event.preventDefault();
      return this.#move(list.inHand, step);
    }
    if (event.key === "Enter" && onRow && list.inHand) {
      event.preventDefault();
      this.#act("edit", list.inHand);
    }
  }

  /** @param {KeyboardEvent} event */
  #pressInForm(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.#closeForm();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#save();
    }
  }

  /** @param {Command} command that means something here alone */
  obey(command) {
    const { list, form, scribe, foot } = this.#parts;
    if (form.isOpen) return;
    if (command === "next" || command === "previous") list.move(command === "next" ? 1 : -1);
    else if (command === "undo" && !scribe.undoLast()) foot.say([gettext("Nothing to undo.")], "queued");
  }

  /** @param {EventTarget | null} target */
  #click(target) {
    const button = target instanceof Element ? target.closest("button") : null;
    if (!button || button.disabled) return;
    const { act, version } = button.dataset;
    const name = button.closest("article")?.dataset.name;
    if (version) this.#parts.scribe.goBack(Number(version));
    else if (act) this.#act(act, name ?? null);
  }

  /**
   * @param {string} act
   * @param {string | null} name
   */
  #act(act, name) {
    const { scribe } = this.#parts;
    const { book } = scribe;
    if (!book) return;
    if (act === "new") return this.#openForm(null);
    if (act === "close") return this.#closeForm();
    if (act === "apply") return this.#apply();
    const standing = name === null ? undefined : book.find(name);
    if (name === null || standing?.origin !== "desk") return;
    if (act === "edit") this.#openForm(standing.rule);
    else if (act === "up" || act === "down") this.#move(name, act === "up" ? -1 : 1);
    else if (act === "turn") this.#turn(name, standing.rule.on === false);
    else if (act === "back") this.#end(name);
    else if (act === "end")
      scribe.write(book.without(name), standing.kind === "mute" ? gettext("Unmuted.") : gettext("Removed."));
  }

  /**
   * @param {string} name
   * @param {boolean} isOff
   */
  async #turn(name, isOff) {
    const { scribe } = this.#parts;
    if (!scribe.book) return;
    const clauses = scribe.book.switched(name);
    const written = await scribe.write(clauses, isOff ? gettext("Switched on.") : gettext("Switched off."));
    if (written.code !== "sure") return;
    this.#openForm({ ...clauses.find(({ rule }) => rule.name === name)?.rule, name, verdict: "hold", on: true });
    this.#doubt(written.message);
  }

  /** @param {string} name of a mute: what it hid waits again */
  async #end(name) {
    const { clerk, scribe, foot } = this.#parts;
    const answer = await clerk.endRule(name, true);
    if (!answer.ok) return foot.say([answer.message], "outbox");
    await scribe.read();
    const { brought_back: many } = answer.told;
    const none = gettext("Unmuted. Nothing was hidden by it.");
    foot.say([many === 0 ? none : gettext("Unmuted. %(num)s back in the queue.", { num: many })], "queued");
  }

  /**
   * @param {string} name
   * @param {1 | -1} step
   */
  #move(name, step) {
    const { scribe, foot } = this.#parts;
    const clauses = scribe.book?.find(name)?.origin === "desk" ? scribe.book.moved(name, step) : null;
    if (clauses) scribe.write(clauses, step < 0 ? gettext("Asked earlier now.") : gettext("Asked later now."));
    else foot.say([gettext("It stays where it is: only the desk’s own rules move, each among its kind.")], "queued");
  }

  /** @param {HTMLInputElement} input */
  #setTrust(input) {
    const { scribe } = this.#parts;
    const many = Math.round(Number(input.value));
    if (!scribe.book || many < 1 || many > 1000 || many === scribe.book.told.trust_after) return this.show();
    const changed = { trust_after: many };
    const said = gettext("Trust may be given after %(num)s.", { num: many });
    return scribe.write(scribe.book.clauses, said, { changed });
  }

  /** @param {import("./book.js").Rule | null} rule */
  #openForm(rule) {
    const { page, form, scribe } = this.#parts;
    page.dataset.editing = "";
    fill(page, "#form-title", rule ? gettext("Change “%(name)s”", { name: rule.name }) : gettext("A new rule"));
    form.open(rule, scribe.conditions);
    this.followForm();
  }

  #closeForm() {
    const { page, form, trial, list } = this.#parts;
    delete page.dataset.editing;
    trial.stop();
    form.close();
    list.take(list.inHand);
  }

  async #save() {
    const { form, scribe, list, clerk } = this.#parts;
    if (!scribe.book || this.#isSaving) return;
    const rule = form.read();
    const former = form.opened?.name ?? null;
    const taken = scribe.book.find(rule.name);
    const { name } = rule;
    if (taken && name !== former) return this.#refuse(gettext("“%(name)s” is the name of another rule.", { name }));
    this.#isSaving = true;
    const written = await scribe.write(scribe.book.having(former, rule), gettext("“%(name)s” is in force.", { name }), {
      sure: this.#isSure,
    });
    this.#isSaving = false;
    if (written.code === "sure") return this.#doubt(written.message);
    if (!written.done) return this.#refuse(written.message);
    list.take(rule.name, { focus: false });
    form.opened = scribe.book.find(rule.name)?.rule ?? rule;
    const tried = await clerk.tryRule(rule);
    const words = applyWords(rule, tried.ok ? tried.told.waiting : 0);
    if (words) this.#offerToApply(words);
    else this.#closeForm();
  }

  /** Carries the rule that was just saved to what waits. */
  async #apply() {
    const { form, clerk, foot } = this.#parts;
    const name = form.opened?.name;
    if (!name) return;
    const answer = await clerk.applyRule(name);
    this.#closeForm();
    if (!answer.ok) return foot.say([answer.message], "outbox");
    const { done: many } = answer.told;
    const said = ngettext(
      "Done to %(num)s that waited. The record takes it back.",
      "Done to %(num)s that waited. The record takes all of them back.",
      many,
    );
    foot.say([said], "shown");
  }

  /** @param {string} message */
  #doubt(message) {
    this.#isSure = true;
    this.#refuse(message, gettext("Save it all the same"));
  }

  /**
   * @param {string} message
   * @param {string} [save] what the button says
   */
  #refuse(message, save = gettext("Save")) {
    const { page } = this.#parts;
    const place = fill(page, "#refusal", message);
    if (place instanceof HTMLElement) place.hidden = message === "";
    fill(page, "#save", save);
    const offer = page.querySelector("#apply");
    if (offer instanceof HTMLElement) offer.hidden = true;
  }

  /** @param {string} words */
  #offerToApply(words) {
    const { page } = this.#parts;
    const offer = fill(page, "#apply", words);
    if (!(offer instanceof HTMLElement)) return;
    offer.hidden = false;
    offer.focus();
  }
}
