/** Full screen, by the key F. */

/** Into full screen, or out of it; a kiosk may forbid it. */
export function toggleFullScreen() {
  const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  done.catch(() => {});
}
