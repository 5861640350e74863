/** The record's page: it wires the lines, the filters, the keys, the socket and the figures together. */

import { Connection, feedAddress } from "./connection.js";
import { ServerClock } from "./console/ages.js";
import { Alarm } from "./console/alarm.js";
import { Bell } from "./console/bell.js";
import { disable } from "./console/card.js";
import { Claims } from "./console/claims.js";
import { setStage } from "./console/desk.js";
import { toTheDoor } from "./console/door.js";
import { Foot } from "./console/foot.js";
import { Gauge } from "./console/gauge.js";
import { Glass } from "./console/glass.js";
import { Keymap } from "./console/keys.js";
import { KeySheet, keptKeys } from "./console/keysheet.js";
import { Letters } from "./console/letters.js";
import { Link } from "./console/link.js";
import { carryOut } from "./console/orders.js";
import { PresetSwitch } from "./console/preset.js";
import { Back } from "./console/record/back.js";
import { askAct, askPage, askShares } from "./console/record/clerk.js";
import { Fingers } from "./console/record/fingers.js";
import { Ledger } from "./console/record/ledger.js";
import { Lines } from "./console/record/lines.js";
import { Mirror } from "./console/record/mirror.js";
import { Reader } from "./console/record/reader.js";
import { Sift } from "./console/record/sift.js";
import { byWords } from "./console/record/words.js";
import { notesOf, showNotes } from "./console/remarks.js";
import { Rights } from "./console/rights.js";
import { Staging } from "./console/staging.js";
import { Tally } from "./console/tally.js";
import { Undo } from "./console/undo.js";
import { Feed } from "./feed.js";
import { rendered, Stages } from "./stage.js";
import { gettext, inTongue } from "./tongue.js";

/** @typedef {import("./console.js").Beat} Beat */

/** @param {string} id */
const the = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** @param {string} id */
const template = (id) => /** @type {HTMLTemplateElement} */ (document.getElementById(id));
/** @param {string} id */
const box = (id) => /** @type {HTMLInputElement} */ (document.getElementById(id));

const {
  title = "",
  badge = "",
  epoch = "",
  seq,
  now,
  counted = "{}",
  zone = "UTC",
  networks = "{}",
  own = "{}",
  since,
} = document.body.dataset;
const form = /** @type {HTMLFormElement} */ (the("sift"));

/** @type {import("./console/record/words.js").Names} */
const names = {
  halls: new Map(namesIn("#halls li", "hall")),
  reasons: new Map(namesIn("#by-reason [data-reason]", "reason", "dt")),
  networks: JSON.parse(networks),
  own: JSON.parse(own),
  zone,
};

const rights = new Rights(document.body.dataset);
const clock = new ServerClock();
clock.hear(now);
const tally = new Tally(JSON.parse(counted));
const gauge = new Gauge({ tally, clock, title, since });
const bell = new Bell({ tone: box("tone"), notice: box("notice"), why: the("notice-why"), title });
const claims = new Claims(badge);
const keymap = Keymap.read(keptKeys());
const foot = new Foot(the("status"), the("status-bowl"), keymap);
const stages = new Stages(rendered(document.body.dataset.stages));
const alarm = new Alarm(the("panic"), stages, names.halls);
// Only what was done to the stages from this page is undone here: z takes back the line in hand.
const undo = new Undo();
const staging = new Staging({
  stages,
  halls: names.halls,
  undo,
  foot,
  setStage,
  onChange: () => alarm.show(),
  rights,
});
const preset = new PresetSwitch({
  button: the("preset"),
  dialog: /** @type {HTMLDialogElement} */ (the("presets")),
  foot,
  undo,
  rights,
});
const lines = new Lines();
const scroll = the("scroll");
const ledger = new Ledger({
  place: the("entries"),
  glass: new Glass(scroll),
  template: template("entry"),
  lines,
  names,
  clock,
});
const mirror = new Mirror({
  share: the("share"),
  of: the("share-of"),
  byReason: the("by-reason"),
  byActor: the("by-actor"),
  critical: the("critical"),
  template: template("share-entry"),
  names,
});
const sift = new Sift({
  verbs: /** @type {HTMLElement} */ (document.querySelector(".filter")),
  form,
  only: the("only"),
  exports: /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll("[data-export]")]),
  call: (by) => byWords(by, names),
  onAsk: () => {
    reader.restart();
    showNotesBeside();
  },
});
const reader = new Reader({
  lines,
  ledger,
  mirror,
  sift,
  askPage,
  askShares,
  places: { entries: the("entries"), nothing: the("nothing"), more: the("more") },
  onShow: () => disable(the("entries"), link.isStale),
});
const back = new Back({ askAct, carryOut, foot, clock, onDone: (line) => reader.settle(line), rights });
const link = new Link(the("link"), (isStale) => {
  back.isStale = isStale;
  staging.isStale = isStale;
  preset.isStale = isStale;
  for (const place of [the("entries"), the("panic")]) disable(place, isStale);
  if (isStale) foot.say([gettext("Not connected. Lines are taken back again when the desk answers.")], "outbox");
  else foot.say([gettext("Connected again.")], "queued");
});
const keys = /** @type {HTMLDialogElement} */ (the("keys"));
const letters = new Letters(keys, box("letters"));
const fingers = new Fingers({
  entries: the("entries"),
  ledger,
  lines,
  back,
  staging,
  preset,
  foot,
  letters,
  keymap,
  search: box("search"),
  onSearch: () => reader.showEnd(),
});

