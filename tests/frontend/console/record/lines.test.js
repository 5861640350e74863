import assert from "node:assert/strict";
import { test } from "node:test";
import { idOf, Lines, stands } from "../../../../static/js/console/record/lines.js";
import { line } from "./made_up.js";

/** @param {number[]} numbers */
const some = (...numbers) => numbers.map((number) => line({ key: `x:${number}` }));
/** @param {Lines} lines */
const keys = (lines) => lines.all.map(({ key }) => Number(key.slice(2)));

test("news at the head push down what is here, and what lies behind stays", () => {
  const lines = new Lines();
  lines.refresh({ decisions: some(3, 2), next: "b" });
  lines.append({ decisions: some(1, 0), next: null });
  lines.refresh({ decisions: some(4, 3), next: "c" });
  assert.deepEqual(keys(lines), [4, 3, 2, 1, 0]);
  assert.equal(lines.next, null);
});

test("where more than a page is new, the page is all there is", () => {
  const lines = new Lines();
  lines.refresh({ decisions: some(1, 0), next: null });
  lines.refresh({ decisions: some(9, 8), next: "h" });
  assert.deepEqual([keys(lines), lines.next, lines.goesOn], [[9, 8], "h", true]);
});

test("a page that is the whole record replaces everything", () => {
  const lines = new Lines();
  lines.refresh({ decisions: some(3, 2, 1), next: null });
  lines.refresh({ decisions: [], next: null });
  assert.deepEqual([lines.all, lines.goesOn], [[], false]);
});

test("the same line comes in once", () => {
  const lines = new Lines();
  lines.refresh({ decisions: some(3, 2), next: "b" });
  lines.append({ decisions: some(2, 1), next: null });
  assert.deepEqual(keys(lines), [3, 2, 1]);
});

test("a line that was read again stays in its place", () => {
  const lines = new Lines();
  lines.refresh({ decisions: some(3, 2, 1), next: null });
  lines.renew(line({ key: "x:2", reverse: null }));
  lines.renew(line({ key: "x:7" }));
  assert.deepEqual(keys(lines), [3, 2, 1]);
  assert.equal(lines.of(idOf(line({ key: "x:2" })))?.reverse, null);
});

test("the hand moves over what is shown, stops at both ends, and begins at the first", () => {
  const lines = new Lines();
  lines.refresh({ decisions: some(3, 2, 1), next: null });
  const isShown = (/** @type {{key: string}} */ { key }) => key !== "x:2";
  assert.equal(lines.neighbour(null, 1, isShown), "x:3@2");
  assert.equal(lines.neighbour("x:3@2", 1, isShown), "x:1@2");
  assert.equal(lines.neighbour("x:1@2", 1, isShown), "x:1@2");
  assert.equal(lines.neighbour("x:2@2", -1, isShown), "x:3@2");
  assert.equal(
    lines.neighbour("x:3@2", 1, () => false),
    null,
  );
});

test("an order stands while one of its decisions does", () => {
  assert.equal(stands(line()), true);
  assert.equal(stands(line({ reverse: null })), false);
  assert.equal(stands(line({ together: 12, standing: 1, reverse: null })), true);
  assert.equal(stands(line({ together: 12, standing: 0 })), false);
});
