import assert from "node:assert/strict";
import { test } from "node:test";
import { Polling } from "../../../static/js/console/polling.js";

/** A polling by a clock that is turned by hand. */
function polled() {
  let [nowMs, asked] = [0, 0];
  /** @type {{work: () => void, atMs: number} | null} */
  let next = null;
  /** @param {() => void} work @param {number} ms */
  const after = (work, ms) => {
    next = { work, atMs: nowMs + ms };
    return 0;
  };
  const ask = async () => {
    asked += 1;
  };
  const polling = new Polling(ask, { everyMs: 100, leastMs: 10, after, nowMs: () => nowMs });
  return {
    polling,
    asked: () => asked,
    /** @param {number} ms */
    async turn(ms) {
      for (nowMs += ms; next && next.atMs <= nowMs; await null) {
        const { work } = next;
        next = null;
        work();
        for (let turns = 0; turns < 5; turns += 1) await null;
      }
    },
  };
}

test("it asks at once, and then again and again", async () => {
  const { polling, asked, turn } = polled();
  await polling.start();
  assert.equal(asked(), 1);
  await turn(99);
  assert.equal(asked(), 1);
  await turn(1);
  assert.equal(asked(), 2);
});

test("where there is a reason it asks sooner, but never too soon, and once for many reasons", async () => {
  const { polling, asked, turn } = polled();
  await polling.start();
  polling.soon();
  polling.soon();
  await turn(9);
  assert.equal(asked(), 1);
  await turn(1);
  assert.equal(asked(), 2);
  await turn(50);
  polling.soon();
  await turn(0);
  assert.equal(asked(), 3);
});
