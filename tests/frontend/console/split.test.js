import assert from "node:assert/strict";
import { test } from "node:test";
import { partOf } from "../../../static/js/console/split.js";

const KEYS = Array.from({ length: 3000 }, (_, number) => `mastodon:${number.toString(16).padStart(32, "0")}`);
const PEOPLE = ["Ada", "Jo", "Sam"];

/** @param {readonly string[]} people */
function sizes(people) {
  const found = new Map(people.map((name) => [name, 0]));
  for (const key of KEYS) found.set(partOf(key, people), (found.get(partOf(key, people)) ?? 0) + 1);
  return found;
}

test("everybody gets about the same", () => {
  for (const people of [PEOPLE, ["Sam", "Sam 2"], ["a", "b", "c", "d", "e", "f", "g"]]) {
    const even = KEYS.length / people.length;
    for (const [name, many] of sizes(people)) assert.ok(Math.abs(many - even) < even * 0.15, `${name}: ${many}`);
  }
});

test("every page finds the same, in whatever order it hears of people", () => {
  for (const key of KEYS.slice(0, 100)) assert.equal(partOf(key, PEOPLE), partOf(key, [...PEOPLE].reverse()));
});

test("who comes takes from everybody, and nothing else moves", () => {
  for (const key of KEYS) {
    const after = partOf(key, [...PEOPLE, "Mika"]);
    if (after !== "Mika") assert.equal(after, partOf(key, PEOPLE));
  }
});

test("alone one has everything, and nobody has nothing", () => {
  assert.equal(partOf("x:1", ["Jo"]), "Jo");
  assert.equal(partOf("x:1", []), "");
});
