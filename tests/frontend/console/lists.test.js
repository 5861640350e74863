import assert from "node:assert/strict";
import { test } from "node:test";
import { belongs, WINDOW_MAX, Window } from "../../../static/js/console/lists.js";

/** @typedef {import("../../../static/js/console/lists.js").Mark} Mark */

/**
 * @param {number} number
 * @param {Partial<Mark>} [more]
 * @returns {Mark}
 */
const post = (number, more = {}) => ({
  key: `p${number}`,
  status: "queued",
  version: 1,
  arrived: number,
  moved: number,
  ...more,
});

/** @param {Window} window */
const keys = (window) => window.marks.map(({ key }) => key).join(" ");

/** @param {number} from @param {number} to */
const posts = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => post(from + index));

test("a post belongs to the list of its status", () => {
  assert.ok(belongs("live", "approved"));
  assert.ok(!belongs("queue", "held"));
  assert.ok(!belongs("rejected", "gone"));
});

test("the queue runs by arrival and a restored post stands where it stood", () => {
  const window = new Window("queue");
  window.append([post(1), post(3)], null);
  assert.ok(window.put(post(2, { moved: 9 })));
  assert.equal(keys(window), "p1 p2 p3");
});

test("the other lists run by the last move, newest first", () => {
  const window = new Window("live");
  for (const moved of [5, 9, 7]) window.put(post(moved, { status: "approved" }));
  assert.equal(keys(window), "p9 p7 p5");
});

test("a post whose status the list does not show leaves the window", () => {
  const window = new Window("queue");
  window.append([post(1), post(2)], null);
  assert.ok(!window.put(post(1, { status: "approved", version: 2 })));
  assert.equal(keys(window), "p2");
});

test("what lies behind the end of the window stays out while there is a next page", () => {
  const window = new Window("queue");
  window.append([post(1), post(2)], 2);
  assert.ok(!window.put(post(7)));
  window.append([post(3)], null);
  assert.ok(window.put(post(7)));
  assert.equal(keys(window), "p1 p2 p3 p7");
});

test("a window that begins in the middle of a list takes nothing from before it", () => {
  const window = new Window("live");
  window.open([post(8, { status: "approved" })], { previous: 8, next: null });
  assert.ok(!window.put(post(11, { status: "approved" })));
  assert.ok(!window.isAtHead);
  assert.ok(window.put(post(7, { status: "approved" })));
});

test("a window is read on at its beginning too, until the list begins in it", () => {
  const window = new Window("queue");
  window.open(posts(5, 6), { previous: 5, next: null });
  window.prepend(posts(3, 5), 3);
  assert.equal(keys(window), "p3 p4 p5 p6");
  assert.ok(!window.put(post(2)));
  window.prepend([], null);
  assert.ok(window.isAtHead);
  assert.ok(window.put(post(2)));
});

test("a post lies between the ends of the window, or does not", () => {
  const window = new Window("queue");
  window.open(posts(5, 9), { previous: 5, next: 9 });
  const held = posts(4, 10).filter((mark) => window.holds(mark));
  assert.equal(held.length, 5);
  assert.ok(!window.holds(post(6, { status: "held" })));
});

test("a page that overlaps brings no post twice", () => {
  const window = new Window("queue");
  window.append([post(1), post(2)], 2);
  window.append([post(2), post(3)], null);
  assert.equal(keys(window), "p1 p2 p3");
});

test("a window never holds more than its limit, gives up its end and reads on from there", () => {
  const window = new Window("queue");
  window.append(posts(2, WINDOW_MAX + 1), null);
  window.put(post(1));
  assert.deepEqual(window.trim("p1"), [`p${WINDOW_MAX + 1}`]);
  assert.equal(window.marks.length, WINDOW_MAX);
  assert.equal(window.next, WINDOW_MAX);
  assert.ok(!window.put(post(WINDOW_MAX + 1)), "what was given up is behind the end now");
});

test("with the hand near its end a window gives up its beginning", () => {
  const window = new Window("queue");
  window.append(posts(1, WINDOW_MAX), WINDOW_MAX);
  window.append(posts(WINDOW_MAX + 1, WINDOW_MAX + 2), null);
  assert.deepEqual(window.trim(`p${WINDOW_MAX - 10}`), ["p1", "p2"]);
  assert.equal(window.previous, 3);
  assert.ok(!window.isAtHead);
  assert.equal(window.wants(`p${WINDOW_MAX - 10}`), null, "it ends where the list ends");
  assert.equal(window.wants("p27"), "previous");
});

test("the next page is wanted when fewer than 25 posts are left below the one in hand", () => {
  const window = new Window("queue");
  window.append(posts(1, 50), 50);
  assert.equal(window.wants("p25"), null);
  assert.equal(window.wants("p26"), "next");
  window.next = null;
  assert.equal(window.wants("p26"), null, "there is no next page");
});

test("the page before is wanted when fewer than 25 posts are left above the one in hand", () => {
  const window = new Window("queue");
  window.open(posts(51, 150), { previous: 51, next: 150 });
  assert.equal(window.wants("p76"), null);
  assert.equal(window.wants("p75"), "previous");
  assert.equal(window.wants(null), "previous");
});

test("of a list of which nothing is known to be left, what stands before is looked for", () => {
  const window = new Window("queue");
  window.open([], { previous: 9, next: null });
  assert.ok(!window.isEmpty);
  assert.equal(window.wants(null), "previous");
  window.prepend([], null);
  assert.ok(window.isEmpty);
});

test("reading on at one end never makes the other end wanted", () => {
  const window = new Window("queue");
  window.append(posts(1, WINDOW_MAX), WINDOW_MAX);
  const inHand = `p${WINDOW_MAX - 24}`;
  assert.equal(window.wants(inHand), "next");
  window.append(posts(WINDOW_MAX + 1, WINDOW_MAX + 50), WINDOW_MAX + 50);
  window.trim(inHand);
  assert.equal(window.wants(inHand), null);
});

test("a snapshot takes only its own list, in order, and reads on behind its last post", () => {
  const window = new Window("queue");
  window.append(posts(50, 60), null);
  window.restart([post(3), post(1), post(2, { status: "held" })]);
  assert.equal(keys(window), "p1 p3");
  assert.equal(window.next, 3);
});

test("when a post leaves, the next one comes into the hand, or the one before where it was the last", () => {
  const window = new Window("queue");
  window.append(posts(1, 3), null);
  assert.equal(window.successor("p2"), "p3");
  assert.equal(window.successor("p3"), "p2");
  window.remove("p2");
  window.remove("p3");
  assert.equal(window.successor("p1"), null);
});

test("moving skips what is not meant, goes any number of steps and stops at both ends", () => {
  const window = new Window("queue");
  window.append(posts(1, 4), null);
  const isMeant = (/** @type {string} */ key) => key !== "p2";
  assert.equal(window.neighbour("p1", 1, isMeant), "p3");
  assert.equal(window.neighbour("p1", 2), "p3");
  assert.equal(window.neighbour("p2", 50), "p4");
  assert.equal(window.neighbour("p4", 1), "p4");
  assert.equal(window.neighbour("p1", -1), "p1");
  assert.equal(window.neighbour(null, 1), "p1");
});
