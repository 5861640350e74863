import assert from "node:assert/strict";
import { test } from "node:test";
import { Sure } from "../../../static/js/console/sure.js";

/** As much of a dialog as is asked of it: it tells of its close in a task of its own, as browsers do. */
class Dialog extends EventTarget {
  open = false;
  returnValue = "";

  querySelector() {
    return { textContent: "" };
  }

  showModal() {
    this.open = true;
  }

  /** @param {string} [answer] */
  close(answer) {
    if (answer !== undefined) this.returnValue = answer;
    this.open = false;
    setImmediate(() => this.dispatchEvent(new Event("close")));
  }
}

const QUESTION = { title: "Sign Sam out?", why: "Their page closes at once.", yes: "Sign out" };

function asked() {
  const dialog = new Dialog();
  return { dialog, sure: new Sure(/** @type {HTMLDialogElement} */ (/** @type {unknown} */ (dialog))) };
}

test("yes is yes, and Escape is no", async () => {
  const { dialog, sure } = asked();
  const first = sure.ask(QUESTION);
  dialog.close("yes");
  assert.equal(await first, true);
  const second = sure.ask(QUESTION);
  dialog.close();
  assert.equal(await second, false);
});

test("asked again before the browser has told of the first close, the second answer still counts", async () => {
  const { dialog, sure } = asked();
  const first = sure.ask(QUESTION);
  dialog.close("no");
  const second = sure.ask(QUESTION);
  assert.equal(await first, false);
  await new Promise(setImmediate);
  dialog.close("yes");
  assert.equal(await second, true);
});

test("a yes counts for the question it was given to, whatever is asked next", async () => {
  const { dialog, sure } = asked();
  const first = sure.ask(QUESTION);
  dialog.close("yes");
  const second = sure.ask(QUESTION);
  await new Promise(setImmediate);
  dialog.close("no");
  assert.deepEqual(await Promise.all([first, second]), [true, false]);
});
