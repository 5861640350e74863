/** What somebody is called whose post has no name. */

import { gettext } from "../tongue.js";

// As it is kept with posts from phones (sources/floor.py).
const NAMELESS = "Somebody in the hall";

/** @param {string} name as it is kept */
export function nameWords(name) {
  return name === NAMELESS ? gettext("Somebody in the hall") : name || gettext("Somebody");
}
