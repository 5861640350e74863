import assert from "node:assert/strict";
import { test } from "node:test";
import { backlogWords, handsWords, levelLines } from "../../../static/js/console/service.js";

/** @typedef {import("../../../static/js/console/service.js").Level} Level */

/** @type {Level} */
const BUSY = {
  waiting: 40,
  waiting_p50_s: 40,
  waiting_p95_s: 190,
  came_a_minute: 9,
  decided_a_minute: 4,
  backlog_min: 10,
  needs_hands: true,
  halls: [
    { hall: "main", ahead: 14, ahead_s: 130 },
    { hall: "foyer", ahead: 0, ahead_s: 0 },
  ],
};
const NAMES = new Map([["main", "Main hall"]]);

test("more hands are asked for in figures, and only where they would help", () => {
  assert.equal(handsWords(BUSY), "More hands would help: 9 a minute come in, 4 are decided.");
  assert.match(handsWords({ ...BUSY, decided_a_minute: 0 }), /none is decided/);
  assert.match(
    handsWords({ ...BUSY, came_a_minute: 1, decided_a_minute: 0.333 }),
    /1 a minute comes in, 0\.3 are decided/,
  );
  assert.equal(handsWords({ ...BUSY, needs_hands: false }), "");
});

test("the backlog is minutes, and unknown where nobody decides", () => {
  assert.deepEqual(
    [null, 0, 0.4, 9.6].map((backlog_min) => backlogWords({ ...BUSY, backlog_min })),
    ["–", "0", "<1", "10"],
  );
});

test("how long posts wait and what halls have ahead is said in sentences", () => {
  assert.deepEqual(levelLines(BUSY, NAMES), [
    "Half of what waits does so for 0:40 or longer, one in twenty for 3:10.",
    "In the last three minutes 9 a minute come in, 4 are decided.",
    "Main hall: 14 to come on air, 2:10.",
    "foyer: nothing to come on air.",
  ]);
  const idle = { ...BUSY, waiting: 0, waiting_p50_s: null, waiting_p95_s: null, backlog_min: 0, halls: [] };
  assert.equal(levelLines(idle, NAMES)[0], "Nothing waits.");
  assert.ok(levelLines({ ...BUSY, backlog_min: null }, NAMES).includes("Nobody decides just now."));
});
