import assert from "node:assert/strict";
import { test } from "node:test";
import { changedWords, modeWords, panicWords, unchangedWords } from "../../../static/js/console/stagewords.js";
import { stageOf } from "../../../static/js/stage.js";

/** @typedef {import("../../../static/js/stage.js").Level} Level */

/** @param {...Level} levels */
const halls = (...levels) => levels.map((level, index) => ({ hall: `${index}`, name: `Hall ${index}`, level }));

test("the mode line says layout and calm, and first of all that there is panic", () => {
  assert.deepEqual(modeWords(stageOf({ layout: "spotlight", calm: true })), ["Spotlight", ", calm"]);
  assert.deepEqual(modeWords(stageOf({ panic: "black", calm: true })), ["Black", " over columns, calm"]);
});

test("the bar says panic in words, of all screens or by hall", () => {
  assert.equal(panicWords(halls("off", "off")), "");
  assert.equal(panicWords(halls("black", "black")), "All black");
  assert.equal(panicWords(halls("off", "freeze")), "Hall 1: frozen");
  assert.equal(panicWords(halls("holding", "black")), "Hall 0: holding card, Hall 1: black");
});

test("every change is said, with its hall", () => {
  for (const [field, value] of /** @type {const} */ ([
    ["layout", "columns"],
    ["layout", "spotlight"],
    ["calm", true],
    ["calm", false],
    ["sponsors", true],
    ["sponsors", false],
    ["spotlight", "key"],
    ["spotlight", null],
  ]))
    assert.match(changedWords(field, value, "Hall A"), /Hall A/);
  assert.equal(changedWords("panic", "off", "Hall A"), "All screens go on.");
});

test("a change that was not made says why, and how it is now", () => {
  const stage = stageOf({ layout: "columns", calm: true });
  assert.equal(
    unchangedWords({ message: "Sam changed it 3 s ago.", stage }),
    "Not done: Sam changed it 3 s ago. Now: Columns, calm.",
  );
  assert.equal(unchangedWords({ stage: null }), "Not done: The desk did not answer.");
});
