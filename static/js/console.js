/** The moderator's page: it wires the column of cards, the keys, the socket and the figures together. */

import { Connection, feedAddress } from "./connection.js";
import { Again } from "./console/again.js";
import { ServerClock } from "./console/ages.js";
import { Alarm } from "./console/alarm.js";
import { Bell } from "./console/bell.js";
import { Binding } from "./console/binding.js";
import { writeCaps } from "./console/caps.js";
import { age, disable, markOf } from "./console/card.js";
import { Claims, Grip, markHeld } from "./console/claims.js";
import { Column } from "./console/column.js";
import { Copies } from "./console/copies.js";
import { Decisions } from "./console/decisions.js";
import {
  askApproved,
  askCopies,
  askFound,
  askService,
  askSimilar,
  askSources,
  askWhich,
  cardsIn,
  endsOf,
  readPage,
  setStage,
} from "./console/desk.js";
import { toTheDoor } from "./console/door.js";
import { Ending } from "./console/ending.js";
import { FloorSwitch } from "./console/floor.js";
import { Foot } from "./console/foot.js";
import { Forgetting } from "./console/forgetting.js";
import { Gauge } from "./console/gauge.js";
import { Glass } from "./console/glass.js";
import { Hall } from "./console/hall.js";
import { Hands } from "./console/hands.js";
import { Histories } from "./console/histories.js";
import { Keymap } from "./console/keys.js";
import { KeySheet, keptKeys } from "./console/keysheet.js";
import { Letters } from "./console/letters.js";
import { StageLines } from "./console/lines.js";
import { Link } from "./console/link.js";
import { Window } from "./console/lists.js";
import { Many } from "./console/many.js";
import { Muting } from "./console/mute.js";
import { carryOutAll } from "./console/orders.js";
import { ownWords } from "./console/own.js";
import { Pages } from "./console/pages.js";
import { lineIn } from "./console/place.js";
import { Polling } from "./console/polling.js";
import { PresetSwitch } from "./console/preset.js";
import { Preview } from "./console/preview.js";
import { askShares } from "./console/record/clerk.js";
import { mirrorWords } from "./console/record/shares.js";
import { Remarks } from "./console/remarks.js";
import { Rights } from "./console/rights.js";
import { Ruling } from "./console/ruling.js";
import { Seek } from "./console/seek.js";
import { ServiceLevel } from "./console/service.js";
import { Sharing } from "./console/sharing.js";
import { Shelf } from "./console/shelf.js";
import { Shown } from "./console/shown.js";
import { Soon } from "./console/soon.js";
import { Sources } from "./console/sources.js";
import { Staging } from "./console/staging.js";
import { write } from "./console/strokes.js";
import { Takedowns } from "./console/takedowns.js";
import { Pace, Tally } from "./console/tally.js";
import { Undo } from "./console/undo.js";
import { waitingWords } from "./console/words.js";
import { Feed } from "./feed.js";
import { rendered, Stages } from "./stage.js";
import { gettext, inTongue } from "./tongue.js";
import { parse } from "./trusted.js";

/** @typedef {{op: string, counts?: Record<string, number>, oldest_queued_at?: string | null, at?: string,
 *   claims?: import("./console/claims.js").Claim[], rules?: import("./console/preset.js").InForce,
 *   takedowns?: import("./console/takedowns.js").Takedown[]}} Beat */

const UNDO_KEPT = "backchannel.undo";
const SOURCES_EVERY_MS = 5000;
const LINES_EVERY_MS = 4000;
const SERVICE_EVERY_MS = 10_000;
const MIRROR = { everyMs: 20_000, leastMs: 3000 };

/** @param {string} id */
const the = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** @param {string} id */
const template = (id) => /** @type {HTMLTemplateElement} */ (document.getElementById(id));
/** @param {string} id */
const box = (id) => /** @type {HTMLInputElement} */ (document.getElementById(id));

const { list, title = "", badge = "", epoch = "", seq, now, counted = "{}" } = document.body.dataset;
const STATES = ["queued", "held", "approved", "rejected", "withdrawn"];
const cards = the("cards");

