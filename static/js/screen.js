/**
 * The projector page: shows what the stage of its hall says, and never goes blank by accident.
 *
 * Without a connection the last approved posts stay for the lease, marked with their time; then the holding card stands
 * until the page has caught up. Panic, from the desk or by a key here, cuts into everything.
 */

import { follow } from "./connection.js";
import { arranged, Feed } from "./feed.js";
import { toggleFullScreen } from "./fullscreen.js";
import { Lookout } from "./programme.js";
import { Asking } from "./screen/asking.js";
import { Board, speakersOf } from "./screen/board.js";
import { Clock } from "./screen/clock.js";
import { fillColumns } from "./screen/columns.js";
import { keepDoor } from "./screen/door.js";
import { drift } from "./screen/drift.js";
import { Identity, pageId } from "./screen/identity.js";
import { Movement } from "./screen/movement.js";
import { fillQuestions, tally } from "./screen/questions.js";
import { showReactions } from "./screen/reactions.js";
import { Receipts } from "./screen/receipts.js";
import { Shelf } from "./screen/shelf.js";
import { setSpotlight } from "./screen/spotlight.js";
import { higher, isSame, layoutOf, levelOf, Panic, pictureOf, rendered, stageOf } from "./stage.js";
import { gettext } from "./tongue.js";
import { elementsOf } from "./trusted.js";

/** @typedef {{key: string, html: string, element: HTMLElement}} Card */

const KEPT = 60; // cards in reserve: a withdrawn post makes room for an older one
const KEEP_AFTER_MS = 3000;
const LOOK_EVERY_S = 60; // the programme may change at any time
const SETTLE_MS = 60; // a post that was approved and its turn on the stage come one after the other: they move once

const body = document.body;
const columns = /** @type {HTMLElement} */ (document.querySelector(".columns"));
const spotlight = /** @type {HTMLElement} */ (document.querySelector(".spotlight"));
const third = /** @type {HTMLElement} */ (document.querySelector(".third"));
const board = new Board(/** @type {HTMLElement} */ (document.querySelector(".programme")));
const questions = /** @type {HTMLElement} */ (document.querySelector(".questions"));
/** @type {NodeListOf<HTMLElement>} */
const sponsors = document.querySelectorAll(".sponsor");
const atTheFoot = [...document.querySelectorAll(".screen-door, .screen-pairing")];
const lost = /** @type {HTMLElement} */ (document.querySelector(".screen-lost"));
const age = /** @type {HTMLElement} */ (document.querySelector(".screen-age"));
const clockOnWall = new Clock(/** @type {HTMLElement} */ (document.querySelector(".screen-clock")));
const { epoch = "", seq = "0", feed: path = "", farthestSeat = "6", leaseS = "60" } = body.dataset;
const own = layoutOf(body.dataset.own);

/** @type {Card[]} */
let cards = [...columns.querySelectorAll(".post")].map((post) => cardOf(/** @type {HTMLElement} */ (post)));
let stage = stageOf(rendered(body.dataset.stage));
const panic = new Panic();
/** @type {{layout: import("./stage.js").Layout, keys: string[]}} */
let shown = { layout: "columns", keys: [] };
/** @type {ReturnType<typeof pictureNow> | null} the picture that was placed last */
let standing = null;
/** @type {typeof shown | null} what was shown when panic began */
let frozen = null;
let isLost = false;
let leaseIsOver = false;
/** @type {number | null} when what a start without a network shows was heard of; null once the server answered */
let heardBeforeMs = null;
let leaseTimer = 0;
let isTurning = false;
let settleTimer = 0;
let turnAgain = false;
const movement = new Movement();

/**
 * @param {HTMLElement} element
 * @returns {Card}
 */
function cardOf(element) {
  return { key: element.dataset.key ?? "", html: element.outerHTML, element };
}

/** The picture as it is to be now. */
function pictureNow() {
  const ofStage = { ...stage, layout: identity.layout ?? stage.layout };
  return pictureOf({ stage: ofStage, level: panic.level, leaseIsOver, cards, frozen, own });
}

