/**
 * Following a feed where no socket gets through: some networks of hotels and offices block them. The same address is asked
 * over plain HTTP then, from where the page stands, while the socket is still tried now and again.
 */

import { feedAddress, follow } from "./connection.js";
import { framesOf } from "./feed.js";

/**
 * @typedef {import("./connection.js").State} State
 * @typedef {import("./feed.js").Frame} Frame
 * @typedef {import("./feed.js").Feed} Feed
 * @typedef {import("./feed.js").Card} Card
 */

const PATIENCE_MS = 4000; // so long a socket alone is tried
const POLL_MS = 4000;
const SPREAD_MS = 1000;
/** @type {WeakMap<Feed, string>} the totals that each feed was told last, as the server's ETag names them */
const heard = new WeakMap();

/**
 * The frames that a page has missed; none where the server says that there are none.
 * @param {string} path
 * @param {Feed} feed
 * @returns {Promise<Frame[]>}
 */
async function ask(path, feed) {
  const url = new URL(feedAddress(path, feed, globalThis.location.href));
  url.protocol = globalThis.location.protocol;
  const response = await fetch(url, {
    headers: { "If-None-Match": `"${feed.epoch}-${feed.seq}-${heard.get(feed) ?? 0}"` },
    cache: "no-store",
    signal: AbortSignal.timeout?.(10_000),
  });
  if (response.status === 304) return [];
  if (!response.ok) throw new Error(`${path} answers ${response.status}`);
  const frames = framesOf(await response.text());
  heard.set(feed, /-(\w+)"$/.exec(response.headers.get("ETag") ?? "")?.[1] ?? "0");
  return frames;
}

/** Follows a feed by socket, and by asking while there is none. "live" and "lost" are told as by `follow`. */
export class Following {
  #timer = 0;
  #isWanted = false;
  #hasSocket = false;
  /** @type {State | null} */
  #told = null;

  /**
   * @param {string} path
   * @param {Feed} feed
   * @param {object} on
   * @param {(change: import("./feed.js").Change<Card>) => void} on.onChange
   * @param {(state: State, sinceMs: number) => void} on.onState
   * @param {(votes: import("./feed.js").Votes) => void} [on.onVotes]
   * @param {(floor: import("./feed.js").Floor) => void} [on.onFloor]
   * @param {object} [around] what a test replaces
   * @param {typeof follow} [around.socket]
   * @param {typeof ask} [around.ask]
   */
  constructor(path, feed, { onChange, onState, onVotes, onFloor }, { socket = follow, ask: asked = ask } = {}) {
    this.#ask = () => asked(path, feed);
    this.#feed = feed;
    this.#onChange = onChange;
    this.#onState = onState;
    this.#onVotes = onVotes;
    this.#onFloor = onFloor;
    this.#heardMs = Date.now();
    this.#connection = socket(path, feed, {
      onChange,
      onState: (state, sinceMs) => this.#hear(state, sinceMs),
      onVotes,
      onFloor,
    });
  }

  #ask;
  #feed;
  #onChange;
  #onState;
  #onVotes;
  #onFloor;
  #heardMs;
  #connection;

  start() {
    if (!this.#isWanted) this.#hasSocket = false;
    this.#isWanted = true;
    this.#connection.start();
    if (!this.#hasSocket && this.#told) this.#wait(0);
  }

  stop() {
    this.#isWanted = false;
    clearTimeout(this.#timer);
    this.#connection.stop();
  }

  /**
   * @param {State} state of the socket
   * @param {number} sinceMs
   */
  #hear(state, sinceMs) {
    this.#hasSocket = state === "live";
    clearTimeout(this.#timer);
    if (!this.#hasSocket) this.#wait(PATIENCE_MS);
    this.#tell(state, sinceMs);
  }

  /** @param {number} ms */
  #wait(ms) {
    clearTimeout(this.#timer);
    this.#timer = Number(setTimeout(() => this.#poll(), ms));
  }

  async #poll() {
    if (!this.#isWanted || this.#hasSocket) return;
    /** @type {Frame[] | null} */
    const frames = await this.#ask().catch(() => null);
    if (!this.#isWanted || this.#hasSocket) return; // it goes on from where the socket is by now
    this.#wait(POLL_MS + Math.random() * SPREAD_MS);
    if (frames === null) return this.#tell("lost", this.#heardMs);
    const change = this.#feed.take(frames);
    if (change.snapshot || change.drops.length || change.puts.length || change.reactions) this.#onChange(change);
    for (const frame of frames) {
      if (frame.op === "votes") this.#onVotes?.(frame);
      else if (frame.op === "floor") this.#onFloor?.(frame);
    }
    this.#heardMs = Date.now();
    this.#tell("live", this.#heardMs);
  }

  /**
   * @param {State} state
   * @param {number} sinceMs
   */
  #tell(state, sinceMs) {
    if (state === this.#told) return;
    this.#told = state;
    this.#onState(state, sinceMs);
  }
}
