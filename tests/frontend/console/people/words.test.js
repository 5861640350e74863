import assert from "node:assert/strict";
import { test } from "node:test";
import {
  allOutQuestion,
  byWords,
  clockWords,
  endsWords,
  isHere,
  isOnlyOwner,
  seenWords,
} from "../../../../static/js/console/people/words.js";

const NOON = Date.parse("2031-05-04T12:00:00Z");

/**
 * @param {number | null} minutesAgo
 * @param {object} [more]
 */
function person(minutesAgo, more = {}) {
  const seen_at = minutesAgo === null ? null : new Date(NOON - minutesAgo * 60_000).toISOString();
  return {
    id: "1",
    name: "Sam",
    role: "host",
    since: "2031-05-04T11:00:00Z",
    seen_at,
    is_you: false,
    ends_at: null,
    browser: "",
    ...more,
  };
}

test("when somebody was last seen is said roughly", () => {
  assert.equal(seenWords(person(null), NOON), "Not seen yet");
  assert.equal(seenWords(person(5), NOON), "Here now");
  assert.equal(seenWords(person(12), NOON), "Last seen 12 min ago");
  assert.equal(seenWords(person(125), NOON), "Last seen 2 h ago");
  assert.equal(seenWords(person(3000), NOON), "Last seen 2 d ago");
  assert.equal(seenWords(person(3000, { is_you: true }), NOON), "This is you, on this device");
});

test("who was seen within the server’s pause is here", () => {
  assert.equal(isHere(person(5), NOON), true);
  assert.equal(isHere(person(12), NOON), false);
  assert.equal(isHere(person(null), NOON), false);
  assert.equal(isHere(person(null, { is_you: true }), NOON), true);
});

test("times are the venue’s, with the day where it is another one", () => {
  assert.deepEqual(clockWords("2031-05-04T12:30:00Z", NOON, "Europe/Berlin"), ["", "14:30"]);
  assert.deepEqual(clockWords("2031-05-04T22:30:00Z", NOON, "Europe/Berlin"), ["5 May", "00:30"]);
});

test("where somebody is signed in is said, and until when", () => {
  const ends_at = "2031-05-06T12:30:00Z";
  assert.equal(
    endsWords(person(1, { browser: "Firefox 140, Linux", ends_at }), NOON, "Europe/Berlin"),
    "Firefox 140, Linux, until 6 May, 14:30",
  );
  assert.equal(
    endsWords(person(1, { browser: "?", ends_at: "2031-05-04T12:30:00Z" }), NOON, "UTC"),
    "In some browser, until 12:30",
  );
  assert.equal(endsWords(person(1), NOON, "UTC"), "For programs");
});

test("who made an invitation is said", () => {
  const invitation = { id: "1", name: "Sam", role: "host", until: "2031-05-05T12:00:00Z" };
  assert.equal(byWords({ ...invitation, by: "Ada" }), "Invited by Ada");
  assert.equal(byWords({ ...invitation, by: "" }), "Invited at the server’s terminal");
});

test("the only owner is warned before leaving, and nobody else is", () => {
  const me = person(0, { is_you: true, role: "owner" });
  assert.equal(isOnlyOwner([me, person(0)]), true);
  assert.equal(isOnlyOwner([me, person(0, { role: "owner" })]), false);
  assert.equal(isOnlyOwner([person(0, { role: "owner" }), person(0, { is_you: true })]), false);
  assert.equal(isOnlyOwner([]), false);
});

test("how many are signed out is said before it is done", () => {
  assert.equal(allOutQuestion(1).title, "Sign the other one out?");
  assert.equal(allOutQuestion(3).title, "Sign all 3 others out?");
});
