import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyOf } from "../../../../static/js/console/orders.js";
import { ordersOf } from "../../../../static/js/console/record/orders.js";
import { line } from "./made_up.js";

/** @typedef {import("../../../../static/js/console/record/lines.js").Move} Move */

test("one decision is taken back by one order that names the version that was seen", () => {
  const [order, ...others] = ordersOf([line()]);
  assert.ok(order);
  assert.deepEqual(others, []);
  assert.deepEqual(JSON.parse(bodyOf(order, "once")), {
    posts: ["x:1"],
    versions: { "x:1": 2 },
    verb: "restore",
    idem: "once",
  });
});

test("a bulk is taken back by one order, without what was decided again or is gone", () => {
  const [order, ...others] = ordersOf([
    line({ key: "x:1" }),
    line({ key: "x:2", reverse: null }),
    line({ key: "x:3", post: null }),
    line({ key: "x:4" }),
  ]);
  assert.deepEqual(order?.posts, ["x:1", "x:4"]);
  assert.deepEqual(others, []);
});

test("posts that go to different places need different orders", () => {
  /** @type {Move} */
  const shown = { verb: "approve", reason: "", halls: ["main"] };
  const orders = ordersOf([
    line({ key: "x:1", reverse: shown }),
    line({ key: "x:2", reverse: { verb: "reject", reason: "spam", halls: null } }),
    line({ key: "x:3", reverse: { ...shown } }),
  ]);
  assert.deepEqual(
    orders.map(({ verb, reason, halls, posts }) => [verb, reason, halls, posts]),
    [
      ["approve", "", ["main"], ["x:1", "x:3"]],
      ["reject", "spam", null, ["x:2"]],
    ],
  );
  assert.deepEqual(JSON.parse(bodyOf(/** @type {any} */ (orders[0]), "once")).halls, ["main"]);
});

test("no order names more posts than the desk takes", () => {
  const orders = ordersOf(Array.from({ length: 401 }, (_, number) => line({ key: `x:${number}` })));
  assert.deepEqual(
    orders.map(({ posts }) => posts.length),
    [200, 200, 1],
  );
});
