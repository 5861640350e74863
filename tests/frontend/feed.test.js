import assert from "node:assert/strict";
import { test } from "node:test";
import { arranged, Feed, framesOf } from "../../static/js/feed.js";

/** @typedef {import("../../static/js/feed.js").Frame} Frame */
/** @typedef {import("../../static/js/feed.js").Card} Card */

/** @type {(seq: number, key: string, html?: string) => Frame} */
const put = (seq, key, html = `${key}${seq}`) => ({ op: "put", seq, key, html });
/** @type {(seq: number, key: string) => Frame} */
const drop = (seq, key) => ({ op: "drop", seq, key });
/** @type {(seq: number, epoch?: string) => Frame} */
const hello = (seq, epoch = "e") => ({ op: "hello", epoch, seq, retry_spread_s: 1 });
/** @type {(seq: number) => Frame} */
const beat = (seq) => ({ op: "beat", seq });
/** @type {(seq: number, keys: string, epoch?: string) => Frame} */
const snapshot = (seq, keys, epoch = "e") => ({
  op: "snapshot",
  epoch,
  seq,
  cards: [...keys].map((key) => ({ key, html: key })),
});

/** @type {(seq: number, more?: object) => Frame} */
const stage = (seq, more = {}) => ({ op: "stage", seq, hall: "main", version: seq, ...more });

const feed = (seq = 10) => new Feed({ epoch: "e", seq });
/** @param {readonly {key: string}[] | null} cards */
const keys = (cards) => (cards ?? []).map(({ key }) => key).join("");

test("a message is one frame or an array of them, and unknown kinds are left out", () => {
  assert.deepEqual(framesOf('{"op":"beat","seq":1}'), [beat(1)]);
  assert.deepEqual(framesOf('[{"op":"beat","seq":1},{"op":"wave","seq":2},null]'), [beat(1)]);
});

test("frames in order move the position and change the page", () => {
  const ours = feed();
  const change = ours.take([hello(12), put(11, "a"), put(12, "b")]);
  assert.deepEqual([keys(change.puts), change.behind, ours.seq], ["ab", false, 12]);
});

test("a frame seen before changes nothing", () => {
  const ours = feed();
  const nothing = { snapshot: null, drops: [], puts: [], stages: [], behind: false };
  assert.deepEqual(ours.take([put(9, "a"), drop(10, "b"), stage(10)]), nothing);
  assert.equal(ours.seq, 10);
});

test("the totals of reactions come by themselves to phones, and with a beat to screens", () => {
  const halls = { main: { yes: 3 } };
  for (const frame of /** @type {Frame[]} */ ([
    { op: "reactions", halls },
    { op: "beat", seq: 10, reactions: halls },
  ]))
    assert.deepEqual(feed().take([frame]).reactions, halls);
  assert.equal(feed().take([beat(10)]).reactions, undefined);
});

test("a stage is a numbered update like any other", () => {
  const ours = feed();
  const change = ours.take([put(11, "a"), stage(12, { layout: "spotlight", on_air: ["a"] }), put(13, "b")]);
  assert.deepEqual([change.behind, ours.seq, keys(change.puts)], [false, 13, "ab"]);
  assert.deepEqual(
    change.stages.map(({ hall, layout, on_air, panic }) => [hall, layout, on_air, panic]),
    [["main", "spotlight", ["a"], "off"]],
  );
  assert.equal(ours.take([stage(15)]).behind, true);
});

test("of several stages of a hall the last one counts, and a snapshot's replaces those before it", () => {
  const change = feed().take([stage(11), stage(12, { panic: "black" }), stage(13, { hall: "foyer" })]);
  assert.deepEqual(
    change.stages.map(({ hall, panic }) => [hall, panic]),
    [
      ["main", "black"],
      ["foyer", "off"],
    ],
  );
  const anew = { ...snapshot(20, "x"), stage: { hall: "main", version: 3, calm: true } };
  assert.deepEqual(
    feed()
      .take([stage(11), /** @type {Frame} */ (anew)])
      .stages.map(({ version, calm }) => [version, calm]),
    [[3, true]],
  );
});

test("what is on air is kept beyond the limit", () => {
  const change = feed().take([snapshot(10, "abcd")]);
  assert.equal(keys(arranged([], change, 2, ["d"])), "abd");
});

