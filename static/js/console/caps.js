/** The caps of keys on the page: every `kbd` that names a command shows the key that this moderator has given it. */

import { gettext } from "../tongue.js";
import { write } from "./strokes.js";

/**
 * Writes the caps in a part of the page. Without a key there is none.
 * @param {ParentNode} place
 * @param {import("./keys.js").Keymap} keymap
 */
export function writeCaps(place, keymap) {
  for (const cap of place.querySelectorAll("kbd[data-command]")) {
    if (!(cap instanceof HTMLElement)) continue;
    const command = /** @type {import("./commands.js").Command} */ (cap.dataset.command);
    const caps = keymap.capsOf(command);
    if (cap.dataset.caps === caps.join(" ")) continue;
    cap.dataset.caps = caps.join(" ");
    cap.hidden = caps.length === 0;
    const [first = "", ...more] = caps;
    if (first === "Shift") cap.replaceChildren(...shift(), ...more);
    else write(cap, caps.join(" "));
  }
}

/** Shift is seen as its arrow, and heard as its name. */
function shift() {
  const [seen, heard] = [document.createElement("span"), document.createElement("span")];
  seen.textContent = "⇧";
  seen.setAttribute("aria-hidden", "true");
  heard.textContent = gettext("Shift").concat(" ");
  heard.className = "visually-hidden";
  return [seen, heard];
}

/**
 * A cap for a command.
 * @param {import("./commands.js").Command} command
 */
export function capOf(command) {
  const cap = document.createElement("kbd");
  cap.dataset.command = command;
  return cap;
}
