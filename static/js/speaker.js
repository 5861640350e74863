/** The speaker view: it asks every second and a half what its hall shows and whether the desk has a word. */

import { fromWords, piecesOf, whoWords } from "./speaker/words.js";

/**
 * @typedef {import("./speaker/words.js").Seen} Seen
 * @typedef {import("./speaker/words.js").Short} Short
 */

const EVERY_MS = 1500;
const DEADLINE_MS = 8000;

/** @param {string} id */
const the = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const base = `/api/halls/${encodeURIComponent(document.body.dataset.hall ?? "")}`;
const template = /** @type {HTMLTemplateElement} */ (the("post"));
const got = /** @type {HTMLButtonElement} */ (the("got"));
let shown = "";

/** @param {Seen} seen */
function show({ messages, now, next, at }) {
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

/**
 * @param {HTMLElement} place
 * @param {Short} post
 */
function tell(place, post) {
  write(/** @type {Element} */ (place.querySelector(".who")), whoWords(post));
  const say = /** @type {Element} */ (place.querySelector(".say"));
  if (say.textContent !== post.text) say.replaceChildren(...piecesOf(post.text).map(placed));
}

/**
 * @param {string} piece
 * @param {number} number
 */
function placed(piece, number) {
  if (number % 2 === 0) return piece;
  const tag = document.createElement("bdi");
  tag.textContent = piece;
  return tag;
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
    write(the("link"), "Connected");
    document.body.toggleAttribute("data-stale", false);
  } catch {
    write(the("link"), "No connection: what you see may be old");
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

async function poll() {
  await look();
  setTimeout(poll, EVERY_MS);
}

got.addEventListener("click", acknowledge);
poll();
