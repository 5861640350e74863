/** The rulebook in the page: read from the desk, written as the next version, and gone back from. */

import { gettext } from "../../tongue.js";
import { UNDOES } from "../words.js";
import { Book, bodyOf } from "./book.js";

/**
 * @typedef {import("./book.js").Clause} Clause
 * @typedef {{done: boolean, code: string, message: string}} Written
 */

export class Scribe {
  #count = 0;
  #isReading = false;
  /** @type {Book | null} */
  book = null;
  /** @type {import("./book.js").Condition[]} */
  conditions = [];
  isStale = false;

  /**
   * @param {object} parts
   * @param {typeof import("./clerk.js")} parts.clerk
   * @param {import("../undo.js").Undo} parts.undo
   * @param {import("../foot.js").Foot} parts.foot
   * @param {import("../rights.js").Rights} parts.rights
   * @param {() => void} parts.onBook
   */
  constructor({ clerk, undo, foot, rights, onBook }) {
    this.#parts = { clerk, undo, foot, rights, onBook };
  }

  #parts;

  /** Reads the newest version. */
  async read() {
    if (this.#isReading) return;
    this.#isReading = true;
    const answer = await this.#parts.clerk.askRules();
    this.#isReading = false;
    if (answer.ok) this.#adopt(answer.told);
    else this.#parts.foot.say([answer.message], "outbox");
  }

  /**
   * Another console, or this one, wrote a version.
   * @param {number} version
   */
  hearVersion(version) {
    if (this.book && version > this.book.version) this.read();
  }

  /**
   * Writes the next version.
   * @param {readonly Clause[]} clauses
   * @param {string} said what the foot says when it is done
   * @param {{sure?: boolean, undoable?: boolean, changed?: object}} [options]
   * @returns {Promise<Written>}
   */
  async write(clauses, said, { sure = false, undoable = true, changed = {} } = {}) {
    const { clerk, undo, foot, rights } = this.#parts;
    const { book } = this;
    if (!rights.may("rule")) return this.#refused("role", rights.refusal("rule"));
    if (!book || this.isStale) return this.#refused("silent", gettext("Not connected: nothing was changed."));
    const before = { clauses: book.clauses, changed: settingsOf(book.told) };
    const answer = await clerk.writeRules(bodyOf(book.told, clauses, { ...changed, ...(sure && { sure }) }));
    if (!answer.ok) {
      if (answer.code === "version") this.#adopt(answer.told);
      return this.#refused(answer.code, answer.message);
    }
    this.#adopt(answer.told);
    this.#count += 1;
    const key = `rules:${Date.now()}:${this.#count}`;
    if (undoable) undo.push({ key, versions: {}, rules: { ...before, version: answer.told.version } });
    foot.say([`${said} `, ...(undoable ? [UNDOES] : [])], "shown");
    return { done: true, code: "", message: "" };
  }

  /**
   * Goes back to what stood before the last change of this session; somebody else's changes since are not undone by it.
   * @returns {boolean} whether the last step was one on the rules
   */
  undoLast() {
    const { undo, foot } = this.#parts;
    const step = undo.last;
    if (!step?.rules) return false;
    undo.drop(step);
    if (this.book?.version !== step.rules.version) {
      foot.say([gettext("Not undone: the rules were changed since. Go back to a version instead.")], "outbox");
    } else this.#restore(step.rules.clauses, step.rules.changed);
    return true;
  }

  /** @param {number} version */
  async goBack(version) {
    const answer = await this.#parts.clerk.askVersion(version);
    if (!answer.ok) return this.#refused(answer.code, answer.message);
    const { clauses } = answer.told;
    const changed = settingsOf(answer.told);
    return this.write(clauses, gettext("The rules stand as they did then."), { sure: true, changed });
  }

  /**
   * @param {readonly Clause[]} clauses
   * @param {object} changed
   */
  async #restore(clauses, changed) {
    const { done } = await this.write(clauses, gettext("Undone."), { sure: true, undoable: false, changed });
    // A version is made by each undo: what is undone next was made before it.
    const { undo } = this.#parts;
    const last = undo.lastOf(({ rules }) => rules !== undefined);
    if (done && last?.rules && this.book) last.rules.version = this.book.version;
  }

  /** @param {import("./book.js").Told} told */
  #adopt(told) {
    if (this.book && told.version < this.book.version) return;
    if (told.conditions) this.conditions = told.conditions;
    this.book = new Book(told);
    this.#parts.onBook();
  }

  /**
   * @param {string} code
   * @param {string} message
   */
  #refused(code, message) {
    if (code !== "sure") this.#parts.foot.say([message], "outbox");
    return { done: false, code, message };
  }
}

/** @param {Pick<import("./book.js").Told, "preset" | "trust_after">} told */
function settingsOf({ preset, trust_after }) {
  return { preset, trust_after };
}
