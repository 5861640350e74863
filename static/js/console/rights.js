/** What the one who is signed in may do here, as the page says it. The server refuses all else anyway. Pure. */

import { gettext } from "../tongue.js";

/** Who does what somebody else may not: the words are those of roles.py. @type {Readonly<Record<string, string>>} */
const WORDS = {
  stage: gettext("Hosts and moderators change what the screens show."),
  pause: gettext("Hosts and moderators pause the floor."),
  decide: gettext("Moderators decide on posts."),
  rule: gettext("Moderators change rules."),
  note: gettext("Notes are for moderators."),
  describe: gettext("Moderators describe pictures."),
  message: gettext("Moderators write to the stage."),
  watch: gettext("Owners see how the server does."),
  forget: gettext("Owners have authors forgotten."),
  admit: gettext("Owners say who comes in."),
};

/** What the pages call a role. @type {Readonly<Record<string, string>>} */
const ROLES = {
  owner: gettext("owner"),
  moderator: gettext("moderator"),
  host: gettext("host"),
  viewer: gettext("viewer"),
};

/** @param {string} role */
export function roleWord(role) {
  return ROLES[role] ?? role;
}

export class Rights {
  #may;
  #role;

  /** @param {{may?: string, role?: string}} told the commands with blanks between them, and what the person is here */
  constructor({ may = "", role = "" }) {
    this.#may = new Set(may.split(" "));
    this.#role = role;
  }

  /** @param {string} command a word of the table in roles.py */
  may(command) {
    return this.#may.has(command);
  }

  /**
   * Why not.
   * @param {string} command
   */
  refusal(command) {
    const here = gettext("You are here as %(role)s.", { role: roleWord(this.#role) });
    return `${here} ${WORDS[command] ?? ""}`.trim();
  }
}
