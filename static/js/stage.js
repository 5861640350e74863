/**
 * What a hall shows now, as the server says it, and what a page makes of it. Pure.
 *
 * The director names the keys; a page shows those of them that it has. Panic stands above everything, and a connection
 * that is lost for longer than the lease stands above what the director says.
 */

/**
 * @typedef {"spotlight" | "columns" | "lower-third" | "questions" | "now-next"} Layout
 * @typedef {"off" | "freeze" | "holding" | "black"} Level how far panic goes
 * @typedef {object} Stage of one hall
 * @property {string} hall
 * @property {number} version
 * @property {Layout} layout
 * @property {boolean} calm
 * @property {string | null} spotlight the post that a moderator pinned
 * @property {Level} panic
 * @property {string[]} on_air
 * @property {string[]} next
 * @property {string[]} lined_up what somebody wants next; it leads `next`
 * @property {boolean} sponsors whether cards of sponsors may come
 * @property {string | null} sponsor whose card stands now
 */

/** @type {readonly Layout[]} */
const LAYOUTS = ["columns", "spotlight", "lower-third", "questions", "now-next"];
/** @type {ReadonlySet<Layout>} those with one post */
const SINGLE = new Set(["spotlight", "lower-third"]);
/** @type {ReadonlySet<Layout>} where a sponsor may be thanked between two posts */
const BETWEEN_POSTS = new Set(["columns", "spotlight"]);
/** @type {ReadonlySet<Layout>} what they show is no card */
const WITHOUT_CARDS = new Set(["questions", "now-next"]);

const TRIED_BEYOND = 5; // columns look so far ahead for what still fits (screen/columns.js), and one further

/** @type {readonly Level[]} from nothing to everything */
export const LEVELS = ["off", "freeze", "holding", "black"];

/**
 * A stage from what came over the wire; what is missing stands at its beginning.
 * @param {unknown} value
 * @param {string} [hall]
 * @returns {Stage}
 */
export function stageOf(value, hall = "") {
  const said = /** @type {Partial<Stage>} */ (typeof value === "object" && value !== null ? value : {});
  return {
    hall: typeof said.hall === "string" ? said.hall : hall,
    version: Number.isFinite(said.version) ? Number(said.version) : 0,
    layout: layoutOf(said.layout) ?? "columns",
    calm: said.calm === true,
    spotlight: typeof said.spotlight === "string" ? said.spotlight : null,
    panic: said.panic && LEVELS.includes(said.panic) ? said.panic : "off",
    on_air: keysOf(said.on_air),
    next: keysOf(said.next),
    lined_up: keysOf(said.lined_up),
    sponsors: said.sponsors !== false,
    sponsor: typeof said.sponsor === "string" ? said.sponsor : null,
  };
}

/**
 * A layout by its name; null where there is none of that name.
 * @param {unknown} name
 * @returns {Layout | null}
 */
export function layoutOf(name) {
  return LAYOUTS.find((layout) => layout === name) ?? null;
}

/** @param {unknown} value */
function keysOf(value) {
  return Array.isArray(value) ? value.filter((key) => typeof key === "string") : [];
}

/**
 * What a page was rendered with; what cannot be read is nothing.
 * @param {string | undefined} text
 * @returns {unknown}
 */
export function rendered(text) {
  try {
    return JSON.parse(text || "null");
  } catch {
    return null;
  }
}

/** The stages of the halls a page knows, by slug. */
export class Stages {
  /** @type {Map<string, Stage>} */
  #byHall = new Map();

  /** @param {unknown} values */
  constructor(values) {
    this.restart(Array.isArray(values) ? values.map((value) => stageOf(value)) : []);
  }

  /** @param {string} hall */
  of(hall) {
    return this.#byHall.get(hall) ?? stageOf(null, hall);
  }

