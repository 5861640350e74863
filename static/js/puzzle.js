/** A puzzle from the server, which asks a phone to work a moment where very many write for the first time. */

import { scriptURL } from "./trusted.js";

const PATIENCE_MS = 20_000; // a cheap phone needs two seconds; its puzzle is good for two minutes

/** @typedef {{salt: string, hash: string, most: number}} Puzzle */

/**
 * What answers it; empty where this browser has no worker, or takes too long: then the post waits like any other.
 * @param {Puzzle} puzzle
 * @returns {Promise<string>}
 */
export async function solved(puzzle) {
  /** @type {Worker | undefined} */
  let worker;
  try {
    const solver = new Worker(scriptURL("/static/js/solver.js"), { type: "module" });
    worker = solver;
    return await new Promise((resolve, reject) => {
      setTimeout(() => resolve(""), PATIENCE_MS);
      solver.addEventListener("message", ({ data: answer }) => resolve(answer));
      solver.addEventListener("error", reject);
      solver.postMessage(puzzle);
    });
  } catch {
    return "";
  } finally {
    worker?.terminate();
  }
}