/** Shows the picture as it is to be now. Without posts, or after the lease, the holding card stands. */
function place() {
  const { level } = panic;
  const picture = pictureNow();
  const isBare =
    (picture.layout === "now-next" && board.isEmpty) || (picture.layout === "questions" && !asking.isKnown);
  const layout = isBare ? "holding" : picture.layout;
  for (const card of sponsors) card.hidden = card.dataset.sponsor !== stage.sponsor;
  asking.turn(picture.layout === "questions");
  body.dataset.layout = layout;
  for (const other of [spotlight, third, questions]) other.replaceChildren();
  if (layout !== "columns") columns.replaceChildren();
  for (const { key, element } of picture.cards) {
    // Posts move between places in columns; in the spotlight one fades into the other.
    const name = layout === "columns" ? `post-${key.replace(/[^\w-]/g, "-")}` : "none";
    element.style.setProperty("view-transition-name", name);
  }
  const elements = picture.cards.map(({ element }) => element);
  if (layout === "columns") fillColumns(columns, elements);
  else if (layout === "spotlight" && elements[0]) setSpotlight(spotlight, elements[0]);
  else if (layout === "lower-third") third.replaceChildren(...elements);
  else if (layout === "questions") fillQuestions(questions, asking.rows, atTheFoot);
  else if (layout === "holding") sayWhyHolding(level);
  standing = picture;
  if (layout !== "holding" && layout !== "black" && layout !== "sponsor") {
    shown = { layout, keys: shownKeys() };
    if (level !== "off") frozen ??= shown;
  }
  report();
}

/** @param {import("./stage.js").Level} level */
function sayWhyHolding(level) {
  const isEmpty = cards.length === 0 && !leaseIsOver && level !== "holding";
  /** @type {NodeListOf<HTMLElement>} */
  const words = document.querySelectorAll(".holding-word");
  for (const word of words) word.hidden = word.dataset.when !== (isEmpty ? "empty" : "lost");
}

/** The posts that stand in the picture, in order. */
function shownKeys() {
  /** @type {NodeListOf<HTMLElement>} */
  const posts = document.querySelectorAll(".stage :is(.post, .question)");
  return [...posts].map((post) => post.dataset.key ?? "");
}

/** Says what was painted, once it is on the glass: a hidden page paints nothing, and says nothing. */
function report(isUrgent = false) {
  const painted = { seq: feed.seq, keys: shownKeys() }; // before the frames: an update that comes meanwhile is not painted
  requestAnimationFrame(() => requestAnimationFrame(() => receipts.write(painted, isUrgent)));
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
  if (standing && isSame(standing, pictureNow(), shown.keys.length)) report();
  else await movement.to(place);
}

/** @param {import("./feed.js").Change<import("./feed.js").Card>} change */
function onChange({ snapshot, drops, puts, stages, reactions }) {
  if (reactions) showReactions(reactions[body.dataset.hall ?? ""]);
  if (!snapshot && !drops.length && !puts.length && !stages.length) return; // a beat moves nothing
  const read = (/** @type {import("./feed.js").Card[]} */ list) =>
    elementsOf(list).map(({ element }) => cardOf(element));
  const news = stages.at(-1);
  if (news && (snapshot || news.version >= stage.version)) stage = news;
  const change = { snapshot: snapshot && read(snapshot), drops, puts: read(puts) };
  cards = arranged(cards, change, KEPT, [...stage.on_air, ...stage.next, ...(frozen?.keys ?? [])]);
  for (const key of drops) {
    asking.drop(key);
    remove(key);
  }
  asking.look();
  if (!isPreview) shelf.save(drops.length > 0);
  if (drops.length > 0) report(true);
  if (news) hearDesk();
  clearTimeout(settleTimer);
  if (snapshot || drops.length > 0 || news) turn();
  else settleTimer = window.setTimeout(turn, SETTLE_MS);
}

/**
 * A takedown waits for no movement.
 * @param {string} key
 */
function remove(key) {
  if (cards.some((card) => card.key === key)) return;
  const posts = document.querySelectorAll(`.stage [data-key="${CSS.escape(key)}"]`);
  if (posts.length > 0) movement.cut(); // what it moves are pictures, and this post may be in them
  for (const post of posts) post.remove();
}

/** The desk's panic: the hall's, or this screen's own where that goes further. */
function hearDesk() {
  hearPanic(() => panic.hear(higher(stage.panic, identity.panic)));
}

/**
 * Panic neither: it cuts.
 * @param {() => void} change
 */
function hearPanic(change) {
  const before = panic.level;
  change();
  if (panic.level === before) return;
  if (before === "off") frozen = shown;
  if (panic.level === "off") frozen = null;
  movement.cut();
  place();
}

/**
 * @param {import("./connection.js").State} state
 * @param {number} sinceMs
 */
function onState(state, sinceMs) {
  isLost = state === "lost";
  if (isLost) sinceMs = heardBeforeMs ?? sinceMs;
  else heardBeforeMs = null;
  clearTimeout(leaseTimer);
  lost.hidden = !isLost;
  age.textContent = isLost && cards.length ? gettext("As of %(time)s", { time: clock(sinceMs) }) : "";
  if (isLost)
    leaseTimer = window.setTimeout(endLease, Math.max(0, sinceMs + Number(leaseS) * 1000 - performance.now()));
  else {
    hearDesk();
    receipts.again();
    const wasOver = leaseIsOver;
    leaseIsOver = false;
    if (wasOver) turn();
  }
}

function endLease() {
  leaseIsOver = true;
  age.textContent = "";
  turn();
}

