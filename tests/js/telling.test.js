// First: what the parts share must be there before them.
import { expected, payload } from "./read.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Record } from "../../geo/web/assets/record.js";
import { headline } from "../../geo/web/assets/summary.js";
import { Telling, voicesOf } from "../../geo/web/assets/telling.js";
/** @import { Told } from "./read.js" */

const record = new Record(payload);

/* What is shown of a case, day by day. */
const teller = (/** @type {Told} */ { hide, known, current, voices }) => {
  record.lapseAfter(current, known);
  return (/** @type {number} */ day) => new Telling(record, record.active(day, known === "then" ? day : known)
    .filter((r) => ![record.sourceOf(r).id, record.sourceOf(r).side, record.statusOf(r)].some((name) => hide.includes(name))), voices, day);
};
const letters = (/** @type {string[]} */ names, /** @type {(piece: number) => string} */ name) => payload.theatre.map((n) => names.indexOf(name(n))).join("");

test("words of sides and sources, and their classes, are those of Python on every day", () => {
  for (const told of expected.tellings) {
    const tell = teller(told);
    for (let day = 0; day < payload.days; day++) {
      const telling = tell(day);
      const found = told.voices.map((voice) => letters(AGREEMENT.words, (n) => telling.word(voice, n)));
      assert.deepEqual(found, told.words[day], `hidden: ${told.hide}, day ${day}`);
      assert.equal(letters(AGREEMENT.classes, (n) => telling.classOf(told.compared, n)), told.classes[day], `${told.compared}, day ${day}`);
    }
  }
});

test("km2 by word are those of Python", () => {
  for (const told of expected.tellings) {
    const tell = teller(told);
    for (const { day, km2 } of told.summaries) for (const [voice, wanted] of Object.entries(km2)) {
      const areas = tell(day).areas(voice);
      for (const word of AGREEMENT.words) assert.ok(Math.abs((areas[word] ?? 0) - wanted[word]) < 0.5, `${voice} ${word} on day ${day}`);
    }
  }
});

test("the headline is that of Python", () => {
  const places = payload.told.map((id) => /** @type {[number, string]} */ ([payload.pieces.findIndex(({ cell, places: own }) => cell !== null && own.includes(id)),
    payload.places.find(([own]) => own === id)?.[1]]));
  const said = new Set();
  for (const told of expected.tellings) {
    const tell = teller(told);
    for (const { day, headline: wanted, names, pair } of told.summaries) {
      const name = (/** @type {string} */ voice) => names[pair.indexOf(voice)];
      assert.equal(headline(tell(day), tell(day - 1), pair, name, places), wanted, `hidden: ${told.hide}, day ${day}`);
      said.add(wanted);
    }
  }
  assert.ok(said.size > 50);
});

test("the two compared are painted as they are classed, all of the theatre", () => {
  for (const told of expected.tellings.slice(0, 4)) {
    const tell = teller(told);
    for (const { day } of told.summaries) {
      const painted = Object.entries(tell(day).compared(told.compared)).flatMap(([name, member]) => payload.theatre.flatMap((n, at) =>
        (member?.[n] ? [[at, AGREEMENT.classes.indexOf(name)]] : [])));
      assert.equal(painted.sort(([a], [b]) => a - b).map(([, number]) => number).join(""), told.classes[day]);
    }
  }
});

test("ground that a voice gained and lost is what it said on one day only to be Ukrainian-held", () => {
  const [told] = expected.tellings;
  const tell = teller(told);
  const held = AGREEMENT.words.indexOf("ukrainian_control").toString();
  for (const [before, now] of [[0, 30], [30, 60], [60, 200]]) {
    told.voices.forEach((voice, n) => {
      const { gained, lost } = tell(now).changes(voice, tell(before));
      const [then, after] = [before, now].map((day) => Array.from(told.words[day][n], (letter) => letter === held));
      assert.deepEqual(payload.theatre.map((piece) => Boolean(gained?.[piece])), after.map((on, at) => on && !then[at]));
      assert.deepEqual(payload.theatre.map((piece) => Boolean(lost?.[piece])), after.map((on, at) => !on && then[at]));
    });
  }
});

test("third parties stand beside two sides, and nobody beside two sources", () => {
  assert.deepEqual(voicesOf(["ukrainian", "russian"]), ["ukrainian", "russian", "third_party"]);
  assert.deepEqual(voicesOf(["third_party", "ukrainian"]), ["third_party", "ukrainian", "russian"]);
  assert.deepEqual(voicesOf(["deepstate", "isw"]), ["deepstate", "isw"]);
});

test("shapes of a map lie over what it leaves blank, and under the cells that others name", () => {
  // The shape holds the site of 4, of which nobody else speaks.
  const places = [[1], [2], [3], [4], [4]];
  const pieces = places.map((own, n) => ({ rings: [], cell: n < 4 ? n + 1 : null, places: own, name: "", km2: 1 }));
  const [HELD, CONTESTED, RUSSIAN] = [0, 1, 2];
  const row = { since: 0, from: 0, to: 99999, knownFrom: 0, knownTo: 99999, said: 0, readTo: 99999, event: 0 };
  // The first source draws a shape and has left the cell of 1; another names 2; nobody speaks of 3.
  const rows = [[0, 4, HELD], [0, 0, RUSSIAN], [1, 1, CONTESTED]].map(([source, piece, status]) => ({ ...row, source, piece, status }));
  const columns = Object.fromEntries(["source", "piece", "status", ...Object.keys(row)].map((name) => [name, rows.map((one) => one[/** @type {"source"} */ (name)])]));
  const own = new Record(/** @type {any} */ ({ ...payload, pieces, theatre: [0, 1, 2, 3], rows: columns,
    sources: ["deepstate", "other"].map((id) => ({ id, side: "ukrainian" })) }));
  const found = new Telling(own, own.active(0, null), ["ukrainian"], 0).own("ukrainian");
  const seen = Object.entries(found).map(([name, member]) => [name, [...member ?? []].join("")]).sort();
  assert.deepEqual(seen, [
    ["contested", "01000"], ["drawn-ukrainian_control", "00001"], ["under-russian_control", "10000"], ["under-silent", "00110"],
  ]);
});
