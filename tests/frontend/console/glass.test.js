import assert from "node:assert/strict";
import { test } from "node:test";
import { Glass } from "../../../static/js/console/glass.js";

const TALL = 100;

/** @param {number} scrollTop */
function glassAt(scrollTop) {
  return new Glass(/** @type {HTMLElement} */ ({ scrollTop, clientHeight: 250 }));
}

/** @param {number} count */
function cards(count) {
  const list = Array.from({ length: count }, (_, place) => ({ place, offsetTop: place * TALL, offsetHeight: TALL }));
  return /** @type {HTMLCollection} */ (/** @type {unknown} */ (list));
}

/**
 * @param {Glass} glass
 * @param {HTMLCollection} list
 */
function places(glass, list) {
  return glass.near(list).map((card) => /** @type {{place?: number}} */ (card).place);
}

test("what is near is what is seen and one glass more on each side", () => {
  const near = places(glassAt(1000), cards(200));
  assert.deepEqual([near[0], near.at(-1)], [7, 15]);
  assert.equal(near.length, 9);
});

test("at its ends a list has nothing further, and an empty one nothing at all", () => {
  assert.equal(places(glassAt(0), cards(200))[0], 0);
  assert.equal(places(glassAt(19_750), cards(200)).at(-1), 199);
  assert.deepEqual(places(glassAt(0), cards(0)), []);
});
