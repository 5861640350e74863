import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, Query } from "../../../../static/js/console/record/query.js";

test("what is asked for survives a reload, and nothing unknown does", () => {
  const query = Query.of("?by=Sam&verb=reject&place=x&limit=9&reason=");
  assert.equal(query.address, "/console/record?by=Sam&verb=reject");
  assert.equal(Query.of(query.address.slice("/console/record".length)).address, query.address);
  assert.equal(Query.of("").address, "/console/record");
  assert.deepEqual([query.isAll, Query.of("").isAll], [false, true]);
});

test("one filter changes alone, and goes where it is emptied", () => {
  const query = Query.of("?by=Sam").with("verb", "hold");
  assert.equal(query.address, "/console/record?by=Sam&verb=hold");
  assert.equal(query.with("by", "").address, "/console/record?verb=hold");
  assert.equal(query.with("by", "Jo & Söhne").address, "/console/record?by=Jo+%26+S%C3%B6hne&verb=hold");
});

test("an order for many posts is one line, unless one post or the order itself is asked for", () => {
  assert.equal(Query.of("?by=Sam").pageAt({ limit: 50 }), "/api/record?by=Sam&limit=50&folded=1");
  assert.equal(Query.of("?act=a1").pageAt({ limit: 9, place: "p" }), "/api/record?act=a1&limit=9&place=p");
  assert.equal(
    Query.of(addressOf("x:1").slice("/console/record".length)).pageAt({ limit: 5 }),
    "/api/record?post=x%3A1&limit=5",
  );
});

test("a file holds what is asked for, unfolded and whole", () => {
  assert.equal(Query.of("?by=Sam").fileAs("csv"), "/api/record.csv?by=Sam");
  assert.equal(Query.of("").fileAs("jsonl"), "/api/record.jsonl");
});
