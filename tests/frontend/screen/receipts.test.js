import assert from "node:assert/strict";
import { test } from "node:test";
import { Receipts } from "../../../static/js/screen/receipts.js";

/** A screen's receipts with a clock of our own; `isLive` says whether sending works. */
function started() {
  /** @type {{sent: object[], isLive: boolean, nowMs: number, planned: (() => void)[]}} */
  const world = { sent: [], isLive: true, nowMs: 0, planned: [] };
  const send = (/** @type {object} */ frame) => {
    if (world.isLive) world.sent.push(frame);
    return world.isLive;
  };
  const receipts = new Receipts(send, { later: (run) => world.planned.push(run), now: () => world.nowMs });
  return { world, receipts };
}

test("the first receipt is sent at once, and in a burst only the newest follows", () => {
  const { world, receipts } = started();
  for (const seq of [1, 2, 3]) receipts.write({ seq, keys: [] });
  assert.equal(world.sent.length, 1);
  world.nowMs = 500;
  for (const run of world.planned.splice(0)) run();
  assert.deepEqual(world.sent, [
    { op: "painted", seq: 1, keys: [] },
    { op: "painted", seq: 3, keys: [] },
  ]);
});

test("the same receipt is not sent twice", () => {
  const { world, receipts } = started();
  receipts.write({ seq: 1, keys: ["a"] });
  world.nowMs = 1000;
  receipts.write({ seq: 1, keys: ["a"] });
  assert.equal(world.sent.length, 1);
});

test("what could not be sent is said on the next connection, and so is what the last one was told", () => {
  const { world, receipts } = started();
  world.isLive = false;
  receipts.write({ seq: 1, keys: [] });
  world.isLive = true;
  receipts.again();
  world.nowMs = 1000;
  receipts.again();
  assert.equal(world.sent.length, 2);
});

test("the word that a post is gone waits for nothing", () => {
  const { world, receipts } = started();
  receipts.write({ seq: 1, keys: ["a"] });
  receipts.write({ seq: 2, keys: ["a", "b"] });
  receipts.write({ seq: 3, keys: ["b"] }, true);
  assert.deepEqual(world.sent.at(-1), { op: "painted", seq: 3, keys: ["b"] });
  assert.equal(world.sent.length, 2);
});
