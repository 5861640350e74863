import assert from "node:assert/strict";
import { test } from "node:test";
import { clockOf, speakersOf } from "../../../static/js/screen/board.js";

test("the clock is the venue's, wherever the screen believes it is", () => {
  assert.equal(clockOf("2031-05-04T15:00:00+02:00"), "15:00");
  assert.equal(clockOf("2031-05-04T09:05:00Z"), "09:05");
});

test("speakers stand in a row", () => {
  const session = { title: "Reviews", start: "", end: "", speakers: [{ name: "Dana Okafor" }, { name: "Ken Iwata" }] };
  assert.equal(speakersOf(session), "Dana Okafor, Ken Iwata");
});
