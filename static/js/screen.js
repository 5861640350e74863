/**
 * The projector page: shows what fits of the approved posts, newest first, and never goes blank.
 *
 * Without a connection the last approved posts stay for the lease, marked with their time; then the holding card stands
 * until the page has caught up.
 */

import { follow } from "./connection.js";
import { arranged, Feed } from "./feed.js";
import { elementsOf } from "./trusted.js";

/** @typedef {{key: string, element: HTMLElement}} Card */

const KEPT = 60; // cards in reserve: a withdrawn post makes room for an older one
const LOOK_AHEAD = 4; // so many older cards are tried where the next one is too tall for the rest of the last column
const TURN_LIMIT_MS = 1500; // a turn takes 450 ms; a browser that does not report its end must not stop the wall

const body = document.body;
const columns = /** @type {HTMLElement} */ (document.querySelector(".columns"));
const lost = /** @type {HTMLElement} */ (document.querySelector(".screen-lost"));
const age = /** @type {HTMLElement} */ (document.querySelector(".screen-age"));
const { epoch = "", seq = "0", feed: path = "", farthestSeat = "6", leaseS = "60" } = body.dataset;

/** @type {Card[]} */
let cards = [...columns.querySelectorAll(".post")].map((post) => cardOf(/** @type {HTMLElement} */ (post)));
let leaseIsOver = false;
let leaseTimer = 0;
let isTurning = false;
let turnAgain = false;

/**
 * @param {HTMLElement} element
 * @returns {Card}
 */
function cardOf(element) {
  const key = element.dataset.key ?? "";
  element.style.setProperty("view-transition-name", `post-${key.replace(/[^\w-]/g, "-")}`);
  return { key, element };
}

/** Puts what fits into the columns, newest first; without posts, or after the lease, the holding card stands instead. */
function place() {
  const mustHold = leaseIsOver || cards.length === 0;
  body.dataset.layout = mustHold ? "holding" : "columns";
  if (mustHold) return hold();
  const tracks = getComputedStyle(columns).gridTemplateColumns.split(" ").length;
  columns.replaceChildren(...Array.from({ length: tracks }, newColumn));
  fill(/** @type {HTMLElement[]} */ ([...columns.children]), cards);
}

function hold() {
  /** @type {NodeListOf<HTMLElement>} */
  const words = document.querySelectorAll(".holding-word");
  for (const word of words) word.hidden = word.dataset.when !== (leaseIsOver ? "lost" : "empty");
  columns.replaceChildren();
}

function newColumn() {
  const column = document.createElement("div");
  column.className = "column";
  return column;
}

/**
 * @param {HTMLElement[]} free columns, in reading order
 * @param {Card[]} waiting newest first
 */
function fill(free, waiting) {
  let passedOver = 0;
  for (const { element } of waiting) {
    while (!fits(element, free[0]) && free.length > 1) free.shift();
    if (element.isConnected) continue;
    passedOver += 1;
    if (passedOver > LOOK_AHEAD) return;
  }
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

/** Shows what is now to be shown, one movement at a time; what changes meanwhile is in the next one. */
async function turn() {
  turnAgain = true;
  if (isTurning) return;
  isTurning = true;
  while (turnAgain) {
    turnAgain = false;
    await move();
  }
  isTurning = false;
}

async function move() {
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (isStill || document.hidden || !document.startViewTransition) return place();
  const transition = document.startViewTransition(place);
  transition.ready.catch(() => {}); // it was cut short: the new state is there all the same
  const limit = new Promise((resolve) => setTimeout(resolve, TURN_LIMIT_MS));
  await Promise.race([transition.finished.catch(() => {}), limit]);
}

/** @param {import("./feed.js").Change<import("./feed.js").Card>} change */
function onChange({ snapshot, drops, puts, behind }) {
  const read = (/** @type {import("./feed.js").Card[]} */ list) =>
    elementsOf(list).map(({ element }) => cardOf(element));
  cards = arranged(cards, { snapshot: snapshot && read(snapshot), drops, puts: read(puts), behind }, KEPT);
  for (const key of drops) remove(key);
  turn();
}

/**
 * A takedown waits for no movement.
 * @param {string} key
 */
function remove(key) {
  if (!cards.some((card) => card.key === key)) columns.querySelector(`[data-key="${CSS.escape(key)}"]`)?.remove();
}

/**
 * @param {import("./connection.js").State} state
 * @param {number} sinceMs
 */
function onState(state, sinceMs) {
  const isLost = state === "lost";
  clearTimeout(leaseTimer);
  lost.hidden = !isLost;
  age.textContent = isLost && cards.length ? `As of ${clock(sinceMs)}` : "";
  if (isLost) leaseTimer = window.setTimeout(endLease, Math.max(0, sinceMs + Number(leaseS) * 1000 - Date.now()));
  else if (leaseIsOver) {
    leaseIsOver = false;
    turn();
  }
}

function endLease() {
  leaseIsOver = true;
  age.textContent = "";
  turn();
}

/** @param {number} ms */
function clock(ms) {
  return new Date(ms).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

async function stayAwake() {
  if (document.hidden) return;
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // Battery saving refuses it; the room sees a screen saver, and the technician knows that setting.
  }
}

function toggleFullScreen() {
  const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  done.catch(() => {}); // a kiosk may forbid it
}

document.documentElement.style.setProperty("--k", farthestSeat);
place();
document.fonts.addEventListener("loadingdone", place); // every measure was taken with another font
window.addEventListener("resize", place);
document.addEventListener("visibilitychange", stayAwake);
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "f" && !event.ctrlKey && !event.metaKey && !event.altKey) toggleFullScreen();
});
stayAwake();
follow(path, new Feed({ epoch, seq: Number(seq) }), { onChange, onState }).start();
