import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { hex, sha256, solve } from "../../static/js/solver.js";

/** @param {string} text */
const known = (text) => createHash("sha256").update(text).digest("hex");

test("our SHA-256 is everybody's, at every length that fits into a block", () => {
  for (let length = 0; length <= 55; length += 1) {
    const text = Array.from({ length }, (_, at) => String.fromCharCode(33 + ((at * 7 + length) % 90))).join("");
    assert.equal(hex(sha256(text)), known(text), text);
  }
  assert.throws(() => sha256("x".repeat(56)), RangeError);
});

test("the number of a puzzle is found wherever it is, and none where there is none", () => {
  const salt = "1935835200000.abcdefghijkl";
  for (const number of [0, 1, 498, 499])
    assert.equal(solve({ salt, hash: known(`${salt}.${number}`), most: 500 }), `${salt}.${number}`);
  assert.equal(solve({ salt, hash: known(`${salt}.500`), most: 500 }), "");
});
