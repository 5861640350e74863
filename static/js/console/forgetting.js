/** Having the author of a post forgotten: what would go is told, and then it is asked for; nobody can take it back. */

import { gettext, ngettext } from "../tongue.js";
import { wordsOf } from "./card.js";
import { forget } from "./rules/clerk.js";
import { fill } from "./strokes.js";

/** @typedef {{name: string, is_one_post: boolean, posts: number, mentions: number}} Told */

export class Forgetting {
  #key = "";
  isStale = false;

  /**
   * @param {object} parts
   * @param {HTMLDialogElement} parts.dialog
   * @param {HTMLElement} parts.cards
   * @param {import("./foot.js").Foot} parts.foot
   * @param {import("./rights.js").Rights} parts.rights
   */
  constructor({ dialog, cards, foot, rights }) {
    this.#parts = { dialog, cards, foot, rights };
  }

  #parts;

  listen() {
    const { dialog, cards } = this.#parts;
    cards.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("[data-forget]") : null;
      const card = button?.closest("article");
      if (card) this.#open(card);
    });
    dialog.querySelector("form.forget")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#forget();
    });
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  }

  /** @param {HTMLElement} card */
  async #open(card) {
    const { dialog } = this.#parts;
    if (this.#refuses()) return;
    const { name, address } = wordsOf(card);
    this.#key = card.dataset.key ?? "";
    fill(dialog, ".author", [name, address].filter(Boolean).join(" "));
    fill(dialog, ".hides", "");
    dialog.showModal();
    const asked = this.#key;
    const answer = await forget(this.#key, true);
    if (asked === this.#key) fill(dialog, ".hides", answer.ok ? wouldGo(answer.told) : answer.message);
  }

  async #forget() {
    const { dialog, foot } = this.#parts;
    const answer = await forget(this.#key, false);
    if (answer.ok) dialog.close();
    if (answer.ok) foot.say([hasGone(answer.told)], "withdrawn");
    else fill(dialog, ".hides", answer.message);
  }

  #refuses() {
    const { foot, rights } = this.#parts;
    if (!rights.may("forget")) foot.say([rights.refusal("forget")], "outbox");
    else if (this.isStale) foot.say([gettext("Not connected: nobody is forgotten now.")], "outbox");
    else return false;
    return true;
  }
}

/** @param {Told} told */
export function wouldGo({ is_one_post, posts, mentions }) {
  if (is_one_post)
    return gettext("Nobody can tell who wrote this one: it alone goes, and whoever wrote it may post again.");
  const go = ngettext("%(num)s post goes, for good.", "%(num)s posts go, for good.", posts);
  return [go, mentionWords(mentions)].filter(Boolean).join(" ");
}

/** @param {Told} told */
export function hasGone({ posts, mentions }) {
  const gone = ngettext("Forgotten: %(num)s post is gone.", "Forgotten: %(num)s posts are gone.", posts);
  return [gone, mentionWords(mentions)].filter(Boolean).join(" ");
}

/** @param {number} many */
function mentionWords(many) {
  if (!many) return "";
  return ngettext(
    "%(num)s post of somebody else mentions them: those words are the other person’s.",
    "%(num)s posts of others mention them: those words are the others’.",
    many,
  );
}
