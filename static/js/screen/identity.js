/** Who this screen is: its code until somebody pairs it, its name in big letters when asked, and what the desk tells it. */

import { layoutOf, rendered } from "../stage.js";

/**
 * @typedef {object} Paired as the server tells of this screen
 * @property {string} name
 * @property {string} hall
 * @property {string | null} layout null for the hall's
 * @property {import("../stage.js").Level} panic
 * @property {number} reloads how often it was told to load its page anew
 * @property {number} shows how often it was told to say who it is
 *
 * @typedef {{op: "screen", t: number, screen: Paired | null}} Word
 * @typedef {"" | "reload" | "move" | "show"} Act
 */

const SHOWN_MS = 8000;
const AGAIN_MS = 30_000;

/**
 * What a screen has to do, from what it knew of itself and what it is told. Pure.
 * @param {Paired | null} before null where it was not paired, or does not know
 * @param {Paired | null} now
 * @param {string} hall of the page that is open
 * @returns {Act}
 */
export function actOf(before, now, hall) {
  if (!now) return "";
  if (now.hall !== hall) return "move";
  if (before && now.reloads > before.reloads) return "reload";
  return !before || now.shows > before.shows ? "show" : "";
}

/**
 * A code as it is read out: two words of four letters.
 * @param {string} code
 */
export function codeWords(code) {
  return `${code.slice(0, 4)} ${code.slice(4)}`;
}

export class Identity {
  #timer = 0;
  #plateTimer = 0;
  #asks = false;

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.pairing where the code stands
   * @param {HTMLElement} parts.plate where the name stands in big letters
   * @param {string} parts.hall
   * @param {(frame: object) => boolean} parts.send
   * @param {() => void} parts.onChange
   */
  constructor({ pairing, plate, hall, send, onChange }) {
    this.#parts = { pairing, plate, hall, send, onChange };
    this.paired = /** @type {Paired | null} */ (rendered(document.body.dataset.screen));
  }

  #parts;

  /** @returns {import("../stage.js").Level} */
  get panic() {
    return this.paired?.panic ?? "off";
  }

  get layout() {
    return layoutOf(this.paired?.layout);
  }

  /** @param {Word} word */
  hear({ t, screen }) {
    const { hall, send, onChange } = this.#parts;
    const ratio = devicePixelRatio;
    send({ op: "here", t, width: Math.round(innerWidth * ratio), height: Math.round(innerHeight * ratio) });
    const act = actOf(this.paired, screen, hall);
    const isNews = JSON.stringify(screen) !== JSON.stringify(this.paired);
    this.paired = screen;
    if (act === "move" && screen) location.replace(`/screen/${encodeURIComponent(screen.hall)}${location.search}`);
    else if (act === "reload") location.reload();
    else if (act === "show") this.#show(screen?.name ?? "");
    if (screen) this.#hideCode();
    else this.#askCode();
    if (isNews) onChange();
  }

  /** @param {string} name */
  #show(name) {
    const { plate } = this.#parts;
    clearTimeout(this.#plateTimer);
    plate.textContent = name;
    plate.hidden = false;
    this.#plateTimer = window.setTimeout(() => {
      plate.hidden = true;
    }, SHOWN_MS);
  }

  #hideCode() {
    clearTimeout(this.#timer);
    this.#asks = false;
    this.#offer(false);
  }

  /**
   * The page is told too: what stands above a code has less room.
   * @param {boolean} isShown
   */
  #offer(isShown) {
    this.#parts.pairing.hidden = !isShown;
    document.body.toggleAttribute("data-unpaired", isShown);
  }

  #askCode() {
    if (this.#asks) return;
    this.#asks = true;
    this.#ask();
  }

  /** A code runs out; then there is a new one. */
  async #ask() {
    const { code = "", lasts_s } = await ask();
    if (!this.#asks) return; // paired meanwhile
    const { pairing } = this.#parts;
    const words = pairing.querySelector("b");
    if (words) words.textContent = codeWords(code);
    this.#offer(code !== "");
    this.#timer = window.setTimeout(() => this.#ask(), lasts_s ? lasts_s * 1000 : AGAIN_MS);
  }
}

/** @returns {Promise<{code?: string, lasts_s?: number}>} */
async function ask() {
  try {
    const answer = await fetch("/api/screens/code", { method: "POST" });
    return answer.status === 201 ? await answer.json() : {};
  } catch {
    return {};
  }
}

/** What names this page to the server, so that it knows the page again when it comes back. */
export function pageId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
