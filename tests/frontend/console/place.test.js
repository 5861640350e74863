import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, has, lineIn, termOf, toggled } from "../../../static/js/console/place.js";

test("an address says which list, what is looked for, and from where on", () => {
  const address = addressOf({ list: "queue", line: 'from:@sam "one track" #pink11', after: 7 });
  assert.equal(address, "/console?list=queue&q=from%3A%40sam+%22one+track%22+%23pink11&after=7");
  assert.equal(lineIn(address.slice("/console".length)), 'from:@sam "one track" #pink11');
  assert.equal(addressOf({ list: "live", line: "" }), "/console?list=live");
  assert.equal(lineIn("?list=live"), "");
});

test("a chip puts its term into the line, or takes it out", () => {
  assert.equal(toggled("", "has:link"), "has:link");
  assert.equal(toggled("word", "has:link"), "word has:link");
  assert.equal(toggled("word has:link #a", "has:link"), "word #a");
  assert.equal(toggled('word from:"Sam Bell"', 'from:"Sam Bell"'), "word");
  assert.ok(!has("word has:linked", "has:link"));
});

test("an author goes by the address, and by the name where there is none", () => {
  assert.equal(termOf({ name: "Sam Bell", address: "@sam@a.example" }), "from:@sam@a.example");
  assert.equal(termOf({ name: "Sam Bell", address: "" }), 'from:"Sam Bell"');
  assert.equal(termOf({ name: 'Sam "the" Bell', address: "" }), 'from:"Sam the Bell"');
  assert.equal(termOf({ name: "", address: "" }), "");
});
