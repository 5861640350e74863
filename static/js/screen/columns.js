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
  const free = /** @type {HTMLElement[]} */ ([...place.children]);
  let passedOver = 0;
  for (const element of waiting) {
    while (!fits(element, free[0]) && free.length > 1) free.shift();
    if (element.isConnected) continue;
    passedOver += 1;
    if (passedOver > LOOK_AHEAD) return;
  }
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
 */
function fits(element, column) {
  if (!column || element.isConnected) return element.isConnected;
  delete element.dataset.tight;
  column.append(element);
  if (isWhole(element, column)) return true;
  if (column.children.length === 1) {
    element.dataset.tight = "";
    if (isWhole(element, column)) return true;
  }
  element.remove();
  return false;
}

/**
 * @param {HTMLElement} element
 * @param {HTMLElement} column
 */
function isWhole(element, column) {
  return element.offsetTop + element.offsetHeight <= column.clientHeight;
}
