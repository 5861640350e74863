import assert from "node:assert/strict";
import { test } from "node:test";
import { hasGone, wouldGo } from "../../../static/js/console/forgetting.js";

const told = { name: "Mia", is_one_post: false, posts: 3, mentions: 0 };

test("what would go is counted, with what others said, before anybody is forgotten", () => {
  assert.equal(wouldGo(told), "3 posts go, for good.");
  assert.equal(
    wouldGo({ ...told, posts: 1, mentions: 2 }),
    "1 post goes, for good. 2 posts of others mention them: those words are the others’.",
  );
});

test("where nobody can tell who wrote it, one post goes and nobody is refused", () => {
  assert.match(wouldGo({ ...told, is_one_post: true }), /it alone goes, and whoever wrote it may post again/);
});

test("what has gone is said once it is done", () => {
  assert.equal(hasGone({ ...told, mentions: 1 }).split(".")[0], "Forgotten: 3 posts are gone");
});
