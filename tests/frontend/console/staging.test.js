import assert from "node:assert/strict";
import { test } from "node:test";
import { Foot } from "../../../static/js/console/foot.js";
import { Rights } from "../../../static/js/console/rights.js";
import { Staging } from "../../../static/js/console/staging.js";
import { Undo } from "../../../static/js/console/undo.js";
import { Stages, stageOf } from "../../../static/js/stage.js";

/** @typedef {import("../../../static/js/stage.js").Stage} Stage */

/** Two halls, a server that keeps their stages, and a foot that remembers what it said. */
function started(may = "stage") {
  /** @type {Record<string, Stage>} */
  const server = { main: stageOf({ hall: "main", version: 1 }), foyer: stageOf({ hall: "foyer", version: 1 }) };
  /** @type {string[]} */
  const said = [];
  const foot = /** @type {Foot} */ (
    Object.assign(Object.create(Foot.prototype), {
      say: (/** @type {import("../../../static/js/console/words.js").Sentence} */ words) =>
        said.push(words.map((word) => (typeof word === "string" ? word : word.words)).join("")),
    })
  );
  const stages = new Stages(Object.values(server));
  const undo = new Undo();
  const staging = new Staging({
    stages,
    undo,
    foot,
    rights: new Rights({ may, role: "viewer" }),
    halls: new Map([
      ["main", "Hall A"],
      ["foyer", "Foyer"],
    ]),
    onChange: () => {},
    setStage: async (hall, change) => {
      const now = server[hall] ?? stageOf(null);
      const { version, ...rest } = /** @type {Partial<Stage>} */ (change);
      if (version !== undefined && version !== now.version)
        return { outcome: "refused", stage: now, message: "Sam was faster." };
      const next = { ...now, ...rest, version: now.version + 1 };
      server[hall] = next;
      return { outcome: "done", stage: next };
    },
  });
  const levels = () => Object.values(server).map(({ panic }) => panic);
  return { server, said, stages, staging, undo, levels };
}

const answered = () => new Promise((resolve) => setImmediate(resolve));

test("panic goes to all halls, and z goes back level by level", async () => {
  const { staging, levels } = started();
  staging.panic("freeze");
  await answered();
  staging.panic("black");
  await answered();
  assert.deepEqual(levels(), ["black", "black"]);
  assert.equal(staging.undoLast(), true);
  await answered();
  assert.deepEqual(levels(), ["freeze", "freeze"]);
  staging.undoLast();
  await answered();
  assert.deepEqual(levels(), ["off", "off"]);
  assert.equal(staging.undoLast(), false);
});

test("the same level again ends panic, and the bar's undo goes to the level before", async () => {
  const { staging, levels } = started();
  staging.panic("black");
  await answered();
  staging.panic("black");
  await answered();
  assert.deepEqual(levels(), ["off", "off"]);
  assert.equal(staging.undoLast(), false);
  staging.panic("freeze");
  await answered();
  staging.panic("holding");
  await answered();
  await staging.endPanic();
  assert.deepEqual(levels(), ["freeze", "freeze"]);
  await staging.endPanic();
  assert.deepEqual(levels(), ["off", "off"]);
});

test("a colleague's panic is ended by the bar's undo, and never by z", async () => {
  const { staging, stages, server, levels, said } = started();
  staging.panic("freeze");
  await answered();
  for (const hall of ["main", "foyer"]) {
    server[hall] = stageOf({ hall, version: 9, panic: "black" });
    stages.hear(stageOf(server[hall]));
  }
  staging.undoLast();
  await answered();
  assert.deepEqual(levels(), ["black", "black"]);
  assert.match(said.at(-1) ?? "", /Not undone/);
  await staging.endPanic();
  assert.deepEqual(levels(), ["off", "off"]);
});

test("undo pressed before the answer takes back what was just pressed, and not the step before", async () => {
  const { staging, undo, levels } = started();
  undo.push({ key: "order:1", versions: { a: 2 } });
  staging.panic("black");
  assert.equal(staging.undoLast(), true);
  await answered();
  assert.deepEqual(levels(), ["off", "off"]);
  assert.equal(undo.last?.key, "order:1");
});

test("a change on a stage that is another by now is refused, told, and taken on", async () => {
  const { staging, stages, server, said, undo } = started();
  server.main = stageOf({ hall: "main", version: 2, layout: "spotlight", calm: true });
  staging.change("main", "layout", "lower-third");
  await answered();
  assert.equal(said.at(-1), "Not done: Sam was faster. Now: Spotlight, calm.");
  assert.equal(stages.of("main").calm, true);
  assert.equal(undo.length, 0);
});

test("where only what is on air has changed meanwhile, nobody was faster", async () => {
  const { staging, server, levels, said } = started();
  server.main = stageOf({ hall: "main", version: 2, on_air: ["x:1"] });
  staging.change("main", "calm", true);
  await answered();
  assert.equal(server.main?.calm, true);
  assert.match(said.at(-1) ?? "", /calm/);
  assert.deepEqual(levels(), ["off", "off"]);
});

test("without a connection nothing is asked, and a screen's own keys are named", async () => {
  const { staging, levels, said } = started();
  staging.isStale = true;
  staging.panic("black");
  await answered();
  assert.deepEqual(levels(), ["off", "off"]);
  assert.match(said.at(-1) ?? "", /screen’s own keys/);
});

test("the line of what comes next is changed as one, and z brings the line before back", async () => {
  const { staging, server, said } = started();
  staging.change("main", "lined_up", ["a", "b"]);
  await answered();
  staging.change("main", "lined_up", ["b", "a"]);
  await answered();
  assert.deepEqual(server.main?.lined_up, ["b", "a"]);
  staging.undoLast();
  await answered();
  assert.deepEqual(server.main?.lined_up, ["a", "b"]);
  staging.undoLast();
  await answered();
  assert.deepEqual(server.main?.lined_up, []);
  assert.match(said[0] ?? "", /Lined up in Hall A: 2/);
});
