import assert from "node:assert/strict";
import { test } from "node:test";
import { Undo } from "../../../static/js/console/undo.js";

/** @param {string} key @param {number} [version] @returns {import("../../../static/js/console/undo.js").Step} */
const one = (key, version = 2) => ({ key: `order:${key}:${version}`, versions: { [key]: version } });

test("undo goes back from the last order to the first", () => {
  const undo = new Undo();
  undo.push(one("a"));
  undo.push(one("b"));
  assert.deepEqual(undo.take()?.versions, { b: 2 });
  assert.deepEqual(undo.take()?.versions, { a: 2 });
  assert.equal(undo.take(), undefined);
});

test("the server's answer corrects the version that undo will name, also while it is being taken back", () => {
  const undo = new Undo();
  undo.push(one("a"));
  undo.settle("a", 5);
  const step = undo.take();
  assert.deepEqual(step?.versions, { a: 5 });
  undo.settle("a", 7);
  assert.deepEqual(step?.versions, { a: 7 });
});

test("what was not decided after all cannot be undone, and of many only that one", () => {
  const undo = new Undo();
  undo.push({ key: "order:1", versions: { a: 2, b: 2 } });
  undo.forget("a");
  assert.deepEqual(undo.last?.versions, { b: 2 });
  const step = undo.take();
  assert.ok(step && undo.isTaken(step));
  undo.forget("b");
  assert.ok(step && !undo.isTaken(step));
  assert.equal(undo.length, 0);
});

test("a post decided twice is undone once, whatever else its first order did", () => {
  const undo = new Undo();
  undo.push({ key: "order:1", versions: { a: 2, b: 2 } });
  undo.push(one("a", 4));
  assert.deepEqual([undo.take()?.versions, undo.take()?.versions, undo.take()], [{ a: 4 }, { b: 2 }, undefined]);
});

test("a step that could not be taken back is the last again", () => {
  const undo = new Undo();
  undo.push(one("a"));
  const step = undo.take();
  if (step) undo.putBack(step);
  assert.equal(undo.last, step);
});

test("the last step of a kind is found among others", () => {
  const undo = new Undo();
  undo.push({ key: "stage:1", versions: {}, parts: [{ hall: "main", field: "panic", from: "off", to: "black" }] });
  undo.push(one("a"));
  assert.equal(undo.lastOf(({ parts }) => parts !== undefined)?.key, "stage:1");
  assert.deepEqual(undo.last?.versions, { a: 2 });
});

test("what was kept comes back, and rubbish is nothing", () => {
  const undo = new Undo();
  undo.push({ key: "order:1", versions: { a: 2, b: 3 } });
  assert.deepEqual(Undo.read(String(undo)).take()?.versions, { a: 2, b: 3 });
  for (const rubbish of [null, "{", "3", "[null, 3]"]) assert.equal(Undo.read(rubbish).length, 0);
});
