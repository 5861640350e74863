import assert from "node:assert/strict";
import { test } from "node:test";
import { Takedowns, takedownWords } from "../../../static/js/console/takedowns.js";

/** @param {object} more */
const takedown = (more = {}) =>
  /** @type {import("../../../static/js/console/takedowns.js").Takedown} */ ({
    key: "a",
    hall: "main",
    at: "2031-05-04T12:00:00Z",
    asked: 6,
    confirmed: 6,
    took_ms: 412,
    late: [],
    ...more,
  });

test("the desk reads how many screens confirmed and how fast, halls together", () => {
  assert.equal(takedownWords([takedown()]), "Gone: 6 of 6 screens confirmed in 0.4 s.");
  assert.equal(
    takedownWords([takedown({ asked: 1, confirmed: 1, took_ms: 3 })]),
    "Gone: 1 of 1 screen confirmed in 0.1 s.",
  );
  const foyer = takedown({ hall: "foyer", asked: 2, confirmed: 2, took_ms: 1290 });
  assert.equal(takedownWords([takedown(), foyer]), "Gone: 8 of 8 screens confirmed in 1.3 s.");
});

test("who has not confirmed is named, and what becomes of it is said", () => {
  const late = takedown({ confirmed: 4, late: ["", "Hall C"] });
  assert.equal(
    takedownWords([late]),
    "4 of 6 screens confirmed in 0.4 s. Not yet: Hall C, a screen nobody paired. Unless it answers, it shows the holding card when its lease is over.",
  );
  assert.match(
    takedownWords([takedown({ asked: 1, confirmed: 0, took_ms: null, late: ["C"] })]),
    /^0 of 1 screen confirmed\. Not/,
  );
});

test("what was there when the page opened is no news, and nothing is told twice", () => {
  const takedowns = new Takedowns();
  assert.deepEqual(takedowns.hear([takedown()]), []);
  const late = takedown({ key: "b", confirmed: 5, late: ["C"] });
  assert.deepEqual(
    takedowns.hear([takedown(), late]).map(({ isWhole }) => isWhole),
    [false],
  );
  assert.deepEqual(takedowns.hear([late]), []);
  assert.deepEqual(
    takedowns.hear([takedown({ key: "b" })]).map(({ isWhole }) => isWhole),
    [true],
  );
});
