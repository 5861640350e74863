import assert from "node:assert/strict";
import { test } from "node:test";
import { Again, commonWords } from "../../../static/js/console/again.js";

/** @typedef {import("../../../static/js/console/again.js").Common} Common */

test("it is said in what posts are like another", () => {
  const alike = /** @type {{common: Common[]}[]} */ ([
    { common: ["words", "link"] },
    { common: ["author", "picture"] },
    { common: ["words"] },
  ]);
  assert.equal(
    commonWords(alike),
    "2 with like words, 1 with a link to the same place, 1 with the same picture, 1 by the same author",
  );
  assert.equal(commonWords(alike.slice(1, 2)), "1 with the same picture, 1 by the same author");
});

test("an answer that comes after the next decision offers nothing", async () => {
  const bar = /** @type {HTMLElement} */ (/** @type {unknown} */ ({ hidden: true }));
  /** @type {(alike: []) => void} */
  let answer = () => {};
  const parts = /** @type {any} */ ({ bar, ask: () => new Promise((resolve) => (answer = resolve)) });
  const again = new Again(parts);
  const offered = again.offer("x:1", "spam");
  again.close();
  answer(/** @type {any} */ ([{ post: { key: "x:2" }, common: ["words"] }]));
  await offered;
  assert.equal(again.isOpen, false);
});
