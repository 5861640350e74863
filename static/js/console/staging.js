/** What a moderator does to the halls' stages, and how it is taken back. */

import { gettext } from "../tongue.js";
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
  /** @type {Promise<unknown>} the change that is asked for now */
  #settled = Promise.resolve();
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
   * @param {Part["to"]} value
   */
  change(hall, field, value) {
    const { stages } = this.#parts;
    const { version, [field]: from } = stages.of(hall);
    if (!isSame(from, value)) this.#set([{ hall, field, from, to: value }], version);
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

  /**
   * Panic in one hall; the same level again takes it back.
   * @param {string} hall
   * @param {Level} level
   */
  panicIn(hall, level) {
    const from = this.#parts.stages.of(hall).panic;
    return this.#set([{ hall, field: "panic", from, to: from === level ? "off" : level }]);
  }

  /** Back from panic: to the level before where this session went there, else to none. */
  async endPanic() {
    await this.#settled;
    const { stages, halls, undo } = this.#parts;
    const own = undo.lastOf(({ parts = [] }) => parts.some(({ field }) => field === "panic"));
    const steps = own ? this.#standing(own.parts ?? []) : [];
    if (own) undo.drop(own);
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
    const { undo } = this.#parts;
    if (!undo.last?.parts) return false;
    const step = this.#refuses() ? undefined : undo.take();
    if (step) this.#takeBack(step);
    return true;
  }

  /** @param {import("./undo.js").Step} step that is taken back once it is answered */
  async #takeBack(step) {
    const { undo, foot } = this.#parts;
    await this.#settled;
    const standing = this.#standing(step.parts ?? []);
    const isTaken = undo.isTaken(step);
    undo.drop(step);
    if (standing.length && isTaken) await this.#set(standing.map(back), undefined, false);
    else foot.say([gettext("Not undone: the stage was changed since.")], "outbox");
  }

  /** @param {Part[]} parts of which those still stand that nobody changed since */
  #standing(parts) {
    return parts.filter(({ hall, field, to }) => isSame(this.#parts.stages.of(hall)[field], to));
  }

  #refuses() {
    const { foot, rights } = this.#parts;
    if (!rights.may("stage")) foot.say([rights.refusal("stage")], "outbox");
    else if (this.isStale)
      foot.say([gettext("Not connected: nothing was changed. A screen’s own keys work.")], "outbox");
    else return false;
    return true;
  }

  /**
   * @param {Part[]} parts
   * @param {number} [version] of the stage as the moderator saw it; without one, the change is made in any case
   * @param {boolean} [undoable]
   */
  #set(parts, version, undoable = true) {
    if (parts.length === 0 || this.#refuses()) return Promise.resolve();
    this.#count += 1;
    const step = { key: `stage:${Date.now()}:${this.#count}`, versions: {}, parts };
    // The step stands before the answer: undo pressed at once takes this one back, and not the one before.
    if (undoable) this.#parts.undo.push(step);
    const settled = this.#ask(step, version, undoable);
    this.#settled = Promise.all([this.#settled, settled]);
    return settled;
  }

  /**
   * @param {{parts: Part[]} & import("./undo.js").Step} step
   * @param {number | undefined} version
   * @param {boolean} undoable
   */
  async #ask(step, version, undoable) {
    const { stages, halls, undo, foot, setStage, onChange } = this.#parts;
    const { parts } = step;
    const set = async (/** @type {Part} */ { hall, field, from, to }) => {
      const asked = await setStage(hall, { [field]: to, ...(version !== undefined && { version }) });
      // Where only what is on air has changed since, nobody was faster.
      const isFree =
        asked.outcome === "refused" && isSame(asked.stage?.[field], from) && asked.stage?.version !== version;
      return isFree && version !== undefined ? setStage(hall, { [field]: to, version: asked.stage?.version }) : asked;
    };
    const answers = await Promise.all(parts.map(set));
    for (const { stage } of answers) if (stage) stages.hear(stage);
    onChange();
    step.parts = parts.filter((_, place) => answers[place]?.outcome === "done");
    if (step.parts.length === 0) undo.drop(step);
    const refused = answers.find(({ outcome }) => outcome !== "done");
    const [first] = step.parts;
    if (refused) foot.say([unchangedWords(refused)], "outbox");
    else if (first) {
      const said = changedWords(first.field, first.to, halls.get(first.hall) ?? first.hall);
      foot.say([`${said} `, ...(undoable ? [UNDOES] : [])], "shown");
    }
  }
}

/**
 * Whether a field of a stage says the same.
 * @param {unknown} one
 * @param {unknown} other
 */
function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * @param {Part} part
 * @returns {Part}
 */
function back({ hall, field, from, to }) {
  return { hall, field, from: to, to: from };
}
