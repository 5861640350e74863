import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS } from "../../../static/js/console/commands.js";
import { endingWords } from "../../../static/js/console/ending.js";
import {
  doingWords,
  doneWords,
  lateWords,
  linkWords,
  manyWords,
  restWords,
  returnedWords,
  titleWords,
  undoneWords,
} from "../../../static/js/console/words.js";

/** @param {import("../../../static/js/console/words.js").Sentence} sentence */
const spoken = (sentence) =>
  sentence.map((part) => (typeof part === "string" ? part : `${COMMANDS[part.command].key} ${part.words} `)).join("");
const NOW = Date.parse("2026-05-04T10:00:05Z");

test("a decision says what was done, how to undo it and how many wait", () => {
  assert.equal(spoken(doneWords("approve", { waiting: 185 })), "Approved. z undoes. 185 waiting.");
  assert.equal(spoken(doneWords("hold", { waiting: 0 })), "Held. z undoes. Nothing is waiting.");
});

test("putting back offers no undo, and posts that came back are not forgotten", () => {
  const sentence = doneWords("restore", { waiting: 2, returned: 1, undoable: false });
  assert.equal(spoken(sentence), "Back in the queue. 2 waiting. 1 came back.");
});

const MANY = { lost: [], skipped: [], waiting: 185, returned: 0, nowMs: NOW };

test("an order for many says how many it reached, and who has the others in hand", () => {
  const words = (/** @type {object} */ more) => spoken(manyWords("approve", { ...MANY, done: 12, ...more }));
  assert.equal(words({}), "12 approved. z undoes. 185 waiting.");
  assert.equal(
    words({ skipped: ["Sam", "Sam"] }),
    "12 approved. 2 skipped: Sam has them in hand. z undoes. 185 waiting.",
  );
  assert.match(words({ skipped: ["Sam"] }), /1 skipped: Sam has it in hand\./);
  assert.match(words({ skipped: ["Sam", "Ada"] }), /2 skipped: Sam and Ada have them in hand\./);
  assert.equal(
    words({ done: 0, skipped: ["Sam"] }),
    "Nothing was approved. 1 skipped: Sam has it in hand. 185 waiting.",
  );
});

test("what an order for many lost comes back with who was faster", () => {
  /** @type {import("../../../static/js/console/words.js").Outcome} */
  const conflict = { outcome: "conflict", status: "rejected", by: "Jo", at: "2026-05-04T10:00:02Z" };
  assert.equal(
    spoken(manyWords("approve", { ...MANY, done: 2, lost: [conflict] })),
    "2 approved. 1 came back: Jo rejected it 3 s ago, before you approved it. z undoes. 185 waiting.",
  );
  assert.equal(
    spoken(manyWords("approve", { ...MANY, done: 0, lost: [conflict] })),
    "Came back: Jo rejected it 3 s ago, before you approved it.",
  );
});

test("an approval that waits for a second person says so", () => {
  assert.equal(
    spoken(manyWords("approve", { ...MANY, done: 1, firsts: 1 })),
    "Approved. One more person is needed. z undoes. 185 waiting.",
  );
  assert.match(
    spoken(manyWords("approve", { ...MANY, done: 12, firsts: 3 })),
    /^12 approved\. 3 of them wait for a second/,
  );
  assert.match(spoken(manyWords("approve", { ...MANY, done: 12, firsts: 1 })), /^12 approved\. 1 of them waits for a /);
  const again = returnedWords("approve", { outcome: "refused", status: "queued", by: "Jo" }, NOW);
  assert.equal(again, "You approved it already. One more person is needed.");
});

test("undo of many says how many are back", () => {
  const done = { outcome: /** @type {const} */ ("done") };
  const state = { waiting: 12, nowMs: NOW };
  assert.equal(spoken(undoneWords([done, done], state)), "All 2 are back in the queue. 12 waiting.");
  assert.equal(spoken(undoneWords([done], state)), "Back in the queue. 12 waiting.");
  assert.match(spoken(undoneWords([done, { outcome: "unknown" }], state)), /^1 of 2 are back/);
  assert.match(spoken(undoneWords([{ outcome: "failed" }], state)), /^Not undone: The desk did not answer/);
  assert.match(spoken(doingWords("approve", 12)), /^Approving: 12 posts\. The desk has not answered yet\.$/);
});

test("who lost a race is told who, what and when", () => {
  const words = returnedWords(
    "approve",
    { outcome: "conflict", status: "rejected", by: "Jo", at: "2026-05-04T10:00:02Z" },
    NOW,
  );
  assert.equal(words, "Jo rejected it 3 s ago, before you approved it.");
});

test("a post that was edited meanwhile is to be read again", () => {
  const words = returnedWords("approve", { outcome: "conflict", status: "queued", by: "", at: null }, NOW);
  assert.match(words, /Read it again/);
});

test("a failed request says so, in the server's words where it has some", () => {
  assert.match(returnedWords("approve", { outcome: "failed" }, NOW), /did not answer/);
  assert.equal(returnedWords("approve", { outcome: "failed", message: "Sign in again." }, NOW), "Sign in again.");
});

test("a move that the table does not have is named", () => {
  const words = returnedWords("withdraw", { outcome: "refused", status: "held" }, NOW);
  assert.equal(words, "A post that is held cannot be withdrawn.");
});

test("a lost connection counts the seconds of silence", () => {
  assert.equal(linkWords("lost", 12.7), "No answer from the desk for 12 s");
  assert.equal(linkWords("live", 3), "Connected");
});

test("the title begins with how many wait, if any", () => {
  assert.equal(titleWords("Queue · #pink11", 37), "(37) Queue · #pink11");
  assert.equal(titleWords("Queue · #pink11", 0), "Queue · #pink11");
});

test("below the cards stands what follows", () => {
  const state = { line: "", found: 50, next: null, isAtHead: true };
  assert.equal(endingWords(state), "");
  assert.equal(endingWords({ ...state, line: "spam", found: 3 }), "3 found. Esc shows all of them.");
  assert.equal(endingWords({ ...state, line: "spam", found: null, next: 7 }), "More follow.");
  assert.equal(endingWords({ ...state, next: 7 }), "More follow.");
  assert.equal(endingWords({ ...state, isAtHead: false }), "The list ends here.");
});

test("what of many copies is not listed is counted", () => {
  assert.equal(restWords(0, 0), "");
  assert.equal(restWords(1, 0), "and 1 boost");
  assert.equal(restWords(3, 12), "and 3 boosts, and 12 more");
  assert.equal(restWords(0, -1), "");
});

test("a copy that came after the decision says so, and one that was there before does not", () => {
  assert.equal(lateWords("rejected", "2026-05-04T10:00:00Z", "2026-05-04T10:00:01Z"), "after it was rejected");
  assert.equal(lateWords("rejected", "2026-05-04T10:00:00Z", "2026-05-04T09:59:59Z"), "");
  assert.equal(lateWords("queued", "2026-05-04T10:00:00Z", "2026-05-04T10:00:01Z"), "");
  assert.equal(lateWords("approved", undefined, "2026-05-04T10:00:01Z"), "");
});
