import { payload } from "./read.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Calendar } from "../../geo/web/assets/calendar.js";
import { Comparison } from "../../geo/web/assets/compare.js";

/* Compared as an address says, on the thirtieth day. */
const compared = (/** @type {string | null} */ text, day = 30) => {
  const comparison = new Comparison({ payload, calendar: new Calendar(payload), day });
  comparison.set(text);
  return comparison;
};

test("an address compares dates, spans, sides or sources, and nothing else", () => {
  for (const [text, day] of /** @type {[string, number][]} */ ([["2024-09-10", 35], ["1999-01-01", 0], ["week", 23], ["month", 0]])) {
    const comparison = compared(text);
    assert.deepEqual([comparison.spanned, comparison.day, comparison.ids, comparison.text], [true, day, null, text]);
  }
  for (const text of ["ukrainian|russian", "third_party|ukrainian", "deepstate|isw"]) {
    const comparison = compared(text);
    assert.deepEqual([comparison.spanned, comparison.day, comparison.ids, comparison.text], [false, null, text.split("|"), text]);
  }
  for (const text of [null, "", "tomorrow", "deepstate", "deepstate|deepstate", "deepstate|russian", "a|b", "isw|deepstate|ru_mod", "toString"]) {
    const comparison = compared(text);
    assert.deepEqual([comparison.spanned, comparison.day, comparison.ids, comparison.text], [false, null, null, null]);
  }
});

test("a span moves along with the day and does not begin before the first", () => {
  assert.deepEqual([compared("month", 100).day, compared("week", 100).day, compared("week", 3).day], [70, 93, 0]);
});
