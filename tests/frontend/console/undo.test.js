import assert from "node:assert/strict";
import { test } from "node:test";
import { Undo } from "../../../static/js/console/undo.js";

test("undo goes back from the last decision to the first", () => {
  const undo = new Undo();
  undo.push({ key: "one", version: 2 });
  undo.push({ key: "two", version: 2 });
  assert.equal(undo.pop()?.key, "two");
  assert.equal(undo.pop()?.key, "one");
  assert.equal(undo.pop(), undefined);
});

test("the server's answer corrects the version that undo will name", () => {
  const undo = new Undo();
  undo.push({ key: "one", version: 2 });
  undo.settle({ key: "one", version: 5 });
  assert.deepEqual(undo.pop(), { key: "one", version: 5 });
});

test("a decision that did not happen cannot be undone", () => {
  const undo = new Undo();
  undo.push({ key: "one", version: 2 });
  undo.forget("one");
  assert.equal(undo.length, 0);
});

test("a post decided twice is undone once", () => {
  const undo = new Undo();
  undo.push({ key: "one", version: 2 });
  undo.push({ key: "one", version: 4 });
  assert.deepEqual([undo.pop()?.version, undo.pop()], [4, undefined]);
});

test("the last step of a kind is found among others", () => {
  const undo = new Undo();
  undo.push({ key: "stage:1", version: 0, parts: [{ hall: "main", field: "panic", from: "off", to: "black" }] });
  undo.push({ key: "one", version: 2 });
  assert.equal(undo.lastOf(({ parts }) => parts !== undefined)?.key, "stage:1");
  assert.equal(undo.last?.key, "one");
});

test("what was kept comes back, and rubbish is nothing", () => {
  const undo = new Undo();
  undo.push({ key: "one", version: 2 });
  assert.deepEqual(Undo.read(String(undo)).pop(), { key: "one", version: 2 });
  for (const rubbish of [null, "{", "3"]) assert.equal(Undo.read(rubbish).length, 0);
});
