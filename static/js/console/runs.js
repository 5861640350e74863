/** The words of a post in short, as a screen shows them: what reads in its own direction apart, addresses cut to their host. Pure. */

const APART = /[#@][\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}_@.-]*|https?:\/\/\S+/gu;

/**
 * @param {string} text
 * @returns {{text: string, isApart: boolean}[]}
 */
export function runsOf(text) {
  const runs = [];
  let end = 0;
  for (const found of text.matchAll(APART)) {
    runs.push({ text: text.slice(end, found.index), isApart: false }, { text: hostOf(found[0]), isApart: true });
    end = found.index + found[0].length;
  }
  runs.push({ text: text.slice(end), isApart: false });
  return runs.filter((run) => run.text !== "");
}

/** @param {string} word */
function hostOf(word) {
  return /^https?:\/\/([^/?#\s]+)/.exec(word)?.[1] ?? word;
}
