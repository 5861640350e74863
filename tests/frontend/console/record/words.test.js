import assert from "node:assert/strict";
import { test } from "node:test";
import { Query } from "../../../../static/js/console/record/query.js";
import { backWords, byWords, onlyWords, reasonWords, saidOf } from "../../../../static/js/console/record/words.js";
import { line, names } from "./made_up.js";

/** @typedef {import("../../../../static/js/console/record/lines.js").Line} Line */
/** @typedef {import("../../../../static/js/console/words.js").Outcome} Outcome */

const NOW = Date.parse("2026-11-17T14:32:00Z");
/** @param {Partial<Line>} more */
const said = (more) => saidOf(line(more), names);

test("a line says who, what, why and when by the venue's clock", () => {
  const { time, day, by, verb, why, text, author, network, state, action } = said({ reason: "spam" });
  assert.deepEqual([time, day, by], ["16:31:47", "Tue 17 Nov", "Jo"]);
  assert.deepEqual([verb, why, state], ["Rejected", "Advertising or spam", "rejected"]);
  assert.deepEqual([text, author, network], ["Pass your certificate", "CertFast", "X"]);
  assert.equal(action, "Take back");
});

test("an approval says in which halls, where it was not for all", () => {
  assert.equal(said({ verb: "approve", halls: null }).why, "");
  assert.equal(said({ verb: "approve", halls: ["main", "cellar"] }).why, "Main hall, cellar");
  assert.equal(said({ verb: "approve", halls: ["foyer"], reason: "good" }).why, "Foyer · good");
  assert.equal(
    said({ verb: "approve", after: "queued", reason: "critical" }).why,
    "One more person needed · Critical, and shown",
  );
  assert.equal(said({ verb: "withdraw", halls: ["foyer"], reason: "attack" }).why, "Attacks a person");
});

test("what many posts were decided by is one line", () => {
  const { many, text, also, action } = said({ act: "a1", together: 12, standing: 12 });
  assert.deepEqual(
    [many, text, also, action],
    ["12 at once", "Pass your certificate", "and 11 more", "Take back all 12"],
  );
  assert.equal(said({ act: "a1", together: 12, standing: 9 }).action, "Take back 9 of 12");
  const over = said({ act: "a1", together: 12, standing: 0 });
  assert.deepEqual([over.action, over.since], ["", "all decided since"]);
  assert.equal(said({ act: "a1" }).many, "one of several");
});

test("a line that does not stand any more says what came after it", () => {
  const later = { by: "Sam", reason: "", at: "2026-11-17T14:35:00Z" };
  const undone = said({ reverse: null, later: { ...later, verb: "restore" } });
  assert.deepEqual([undone.action, undone.since], ["", "undone 16:35:00"]);
  assert.equal(said({ reverse: null, later: { ...later, verb: "withdraw" } }).since, "then withdrawn 16:35:00");
});

test("of a post that is gone nothing is told", () => {
  const { text, author, network, since, action } = said({ post: null, reverse: null });
  assert.deepEqual([author, network, since, action], ["", "", "gone", ""]);
  assert.match(text, /forgotten/);
});

test("rules are told from people, and typed reasons stay as they are", () => {
  const called = (/** @type {string} */ by) => byWords(by, names);
  assert.deepEqual(["rule", "rule: No crypto", "Ruler", "Sam"].map(called), [
    "Rule",
    "Rule: No crypto",
    "Ruler",
    "Sam",
  ]);
  assert.deepEqual(
    ["spam", "for the break", ""].map((reason) => reasonWords(reason, names)),
    ["Advertising or spam", "for the break", "No reason given"],
  );
});

test("our own rules and reasons are called in the reader's language, what people wrote stays", () => {
  const rules = ["rule: blocked words", "rule: Mute @ads@shop.example"].map((by) => byWords(by, names));
  assert.deepEqual(rules, ["Rule: gesperrte Wörter", "Rule: @ads@shop.example stumm"]);
  const reasons = ["Muted", "blocked words: “crypto”", "Coins: “crypto”", "toString"];
  assert.deepEqual(
    reasons.map((reason) => reasonWords(reason, names)),
    ["Stumm", "gesperrte Wörter: “crypto”", "Coins: “crypto”", "toString"],
  );
});

test("taking back says where the post is now, or who was faster", () => {
  /** @type {Outcome} */
  const done = { outcome: "done" };
  /** @type {Outcome} */
  const lost = { outcome: "conflict", status: "approved", by: "Sam", at: "2026-11-17T14:31:57Z" };
  assert.equal(backWords([done], "restore", NOW), "Taken back. It waits in the queue.");
  assert.equal(backWords([done, done], "approve", NOW), "All 2 taken back. They are on the wall again.");
  assert.equal(backWords([lost], "restore", NOW), "Not taken back: Sam approved it 3 s ago, before you put it back.");
  assert.match(backWords([done, lost, done], "restore", NOW), /^2 of 3 taken back\. Sam approved it 3 s ago/);
  assert.match(backWords([], "restore", NOW), /^Not taken back/);
});

test("what is left out of the whole is said", () => {
  assert.equal(onlyWords(Query.of("?post=x:1")), "one post");
  assert.equal(onlyWords(Query.of("?act=a1")), "one order");
  assert.equal(onlyWords(Query.of("?by=Sam")), "");
});
