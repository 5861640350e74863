import assert from "node:assert/strict";
import { test } from "node:test";
import { showingLines } from "../../../static/js/console/shown.js";

const NOON = Date.parse("2031-05-04T12:00:00Z");
const HALLS = new Map([["foyer", "Foyer"]]);
/** @param {object} more */
const showing = (more = {}) => ({
  screen: "Left",
  hall: "foyer",
  times: 1,
  seconds: 42.4,
  first_at: "2031-05-04T11:00:00Z",
  last_at: "2031-05-04T11:00:42Z",
  is_there: false,
  ...more,
});

test("a post's card says on which screen it was, how long and when", () => {
  assert.deepEqual(showingLines([showing()], HALLS, "UTC", NOON), ["Left, Foyer: 42 s, first at 11:00."]);
  const often = showing({ times: 3, seconds: 180, last_at: "2031-05-04T11:30:00Z" });
  assert.deepEqual(showingLines([often], HALLS, "UTC", NOON), [
    "Left, Foyer: 3 min, 3 times, first at 11:00, last at 11:30.",
  ]);
});

test("what is on a screen now says so, unless that screen was not heard of late", () => {
  const now = showing({ is_there: true, last_at: "2031-05-04T11:59:55Z" });
  assert.deepEqual(showingLines([now], HALLS, "UTC", NOON), ["Left, Foyer: 42 s, first at 11:00, and is there now."]);
  assert.deepEqual(showingLines([showing({ is_there: true })], HALLS, "UTC", NOON), [
    "Left, Foyer: 42 s, first at 11:00.",
  ]);
});

test("a post that no paired screen had says that", () => {
  assert.deepEqual(showingLines([], HALLS, "UTC", NOON), ["On no screen that was paired."]);
});
