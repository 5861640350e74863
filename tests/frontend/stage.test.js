import assert from "node:assert/strict";
import { test } from "node:test";
import { isSame, levelOf, Panic, pictureOf, rendered, Stages, stageOf } from "../../static/js/stage.js";

/** @typedef {import("../../static/js/stage.js").Stage} Stage */

/** @param {Partial<Stage>} [more] */
const stage = (more = {}) => stageOf({ hall: "main", version: 1, ...more });
/** @param {string} keys */
const cards = (keys) => [...keys].map((key) => ({ key }));
/** @type {(state: Partial<Parameters<typeof pictureOf>[0]>) => string} */
const picture = (state) => {
  const { layout, cards: shown } = pictureOf({
    stage: stage(),
    level: "off",
    leaseIsOver: false,
    cards: cards("abcd"),
    frozen: null,
    ...state,
  });
  return `${layout} ${shown.map(({ key }) => key).join("")}`;
};

test("a stage that says nothing is columns of the newest posts", () => {
  for (const nothing of [null, {}, 3, { on_air: "a", layout: "carousel", panic: "scream" }]) {
    const said = stageOf(nothing, "main");
    assert.deepEqual([said.layout, said.panic, said.on_air, said.hall], ["columns", "off", [], "main"]);
  }
  assert.equal(picture({}), "columns abcd");
  assert.equal(rendered("{"), null);
  assert.equal(rendered(undefined), null);
});

test("columns show what is on air in its order, and fill up with the newest", () => {
  assert.equal(picture({ stage: stage({ on_air: ["c", "a"] }) }), "columns cabd");
});

test("a card that the screen does not have is passed over", () => {
  assert.equal(picture({ stage: stage({ on_air: ["x", "c"] }) }), "columns cabd");
  assert.equal(picture({ stage: stage({ layout: "spotlight", on_air: ["x"] }) }), "spotlight a");
});

test("the spotlight shows one post", () => {
  assert.equal(picture({ stage: stage({ layout: "spotlight", on_air: ["b"] }) }), "spotlight b");
});

test("the lower third shows one post, and questions, now and next none", () => {
  assert.equal(picture({ stage: stage({ layout: "lower-third", on_air: ["b"] }) }), "lower-third b");
  assert.equal(picture({ stage: stage({ layout: "now-next", on_air: ["b"] }) }), "now-next ");
  assert.equal(picture({ stage: stage({ layout: "questions", on_air: ["b"] }), cards: [] }), "questions ");
});

test("a sponsor's card stands between posts alone: not over questions, a film or panic, and a freeze keeps the posts", () => {
  const thanking = stage({ on_air: ["b"], sponsor: "Acme" });
  assert.equal(picture({ stage: thanking }), "sponsor ");
  assert.equal(picture({ stage: { ...thanking, layout: "spotlight" } }), "sponsor ");
  assert.equal(picture({ stage: { ...thanking, layout: "questions" } }), "questions ");
  assert.equal(picture({ stage: thanking, own: "lower-third" }), "lower-third b");
  assert.equal(picture({ stage: thanking, level: "black" }), "black ");
  assert.equal(picture({ stage: thanking, level: "freeze", frozen: { layout: "columns", keys: ["c"] } }), "columns c");
  assert.equal(picture({ stage: thanking, leaseIsOver: true }), "holding ");
});

test("a screen that was opened in a layout of its own keeps it, whatever the hall's is", () => {
  const moved = stage({ layout: "columns", on_air: ["b", "a"] });
  assert.equal(picture({ stage: moved, own: "spotlight" }), "spotlight b");
  assert.equal(picture({ stage: moved, own: "spotlight", level: "black" }), "black ");
});

test("a lower third over a film is empty where there is nothing to show: no card and no black covers the film", () => {
  assert.equal(picture({ own: "lower-third" }), "lower-third a");
  assert.equal(picture({ own: "lower-third", cards: [] }), "lower-third ");
  assert.equal(picture({ own: "lower-third", leaseIsOver: true }), "lower-third ");
  for (const level of /** @type {const} */ (["holding", "black"])) {
    assert.equal(picture({ own: "lower-third", level }), "lower-third ");
  }
});