const rights = new Rights(document.body.dataset);
const clock = new ServerClock();
clock.hear(now);
const tally = new Tally(JSON.parse(counted));
const [comingIn, decided] = [new Pace(Date.now()), new Pace(Date.now())];
const gauge = new Gauge({
  tally,
  clock,
  title,
  since: the("oldest").dataset.since,
  oldest: the("oldest"),
  paces: [
    [the("pace-in"), comingIn],
    [the("pace-out"), decided],
  ],
});
const stages = new Stages(rendered(document.body.dataset.stages));
const shelf = new Shelf({ first: the("shelf"), ask: askApproved, onLearned: showStages });
const hall = new Hall({
  place: the("hall"),
  stages,
  shelf,
  preview: new Preview(the("preview"), template("preview-post")),
  entry: template("air-entry"),
  cards,
});
const alarm = new Alarm(the("panic"), stages, hall.names);
const sources = new Sources(the("sources"), template("source-entry"), the("sources-none"), clock);
const level = new ServiceLevel({ backlog: the("backlog"), lines: the("level"), hint: the("hands"), halls: hall.names });
const bell = new Bell({ tone: box("tone"), notice: box("notice"), why: the("notice-why"), title });
const keymap = Keymap.read(keptKeys());
const foot = new Foot(the("status"), the("status-bowl"), keymap);
const undo = Undo.read(sessionStorage.getItem(UNDO_KEPT));
undo.onChange = () => document.getElementById("undo")?.toggleAttribute("disabled", undo.length === 0); // not for viewers
undo.onChange();
const staging = new Staging({ stages, halls: hall.names, undo, foot, setStage, onChange: showStages, rights });
const window_ = new Window(/** @type {import("./console/lists.js").List} */ (list));
const claims = new Claims(badge);
const takedowns = new Takedowns();
const grip = new Grip(Date.now());
const sharing = new Sharing({ button: document.getElementById("share"), claims, foot, badge });
const shownOn = new Shown({ cards, halls: hall.names, clock, zone: document.body.dataset.zone ?? "UTC" });
const copies = new Copies({ cards, entry: template("copy-entry"), foot, clock, ask: askCopies, carryOutAll });
const glass = new Glass(the("scroll"));
const column = new Column({
  isFree: (key) =>
    claims.holderOf(key) === undefined && sharing.isOurs(key) && column.card(key)?.dataset.approver !== badge,
  feed: cards,
  glass,
  window: window_,
  onNew: (card) => {
    age(card, clock);
    writeCaps(card, keymap);
    disable(card, link.isStale);
    hall.mark(card);
    markHeld(card, claims.holderOf(markOf(card).key));
    sharing.mark(card);
    copies.follow(card);
    remarks.follow(card);
    many.follow(card);
  },
  onChange: () => {
    setTimeout(claim, 400);
    many.prune();
    showEnding();
    pages.follow();
    if (seek.isOpen) seek.name();
  },
});
const zone = document.body.dataset.zone ?? "UTC";
const remarks = new Remarks({
  cards,
  column,
  form: template("remark-form"),
  entry: template("remark-entry"),
  foot,
  rights,
  zone,
});
const binding = new Binding({ cards, form: template("session-form"), foot, rights, zone });
const lines = rights.may("speak")
  ? new StageLines({
      place: /** @type {HTMLDetailsElement} */ (the("lines")),
      entry: template("line-entry"),
      hall,
      foot,
      rights,
      zone,
    })
  : null;
