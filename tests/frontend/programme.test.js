import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Lookout } from "../../static/js/programme.js";

/** @param {any[]} answers */
function lookout(answers) {
  /** @type {any[]} */
  const applied = [];
  const ask = async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const made = new Lookout("/now", (answer) => applied.push(answer) && answer.again, { spreadMs: 0, ask });
  return { made, applied };
}

const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

test("it asks when the server said, and then when the answer says", async () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const { made, applied } = lookout([{ again: 60 }, { again: 5 }]);
  made.wait(10);
  mock.timers.tick(9_999);
  assert.equal(applied.length, 0);
  mock.timers.tick(1);
  await settle();
  assert.equal(applied.length, 1);
  mock.timers.tick(60_000);
  await settle();
  assert.equal(applied.length, 2);
  mock.timers.reset();
});

test("without an answer everything stays, and it asks again", async () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const told = mock.method(console, "info", () => {});
  const { made, applied } = lookout([new Error("offline"), { again: 60 }]);
  await made.look();
  assert.equal(applied.length, 0);
  mock.timers.tick(30_000);
  await settle();
  assert.equal(applied.length, 1);
  told.mock.restore();
  mock.timers.reset();
});

test("a device that slept asks at once, one that did not waits", async () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const { made, applied } = lookout([{ again: 600 }]);
  made.wait(600);
  await made.wake();
  assert.equal(applied.length, 0);
  mock.timers.setTime(100_000);
  await made.wake();
  assert.equal(applied.length, 1);
  mock.timers.reset();
});
