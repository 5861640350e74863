/**
 * The life of a page's socket: it connects, notices silence, and comes back from where the page stands.
 *
 * A server sends a beat every 5 s, so 12 s of silence mean that the connection is dead, whatever the socket says. Retries
 * wait a random share of a growing time (full jitter): thousands of phones must not come back in step.
 */

import { framesOf } from "./feed.js";

/**
 * @typedef {import("./feed.js").Frame} Frame
 * @typedef {import("./feed.js").Feed} Feed
 * @typedef {import("./feed.js").Card} Card
 * @typedef {"live" | "lost"} State
 *
 * @typedef {object} Surroundings what a test replaces
 * @property {(url: string) => WebSocket} open
 * @property {(run: () => void, ms: number) => number} later
 * @property {(timer: number) => void} cancel
 * @property {() => number} random in [0, 1)
 * @property {() => number} now milliseconds
 */

const SILENCE_MS = 12_000;
const RETRY_MS = 300;
const RETRY_MAX_MS = 10_000;
const SERVICE_RESTART = 1012;
const SIGNED_OUT = 4401;
const OPEN = 1; // a WebSocket's readyState

/** @type {Surroundings} */
const browser = {
  open: (url) => new WebSocket(url),
  later: (run, ms) => window.setTimeout(run, ms),
  cancel: (timer) => window.clearTimeout(timer),
  random: Math.random,
  now: Date.now,
};

/**
 * One socket at a time. `onState` hears "live" when the server has greeted us, and "lost" when it is gone with the time
 * of its last sign of life.
 */
export class Connection {
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {State | null} */
  #state = null;
  #retries = 0;
  #spreadMs = 0;
  #watchdog = 0;
  #retry = 0;
  #wanted = false;

  /**
   * @param {object} options
   * @param {() => string} options.address where to go on from, asked for anew on every try
   * @param {(frames: Frame[]) => void} options.onFrames the frames of one message
   * @param {(state: State, sinceMs: number) => void} [options.onState]
   * @param {() => void} [options.onSignedOut] the badge was ended: there is no coming back with it
   * @param {Partial<Surroundings>} [options.surroundings]
   */
  constructor({ address, onFrames, onState = () => {}, onSignedOut = () => {}, surroundings = {} }) {
    this.#address = address;
    this.#onFrames = onFrames;
    this.#onState = onState;
    this.#onSignedOut = onSignedOut;
    this.#around = { ...browser, ...surroundings };
    this.#heardMs = this.#around.now();
  }

  #address;
  #onFrames;
  #onState;
  #onSignedOut;
  #around;
  #heardMs;

