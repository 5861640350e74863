import assert from "node:assert/strict";
import { test } from "node:test";
import { largest, most } from "../../static/js/fit.js";

test("the largest size that fits is found, whatever it is", () => {
  for (let limit = 1; limit < 3.4; limit += 0.017) {
    const found = largest(1, 3.4, (value) => value <= limit, 0.02) ?? Number.NaN;
    assert.ok(found <= limit && found > limit - 0.02, `${limit}: ${found}`);
  }
});

test("it takes few looks, since each one measures the page", () => {
  let looks = 0;
  const fits = (/** @type {number} */ value) => {
    looks += 1;
    return value <= 2;
  };
  largest(1, 3.4, fits, 0.02);
  assert.ok(looks <= 9, String(looks));
});

test("what fits at its largest is not made smaller, and what does not fit at all is said", () => {
  assert.equal(
    largest(1, 3.4, () => true, 0.02),
    3.4,
  );
  assert.equal(
    largest(1, 3.4, () => false, 0.02),
    null,
  );
});

test("lines are counted whole", () => {
  for (let limit = 1; limit <= 60; limit += 1)
    assert.equal(
      most(1, 60, (lines) => lines <= limit),
      limit,
    );
  assert.equal(
    most(1, 60, () => false),
    null,
  );
});
