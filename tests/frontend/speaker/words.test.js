import assert from "node:assert/strict";
import { test } from "node:test";
import { askerWords, fromWords, leftWords, moreWords, votesWords, whoWords } from "../../../static/js/speaker/words.js";

const AT = "2026-11-11T10:00:00Z";
/** @param {string} by */
const line = (by, at = AT) => ({ id: "1", by, text: "Two minutes left", at });

test("a line says who wrote it and how long ago", () => {
  assert.equal(fromWords([line("Sam")], AT), "From Sam, just now");
  assert.equal(fromWords([line("Sam")], "2026-11-11T10:03:59Z"), "From Sam, 3 min ago");
});

test("what waits behind a line is counted", () => {
  assert.equal(fromWords([line("Sam"), line("Jo")], AT), "From Sam, just now. 1 more behind it");
  assert.equal(fromWords([], AT), "");
});

test("a post says who wrote it, and where", () => {
  assert.equal(whoWords({ key: "", name: "Ines", network: "Mastodon", text: "" }), "Ines, Mastodon");
});

test("the time that is left is told in whole minutes, and at last as the last one", () => {
  assert.deepEqual([null, 2700, 119.9, 60, 59].map(leftWords), [
    "",
    "45 min left",
    "1 min left",
    "1 min left",
    "Last minute",
  ]);
});

test("a question says who asks, and how many want to hear the answer", () => {
  const asked = { key: "", text: "", askers: ["Ada"], votes: 1 };
  assert.deepEqual([askerWords(asked), votesWords(asked)], ["Ada", "1 vote"]);
  const merged = { ...asked, askers: ["Ada", "Bob", "Eve"], votes: 12 };
  assert.deepEqual([askerWords(merged), votesWords(merged)], ["Ada and 2 more", "12 votes"]);
});

test("what waits behind the next three is counted", () => {
  assert.deepEqual([moreWords(3, 3), moreWords(4, 3), moreWords(9, 3)], ["", "1 more waits", "6 more wait"]);
});
