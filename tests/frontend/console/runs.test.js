import assert from "node:assert/strict";
import { test } from "node:test";
import { runsOf } from "../../../static/js/console/runs.js";

/** @param {string} text */
const apart = (text) =>
  runsOf(text)
    .map((run) => (run.isApart ? `[${run.text}]` : run.text))
    .join("");

test("hashtags and mentions of any script stand apart", () => {
  assert.equal(apart("مرحبا #pink11"), "مرحبا [#pink11]");
  assert.equal(apart("to @jo@social.example, #変更管理 #1"), "to [@jo@social.example], [#変更管理] [#1]");
});

test("an address is cut to its host, as on a screen", () => {
  assert.equal(apart("see https://a.example/b?c now"), "see [a.example] now");
});

test("plain words are one run, and nothing is none", () => {
  assert.deepEqual(runsOf("a # b"), [{ text: "a # b", isApart: false }]);
  assert.deepEqual(runsOf(""), []);
});
