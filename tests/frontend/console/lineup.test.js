import assert from "node:assert/strict";
import { test } from "node:test";
import { sooner, toggled } from "../../../static/js/console/lineup.js";
import { stageOf } from "../../../static/js/stage.js";

test("a post is lined up behind what is there, and the same again takes it out", () => {
  const stage = stageOf({ lined_up: ["a"] });
  assert.deepEqual(toggled(stage, "b"), ["a", "b"]);
  assert.deepEqual(toggled(stage, "a"), []);
});

test("sooner: a post changes places with the one before it, and nothing else moves", () => {
  const moved = (/** @type {string[]} */ lined_up, /** @type {string} */ key) => {
    const stage = stageOf({ next: ["a", "b", "c"], lined_up });
    const line = sooner(stage, key);
    return [line, [...new Set([...line, ...stage.next])]];
  };
  assert.deepEqual(moved([], "b"), [["b"], ["b", "a", "c"]]);
  assert.deepEqual(moved([], "c"), [
    ["a", "c"],
    ["a", "c", "b"],
  ]);
  assert.deepEqual(moved(["a", "b"], "b"), [
    ["b", "a"],
    ["b", "a", "c"],
  ]);
  assert.deepEqual(moved(["a", "b", "c", "d"], "c")[0], ["a", "c", "b", "d"]);
  assert.deepEqual(moved(["a"], "a")[0], ["a"]);
});
