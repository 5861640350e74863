/** What this browser keeps of a moderator's wishes; nothing where it keeps nothing (a private window, say). */

/** @param {string} name */
export function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
export function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Then the wish holds until the page is left.
  }
}
