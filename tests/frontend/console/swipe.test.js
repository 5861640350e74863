import assert from "node:assert/strict";
import { test } from "node:test";
import { Swipe } from "../../../static/js/console/swipe.js";

const FROM = { x: 200, y: 300 };

test("a finger that trembles moves nothing", () => {
  const swipe = new Swipe(FROM, 390);
  assert.equal(swipe.move({ x: 208, y: 296 }), 0);
  assert.deepEqual([swipe.state, swipe.side, swipe.isFar], ["waits", null, false]);
});

test("a finger that goes aside moves the card, and decides once it is far", () => {
  const swipe = new Swipe(FROM, 390);
  assert.equal(swipe.move({ x: 240, y: 305 }), 40);
  assert.deepEqual([swipe.side, swipe.isFar], ["right", false]);
  swipe.move({ x: 200 + 117, y: 380 });
  assert.equal(swipe.isFar, true);
  swipe.move({ x: 70, y: 300 });
  assert.deepEqual([swipe.side, swipe.isFar], ["left", true]);
  swipe.move({ x: 190, y: 300 });
  assert.equal(swipe.isFar, false);
});

test("on a wide card no finger has to cross half of it", () => {
  const swipe = new Swipe(FROM, 1200);
  swipe.move({ x: 321, y: 300 });
  assert.equal(swipe.isFar, true);
});

test("what begins downwards is scrolling, and stays that", () => {
  const swipe = new Swipe(FROM, 390);
  swipe.move({ x: 205, y: 340 });
  assert.equal(swipe.move({ x: 400, y: 340 }), 0);
  assert.deepEqual([swipe.state, swipe.side], ["scrolls", null]);
});
