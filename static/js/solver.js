/**
 * A worker that finds the number of a puzzle, away from the page, which goes on meanwhile.
 *
 * It reckons SHA-256 itself: SubtleCrypto exists only on https, and on the Wi-Fi of a hall a page may come over plain http.
 * FIPS 180-4, for words that fit into one block.
 */

const BLOCK_MAX = 55;
const primes = Array.from({ length: 310 }, (_, n) => n + 2).filter((n) => !hasDivisor(n));
// Filled whole before they are read: what no index is beyond of need not be asked for each of 64 steps.
const STEPS = /** @type {any} */ (Int32Array.from(primes.slice(0, 64), (prime) => fraction(Math.cbrt(prime))));
const START = /** @type {any} */ (Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime))));
const words = /** @type {any} */ (new Int32Array(64));
const hash = /** @type {any} */ (new Int32Array(8));

/** @param {number} n */
function hasDivisor(n) {
  for (let d = 2; d * d <= n; d += 1) if (n % d === 0) return true;
  return false;
}

/** @param {number} root its first 32 bits behind the point */
function fraction(root) {
  return ((root % 1) * 2 ** 32) | 0;
}

/**
 * @param {number} word
 * @param {number} by
 */
const turned = (word, by) => (word >>> by) | (word << (32 - by));

/** @param {string} text of ASCII, which becomes the one block */
function write(text) {
  words.fill(0, 0, 16);
  for (let at = 0; at < text.length; at += 1) words[at >> 2] |= text.charCodeAt(at) << (24 - 8 * (at % 4));
  words[text.length >> 2] |= 0x80 << (24 - 8 * (text.length % 4));
  words[15] = text.length * 8;
  for (let at = 16; at < 64; at += 1) {
    const early = words[at - 15];
    const late = words[at - 2];
    const low = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const high = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    words[at] = (words[at - 16] + low + words[at - 7] + high) | 0;
  }
}

/**
 * The hash of some ASCII, as eight words: always the same array.
 * @param {string} text
 * @returns {Int32Array}
 */
export function sha256(text) {
  if (text.length > BLOCK_MAX) throw new RangeError("more than a block");
  write(text);
  let a = START[0];
  let b = START[1];
  let c = START[2];
  let d = START[3];
  let e = START[4];
  let f = START[5];
  let g = START[6];
  let h = START[7];
  for (let at = 0; at < 64; at += 1) {
    const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + STEPS[at] + words[at]) | 0;
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  hash[0] = START[0] + a;
  hash[1] = START[1] + b;
  hash[2] = START[2] + c;
  hash[3] = START[3] + d;
  hash[4] = START[4] + e;
  hash[5] = START[5] + f;
  hash[6] = START[6] + g;
  hash[7] = START[7] + h;
  return hash;
}

/** @param {Int32Array} of */
export const hex = (of) => Array.from(of, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");

/**
 * What answers a puzzle: its salt and the number; empty where there is none.
 * @param {{salt: string, hash: string, most: number}} puzzle
 */
export function solve({ salt, hash: wanted, most }) {
  const first = Number.parseInt(wanted.slice(0, 8), 16) | 0;
  for (let number = 0; number < most; number += 1) {
    const tried = sha256(`${salt}.${number}`);
    if (tried[0] === first && hex(tried) === wanted) return `${salt}.${number}`;
  }
  return "";
}

const worker = /** @type {any} */ (globalThis);
if ("WorkerGlobalScope" in worker)
  worker.addEventListener("message", (/** @type {MessageEvent} */ { data: puzzle }) =>
    worker.postMessage(solve(puzzle)),
  );
