/** Finding words among the loaded posts: without case, accents or width. Pure. */

/**
 * A text as it is compared.
 * @param {string} text
 */
export function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
}

/**
 * Whether every word that is looked for stands in a folded text.
 * @param {string} folded
 * @param {string} query as typed
 */
export function matches(folded, query) {
  return fold(query)
    .split(" ")
    .every((word) => folded.includes(word));
}
