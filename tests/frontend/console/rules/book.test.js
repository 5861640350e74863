import assert from "node:assert/strict";
import { test } from "node:test";
import { Book, bodyOf, ruleOf } from "../../../../static/js/console/rules/book.js";

/**
 * @typedef {import("../../../../static/js/console/rules/book.js").Standing} Standing
 * @typedef {import("../../../../static/js/console/rules/book.js").Clause} Clause
 */

/**
 * @param {string} name
 * @param {Standing["kind"]} [kind]
 * @param {Standing["origin"]} [origin]
 * @returns {Standing}
 */
const standing = (name, kind = "rule", origin = "desk") => ({
  origin,
  kind,
  by: "Sam",
  at: null,
  stands: true,
  trouble: "",
  called: name,
  rule: { name, verdict: "hold", words: [name] },
});
const told = {
  version: 7,
  by: "Sam",
  at: null,
  preset: "session",
  trust_after: 3,
  rules: [
    standing("blocked words", "rule", "settings"),
    standing("mute", "mute"),
    standing("one"),
    standing("two"),
    standing("trust", "trust"),
    standing("lock-down", "rule", "preset"),
  ],
};
const book = new Book(told);
/** @param {Clause[] | null} clauses */
const names = (clauses) => clauses?.map(({ rule }) => rule.name);

test("only the desk's own rules are sent", () => {
  assert.deepEqual(names(book.clauses), ["mute", "one", "two", "trust"]);
  assert.deepEqual(bodyOf(told, [], { sure: true }), {
    version: 7,
    clauses: [],
    preset: "session",
    trust_after: 3,
    sure: true,
  });
});

test("a rule that is changed keeps its place and its kind, also under another name; a new one comes last", () => {
  const changed = book.having("mute", { name: "muted", verdict: "reject" });
  assert.deepEqual(changed[0], { kind: "mute", rule: { name: "muted", verdict: "reject" } });
  assert.deepEqual(names(book.having(null, { name: "new", verdict: "hold" })), ["mute", "one", "two", "trust", "new"]);
});

test("a rule moves among those of its kind, and stays where there is no other", () => {
  assert.deepEqual(names(book.moved("two", -1)), ["mute", "two", "one", "trust"]);
  assert.deepEqual(names(book.moved("one", 1)), ["mute", "two", "one", "trust"]);
  assert.equal(book.moved("one", -1), null);
  assert.equal(book.moved("mute", 1), null);
  assert.equal(book.moved("blocked words", 1), null);
});

test("a rule is switched off, and on again", () => {
  const off = book.switched("one").find(({ rule }) => rule.name === "one")?.rule;
  assert.equal(off?.on, false);
  const again = new Book({ ...told, rules: [{ ...standing("one"), rule: off ?? standing("one").rule }] });
  assert.equal(again.switched("one")[0]?.rule.on, true);
  assert.deepEqual(names(book.without("one")), ["mute", "two", "trust"]);
});

test("what a rule leaves open is not sent, but a no is", () => {
  const fields = { name: "a", verdict: "hold", reason: "", words: [], min_links: null, has_media: false, on: null };
  assert.deepEqual(ruleOf(fields), { name: "a", verdict: "hold", has_media: false });
});
