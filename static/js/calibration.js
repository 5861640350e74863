/** The calibration page: what this screen is, and what its browser can do. Many things need https, or the machine itself. */

import { toggleFullScreen } from "./fullscreen.js";
import { gettext } from "./tongue.js";

/** What it can or not, in words. @type {readonly [string, string, () => boolean][]} */
const ABILITIES = [
  [gettext("full screen"), gettext("no full screen"), () => document.fullscreenEnabled],
  [gettext("stays awake"), gettext("does not stay awake"), () => "wakeLock" in navigator],
  [gettext("soft turns"), gettext("no soft turns"), () => "startViewTransition" in document],
];

function measure() {
  const pixels = [innerWidth, innerHeight].map((side) => Math.round(side * devicePixelRatio));
  const size = /** @type {HTMLElement} */ (document.querySelector("#size"));
  size.textContent = pixels.join(" × ");
}

const list = /** @type {HTMLElement} */ (document.querySelector("#abilities"));
for (const [words, otherwise, can] of ABILITIES) {
  const item = document.createElement("li");
  item.dataset.can = can() ? "yes" : "no";
  item.textContent = can()
    ? words
    : isSecureContext
      ? otherwise
      : gettext("%(what)s: needs https", { what: otherwise });
  list.append(item);
}
/** @type {NodeListOf<HTMLElement>} */
const ladder = document.querySelectorAll(".ladder li");
for (const row of ladder) row.style.setProperty("--row", row.dataset.k ?? "");
measure();
window.addEventListener("resize", measure);
document.addEventListener("keydown", ({ key, ctrlKey, metaKey, altKey }) => {
  if (key.toLowerCase() === "f" && !ctrlKey && !metaKey && !altKey) toggleFullScreen();
});
