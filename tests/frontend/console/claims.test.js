import assert from "node:assert/strict";
import { test } from "node:test";
import { Claims, Grip } from "../../../static/js/console/claims.js";

/** @param {string} by @param {string} key */
const claim = (by, key) => ({ by, key, since: "2026-05-04T10:00:00Z" });

test("of several who have a post in hand the first one has it", () => {
  const claims = new Claims("Jo");
  assert.equal(claims.hear([claim("Sam", "1"), claim("Jo", "2"), claim("Ada", "2"), claim("Ben", "1")]), true);
  assert.equal(claims.holderOf("1"), "Sam");
  assert.equal(claims.holderOf("2"), undefined);
  assert.equal(claims.hear([claim("Sam", "1"), claim("Jo", "2"), claim("Ada", "2"), claim("Ben", "1")]), false);
  assert.equal(claims.hear([claim("Sam", "")]), true);
  assert.equal(claims.holderOf("1"), undefined);
});

test("who else is here is said in few words", () => {
  const claims = new Claims("Jo");
  const said = (/** @type {string[]} */ ...names) => {
    claims.hear(names.map((name) => claim(name, "")));
    return claims.words;
  };
  assert.equal(said("Jo"), "");
  assert.equal(said("Jo", "Sam"), "with Sam");
  assert.equal(said("Sam", "Ada"), "with Sam and Ada");
  assert.equal(said("Sam", "Ada", "Ben", "Eva"), "with Sam, Ada and 2 more");
});

test("what the hand rests on is told once, and again before it lapses", () => {
  const grip = new Grip(0);
  assert.equal(grip.word("1", 0), "1");
  assert.equal(grip.word("2", 100), null);
  assert.equal(grip.word("3", 200), null);
  assert.equal(grip.word("3", 500), "3");
  assert.equal(grip.word("3", 8000), null);
  assert.equal(grip.word("3", 8500), "3");
  assert.equal(grip.word(null, 8600), null);
  assert.equal(grip.word(null, 8900), "");
});

test("who gives no sign of life lets go", () => {
  const grip = new Grip(0);
  assert.equal(grip.word("1", 0), "1");
  assert.equal(grip.word("1", 21_000), null);
  grip.live(22_000);
  assert.equal(grip.word("1", 22_000), "1");
});

test("a new connection is told anew", () => {
  const grip = new Grip(0);
  assert.equal(grip.word("1", 0), "1");
  grip.forget();
  assert.equal(grip.word("1", 400), "1");
});
