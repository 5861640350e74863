import assert from "node:assert/strict";
import { test } from "node:test";
import { leftMs } from "../../../static/js/screen/shelf.js";

test("what was kept is good for the rest of the lease, and for nothing where the clock was put back", () => {
  assert.equal(leftMs(1000, 21_000, 60_000), 40_000);
  assert.equal(leftMs(1000, 61_000, 60_000), 0);
  assert.equal(leftMs(1000, 999, 60_000), 0);
  assert.equal(leftMs(0, 1_900_000_000_000, 60_000), 0);
});
