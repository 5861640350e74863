/**
 * Where a page stands in its stream, and what a message changes. Pure: no DOM, no clock, no socket.
 *
 * Every put, drop and stage has a number, without holes. What was applied is named by (epoch, seq); a hole means that something
 * was missed, and only a new connection from the last position mends it.
 */

import { stageOf } from "./stage.js";

/**
 * @typedef {import("./stage.js").Stage} Stage
 * @typedef {{key: string, html: string}} Card
 * @typedef {{epoch: string, seq: number}} Position
 * @typedef {{op: "hello", epoch: string, seq: number, retry_spread_s: number}} Hello
 * @typedef {{op: "beat", seq: number, reactions?: Totals}} Beat
 * @typedef {{op: "put", seq: number, key: string, html: string}} Put
 * @typedef {{op: "drop", seq: number, key: string}} Drop
 * @typedef {{op: "stage", seq: number} & Partial<Stage>} StageFrame
 * @typedef {{op: "snapshot", epoch: string, seq: number, cards: Card[], stage?: object, stages?: object[]}} Snapshot
 * @typedef {Record<string, Record<string, number>>} Totals of each reaction in each hall
 * @typedef {{op: "reactions", halls: Totals}} Reactions it has no number: only the latest says anything
 * @typedef {{op: "votes", hall: string, session: string, totals: Record<string, [number, string]>}} Votes what changed
 * @typedef {import("./screen/identity.js").Word} Word it has no number: what a screen alone is told
 * @typedef {{op: "floor", is_paused: boolean}} Floor it has no number: whether phones may post
 * @typedef {Hello | Beat | Put | Drop | StageFrame | Snapshot | Reactions | Votes | Word | Floor} Frame
 */

/**
 * What one message changes, to be applied in this order: the snapshot replaces everything, drops take away, puts come in
 * (oldest first), and then the newest stage of each hall that has one. `behind` is true where a frame is missing.
 * @template {{key: string}} T
 * @typedef {{snapshot: T[] | null, drops: string[], puts: T[], stages: Stage[], behind: boolean,
 *   reactions?: Totals}} Change
 */

/**
 * The frames of one message: it holds one frame, or an array of them. Frames of a kind unknown here are left out.
 * @param {string} text
 * @returns {Frame[]}
 */
export function framesOf(text) {
  const message = JSON.parse(text);
  const frames = Array.isArray(message) ? message : [message];
  return frames.filter((frame) =>
    ["hello", "beat", "put", "drop", "stage", "snapshot", "reactions", "votes", "screen", "floor"].includes(frame?.op),
  );
}

/** The position of one page in one stream. */
export class Feed {
  #promised = 0;
  #waitsForSnapshot = false;

  /** @param {Position} position as the page was rendered */
  constructor({ epoch, seq }) {
    this.epoch = epoch;
    this.seq = seq;
  }

  /** Whether everything that the server promised has been applied. */
  get isCaughtUp() {
    return !this.#waitsForSnapshot && this.seq >= this.#promised;
  }

  /**
   * Moves on by the frames of one message, and says what they change. Frames seen before change nothing.
   * @param {Frame[]} frames
   * @returns {Change<Card>}
   */
  take(frames) {
    /** @type {Card[] | null} */
    let snapshot = null;
    /** @type {Set<string>} */
    const drops = new Set();
    /** @type {Map<string, Card>} */
    const puts = new Map();
    /** @type {Map<string, Stage>} */
    const stages = new Map();
    let behind = false;
    /** @type {Totals | undefined} */
    let reactions;
    for (const frame of frames) {
      if (frame.op === "votes" || frame.op === "screen" || frame.op === "floor") continue; // they have no number
      if (frame.op === "hello") this.#greet(frame);
      else if (frame.op === "beat") {
        behind ||= this.#isBehind(frame.seq);
        reactions = frame.reactions ?? reactions;
      } else if (frame.op === "reactions") reactions = frame.halls;
      else if (frame.op === "snapshot") {
        snapshot = frame.cards;
        drops.clear();
        puts.clear();
        stages.clear();
        for (const stage of stagesIn(frame)) stages.set(stage.hall, stage);
        this.#moveTo(frame);
      } else if (!this.#waitsForSnapshot && frame.seq > this.seq) {
        if (frame.seq > this.seq + 1) {
          behind = true;
          break;
        }
        this.seq = frame.seq;
        if (frame.op === "put") puts.set(frame.key, { key: frame.key, html: frame.html });
        else if (frame.op === "stage") stages.set(frame.hall ?? "", stageOf(frame));
        else {
          drops.add(frame.key);
          puts.delete(frame.key);
        }
      }
    }
    const change = { snapshot, drops: [...drops], puts: [...puts.values()], stages: [...stages.values()], behind };
    return reactions ? { ...change, reactions } : change;
  }

  /** @param {Hello} hello */
  #greet({ epoch, seq }) {
    this.#waitsForSnapshot = epoch !== this.epoch || seq < this.seq;
    this.#promised = this.#waitsForSnapshot ? 0 : seq;
  }

  /** @param {Position} position */
  #moveTo({ epoch, seq }) {
    this.epoch = epoch;
    this.seq = seq;
    this.#waitsForSnapshot = false;
    this.#promised = 0;
  }

  /**
   * A beat may run ahead of frames that are still on their way, so it is the one after it that tells.
   * @param {number} seq
   */
  #isBehind(seq) {
    const missed = this.#waitsForSnapshot || this.#promised > this.seq;
    this.#promised = seq;
    return missed;
  }
}

/**
 * The stages in a snapshot: of its hall on a screen's, of every hall on the console's.
 * @param {Snapshot} snapshot
 */
function stagesIn({ stage, stages }) {
  return [...(stage ? [stage] : []), ...(Array.isArray(stages) ? stages : [])].map((each) => stageOf(each));
}

/**
 * The cards, newest first, after a change: a new version stays in its place, whatever comes in stands first.
 * @template {{key: string}} T
 * @param {readonly T[]} cards
 * @param {Pick<Change<T>, "snapshot" | "drops" | "puts">} change
 * @param {number} limit how many are kept
 * @param {readonly string[]} [spared] keys that are kept beyond the limit: they are on air
 * @returns {T[]}
 */
export function arranged(cards, { snapshot, drops, puts }, limit, spared = []) {
  const gone = new Set(drops);
  const next = (snapshot ?? cards).filter((card) => !gone.has(card.key));
  for (const put of puts) {
    const place = next.findIndex((card) => card.key === put.key);
    if (place < 0) next.unshift(put);
    else next[place] = put;
  }
  return next.filter(({ key }, place) => place < limit || spared.includes(key));
}
