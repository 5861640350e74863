/** The line of what comes next in a hall, as people change it. Pure. */

/** @typedef {import("../stage.js").Stage} Stage */

/**
 * The line with a post at its end, or without it where it stands there.
 * @param {Stage} stage
 * @param {string} key
 * @returns {string[]}
 */
export function toggled({ lined_up }, key) {
  return lined_up.includes(key) ? lined_up.filter((other) => other !== key) : [...lined_up, key];
}

/**
 * The line after a post that comes next changed places with the one before it. What stood before them is lined up with it.
 * @param {Stage} stage
 * @param {string} key
 * @returns {string[]}
 */
export function sooner({ next, lined_up }, key) {
  const place = next.indexOf(key);
  if (place < 1) return lined_up;
  const before = next.slice(0, place - 1);
  const passed = lined_up.includes(next[place - 1] ?? "") ? [/** @type {string} */ (next[place - 1])] : [];
  const first = [...before, key, ...passed];
  return [...first, ...lined_up.filter((other) => !first.includes(other))];
}
