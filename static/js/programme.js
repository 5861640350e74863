/**
 * Looks at the programme again when something begins or ends, so that a page changes over by itself.
 *
 * The server says in how many seconds that is: no clock of a device has to be right. A crowd of phones spreads its question over
 * some seconds; a device that slept asks at once.
 */

const RETRY_S = 30;
const STALE_MS = 20_000;

/** @param {string} path */
export async function ask(path) {
  const response = await fetch(path, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${path} answers ${response.status}`);
  return response.json();
}

/** One page's look-out. */
export class Lookout {
  #timer = 0;
  #lookedAt = Date.now();

  /**
   * @param {string} path where to ask
   * @param {(answer: any) => number} apply puts an answer into the page, and says after how many seconds to ask again
   * @param {{spreadMs: number, ask?: (path: string) => Promise<any>}} options
   */
  constructor(path, apply, { spreadMs, ask: asked = ask }) {
    this.path = path;
    this.apply = apply;
    this.spreadMs = spreadMs;
    this.ask = asked;
  }

  /** @param {number} seconds until something changes */
  wait(seconds) {
    clearTimeout(this.#timer);
    const ms = Math.max(seconds, 1) * 1000 + Math.random() * this.spreadMs;
    this.#timer = Number(setTimeout(() => this.look(), ms));
  }

  /** Asks now. Without an answer everything stays, and is asked for again. */
  async look() {
    this.#lookedAt = Date.now();
    let seconds = RETRY_S;
    try {
      seconds = this.apply(await this.ask(this.path));
    } catch (error) {
      console.info("the programme does not answer", error);
    }
    this.wait(seconds);
  }

  /** The page is seen again: timers may have slept. */
  async wake() {
    if (Date.now() - this.#lookedAt > STALE_MS) await this.look();
  }
}
