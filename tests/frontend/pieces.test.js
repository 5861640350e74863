import assert from "node:assert/strict";
import { test } from "node:test";
import { piecesOf } from "../../static/js/pieces.js";

test("every other piece is a hashtag, whatever the script", () => {
  assert.deepEqual(piecesOf("صباح الخير #pink11"), ["صباح الخير ", "#pink11", ""]);
  assert.deepEqual(piecesOf("#pink11#日本語 yes"), ["", "#pink11", "", "#日本語", " yes"]);
  assert.deepEqual(piecesOf("no tag, only # and 1"), ["no tag, only # and 1"]);
});
