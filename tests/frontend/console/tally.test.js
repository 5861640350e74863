import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace, Tally } from "../../../static/js/console/tally.js";

test("a decision counts at once, and not twice when the server has counted it", () => {
  const tally = new Tally({ queued: 37, approved: 128 });
  tally.expect("one", "queued", "approve");
  assert.deepEqual([tally.of("queued"), tally.of("approved")], [36, 129]);
  tally.settle("one");
  tally.hear({ queued: 36, approved: 129 });
  assert.deepEqual([tally.of("queued"), tally.of("approved")], [36, 129]);
});

test("a decision that failed is not counted", () => {
  const tally = new Tally({ queued: 1 });
  tally.expect("one", "queued", "reject");
  tally.settle("one");
  assert.deepEqual([tally.of("queued"), tally.of("rejected")], [1, 0]);
});

test("a count never falls below nothing", () => {
  const tally = new Tally({});
  tally.expect("one", "queued", "hold");
  assert.equal(tally.of("queued"), 0);
});

test("a pace is what the last minute saw, and unknown at first", () => {
  const pace = new Pace(0);
  pace.count(1000);
  assert.equal(pace.perMinute(5000), null);
  assert.equal(pace.perMinute(30_000), 2);
  pace.count(59_000);
  assert.equal(pace.perMinute(60_000), 2);
  assert.equal(pace.perMinute(90_000), 1);
});
