/** The rulebook as the page reads and changes it: every change is the next version, sent whole. Pure. */

/**
 * @typedef {"mute" | "rule" | "trust"} Kind
 * @typedef {{name: string, verdict: string, reason?: string, on?: boolean, until?: string | null} & Record<string, unknown>} Rule
 * @typedef {{kind: Kind, rule: Rule}} Clause a rule of the desk, as it is sent
 *
 * @typedef {object} Standing a rule in its place among all
 * @property {"settings" | "desk" | "preset"} origin
 * @property {Kind} kind
 * @property {string} by
 * @property {string | null} at
 * @property {boolean} stands whether it is on and not over
 * @property {string} trouble why it is not asked; empty where it is
 * @property {string} called its name, in the reader's language where it is one of ours
 * @property {Rule} rule
 *
 * @typedef {object} Condition what a rule may ask for, and how a form asks for it
 * @property {string} name
 * @property {string} words
 * @property {string} hint
 * @property {"list" | "number" | "yes_no" | "choice" | "choices" | "text" | "time"} form
 * @property {string[]} [choices]
 * @property {number | null} [min]
 * @property {number | null} [max]
 *
 * @typedef {object} Told what the server tells of the rules
 * @property {number} version
 * @property {string} by
 * @property {string | null} at
 * @property {string} preset
 * @property {number} trust_after
 * @property {Standing[]} rules
 * @property {Condition[]} [conditions]
 * @property {string[]} [verdicts]
 */

export class Book {
  /** @param {Told} told */
  constructor(told) {
    this.told = told;
  }

  get version() {
    return this.told.version;
  }

  /** @returns {Clause[]} the desk's own rules */
  get clauses() {
    const desk = this.told.rules.filter(({ origin }) => origin === "desk");
    return desk.map(({ kind, rule }) => ({ kind, rule }));
  }

  /** @param {string} name */
  find(name) {
    return this.told.rules.find(({ rule }) => rule.name === name);
  }

  /**
   * The clauses with a rule in the place of the one that had this name; without such a one it comes last.
   * @param {string | null} name
   * @param {Rule} rule
   * @returns {Clause[]}
   */
  having(name, rule) {
    const { clauses } = this;
    if (!clauses.some((each) => each.rule.name === name)) return [...clauses, { kind: "rule", rule }];
    return clauses.map((each) => (each.rule.name === name ? { kind: each.kind, rule } : each));
  }

  /** @param {string} name */
  without(name) {
    return this.clauses.filter(({ rule }) => rule.name !== name);
  }

  /**
   * The clauses with one of them switched on, or off.
   * @param {string} name
   */
  switched(name) {
    return this.clauses.map(({ kind, rule }) =>
      rule.name === name ? { kind, rule: { ...rule, on: rule.on === false } } : { kind, rule },
    );
  }

  /**
   * The clauses with one of them a place further up or down among those of its kind; null where there is none.
   * @param {string} name
   * @param {1 | -1} step
   * @returns {Clause[] | null}
   */
  moved(name, step) {
    const { clauses } = this;
    const from = clauses.findIndex(({ rule }) => rule.name === name);
    const kind = clauses[from]?.kind;
    let to = from + step;
    while (clauses[to] && clauses[to]?.kind !== kind) to += step;
    const [one, other] = [clauses[from], clauses[to]];
    return one && other ? clauses.map((each) => (each === one ? other : each === other ? one : each)) : null;
  }
}

/**
 * The next version as it is sent.
 * @param {Pick<Told, "version" | "preset" | "trust_after">} present
 * @param {readonly Clause[]} clauses
 * @param {object} [changed] what else is other than before
 */
export function bodyOf({ version, preset, trust_after }, clauses, changed = {}) {
  return { version, clauses, preset, trust_after, ...changed };
}

/**
 * A rule without what it leaves open.
 * @param {Record<string, unknown>} fields
 * @returns {Rule}
 */
export function ruleOf(fields) {
  const isSet = (/** @type {unknown} */ value) =>
    value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
  return /** @type {Rule} */ (Object.fromEntries(Object.entries(fields).filter(([, value]) => isSet(value))));
}
