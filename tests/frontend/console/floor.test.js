import assert from "node:assert/strict";
import { test } from "node:test";
import { FloorSwitch } from "../../../static/js/console/floor.js";
import { Undo } from "../../../static/js/console/undo.js";

/** A switch without a page, and what it says at the foot. */
function switched({ may = true, isPaused = false } = {}) {
  const body = {
    attributes: new Set(),
    toggleAttribute(/** @type {string} */ name, /** @type {boolean} */ is) {
      if (is) this.attributes.add(name);
      else this.attributes.delete(name);
    },
  };
  Object.assign(globalThis, { document: { body } });
  /** @type {string[]} */
  const said = [];
  const foot = /** @type {any} */ ({ say: (/** @type {any[]} */ [words]) => said.push(words) });
  const rights = /** @type {any} */ ({ may: () => may, refusal: () => "not yours" });
  const undo = new Undo();
  const floor = new FloorSwitch({ place: null, isPaused, foot, undo, rights });
  return { floor, said, undo, body };
}

test("who may not pause is told so, and a lost connection changes nothing", () => {
  const { floor, said } = switched({ may: false });
  floor.turn();
  const lost = switched();
  lost.floor.isStale = true;
  lost.floor.turn();
  assert.deepEqual([said, lost.said], [["not yours"], ["Not connected: the floor stays as it is."]]);
});

test("what the desk tells every console is shown, and an older server that does not tell changes nothing", () => {
  const { floor, body } = switched();
  floor.hear({ is_floor_paused: true });
  assert.equal(body.attributes.has("data-floor-paused"), true);
  floor.hear({});
  assert.equal(floor.isPaused, true);
});

test("undo takes back the own step alone, and not where somebody switched again since", () => {
  const { floor, undo, said } = switched({ isPaused: false });
  assert.equal(floor.undoLast(), false);
  undo.push({ key: "floor:1", versions: {}, floor: { isPaused: true } });
  assert.equal(floor.undoLast(), true);
  assert.deepEqual(said, ["Not undone: somebody switched again since."]);
});
