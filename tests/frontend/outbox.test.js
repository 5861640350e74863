import assert from "node:assert/strict";
import { test } from "node:test";
import { newIdem, Outbox, post } from "../../static/js/outbox.js";

/** @typedef {import("../../static/js/outbox.js").Draft} Draft */
/** @typedef {import("../../static/js/outbox.js").Outcome} Outcome */

class Shelf {
  /** @type {Map<string, string>} */
  kept = new Map();
  getItem = (/** @type {string} */ name) => this.kept.get(name) ?? null;
  setItem = (/** @type {string} */ name, /** @type {string} */ value) => void this.kept.set(name, value);
}

/** @type {(idem: string) => Draft} */
const draft = (idem) => ({ idem, text: `words of ${idem}`, name: "", at: 0 });
/** @param {Outbox} outbox */
const idems = (outbox) => outbox.drafts.map(({ idem }) => idem).join("");

test("a draft survives a reload until it is sent", async () => {
  const shelf = new Shelf();
  new Outbox(shelf, async () => "waits").add(draft("a"));
  const after = new Outbox(shelf, async () => "sent");
  assert.equal(idems(after), "a");
  await after.flush();
  assert.equal(idems(new Outbox(shelf, async () => "sent")), "");
});

test("drafts go in the order in which they were written, until one has to wait", async () => {
  /** @type {string[]} */
  const tried = [];
  const outbox = new Outbox(null, async ({ idem }) => {
    tried.push(idem);
    return idem === "b" ? "waits" : "sent";
  });
  for (const idem of "abc") outbox.add(draft(idem));
  const { sent } = await outbox.flush();
  assert.deepEqual([tried.join(""), sent.length, idems(outbox)], ["ab", 1, "bc"]);
});

test("a refused draft stays with the reason until its writer has it, and the next one goes", async () => {
  const outbox = new Outbox(new Shelf(), async ({ idem }) => (idem === "b" ? "sent" : { refusal: "too long" }));
  for (const idem of "abc") outbox.add(draft(idem));
  const { sent, refused } = await outbox.flush();
  assert.deepEqual([sent.length, refused.map(({ idem }) => idem).join("")], [1, "ac"]);
  assert.deepEqual([idems(outbox), outbox.waiting.length, outbox.drafts[0]?.refusal], ["ac", 0, "too long"]);
  assert.deepEqual((await outbox.flush()).refused, []);
});

test("a server that asks for patience is asked later, and says why", async () => {
  let answer = /** @type {Outcome} */ ({ wait: "That is 10 posts in a minute." });
  const outbox = new Outbox(null, async () => answer);
  outbox.add(draft("a"));
  await outbox.flush();
  assert.deepEqual([idems(outbox), outbox.pause], ["a", "That is 10 posts in a minute."]);
  answer = "sent";
  await outbox.flush();
  assert.deepEqual([idems(outbox), outbox.pause], ["", ""]);
});

test("two pages of one phone lose none of each other's drafts, and send none that the other sent", async () => {
  const shelf = new Shelf();
  /** @type {string[]} */
  const sent = [];
  const send = async (/** @type {Draft} */ { idem }) => /** @type {Outcome} */ (sent.push(idem) ? "sent" : "waits");
  const [one, other] = [new Outbox(shelf, send), new Outbox(shelf, send)];
  one.add(draft("a"));
  other.add(draft("b"));
  assert.equal(idems(new Outbox(shelf, send)), "ab");
  await one.flush();
  await other.flush();
  assert.deepEqual([sent.join(""), idems(other)], ["ab", ""]);
});

test("two flushes at once send nothing twice", async () => {
  let sent = 0;
  /** @type {(outcome: Outcome) => void} */
  let answer = () => {};
  const outbox = new Outbox(null, () => {
    sent += 1;
    return new Promise((resolve) => {
      answer = resolve;
    });
  });
  outbox.add(draft("a"));
  const both = [outbox.flush(), outbox.flush()];
  answer("sent");
  await Promise.all(both);
  assert.equal(sent, 1);
});

test("storage that holds nonsense, or is full, costs no draft", () => {
  const shelf = new Shelf();
  shelf.kept.set("backchannel.outbox", "{");
  shelf.setItem = () => {
    throw new Error("full");
  };
  const outbox = new Outbox(shelf, async () => "waits");
  outbox.add(draft("a"));
  assert.equal(idems(outbox), "a");
});

test("only a clear no is a refusal: a dead network and a server in trouble mean later", async () => {
  const outcome = async (/** @type {() => Promise<unknown>} */ answer) => {
    Object.assign(globalThis, { fetch: answer });
    return post(draft("a"));
  };
  const no = { error: { code: "long", message: "That is too long." } };
  assert.equal(await outcome(async () => new Response("{}", { status: 202 })), "sent");
  assert.equal(await outcome(async () => new Response("", { status: 503 })), "waits");
  assert.equal(await outcome(async () => Promise.reject(new TypeError("no network"))), "waits");
  assert.equal(await outcome(async () => new Response("<html>", { status: 403 })), "waits");
  assert.deepEqual(await outcome(async () => Response.json(no, { status: 422 })), { refusal: "That is too long." });
  assert.deepEqual(await outcome(async () => Response.json(no, { status: 429 })), { wait: "That is too long." });
});

test("a puzzle is solved and the post sent once more with the answer; without an answer it waits", async () => {
  const puzzle = { salt: "salt", hash: "00", most: 9 };
  const busy = { error: { code: "newcomers", message: "Very many people write.", puzzle } };
  /** @type {unknown[]} */
  const sent = [];
  const answers = [busy, {}, busy, busy, busy];
  Object.assign(globalThis, {
    fetch: async (/** @type {string} */ _, /** @type {{body: string}} */ { body }) => {
      sent.push(JSON.parse(body).puzzle);
      const answer = answers.shift();
      return Response.json(answer, { status: answer === busy ? 429 : 202 });
    },
  });
  assert.equal(await post(draft("a"), { solve: async ({ salt }) => `${salt}.7` }), "sent");
  assert.deepEqual(await post(draft("b"), { solve: async () => "" }), { wait: "Very many people write." });
  assert.deepEqual(await post(draft("c"), { solve: async () => "wrong" }), { wait: "Very many people write." });
  assert.deepEqual(sent, [undefined, "salt.7", undefined, undefined, "wrong"]);
});

test("ids are long, and never the same", () => {
  const ids = new Set(Array.from({ length: 100 }, newIdem));
  assert.equal(ids.size, 100);
  for (const idem of ids) assert.match(idem, /^[0-9a-f]{32}$/);
});
