import assert from "node:assert/strict";
import { test } from "node:test";
import { Calls, callWords } from "../../../static/js/console/calls.js";

/**
 * What a desk calls that says these things, one after the other.
 * @param {{waiting: number, oldestS?: number, s: number, isAtWork?: boolean}[]} said `s` is when, in seconds
 */
function calls(...said) {
  const desk = new Calls();
  return said.map(({ waiting, oldestS = 0, s, isAtWork = false }) =>
    desk.hear({ waiting, oldestS, nowMs: s * 1000, isAtWork }),
  );
}

test("a page that opens calls nobody, whatever waits", () => {
  assert.deepEqual(calls({ waiting: 9, oldestS: 500, s: 0 }, { waiting: 9, oldestS: 505, s: 5 }), [null, null]);
});

test("a queue that fills calls once", () => {
  assert.deepEqual(calls({ waiting: 0, s: 0 }, { waiting: 1, s: 5 }, { waiting: 7, s: 10 }), [null, "waits", null]);
});

test("what waits for three minutes calls once more", () => {
  const said = calls(
    { waiting: 0, s: 0 },
    { waiting: 1, s: 5 },
    { waiting: 1, oldestS: 179, s: 184 },
    { waiting: 1, oldestS: 180, s: 185 },
  );
  assert.deepEqual(said, [null, "waits", null, "late"]);
});

test("nobody is called twice within a minute, but a call that is still due comes then", () => {
  const [, first, , again, later] = calls(
    { waiting: 0, s: 0 },
    { waiting: 1, s: 5 },
    { waiting: 0, s: 20 },
    { waiting: 1, s: 30 },
    { waiting: 1, s: 66 },
  );
  assert.deepEqual([first, again, later], ["waits", null, "waits"]);
});

test("who is at work is not called, then or later for the same", () => {
  assert.deepEqual(calls({ waiting: 0, s: 0 }, { waiting: 1, s: 5, isAtWork: true }, { waiting: 2, s: 100 }), [
    null,
    null,
    null,
  ]);
});

test("a notification tells figures and no words of a post", () => {
  assert.equal(callWords(1, "7 s"), "1 post waits for 7 s.");
  assert.equal(callWords(3, "3:10"), "3 posts wait, the oldest for 3:10.");
});
