/** Against burn-in: the whole picture drifts by a pixel now and then, too little to be seen, in a small round. */

const EVERY_MS = 120_000;
/** @type {readonly [number, number][]} pixels to the side and down */
const ROUND = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
];

/** @param {HTMLElement} picture */
export function drift(picture) {
  let step = 0;
  setInterval(() => {
    step = (step + 1) % ROUND.length;
    const [aside, down] = ROUND[step] ?? [0, 0];
    picture.style.translate = `${aside}px ${down}px`;
  }, EVERY_MS);
}
