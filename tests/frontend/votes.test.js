import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { cast, Votes } from "../../static/js/votes.js";

/** A sheet with one question on it, and answers that the test gives. */
function sheet(votes = 4) {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  const seen = { votes, up: false, refusal: "" };
  /** @type {boolean[]} */
  const sent = [];
  /** @type {(refusal: string) => void} */
  let reply = () => {};
  const on = new Votes(
    {
      votesOf: () => seen.votes,
      tally: (_, votes) => void Object.assign(seen, { votes }),
      press: (_, up) => void Object.assign(seen, { up }),
      say: (refusal) => void Object.assign(seen, { refusal }),
    },
    (_, up) => {
      sent.push(up);
      return new Promise((resolve) => {
        reply = resolve;
      });
    },
  );
  const answer = async (refusal = "") => {
    reply(refusal);
    for (let turn = 0; turn < 5; turn += 1) await null;
  };
  return { on, seen, sent, answer };
}

test("a vote answers the finger before the server does, and can be taken back", async () => {
  const { on, seen, sent, answer } = sheet();
  on.turn("q", true);
  assert.deepEqual([seen.up, seen.votes, sent], [true, 5, [true]]);
  await answer();
  on.turn("q", false);
  assert.deepEqual([seen.up, seen.votes, sent], [false, 4, [true, false]]);
  await answer();
});

test("a finger that is faster than the network is sent as it stands in the end, one vote after the other", async () => {
  const { on, seen, sent, answer } = sheet();
  for (const up of [true, false, true, false]) on.turn("q", up);
  assert.deepEqual([sent, seen.votes], [[true], 4]);
  await answer();
  assert.deepEqual([sent, on.wants("q", true)], [[true, false], false]);
  await answer();
  assert.deepEqual([sent.length, on.wants("q", true)], [2, true]);
});

test("a total that is told meanwhile waits until one's own vote is in it", async () => {
  const { on, seen, answer } = sheet();
  on.hear("q", 7);
  on.turn("q", true);
  on.hear("q", 7);
  assert.equal(seen.votes, 8);
  await answer();
  on.hear("q", 9);
  assert.equal(seen.votes, 8);
  mock.timers.tick(700);
  assert.equal(seen.votes, 9);
  on.hear("q", 10);
  assert.equal(seen.votes, 10);
});

test("a vote that is refused is taken back, and it is said why until the next one", async () => {
  const { on, seen, answer } = sheet(0);
  on.turn("q", true);
  await answer("This question was taken back.");
  assert.deepEqual(seen, { votes: 0, up: false, refusal: "This question was taken back." });
  on.turn("q", true);
  assert.equal(seen.refusal, "");
});

test("a vote that was taken back before it was refused stays taken back", async () => {
  const { on, seen, sent, answer } = sheet();
  on.turn("q", true);
  on.turn("q", false);
  await answer("There is no connection.");
  assert.deepEqual([seen.up, seen.votes, sent], [false, 4, [true]]);
});

test("no total goes below nought", () => {
  const { on, seen } = sheet(0);
  on.turn("q", false);
  assert.equal(seen.votes, 0);
});

test("a device without its cookie votes once more with the one that came, and only once", async () => {
  const no = { error: { code: "device", message: "Your phone had no cookie." } };
  let asked = 0;
  const outcome = async (/** @type {() => Response | Promise<Response>} */ answer) => {
    asked = 0;
    Object.assign(globalThis, { fetch: async () => answer() });
    return cast("a key/1", true);
  };
  const missing = () => Response.json(no, { status: 409 });
  assert.equal(await outcome(() => (++asked === 1 ? missing() : new Response("{}"))), "");
  assert.equal(await outcome(missing), "Your phone had no cookie.");
  const gone = { error: { code: "gone", message: "It was taken back." } };
  assert.equal(await outcome(() => Response.json(gone, { status: 404 })), "It was taken back.");
  assert.match(await outcome(() => new Response("<html>", { status: 502 })), /your vote did not count/);
  assert.match(await outcome(() => Promise.reject(new TypeError("no network"))), /Please try again/);
});
