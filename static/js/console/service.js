/** Whether the desk keeps up: the backlog in minutes, how long posts wait, what halls have ahead, and when more hands would help. */

import { gettext } from "../tongue.js";
import { ageWords } from "./ages.js";
import { write } from "./strokes.js";

/**
 * @typedef {object} Level as /api/service tells it
 * @property {number} waiting
 * @property {number | null} waiting_p50_s
 * @property {number | null} waiting_p95_s
 * @property {number} came_a_minute
 * @property {number} decided_a_minute
 * @property {number | null} backlog_min null where something waits and nobody decides
 * @property {boolean} needs_hands
 * @property {{hall: string, ahead: number, ahead_s: number}[]} halls
 */

/**
 * How many minutes the queue takes. Pure, like all that is in words here.
 * @param {Level} level
 */
export function backlogWords({ backlog_min }) {
  if (backlog_min === null) return "–";
  return backlog_min > 0 && backlog_min < 1 ? "<1" : String(Math.round(backlog_min));
}

/**
 * The hint when more hands would help; empty where they would not.
 * @param {Level} level
 */
export function handsWords({ needs_hands, came_a_minute, decided_a_minute }) {
  if (!needs_hands) return "";
  return gettext("More hands would help: %(pace)s", { pace: paceWords({ came_a_minute, decided_a_minute }) });
}

/**
 * What else is known, a line each.
 * @param {Level} level
 * @param {ReadonlyMap<string, string>} names of the halls, by slug
 * @returns {string[]}
 */
export function levelLines(level, names) {
  const { waiting, waiting_p50_s, waiting_p95_s, backlog_min, halls } = level;
  const waits = waiting_p50_s !== null && waiting_p95_s !== null;
  return [
    waits
      ? gettext("Half of what waits does so for %(half)s or longer, one in twenty for %(few)s.", {
          half: ageWords(waiting_p50_s),
          few: ageWords(waiting_p95_s),
        })
      : gettext("Nothing waits."),
    gettext("In the last three minutes %(pace)s", { pace: paceWords(level) }),
    waiting > 0 && backlog_min === null ? gettext("Nobody decides just now.") : "",
    ...halls.map(({ hall, ahead, ahead_s }) => {
      const name = names.get(hall) ?? hall;
      return ahead > 0
        ? gettext("%(hall)s: %(num)s to come on air, %(span)s.", { hall: name, num: ahead, span: ageWords(ahead_s) })
        : gettext("%(hall)s: nothing to come on air.", { hall: name });
    }),
  ].filter(Boolean);
}

/** @param {{came_a_minute: number, decided_a_minute: number}} level */
function paceWords({ came_a_minute, decided_a_minute }) {
  const [came, decided] = [rounded(came_a_minute), rounded(decided_a_minute)];
  const comes = came === "1" ? gettext("1 a minute comes in") : gettext("%(num)s a minute come in", { num: came });
  if (decided === "0") return gettext("%(comes)s, none is decided.", { comes });
  if (decided === "1") return gettext("%(comes)s, 1 is decided.", { comes });
  return gettext("%(comes)s, %(num)s are decided.", { comes, num: decided });
}

/**
 * A pace in few characters: whole, but for what is slower than one a minute.
 * @param {number} pace
 */
function rounded(pace) {
  return pace > 0 && pace < 0.95 ? pace.toFixed(1) : String(Math.round(pace));
}

export class ServiceLevel {
  /**
   * @param {object} parts
   * @param {HTMLElement} parts.backlog
   * @param {HTMLElement} parts.lines a list
   * @param {HTMLElement} parts.hint a live region
   * @param {ReadonlyMap<string, string>} parts.halls names by slug
   */
  constructor({ backlog, lines, hint, halls }) {
    this.#parts = { backlog, lines, hint, halls };
  }

  #parts;

  /** @param {Level} level */
  hear(level) {
    const { backlog, lines, hint, halls } = this.#parts;
    write(backlog, backlogWords(level));
    write(hint, handsWords(level));
    const said = levelLines(level, halls);
    while (lines.children.length > said.length) lines.lastElementChild?.remove();
    while (lines.children.length < said.length) lines.append(document.createElement("li"));
    for (const [index, line] of said.entries()) write(/** @type {Element} */ (lines.children[index]), line);
  }
}
