/** Finds by bisection how large something can be. Pure. */

/**
 * The largest value between two that still fits, within `step`; null where not even the lowest one does. What fits at
 * one value must fit at every lower one.
 * @param {number} low
 * @param {number} high
 * @param {(value: number) => boolean} fits
 * @param {number} step
 * @returns {number | null}
 */
export function largest(low, high, fits, step) {
  if (!fits(low)) return null;
  if (fits(high)) return high;
  let [fitting, failing] = [low, high];
  while (failing - fitting > step) {
    const middle = (fitting + failing) / 2;
    if (fits(middle)) fitting = middle;
    else failing = middle;
  }
  return fitting;
}

/**
 * The largest whole number between two that still fits; null where not even the lowest one does.
 * @param {number} low
 * @param {number} high
 * @param {(value: number) => boolean} fits
 * @returns {number | null}
 */
export function most(low, high, fits) {
  const found = largest(low, high, (value) => fits(Math.floor(value)), 0.5);
  return found === null ? null : Math.floor(found);
}
