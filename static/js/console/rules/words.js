/** What the page says of rules. Pure. */

import { dateLocale, gettext, ngettext } from "../../tongue.js";

/**
 * @typedef {import("./book.js").Rule} Rule
 * @typedef {import("./book.js").Standing} Standing
 * @typedef {import("./book.js").Condition} Condition
 * @typedef {import("./book.js").Told} Told
 */

const NAMED_MAX = 3;

/** @type {Readonly<Record<string, string>>} */
export const PRESETS = {
  keynote: gettext("Keynote"),
  session: gettext("Session"),
  break: gettext("Break"),
  lockdown: gettext("Lock-down"),
};

/** @type {Readonly<Record<string, string>>} */
export const PRESET_WORDS = {
  keynote: gettext("People decide all: no rule shows anything."),
  session: gettext("The rules as they are written: whoever is trusted passes."),
  break: gettext("What no rule speaks of is shown after 15 seconds, unless somebody stops it."),
  lockdown: gettext("Only known people: everybody else is held."),
};

/** @type {Readonly<Record<string, string>>} */
const VERDICTS = {
  approve: gettext("Shows"),
  queue: gettext("Asks a person"),
  hold: gettext("Holds"),
  reject: gettext("Rejects"),
};

/** @type {Readonly<Record<string, string>>} the bowl of a verdict */
const BOWLS = { approve: "shown", queue: "queued", hold: "held", reject: "rejected" };

/** @type {Readonly<Record<string, (value: any) => string>>} */
const SAID = {
  words: (value) => gettext("says %(what)s", { what: named(value, quoted) }),
  patterns: (value) => gettext("matches %(what)s", { what: named(value) }),
  authors: (value) => gettext("by %(what)s", { what: named(value, author) }),
  servers: (value) => gettext("from %(what)s", { what: named(value) }),
  networks: (value) => gettext("on %(what)s", { what: named(value) }),
  languages: (value) => gettext("in %(what)s", { what: named(value) }),
  link_hosts: (value) => gettext("links to %(what)s", { what: named(value) }),
  min_links: (value) => ngettext("has a link", "has %(num)s links or more", value),
  has_media: (value) => (value ? gettext("has a picture or film") : gettext("has no picture or film")),
  sensitive: (value) => (value ? gettext("is marked as sensitive") : gettext("is not marked as sensitive")),
  first_time: (value) => (value ? gettext("by somebody new here") : gettext("by somebody shown before")),
  repeat: (value) => (value ? gettext("says what was said before") : gettext("says something new")),
  min_account_days: (value) => gettext("account %(num)s days old or more", { num: value }),
  max_account_days: (value) => gettext("account %(num)s days old or less", { num: value }),
  min_followers: (value) => gettext("%(num)s followers or more", { num: value }),
  max_followers: (value) => gettext("%(num)s followers or fewer", { num: value }),
};

/** @type {Readonly<Record<string, (n: number) => string>>} */
const APPLIES = {
  approve: (n) => ngettext("Show the %(num)s that waits", "Show the %(num)s that wait", n),
  hold: (n) => ngettext("Hold the %(num)s that waits", "Hold the %(num)s that wait", n),
  reject: (n) => ngettext("Reject the %(num)s that waits", "Reject the %(num)s that wait", n),
};

/** @param {Rule} rule */
export function verdictWords({ verdict, hold_s }) {
  return verdict === "hold" && hold_s
    ? gettext("Shows after %(num)s s", { num: Number(hold_s) })
    : (VERDICTS[verdict] ?? verdict);
}

/** @param {Standing} standing */
export function bowlOf({ rule, stands, trouble }) {
  return stands && !trouble ? (BOWLS[rule.verdict] ?? "queued") : "withdrawn";
}

/**
 * What a rule asks for: “says “crypto”, has a link”.
 * @param {Rule} rule
 * @param {readonly Condition[]} conditions
 */
export function conditionWords(rule, conditions) {
  const asked = conditions.filter(({ name }) => rule[name] !== undefined);
  return asked.map(({ name, words }) => SAID[name]?.(rule[name]) ?? plainly(words, rule[name])).join(" · ");
}

/**
 * Where a rule comes from.
 * @param {Standing} standing
 */
export function originWords({ origin, by }) {
  if (origin === "settings") return "config.toml";
  return origin === "preset" ? gettext("this hour’s switch") : by;
}

/**
 * Until when a rule stands, or why it does not.
 * @param {Standing} standing
 * @param {number} nowMs
 * @param {string} zone
 */
export function untilWords({ rule, trouble }, nowMs, zone) {
  if (trouble) return gettext("not asked: %(why)s", { why: trouble });
  if (rule.on === false) return gettext("off");
  if (!rule.until) return "";
  const endMs = Date.parse(rule.until);
  const isToday = formatted(endMs, zone, DAY) === formatted(nowMs, zone, DAY);
  const when = isToday ? formatted(endMs, zone, CLOCK) : formatted(endMs, zone, { ...DAY, ...CLOCK });
  return endMs <= nowMs ? gettext("over since %(when)s", { when }) : gettext("until %(when)s", { when });
}

