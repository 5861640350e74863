/** What the page asks of the server about the record: its pages and its shares. */

/**
 * @typedef {import("./lines.js").Page} Page
 * @typedef {import("./lines.js").Line} Line
 * @typedef {import("./query.js").Query} Query
 */

const DEADLINE_MS = 8000;
const PAGE = 50;
const PAGE_MAX = 200;
const PAGES_MAX = 20;

/**
 * A page of the record.
 * @param {Query} query
 * @param {string | null} [place]
 * @returns {Promise<Page>}
 */
export function askPage(query, place) {
  return read(query.pageAt({ limit: PAGE, place }));
}

/** @returns {Promise<import("./shares.js").Shares>} */
export function askShares() {
  return read("/api/record/shares");
}

/**
 * All that one order decided.
 * @param {Query} query of the act
 */
export async function askAct(query) {
  /** @type {Line[]} */
  const lines = [];
  /** @type {string | null} */
  let place = null;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = /** @type {Page} */ (await read(query.pageAt({ limit: PAGE_MAX, place })));
    lines.push(...page.decisions);
    place = page.next;
    if (place === null) break;
  }
  return lines;
}

/** @param {string} address */
async function read(address) {
  const response = await fetch(address, { signal: AbortSignal.timeout(DEADLINE_MS) });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}
