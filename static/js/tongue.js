/**
 * The words of a page in its language. In the sources they are English; a page in another language is told, in its parcel
 * (web/parcels.py), what the catalogue of that language has for those that stand in it.
 */

/** @typedef {Record<string, string | number>} Values what is put in place of `%(name)s` */

/** @type {Record<string, string | string[]>} */
let known = {};
/** @type {(n: number) => number} */
let formOf = (n) => Number(n !== 1);

/**
 * @param {Record<string, string | string[]>} words by what they are in English
 * @param {(n: number) => number} form which one of several a number takes
 */
export function learn(words, form) {
  known = words;
  formOf = form;
}

/**
 * @param {string} words
 * @param {Values} [values]
 */
export function gettext(words, values = {}) {
  const said = known[words] ?? words;
  return fill(typeof said === "string" ? said : (said[0] ?? words), values);
}

/**
 * The form that goes with a number; the number itself is put in place of `%(num)s`.
 * @param {string} one
 * @param {string} many
 * @param {number} num
 * @param {Values} [values]
 */
export function ngettext(one, many, num, values = {}) {
  const forms = known[one];
  const said = Array.isArray(forms) ? forms[formOf(num)] : undefined;
  return fill(said ?? (num === 1 ? one : many), { num, ...values });
}

/**
 * @param {string} words
 * @param {Values} values
 */
function fill(words, values) {
  return words.replace(/%\((\w+)\)s/g, (place, name) => String(values[name] ?? place));
}

/**
 * An address of ours, asked in the language of the page, whatever was chosen elsewhere since.
 * @param {string} path
 */
export function inTongue(path) {
  const tag = globalThis.document?.documentElement?.lang; // none where a test has no page
  return tag ? `${path}${path.includes("?") ? "&" : "?"}lang=${tag}` : path;
}

/** The locale in which dates are written: the page’s, with the figures 0 to 9. British, since our English writes them so. */
export function dateLocale() {
  const tag = globalThis.document?.documentElement?.lang || "en";
  return tag === "en" ? "en-GB" : `${tag}-u-nu-latn`;
}
