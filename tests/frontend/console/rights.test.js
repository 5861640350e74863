import assert from "node:assert/strict";
import { test } from "node:test";
import { Rights } from "../../../static/js/console/rights.js";

test("what the page grants may be done, and nothing else", () => {
  const host = new Rights({ may: "leave see speak stage", role: "host" });
  assert.equal(host.may("stage"), true);
  assert.equal(host.may("decide"), false);
  assert.equal(new Rights({}).may("see"), false);
});

test("a refusal says as what one is here, and whose it is to do", () => {
  const host = new Rights({ may: "stage", role: "host" });
  assert.equal(host.refusal("decide"), "You are here as host. Moderators decide on posts.");
  assert.equal(host.refusal("unheard of"), "You are here as host.");
});
