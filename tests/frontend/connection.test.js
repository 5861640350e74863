import assert from "node:assert/strict";
import { test } from "node:test";
import { Connection, feedAddress, follow } from "../../static/js/connection.js";
import { Feed } from "../../static/js/feed.js";

/** A clock, timers and sockets in the test's hand. */
class Surroundings {
  nowMs = 1_000_000;
  share = 0.5;
  /** @type {{run: () => void, at: number}[]} */
  timers = [];
  /** @type {StandIn[]} */
  sockets = [];

  open = (/** @type {string} */ url) => {
    const socket = new StandIn(url);
    this.sockets.push(socket);
    return /** @type {WebSocket} */ (/** @type {unknown} */ (socket));
  };
  later = (/** @type {() => void} */ run, /** @type {number} */ ms) => this.timers.push({ run, at: this.nowMs + ms });
  cancel = (/** @type {number} */ timer) => {
    const found = this.timers[timer - 1];
    if (found) found.at = Number.POSITIVE_INFINITY;
  };
  random = () => this.share;
  now = () => this.nowMs;

  /** @param {number} ms */
  pass(ms) {
    const end = this.nowMs + ms;
    for (;;) {
      const due = this.timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (!due) break;
      this.nowMs = due.at;
      due.at = Number.POSITIVE_INFINITY;
      due.run();
    }
    this.nowMs = end;
  }

  get socket() {
    const last = this.sockets.at(-1);
    assert.ok(last);
    return last;
  }
}

class StandIn {
  /** @type {((event: {data: string}) => void) | null} */
  onmessage = null;
  /** @type {((event: {code: number, reason: string}) => void) | null} */
  onclose = null;
  readyState = 1;
  isClosed = false;
  /** @type {string[]} */
  sent = [];
  /** @param {string} url */
  constructor(url) {
    this.url = url;
  }
  /** @param {object} frames */
  say(frames) {
    this.onmessage?.({ data: JSON.stringify(frames) });
  }
  /**
   * @param {number} [code]
   * @param {string} [reason]
   */
  end(code = 1006, reason = "") {
    this.onclose?.({ code, reason });
  }
  /** @param {string} text */
  send(text) {
    this.sent.push(text);
  }
  close() {
    this.isClosed = true;
  }
}

const HELLO = { op: "hello", epoch: "e", seq: 0, retry_spread_s: 4 };

function connected() {
  const around = new Surroundings();
  /** @type {[string, number][]} */
  const states = [];
  const connection = new Connection({
    address: () => "ws://hall.example/feed",
    onFrames: () => {},
    onState: (state, sinceMs) => states.push([state, sinceMs]),
    surroundings: around,
  });
  connection.start();
  return { around, states, connection };
}

test("it is live when the server has greeted, not when the socket opens", () => {
  const { around, states } = connected();
  assert.deepEqual(states, []);
  around.socket.say(HELLO);
  assert.deepEqual(states, [["live", 1_000_000]]);
});

test("silence of twelve seconds is a dead connection, lost since the last sign of life", () => {
  const { around, states } = connected();
  around.socket.say(HELLO);
  around.pass(11_900);
  around.socket.say({ op: "beat", seq: 0 });
  around.pass(11_900);
  assert.equal(around.sockets.length, 1);
  around.pass(200);
  assert.equal(around.sockets[0]?.isClosed, true);
  assert.deepEqual(states.at(-1), ["lost", 1_011_900]);
});

test("whoever was signed out is led out, and does not come back by itself", () => {
  const around = new Surroundings();
  let out = 0;
  const connection = new Connection({
    address: () => "ws://hall.example/feed",
    onFrames: () => {},
    onState: (state) => assert.notEqual(state, "lost"),
    onSignedOut: () => {
      out += 1;
    },
    surroundings: around,
  });
  connection.start();
  around.socket.say(HELLO);
  around.socket.end(4401);
  around.pass(60_000);
  assert.deepEqual([out, around.sockets.length], [1, 1]);
});

test("a server that never answers is given up after twelve seconds too", () => {
  const { around, states } = connected();
  around.pass(12_001);
  assert.deepEqual(states, [["lost", 1_000_000]]);
});

test("the first try comes back at once, later ones after a random share of a growing pause of at most ten seconds", () => {
  const { around } = connected();
  const pauses = [];
  for (let round = 0; round < 8; round += 1) {
    around.socket.end();
    const tries = around.sockets.length;
    let pause = 0;
    while (around.sockets.length === tries) {
      around.pass(10);
      pause += 10;
    }
    pauses.push(pause);
  }
  assert.deepEqual(pauses, [150, 300, 600, 1200, 2400, 4800, 5000, 5000]);
});

