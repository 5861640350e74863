import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyOf, carryOut, carryOutAll } from "../../../static/js/console/orders.js";

/** @typedef {import("../../../static/js/console/orders.js").Order} Order */

/** @type {Order} */
const ORDER = { posts: ["x:1", "x:2"], verb: "approve", versions: { "x:1": 1, "x:2": 4 } };
const DONE = ORDER.posts.map((key) => ({ key, outcome: /** @type {const} */ ("done") }));
const pause = async () => {};

test("an order whose answer got lost is sent again under the same number", async () => {
  /** @type {string[]} */
  const sent = [];
  const outcomes = await carryOut(ORDER, {
    pause,
    send: async (body) => {
      sent.push(body);
      if (sent.length < 3) throw new TypeError("network");
      return { status: 200, answer: { outcomes: DONE } };
    },
  });
  assert.deepEqual(outcomes, DONE);
  assert.equal(sent.length, 3);
  assert.equal(new Set(sent).size, 1);
  assert.match(JSON.parse(sent[0] ?? "").idem, /^[0-9a-f]{32}$/);
});

test("a server that is out of order is asked again, one that says no is not", async () => {
  let asked = 0;
  const refuse = (/** @type {number} */ status) => async () => {
    asked += 1;
    return { status, answer: { error: { message: "Sign in again." } } };
  };
  const refused = await carryOut(ORDER, { pause, send: refuse(401) });
  assert.deepEqual(refused[1], { key: "x:2", outcome: "failed", message: "Sign in again." });
  assert.equal(asked, 1);
  const failed = await carryOut(ORDER, { pause, send: refuse(503) });
  assert.deepEqual(failed[0], { key: "x:1", outcome: "failed", message: undefined });
  assert.equal(asked, 5);
});

test("conflicts are an answer", async () => {
  const outcomes = [{ key: "x:1", outcome: /** @type {const} */ ("conflict"), by: "Sam" }];
  assert.deepEqual(
    await carryOut(ORDER, { pause, send: async () => ({ status: 409, answer: { outcomes } }) }),
    outcomes,
  );
});

test("no order names more posts than the desk takes", async () => {
  /** @type {Order[]} */
  const orders = [];
  const marks = Array.from({ length: 401 }, (_, number) => ({ key: `x:${number}`, version: number }));
  const outcomes = await carryOutAll("reject", marks, "spam", async (order) => {
    orders.push(order);
    return order.posts.map((key) => ({ key, outcome: "done" }));
  });
  assert.deepEqual(
    orders.map(({ posts }) => posts.length),
    [200, 200, 1],
  );
  assert.equal(outcomes.length, 401);
  assert.deepEqual(JSON.parse(bodyOf(orders[2] ?? ORDER, "once")), {
    posts: ["x:400"],
    versions: { "x:400": 400 },
    verb: "reject",
    idem: "once",
    reason: "spam",
  });
});
