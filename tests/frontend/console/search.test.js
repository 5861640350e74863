import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, matches } from "../../../static/js/console/search.js";

test("search sees through case, accents and width", () => {
  assert.ok(matches(fold("Tomás Bergström"), "tomas BERGSTROM"));
  assert.ok(matches(fold("ＰＩＮＫ１１"), "pink11"));
});

test("every word must be there, in any order", () => {
  assert.ok(matches(fold("the backlog is a list"), "list backlog"));
  assert.ok(!matches(fold("the backlog"), "backlog apologies"));
});

test("nothing looked for is found everywhere", () => {
  assert.ok(matches(fold("anything"), "  "));
});
