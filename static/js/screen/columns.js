/** The columns: only what fits, whole cards, in reading order. */

const LOOK_AHEAD = 4; // so many further cards are tried where the next one is too tall for the rest of the last column

/**
 * Puts what fits into the columns that the style sheet makes room for. What stands where it is to stand is not touched: to set
 * it anew is most of what a turn of a screen costs.
 * @param {HTMLElement} place
 * @param {readonly HTMLElement[]} waiting in the order in which they find room
 */
export function fillColumns(place, waiting) {
  const tracks = getComputedStyle(place).gridTemplateColumns.split(" ").length;
  trim(place, tracks);
  while (place.children.length < tracks) place.append(newColumn());
  const columns = /** @type {HTMLElement[]} */ ([...place.children]);
  const passedOver = [];
  const last = tracks - 1;
  let [at, many] = [0, 0]; // the column that is filled, and how many it has so far
  const isPlaced = (/** @type {HTMLElement} */ element, isTight = false) => {
    const isThere = fits(element, /** @type {HTMLElement} */ (columns[at]), many, isTight);
    if (isThere) many += 1;
    return isThere;
  };
  const isDone = () => trim(/** @type {HTMLElement} */ (columns[at]), many);
  for (const element of waiting) {
    let isThere = isPlaced(element);
    while (!isThere && at < last) {
      isDone();
      [at, many] = [at + 1, 0];
      isThere = isPlaced(element);
    }
    if (!isThere) passedOver.push(element);
    if (passedOver.length > LOOK_AHEAD) break;
  }
  passedOver.find((element) => isPlaced(element, true));
  for (; at <= last; [at, many] = [at + 1, 0]) isDone();
  for (const column of columns) lengthen(column);
}

function newColumn() {
  const column = document.createElement("div");
  column.className = "column";
  return column;
}

/**
 * @param {HTMLElement} parent
 * @param {number} many children that stay
 */
function trim(parent, many) {
  while (parent.children.length > many) parent.lastElementChild?.remove();
}

/**
 * Puts a card into a column if there is room for all of it. A card that has a column to itself is tightened before it is
 * given up: fewer lines, a flat picture.
 * @param {HTMLElement} element
 * @param {HTMLElement} column
 * @param {number} place in the column
 * @param {boolean} mayBeTight nothing else fits
 */
function fits(element, column, place, mayBeTight) {
  delete element.dataset.tight;
  element.style.removeProperty("--lines");
  if (column.children[place] !== element) column.insertBefore(element, column.children[place] ?? null);
  if (isWhole(element, column)) return true;
  if (mayBeTight || place === 0) {
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
