/** What the house calls its own rules and reasons, in the reader's language; what a person wrote stays as it is (web/own.py). */

/** @typedef {Readonly<Record<string, string>>} Own by what it is in English; a place for somebody stays open */

const FOUND = ": “"; // what a reason ends with: the words that a rule found
const SOMEBODY = "%(who)s";

/**
 * The name or the reason of a rule. Pure.
 * @param {string} words as they are kept
 * @param {Own} own
 */
export function ownWords(words, own) {
  const at = words.indexOf(FOUND);
  const [reason, rest] = at < 0 ? [words, ""] : [words.slice(0, at), words.slice(at)];
  if (Object.hasOwn(own, reason)) return own[reason] + rest;
  for (const [template, said] of Object.entries(own)) {
    const [begins = ""] = template.split(SOMEBODY);
    if (begins !== template && words.startsWith(begins))
      return said.replace(SOMEBODY, () => words.slice(begins.length));
  }
  return words;
}
