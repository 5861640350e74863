/** The rows of people and of invitations: who stays is not moved, and keeps the keyboard. */

import { gettext } from "../../tongue.js";
import { roleWord } from "../rights.js";
import { clone, fill, write } from "../strokes.js";
import { byWords, clockWords, endsWords, isHere, seenWords, sinceWords, untilWords } from "./words.js";

/**
 * @typedef {import("./words.js").Person} Person
 * @typedef {import("./words.js").Invitation} Invitation
 * @typedef {import("./words.js").Held} Held
 */

export class Rows {
  /**
   * @param {HTMLTemplateElement} template
   * @param {import("../ages.js").ServerClock} clock
   * @param {string} zone
   */
  constructor(template, clock, zone) {
    this.#template = template;
    this.#clock = clock;
    this.#zone = zone;
  }

  #template;
  #clock;
  #zone;

  /**
   * @param {HTMLElement} place
   * @param {readonly Person[]} people
   */
  showPeople(place, people) {
    const now = this.#clock.now();
    this.#list(place, people, (row, person) => {
      this.#when(row, sinceWords, person.since);
      fill(row, ".seen", seenWords(person, now));
      fill(row, ".ends", endsWords(person, now, this.#zone));
      row.querySelector(".bowl")?.setAttribute("data-state", isHere(person, now) ? "shown" : "queued");
      const button = /** @type {HTMLElement} */ (row.querySelector("button"));
      write(button, gettext("Sign out"));
      button.hidden = person.is_you;
      button.setAttribute("aria-label", gettext("Sign out %(name)s", { name: person.name }));
    });
  }

  /**
   * @param {HTMLElement} place
   * @param {readonly Invitation[]} invitations
   */
  showInvitations(place, invitations) {
    this.#list(place, invitations, (row, invitation) => {
      this.#when(row, untilWords, invitation.until);
      fill(row, ".seen", byWords(invitation));
      row.querySelector(".bowl")?.setAttribute("data-state", "queued");
      const button = /** @type {HTMLElement} */ (row.querySelector("button"));
      write(button, gettext("Take back"));
      button.setAttribute("aria-label", gettext("Take back the invitation of %(name)s", { name: invitation.name }));
    });
  }

  /**
   * @param {HTMLElement} place
   * @param {readonly Held[]} passwords
   */
  showPasswords(place, passwords) {
    this.#list(place, passwords, (row, { name, since }) => {
      this.#when(row, sinceWords, since);
      row.querySelector(".bowl")?.setAttribute("data-state", "queued");
      const button = /** @type {HTMLElement} */ (row.querySelector("button"));
      write(button, gettext("Take away"));
      button.setAttribute("aria-label", gettext("Take away the password of %(name)s", { name }));
    });
  }

  /**
   * @template {Person | Invitation | Held} T
   * @param {HTMLElement} place
   * @param {readonly T[]} entries
   * @param {(row: HTMLElement, entry: T) => void} tell
   */
  #list(place, entries, tell) {
    const old = new Map([...place.children].map((row) => [row.getAttribute("data-id"), row]));
    for (const [at, entry] of entries.entries()) {
      const row = /** @type {HTMLElement} */ (old.get(entry.id) ?? clone(this.#template));
      old.delete(entry.id);
      row.dataset.id = entry.id;
      fill(row, ".name", entry.name);
      fill(row, ".role", roleWord(entry.role));
      tell(row, entry);
      if (place.children[at] !== row) place.insertBefore(row, place.children[at] ?? null);
    }
    for (const row of old.values()) leave(row);
    place.removeAttribute("aria-busy");
  }

  /**
   * @param {HTMLElement} row
   * @param {(day: string) => string} words for a day, empty for today
   * @param {string} at
   */
  #when(row, words, at) {
    const [day, time] = clockWords(at, this.#clock.now(), this.#zone);
    fill(row, ".when .soft", words(day));
    fill(row, ".when .time", time);
  }
}

/**
 * Takes a row away; the keyboard goes to its neighbour.
 * @param {Element} row
 */
function leave(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  const had = row.contains(document.activeElement);
  row.remove();
  if (had)
    /** @type {HTMLElement | null} */ (
      next?.querySelector("button:not([hidden])") ?? document.getElementById("name")
    )?.focus();
}
