import assert from "node:assert/strict";
import { test } from "node:test";
import { figuresOf, plightOf, programmeOf } from "../../../static/js/console/sources.js";

/** @typedef {import("../../../static/js/console/sources.js").Health} Health */

const NOW = Date.parse("2026-05-04T10:00:00Z");

/** @param {Partial<Health>} more @returns {Health} */
const health = (more) => ({
  name: "m",
  title: "Mastodon",
  network: "mastodon",
  state: "following",
  last_heard_at: "2026-05-04T09:59:58Z",
  last_post_at: null,
  lag_s: null,
  received: 4,
  duplicates: 0,
  rate_limit_left: null,
  budget_left: null,
  refused: {},
  error: "",
  remedy: "",
  next_try_at: null,
  ...more,
});

test("a source that follows is said in two figures", () => {
  const words = plightOf(health({}), NOW);
  assert.deepEqual([words.level, words.flag, words.heard, words.aside, words.plight], ["", "", "2 s", "4 posts", ""]);
});

test("a source that waits is in trouble, and says when it tries again and what to do", () => {
  const words = plightOf(
    health({
      state: "waiting",
      error: "It asks us to slow down.",
      remedy: "Wait.",
      next_try_at: "2026-05-04T10:00:40Z",
    }),
    NOW,
  );
  assert.deepEqual([words.level, words.flag], ["warn", "Trouble"]);
  assert.equal(words.plight, "It asks us to slow down. Next try in 40 s.");
  assert.equal(words.remedy, "Wait.");
});

test("a source that is silent for three minutes, or needs a person, is an alarm", () => {
  assert.equal(plightOf(health({ state: "waiting", last_heard_at: "2026-05-04T09:56:00Z" }), NOW).level, "alarm");
  const needs = plightOf(health({ state: "needs_you", last_heard_at: null }), NOW);
  assert.deepEqual([needs.level, needs.flag, needs.heard], ["alarm", "Needs you", "never"]);
});

test("posts that could not be read are counted without an alarm", () => {
  const words = plightOf(health({ refused: { "no text": 2, "too long": 1 } }), NOW);
  assert.deepEqual([words.level, words.plight], ["", "3 not taken."]);
});

test("a source that another server follows is in no trouble, and says so", () => {
  const words = plightOf(health({ state: "standing_by", last_heard_at: null, received: 0 }), NOW);
  assert.deepEqual([words.level, words.flag, words.aside, words.plight], ["", "", "another server follows it", ""]);
});

test("what else is known of a source is said a line each, the commonest reason first, and nothing that is unknown", () => {
  assert.deepEqual(figuresOf(health({}), NOW), []);
  const known = {
    last_post_at: "2026-05-04T09:57:00Z",
    lag_s: 42,
    duplicates: 7,
    refused: { "too long": 1, "not public": 3 },
    rate_limit_left: 0,
    budget_left: 120,
  };
  assert.deepEqual(figuresOf(health(known), NOW), [
    "last post 3:00 ago",
    "42 s behind its network",
    "7 heard again",
    "0 requests left for now",
    "120 posts left to read today",
    "not taken: not public (3)",
    "not taken: too long (1)",
  ]);
});

test("the programme stands among the sources, with its trouble while the last good one stays", () => {
  const condition = {
    where: "https://pink11.example/schedule.json",
    read_at: "2026-05-04T09:00:00Z",
    sessions: 2,
    refused: {},
    error: "The programme is a web page.",
    remedy: "Name the address of schedule.json.",
  };
  const told = (/** @type {object} */ more) => {
    const read = programmeOf({ ...condition, ...more });
    assert.ok(read);
    const { level, aside, plight, remedy } = plightOf(read, NOW);
    return [level, aside, plight, remedy];
  };
  assert.deepEqual(told({}), ["warn", "2 sessions", condition.error, condition.remedy]);
  assert.equal(told({ read_at: null, sessions: 0 })[0], "alarm");
  assert.deepEqual(told({ error: "", refused: { "without a title": 1 } }), ["", "2 sessions", "1 not taken.", ""]);
  assert.equal(programmeOf({ ...condition, where: "" }), null);
});
