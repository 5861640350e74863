/** The steps that z takes back, newest first. Pure, and small enough to be kept for the browser's session. */

/**
 * @typedef {object} Part of a step on the stages: one thing of one hall
 * @property {string} hall
 * @property {import("./stagewords.js").Field} field
 * @property {string | boolean | null} from
 * @property {string | boolean | null} to
 *
 * @typedef {object} Step a decision, or what was done to stages
 * @property {string} key of the post; of a step on stages, a name of its own
 * @property {number} version the post's after the decision
 * @property {Part[]} [parts] what was done to stages
 */

const STEPS_MAX = 100;

export class Undo {
  /** @type {Step[]} */
  #steps;

  /** @param {Step[]} [steps] oldest first */
  constructor(steps = []) {
    this.#steps = steps;
  }

  /**
   * What an earlier page of this session kept; what cannot be read is nothing.
   * @param {string | null} text
   */
  static read(text) {
    try {
      const steps = JSON.parse(text ?? "[]");
      return new Undo(Array.isArray(steps) ? steps : []);
    } catch {
      return new Undo();
    }
  }

  get length() {
    return this.#steps.length;
  }

  /** @returns {Step | undefined} */
  get last() {
    return this.#steps.at(-1);
  }

  /**
   * The last step of a kind.
   * @param {(step: Step) => boolean} isKind
   */
  lastOf(isKind) {
    return this.#steps.findLast(isKind);
  }

  /** @param {Step} step */
  push(step) {
    this.forget(step.key);
    this.#steps.push(step);
    this.#steps = this.#steps.slice(-STEPS_MAX);
  }

  /**
   * The server has answered: this is the version after the decision.
   * @param {Step} step
   */
  settle({ key, version }) {
    const step = this.#steps.find((other) => other.key === key);
    if (step) step.version = version;
  }

  /**
   * The decision did not happen, or is another's by now.
   * @param {string} key
   */
  forget(key) {
    this.#steps = this.#steps.filter((step) => step.key !== key);
  }

  /** The last step. @returns {Step | undefined} */
  pop() {
    return this.#steps.pop();
  }

  toString() {
    return JSON.stringify(this.#steps);
  }
}