/** @param {number} ms a moment of this page's own clock */
function clock(ms) {
  const time = new Date(performance.timeOrigin + ms);
  return clockOnWall.at(ms) || time.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

/** @param {{halls: {now: import("./screen/board.js").Session | null, next: import("./screen/board.js").Session | null}[], at: string, changes_in_s: number | null}} answer */
function nameSession({ halls, at, changes_in_s }) {
  clockOnWall.set(at);
  const session = halls[0]?.now;
  const who = session ? speakersOf(session) : "";
  if (board.show(session ?? null, halls[0]?.next ?? null)) turn();
  const head = /** @type {HTMLElement} */ (document.querySelector(".head-session"));
  const hall = document.querySelector(".head-hall")?.textContent ?? "";
  const beside = /** @type {HTMLElement} */ (document.querySelector(".screen-session"));
  const [title, speakers] = beside.children;
  setWords(head, session ? [session.title, who].filter(Boolean).join(" · ") : hall);
  setWords(title, session?.title);
  setWords(speakers, who);
  beside.hidden = !session;
  return Math.min(changes_in_s ?? LOOK_EVERY_S, LOOK_EVERY_S);
}

/**
 * @param {Element | null | undefined} element
 * @param {string} [words]
 */
function setWords(element, words = "") {
  if (element && element.textContent !== words) element.textContent = words;
}

async function stayAwake() {
  if (document.hidden) return;
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // Battery saving refuses it; the room sees a screen saver, and the technician knows that setting.
  }
}

/**
 * The keys of the screen itself work with or without a server: F for full screen; with Shift, F freezes, H shows the
 * holding card and B goes black. The same key again, or Escape, takes it back.
 * @param {KeyboardEvent} event
 */
function onKey(event) {
  const level = levelOf(event);
  if (level) hearPanic(() => panic.press(level));
  else if (event.key === "Escape") hearPanic(() => panic.undo({ isLost }));
  else if (event.key.toLowerCase() === "f" && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey)
    toggleFullScreen();
}

/** A start without a network: what was on the glass goes on for the rest of its lease. */
async function takeUp() {
  const leaseMs = Number(leaseS) * 1000;
  const found = await Shelf.read(leaseMs);
  heardBeforeMs = performance.now() - leaseMs + (found?.leftMs ?? 0);
  leaseIsOver = !found; // what was said may be over, but nobody knows that nothing was
  if (found) {
    cards = elementsOf(found.kept.cards).map(({ element }) => cardOf(element));
    stage = stageOf(found.kept.stage);
    feed.epoch = found.kept.epoch;
    feed.seq = found.kept.seq;
    panic.hear(higher(stage.panic, identity.panic));
  }
  onState("lost", heardBeforeMs);
  place();
}

async function begin() {
  if (body.dataset.shell !== undefined) await takeUp();
  connection.start();
  if (isPreview) return;
  shelf.save(false);
  setTimeout(() => shelf.keepPage(), KEEP_AFTER_MS);
}

const feed = new Feed({ epoch, seq: Number(seq) });
const isPreview = new URL(path, location.href).searchParams.has("preview");
const connection = follow(
  `${path}&page=${pageId()}`,
  feed,
  {
    onChange,
    onState,
    onWord: (word) => {
      shelf.heard();
      identity.hear(word);
    },
  },
  { now: () => performance.now() }, // it only goes forward: what a device believes of the time of day may jump
);
const receipts = new Receipts((frame) => !isPreview && connection.send(frame));
const shelf = new Shelf(() => ({
  cards: cards.map(({ key, html }) => ({ key, html })),
  stage,
  epoch: feed.epoch,
  seq: feed.seq,
}));
const asking = new Asking(body.dataset.hall ?? "", {
  mood: () => ({ isFrozen: panic.level === "freeze", isCalm: stage.calm }),
  onMove: turn,
  onTally: () => tally(questions, asking.rows),
});
const identity = new Identity({
  pairing: /** @type {HTMLElement} */ (document.querySelector(".screen-pairing")),
  plate: /** @type {HTMLElement} */ (document.querySelector(".screen-plate")),
  hall: body.dataset.hall ?? "",
  send: (frame) => connection.send(frame),
  onChange: () => {
    hearDesk();
    turn();
  },
});

document.documentElement.style.setProperty("--k", farthestSeat);
panic.hear(higher(stage.panic, identity.panic));
place();
document.fonts.addEventListener("loadingdone", place); // every measure was taken with another font
window.addEventListener("resize", place);
document.addEventListener("visibilitychange", stayAwake);
document.addEventListener("keydown", onKey);
stayAwake();
drift(body);
new Lookout(`/api/programme/now${new URL(path, location.href).search}`, nameSession, { spreadMs: 500 }).look();
keepDoor(body.dataset.hall ?? "", document.querySelector(".screen-code"));
begin();
