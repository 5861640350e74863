/** The phone: the wall as it grows, writing without an account, and what became of one's own posts. */

import { Feed } from "./feed.js";
import { restAfter } from "./kiosk.js";
import { Mine } from "./mine.js";
import { newIdem, Outbox, post } from "./outbox.js";
import { Following } from "./polling.js";
import { Lookout } from "./programme.js";
import { Questions } from "./questions.js";
import { Reactions } from "./reactions.js";
import { gettext, inTongue, ngettext } from "./tongue.js";
import { elementsOf, parse, scriptURL } from "./trusted.js";

const KEPT = 100; // cards in the page
const PATIENCE_MS = 3000; // so long a lost connection is nobody's business
const HIDDEN_MS = 60_000; // a phone in a pocket needs no socket
const REFRESH_MS = 10_000;
const WORKER_MS = 5000;
const SPREAD_MS = 10_000; // over which all phones of a hall ask what is on now

/**
 * @template {HTMLElement} T
 * @param {string} id
 */
const byId = (id) => /** @type {T} */ (document.getElementById(id));

const body = document.body;
const { connection: line } = /** @type {{connection?: {saveData?: boolean}}} */ (navigator);
document.documentElement.toggleAttribute("data-saves", line?.saveData === true);
const isKiosk = body.hasAttribute("data-kiosk");
const wall = byId("wall");
const fresh = byId("fresh");
/** @type {HTMLFormElement} */
const form = byId("form");
/** @type {HTMLTextAreaElement} */
const text = byId("text");
/** @type {HTMLInputElement} */
const name = byId("name");
const hall = /** @type {HTMLSelectElement | null} */ (document.getElementById("hall"));
/** @type {HTMLInputElement} */
const again = byId("again");
const refusal = byId("refusal");

/** @param {number} ms */
const clock = (ms) => new Date(ms).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

const outbox = new Outbox(shelf(), post);
const mine = new Mine(outbox, { change, clock, onShown: sayOfflineSoon });
const reactions = new Reactions(shelf());
let unseen = 0;
/** @type {number | null} */
let lostSinceMs = null;
let offlineTimer = 0;
let hiddenTimer = 0;
let begunMs = 0; // when whoever stands at a kiosk began: what came before is not theirs

/** The browser's storage, or null where it is forbidden. */
function shelf() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

// Tabs

/** @param {string} tab */
function open(tab) {
  body.dataset.tab = tab;
  for (const section of document.querySelectorAll("main > section"))
    section.toggleAttribute("hidden", section.id !== tab);
  for (const link of document.querySelectorAll(".tabs a")) {
    const isCurrent = link.getAttribute("data-tab") === tab;
    if (isCurrent) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const address = tab === "live" ? "/" : `/?tab=${tab}`;
  const here = isKiosk ? `/?kiosk&tab=${tab}` : address;
  history.replaceState(null, "", here);
  for (const back of document.querySelectorAll(".languages [name=to]")) back.setAttribute("value", here);
  if (tab === "questions") questions.look();
  if (tab !== "mine") byId("sent").textContent = "";
  window.scrollTo(0, 0);
  seen();
}

document.addEventListener("click", (event) => {
  const link =
    event.target instanceof Element
      ? event.target.closest("a[data-tab], a[data-again], a[data-anew], a[data-ask]")
      : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link.getAttribute("data-tab") ?? "write");
  const key = link.getAttribute("data-again");
  const place = link.closest("[data-asks]")?.getAttribute("data-asks") ?? link.getAttribute("data-ask");
  if (key) fill(link.closest(".post")?.querySelector(".post-text")?.textContent ?? "", key);
  else if (link.hasAttribute("data-anew")) fill("");
  if (place !== null && place !== undefined) ask(place);
});

// Questions

const questions = new Questions(byId("questions"));

/** @param {string} where the hall whose speaker is asked */
function ask(where) {
  kind("question");
  if (hall) hall.value = where;
  text.focus();
}

/** @param {string} value what the form writes from now on */
function kind(value) {
  for (const radio of form.querySelectorAll("input[name=kind]"))
    if (radio instanceof HTMLInputElement) radio.checked = radio.value === value;
}

