/** Which command a key press means. Pure. */

import { levelOf } from "../stage.js";

/**
 * @typedef {object} Press what a keyboard event tells
 * @property {string} key
 * @property {string} [code]
 * @property {boolean} [shiftKey]
 * @property {boolean} [ctrlKey]
 * @property {boolean} [altKey]
 * @property {boolean} [metaKey]
 * @property {boolean} [repeat]
 * @property {boolean} [isComposing]
 *
 * @typedef {"next" | "previous" | "approve" | "reject" | "hold" | "withdraw" | "restore" | "undo" | "search" | "help"
 *   | "queue" | "held" | "live" | "rejected" | "back" | "prefix" | "spotlight" | "history" | "record" | "freeze" | "holding" | "black"} Command
 */

/** @type {Readonly<Record<string, Command>>} */
const ALWAYS = { ArrowDown: "next", ArrowUp: "previous", Escape: "back" };

/** @type {Readonly<Record<string, Command>>} */
const LETTERS = {
  j: "next",
  k: "previous",
  a: "approve",
  r: "reject",
  h: "hold",
  w: "withdraw",
  b: "restore",
  s: "spotlight",
  d: "history",
  z: "undo",
  g: "prefix",
  "/": "search",
  "?": "help",
};

/** @type {Readonly<Record<string, Command>>} */
const AFTER_G = { q: "queue", h: "held", l: "live", r: "rejected", d: "record" };

/** A held key moves on and on, but decides once. */
const REPEATED = new Set(["next", "previous"]);

/**
 * The command of a press, or null.
 * @param {Press} press
 * @param {object} state
 * @param {boolean} state.inField where letters are text
 * @param {boolean} state.letters whether single-letter keys are on
 * @param {boolean} state.afterG whether g was pressed just before
 * @returns {Command | null}
 */
export function commandOf(press, { inField, letters, afterG }) {
  if (inField || press.isComposing || press.ctrlKey || press.altKey || press.metaKey) return null;
  const letter = letterOf(press);
  const command = ALWAYS[press.key] ?? (letters ? ((afterG ? AFTER_G : LETTERS)[letter] ?? panicOf(press)) : undefined);
  if (!command || (press.repeat && !REPEATED.has(command))) return null;
  return command;
}

/**
 * Panic has the same keys here and on a screen itself.
 * @param {Press} press
 * @returns {Command | undefined}
 */
function panicOf(press) {
  const level = levelOf(press);
  return level === null || level === "off" ? undefined : level;
}

/**
 * The letter of a key: on a keyboard of another script the one that is printed beside it.
 * @param {Press} press
 */
export function letterOf({ key, code = "", shiftKey = false }) {
  if (key.length !== 1 || key.codePointAt(0) === undefined) return "";
  const isLatin = key.charCodeAt(0) < 0x80;
  if (!isLatin) return code.startsWith("Key") && !shiftKey ? code.slice(3).toLowerCase() : "";
  return shiftKey && /[a-z]/i.test(key) ? "" : key.toLowerCase();
}
