/** The page of screens: every projector with what it stands at, what it is told, and the form that pairs another one. */

import { askFleet, change, pair, unpair } from "./console/screens/clerk.js";
import { Rows } from "./console/screens/rows.js";
import { unpairQuestion } from "./console/screens/words.js";
import { Sure } from "./console/sure.js";
import { Surround, the } from "./console/surround.js";
import { gettext } from "./tongue.js";

/** @typedef {import("./console/screens/clerk.js").Screen} Screen */

const EVERY_MS = 2000;

const surround = new Surround({ onNews: () => showLevels() });
const { foot, clock, rights } = surround;
const sure = new Sure(/** @type {HTMLDialogElement} */ (the("sure")));
const form = /** @type {HTMLFormElement | null} */ (document.getElementById("pair"));
const halls = new Map(
  [...document.querySelectorAll("#halls [data-hall]")].map((hall) => [
    hall.getAttribute("data-hall") ?? "",
    hall.textContent ?? "",
  ]),
);
const rows = new Rows({
  screens: the("screens"),
  strangers: the("strangers"),
  row: /** @type {HTMLTemplateElement} */ (the("screen-row")),
  clock,
  halls,
  leaseS: Number(document.body.dataset.leaseS),
});

/** @type {Screen[]} */
let screens = [];

async function look() {
  const fleet = await askFleet();
  if (!fleet) return;
  screens = fleet.screens;
  rows.show(screens);
  rows.showStrangers(fleet.unpaired);
  the("screens-none").hidden = screens.length > 0;
  the("strangers-none").hidden = fleet.unpaired.length > 0;
}

/**
 * Tells a screen something, and says what became of it.
 * @param {Screen} screen
 * @param {object} wish
 * @param {string} done
 */
async function tell(screen, wish, done) {
  if (!rights.may("stage")) return foot.say([rights.refusal("stage")], "outbox");
  const refusal = await change(screen.id, wish);
  foot.say([refusal || done], refusal ? "outbox" : "shown");
  await look();
}

/** The panic level of each hall, on its buttons. */
function showLevels() {
  for (const row of document.querySelectorAll("[data-levels]"))
    for (const button of row.querySelectorAll("button"))
      button.ariaPressed = String(surround.levelIn(row.getAttribute("data-levels") ?? "") === button.dataset.panic);
}

/** @param {Event} event */
function onHall({ target }) {
  const button = target instanceof Element ? target.closest("button") : null;
  const hall = button?.closest("[data-levels]")?.getAttribute("data-levels");
  const level = /** @type {import("./stage.js").Level} */ (button?.dataset.panic);
  if (hall && level) surround.panicIn(hall, level);
}

/** @param {EventTarget | null} target */
function screenOf(target) {
  const row = target instanceof Element ? target.closest("li") : null;
  return screens.find(({ id }) => id === row?.dataset.id);
}

/** @param {Event} event */
async function onClick({ target }) {
  const button = target instanceof Element ? target.closest("button") : null;
  const screen = screenOf(button);
  if (!button || !screen) return;
  const { panic, act } = button.dataset;
  if (panic) {
    const level = screen.panic === panic ? "off" : panic;
    await tell(
      screen,
      { panic: level },
      level === "off" ? gettext("%(name)s goes on.", { name: screen.name }) : `${screen.name}: ${button.textContent}.`,
    );
  } else if (act === "identify")
    await tell(screen, { identify: true }, gettext("%(name)s says who it is.", { name: screen.name }));
  else if (act === "reload")
    await tell(screen, { reload: true }, gettext("%(name)s loads its page anew.", { name: screen.name }));
  else if (act === "unpair" && (await sure.ask(unpairQuestion(screen)))) {
    const refusal = await unpair(screen.id);
    foot.say([refusal || gettext("%(name)s is unpaired.", { name: screen.name })], refusal ? "outbox" : "shown");
    await look();
  }
}

/** @param {Event} event */
async function onChange({ target }) {
  const screen = screenOf(target);
  if (!screen || !(target instanceof HTMLSelectElement)) return;
  const label = target.selectedOptions[0]?.textContent ?? "";
  await tell(screen, { [target.name]: target.value || null }, `${screen.name}: ${label}.`);
}

/** @param {SubmitEvent} event */
async function onPair(event) {
  event.preventDefault();
  if (!form) return;
  const said = the("pair-said");
  const asked = Object.fromEntries(new FormData(form));
  const name = String(asked.name);
  const wanted = { code: String(asked.code), name, hall: String(asked.hall), layout: String(asked.layout) || null };
  said.textContent = await pair(wanted);
  if (said.textContent) return /** @type {HTMLElement} */ (form.elements.namedItem("code")).focus();
  form.reset();
  foot.say([gettext("%(name)s is paired, and says so in big letters.", { name })], "shown");
  await look();
}

/** Asks again and again, while the page is seen. */
async function poll() {
  if (document.visibilityState === "visible" && !sure.isOpen) await look();
  setTimeout(poll, EVERY_MS);
}

surround.start();
the("screens").addEventListener("click", onClick);
the("screens").addEventListener("change", onChange);
form?.addEventListener("submit", onPair);
document.getElementById("whole-halls")?.addEventListener("click", onHall);
showLevels();
poll();
