/** The sentences about stages. Pure. */

import { gettext } from "../tongue.js";

/**
 * @typedef {import("../stage.js").Stage} Stage
 * @typedef {import("../stage.js").Level} Level
 * @typedef {import("./words.js").Sentence} Sentence
 * @typedef {{hall: string, name: string, level: Level}} HallLevel
 * @typedef {"layout" | "calm" | "sponsors" | "spotlight" | "lined_up" | "panic"} Field what a moderator sets
 */

/** @type {Readonly<Record<import("../stage.js").Layout, {mode: string, low: string, done: string}>>} */
const LAYOUTS = {
  spotlight: { mode: gettext("Spotlight"), low: gettext("spotlight"), done: gettext("one post at a time") },
  columns: { mode: gettext("Columns"), low: gettext("columns"), done: gettext("columns") },
  "lower-third": {
    mode: gettext("Lower third"),
    low: gettext("lower third"),
    done: gettext("one post at the lower edge"),
  },
  questions: {
    mode: gettext("Questions"),
    low: gettext("questions"),
    done: gettext("what is being answered, and what is wanted most"),
  },
  "now-next": {
    mode: gettext("Now and next"),
    low: gettext("now and next"),
    done: gettext("what is on and what comes next, no posts"),
  },
};

/** @type {Readonly<Record<Level, {mode: string, low: string, all: string}>>} */
const PANIC = {
  off: { mode: "", low: "", all: gettext("All screens go on.") },
  freeze: { mode: gettext("Frozen"), low: gettext("frozen"), all: gettext("All screens are frozen.") },
  holding: {
    mode: gettext("Holding card"),
    low: gettext("holding card"),
    all: gettext("All screens show the holding card."),
  },
  black: { mode: gettext("Black"), low: gettext("black"), all: gettext("All screens are black.") },
};

/**
 * How a hall's screens look: the word that counts, and the rest of the line.
 * @param {Stage} stage
 * @returns {[string, string]}
 */
export function modeWords({ layout, calm, panic }) {
  const { mode, low } = LAYOUTS[layout];
  const rest = calm ? gettext(", calm") : "";
  return panic === "off" ? [mode, rest] : [PANIC[panic].mode, gettext(" over %(layout)s", { layout: `${low}${rest}` })];
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
    return {
      freeze: gettext("All frozen"),
      holding: gettext("All on the card"),
      black: gettext("All black"),
      off: "",
    }[first.level];
  }
  return inForce.map(({ name, level }) => `${name}: ${PANIC[level].low}`).join(", ");
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
  if (field === "sponsors")
    return value
      ? gettext("%(name)s thanks its sponsors between posts.", { name })
      : gettext("%(name)s shows no sponsors.", { name });
  if (field === "lined_up")
    return /** @type {string[]} */ (value).length
      ? gettext("Lined up in %(name)s: %(count)s.", { name, count: /** @type {string[]} */ (value).length })
      : gettext("Nothing is lined up in %(name)s: the director says what comes next.", { name });
  if (field === "calm")
    return value
      ? gettext("%(name)s is calm: one change in 30 s.", { name })
      : gettext("%(name)s is lively again.", { name });
  return value === null
    ? gettext("Out of the spotlight in %(name)s.", { name })
    : gettext("In the spotlight in %(name)s, until it is taken out.", { name });
}

/**
 * Why a change was not made: the desk's word, and how it is now.
 * @param {{message?: string, stage: Stage | null}} answer
 * @returns {string}
 */
export function unchangedWords({ message, stage }) {
  const why = message || (stage ? gettext("Somebody else changed it first.") : gettext("The desk did not answer."));
  if (!stage) return gettext("Not done: %(why)s", { why });
  const [mode, rest] = modeWords(stage);
  return gettext("Not done: %(why)s Now: %(mode)s.", { why, mode: `${mode}${rest}` });
}
