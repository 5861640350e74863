import assert from "node:assert/strict";
import { test } from "node:test";
import { isJerky } from "../../../static/js/screen/movement.js";

const SMOOTH = [16.7, 16.7, 16.7, 16.7, 16.7, 16.7];

test("a machine that draws thirty frames a second or more moves to the end", () => {
  for (const ms of [4, 16.7, 33.4]) assert.ok(!isJerky(Array(14).fill(ms)));
});

test("one that draws fewer is known by its fourth frame", () => {
  for (const ms of [36, 50, 100]) {
    assert.ok(!isJerky(Array(3).fill(ms)));
    assert.ok(isJerky(Array(4).fill(ms)));
  }
});

test("frames that are late now and then are no reason, but a standstill is", () => {
  assert.ok(!isJerky([100, 60, ...SMOOTH]));
  assert.ok(!isJerky([...SMOOTH, 100]));
  assert.ok(isJerky([...SMOOTH, 130]));
});
