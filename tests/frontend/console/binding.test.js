import assert from "node:assert/strict";
import { test } from "node:test";
import { choices } from "../../../static/js/console/binding.js";

const PAGERS = { id: "p", title: "Pagers and sleep", start: "2026-11-17T13:15:00Z" };
const LATER = { id: "l", title: "The day after", start: "2026-11-18T08:00:00Z" };

test("sessions are chosen by place, with their time by the venue's clock", () => {
  const places = [
    { name: "Main hall", sessions: [PAGERS] },
    { name: "Foyer", sessions: [] },
  ];
  assert.deepEqual(choices(places, "Europe/Helsinki"), [
    { name: "Main hall", options: [{ id: "p", words: "15:15 Pagers and sleep" }] },
  ]);
});

test("where there are several days each is named", () => {
  const [hall] = choices([{ name: "Main hall", sessions: [PAGERS, LATER] }], "UTC");
  assert.deepEqual(
    hall?.options.map(({ words }) => words),
    ["Tue 17 Nov, 13:15 Pagers and sleep", "Wed 18 Nov, 08:00 The day after"],
  );
});
