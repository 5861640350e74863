import assert from "node:assert/strict";
import { test } from "node:test";
import { commandOf } from "../../../static/js/console/keys.js";

/** @typedef {import("../../../static/js/console/keys.js").Press} Press */

/** @param {Press} press @param {Partial<{inField: boolean, letters: boolean, afterG: boolean}>} [state] */
const read = (press, state = {}) => commandOf(press, { inField: false, letters: true, afterG: false, ...state });

test("a letter means its command", () => {
  assert.equal(read({ key: "a" }), "approve");
  assert.equal(read({ key: "?", shiftKey: true }), "help");
  assert.equal(read({ key: "ArrowDown" }), "next");
});

test("a letter with Ctrl, Alt or Meta belongs to the browser", () => {
  for (const modifier of ["ctrlKey", "altKey", "metaKey"]) assert.equal(read({ key: "a", [modifier]: true }), null);
});

test("a shifted letter is another key, caps lock is not", () => {
  assert.equal(read({ key: "A", shiftKey: true }), null);
  assert.equal(read({ key: "s" }), "spotlight");
  assert.equal(read({ key: "A" }), "approve");
});

test("with Shift three keys are panic, here as on a screen", () => {
  assert.equal(read({ key: "B", shiftKey: true }), "black");
  assert.equal(read({ key: "H", shiftKey: true }), "holding");
  assert.equal(read({ key: "F", shiftKey: true }), "freeze");
  assert.equal(read({ key: "B", shiftKey: true, repeat: true }), null);
  assert.equal(read({ key: "B", shiftKey: true }, { letters: false }), null);
  assert.equal(read({ key: "B", shiftKey: true }, { inField: true }), null);
});

test("letters are text in a field and while a word is being composed", () => {
  assert.equal(read({ key: "a" }, { inField: true }), null);
  assert.equal(read({ key: "a", isComposing: true }), null);
});

test("with single-letter keys off, arrows and Escape still work", () => {
  assert.equal(read({ key: "a" }, { letters: false }), null);
  assert.equal(read({ key: "?" }, { letters: false }), null);
  assert.equal(read({ key: "ArrowUp" }, { letters: false }), "previous");
  assert.equal(read({ key: "Escape" }, { letters: false }), "back");
});

test("a held key moves on and on but decides once", () => {
  assert.equal(read({ key: "j", repeat: true }), "next");
  assert.equal(read({ key: "a", repeat: true }), null);
});

test("after g a letter names a list, and decides nothing", () => {
  assert.equal(read({ key: "r" }, { afterG: true }), "rejected");
  assert.equal(read({ key: "h" }, { afterG: true }), "held");
  assert.equal(read({ key: "a" }, { afterG: true }), null);
});

test("on a keyboard of another script the printed letter counts", () => {
  assert.equal(read({ key: "ф", code: "KeyA" }), "approve");
  assert.equal(read({ key: "é", code: "Digit2" }), null);
});

test("d leads to the decisions on the post in hand, and after g to all of them", () => {
  assert.equal(read({ key: "d" }), "history");
  assert.equal(read({ key: "d" }, { afterG: true }), "record");
});
