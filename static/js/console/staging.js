/** What a moderator does to the halls' stages, and how it is taken back. */

import { changedWords, unchangedWords } from "./stagewords.js";
import { UNDOES } from "./words.js";

/**
 * @typedef {import("../stage.js").Level} Level
 * @typedef {import("./stagewords.js").Field} Field
 * @typedef {import("./undo.js").Part} Part
 * @typedef {import("./desk.js").Staged} Staged
 */

export class Staging {
  #count = 0;
  isStale = false;

  /**
   * @param {object} parts
   * @param {import("../stage.js").Stages} parts.stages
   * @param {ReadonlyMap<string, string>} parts.halls the halls' names by slug
   * @param {import("./undo.js").Undo} parts.undo
   * @param {import("./foot.js").Foot} parts.foot
   * @param {typeof import("./desk.js").setStage} parts.setStage
   * @param {() => void} parts.onChange a stage is another now
   * @param {import("./rights.js").Rights} parts.rights
   */
  constructor({ stages, halls, undo, foot, setStage, onChange, rights }) {
    this.#parts = { stages, halls, undo, foot, setStage, onChange, rights };
  }

  #parts;

  /**
   * Changes one thing of one hall's stage, unless somebody was faster.
   * @param {string} hall
   * @param {Field} field
   * @param {string | boolean | null} value
   */
  change(hall, field, value) {
    const { stages } = this.#parts;
    const { version, [field]: from } = stages.of(hall);
    if (from !== value) this.#set([{ hall, field, from, to: value }], version);
  }

  /**
   * Panic in all halls, whatever else happens to their stages; the same level again takes it back.
   * @param {Level} level
   */
  panic(level) {
    const { stages, halls } = this.#parts;
    const slugs = [...halls.keys()];
    if (slugs.every((hall) => stages.of(hall).panic === level)) return this.endPanic();
    const field = /** @type {Field} */ ("panic");
    const parts = slugs.map((hall) => ({ hall, field, from: stages.of(hall).panic, to: level }));
    return this.#set(parts.filter(({ from, to }) => from !== to));
  }

  /** Back from panic: to the level before where this session went there, else to none. */
  endPanic() {
    const { stages, halls, undo } = this.#parts;
    const own = undo.lastOf(({ parts = [] }) => parts.some(({ field }) => field === "panic"));
    const steps = own ? this.#standing(own.parts ?? []) : [];
    if (own) undo.forget(own.key);
    const inForce = [...halls.keys()].filter((hall) => stages.of(hall).panic !== "off");
    const off = inForce.map((hall) => ({
      hall,
      field: /** @type {Field} */ ("panic"),
      from: stages.of(hall).panic,
      to: "off",
    }));
    return this.#set(steps.length ? steps.map(back) : off, undefined, false);
  }

  /**
   * Takes the last step of this session back where it was one on a stage.
   * @returns {boolean} whether it was
   */
  undoLast() {
    const { undo, foot } = this.#parts;
    const parts = undo.last?.parts;
    if (!parts) return false;
    if (this.#refuses()) return true;
    undo.pop();
    const standing = this.#standing(parts);
    if (standing.length) this.#set(standing.map(back), undefined, false);
    else foot.say(["Not undone: the stage was changed since."], "outbox");
    return true;
  }

  /** @param {Part[]} parts of which those still stand that nobody changed since */
  #standing(parts) {
    return parts.filter(({ hall, field, to }) => this.#parts.stages.of(hall)[field] === to);
  }

  #refuses() {
    const { foot, rights } = this.#parts;
    if (!rights.may("stage")) foot.say([rights.refusal("stage")], "outbox");
    else if (this.isStale) foot.say(["Not connected: nothing was changed. A screen’s own keys work."], "outbox");
    else return false;
    return true;
  }

  /**
   * @param {Part[]} parts
   * @param {number} [version] of the stage as the moderator saw it; without one, the change is made in any case
   * @param {boolean} [undoable]
   */
  async #set(parts, version, undoable = true) {
    const { stages, halls, undo, foot, setStage, onChange } = this.#parts;
    if (parts.length === 0 || this.#refuses()) return;
    const answers = await Promise.all(
      parts.map(({ hall, field, to }) => setStage(hall, { [field]: to, ...(version !== undefined && { version }) })),
    );
    for (const { stage } of answers) if (stage) stages.hear(stage);
    onChange();
    const done = parts.filter((_, place) => answers[place]?.outcome === "done");
    this.#count += 1;
    if (undoable && done.length) undo.push({ key: `stage:${Date.now()}:${this.#count}`, version: 0, parts: done });
    const refused = answers.find(({ outcome }) => outcome !== "done");
    const [first] = done;
    if (refused) foot.say([unchangedWords(refused)], "outbox");
    else if (first) {
      const said = changedWords(first.field, first.to, halls.get(first.hall) ?? first.hall);
      foot.say([`${said} `, ...(undoable ? [UNDOES] : [])], "shown");
    }
  }
}

/**
 * @param {Part} part
 * @returns {Part}
 */
function back({ hall, field, from, to }) {
  return { hall, field, from: to, to: from };
}
