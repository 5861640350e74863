import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Soon } from "../../../static/js/console/soon.js";

/** @returns {{soon: Soon, done: () => number}} what is done at once where it is quiet, and how often that was */
function counted() {
  let times = 0;
  const soon = new Soon(
    () => {
      times += 1;
    },
    (done) => done(),
  );
  return { soon, done: () => times };
}

test("the first is done at the first quiet moment", () => {
  const { soon, done } = counted();
  soon.ask();
  assert.equal(done(), 1);
});

test("what is asked for again at once is done once more, a second later", (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  const { soon, done } = counted();
  for (let times = 0; times < 5; times += 1) soon.ask();
  assert.equal(done(), 1);
  mock.timers.tick(1000);
  assert.equal(done(), 2);
  mock.timers.tick(5000);
  assert.equal(done(), 2, "and nothing that nobody asked for");
});
