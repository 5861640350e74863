/** How the speaker view says things. Pure. */

/**
 * @typedef {object} Line
 * @property {string} id
 * @property {string} by
 * @property {string} text
 * @property {string} at
 *
 * @typedef {{key: string, name: string, network: string, text: string}} Short
 * @typedef {{messages: Line[], now: Short | null, next: Short[], at: string}} Seen as /api/halls/HALL/speaker tells it
 */

/**
 * Who wrote a line, and how long ago; how many more wait behind it.
 * @param {readonly Line[]} lines
 * @param {string} now the server’s time
 */
export function fromWords([line, ...more], now) {
  if (!line) return "";
  const minutes = Math.floor((Date.parse(now) - Date.parse(line.at)) / 60_000);
  const when = minutes < 1 ? "just now" : `${minutes} min ago`;
  return more.length ? `From ${line.by}, ${when}. ${more.length} more behind it` : `From ${line.by}, ${when}`;
}

/** @param {Short} post */
export function whoWords({ name, network }) {
  return `${name}, ${network}`;
}

const HASHTAG = /([#＃][\p{L}\p{M}\p{N}_]+)/u;

/**
 * A text in pieces of which every other one, from the second on, is a hashtag: each stands for itself in whatever
 * direction the text runs.
 * @param {string} text
 */
export function piecesOf(text) {
  return text.split(HASHTAG);
}
