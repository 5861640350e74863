/** The page of people: it wires the rows, the form and the question before somebody is signed out. */

import { askEverybody, end, invite } from "./console/people/clerk.js";
import { Inviting } from "./console/people/inviting.js";
import { Rows } from "./console/people/rows.js";
import { allOutQuestion, isOnlyOwner, LAST_OWNER, signOutQuestion } from "./console/people/words.js";
import { Sure } from "./console/sure.js";
import { Surround, the } from "./console/surround.js";
import { gettext } from "./tongue.js";

/** @typedef {import("./console/people/clerk.js").Everybody} Everybody */

const EVERY_MS = 5000;

const { zone = "UTC" } = document.body.dataset;
const surround = new Surround();
const { foot, clock, rights } = surround;
const sure = new Sure(/** @type {HTMLDialogElement} */ (the("sure")));
const rows = new Rows(/** @type {HTMLTemplateElement} */ (the("person")), clock, zone);
const leaving = /** @type {HTMLFormElement} */ (the("leave"));

/** @type {Everybody} */
let everybody = { people: [], invitations: [], passwords: [] };

async function look() {
  everybody = (await askEverybody()) ?? everybody;
  const { people, invitations, passwords } = everybody;
  rows.showPeople(the("people"), people);
  rows.showInvitations(the("invitations"), invitations);
  the("invitations-none").hidden = invitations.length > 0;
  const held = document.getElementById("passwords");
  if (held) {
    rows.showPasswords(held, passwords);
    the("passwords-none").hidden = passwords.length > 0;
  }
  the("all-out").hidden = people.length < 2;
}

/**
 * Ends a badge or an invitation, and says so.
 * @param {string} address
 * @param {string} done
 */
async function ended(address, done) {
  const refusal = await end(address);
  foot.say([refusal || done], refusal ? "outbox" : "shown");
  await look();
}

/** @param {HTMLElement} row of somebody who is signed in */
async function signOut({ dataset }) {
  const person = everybody.people.find(({ id }) => id === dataset.id);
  if (person && (await sure.ask(signOutQuestion(person)))) {
    await ended(`/api/badges/${person.id}`, gettext("%(name)s is signed out.", { name: person.name }));
  }
}

/** @param {HTMLElement} row of an invitation */
async function takeBack({ dataset }) {
  const invitation = everybody.invitations.find(({ id }) => id === dataset.id);
  if (!invitation) return;
  const { id, name } = invitation;
  await ended(`/api/invitations/${id}`, gettext("The link of %(name)s works no more.", { name }));
}

/** @param {HTMLElement} row of a password */
async function takePassword({ dataset }) {
  const held = everybody.passwords.find(({ id }) => id === dataset.id);
  if (!held) return;
  await ended(`/api/passwords/${held.id}`, gettext("The password of %(name)s works no more.", { name: held.name }));
}

async function signAllOut() {
  const others = everybody.people.filter(({ is_you }) => !is_you).length;
  if (await sure.ask(allOutQuestion(others))) await ended("/api/badges", gettext("Only you are signed in now."));
}

/**
 * @param {HTMLElement} place
 * @param {(row: HTMLElement) => void} act what the button of a row does
 */
function listen(place, act) {
  place.addEventListener("click", ({ target }) => {
    const row = target instanceof Element ? target.closest("button")?.closest("li") : null;
    if (row) act(row);
  });
}

/** Asks again and again, while the page is seen. */
async function poll() {
  if (document.visibilityState === "visible" && !sure.isOpen) await look();
  setTimeout(poll, EVERY_MS);
}

surround.start();
if (rights.may("admit")) {
  listen(the("people"), signOut);
  listen(the("invitations"), takeBack);
  const held = document.getElementById("passwords");
  if (held) listen(held, takePassword);
  the("all-out").addEventListener("click", signAllOut);
  new Inviting({
    form: /** @type {HTMLFormElement} */ (the("invite")),
    said: the("invite-said"),
    made: the("made"),
    foot,
    clock,
    zone,
    invite,
    onMade: look,
  }).listen();
  poll();
}
leaving.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (isOnlyOwner(everybody.people) && !(await sure.ask(LAST_OWNER))) return;
  surround.leave();
  leaving.submit();
});
