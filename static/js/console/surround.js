/**
 * What a page of the desk has around it when it is not the queue: the bar with its counts, the socket, panic, the keys.
 * The page itself says what it does with a command that is not everywhere's.
 */

import { Connection, feedAddress } from "../connection.js";
import { Feed } from "../feed.js";
import { rendered, Stages } from "../stage.js";
import { gettext, inTongue } from "../tongue.js";
import { ServerClock } from "./ages.js";
import { Alarm } from "./alarm.js";
import { Bell } from "./bell.js";
import { disable } from "./card.js";
import { Claims } from "./claims.js";
import { entryOf } from "./commands.js";
import { setStage } from "./desk.js";
import { toTheDoor } from "./door.js";
import { FloorSwitch } from "./floor.js";
import { Foot } from "./foot.js";
import { Gauge } from "./gauge.js";
import { Keyboard } from "./keyboard.js";
import { Keymap } from "./keys.js";
import { KeySheet, keptKeys } from "./keysheet.js";
import { Letters } from "./letters.js";
import { Link } from "./link.js";
import { PresetSwitch } from "./preset.js";
import { Rights } from "./rights.js";
import { Staging } from "./staging.js";
import { Takedowns } from "./takedowns.js";
import { Tally } from "./tally.js";
import { Undo } from "./undo.js";

/**
 * @typedef {import("../feed.js").Frame} Frame
 * @typedef {import("../console.js").Beat} Beat
 * @typedef {import("./commands.js").Command} Command
 */

