/** The way in on a screen: its QR code changes with time where it proves that whoever took it is in the hall. */

import { Lookout } from "../programme.js";
import { fragment } from "../trusted.js";

const FIRST_S = 60; // the page came with the code of now
const SPREAD_MS = 2000;

/**
 * @param {string} hall
 * @param {Element | null} place of the drawing; null where phones have no way in
 */
export function keepDoor(hall, place) {
  if (!place) return;
  let drawn = "";
  /** @param {{qr: string, again_in_s: number}} door */
  const show = ({ qr, again_in_s }) => {
    if (qr && qr !== drawn) place.replaceChildren(fragment(qr));
    drawn = qr;
    return again_in_s;
  };
  new Lookout(`/screen/${encodeURIComponent(hall)}/door`, show, { spreadMs: SPREAD_MS }).wait(FIRST_S);
}
