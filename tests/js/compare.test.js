// First: the look and Leaflet must be there before the script.
import { expected, payload } from "./read.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Calendar } from "../../geo/web/assets/calendar.js";
import { Comparison } from "../../geo/web/assets/compare.js";
import { Record } from "../../geo/web/assets/record.js";
/** @import { ClaimsClock } from "../../geo/web/assets/clock.js" */

const record = new Record(payload);
const calendar = new Calendar(payload);
const picture = { day: 30, knownBy: 30, fade: null, shown: () => true, contradictory: true };

/* Compared as an address says; without anything on the map. */
const compared = (/** @type {string | null} */ text) => {
  const comparison = new Comparison(/** @type {ClaimsClock} */ ({ payload, record, calendar, day: 30, hidden: new Set() }));
  comparison.read(text);
  return comparison;
};

test("an address compares dates, sides or sources, and nothing else", () => {
  assert.equal(compared("2024-09-10").day, 35);
  assert.equal(compared("1999-01-01").day, 0);
  assert.deepEqual(compared("ukrainian|russian").ids, ["ukrainian", "russian"]);
  assert.deepEqual(compared("deepstate|isw").ids, ["deepstate", "isw"]);
  for (const text of [null, "", "tomorrow", "deepstate", "deepstate|deepstate", "deepstate|russian", "a|b", "isw|deepstate|ru_mod"]) {
    const comparison = compared(text);
    assert.deepEqual([comparison.on, comparison.day, comparison.ids, comparison.text], [false, null, null, null]);
  }
});

test("two dates differ in their day, and each knows what it knew", () => {
  const [mine, theirs] = compared("2024-09-10").pictures(picture);
  assert.deepEqual([mine.day, mine.knownBy, theirs.day, theirs.knownBy], [30, 30, 35, 35]);
  const [, now] = compared("2024-09-10").pictures({ ...picture, knownBy: null });
  assert.equal(now.knownBy, null);
});

test("each of two sides or sources shows its own claims, as far as they are switched on", () => {
  const { day, knownBy, rows } = expected.days[4];
  for (const [text, key] of [["ukrainian|russian", "side"], ["deepstate|ru_milbloggers", "id"]]) {
    const pictures = compared(text).pictures({ ...picture, day, knownBy });
    pictures.forEach((half, n) => {
      const ids = payload.sources.filter(({ side, id }) => (key === "side" ? side : id) === text.split("|")[n]).map(({ id }) => id);
      const shown = record.active(day, knownBy).filter((r) => half.shown(record.group(r)));
      assert.ok(shown.length > 0);
      assert.equal(shown.length, rows.filter(([source]) => ids.includes(source)).length);
      assert.ok(shown.every((r) => ids.includes(record.sourceOf(record.group(r)).id)));
    });
  }
  const [off] = compared("ukrainian|russian").pictures({ ...picture, shown: () => false });
  assert.ok(record.active(30, 30).every((r) => !off.shown(record.group(r))));
});

test("it says what is compared", () => {
  assert.equal(compared(null).words(), "");
  assert.equal(compared("2024-09-10").words(), ", compared with 10 September 2024");
  assert.equal(compared("ukrainian|third_party").words(), ", Ukrainian claims compared with Third-party assessments");
});
