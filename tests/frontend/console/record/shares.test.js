import assert from "node:assert/strict";
import { test } from "node:test";
import {
  actorRows,
  criticalWords,
  mirrorWords,
  reasonRows,
  shareWords,
} from "../../../../static/js/console/record/shares.js";

const SHARES = {
  decided: 362,
  not_shown: 34,
  critical_shown: 14,
  by_reason: [
    { reason: "spam", not_shown: 20 },
    { reason: "too long", not_shown: 9 },
    { reason: "", not_shown: 5 },
  ],
  by_actor: [{ by: "Sam", decided: 300, not_shown: 4 }],
};

test("the share of what was not shown is said in figures", () => {
  assert.deepEqual(shareWords(SHARES), ["9%", "Not shown: 34 of 362"]);
  assert.deepEqual(shareWords({ ...SHARES, not_shown: 1 })[0], "<1%");
  assert.deepEqual(shareWords({ ...SHARES, not_shown: 0 })[0], "0%");
  assert.deepEqual(shareWords({ decided: 0, not_shown: 0, critical_shown: 0, by_reason: [], by_actor: [] })[0], "–");
});

test("at the desk one line says what was not shown and why, and how many critical ones were", () => {
  const called = (/** @type {string} */ reason) =>
    ({ spam: "Advertising or spam", "": "no reason given" })[reason] ?? reason;
  assert.equal(
    mirrorWords(SHARES, called),
    "34 of 362 not shown: Advertising or spam 59%, too long 26%, no reason given 15%. 14 critical ones were shown.",
  );
  const none = { decided: 3, not_shown: 0, critical_shown: 1, by_reason: [], by_actor: [] };
  assert.equal(mirrorWords(none, called), "0 of 3 not shown. 1 critical one was shown.");
  assert.equal(mirrorWords({ ...none, decided: 0 }, called), "Nothing was decided yet.");
  assert.equal(criticalWords(0), "No critical one was marked.");
});

test("every reason of the list stands there, also one that nobody gave; others follow", () => {
  const rows = reasonRows(SHARES, ["spam", "attack"]);
  assert.deepEqual(
    rows.map(({ name, count, of }) => [name, count, of]),
    [
      ["spam", 20, 34],
      ["attack", 0, 34],
      ["too long", 9, 34],
      ["", 5, 34],
    ],
  );
});

test("no list grows without end", () => {
  const many = Array.from({ length: 40 }, (_, number) => ({ reason: `typed ${number}`, not_shown: 1 }));
  assert.equal(reasonRows({ ...SHARES, by_reason: many }, ["spam"]).length, 12);
});

test("each of the deciders is told with their share", () => {
  assert.deepEqual(actorRows(SHARES), [{ name: "Sam", count: 4, of: 300, words: "4 of 300" }]);
});
