/** Muting what the post in hand shows: its author, its server, a phrase; and trusting its author. */

import { gettext, ngettext } from "../tongue.js";
import { wordsOf } from "./card.js";
import { endRule, mute, trust } from "./rules/clerk.js";
import { hidesWords } from "./rules/words.js";
import { fill, write } from "./strokes.js";
import { UNDOES } from "./words.js";

/**
 * @typedef {object} Muted what a mute hides, or hid
 * @property {import("./rules/book.js").Rule} rule
 * @property {number} [caught]
 * @property {number} [looked_at]
 * @property {number} [waiting]
 * @property {number} [rejected]
 * @property {{name: string, text: string}[]} [posts]
 */

const PATIENCE_MS = 200;
const LISTED = 4;

export class Muting {
  #key = "";
  #who = "";
  #asked = 0;
  #timer = 0;
  #count = 0;
  isStale = false;

  /**
   * @param {object} parts
   * @param {HTMLDialogElement} parts.dialog
   * @param {import("./foot.js").Foot} parts.foot
   * @param {import("./undo.js").Undo} parts.undo
   * @param {import("./rights.js").Rights} parts.rights
   * @param {import("./histories.js").Histories} parts.histories
   */
  constructor({ dialog, foot, undo, rights, histories }) {
    this.#parts = { dialog, foot, undo, rights, histories };
    this.#form = /** @type {HTMLFormElement} */ (dialog.querySelector("form.mute"));
  }

  #parts;
  #form;

  get isOpen() {
    return this.#parts.dialog.open;
  }

  start() {
    const { dialog } = this.#parts;
    this.#form.addEventListener("input", ({ target }) => {
      if (target instanceof HTMLInputElement && target.name === "phrase") this.#set("what", "phrase");
      this.#try();
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#mute();
    });
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  }

  /** @param {HTMLElement | undefined} card */
  open(card) {
    const { dialog } = this.#parts;
    if (!card || this.#refuses()) return;
    const { name, address, text } = wordsOf(card);
    const selected = String(getSelection() ?? "").trim();
    this.#key = card.dataset.key ?? "";
    this.#who = name;
    this.#form.reset();
    fill(dialog, ".author", [name, address].filter(Boolean).join(" "));
    this.#offerServer("");
    if (selected && text.includes(selected)) {
      this.#set("phrase", selected.slice(0, 200));
      this.#set("what", "phrase");
    }
    dialog.showModal();
    const first = this.#form.querySelector('[name="what"]:checked');
    if (first instanceof HTMLElement) first.focus();
    this.#try();
    this.#askServer(this.#key);
  }

  /**
   * Takes the last step of this session back where it was a rule made of a post.
   * @returns {boolean} whether it was
   */
  undoLast() {
    const { undo } = this.#parts;
    const step = undo.last;
    if (!step?.mute) return false;
    if (this.#refuses()) return true;
    undo.drop(step);
    this.#end(step.mute);
    return true;
  }

  /** @param {HTMLElement | undefined} card */
  async trust(card) {
    const { foot, histories, undo } = this.#parts;
    if (!card || this.#refuses()) return;
    const { name } = wordsOf(card);
    const answer = await trust(card.dataset.key ?? "");
    if (!answer.ok) return foot.say([gettext("Not trusted: %(why)s", { why: answer.message })], "outbox");
    this.#count += 1;
    const { rule } = answer.told;
    undo.push({ key: `trust:${Date.now()}:${this.#count}`, versions: {}, mute: { rule: rule.name, who: name } });
    histories.forget();
    const said = gettext("%(name)s is trusted: what they write is shown from now on.", { name });
    foot.say([`${said} `, UNDOES], "shown");
  }

  /** @param {string} key */
  async #askServer(key) {
    const history = await this.#parts.histories.ask(key);
    if (key === this.#key) this.#offerServer(history?.server ?? "");
  }

  /** @param {string} server */
  #offerServer(server) {
    const { dialog } = this.#parts;
    fill(dialog, ".server", server);
    const row = dialog.querySelector('[value="server"]')?.closest("label");
    if (row instanceof HTMLElement) row.hidden = server === "";
  }

  async #mute() {
    const { dialog, foot, undo, histories } = this.#parts;
    const answer = await mute(this.#wish());
    if (!answer.ok) return this.#say(answer.message, []);
    dialog.close();
    this.#count += 1;
    const { rule, rejected = 0 } = answer.told;
    undo.push({ key: `mute:${Date.now()}:${this.#count}`, versions: {}, mute: { rule: rule.name, who: this.#who } });
    histories.forget();
    const many = ngettext(
      "Muted. %(num)s that waited is not shown.",
      "Muted. %(num)s that waited are not shown.",
      rejected,
    );
    const said = rejected ? many : gettext("Muted. Nothing of it waited.");
    foot.say([`${said} `, UNDOES], "rejected");
  }

  /** @param {{rule: string, who: string}} step */
  async #end({ rule, who }) {
    const { foot, undo, histories } = this.#parts;
    const answer = await endRule(rule, true);
    if (!answer.ok) {
      if (answer.code === "silent") undo.push({ key: `mute:${rule}`, versions: {}, mute: { rule, who } });
      return foot.say([gettext("Not undone: %(why)s", { why: answer.message })], "outbox");
    }
    histories.forget();
    const { brought_back: many } = answer.told;
    foot.say([many ? gettext("Undone. %(num)s back in the queue.", { num: many }) : gettext("Undone.")], "queued");
  }

  /** Tells what a mute would hide, once nobody types. */
  #try() {
    this.#asked += 1;
    const mine = this.#asked;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(async () => {
      const wish = this.#wish();
      if (wish.what === "phrase" && !wish.phrase) return this.#say(gettext("Which words?"), []);
      const answer = await mute({ ...wish, trial: true });
      if (mine !== this.#asked) return;
      if (answer.ok) this.#say(hidesWords(answer.told), answer.told.posts ?? []);
      else this.#say(answer.message, []);
    }, PATIENCE_MS);
  }

  /**
   * @param {string} words
   * @param {readonly {name: string, text: string}[]} posts
   */
  #say(words, posts) {
    const { dialog } = this.#parts;
    const told = dialog.querySelector(".hides");
    if (told) write(told, words);
    dialog.querySelector(".hidden-posts")?.replaceChildren(
      ...posts.slice(0, LISTED).map(({ text }) => {
        const entry = document.createElement("li");
        entry.dir = "auto";
        entry.textContent = text;
        return entry;
      }),
    );
  }

  #wish() {
    const fields = new FormData(this.#form);
    const text = (/** @type {string} */ name) => String(fields.get(name) ?? "").trim();
    return { post: this.#key, what: text("what"), phrase: text("phrase"), lasts: text("lasts") };
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #set(name, value) {
    const found = this.#form.elements.namedItem(name);
    if (found && "value" in found) found.value = value;
  }

  #refuses() {
    const { foot, rights } = this.#parts;
    if (!rights.may("rule")) foot.say([rights.refusal("rule")], "outbox");
    else if (this.isStale) foot.say([gettext("Not connected: the rules stay as they are.")], "outbox");
    else return false;
    return true;
  }
}