const decisions = new Decisions({
  column,
  tally,
  undo,
  foot,
  clock,
  badge,
  carryOutAll,
  onCounts: () => requestAnimationFrame(() => setTimeout(count)), // no key waits for its figures
  rights,
});
const again = new Again({
  bar: the("again"),
  entry: template("again-entry"),
  decisions,
  claims,
  foot,
  ask: askSimilar,
});
const many = new Many({ bar: the("many"), column, decisions, foot, claims });
const pages = new Pages({
  window: window_,
  column,
  decisions,
  readPage,
  line: lineIn(location.search),
  hear: (card) => seek.hear(card),
});
const row = the("sieve");
const seek = new Seek({
  field: box("search"),
  row,
  window: window_,
  column,
  decisions,
  pages: () => pages,
  askWhich,
  askFound,
  onFound: showEnding,
});
const ending = new Ending(window_, {
  cards,
  nothing: the("nothing"),
  unfound: the("unfound"),
  more: the("more"),
});
/** @param {string} id */
const dialog = (id) => /** @type {HTMLDialogElement} */ (the(id));
const preset = new PresetSwitch({ button: the("preset"), dialog: dialog("presets"), foot, undo, rights });
const histories = new Histories(cards);
const muting = new Muting({ dialog: dialog("mute"), foot, undo, rights, histories });
const floor = new FloorSwitch({
  place: document.getElementById("floor"),
  isPaused: "floorPaused" in document.body.dataset,
  foot,
  undo,
  rights,
});
const ruling = new Ruling({ preset, floor, muting, histories, column, cards });
const forgetting = new Forgetting({ dialog: dialog("forget"), cards, foot, rights });
const link = new Link(the("link"), (isStale) => {
  forgetting.isStale = isStale;
  decisions.isStale = isStale;
  staging.isStale = isStale;
  ruling.isStale = isStale;
  for (const place of [cards, the("many"), the("again"), the("hall"), the("panic")]) disable(place, isStale);
  if (isStale) foot.say([gettext("Nothing is lost. Decisions open again when the desk answers.")], "outbox");
  else foot.say([gettext("Connected again. %(rest)s", { rest: waitingWords(tally.of("queued")) })], "queued");
});
const keys = /** @type {HTMLDialogElement} */ (the("keys"));
const letters = new Letters(keys, box("letters"));
const hands = new Hands({
  cards,
  column,
  decisions,
  many,
  again,
  staging,
  ruling,
  hall,
  foot,
  letters,
  keymap,
  pages,
  seek,
  search: box("search"),
  reasons: template("reasons"),
  more: { note: () => remarks.note(column.card(column.inHand)), message: () => lines?.open() },
});

/** What is beside the queue is measured and written when no key waits for its frame. */
const stagesSoon = new Soon(showStages);
const countSoon = new Soon(count);

/** What share the hall does not see, and why; asked for again once something was decided. */
const mirror = new Polling(async () => write(the("mirror"), mirrorWords(await askShares(), reasonCalled)), MIRROR);

const feed = new Feed({ epoch, seq: Number(seq) });
const connection = new Connection({
  address: () => feedAddress(inTongue("/feed/console"), feed, location.href),
  onSignedOut: toTheDoor,
  onFrames: apply,
  onState: (state) => {
    link.turn(state);
    grip.forget();
    claim();
  },
});

/**
 * Applies the frames of one message; the card in hand keeps its place meanwhile.
 * @param {import("./feed.js").Frame[]} frames
 */
function apply(frames) {
  const before = feed.seq;
  const change = feed.take(frames);
  link.hear();
  if (change.snapshot) restart(change.snapshot.map(({ html }) => parse(html)));
  column.anchored(() => {
    for (const key of change.drops) {
      shelf.drop(key);
      decisions.hearGone(key);
    }
    for (const { html } of change.puts) show(parse(html), before);
  });
  if (change.snapshot && change.stages.length) stages.restart(change.stages);
  for (const stage of change.stages) stages.hear(stage);
  if (change.snapshot || change.stages.length || change.drops.length || change.puts.length) stagesSoon.ask();
  for (const frame of frames) if (frame.op === "beat") hearBeat(frame, change.puts);
  if (change.behind) connection.resync();
}

/** @param {HTMLElement[]} fresh what a snapshot holds, of every list */
function restart(fresh) {
  shelf.restart(fresh);
  tally.restart();
  const kept = decisions.restart(fresh);
  if (window_.isAtHead && !pages.line) column.restart(kept);
  else pages.reopen();
}

