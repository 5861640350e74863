/** What the hall did not see, and why, in figures. Pure. */

import { gettext, ngettext } from "../../tongue.js";

/**
 * @typedef {object} Shares as /api/record/shares tells them
 * @property {number} decided
 * @property {number} not_shown
 * @property {number} critical_shown approved ones that their moderator marked as critical
 * @property {{reason: string, not_shown: number}[]} by_reason
 * @property {{by: string, decided: number, not_shown: number}[]} by_actor
 *
 * @typedef {{name: string, count: number, of: number, words: string}} Row
 */

const ROWS_MAX = 12;

/**
 * The headline: the share, and of how many.
 * @param {Shares} shares
 * @returns {[string, string]}
 */
export function shareWords({ decided, not_shown }) {
  if (decided === 0) return ["–", gettext("Nothing was decided yet.")];
  return [percent(not_shown, decided), gettext("Not shown: %(part)s of %(all)s", { part: not_shown, all: decided })];
}

/**
 * The same in one line, for the desk: “12 of 120 not shown: spam 60%, attack 40%. 14 critical ones were shown.”
 * @param {Shares} shares
 * @param {(reason: string) => string} called
 */
export function mirrorWords({ decided, not_shown, by_reason, critical_shown }, called) {
  if (decided === 0) return gettext("Nothing was decided yet.");
  const most = by_reason.slice(0, 3);
  const why = most.map(({ reason, not_shown: count }) => `${called(reason)} ${percent(count, not_shown)}`);
  const counts = { part: not_shown, all: decided, why: why.join(", ") };
  const hidden = why.length
    ? gettext("%(part)s of %(all)s not shown: %(why)s.", counts)
    : gettext("%(part)s of %(all)s not shown.", counts);
  return `${hidden} ${criticalWords(critical_shown)}`;
}

/**
 * How many were shown although they disagree, by their moderators' own mark.
 * @param {number} many
 */
export function criticalWords(many) {
  if (many === 0) return gettext("No critical one was marked.");
  return ngettext("%(num)s critical one was shown.", "%(num)s critical ones were shown.", many);
}

/**
 * How many were not shown for each reason: those of the list always, then others that were typed.
 * @param {Shares} shares
 * @param {Iterable<string>} known the reasons of the list, in its order
 * @returns {Row[]}
 */
export function reasonRows({ not_shown, by_reason }, known) {
  const counts = new Map(by_reason.map(({ reason, not_shown: count }) => [reason, count]));
  const names = [...new Set([...known, ...counts.keys()])].slice(0, ROWS_MAX);
  return names.map((name) => {
    const count = counts.get(name) ?? 0;
    return { name, count, of: not_shown, words: String(count) };
  });
}

/**
 * How much of what each of them decided was not shown.
 * @param {Shares} shares
 * @returns {Row[]}
 */
export function actorRows({ by_actor }) {
  return by_actor.slice(0, ROWS_MAX).map(({ by, decided, not_shown }) => {
    return {
      name: by,
      count: not_shown,
      of: decided,
      words: gettext("%(part)s of %(all)s", { part: not_shown, all: decided }),
    };
  });
}

/**
 * A share in per cent; what is less than one is told as that.
 * @param {number} part
 * @param {number} whole
 */
function percent(part, whole) {
  const share = (part * 100) / whole;
  return part > 0 && share < 1 ? "<1%" : `${Math.round(share)}%`;
}
