/** Which session of the programme a post belongs to, put right on its card. */

import { dateLocale, gettext } from "../tongue.js";
import { openForm } from "./cardform.js";
import { ask } from "./rules/clerk.js";
import { clone } from "./strokes.js";

/**
 * @typedef {{id: string, title: string, start: string}} Session
 * @typedef {{name: string, sessions: Session[]}} Place a hall, or what is elsewhere
 */

export class Binding {
  /**
   * @param {object} parts
   * @param {HTMLElement} parts.cards
   * @param {HTMLTemplateElement} parts.form
   * @param {import("./foot.js").Foot} parts.foot
   * @param {import("./rights.js").Rights} parts.rights
   * @param {string} parts.zone the venue's
   */
  constructor({ cards, form, foot, rights, zone }) {
    this.#parts = { cards, form, foot, rights, zone };
  }

  #parts;

  listen() {
    this.#parts.cards.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      const card = button?.closest("article");
      if (card && button?.dataset.binds !== undefined) this.#open(card, button.dataset.binds);
    });
  }

  /**
   * @param {HTMLElement} card
   * @param {string} present the session that it belongs to, empty for none
   */
  async #open(card, present) {
    const { cards, form: template, foot, rights, zone } = this.#parts;
    if (!rights.may("decide")) return foot.say([rights.refusal("decide")], "outbox");
    const answer = await ask("GET", "/api/programme");
    if (!answer.ok) return foot.say([answer.message], "outbox");
    const form = /** @type {HTMLFormElement} */ (clone(template));
    const field = /** @type {HTMLSelectElement} */ (form.querySelector("select"));
    for (const { name, options } of choices(placesOf(answer.told), zone)) {
      const group = document.createElement("optgroup");
      group.label = name;
      group.append(...options.map(({ id, words }) => new Option(words, id, false, id === present)));
      field.append(group);
    }
    const address = `/api/posts/${encodeURIComponent(card.dataset.key ?? "")}/session`;
    const send = async () => {
      const said = await ask("POST", address, { session: field.value || null });
      return said.ok ? "" : said.message;
    };
    const onKept = () =>
      foot.say([field.value ? gettext("It belongs to that session.") : gettext("It belongs to no session.")], "queued");
    openForm({ cards, card, form, field, send, onKept });
  }
}

/**
 * @param {{halls: Place[], elsewhere: Session[]}} programme as /api/programme tells it
 * @returns {Place[]}
 */
function placesOf({ halls, elsewhere }) {
  return [...halls, { name: gettext("Elsewhere"), sessions: elsewhere }];
}

/**
 * What can be chosen, place by place: “14:15 Pagers and sleep”, with the day where the programme has several.
 * @param {readonly Place[]} places
 * @param {string} zone
 */
export function choices(places, zone) {
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
  const day = new Intl.DateTimeFormat(dateLocale(), {
    weekday: "short",
    day: "numeric",
    month: "short",
    timeZone: zone,
  });
  const days = new Set(places.flatMap(({ sessions }) => sessions.map(({ start }) => day.format(new Date(start)))));
  return places
    .filter(({ sessions }) => sessions.length > 0)
    .map(({ name, sessions }) => ({
      name,
      options: sessions.map(({ id, title, start }) => {
        const at = new Date(start);
        return { id, words: `${days.size > 1 ? `${day.format(at)}, ` : ""}${clock.format(at)} ${title}` };
      }),
    }));
}