const feed = new Feed({ epoch, seq: Number(seq) });
const connection = new Connection({
  address: () => feedAddress(inTongue("/feed/console"), feed, location.href),
  onSignedOut: toTheDoor,
  onFrames: apply,
  onState: (state) => link.turn(state),
});

/**
 * Applies the frames of one message: what changed at the desk is read again, the rest are figures.
 * @param {import("./feed.js").Frame[]} frames
 */
function apply(frames) {
  const change = feed.take(frames);
  link.hear();
  if (change.snapshot && change.stages.length) stages.restart(change.stages);
  for (const stage of change.stages) stages.hear(stage);
  if (change.stages.length) alarm.show();
  for (const frame of frames) if (frame.op === "beat") hearBeat(frame);
  if (change.snapshot || change.puts.length || change.drops.length) reader.hearNews();
  if (change.behind) connection.resync();
}

/** @param {Beat} beat */
function hearBeat({ counts, oldest_queued_at, at, claims: told, rules }) {
  clock.hear(at);
  preset.hear(rules);
  if (told && claims.hear(told)) the("others").textContent = claims.words;
  if (counts) tally.hear(counts);
  gauge.hearOldest(oldest_queued_at ?? null);
  gauge.count();
  bell.hear(tally.of("queued"), gauge.oldestS);
}

/**
 * What the page calls things, by their own names.
 * @param {string} selector
 * @param {string} name in the element's data
 * @param {string} [within]
 * @returns {[string, string][]}
 */
function namesIn(selector, name, within) {
  return [...document.querySelectorAll(selector)].map((place) => {
    const said = within ? place.querySelector(within) : place;
    return [place instanceof HTMLElement ? (place.dataset[name] ?? "") : "", said?.textContent ?? ""];
  });
}

/** Beside the decisions on one post stand the notes on it, for moderators; nothing is taken back from here. */
async function showNotesBeside() {
  const post = new URLSearchParams(location.search).get("post") ?? "";
  const place = the("notes");
  const notes = post && rights.may("note") ? await notesOf(post) : null;
  place.hidden = !notes?.length;
  const list = /** @type {HTMLElement} */ (place.querySelector("ul"));
  showNotes(list, notes ?? [], { entry: template("remark-entry"), zone });
  for (const button of list.querySelectorAll("button")) button.remove();
}

sift.start();
showNotesBeside();
new KeySheet(keys, template("key-row"), keymap).start();
fingers.start();
preset.start();
bell.start();
alarm.listen(staging);
alarm.show();
gauge.count();
setInterval(() => link.tick(), 1000);
scroll.addEventListener("scroll", () => reader.follow(), { passive: true });
connection.start();
reader.restart();
