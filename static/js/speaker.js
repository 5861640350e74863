/** The speaker view: it asks every second and a half what its hall shows and whether the desk has a word. */

import { piecesOf, placed } from "./pieces.js";
import { offerMerging } from "./speaker/merge.js";
import { askerWords, fromWords, leftWords, moreWords, votesWords, whoWords } from "./speaker/words.js";
import { gettext, inTongue } from "./tongue.js";

/**
 * @typedef {import("./speaker/words.js").Seen} Seen
 * @typedef {import("./speaker/words.js").Short} Short
 * @typedef {import("./speaker/words.js").Asked} Asked
 */

const EVERY_MS = 1500;
const DEADLINE_MS = 8000;
const SOON_S = 300; // from then on the time that is left is marked

/** @param {string} id */
const the = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const base = `/api/halls/${encodeURIComponent(document.body.dataset.hall ?? "")}`;
const template = /** @type {HTMLTemplateElement} */ (the("post"));
const got = /** @type {HTMLButtonElement} */ (the("got"));
let shown = "";

/** @param {Seen} seen */
function show(seen) {
  const { messages, now, next, at } = seen;
  showSession(seen);
  showQuestions(seen);
  const [line] = messages;
  the("line").hidden = !line;
  if (line && line.id !== shown) write(the("said"), line.text);
  shown = line?.id ?? "";
  write(the("from"), fromWords(messages, at));
  the("now").hidden = !now;
  the("now-none").hidden = now !== null;
  if (now) tell(the("now"), now);
  const list = the("next");
  while (list.children.length > next.length) list.lastElementChild?.remove();
  while (list.children.length < next.length) list.append(template.content.cloneNode(true));
  for (const [place, post] of next.entries()) tell(/** @type {HTMLElement} */ (list.children[place]), post);
  the("next-none").hidden = next.length > 0;
}

/** @param {Seen} seen */
function showSession({ session, left_s }) {
  write(the("session"), session?.title ?? "");
  write(the("left"), leftWords(left_s));
  the("left").toggleAttribute("data-soon", left_s !== null && left_s < SOON_S);
}

/** @param {Seen} seen */
function showQuestions({ question, questions, open }) {
  the("asked").hidden = !question && questions.length === 0;
  the("question").hidden = !question;
  the("question-none").hidden = question !== null;
  if (question) ask(the("question"), question);
  const list = the("wanted");
  const one = /** @type {HTMLTemplateElement} */ (the("wanted-one"));
  while (list.children.length > questions.length) list.lastElementChild?.remove();
  while (list.children.length < questions.length) list.append(one.content.cloneNode(true));
  for (const [place, asked] of questions.entries()) ask(/** @type {HTMLElement} */ (list.children[place]), asked);
  the("wanted-title").hidden = questions.length === 0;
  write(the("more"), moreWords(open, questions.length));
}

/**
 * @param {HTMLElement} place
 * @param {Asked} asked
 */
function ask(place, asked) {
  place.dataset.key = asked.key;
  write(/** @type {Element} */ (place.querySelector(".who bdi")), askerWords(asked));
  write(/** @type {Element} */ (place.querySelector(".who span")), votesWords(asked));
  say(place, asked.text);
}

/**
 * @param {HTMLElement} place
 * @param {Short} post
 */
function tell(place, post) {
  write(/** @type {Element} */ (place.querySelector(".who")), whoWords(post));
  say(place, post.text);
}

/**
 * @param {HTMLElement} place
 * @param {string} text
 */
function say(place, text) {
  const said = /** @type {Element} */ (place.querySelector(".say"));
  if (said.textContent !== text) said.replaceChildren(...piecesOf(text).map(placed));
}

/**
 * @param {Element} place
 * @param {string} text
 */
function write(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

async function look() {
  try {
    const response = await fetch(`${base}/speaker`, { signal: AbortSignal.timeout(DEADLINE_MS) });
    if (response.status === 401) return location.assign("/join?out=1");
    if (!response.ok) throw new Error(String(response.status));
    show(await response.json());
    write(the("link"), gettext("Connected"));
    document.body.toggleAttribute("data-stale", false);
  } catch {
    write(the("link"), gettext("No connection: what you see may be old"));
    document.body.toggleAttribute("data-stale", true);
  }
}

async function acknowledge() {
  got.disabled = true;
  try {
    await fetch(`${base}/messages/${shown}/got`, { method: "POST", signal: AbortSignal.timeout(DEADLINE_MS) });
    await look();
  } catch {
    // The line stays, and with it the button.
  } finally {
    got.disabled = false;
  }
}

/** @param {Event} event on a button that says how far a question has come */
async function mark({ target }) {
  const button = target instanceof Element ? target.closest("button[data-state]") : null;
  const key = /** @type {HTMLElement | null} */ (button?.closest(".question"))?.dataset.key;
  if (!(button instanceof HTMLButtonElement) || !key) return;
  button.disabled = true;
  try {
    const response = await fetch(inTongue(`/api/questions/${encodeURIComponent(key)}/state`), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ state: button.dataset.state }),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    write(the("mark-refusal"), response.ok ? "" : (await response.json()).error.message);
    await look();
  } catch {
    write(the("mark-refusal"), gettext("There is no connection: nothing was changed. Please try again."));
  } finally {
    button.disabled = false;
  }
}

async function poll() {
  await look();
  setTimeout(poll, EVERY_MS);
}

got.addEventListener("click", acknowledge);
the("asked").addEventListener("click", mark);
const merging = /** @type {HTMLDetailsElement | null} */ (document.getElementById("merge"));
if (merging) offerMerging(merging, base, look);
poll();
