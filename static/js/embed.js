/** The wall in a frame of another site: the newest approved posts as they come. What is taken back leaves at once. */

import { follow } from "./connection.js";
import { arranged, Feed } from "./feed.js";
import { elementsOf } from "./trusted.js";

const KEPT = 30;

const { epoch = "", seq = "0", feed: path = "" } = document.body.dataset;
const wall = /** @type {HTMLElement} */ (document.getElementById("wall"));
/** @type {{key: string, element: HTMLElement}[]} */
let cards = [.../** @type {HTMLCollectionOf<HTMLElement>} */ (wall.children)].map((element) => ({
  key: element.dataset.key ?? "",
  element,
}));

/** @param {import("./feed.js").Change<import("./feed.js").Card>} change */
function onChange({ snapshot, drops, puts }) {
  cards = arranged(cards, { snapshot: snapshot && elementsOf(snapshot), drops, puts: elementsOf(puts) }, KEPT);
  const shown = cards.map(({ element }) => element);
  for (const [place, element] of shown.entries())
    if (wall.children[place] !== element) wall.insertBefore(element, wall.children[place] ?? null);
  while (wall.children.length > shown.length) wall.lastElementChild?.remove();
}

const connection = follow(path, new Feed({ epoch, seq: Number(seq) }), { onChange, onState: () => {} });
const look = () => (document.hidden ? connection.stop() : connection.start());
document.addEventListener("visibilitychange", look);
look();
