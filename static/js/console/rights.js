/** What the one who is signed in may do here, as the page says it. The server refuses all else anyway. Pure. */

/** Who does what somebody else may not: the words are those of roles.py. @type {Readonly<Record<string, string>>} */
const WORDS = {
  stage: "Hosts and moderators change what the screens show.",
  decide: "Moderators decide on posts.",
  rule: "Moderators change rules.",
  note: "Notes are for moderators.",
  describe: "Moderators describe pictures.",
  message: "Moderators write to the stage.",
  admit: "Owners say who comes in.",
};

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
    return `You are here as ${this.#role}. ${WORDS[command] ?? ""}`.trim();
  }
}
