import assert from "node:assert/strict";
import { test } from "node:test";
import { Calendar } from "../../geo/web/assets/calendar.js";

const calendar = new Calendar({ start: "2024-08-06", days: 457 });

test("days are counted from the first, in any time zone", () => {
  for (const [day, date, words] of /** @type {[number, string, string][]} */ ([
    [0, "2024-08-06", "6 August 2024"], [82, "2024-10-27", "27 October 2024"], [208, "2025-03-02", "2 March 2025"],
  ])) {
    assert.equal(calendar.iso(day), date);
    assert.equal(calendar.dayOf(date), day);
    assert.equal(calendar.say(day), words);
  }
});

test("a date outside the record is its nearest day, and what is no date its first", () => {
  assert.equal(calendar.dayOf("2020-01-01"), 0);
  assert.equal(calendar.dayOf("2030-01-01"), calendar.last);
  assert.equal(calendar.dayOf(null), 0);
  assert.equal(calendar.dayOf("tomorrow"), 0);
});