/**
 * What a trial found.
 * @param {{looked_at: number, caught: number, waiting: number}} tried
 */
export function trialWords({ looked_at, caught, waiting }) {
  if (looked_at === 0) return gettext("No post has come yet to try it on.");
  if (caught === 0) {
    return ngettext(
      "It would have caught none of the one post so far.",
      "It would have caught none of the last %(num)s posts.",
      looked_at,
    );
  }
  const found = ngettext(
    "It would have caught %(caught)s of the one post so far.",
    "It would have caught %(caught)s of the last %(num)s posts.",
    looked_at,
    { caught },
  );
  const rest = ngettext("%(num)s of them waits now.", "%(num)s of them wait now.", waiting);
  return waiting > 0 ? `${found} ${rest}` : found;
}

/**
 * What the button says that carries a rule to what waits; empty where there is nothing to do.
 * @param {Rule} rule
 * @param {number} waiting
 */
export function applyWords({ verdict }, waiting) {
  return waiting > 0 ? (APPLIES[verdict]?.(waiting) ?? "") : "";
}

/**
 * @param {string | null} at
 * @param {string} zone
 */
export function whenWords(at, zone) {
  return at ? formatted(Date.parse(at), zone, { ...DAY, ...CLOCK }) : "";
}

/**
 * A moment as a field for dates and times wants it, by the venue's clock.
 * @param {string | null | undefined} at
 * @param {string} zone
 */
export function fieldOf(at, zone) {
  if (!at) return "";
  const parts = new Intl.DateTimeFormat("sv-SE", { ...DIGITS, timeZone: zone });
  return parts.format(new Date(at)).replace(" ", "T");
}

const DIGITS = /** @type {Intl.DateTimeFormatOptions} */ ({
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
});
const CLOCK = /** @type {Intl.DateTimeFormatOptions} */ ({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = /** @type {Intl.DateTimeFormatOptions} */ ({ weekday: "short", day: "numeric", month: "short" });

/**
 * @param {number} atMs
 * @param {string} zone
 * @param {Intl.DateTimeFormatOptions} parts
 */
function formatted(atMs, zone, parts) {
  return new Intl.DateTimeFormat(dateLocale(), { ...parts, timeZone: zone }).format(new Date(atMs));
}

/**
 * The first of a list in words, and how many more there are.
 * @param {string[]} list
 * @param {(each: string) => string} [word]
 */
function named(list, word = (each) => each) {
  const more = list.length - NAMED_MAX;
  if (more > 1) {
    return gettext("%(some)s or %(num)s more", { some: list.slice(0, NAMED_MAX).map(word).join(", "), num: more });
  }
  const [some, last = ""] = [list.slice(0, -1).map(word).join(", "), ...list.slice(-1).map(word)];
  return some ? gettext("%(some)s or %(last)s", { some, last }) : last;
}

/** @param {string} words */
function quoted(words) {
  return gettext("“%(words)s”", { words });
}

/** @param {string} address a phone has none but a number */
function author(address) {
  return address.startsWith("id:") ? gettext("one phone") : address;
}

/**
 * @param {string} words
 * @param {unknown} value
 */
function plainly(words, value) {
  if (value === true) return words;
  if (value === false) return gettext("not: %(words)s", { words });
  return `${words} ${Array.isArray(value) ? named(value.map(String)) : value}`;
}

/**
 * What is known of an author here, in a few words.
 * @param {import("../histories.js").History} history
 */
export function historyWords({ shown, not_shown, waiting, is_trusted, is_muted }) {
  const told = [
    shown > 0 ? gettext("%(num)s shown", { num: shown }) : "",
    not_shown > 0 ? gettext("%(num)s not shown", { num: not_shown }) : "",
    shown + not_shown === 0 ? (waiting > 0 ? gettext("new here") : gettext("first post here")) : "",
    is_trusted ? gettext("trusted") : "",
    is_muted ? gettext("muted") : "",
  ];
  return told.filter(Boolean).join(", ");
}

/**
 * What a mute would hide.
 * @param {{looked_at?: number, caught?: number, waiting?: number}} tried
 */
export function hidesWords({ looked_at = 0, caught = 0, waiting = 0 }) {
  const now =
    waiting === 0
      ? gettext("Nothing of it waits now.")
      : ngettext("It hides %(num)s that waits now.", "It hides %(num)s that wait now.", waiting);
  const before = gettext("Of the last %(all)s posts it would have hidden %(num)s.", { all: looked_at, num: caught });
  return `${now} ${before}`;
}
