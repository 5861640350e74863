/** The sentences about stages. Pure. */

/**
 * @typedef {import("../stage.js").Stage} Stage
 * @typedef {import("../stage.js").Level} Level
 * @typedef {import("./words.js").Sentence} Sentence
 * @typedef {{hall: string, name: string, level: Level}} HallLevel
 * @typedef {"layout" | "calm" | "spotlight" | "panic"} Field what a moderator sets
 */

/** @type {Readonly<Record<import("../stage.js").Layout, {mode: string, done: string}>>} */
const LAYOUTS = {
  spotlight: { mode: "Spotlight", done: "one post at a time" },
  columns: { mode: "Columns", done: "columns" },
  "lower-third": { mode: "Lower third", done: "one post at the lower edge" },
  "now-next": { mode: "Now and next", done: "what is on and what comes next, no posts" },
};

/** @type {Readonly<Record<Level, {mode: string, all: string}>>} */
const PANIC = {
  off: { mode: "", all: "All screens go on." },
  freeze: { mode: "Frozen", all: "All screens are frozen." },
  holding: { mode: "Holding card", all: "All screens show the holding card." },
  black: { mode: "Black", all: "All screens are black." },
};

/**
 * How a hall's screens look: the word that counts, and the rest of the line.
 * @param {Stage} stage
 * @returns {[string, string]}
 */
export function modeWords({ layout, calm, panic }) {
  const { mode } = LAYOUTS[layout];
  const normal = `${mode}${calm ? ", calm" : ""}`;
  return panic === "off" ? [mode, calm ? ", calm" : ""] : [PANIC[panic].mode, ` over ${normal.toLowerCase()}`];
}

/**
 * What the bar says of panic: empty where there is none.
 * @param {readonly HallLevel[]} halls
 */
export function panicWords(halls) {
  const inForce = halls.filter(({ level }) => level !== "off");
  const [first] = inForce;
  if (!first) return "";
  if (inForce.length === halls.length && inForce.every(({ level }) => level === first.level)) {
    return { freeze: "All frozen", holding: "All on the card", black: "All black", off: "" }[first.level];
  }
  return inForce.map(({ name, level }) => `${name}: ${PANIC[level].mode.toLowerCase()}`).join(", ");
}

/**
 * After a change: what the hall's screens do now.
 * @param {Field} field
 * @param {unknown} value
 * @param {string} name of the hall
 * @returns {string}
 */
export function changedWords(field, value, name) {
  if (field === "panic") return PANIC[/** @type {Level} */ (value)].all;
  if (field === "layout") return `${name}: ${LAYOUTS[/** @type {import("../stage.js").Layout} */ (value)].done}.`;
  if (field === "calm") return value ? `${name} is calm: one change in 30 s.` : `${name} is lively again.`;
  return value === null ? `Out of the spotlight in ${name}.` : `In the spotlight in ${name}, until it is taken out.`;
}

/**
 * Why a change was not made: the desk's word, and how it is now.
 * @param {{message?: string, stage: Stage | null}} answer
 * @returns {string}
 */
export function unchangedWords({ message, stage }) {
  const why = message || (stage ? "Somebody else changed it first." : "The desk did not answer.");
  if (!stage) return `Not done: ${why}`;
  const [mode, rest] = modeWords(stage);
  return `Not done: ${why} Now: ${mode}${rest}.`;
}
