/**
 * The only door through which markup enters a page: cards that our own server rendered from our own templates.
 * One Trusted Types policy, `backchannel`; where the browser has none, the same functions take plain strings.
 */

/**
 * @typedef {{createHTML: (html: string) => any, createScriptURL: (url: string) => any}} Policy
 * @typedef {{createPolicy: (name: string, rules: Policy) => Policy}} PolicyFactory
 */

/** @type {Policy} */
const rules = {
  createHTML: (html) => html,
  createScriptURL: (url) => {
    const { origin, href } = new URL(url, location.href);
    if (origin !== location.origin) throw new TypeError(`not a script of ours: ${href}`);
    return href;
  },
};

/** @type {Policy} */
const policy =
  /** @type {{trustedTypes?: PolicyFactory}} */ (globalThis).trustedTypes?.createPolicy("backchannel", rules) ?? rules;

/**
 * The nodes of a piece of markup, inert until they are put into a page.
 * @param {string} html
 * @returns {DocumentFragment}
 */
export function fragment(html) {
  const template = document.createElement("template");
  const cautious = /** @type {{setHTML?: (html: string, options: object) => void}} */ (/** @type {any} */ (template));
  // An empty sanitizer keeps class, data-* and buttons, which the default one strips; scripts and handlers always fall.
  if (cautious.setHTML) cautious.setHTML(html, { sanitizer: {} });
  else template.innerHTML = policy.createHTML(html);
  return template.content;
}

/**
 * The first element of a piece of markup.
 * @param {string} html
 * @returns {HTMLElement}
 */
export function parse(html) {
  const element = fragment(html).firstElementChild;
  if (!(element instanceof HTMLElement)) throw new TypeError("markup without an element");
  return element;
}

/**
 * Cards as elements. One that cannot be read is left out: it must not keep the others, or a takedown, from the page.
 * @param {import("./feed.js").Card[]} cards
 * @returns {{key: string, element: HTMLElement}[]}
 */
export function elementsOf(cards) {
  return cards.flatMap(({ key, html }) => {
    try {
      return [{ key, element: parse(html) }];
    } catch (error) {
      console.error(error);
      return [];
    }
  });
}

/**
 * The address of a script or worker of our own origin, for sinks that want a trusted one.
 * @param {string} url
 * @returns {string}
 */
export function scriptURL(url) {
  return policy.createScriptURL(url);
}
