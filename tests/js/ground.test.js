// First: what the parts share must be there before them.
import { expected, payload } from "./read.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Ground } from "../../geo/web/assets/ground.js";
import { Record } from "../../geo/web/assets/record.js";

const ground = new Ground(payload);
const record = new Record(payload);
record.lapseAfter(90);

/* Area of rings in square degrees; holes run the other way and count against it. */
const area = (/** @type {number[][]} */ rings) => rings.reduce((all, ring) => all + ring.reduce((sum, vertex, n) => {
  const [a, b] = [ground.at[vertex], ground.at[ring[(n + 1) % ring.length]]];
  return sum + (a.lng * b.lat - b.lng * a.lat) / 2;
}, 0), 0);

test("what a source claims is outlined as Python outlines it", () => {
  for (const { day, knownBy, outlines } of expected.days) {
    const rows = record.active(day, knownBy);
    for (const [source, status, wanted] of outlines) {
      const own = rows.filter((r) => record.sourceOf(r).id === source && record.statusOf(r) === status);
      const member = new Uint8Array(record.pieces);
      for (const r of own) member[record.piece[r]] = 1;
      assert.ok(Math.abs(area(ground.outline(member)) - wanted) < 1e-5 * own.length, `${source} ${status} on day ${day}`);
    }
  }
});

const outlineOf = (/** @type {number} */ piece) => ground.outline(Uint8Array.from(payload.pieces, (_, n) => +(n === piece)));

test("lines between cells are no part of an outline", () => {
  const member = Uint8Array.from(payload.pieces, ({ cell }) => +(cell !== null));
  const edges = ground.outline(member).flatMap((ring) => ring.map((from, n) => [from, ring[(n + 1) % ring.length]]));
  const there = new Set(edges.map(String));
  assert.equal(there.size, edges.length);
  assert.ok(edges.length > 100 && edges.every(([from, to]) => !there.has(String([to, from]))));
});

test("a piece is outlined by its own rings", () => {
  payload.pieces.forEach(({ rings }, n) => {
    const lines = (/** @type {number[][]} */ all) => all.map((ring) => [...ring].sort().join()).sort();
    assert.deepEqual(lines(outlineOf(n)), lines(rings));
  });
});

test("an outline that does not close is an error, not an endless walk", () => {
  const broken = new Ground({ vertices: [0, 0, 1, 0, 0, 1], pieces: [{ rings: [[0, 1, 2]], cell: 1, places: [], name: "", km2: 1 }] });
  broken.twin[1] = 0;
  assert.throws(() => broken.outline(Uint8Array.of(1)), /does not close/);
});

test("a path repeats no point and closes every ring", () => {
  const x = Int32Array.from(ground.at, ({ lng }) => Math.round(lng * 10));
  const y = Int32Array.from(ground.at, ({ lat }) => Math.round(lat * 10));
  const path = ground.path([...outlineOf(0), ...outlineOf(1)], { x, y });
  assert.match(path, /^(M\d+ \d+(L\d+ \d+)*z){2}$/);
  const points = path.split("z")[0].slice(1).split("L");
  assert.ok(points.every((point, n) => n === 0 || point !== points[n - 1]));
});
