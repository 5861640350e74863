import assert from "node:assert/strict";
import { test } from "node:test";
import { readable, Series } from "../../../../static/js/console/pulse/series.js";

const QUIET = {
  phones: 3,
  screens: 1,
  consoles: 1,
  programs: 0,
  deliveries: 12.5,
  lag_ms: 4,
  delay_ms: 1,
  refused: 0,
  ended: 0,
  resumed: 2,
  snapshots: 1,
  memory_mb: 80,
};

/**
 * @param {Series} series
 * @param {number[]} moments
 * @param {object} [more]
 */
function hear(series, moments, more = {}) {
  const samples = moments.map((at) => ({ at, ...QUIET, ...more }));
  series.hear({ every_s: 2, inside: 5, places: 100, wanted: 100, samples });
}

test("what was told before is not counted twice, and the page asks for what is newer", () => {
  const series = new Series();
  hear(series, [10, 12]);
  hear(series, [12, 14]);
  assert.equal(series.after, 14);
  assert.equal(series.sum("resumed"), 6);
  assert.deepEqual(series.columns(["phones", "screens"]), [
    [10, 12, 14],
    [3, 3, 3],
    [1, 1, 1],
  ]);
});

test("what is older than ten minutes is let go", () => {
  const series = new Series();
  hear(series, [10], { deliveries: 900 });
  assert.equal(series.most("deliveries"), 900);
  hear(series, [611]);
  assert.equal(series.most("deliveries"), 12.5);
});

test("before anything is told every figure is nothing", () => {
  const series = new Series();
  assert.equal(series.now("phones") + series.most("lag_ms") + series.sum("refused") + series.after, 0);
});

test("it says in a sentence how it goes", () => {
  const series = new Series();
  for (const [figures, state] of /** @type {[object, string][]} */ ([
    [{}, "shown"],
    [{ lag_ms: 250 }, "held"],
    [{ delay_ms: 1500 }, "outbox"],
  ])) {
    hear(series, [series.after + 2], figures);
    assert.equal(series.verdict.state, state);
  }
  series.hear({ every_s: 2, inside: 95, places: 100, wanted: 100, samples: [] });
  assert.match(series.verdict.words, /phones are sent away/);
});

test("large figures are whole, small ones have one place behind the point", () => {
  assert.deepEqual(
    [0, 0.25, 9.96, 12.4, 12_000].map((figure) => readable(figure, "en")),
    ["0", "0.3", "10", "12", "12,000"],
  );
});
