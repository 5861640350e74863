/** The columns: only what fits, whole cards, in reading order. */

const LOOK_AHEAD = 4; // so many further cards are tried where the next one is too tall for the rest of the last column

/**
 * Puts what fits into the columns that the style sheet makes room for.
 * @param {HTMLElement} place
 * @param {readonly HTMLElement[]} waiting in the order in which they find room
 */
export function fillColumns(place, waiting) {
  const tracks = getComputedStyle(place).gridTemplateColumns.split(" ").length;
  place.replaceChildren(...Array.from({ length: tracks }, newColumn));
  const columns = /** @type {HTMLElement[]} */ ([...place.children]);
  const free = [...columns];
  const passedOver = [];
  for (const element of waiting) {
    while (!fits(element, free[0]) && free.length > 1) free.shift();
    if (!element.isConnected) passedOver.push(element);
    if (passedOver.length > LOOK_AHEAD) break;
  }
  passedOver.find((element) => fits(element, free[0], true));
  for (const column of columns) lengthen(column);
}

function newColumn() {
  const column = document.createElement("div");
  column.className = "column";
  return column;
}

/**
 * Adds a card to a column if there is room for all of it. A card that has a column to itself is tightened before it is
 * given up: fewer lines, a flat picture.
 * @param {HTMLElement} element
 * @param {HTMLElement | undefined} column
 * @param {boolean} [mayBeTight] nothing else fits
 */
function fits(element, column, mayBeTight) {
  if (!column || element.isConnected) return element.isConnected;
  delete element.dataset.tight;
  element.style.removeProperty("--lines");
  column.append(element);
  if (isWhole(element, column)) return true;
  if (mayBeTight || column.children.length === 1) {
    element.dataset.tight = "";
    if (isWhole(element, column)) return true;
  }
  element.remove();
  return false;
}

/**
 * Gives the room that is left in a column to what was cut with “…”, the first one first.
 * @param {HTMLElement} column
 */
function lengthen(column) {
  const last = /** @type {HTMLElement | null} */ (column.lastElementChild);
  if (!last) return;
  let roomPx = column.clientHeight - last.offsetTop - last.offsetHeight;
  /** @type {NodeListOf<HTMLElement>} */
  const texts = column.querySelectorAll(".post-text");
  const cut = [...texts].map((text) => ({ text, missing: text.scrollHeight - text.clientHeight }));
  for (const { text, missing } of cut) {
    const { lineHeight, webkitLineClamp } = getComputedStyle(text);
    const linePx = Number.parseFloat(lineHeight);
    const more = Math.min(Math.round(missing / linePx), Math.floor(roomPx / linePx));
    if (!(more > 0)) continue;
    /** @type {HTMLElement} */ (text.closest(".post")).style.setProperty(
      "--lines",
      `${Number(webkitLineClamp) + more}`,
    );
    roomPx -= more * linePx;
  }
}

/**
 * @param {HTMLElement} element
 * @param {HTMLElement} column
 */
function isWhole(element, column) {
  return element.offsetTop + element.offsetHeight <= column.clientHeight;
}