/** @param {string} id */
export const the = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class Surround {
  /**
   * @param {object} [on]
   * @param {(change: import("../feed.js").Change<import("../feed.js").Card>) => void} [on.onNews] posts or stages changed
   * @param {(isStale: boolean) => void} [on.onStale]
   * @param {(command: Command) => void} [on.onCommand] a command that means something here alone
   * @param {(inForce: import("./preset.js").InForce) => void} [on.onRules] the desk told which rules are in force
   */
  constructor({ onNews = () => {}, onStale = () => {}, onCommand = () => {}, onRules = () => {} } = {}) {
    const { title = "", badge = "", epoch = "", seq, now, counted = "{}", since } = document.body.dataset;
    this.#on = { onNews, onStale, onCommand };
    this.rights = new Rights(document.body.dataset);
    this.foot = new Foot(the("status"), the("status-bowl"), this.#keymap);
    this.clock.hear(now);
    this.#tally = new Tally(JSON.parse(counted));
    this.#gauge = new Gauge({ tally: this.#tally, clock: this.clock, title, since });
    this.#bell = new Bell({ tone: box("tone"), notice: box("notice"), why: the("notice-why"), title });
    this.#claims = new Claims(badge);
    this.#stages = new Stages(rendered(document.body.dataset.stages));
    const halls = hallNames();
    this.#alarm = new Alarm(the("panic"), this.#stages, halls);
    this.#staging = new Staging({
      stages: this.#stages,
      halls,
      undo: this.undo,
      foot: this.foot,
      setStage,
      onChange: () => this.#alarm.show(),
      rights: this.rights,
    });
    this.#preset = new PresetSwitch({
      button: the("preset"),
      dialog: /** @type {HTMLDialogElement} */ (the("presets")),
      foot: this.foot,
      undo: this.undo,
      rights: this.rights,
      onChange: onRules,
    });
    this.#floor = new FloorSwitch({
      place: null,
      isPaused: "floorPaused" in document.body.dataset,
      foot: this.foot,
      undo: this.undo,
      rights: this.rights,
    });
    this.link = new Link(the("link"), (isStale) => this.#stale(isStale));
    this.#feed = new Feed({ epoch, seq: Number(seq) });
    this.#connection = new Connection({
      address: () => feedAddress(inTongue("/feed/console"), this.#feed, location.href),
      onFrames: (frames) => this.#apply(frames),
      onState: (state) => this.link.turn(state),
      onSignedOut: toTheDoor,
    });
  }

  clock = new ServerClock();
  undo = new Undo();
  #keymap = Keymap.read(keptKeys());
  #on;
  #tally;
  #gauge;
  #bell;
  #claims;
  #stages;
  #alarm;
  #staging;
  #preset;
  #floor;
  #takedowns = new Takedowns();
  #feed;
  #connection;

  start() {
    const keys = /** @type {HTMLDialogElement} */ (the("keys"));
    const letters = new Letters(keys, box("letters"));
    const keyboard = new Keyboard(this.#keymap, letters, this.foot);
    new KeySheet(keys, /** @type {HTMLTemplateElement} */ (the("key-row")), this.#keymap).start();
    document.addEventListener("keydown", (event) => {
      if (document.querySelector("dialog[open]")) return;
      const command = keyboard.read(event);
      if (command === "help") letters.open();
      else if (command) this.#obey(command);
    });
    the("help").addEventListener("click", () => letters.open());
    this.#bell.start();
    this.#preset.start();
    this.#alarm.listen(this.#staging);
    this.#alarm.show();
    this.#gauge.count();
    setInterval(() => this.link.tick(), 1000);
    this.#connection.start();
  }

  /**
   * How far panic goes in a hall.
   * @param {string} hall
   */
  levelIn(hall) {
    return this.#stages.of(hall).panic;
  }

  /**
   * @param {string} hall
   * @param {import("../stage.js").Level} level
   */
  panicIn(hall, level) {
    return this.#staging.panicIn(hall, level);
  }

  /** The page is left on purpose: the end of its socket is no news. */
  leave() {
    this.#connection.stop();
  }

  /** @param {Command} command */
  #obey(command) {
    const { place } = entryOf(command);
    if (command === "freeze" || command === "holding" || command === "black") this.#staging.panic(command);
    else if (command === "preset") this.#preset.open();
    else if (command === "pause") this.#floor.turn();
    else if (command === "undo") this.#undo();
    else if (place) location.assign(place);
    else this.#on.onCommand(command);
  }

  #undo() {
    this.#staging.undoLast() || this.#preset.undoLast() || this.#floor.undoLast() || this.#on.onCommand("undo");
  }

  /** @param {boolean} isStale */
  #stale(isStale) {
    this.#staging.isStale = isStale;
    this.#preset.isStale = isStale;
    this.#floor.isStale = isStale;
    disable(the("panic"), isStale);
    this.#on.onStale(isStale);
    if (isStale) this.foot.say([gettext("Not connected. What you see may be old.")], "outbox");
    else this.foot.say([gettext("Connected again.")], "queued");
  }

  /** @param {Frame[]} frames */
  #apply(frames) {
    const change = this.#feed.take(frames);
    this.link.hear();
    if (change.snapshot && change.stages.length) this.#stages.restart(change.stages);
    for (const stage of change.stages) this.#stages.hear(stage);
    if (change.stages.length) this.#alarm.show();
    for (const frame of frames) if (frame.op === "beat") this.#hearBeat(frame);
    if (change.snapshot || change.puts.length || change.drops.length || change.stages.length) this.#on.onNews(change);
    if (change.behind) this.#connection.resync();
  }

  /** @param {Beat} beat */
  #hearBeat({ counts, oldest_queued_at, at, claims, rules, takedowns }) {
    for (const { words, isWhole } of this.#takedowns.hear(takedowns ?? []))
      this.foot.say([words], isWhole ? "shown" : "outbox");
    this.clock.hear(at);
    this.#preset.hear(rules);
    this.#floor.hear(rules);
    if (claims && this.#claims.hear(claims)) the("others").textContent = this.#claims.words;
    if (counts) this.#tally.hear(counts);
    this.#gauge.hearOldest(oldest_queued_at ?? null);
    this.#gauge.count();
    this.#bell.hear(this.#tally.of("queued"), this.#gauge.oldestS);
  }
}

/** @param {string} id */
function box(id) {
  return /** @type {HTMLInputElement} */ (the(id));
}

/** The halls' names by slug, as the page says them. */
function hallNames() {
  const places = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#halls [data-hall]")]);
  return new Map(places.map((place) => [place.dataset.hall ?? "", place.textContent ?? ""]));
}
