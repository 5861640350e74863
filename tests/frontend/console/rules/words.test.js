import assert from "node:assert/strict";
import { test } from "node:test";
import {
  applyWords,
  conditionWords,
  fieldOf,
  hidesWords,
  historyWords,
  trialWords,
  untilWords,
  verdictWords,
} from "../../../../static/js/console/rules/words.js";

const NOON = Date.parse("2026-11-17T12:00:00Z");
/** @typedef {import("../../../../static/js/console/rules/book.js").Rule} Rule */

/** @type {import("../../../../static/js/console/rules/book.js").Condition[]} */
const CONDITIONS = ["words", "authors", "min_links", "has_media", "min_karma", "is_robot", "is_tired"].map((name) => ({
  name,
  words: name.replace("_", " "),
  hint: "",
  form: "text",
}));
/**
 * @param {Rule} rule
 * @returns {import("../../../../static/js/console/rules/book.js").Standing}
 */
const standing = (rule) => ({
  ...{ origin: "desk", kind: "rule", by: "Sam", at: null, stands: true, trouble: "" },
  called: rule.name,
  rule,
});
/**
 * @param {object} asked
 * @returns {Rule}
 */
const rule = (asked) => ({ name: "a", verdict: "hold", ...asked });

test("a rule is told by what it looks for, and a long list by its first entries", () => {
  const long = rule({ words: ["a", "b", "c", "d", "e"], authors: ["id:1234"], min_links: 2, has_media: false });
  assert.equal(
    conditionWords(long, CONDITIONS),
    "says “a”, “b”, “c” or 2 more · by one phone · has 2 links or more · has no picture or film",
  );
  assert.equal(conditionWords(rule({ words: ["a", "b"] }), CONDITIONS), "says “a” or “b”");
});

test("a condition that the page has no words for is told by its own name", () => {
  const strange = rule({ min_karma: 5, is_robot: true, is_tired: false });
  assert.equal(conditionWords(strange, CONDITIONS), "min karma 5 · is robot · not: is tired");
});

test("what is held for a while is shown after it", () => {
  assert.equal(verdictWords({ name: "a", verdict: "hold", hold_s: 15 }), "Shows after 15 s");
  assert.equal(verdictWords({ name: "a", verdict: "hold" }), "Holds");
});

test("an end is told by the clock today, and with its day later", () => {
  const words = (/** @type {string | undefined} */ until) =>
    untilWords(standing(rule({ until })), NOON, "Europe/Berlin");
  assert.equal(words("2026-11-17T17:00:00Z"), "until 18:00");
  assert.match(words("2026-11-18T17:00:00Z"), /^until Wed,? 18 Nov,? 18:00$/);
  assert.equal(words("2026-11-17T11:00:00Z"), "over since 12:00");
  assert.equal(words(undefined), "");
  assert.equal(untilWords(standing({ name: "a", verdict: "hold", on: false }), NOON, "UTC"), "off");
});

test("a moment stands in its field by the venue's clock", () => {
  assert.equal(fieldOf("2026-11-17T23:30:00Z", "Europe/Berlin"), "2026-11-18T00:30");
  assert.equal(fieldOf(undefined, "UTC"), "");
});

test("a trial is told in one sentence", () => {
  assert.equal(
    trialWords({ looked_at: 500, caught: 14, waiting: 1 }),
    "It would have caught 14 of the last 500 posts. 1 of them waits now.",
  );
  assert.equal(
    trialWords({ looked_at: 500, caught: 0, waiting: 0 }),
    "It would have caught none of the last 500 posts.",
  );
  assert.equal(trialWords({ looked_at: 0, caught: 0, waiting: 0 }), "No post has come yet to try it on.");
});

test("a rule is only offered for what waits where it does something to it", () => {
  assert.equal(applyWords({ name: "a", verdict: "reject" }, 3), "Reject the 3 that wait");
  assert.equal(applyWords({ name: "a", verdict: "hold" }, 1), "Hold the 1 that waits");
  assert.equal(applyWords({ name: "a", verdict: "queue" }, 3), "");
  assert.equal(applyWords({ name: "a", verdict: "reject" }, 0), "");
});

test("an author is known by what became of the other posts", () => {
  const history = {
    shown: 0,
    not_shown: 0,
    waiting: 0,
    is_trusted: false,
    is_muted: false,
    may_trust: false,
    server: "",
  };
  assert.equal(historyWords(history), "first post here");
  assert.equal(historyWords({ ...history, waiting: 2 }), "new here");
  assert.equal(historyWords({ ...history, shown: 3, not_shown: 1, is_trusted: true }), "3 shown, 1 not shown, trusted");
  assert.equal(historyWords({ ...history, not_shown: 1, is_muted: true }), "1 not shown, muted");
});

test("a mute says before what it would hide", () => {
  assert.equal(
    hidesWords({ looked_at: 500, caught: 9, waiting: 2 }),
    "It hides 2 that wait now. Of the last 500 posts it would have hidden 9.",
  );
});
