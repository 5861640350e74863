/** When a moderator is called to the desk: seldom, and never while at work there. Pure. */

import { ngettext } from "../tongue.js";

/** @typedef {"waits" | "late"} Call something waits again; or something waits for too long */

const LATE_S = 180;
const QUIET_MS = 60_000;

export class Calls {
  #level = -1;
  #calledMs = Number.NEGATIVE_INFINITY;

  /**
   * What the desk says now. It calls once when the queue fills and once when the oldest is late, a minute apart at least.
   * @param {object} desk
   * @param {number} desk.waiting
   * @param {number} desk.oldestS how long the oldest waits
   * @param {number} desk.nowMs
   * @param {boolean} desk.isAtWork whether the moderator acts here just now, and sees it anyway
   * @returns {Call | null}
   */
  hear({ waiting, oldestS, nowMs, isAtWork }) {
    const level = waiting === 0 ? 0 : oldestS >= LATE_S ? 2 : 1;
    const isKnown = this.#level < 0 || isAtWork || level <= this.#level;
    if (!isKnown && nowMs - this.#calledMs < QUIET_MS) return null; // later, if it is still so
    this.#level = level;
    if (isKnown) return null;
    this.#calledMs = nowMs;
    return level === 2 ? "late" : "waits";
  }
}

/**
 * What a notification says: figures, never a post's words, since it may stand on a locked screen.
 * @param {number} waiting
 * @param {string} oldest an age in words
 */
export function callWords(waiting, oldest) {
  return ngettext("%(num)s post waits for %(oldest)s.", "%(num)s posts wait, the oldest for %(oldest)s.", waiting, {
    oldest,
  });
}
