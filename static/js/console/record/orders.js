/** The orders that take decisions back. Pure. */

import { POSTS_MAX } from "../orders.js";

/**
 * @typedef {import("./lines.js").Line} Line
 * @typedef {import("./lines.js").Move} Move
 * @typedef {Move & {posts: string[], versions: Record<string, number>}} Order
 */

/**
 * As few orders as take all of these back; what was decided again, or is gone, is left out.
 * @param {readonly Line[]} lines single decisions
 * @returns {Order[]}
 */
export function ordersOf(lines) {
  /** @type {Map<string, Order[]>} */
  const orders = new Map();
  for (const { key, reverse, post } of lines) {
    if (!reverse || !post) continue;
    const { verb, reason, halls } = reverse;
    const alike = JSON.stringify([verb, reason, halls]);
    const mine = orders.get(alike) ?? [];
    orders.set(alike, mine);
    const last = mine.at(-1);
    const order = last && last.posts.length < POSTS_MAX ? last : { verb, reason, halls, posts: [], versions: {} };
    if (order !== last) mine.push(order);
    order.posts.push(key);
    order.versions[key] = post.version;
  }
  return [...orders.values()].flat();
}
