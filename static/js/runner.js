/** The runner's form: words, Enter, the next one. What cannot be sent waits on this device, and goes once. */

import { newIdem, Outbox } from "./outbox.js";
import { gettext, inTongue } from "./tongue.js";

const RETRY_MS = 8000;

/**
 * @template {HTMLElement} T
 * @param {string} id
 */
const byId = (id) => /** @type {T} */ (document.getElementById(id));

/** @type {HTMLFormElement} */
const form = byId("form");
/** @type {HTMLInputElement} */
const text = byId("text");
/** @type {HTMLInputElement} */
const name = byId("name");
/** @type {HTMLInputElement} */
const card = byId("card");
const hall = /** @type {HTMLSelectElement | null} */ (document.getElementById("hall"));

/**
 * @param {import("./outbox.js").Draft} draft
 * @returns {Promise<import("./outbox.js").Outcome>}
 */
async function carry(draft) {
  try {
    const response = await fetch(inTongue("/runner"), {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({
        text: draft.text,
        name: draft.name,
        card: draft.card,
        hall: draft.hall,
        idem: draft.idem,
      }),
      signal: AbortSignal.timeout?.(15_000),
    });
    if (response.ok) return "sent";
    if (response.status >= 500 || response.status === 408) return "waits";
    return { refusal: (await response.json()).error.message };
  } catch {
    return "waits";
  }
}

/** The browser's storage, or null where it is forbidden. */
function shelf() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

const outbox = new Outbox(shelf(), carry, "backchannel.runner");

/** @param {string} message */
function refuse(message) {
  byId("refusal").textContent = message;
  if (message) text.setAttribute("aria-invalid", "true");
  else text.removeAttribute("aria-invalid");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (!words) return refuse(gettext("There are no words in it yet."));
  const draft = { idem: newIdem(), text: words, name: name.value.trim(), at: Date.now() };
  outbox.add({ ...draft, card: card.value.trim(), hall: hall?.value ?? "" });
  for (const field of [text, name, card]) field.value = "";
  refuse("");
  text.focus();
  deliver();
});

async function deliver() {
  show();
  const { sent, refused } = await outbox.flush();
  if (sent.length) byId("sent").textContent = gettext("To the desk: “%(words)s”", { words: sent.at(-1)?.text ?? "" });
  if (refused.length) refuse(refused[0]?.refusal ?? "");
  show();
}

function show() {
  /** @type {HTMLTemplateElement} */
  const template = byId("unsent");
  const cards = [...outbox.drafts].reverse().map((draft) => {
    const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    /** @param {string} selector */
    const part = (selector) => /** @type {HTMLElement} */ (copy.querySelector(selector));
    part(".post-text").textContent = draft.text;
    part("time").textContent = draft.card ? gettext("Card %(card)s", { card: draft.card }) : "";
    if (draft.refusal) {
      part("b").textContent = gettext("Not sent");
      part(".note").textContent = draft.refusal;
    }
    part("button").addEventListener("click", () => {
      outbox.discard(draft.idem);
      show();
    });
    return copy;
  });
  byId("waiting").replaceChildren(...cards);
}

window.addEventListener("online", deliver);
setInterval(() => outbox.waiting.length && deliver(), RETRY_MS);
deliver();
