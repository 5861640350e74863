import assert from "node:assert/strict";
import { test } from "node:test";
import { Ledger } from "../../../static/js/screen/ledger.js";

/** @typedef {import("../../../static/js/screen/ledger.js").Question} Question */

/**
 * Questions such as "a3 b1!": their keys, their votes, and a mark on what is being answered (!) or was (.).
 * @param {string} said
 * @returns {Question[]}
 */
const asked = (said) =>
  said
    .split(" ")
    .filter(Boolean)
    .map((word) => ({
      key: word.charAt(0),
      text: `What of ${word}?`,
      votes: Number.parseInt(word.slice(1), 10),
      state: word.endsWith("!") ? "current" : word.endsWith(".") ? "answered" : "open",
    }));
/** @param {Ledger} ledger */
const wall = (ledger) => ledger.rows.map(({ key, votes }) => `${key}${votes}`).join(" ");

/**
 * @param {string} said
 * @param {boolean} [isCalm]
 */
function began(said, isCalm = false) {
  const ledger = new Ledger();
  ledger.hear(asked(said), 0);
  ledger.settle(0, isCalm);
  return ledger;
}

test("before the server said anything nothing is known, and then what it said stands", () => {
  const ledger = new Ledger();
  assert.equal(ledger.isKnown, false);
  assert.equal(ledger.settle(0, false), false);
  ledger.hear(asked("c9! a3 b1 d7."), 0);
  assert.equal(ledger.isKnown, true);
  assert.equal(ledger.settle(0, false), true);
  assert.equal(wall(ledger), "c9 a3 b1");
});

test("votes are told at once, places change only after a while, and in calm after half a minute", () => {
  for (const [isCalm, dueMs] of /** @type {const} */ ([
    [false, 4000],
    [true, 30_000],
  ])) {
    const ledger = began("a3 b1", isCalm);
    ledger.hear(asked("b5 a3"), dueMs - 1);
    assert.equal(ledger.settle(dueMs - 1, isCalm), false);
    assert.equal(wall(ledger), "a3 b5");
    assert.equal(ledger.settle(dueMs, isCalm), true);
    assert.equal(wall(ledger), "b5 a3");
  }
});

test("what is taken up stands on top at once, and what is answered leaves at once, calm or not", () => {
  const ledger = began("a3 b1 c0", true);
  ledger.hear(asked("b1! a3 c0"), 10);
  assert.equal(ledger.settle(10, true), true);
  assert.equal(wall(ledger), "b1 a3 c0");
  ledger.hear(asked("a3 c0 b1."), 20);
  assert.equal(ledger.settle(20, true), true);
  assert.equal(wall(ledger), "a3 c0");
});

test("a question comes at once where none was", () => {
  const ledger = began("", true);
  ledger.hear(asked("a0"), 10);
  assert.equal(ledger.settle(10, true), true);
  assert.equal(wall(ledger), "a0");
});

test("what was taken back is not brought back by an answer that was on its way, but by a later one", () => {
  const ledger = began("a3 b1");
  ledger.drop("a", 50);
  assert.equal(wall(ledger), "b1");
  ledger.hear(asked("a3 b1"), 40);
  ledger.settle(60, false);
  assert.equal(wall(ledger), "b1");
  ledger.hear(asked("a3 b1"), 60);
  ledger.settle(9000, false);
  assert.equal(wall(ledger), "a3 b1");
});

test("whatever is heard, no row is there twice, none that was taken back, and rows move no more often than allowed", () => {
  let seed = 7;
  const chance = (/** @type {number} */ below) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  const ledger = new Ledger();
  let movedMs = Number.NEGATIVE_INFINITY;
  for (let ms = 0; ms < 200_000; ms += 500) {
    const keys = [..."abcdef"].filter(() => chance(6) > 0).sort(() => chance(3) - 1);
    ledger.hear(asked(keys.map((key) => `${key}${chance(90)}`).join(" ")), ms);
    const before = ledger.rows.map(({ key }) => key);
    const isMoved = ledger.settle(ms, false);
    const after = ledger.rows.map(({ key }) => key);
    assert.equal(new Set(after).size, after.length);
    assert.ok(after.every((key) => keys.includes(key)));
    const stayed = before.filter((key) => after.includes(key));
    const isSorted = stayed.join() === after.filter((key) => before.includes(key)).join();
    const isMore = after.some((key) => !before.includes(key));
    if (before.length && stayed.length && (!isSorted || isMore)) assert.ok(ms - movedMs >= 4000, `${ms}`);
    if (isMoved) movedMs = ms;
  }
});
