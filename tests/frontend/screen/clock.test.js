import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../../static/js/screen/clock.js";

test("the clock shows the venue's time and turns with the minute, whatever the screen's own clock says", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let passedMs = 0;
  t.mock.method(performance, "now", () => passedMs);
  const place = /** @type {HTMLElement} */ ({ textContent: "" });
  new Clock(place).set("2031-05-04T14:59:50.250+02:00");
  assert.equal(place.textContent, "14:59");
  for (const [ms, shown] of /** @type {const} */ ([
    [10_000, "15:00"],
    [60_000, "15:01"],
  ])) {
    passedMs += ms;
    t.mock.timers.tick(ms);
    assert.equal(place.textContent, shown);
  }
});
