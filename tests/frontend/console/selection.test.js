import assert from "node:assert/strict";
import { test } from "node:test";
import { Selection } from "../../../static/js/console/selection.js";

/** @param {string} key */
const mark = (key) => ({ key, status: /** @type {const} */ ("queued"), version: 1 });

const LIST = ["a", "b", "c", "d", "e"].map(mark);

/** @param {Selection} selection */
const keysOf = (selection) => selection.marks.map(({ key }) => key);

test("a post is selected and left out again", () => {
  const selection = new Selection();
  selection.toggle(mark("a"));
  selection.toggle(mark("b"));
  selection.toggle(mark("a"));
  assert.deepEqual(keysOf(selection), ["b"]);
});

test("a range goes from the last one that was touched, either way", () => {
  const selection = new Selection();
  selection.toggle(mark("c"));
  selection.extend(LIST, "e");
  assert.deepEqual(keysOf(selection), ["c", "d", "e"]);
  selection.extend(LIST, "b");
  assert.deepEqual(keysOf(selection).sort(), ["b", "c", "d", "e"]);
});

test("without a beginning a range is one post, and one that is not there is none", () => {
  const selection = new Selection();
  selection.extend(LIST, "d");
  assert.deepEqual(keysOf(selection), ["d"]);
  selection.extend(LIST, "gone");
  assert.equal(selection.size, 1);
});

test("a post that changed is not what was selected", () => {
  const selection = new Selection();
  selection.toggle(mark("a"));
  assert.deepEqual(selection.marks, [mark("a")]); // as it was seen, wherever it is now
  assert.equal(selection.hear({ key: "a", version: 1 }), false);
  assert.equal(selection.hear({ key: "b", version: 9 }), false);
  assert.equal(selection.hear({ key: "a", version: 2 }), true);
  assert.equal(selection.size, 0);
});

test("what is not there any more is left out", () => {
  const selection = new Selection();
  selection.extend(LIST, "a");
  selection.extend(LIST, "c");
  selection.prune((key) => key !== "b");
  assert.deepEqual(keysOf(selection), ["a", "c"]);
});