test("a restarting server is given the time it asked for", () => {
  const { around } = connected();
  around.socket.say(HELLO);
  around.socket.end(1012);
  around.pass(1990);
  assert.equal(around.sockets.length, 1);
  around.pass(20);
  assert.equal(around.sockets.length, 2);
});

test("a server that ends says anew how much time it wants: it greeted the first when there were few", () => {
  const { around } = connected();
  around.socket.say(HELLO);
  around.socket.end(1012, "come back within 12.0 s");
  around.pass(5990);
  assert.equal(around.sockets.length, 1);
  around.pass(20);
  assert.equal(around.sockets.length, 2);
});

test("a server that greets and hangs up is not stormed, one that lasted is", () => {
  const { around } = connected();
  for (const pause of [150, 300, 600]) {
    around.socket.say(HELLO);
    around.socket.end();
    around.pass(pause - 10);
    assert.equal(around.socket.isClosed, true);
    around.pass(20);
    assert.equal(around.socket.isClosed, false);
  }
  around.socket.say(HELLO);
  around.socket.say({ op: "beat", seq: 0 });
  around.socket.end();
  around.pass(160);
  assert.equal(around.socket.isClosed, false);
});

test("a connection ended on purpose is not lost, hears nothing more, and can go on", () => {
  const { around, states, connection } = connected();
  around.socket.say(HELLO);
  connection.stop();
  around.socket.say(HELLO);
  around.pass(60_000);
  assert.deepEqual([states.length, around.sockets.length], [1, 1]);
  connection.start();
  around.socket.say(HELLO);
  assert.equal(states.at(-1)?.[0], "live");
});

test("start ends the pause between tries", () => {
  const { around, connection } = connected();
  around.socket.end();
  connection.start();
  assert.equal(around.sockets.length, 2);
  around.pass(5000);
  assert.equal(around.sockets.length, 2);
});

test("frames go out on a live connection only", () => {
  const { around, connection } = connected();
  assert.equal(connection.send({ op: "claim", key: "k" }), false);
  around.socket.say(HELLO);
  assert.equal(connection.send({ op: "claim", key: "k" }), true);
  assert.deepEqual(around.socket.sent, ['{"op":"claim","key":"k"}']);
});

test("nothing goes out on a socket that is closing, of whose end nobody told us yet", () => {
  const { around, connection } = connected();
  around.socket.say(HELLO);
  around.socket.readyState = 2;
  assert.equal(connection.send({ op: "claim", key: "k" }), false);
  assert.deepEqual(around.socket.sent, []);
});

test("the address names the position, on a socket as safe as the page", () => {
  const position = { epoch: "e 1", seq: 7 };
  assert.equal(
    feedAddress("/feed/screen?hall=main", position, "https://hall.example/screen"),
    "wss://hall.example/feed/screen?hall=main&epoch=e+1&since=7",
  );
  assert.match(feedAddress("/feed/phone", position, "http://127.0.0.1:8011/"), /^ws:\/\/127\.0\.0\.1:8011\//);
});

function followed() {
  const around = new Surroundings();
  Object.assign(globalThis, { location: { href: "http://hall.example/" } });
  /** @type {string[]} */
  const story = [];
  const feed = new Feed({ epoch: "e", seq: 10 });
  follow(
    "/feed/phone",
    feed,
    {
      onChange: ({ drops, puts }) => story.push(`-${drops} +${puts.map(({ key }) => key)}`),
      onState: (state) => story.push(state),
    },
    around,
  ).start();
  return { around, story };
}

test("after a time away the takedowns are applied before the page calls itself live", () => {
  const { around, story } = followed();
  around.socket.say({ ...HELLO, seq: 12 });
  assert.deepEqual(story, []);
  around.socket.say([
    { op: "put", seq: 11, key: "a", html: "" },
    { op: "drop", seq: 12, key: "b" },
  ]);
  assert.deepEqual(story, ["-b +a", "live"]);
});

test("a hole leads to a new connection from the last position", () => {
  const { around, story } = followed();
  around.socket.say({ ...HELLO, seq: 10 });
  around.socket.say({ op: "put", seq: 11, key: "a", html: "" });
  around.socket.say({ op: "put", seq: 13, key: "c", html: "" });
  assert.deepEqual(story, ["live", "- +a", "lost"]);
  around.pass(200);
  assert.match(around.socket.url, /epoch=e&since=11$/);
});
