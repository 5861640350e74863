import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Feed } from "../../static/js/feed.js";
import { Following } from "../../static/js/polling.js";

/** @typedef {import("../../static/js/feed.js").Frame} Frame */

/** A following whose socket and answers the test gives. */
function followed() {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  const feed = new Feed({ epoch: "e", seq: 1 });
  /** @type {string[]} */
  const told = [];
  /** @type {{hear: (state: any, ms: number) => void, answer: () => Promise<Frame[]>, asked: number}} */
  const around = { hear: () => {}, answer: async () => [], asked: 0 };
  const on = {
    onChange: (/** @type {any} */ { puts }) => told.push(...puts.map((/** @type {any} */ { key }) => key)),
    onState: (/** @type {string} */ state) => told.push(state),
    onVotes: (/** @type {any} */ { hall }) => told.push(`votes in ${hall}`),
  };
  const socket = /** @type {any} */ (
    (/** @type {any} */ _path, /** @type {any} */ _feed, /** @type {any} */ { onState }) => {
      around.hear = onState;
      return { start() {}, stop() {} };
    }
  );
  const ask = () => {
    around.asked += 1;
    return around.answer();
  };
  const following = new Following("/feed/phone", feed, on, { socket, ask });
  following.start();
  const pass = async (/** @type {number} */ ms) => {
    mock.timers.tick(ms);
    for (let turn = 0; turn < 5; turn += 1) await null;
  };
  return { following, around, told, pass };
}

/** @param {number} seq @returns {Frame} */
const put = (seq) => ({ op: "put", seq, key: `k${seq}`, html: "<article></article>" });

test("where no socket gets through, it asks, and the page is live all the same", async () => {
  const { around, told, pass } = followed();
  around.hear("lost", 0);
  await pass(3900);
  assert.equal(around.asked, 0);
  around.answer = async () => [put(2)];
  await pass(200);
  assert.deepEqual(told, ["lost", "k2", "live"]);
  around.answer = async () => [];
  await pass(5000);
  assert.deepEqual([around.asked, told.length], [2, 3]);
});

test("once the socket is there it asks no more, and an answer that comes late is not believed", async () => {
  const { around, told, pass } = followed();
  around.hear("lost", 0);
  /** @type {(frames: Frame[]) => void} */
  let late = () => {};
  around.answer = () => new Promise((resolve) => (late = resolve));
  await pass(4000);
  around.hear("live", 0);
  late([put(2)]);
  await pass(20_000);
  assert.deepEqual([told, around.asked], [["lost", "live"], 1]);
});

test("where asking fails too, the connection is lost, and asking goes on", async () => {
  const { around, told, pass } = followed();
  around.hear("lost", 0);
  await pass(4000);
  around.answer = async () => Promise.reject(new TypeError("no network"));
  await pass(5000);
  around.answer = async () => [];
  await pass(5000);
  assert.deepEqual([told, around.asked], [["lost", "live", "lost", "live"], 3]);
});

test("a phone in a pocket asks nothing, and asks at once when it is looked at again", async () => {
  const { following, around, pass } = followed();
  around.hear("lost", 0);
  await pass(4000);
  following.stop();
  await pass(60_000);
  assert.equal(around.asked, 1);
  following.start();
  await pass(1);
  assert.equal(around.asked, 2);
});

test("where it asks, it hears the totals of votes and reactions as well", async () => {
  const { around, told, pass } = followed();
  around.hear("lost", 0);
  around.answer = async () => [
    { op: "votes", hall: "main", session: "", totals: { k1: [3, "open"] } },
    { op: "reactions", halls: { main: { yes: 2 } } },
  ];
  await pass(4100);
  assert.deepEqual(told, ["lost", "votes in main", "live"]);
});
