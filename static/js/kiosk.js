/** A phone's page that stands in the foyer: after a minute of rest it is as if nobody had been there. */

export const REST_MS = 60_000;

/**
 * @param {() => void} reset
 * @param {EventTarget} [page]
 */
export function restAfter(reset, page = window) {
  let timer = 0;
  const wake = () => {
    clearTimeout(timer);
    timer = Number(setTimeout(reset, REST_MS));
  };
  for (const sign of ["pointerdown", "keydown", "input", "wheel", "touchmove"])
    page.addEventListener(sign, wake, { passive: true, capture: true });
  wake();
}
