/**
 * Calls a moderator to the desk by a soft tone or a notification, each only where it was switched on in this browser.
 *
 * Browsers let a page sound only after somebody touched it, and notify only on https or localhost.
 */

import { gettext } from "../tongue.js";
import { spanWords } from "./ages.js";
import { Calls, callWords } from "./calls.js";
import { keep, kept } from "./kept.js";
import { write } from "./strokes.js";

const TONE = "backchannel.tone";
const NOTICE = "backchannel.notice";
const AT_WORK_MS = 20_000;
const PITCH_HZ = 523;
const LOUDNESS = 0.06;
const RISE_S = 0.03;
const LENGTH_S = 0.7;

export class Bell {
  #calls = new Calls();
  #actedMs = Number.NEGATIVE_INFINITY;
  /** @type {AudioContext | null} */
  #audio = null;

  /**
   * @param {object} parts
   * @param {HTMLInputElement} parts.tone switches the tone
   * @param {HTMLInputElement} parts.notice switches notifications
   * @param {HTMLElement} parts.why says why there can be none
   * @param {string} parts.title
   */
  constructor({ tone, notice, why, title }) {
    this.#parts = { tone, notice, why, title };
  }

  #parts;

  start() {
    const { tone, notice } = this.#parts;
    tone.checked = kept(TONE) === "on";
    tone.addEventListener("change", () => {
      keep(TONE, tone.checked ? "on" : "off");
      if (tone.checked) this.#sound();
    });
    notice.disabled = !canNotify();
    notice.checked = canNotify() && kept(NOTICE) === "on" && Notification.permission === "granted";
    notice.addEventListener("change", () => this.#switchNotices());
    if (!canNotify()) this.#say(gettext("Notifications need https, or this machine’s own address."));
    for (const kind of ["keydown", "pointerdown"]) {
      document.addEventListener(kind, () => (this.#actedMs = performance.now()), { passive: true });
    }
  }

  /**
   * @param {number} waiting
   * @param {number} oldestS
   */
  hear(waiting, oldestS) {
    const nowMs = performance.now();
    const isAtWork = !document.hidden && nowMs - this.#actedMs < AT_WORK_MS;
    if (!this.#calls.hear({ waiting, oldestS, nowMs, isAtWork })) return;
    if (this.#parts.tone.checked) this.#sound();
    if (this.#parts.notice.checked && document.hidden) this.#notify(callWords(waiting, spanWords(oldestS)));
  }

  async #switchNotices() {
    const { notice } = this.#parts;
    if (notice.checked && (await Notification.requestPermission()) !== "granted") {
      notice.checked = false;
      this.#say(gettext("This browser does not let this page notify. Its settings for this address can."));
    }
    keep(NOTICE, notice.checked ? "on" : "off");
  }

  /** @param {string} words */
  #notify(words) {
    try {
      const notice = new Notification(this.#parts.title, { body: words, tag: "backchannel", silent: true });
      notice.onclick = () => {
        window.focus();
        notice.close();
      };
    } catch {
      // Some phones want a service worker for it; the title and the icon tell all the same.
    }
  }

  #sound() {
    if (navigator.userActivation && !navigator.userActivation.hasBeenActive) return;
    this.#audio ??= new AudioContext();
    const { currentTime: now, destination } = this.#audio;
    const [voice, volume] = [this.#audio.createOscillator(), this.#audio.createGain()];
    voice.frequency.value = PITCH_HZ;
    volume.gain.setValueAtTime(0, now);
    volume.gain.linearRampToValueAtTime(LOUDNESS, now + RISE_S);
    volume.gain.exponentialRampToValueAtTime(0.0001, now + LENGTH_S);
    voice.connect(volume).connect(destination);
    voice.start(now);
    voice.stop(now + LENGTH_S);
  }

  /** @param {string} words */
  #say(words) {
    write(this.#parts.why, words);
  }
}

function canNotify() {
  return window.isSecureContext && "Notification" in window;
}
