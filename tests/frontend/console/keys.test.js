import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS, NAMES } from "../../../static/js/console/commands.js";
import { isPlace, isStroke, Keymap, strokeOf } from "../../../static/js/console/keys.js";

/** @typedef {import("../../../static/js/console/keys.js").Press} Press */

const OFF = { inField: false, letters: true, afterPrefix: false };

/** @param {Press} press @param {Partial<typeof OFF>} [state] @param {Keymap} [keymap] */
const read = (press, state = {}, keymap = new Keymap()) => keymap.commandOf(press, { ...OFF, ...state });

test("a letter means its command", () => {
  assert.equal(read({ key: "a" }), "approve");
  assert.equal(read({ key: "?", shiftKey: true }), "help");
  assert.equal(read({ key: "ArrowDown" }), "next");
});

test("a letter with Ctrl, Alt or Meta belongs to the browser", () => {
  for (const modifier of ["ctrlKey", "altKey", "metaKey"]) assert.equal(read({ key: "a", [modifier]: true }), null);
});

test("a shifted letter is another key, caps lock is not", () => {
  assert.notEqual(read({ key: "A", shiftKey: true }), "approve");
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
  assert.equal(read({ key: "r" }, { afterPrefix: true }), "rejected");
  assert.equal(read({ key: "h" }, { afterPrefix: true }), "held");
  assert.equal(read({ key: "a" }, { afterPrefix: true }), null);
});

test("on a keyboard of another script the printed letter counts", () => {
  assert.equal(read({ key: "ф", code: "KeyA" }), "approve");
  assert.equal(read({ key: "é", code: "Digit2" }), null);
});

test("d leads to the decisions on the post in hand, and after g to all of them", () => {
  assert.equal(read({ key: "d" }), "history");
  assert.equal(read({ key: "d" }, { afterPrefix: true }), "record");
});

test("no two commands ship with one key, and every key can be given anew", () => {
  for (const isAfter of [false, true]) {
    const keys = NAMES.filter((name) => isPlace(name) === isAfter).map((name) => COMMANDS[name].key);
    assert.equal(new Set(keys).size, keys.length);
    for (const key of keys) assert.ok(isStroke(key) || key === "Escape", key);
  }
});

test("a changed key means its command and the old one nothing more, also after a reload", () => {
  const keymap = new Keymap();
  assert.equal(keymap.change("approve", "y"), null);
  for (const each of [keymap, Keymap.read(String(keymap))]) {
    assert.equal(read({ key: "y" }, {}, each), "approve");
    assert.equal(read({ key: "a" }, {}, each), null);
    assert.deepEqual(each.capsOf("approve"), ["y"]);
  }
  keymap.reset();
  assert.equal(read({ key: "a" }, {}, keymap), "approve");
});

test("a key that another command has is refused, and it is said which", () => {
  const keymap = new Keymap();
  assert.equal(keymap.change("approve", "r"), "reject");
  assert.equal(read({ key: "r" }, {}, keymap), "reject");
  assert.equal(keymap.change("rejected", "a"), null); // after the prefix it is another key
  assert.equal(read({ key: "a" }, { afterPrefix: true }, keymap), "rejected");
});

test("what somebody wished for holds against a command that came later with the same key", () => {
  const keymap = new Keymap({ approve: "z" });
  assert.equal(read({ key: "z" }, {}, keymap), "approve");
  assert.deepEqual(keymap.capsOf("undo"), []);
});

test("rubbish that was kept changes nothing", () => {
  for (const text of [null, "", "{", "7", "null", '{"approve": 3, "reject": "Tab", "back": "q", "nothing": "y"}'])
    assert.equal(Keymap.read(text).isChanged, false, String(text));
  const twice = new Keymap({ approve: "y", reject: "y" });
  assert.equal(read({ key: "y" }, {}, twice), "approve");
  assert.equal(read({ key: "r" }, {}, twice), "reject");
});

test("the caps of a place are those of the prefix and its own, and follow both", () => {
  const keymap = new Keymap({ prefix: "o" });
  assert.deepEqual(keymap.capsOf("live"), ["o", "l"]);
  assert.deepEqual(keymap.capsOf("black"), ["Shift", "B"]);
  assert.deepEqual(keymap.capsOf("back"), ["Esc"]);
});

test("only what prints something can be a key", () => {
  assert.deepEqual(["a", "Shift+A", "7", ".", "Tab", "Enter", " ", "ArrowUp", ""].map(isStroke), [
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
  assert.equal(strokeOf({ key: "И", code: "KeyB", shiftKey: true }), "Shift+B");
});
