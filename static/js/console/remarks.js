/** Notes on posts, and words on pictures: written on the card, read again where the card says that there are others. */

import { gettext, inTongue } from "../tongue.js";
import { openForm } from "./cardform.js";
import { clone, fill } from "./strokes.js";

/**
 * @typedef {object} Note as /api/posts/KEY/notes tells of one
 * @property {string} id
 * @property {"note" | "step" | "description"} kind
 * @property {string} by
 * @property {string} text empty where it was taken back
 * @property {string} at
 * @property {string} taken_by
 */

const DEADLINE_MS = 8000;
/** @type {Readonly<Record<Note["kind"], (time: string) => string>>} */
const SAID = {
  note: (time) => gettext("noted at %(time)s", { time }),
  step: (time) => gettext("said at %(time)s", { time }),
  description: (time) => gettext("described at %(time)s", { time }),
};
const SILENT = gettext("The desk did not answer. Your words are still here.");

export class Remarks {
  /** @type {Map<string, {count: string, notes: Note[]}>} what was read last of each post */
  #read = new Map();

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.cards
   * @param {import("./column.js").Column} parts.column
   * @param {HTMLTemplateElement} parts.form
   * @param {HTMLTemplateElement} parts.entry
   * @param {import("./foot.js").Foot} parts.foot
   * @param {import("./rights.js").Rights} parts.rights
   * @param {string} parts.zone
   */
  constructor({ cards, column, form, entry, foot, rights, zone }) {
    this.#parts = { cards, column, form, entry, foot, rights, zone };
  }

  #parts;

  listen() {
    this.#parts.cards.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      const card = button?.closest("article");
      const { note, describe, take } = button?.dataset ?? {};
      if (!card) return;
      if (note !== undefined) this.note(card);
      else if (describe !== undefined) this.#describe(card, Number(describe));
      else if (take !== undefined) this.#takeBack(card, button?.closest("li")?.dataset.id ?? "");
    });
  }

  /**
   * Asks for a note on a card.
   * @param {HTMLElement | undefined} card
   */
  note(card) {
    const address = `/api/posts/${encodeURIComponent(card?.dataset.key ?? "")}/notes`;
    if (card && this.#may("note"))
      this.#open(
        card,
        gettext("A note, for moderators"),
        (text) => ask("POST", address, { text }),
        gettext("Noted for moderators."),
      );
  }

  /**
   * @param {HTMLElement} card
   * @param {number} place of the picture
   */
  #describe(card, place) {
    const address = `/api/posts/${encodeURIComponent(card.dataset.key ?? "")}/descriptions`;
    const send = (/** @type {string} */ text) => ask("POST", address, { place, text });
    if (this.#may("describe"))
      this.#open(
        card,
        gettext("What is to be seen? In a sentence, for those who cannot see it"),
        send,
        gettext("Described, on every screen and phone."),
      );
  }

  /**
   * @param {HTMLElement} card
   * @param {string} id
   */
  async #takeBack(card, id) {
    const address = `/api/posts/${encodeURIComponent(card.dataset.key ?? "")}/notes/${id}`;
    const said = await ask("DELETE", address);
    this.#parts.foot.say([said || gettext("The note is taken back.")], said ? "outbox" : "queued");
    card.focus({ preventScroll: true });
  }

  /**
   * A card that is new in the page: its notes are read where they are others than those that are known.
   * @param {HTMLElement} card
   */
  async follow(card) {
    const list = card.querySelector(".remarks");
    if (!(list instanceof HTMLElement) || !this.#parts.rights.may("note")) return;
    const { key = "" } = card.dataset;
    const { remarks: count = "" } = list.dataset;
    const known = this.#read.get(key);
    if (known) showNotes(list, known.notes, this.#parts);
    if (known?.count === count) return;
    const notes = await notesOf(key);
    if (!notes) return;
    this.#read.set(key, { count, notes });
    const now = card.querySelector(".remarks");
    if (now instanceof HTMLElement) showNotes(now, notes, this.#parts);
  }

  /** @param {string} command */
  #may(command) {
    const { rights, foot } = this.#parts;
    if (!rights.may(command)) foot.say([rights.refusal(command)], "outbox");
    return rights.may(command);
  }

  /**
   * @param {HTMLElement} card
   * @param {string} label
   * @param {(text: string) => Promise<string>} send why it was not kept; empty where it was
   * @param {string} done
   */
  #open(card, label, send, done) {
    const { cards, foot } = this.#parts;
    const form = /** @type {HTMLFormElement} */ (clone(this.#parts.form));
    const field = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea"));
    fill(form, ".label", label);
    openForm({ cards, card, form, field, send: () => send(field.value), onKept: () => foot.say([done], "shown") });
  }
}

/**
 * Writes notes into a list.
 * @param {HTMLElement} list
 * @param {Note[]} notes
 * @param {{entry: HTMLTemplateElement, zone: string}} how
 */
export function showNotes(list, notes, { entry, zone }) {
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
  list.replaceChildren(
    ...notes.map(({ id, kind, by, text, at, taken_by }) => {
      const row = clone(entry);
      row.dataset.id = id;
      fill(row, ".post-name", by);
      fill(row, ".when", SAID[kind](time.format(new Date(at))));
      fill(
        row,
        ".other",
        taken_by
          ? gettext("Taken back by %(name)s.", { name: taken_by })
          : text || gettext("The description was taken away."),
      );
      row.toggleAttribute("data-taken", taken_by !== "");
      if (taken_by || kind !== "note") row.querySelector("button")?.remove();
      return row;
    }),
  );
}

/**
 * @param {string} key
 * @returns {Promise<Note[] | null>} null where the desk does not tell
 */
export async function notesOf(key) {
  try {
    const response = await fetch(`/api/posts/${encodeURIComponent(key)}/notes`, {
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    return response.ok ? (await response.json()).notes : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} method
 * @param {string} address
 * @param {object} [body]
 * @returns {Promise<string>} why it was not done; empty where it was
 */
async function ask(method, address, body) {
  try {
    const response = await fetch(inTongue(address), {
      method,
      ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    return response.ok ? "" : ((await response.json()).error?.message ?? SILENT);
  } catch {
    return SILENT;
  }
}