// Live

/** @param {import("./feed.js").Change<import("./feed.js").Card>} change */
function onChange({ snapshot, drops, puts, reactions: totals }) {
  if (totals) reactions.take(totals);
  if (!snapshot && !drops.length && !puts.length) return;
  const anchor = topmostInSight(new Set(drops));
  const top = anchor?.getBoundingClientRect().top ?? 0;
  const known = new Set(keysOf(wall));
  if (snapshot) wall.replaceChildren(...elementsOf(snapshot).map(({ element }) => element));
  for (const key of drops) cardIn(wall, key)?.remove();
  for (const { key, element } of elementsOf(puts)) put(key, element);
  while (wall.children.length > KEPT) wall.lastElementChild?.remove();
  if (anchor?.isConnected && window.scrollY > 0) window.scrollBy(0, anchor.getBoundingClientRect().top - top);
  questions.hear(drops, keysOf(wall), wall);
  tell([...wall.children].filter((card) => !known.has(card.getAttribute("data-key") ?? "")));
  if ([...puts.map(({ key }) => key), ...drops].some((key) => mine.has(key)) || snapshot) mine.refresh();
}

/**
 * @param {string} key
 * @param {HTMLElement} card
 */
function put(key, card) {
  const old = cardIn(wall, key);
  if (old) old.replaceWith(card);
  else wall.prepend(card);
}

/** @param {HTMLElement} list */
const keysOf = (list) => Array.from(list.children, (card) => card.getAttribute("data-key") ?? "");

/**
 * @param {HTMLElement} list
 * @param {string} key
 */
const cardIn = (list, key) => list.querySelector(`:scope > [data-key="${CSS.escape(key)}"]`);

/**
 * The first card that the reader sees: it must not move under the eyes.
 * @param {Set<string>} gone
 */
function topmostInSight(gone) {
  const stays = (/** @type {Element} */ card) => !gone.has(card.getAttribute("data-key") ?? "");
  return [...wall.children].find((card) => stays(card) && card.getBoundingClientRect().bottom > 0);
}

/** @param {Element[]} cards that have just come in */
function tell(cards) {
  if (cards.length === 0) return;
  const [first] = cards;
  const words = [".post-name", ".post-text"].map((part) => first?.querySelector(part)?.textContent ?? "").join(": ");
  byId("said").textContent =
    cards.length === 1 ? words : ngettext("%(num)s new post", "%(num)s new posts", cards.length);
  if (body.dataset.tab !== "live" || window.scrollY < 80) return;
  unseen += cards.length;
  fresh.textContent = gettext("%(num)s new", { num: unseen });
  fresh.hidden = false;
}

function seen() {
  unseen = 0;
  fresh.hidden = true;
}

fresh.addEventListener("click", () => {
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  window.scrollTo({ top: 0, behavior: isStill ? "auto" : "smooth" });
  seen();
});
window.addEventListener("scroll", () => window.scrollY < 80 && seen(), { passive: true });

// Now and next

/** @param {{html: string, again_in_s: number}} answer */
function showNow({ html, again_in_s }) {
  const old = byId("now");
  const block = parse(html);
  const more = block.querySelector("details");
  if (more) more.open = old.querySelector("details")?.open ?? false;
  if (old.outerHTML !== block.outerHTML) old.replaceWith(block);
  return again_in_s;
}

const lookout = new Lookout(inTongue("/now"), showNow, { spreadMs: SPREAD_MS });
lookout.wait(Number(body.dataset.againInS));

// Connection

/**
 * @param {import("./connection.js").State} state
 * @param {number} sinceMs
 */
function onState(state, sinceMs) {
  clearTimeout(offlineTimer);
  lostSinceMs = state === "lost" ? sinceMs : null;
  if (state === "lost") offlineTimer = window.setTimeout(sayOffline, PATIENCE_MS);
  else {
    sayOffline();
    deliver();
  }
}

