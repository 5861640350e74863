/** How long something takes or waits, in few characters; and the server's clock, which alone is believed. Pure. */

import { gettext } from "../tongue.js";

/** @typedef {"" | "warn" | "alarm"} Level */

const WARN_S = 60;
const ALARM_S = 180;

/**
 * An age as the desk writes it: 0:07, 12:30, 3 h 05, 2 d.
 * @param {number} seconds
 */
export function ageWords(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 3600) return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
  if (s < 86_400) {
    const min = String(Math.floor((s % 3600) / 60)).padStart(2, "0");
    return gettext("%(num)s h %(min)s", { num: Math.floor(s / 3600), min });
  }
  return gettext("%(num)s d", { num: Math.floor(s / 86_400) });
}

/**
 * An age in a sentence: 7 s, 12:30, 3 h 05.
 * @param {number} seconds
 */
export function spanWords(seconds) {
  return seconds < 60 ? gettext("%(num)s s", { num: Math.max(0, Math.floor(seconds)) }) : ageWords(seconds);
}

/**
 * How long something is to come, in a sentence: in 7 s, in 12:30, now.
 * @param {number} seconds
 */
export function untilWords(seconds) {
  return seconds > 0 ? gettext("in %(span)s", { span: spanWords(Math.ceil(seconds)) }) : gettext("now");
}

/**
 * How bad it is that a post waits so long.
 * @param {number} seconds
 * @returns {Level}
 */
export function levelOf(seconds) {
  if (seconds >= ALARM_S) return "alarm";
  return seconds >= WARN_S ? "warn" : "";
}

/** The server's time, as far as its last word and our own clock tell. */
export class ServerClock {
  #offsetMs = 0;

  /** @param {() => number} [ours] milliseconds */
  constructor(ours = Date.now) {
    this.ours = ours;
  }

  /** @param {string | undefined} at the server's time now, ISO 8601 */
  hear(at) {
    const theirs = Date.parse(at ?? "");
    if (!Number.isNaN(theirs)) this.#offsetMs = theirs - this.ours();
  }

  /** Milliseconds since 1970, by the server's clock. */
  now() {
    return this.ours() + this.#offsetMs;
  }

  /**
   * Seconds since a moment.
   * @param {number} atMs
   */
  since(atMs) {
    return (this.now() - atMs) / 1000;
  }
}
