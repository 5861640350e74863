import assert from "node:assert/strict";
import { test } from "node:test";
import { gettext, inTongue, learn, ngettext } from "../../static/js/tongue.js";

const ARABIC = (/** @type {number} */ n) =>
  n === 0 ? 0 : n === 1 ? 1 : n === 2 ? 2 : n % 100 >= 3 && n % 100 <= 10 ? 3 : n % 100 >= 11 ? 4 : 5;

test("what no catalogue has stays English, with its places filled", () => {
  learn({}, (n) => Number(n !== 1));
  assert.equal(gettext("No connection since %(time)s.", { time: "14:03" }), "No connection since 14:03.");
  assert.equal(ngettext("%(num)s post", "%(num)s posts", 1), "1 post");
  assert.equal(ngettext("%(num)s post", "%(num)s posts", 2), "2 posts");
});

test("a page says what its language has, in as many forms as that language needs", () => {
  learn(
    { "Not sent": "لم يُرسل", "%(num)s post": ["0", "1", "2", "%(num)s few", "%(num)s many", "%(num)s other"] },
    ARABIC,
  );
  assert.equal(gettext("Not sent"), "لم يُرسل");
  const forms = [0, 1, 2, 3, 11, 100].map((num) => ngettext("%(num)s post", "%(num)s posts", num));
  assert.deepEqual(forms, ["0", "1", "2", "3 few", "11 many", "100 other"]);
  learn({}, (n) => Number(n !== 1));
});

test("words that hold a dollar or a place that nobody fills stay what they are", () => {
  assert.equal(gettext("%(a)s and %(b)s", { a: "$&" }), "$& and %(b)s");
});

test("a page asks in its own language", () => {
  assert.equal(inTongue("/now"), "/now"); // no page, no language
  Object.assign(globalThis, { document: { documentElement: { lang: "de" } } });
  assert.equal(inTongue("/now"), "/now?lang=de");
  assert.equal(inTongue("/?tab=mine"), "/?tab=mine&lang=de");
  Object.assign(globalThis, { document: undefined });
});
