/** A form on a card: one at a time, closed by Escape; while it is open no key of it is meant for the desk. */

import { write } from "./strokes.js";

/**
 * Opens a form at the end of a card, and puts the keyboard into its field.
 * @param {object} how
 * @param {HTMLElement} how.cards
 * @param {HTMLElement} how.card
 * @param {HTMLFormElement} how.form
 * @param {HTMLTextAreaElement | HTMLSelectElement} how.field
 * @param {() => Promise<string>} how.send why it was not kept; empty where it was
 * @param {() => void} how.onKept
 */
export function openForm({ cards, card, form, field, send, onKept }) {
  for (const open of cards.querySelectorAll(".remark")) open.remove();
  const close = () => {
    form.remove();
    card.focus({ preventScroll: true });
  };
  const keep = async () => {
    const said = await send();
    write(/** @type {Element} */ (form.querySelector(".refusal")), said);
    if (said) return field.focus();
    close();
    onKept();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep();
  });
  form.querySelector("[data-close]")?.addEventListener("click", close);
  form.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && event.target === field && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      keep();
    }
  });
  card.append(form);
  field.focus();
  form.scrollIntoView({ block: "nearest" });
}
