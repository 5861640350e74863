/** The caps of keys on the page: every `kbd` that names a command shows the key that this moderator has given it. */

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
    write(cap, caps.map((each) => (each === "Shift" ? "⇧" : each)).join(caps[0] === "Shift" ? "" : " "));
    cap.hidden = caps.length === 0;
  }
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
