/** The steps that can be taken back, newest first. Pure, and small enough to be kept for the browser's session. */

/**
 * @typedef {object} Part of a step on the stages: one thing of one hall
 * @property {string} hall
 * @property {import("./stagewords.js").Field} field
 * @property {string | boolean | string[] | null} from
 * @property {string | boolean | string[] | null} to
 *
 * @typedef {object} Step an order, or what was done to stages or rules
 * @property {string} key a name of its own
 * @property {Record<string, number>} versions of the order's posts after it
 * @property {import("./lists.js").Status} [status] of them
 * @property {Part[]} [parts] what was done to stages
 * @property {{from: string, to: string}} [preset] what was done to the switch of the rules
 * @property {{isPaused: boolean}} [floor] how the floor was switched
 * @property {{clauses: import("./rules/book.js").Clause[], changed: object, version: number}} [rules] the
 *   rules as they stood before the version
 * @property {{rule: string, who: string}} [mute] a rule that was made of a post in hand
 */

const STEPS_MAX = 100;

export class Undo {
  /** @type {Step[]} */
  #steps;
  /** @type {Set<Step>} steps that are being taken back, once what they did is answered */
  #taken = new Set();

  /** There is another number of steps. */
  onChange = () => {};

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
      return new Undo(Array.isArray(steps) ? steps.filter((step) => step?.versions) : []);
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

  /** @param {Step} step whose posts no earlier step takes back any more */
  push(step) {
    for (const key of Object.keys(step.versions)) this.forget(key);
    this.#steps.push(step);
    this.#steps = this.#steps.slice(-STEPS_MAX);
    this.onChange();
  }

  /**
   * The server has answered: this is the post's version after the order.
   * @param {string} key
   * @param {number} version
   */
  settle(key, version) {
    for (const { versions } of this.#all) if (versions[key] !== undefined) versions[key] = version;
  }

  /**
   * The post was not decided on after all, or somebody else did.
   * @param {string} key
   */
  forget(key) {
    for (const step of this.#all) {
      if (step.versions[key] === undefined) continue;
      delete step.versions[key];
      if (Object.keys(step.versions).length === 0) this.drop(step);
    }
  }

  /**
   * The step is not to be taken back, or was.
   * @param {Step} step
   */
  drop(step) {
    this.#steps = this.#steps.filter((other) => other !== step);
    this.#taken.delete(step);
    this.onChange();
  }

  /**
   * The last step, to be taken back; answers to it still reach it.
   * @returns {Step | undefined}
   */
  take() {
    const step = this.#steps.pop();
    if (step) this.#taken.add(step);
    this.onChange();
    return step;
  }

  /**
   * Whether a taken step still has anything to take back.
   * @param {Step} step
   */
  isTaken(step) {
    return this.#taken.has(step);
  }

  /**
   * The step could not be taken back, and may be tried again.
   * @param {Step} step
   */
  putBack(step) {
    if (this.#taken.delete(step)) this.#steps.push(step);
    this.onChange();
  }

  toString() {
    return JSON.stringify(this.#steps);
  }

  get #all() {
    return [...this.#steps, ...this.#taken];
  }
}