  /** Connects, and stays connected until `stop`. It ends a pause between tries; a try under way goes on. */
  start() {
    this.#wanted = true;
    if (!this.#socket) this.#connect();
  }

  /** Ends the connection on purpose; nobody is told that it is lost. `start` goes on. */
  stop() {
    this.#wanted = false;
    this.#state = null;
    this.#leave();
  }

  /** Comes back from the last position, because frames are missing. */
  resync() {
    if (this.#socket) this.#lose();
  }

  /**
   * Sends a frame, or loses it where there is no connection.
   * @param {object} frame
   * @returns {boolean} whether it was sent
   */
  send(frame) {
    // The browser knows before we hear of it that a connection ends, and complains of what is sent then.
    if (this.#state !== "live" || this.#socket?.readyState !== OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #connect() {
    this.#leave();
    const socket = this.#around.open(this.#address());
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#hear(data);
    socket.onclose = ({ code, reason }) => {
      this.#spreadMs = spreadIn(reason) ?? this.#spreadMs;
      this.#lose(code);
    };
    this.#watch();
  }

  /** @param {string} text */
  #hear(text) {
    this.#watch();
    this.#heardMs = this.#around.now();
    const frames = framesOf(text);
    for (const frame of frames) {
      if (frame.op === "hello") this.#spreadMs = frame.retry_spread_s * 1000;
      if (frame.op === "beat") this.#retries = 0; // it lasted; a server that greets and hangs up does not get here
    }
    if (frames.some(({ op }) => op === "hello")) this.#tell("live");
    this.#onFrames(frames);
  }

  #watch() {
    this.#around.cancel(this.#watchdog);
    this.#watchdog = this.#around.later(() => this.#lose(), SILENCE_MS);
  }

  /** @param {number} [code] as the server closed it */
  #lose(code) {
    this.#leave();
    if (code === SIGNED_OUT) return this.#onSignedOut();
    if (!this.#wanted) return;
    this.#tell("lost");
    this.#retry = this.#around.later(() => this.#connect(), this.#pauseMs(code));
  }

  /** @param {number} [code] */
  #pauseMs(code) {
    const growing = Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** this.#retries);
    this.#retries += 1;
    const longest = code === SERVICE_RESTART ? Math.max(growing, this.#spreadMs) : growing;
    return this.#around.random() * longest;
  }

  #leave() {
    this.#around.cancel(this.#watchdog);
    this.#around.cancel(this.#retry);
    if (!this.#socket) return;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }

  /** @param {State} state */
  #tell(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#onState(state, this.#heardMs);
  }
}

/**
 * Over how many milliseconds a server that ends asks everybody to come back: it knows better now than when it greeted us.
 * @param {string} [reason] of a socket's end
 */
function spreadIn(reason = "") {
  const found = /^come back within ([\d.]+) s$/.exec(reason);
  return found ? Number(found[1]) * 1000 : undefined;
}

/**
 * A page's address of its feed from where it stands, as a socket wants it.
 * @param {string} path such as `/feed/screen?hall=main`
 * @param {import("./feed.js").Position} position
 * @param {string} base the page's own address
 */
export function feedAddress(path, { epoch, seq }, base) {
  const url = new URL(path, base);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("epoch", epoch);
  url.searchParams.set("since", String(seq));
  return url.href;
}

/**
 * Follows a feed: every change goes to `onChange`, in order and once; a hole in the numbers leads to a new connection.
 * "live" is told once everything that was missed has been applied: what was taken back meanwhile is gone by then.
 * @param {string} path
 * @param {Feed} feed
 * @param {object} on
 * @param {(change: import("./feed.js").Change<Card>) => void} on.onChange
 * @param {(state: State, sinceMs: number) => void} on.onState
 * @param {(votes: import("./feed.js").Votes) => void} [on.onVotes] hears of votes, which have no number
 * @param {(word: import("./feed.js").Word) => void} [on.onWord] hears what a screen alone is told
 * @param {(floor: import("./feed.js").Floor) => void} [on.onFloor] hears whether phones may post
 * @param {Partial<Surroundings>} [surroundings]
 * @returns {Connection} not started yet
 */
export function follow(
  path,
  feed,
  { onChange, onState, onVotes = () => {}, onWord = () => {}, onFloor = () => {} },
  surroundings,
) {
  let isCatchingUp = false;
  let greetedMs = 0;
  const connection = new Connection({
    address: () => feedAddress(path, feed, globalThis.location.href),
    onFrames: (frames) => {
      const change = feed.take(frames);
      if (change.snapshot || change.drops.length || change.puts.length || change.stages.length || change.reactions)
        onChange(change);
      for (const frame of frames) {
        if (frame.op === "votes") onVotes(frame);
        else if (frame.op === "screen") onWord(frame);
        else if (frame.op === "floor") onFloor(frame);
      }
      if (change.behind) connection.resync();
      else if (isCatchingUp && feed.isCaughtUp) {
        isCatchingUp = false;
        onState("live", greetedMs);
      }
    },
    onState: (state, sinceMs) => {
      isCatchingUp = state === "live";
      if (isCatchingUp) greetedMs = sinceMs;
      else onState(state, sinceMs);
    },
    surroundings,
  });
  return connection;
}
