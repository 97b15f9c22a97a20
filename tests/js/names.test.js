// First: what the parts share must be there before them.
import { expected, payload } from "./read.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Names } from "../../geo/web/assets/names.js";

test("the search finds what Python finds, in the same order", () => {
  const names = new Names(payload.places);
  for (const { name, found } of expected.found) {
    assert.deepEqual(names.find(name).map(({ place, match }) => [place[0], match]), found, name);
  }
});