  /** @returns {Stage[]} */
  get all() {
    return [...this.#byHall.values()];
  }

  /**
   * Takes a stage on, unless a newer one is known: the answer to a command may overtake its own update.
   * @param {Stage} stage
   * @returns {boolean} whether it is news
   */
  hear(stage) {
    if (stage.version < this.of(stage.hall).version) return false;
    this.#byHall.set(stage.hall, stage);
    return true;
  }

  /**
   * Begins again from a snapshot, whose word stands even where its versions are older.
   * @param {readonly Stage[]} stages
   */
  restart(stages) {
    this.#byHall = new Map(stages.map((stage) => [stage.hall, stage]));
  }
}

/**
 * The picture of a screen: its layout, and the cards in the order in which they find room.
 *
 * Cards that the screen does not have are passed over. Where the director names too few, the newest approved follow.
 * Frozen, what was there stays, but for what was taken back. A screen that was opened in a layout of its `own` keeps it; a
 * lower third of its own lies over a film, which no card and no black may cover: it is empty where there is nothing to show.
 * @template {{key: string}} T
 * @param {object} state
 * @param {Stage} state.stage
 * @param {Level} state.level the panic in force
 * @param {boolean} state.leaseIsOver
 * @param {readonly T[]} state.cards newest first
 * @param {{layout: Layout, keys: readonly string[]} | null} state.frozen what was there when panic began
 * @param {Layout | null} [state.own]
 * @returns {{layout: Layout | "holding" | "black" | "sponsor", cards: T[]}}
 */
export function pictureOf({ stage, level, leaseIsOver, cards, frozen, own = null }) {
  const isOverFilm = own === "lower-third";
  if (level === "black") return { layout: isOverFilm ? own : "black", cards: [] };
  if (level === "holding" || leaseIsOver) return { layout: isOverFilm ? own : "holding", cards: [] };
  const isFrozen = level === "freeze" && frozen !== null;
  const { layout, keys } = isFrozen ? frozen : { layout: own ?? stage.layout, keys: stage.on_air };
  if (!isFrozen && stage.sponsor !== null && BETWEEN_POSTS.has(layout)) return { layout: "sponsor", cards: [] };
  if (WITHOUT_CARDS.has(layout)) return { layout, cards: [] };
  const byKey = new Map(cards.map((card) => [card.key, card]));
  const named = keys.map((key) => byKey.get(key)).filter((card) => card !== undefined);
  const others = isFrozen ? [] : cards.filter((card) => !named.includes(card));
  const shown = [...named, ...others].slice(0, SINGLE.has(layout) ? 1 : undefined);
  return shown.length > 0 || isOverFilm ? { layout, cards: shown } : { layout: "holding", cards: [] };
}

/**
 * Whether a picture of posts would look as the one that stands: nothing that found a place, or was tried, is another.
 * @template {{element: unknown}} T
 * @param {{layout: string, cards: readonly T[]}} standing
 * @param {{layout: string, cards: readonly T[]}} next
 * @param {number} many that found a place
 */
export function isSame(standing, next, many) {
  if (standing.layout !== next.layout || next.cards.length === 0) return false;
  const tried = Math.min(many + TRIED_BEYOND, Math.max(standing.cards.length, next.cards.length));
  const places = Array.from({ length: tried }, (_, place) => place);
  return places.every((place) => standing.cards[place]?.element === next.cards[place]?.element);
}

/**
 * The level that goes further.
 * @param {Level} one
 * @param {Level} other
 */
export function higher(one, other) {
  return LEVELS.indexOf(one) > LEVELS.indexOf(other) ? one : other;
}

/** Panic as one screen sees it: the desk's, and that of the keys on the screen itself. The higher level counts. */
export class Panic {
  /** @type {Level[]} what was pressed here and not taken back, oldest first */
  #ours = [];
  /** @type {Level} */
  #theirs = "off";
  #isLifted = false;

  /** @returns {Level} */
  get level() {
    const ours = this.#ours.at(-1) ?? "off";
    const theirs = this.#isLifted ? "off" : this.#theirs;
    return higher(ours, theirs);
  }

  /**
   * The desk's word; it ends what was lifted here while the desk was silent.
   * @param {Level} level
   */
  hear(level) {
    this.#theirs = level;
    this.#isLifted = false;
  }

  /**
   * A level's key: it goes there, or back from there to the level before.
   * @param {Level} level
   */
  press(level) {
    if (this.#ours.at(-1) === level) this.#ours.pop();
    else this.#ours = [...this.#ours.filter((other) => other !== level), level];
  }

  /**
   * Takes the last key back. Where none is left and the desk does not answer, its panic is lifted on this screen.
   * @param {{isLost: boolean}} connection
   */
  undo({ isLost }) {
    if (this.#ours.pop() === undefined && isLost) this.#isLifted = true;
  }
}

/** @type {Readonly<Record<string, Level>>} with Shift */
const KEYS = { f: "freeze", h: "holding", b: "black" };

/**
 * Which level a key of panic means; null for every other key. A held key counts once.
 * @param {{key: string, code?: string, shiftKey?: boolean, ctrlKey?: boolean, altKey?: boolean, metaKey?: boolean, repeat?: boolean}} press
 * @returns {Level | null}
 */
export function levelOf({ key, code = "", shiftKey, ctrlKey, altKey, metaKey, repeat }) {
  if (!shiftKey || ctrlKey || altKey || metaKey || repeat || key.length !== 1) return null;
  const isLatin = key.charCodeAt(0) < 0x80;
  return KEYS[isLatin ? key.toLowerCase() : code.replace("Key", "").toLowerCase()] ?? null;
}
