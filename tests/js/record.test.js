// First: what the parts share must be there before them.
import { expected, payload } from "./read.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Record } from "../../geo/web/assets/record.js";

const record = new Record(payload);
record.lapseAfter(90);
const name = (/** @type {number} */ row) => record.sourceOf(row).id;
/** @type {import("../../geo/web/assets/types").Knowledge[]} */
const KNOWN = [null, "then", 60];
const status = (/** @type {number} */ row) => record.statusOf(row);

test("the rows of a day, and those that have lapsed, are those that Python selects", () => {
  for (const { day, known, knownBy, rows, lapsed } of expected.days) {
    record.lapseAfter(90, known);
    for (const wanted of [rows, lapsed]) {
      const found = record.active(day, knownBy, wanted === lapsed).map((r) => [name(r), payload.pieces[record.piece[r]].cell, status(r)].join());
      assert.deepEqual(found.sort(), wanted.map((row) => row.join()).sort(), `day ${day}, known by ${knownBy}`);
    }
  }
});

test("areas are those of Python", () => {
  for (const { day, known, knownBy, areas } of expected.days) {
    record.lapseAfter(90, known);
    /** @type {Map<string, number>} */
    const found = new Map();
    for (const r of record.active(day, knownBy)) {
      const key = `${name(r)} ${status(r)}`;
      found.set(key, (found.get(key) ?? 0) + payload.pieces[record.piece[r]].km2);
    }
    assert.equal(found.size, areas.length);
    for (const [source, what, area] of areas) assert.ok(Math.abs((found.get(`${source} ${what}`) ?? NaN) - area) < 0.5, `${source} ${what} on day ${day}`);
  }
});

test("the series of a source are those of Python, with its silence", () => {
  for (const { known, areas } of expected.held) {
    record.lapseAfter(90, known);
    const held = record.held(known);
    const drawn = payload.sources.filter((_, n) => held[n].some((area) => area > 0)).map(({ id }) => id);
    assert.deepEqual(drawn.sort(), Object.keys(areas).filter((id) => areas[id].some((area) => area)).sort());
    payload.sources.forEach(({ id }, n) => areas[id]?.forEach((area, day) => {
      if (area === null) assert.ok(Number.isNaN(held[n][day]), `${id} is silent on day ${day}, known by ${known}`);
      else assert.ok(Math.abs(held[n][day] - area) < 0.2, `${id} on day ${day}, known by ${known}: ${held[n][day]}, not ${area}`);
    }));
  }
});

test("as said, a day of a series knows what had been said by then", () => {
  record.lapseAfter(90);
  const held = record.held("then");
  let compared = 0;
  for (const { areas, day } of expected.days.filter(({ known }) => known === "then")) {
    payload.sources.forEach(({ id }, n) => {
      if (Number.isNaN(held[n][day])) return;
      const [, , area] = areas.find(([source, what]) => source === id && what === "ukrainian_control") ?? [id, "", 0];
      assert.ok(Math.abs(held[n][day] - area) < 0.2, `${id} on day ${day}`);
      compared += 1;
    });
  }
  assert.ok(compared > 20);
});

test("a row spans the days on which it is active", () => {
  for (const known of KNOWN) {
    record.lapseAfter(90, known);
    for (let day = 0; day < payload.days; day += 7) {
      const rows = Array.from(record.source.keys()).filter((row) => {
        const [from, to] = record.span(row, known);
        return from <= day && day < to;
      });
      assert.deepEqual(rows, record.active(day, known === "then" ? day : known));
    }
  }
});

test("a change is a day on which somebody says what nobody said of it the day before", () => {
  for (const known of KNOWN) {
    record.lapseAfter(90, known);
    const said = Array.from({ length: payload.days }, (_, day) =>
      record.active(day, known === "then" ? day : known).map((r) => `${name(r)} ${record.piece[r]} ${status(r)}`).sort().join());
    const days = said.flatMap((_, day) => (day > 0 && said[day] !== said[day - 1] ? [day] : []));
    assert.ok(days.length > 50);
    assert.deepEqual(record.changes(known).filter((day) => day > 0 && day < payload.days), days);
  }
});

test("a map says again what it shows, up to the day on which it was last read", () => {
  record.lapseAfter(90);
  const read = record.readTo.findIndex((to, r) => to !== record.never && to > record.said[r]);
  const once = record.readTo.findIndex((to) => to === record.never);
  assert.ok(read >= 0 && once >= 0);
  assert.equal(record.lastSaid(read, record.said[read]), record.said[read]);
  assert.equal(record.lastSaid(read, payload.days), record.readTo[read]);
  assert.equal(record.lastSaid(once, payload.days), record.said[once]);
  record.lapseAfter(90, record.said[read] + 1);
  assert.equal(record.lastSaid(read, payload.days), record.said[read] + 1);
  record.lapseAfter(90);
});
