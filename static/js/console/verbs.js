/** What verbs and states are called at the desk, and in which sentences they stand. */

import { gettext, ngettext } from "../tongue.js";

/**
 * @typedef {import("./lists.js").Status} Status
 * @typedef {import("./words.js").Verb} Verb
 */

/**
 * @typedef {object} VerbWords
 * @property {string} done
 * @property {string} doing
 * @property {string} before
 * @property {string} been
 * @property {(n: number) => string} many
 * @property {string} none
 */

/** @type {Readonly<Record<Verb, VerbWords>>} */
export const VERBS = {
  approve: {
    done: gettext("Approved."),
    doing: gettext("Approving."),
    before: gettext("before you approved it"),
    been: gettext("approved"),
    many: (n) => ngettext("%(num)s approved.", "%(num)s approved.", n),
    none: gettext("Nothing was approved."),
  },
  reject: {
    done: gettext("Rejected."),
    doing: gettext("Rejecting."),
    before: gettext("before you rejected it"),
    been: gettext("rejected"),
    many: (n) => ngettext("%(num)s rejected.", "%(num)s rejected.", n),
    none: gettext("Nothing was rejected."),
  },
  hold: {
    done: gettext("Held."),
    doing: gettext("Holding."),
    before: gettext("before you held it"),
    been: gettext("held"),
    many: (n) => ngettext("%(num)s held.", "%(num)s held.", n),
    none: gettext("Nothing was held."),
  },
  withdraw: {
    done: gettext("Withdrawn."),
    doing: gettext("Withdrawing."),
    before: gettext("before you withdrew it"),
    been: gettext("withdrawn"),
    many: (n) => ngettext("%(num)s withdrawn.", "%(num)s withdrawn.", n),
    none: gettext("Nothing was withdrawn."),
  },
  restore: {
    done: gettext("Back in the queue."),
    doing: gettext("Putting it back."),
    before: gettext("before you put it back"),
    been: gettext("put back"),
    many: (n) => ngettext("%(num)s put back.", "%(num)s put back.", n),
    none: gettext("Nothing was put back."),
  },
};

/** @type {Readonly<Record<Status, (name: string) => string>>} */
export const BROUGHT = {
  queued: (name) => gettext("%(name)s put it back in the queue", { name }),
  held: (name) => gettext("%(name)s held it", { name }),
  approved: (name) => gettext("%(name)s approved it", { name }),
  rejected: (name) => gettext("%(name)s rejected it", { name }),
  withdrawn: (name) => gettext("%(name)s withdrew it", { name }),
  gone: (name) => gettext("%(name)s removed it", { name }),
};

/** @type {Readonly<Record<Status, string>>} */
export const STATES = {
  queued: gettext("queued"),
  held: gettext("held"),
  approved: gettext("approved"),
  rejected: gettext("rejected"),
  withdrawn: gettext("withdrawn"),
  gone: gettext("gone"),
};

/** @type {Readonly<Record<Status, string>>} */
export const LATE = {
  queued: "",
  held: gettext("after it was held"),
  approved: gettext("after it was approved"),
  rejected: gettext("after it was rejected"),
  withdrawn: gettext("after it was withdrawn"),
  gone: gettext("after it was removed"),
};