function sayOffline() {
  const waiting = outbox.waiting.length;
  const posts = ngettext(
    "One post waits on this phone and goes by itself.",
    "%(num)s posts wait on this phone and go by themselves.",
    waiting,
  );
  const lost = lostSinceMs === null ? "" : gettext("No connection since %(time)s.", { time: clock(lostSinceMs) });
  byId("offline").textContent = lost && waiting ? `${lost} ${posts}` : lost;
}

function sayOfflineSoon() {
  if (byId("offline").textContent) sayOffline();
}

const connection = new Following(
  body.dataset.feed ?? "",
  new Feed({ epoch: body.dataset.epoch ?? "", seq: Number(body.dataset.seq) }),
  {
    onChange,
    onState,
    onVotes: (votes) => questions.count(votes),
    onFloor: ({ is_paused }) => byId("paused").toggleAttribute("hidden", !is_paused),
  },
);
connection.start();

document.addEventListener("visibilitychange", () => {
  clearTimeout(hiddenTimer);
  if (document.hidden) hiddenTimer = window.setTimeout(() => connection.stop(), HIDDEN_MS);
  else {
    connection.start();
    lookout.wake();
    questions.wake();
  }
});
window.addEventListener("online", () => {
  connection.start();
  deliver();
});

// Write

/**
 * @param {string} words
 * @param {string} key of the post that is said differently, empty for something new
 */
function fill(words, key = "") {
  text.value = words;
  again.value = key;
  byId("again-said").hidden = !key;
  text.focus();
  count();
}

function count() {
  byId("count").textContent = gettext("%(num)s of %(most)s", { num: text.value.length, most: text.maxLength });
}

/** @param {string} message empty where nothing is wrong */
function refuse(message) {
  refusal.textContent = message;
  if (message) text.setAttribute("aria-invalid", "true");
  else text.removeAttribute("aria-invalid");
}

text.addEventListener("input", () => {
  count();
  refuse("");
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (!words) return refuse(gettext("There are no words in it yet."));
  const [key, place] = [again.value || undefined, hall?.value];
  const what = String(new FormData(form).get("kind"));
  if (what === "question" && place === "")
    return refuse(gettext("Say in which hall you are, so that the right speaker is asked."));
  const said = { idem: newIdem(), text: words, name: name.value.trim(), at: Date.now(), kiosk: isKiosk || undefined };
  outbox.add({ ...said, hall: place, again: key, kind: what });
  fill("");
  kind("remark");
  refuse("");
  open(isKiosk ? "live" : "mine");
  deliver();
});

/** Sends what waits; a refusal puts the words back into the form, unless something else stands there by now. */
async function deliver() {
  mine.showOutbox();
  const { sent, refused } = await outbox.flush();
  const [first] = refused;
  if (first && first.at >= begunMs && !text.value.trim()) change(first);
  if (sent.length) {
    if (!isKiosk) await mine.refresh();
    byId("sent").textContent = gettext("Sent to the desk. A person reads it next.");
  }
  mine.showOutbox();
}

/** @param {import("./outbox.js").Draft} draft that was refused, and goes back into the form */
function change(draft) {
  outbox.discard(draft.idem);
  open("write");
  fill(draft.text, draft.again);
  kind(draft.kind ?? "remark");
  refuse(draft.refusal ?? "");
  mine.showOutbox();
}

/** At a kiosk: as if nobody had been there. What waits for a connection still goes. */
function forget() {
  begunMs = Date.now();
  for (const { idem, refusal: no } of outbox.drafts) if (no) outbox.discard(idem);
  form.reset();
  text.value = "";
  refuse("");
  count();
  open("live");
}

function keepDelivering() {
  if (document.hidden) return;
  if (mine.waits) mine.refresh();
  if (outbox.waiting.length) deliver();
}

count();
deliver();
setInterval(keepDelivering, REFRESH_MS * (0.8 + 0.4 * Math.random()));

if (isKiosk) {
  restAfter(forget);
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("a[target]")) event.preventDefault();
  });
}

// A worker is worth nothing to who sees the page for the first time: it waits until that is done.
if (window.isSecureContext && navigator.serviceWorker && !isKiosk)
  setTimeout(() => navigator.serviceWorker.register(scriptURL("/worker.js")).catch(() => {}), WORKER_MS);