test("a hole stops the page where it is", () => {
  const ours = feed();
  const change = ours.take([put(11, "a"), put(13, "c")]);
  assert.deepEqual([keys(change.puts), change.behind, ours.seq], ["a", true, 11]);
});

test("a beat ahead of its frames is no hole until the next beat", () => {
  const ours = feed();
  assert.equal(ours.take([hello(10), beat(12)]).behind, false);
  assert.equal(ours.take([put(11, "a"), put(12, "b")]).behind, false);
  assert.equal(ours.take([beat(13)]).behind, false);
  assert.equal(ours.take([beat(13)]).behind, true);
});

test("a server that greets with more than it sends is noticed by its first beat", () => {
  const ours = feed();
  ours.take([hello(12)]);
  assert.equal(ours.isCaughtUp, false);
  assert.equal(ours.take([beat(12)]).behind, true);
});

test("within a message what was taken back goes first", () => {
  const ours = feed();
  const change = ours.take([put(11, "a"), put(12, "b"), drop(13, "a"), drop(14, "x")]);
  assert.deepEqual([change.drops, keys(change.puts)], [["a", "x"], "b"]);
});

test("a post that was taken back and shown again in one message comes in anew", () => {
  const change = feed().take([drop(11, "a"), put(12, "b"), put(13, "a")]);
  assert.equal(
    keys(
      arranged(
        [
          { key: "c", html: "" },
          { key: "a", html: "" },
        ],
        change,
        9,
      ),
    ),
    "abc",
  );
});

test("another epoch's frames wait for its snapshot", () => {
  const ours = feed();
  assert.deepEqual(keys(ours.take([hello(3, "new"), put(11, "a")]).puts), "");
  assert.equal(ours.isCaughtUp, false);
  const change = ours.take([snapshot(3, "xy", "new"), put(4, "z")]);
  assert.deepEqual([keys(change.snapshot), keys(change.puts), ours.epoch, ours.seq], ["xy", "z", "new", 4]);
  assert.equal(ours.isCaughtUp, true);
});

test("a server that knows less than we do answers with a snapshot", () => {
  const ours = feed();
  ours.take([hello(5)]);
  assert.equal(keys(ours.take([put(11, "a")]).puts), "");
  assert.equal(keys(ours.take([snapshot(5, "q")]).snapshot), "q");
  assert.equal(ours.seq, 5);
});

test("what came before a snapshot in the same message is void", () => {
  const change = feed().take([put(11, "a"), drop(12, "b"), snapshot(20, "xy"), drop(21, "x")]);
  assert.deepEqual([keys(change.snapshot), change.drops, keys(change.puts)], ["xy", ["x"], ""]);
});

test("a new version keeps its place, what comes in stands first, and the oldest leave", () => {
  const cards = [...arranged([], feed().take([snapshot(10, "abc")]), 9)];
  const change = new Feed({ epoch: "e", seq: 10 }).take([put(11, "b", "new"), put(12, "d"), put(13, "e")]);
  const after = arranged(cards, change, 4);
  assert.equal(keys(after), "edab");
  assert.equal(after[3]?.html, "new");
});

test("a snapshot and every update after it give what a fresh snapshot would, however they are cut into messages", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = randomFrom(seed);
    /** @type {Card[]} */
    let truth = [];
    /** @type {Frame[]} */
    const log = [];
    for (let seq = 1; seq <= 40; seq += 1) {
      const key = "abcdef"[Math.floor(random() * 6)] ?? "a";
      const without = truth.filter((card) => card.key !== key);
      if (random() < 0.35) {
        truth = without;
        log.push(drop(seq, key));
      } else {
        const card = { key, html: `${key}${seq}` };
        truth = without.length < truth.length ? truth.map((old) => (old.key === key ? card : old)) : [card, ...truth];
        log.push(put(seq, key));
      }
    }
    const ours = new Feed({ epoch: "e", seq: 0 });
    /** @type {Card[]} */
    let cards = [];
    for (let at = 0; at < log.length; ) {
      const size = 1 + Math.floor(random() * 8);
      const again = Math.max(0, at - Math.floor(random() * 3)); // a resumed connection may repeat frames
      cards = arranged(cards, ours.take(log.slice(again, at + size)), 99);
      at += size;
    }
    assert.deepEqual(cards, truth, `seed ${seed}`);
  }
});

/**
 * Repeatable random numbers (mulberry32).
 * @param {number} seed
 */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
