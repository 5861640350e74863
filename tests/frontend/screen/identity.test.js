import assert from "node:assert/strict";
import { test } from "node:test";
import { actOf, codeWords } from "../../../static/js/screen/identity.js";

/** @param {object} more */
const screen = (more = {}) =>
  /** @type {import("../../../static/js/screen/identity.js").Paired} */ ({
    name: "Left",
    hall: "main",
    layout: null,
    panic: "off",
    reloads: 2,
    shows: 1,
    ...more,
  });

test("a screen that was just paired says who it is; one that knew it already says nothing", () => {
  assert.equal(actOf(null, screen(), "main"), "show");
  assert.equal(actOf(screen(), screen(), "main"), "");
  assert.equal(actOf(screen(), screen({ shows: 2 }), "main"), "show");
  assert.equal(actOf(screen(), screen({ name: "Right", panic: "black" }), "main"), "");
});

test("it loads anew when it is told to, and goes to the hall that it is given", () => {
  assert.equal(actOf(screen(), screen({ reloads: 3 }), "main"), "reload");
  assert.equal(actOf(null, screen({ reloads: 3 }), "main"), "show");
  assert.equal(actOf(screen(), screen({ hall: "foyer" }), "main"), "move");
});

test("a screen that nobody paired has nothing to do", () => {
  assert.equal(actOf(screen(), null, "main"), "");
});

test("a code is read as two words", () => {
  assert.equal(codeWords("BCDFGHJK"), "BCDF GHJK");
});