test("without posts the holding card stands", () => {
  assert.equal(picture({ cards: [] }), "holding ");
});

test("panic stands above the stage, and black above the lease", () => {
  assert.equal(picture({ level: "holding" }), "holding ");
  assert.equal(picture({ level: "black", leaseIsOver: true }), "black ");
});

test("frozen, what was there stays, whatever the stage says, but for what was taken back", () => {
  /** @type {{layout: "spotlight", keys: string[]}} */
  const frozen = { layout: "spotlight", keys: ["b"] };
  const moved = stage({ on_air: ["d"] });
  assert.equal(picture({ level: "freeze", frozen, stage: moved }), "spotlight b");
  assert.equal(picture({ level: "freeze", frozen, stage: moved, cards: cards("acd") }), "holding ");
  assert.equal(picture({ level: "freeze", frozen, leaseIsOver: true }), "holding ");
});

test("the answer to a command may overtake its update, and an older stage changes nothing", () => {
  const stages = new Stages([stage({ version: 4 })]);
  assert.equal(stages.hear(stage({ version: 6, calm: true })), true);
  assert.equal(stages.hear(stage({ version: 5 })), false);
  assert.equal(stages.of("main").calm, true);
  stages.restart([stage({ version: 2 })]);
  assert.equal(stages.of("main").version, 2);
  assert.equal(stages.of("cellar").layout, "columns");
});

test("each level of panic is taken back to the one before it", () => {
  const panic = new Panic();
  for (const level of /** @type {const} */ (["freeze", "holding", "black"])) panic.press(level);
  const seen = [panic.level];
  for (let step = 0; step < 3; step += 1) {
    panic.undo({ isLost: false });
    seen.push(panic.level);
  }
  assert.deepEqual(seen, ["black", "holding", "freeze", "off"]);
});

test("the same key again takes it back", () => {
  const panic = new Panic();
  panic.press("freeze");
  panic.press("black");
  panic.press("black");
  assert.equal(panic.level, "freeze");
  panic.press("freeze");
  assert.equal(panic.level, "off");
});

test("of the desk's panic and the screen's own the higher level counts", () => {
  const panic = new Panic();
  panic.press("freeze");
  panic.hear("holding");
  assert.equal(panic.level, "holding");
  panic.press("black");
  panic.hear("off");
  assert.equal(panic.level, "black");
});

test("a screen lifts the desk's panic only while the desk is silent", () => {
  const panic = new Panic();
  panic.hear("black");
  panic.undo({ isLost: false });
  assert.equal(panic.level, "black");
  panic.undo({ isLost: true });
  assert.equal(panic.level, "off");
  panic.hear("black");
  assert.equal(panic.level, "black");
});

test("panic takes Shift, and counts a held key once", () => {
  assert.equal(levelOf({ key: "B", shiftKey: true }), "black");
  assert.equal(levelOf({ key: "И", code: "KeyB", shiftKey: true }), "black");
  assert.equal(levelOf({ key: "f", shiftKey: false }), null);
  for (const more of [{ repeat: true }, { ctrlKey: true }, { metaKey: true }, { altKey: true }])
    assert.equal(levelOf({ key: "F", shiftKey: true, ...more }), null);
});

test("a picture is the same until something that found a place, or was tried, is another", () => {
  const all = [..."abcdefghij"].map((key) => ({ key, element: { key } }));
  const of = (/** @type {string} */ keys, layout = "columns") => ({
    layout,
    cards: [...keys].map((key) => all.find((card) => card.key === key) ?? { key, element: {} }),
  });
  assert.equal(isSame(of("abcdefghi"), of("abcdefghij"), 3), true); // the last one is too far behind to be tried
  assert.equal(isSame(of("abc"), of("abcd"), 3), false); // it may find room
  assert.equal(isSame(of("abcd"), of("bacd"), 2), false);
  assert.equal(isSame(of("a", "spotlight"), of("a", "spotlight"), 1), true);
  assert.equal(isSame(of("a", "spotlight"), of("a"), 1), false);
  assert.equal(isSame(of("x", "spotlight"), of("x", "spotlight"), 1), false); // a new version of the same post
  assert.equal(isSame(of("", "questions"), of("", "questions"), 0), false); // what stands there is no card
});
