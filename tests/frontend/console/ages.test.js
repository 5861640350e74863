import assert from "node:assert/strict";
import { test } from "node:test";
import { ageWords, levelOf, ServerClock, spanWords, untilWords } from "../../../static/js/console/ages.js";

test("an age is minutes and seconds, then hours, then days", () => {
  assert.equal(ageWords(7.9), "0:07");
  assert.equal(ageWords(134), "2:14");
  assert.equal(ageWords(3600 + 5 * 60), "1 h 05");
  assert.equal(ageWords(3 * 86_400), "3 d");
});

test("a post from the future is not older than now", () => {
  assert.equal(ageWords(-3), "0:00");
  assert.equal(spanWords(-3), "0 s");
});

test("what is to come is counted down to now", () => {
  assert.deepEqual([14.2, 1, 0.2, 0, -3, 75].map(untilWords), ["in 15 s", "in 1 s", "in 1 s", "now", "now", "in 1:15"]);
});

test("a minute of waiting is amber, three are red", () => {
  assert.deepEqual([59, 60, 179, 180].map(levelOf), ["", "warn", "warn", "alarm"]);
});

test("ages follow the server's clock, not ours", () => {
  let ours = 1_000_000;
  const clock = new ServerClock(() => ours);
  clock.hear("1970-01-01T01:00:00+00:00");
  ours += 5000;
  assert.equal(clock.since(3_600_000), 5);
});

test("a time that cannot be read changes nothing", () => {
  const clock = new ServerClock(() => 42);
  clock.hear("soon");
  clock.hear(undefined);
  assert.equal(clock.now(), 42);
});