/**
 * @param {HTMLElement} card
 * @param {number} before where the page stood before this message
 */
function show(card, before) {
  const { status, arrived, moved } = markOf(card);
  if (arrived > before) comingIn.count(Date.now());
  else if (moved > before) {
    if (status !== "queued") decided.count(Date.now());
    mirror.soon();
  }
  shelf.hear(card);
  many.follow(card);
  seek.hear(card);
}

/**
 * @param {Beat} beat
 * @param {{key: string}[]} puts what the message of this beat brought: it counts them
 */
function hearBeat({ counts, oldest_queued_at, at, claims: told, rules, takedowns: recalled }, puts) {
  for (const { words, isWhole } of takedowns.hear(recalled ?? [])) foot.say([words], isWhole ? "shown" : "outbox");
  clock.hear(at);
  preset.hear(rules);
  floor.hear(rules);
  if (told && claims.hear(told)) showClaims();
  for (const { key } of puts) tally.settle(key);
  if (counts) tally.hear(counts);
  gauge.hearOldest(oldest_queued_at ?? null);
  countSoon.ask();
  bell.hear(tally.of("queued"), gauge.oldestS);
}

function showClaims() {
  for (const card of column.cards) markHeld(card, claims.holderOf(markOf(card).key));
  sharing.show();
  the("others").textContent = claims.words;
}

/** Tells the others what is in hand, while anybody is here to decide. */
function claim() {
  if (!rights.may("claim")) return;
  const word = document.visibilityState === "visible" ? grip.word(column.inHand, Date.now()) : null;
  if (word !== null && !connection.send({ op: "claim", key: word })) grip.forget();
}

function showEnding() {
  ending.show(pages.line, seek.found);
}

function showStages() {
  hall.show();
  alarm.show();
}

/** Writes the counts wherever they stand. */
function count() {
  gauge.count();
  foot.rest(waitingWords(tally.of("queued")));
  const isNew = STATES.every((state) => tally.of(state) === 0);
  for (const place of document.querySelectorAll("[data-new]")) {
    place.toggleAttribute("hidden", (place.getAttribute("data-new") === "yes") !== isNew);
  }
}

/** @type {import("./console/own.js").Own} */
const own = JSON.parse(document.body.dataset.own ?? "{}");

/** @param {string} reason as the box of reasons says it; one that somebody typed stays as it is */
function reasonCalled(reason) {
  const said = template("reasons").content.querySelector(`[data-reason="${CSS.escape(reason)}"] span`);
  return said?.textContent ?? (ownWords(reason, own) || gettext("no reason given"));
}

/** The page's one timer. */
function tick() {
  for (const card of glass.near(cards.children)) age(card, clock);
  gauge.tick();
  link.tick();
  sources.tick();
  claim();
  pages.follow(); // a page that could not be read, or held nothing that still waits, leaves nobody else to ask again
}

column.open(cardsIn(cards), endsOf(cards));
new KeySheet(keys, template("key-row"), keymap).start();
hands.start();
seek.start();
ruling.start();
copies.listen();
shownOn.listen();
remarks.listen();
binding.listen();
forgetting.listen();
lines?.listen();
sharing.listen(() => column.cards);
hall.listen(staging);
alarm.listen(staging);
showStages();
document.fonts.addEventListener("loadingdone", showStages); // the preview was measured with another font
addEventListener("resize", showStages);
for (const sign of ["keydown", "pointerdown"]) addEventListener(sign, () => grip.live(Date.now()));
count();
tick();
setInterval(tick, 1000);
addEventListener("pagehide", () => sessionStorage.setItem(UNDO_KEPT, String(undo)));
connection.start();
bell.start();
if (lines) new Polling(() => lines.look(), { everyMs: LINES_EVERY_MS }).start();
new Polling(async () => sources.hear(await askSources()), { everyMs: SOURCES_EVERY_MS }).start();
new Polling(async () => level.hear(await askService()), { everyMs: SERVICE_EVERY_MS }).start();
mirror.start();
