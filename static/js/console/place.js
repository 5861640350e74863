/** Where a list of the desk stands: which list, what is looked for in it, and from which place on. Pure. */

/** @typedef {{list: string, line: string, after?: number | null, before?: number | null}} Place */

/**
 * The address of a place, which survives a reload and can be sent on.
 * @param {Place} place
 */
export function addressOf({ list, line, after = null, before = null }) {
  const said = new URLSearchParams({ list });
  if (line) said.set("q", line);
  if (after !== null) said.set("after", String(after));
  if (before !== null) said.set("before", String(before));
  return `/console?${said}`;
}

/**
 * What an address looks for.
 * @param {string} search such as `?list=queue&q=from%3Asam`
 */
export function lineIn(search) {
  return new URLSearchParams(search).get("q")?.trim() ?? "";
}

/**
 * A line with a term in it, or without it where it has it.
 * @param {string} line
 * @param {string} term
 */
export function toggled(line, term) {
  const without = ` ${line} `.replace(` ${term} `, " ").trim();
  return has(line, term) ? without : `${line} ${term}`.trim();
}

/**
 * Whether a line has a term.
 * @param {string} line
 * @param {string} term
 */
export function has(line, term) {
  return ` ${line} `.includes(` ${term} `);
}

/**
 * The term for what an author wrote, by the address where one is known: names are anybody's to choose.
 * @param {{name: string, address: string}} author
 */
export function termOf({ name, address }) {
  const word = (address || name).replaceAll('"', "").trim();
  return word && `from:${/\s/.test(word) ? `"${word}"` : word}`;
}
