import assert from "node:assert/strict";
import { test } from "node:test";
import { factsWords, isWell, strangerWords, troubleWords } from "../../../../static/js/console/screens/words.js";

const NOON = Date.parse("2031-05-04T12:00:00Z");

/** @param {number} seconds */
const ago = (seconds) => new Date(NOON - seconds * 1000).toISOString();
/** @param {object} more */
const page = (more = {}) => ({
  hall: "main",
  is_there: true,
  since: ago(600),
  seen_at: ago(1),
  browser: "Chromium 140, Linux",
  width: 1920,
  height: 1080,
  latency_ms: 12,
  painted_at: ago(3),
  ...more,
});
/** @param {object} more */
const screen = (more = {}) =>
  /** @type {import("../../../../static/js/console/screens/words.js").Screen} */ ({
    id: "1",
    name: "Left",
    hall: "main",
    layout: null,
    panic: "off",
    reloads: 0,
    shows: 0,
    open: 1,
    page: page(),
    ...more,
  });

test("what is known of a screen stands in one line, and what is not known is left out", () => {
  assert.equal(factsWords(page(), NOON), "1920 × 1080 · Chromium 140, Linux · answers in 12 ms · last receipt 3 s ago");
  assert.equal(factsWords(page({ width: 0, browser: "", latency_ms: null, painted_at: null }), NOON), "");
});

test("a screen that is lost says what its hall sees meanwhile", () => {
  const lost = (/** @type {number} */ seconds) =>
    screen({ open: 0, page: page({ is_there: false, seen_at: ago(seconds) }) });
  assert.match(troubleWords(lost(20), NOON, 60), /^Lost 20 s ago: it goes on/);
  assert.match(troubleWords(lost(90), NOON, 60), /it shows the holding card, if it is on\.$/);
  assert.equal(isWell(lost(20)), false);
  assert.equal(troubleWords(screen({ page: null, open: 0 }), NOON, 60), "Its page was not open in the last hour.");
});

test("a screen that is open twice is no good screen; one at a panic level is, and says so", () => {
  assert.match(troubleWords(screen({ open: 2 }), NOON, 60), /^Its page is open 2 times/);
  assert.equal(isWell(screen({ open: 2 })), false);
  assert.equal(troubleWords(screen({ panic: "black" }), NOON, 60), "Black.");
  assert.equal(isWell(screen({ panic: "black" })), true);
  assert.equal(troubleWords(screen(), NOON, 60), "");
});

test("a page that nobody paired is told by its hall", () => {
  const halls = new Map([["main", "Main hall"]]);
  assert.equal(strangerWords(page(), halls, NOON), "Main hall · 1920 × 1080 · Chromium 140, Linux · answers in 12 ms");
  assert.equal(strangerWords(page({ is_there: false }), halls, NOON), "Main hall · lost");
});
