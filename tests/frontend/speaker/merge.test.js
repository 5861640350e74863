import assert from "node:assert/strict";
import { test } from "node:test";
import { choicesOf } from "../../../static/js/speaker/merge.js";

test("what was answered is not merged, and the others are named with their votes, shortened", () => {
  const long = "🌱".repeat(100);
  const questions = [
    { key: "a", text: "Who?", votes: 3, state: "current" },
    { key: "b", text: long, votes: 1, state: "open" },
    { key: "c", text: "Done", votes: 9, state: "answered" },
  ];
  assert.deepEqual(choicesOf(questions), [
    { key: "a", words: "3: Who?" },
    { key: "b", words: `1: ${"🌱".repeat(89)}…` },
  ]);
});
