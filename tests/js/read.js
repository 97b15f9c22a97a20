/* What tests/test_javascript.py wrote: the document of a page, and what Python says of it. */
import { readFileSync } from "node:fs";
/** @import { CurrentFor, Knowledge, Payload } from "../../geo/web/assets/types" */
/** @typedef {[source: string, status: string, area: number]} Area */
/** @typedef {[source: string, cell: number, status: string]} Row */
/** @typedef {{ day: number, known: Knowledge, knownBy: number | null, rows: Row[], lapsed: Row[], areas: Area[], outlines: Area[] }} Day */
/** @typedef {{ day: number, headline: string, names: string[], pair: string[], relations: string[], km2: { [voice: string]: { [word: string]: number } } }} Summed */
/** @typedef {{ hide: string[], known: Knowledge, current: CurrentFor, compared: string[], voices: string[], words: string[][], classes: string[], summaries: Summed[] }} Told */
/** @typedef {{ days: Day[], held: { known: Knowledge, areas: { [source: string]: (number | null)[] } }[], tellings: Told[], found: { name: string, found: [number, number][] }[] }} Expected */

/** @type {{ shared: object, payload: Payload, expected: Expected }} */
const { payload, expected, shared } = JSON.parse(readFileSync(process.env.CLAIMS_FIXTURE ?? "", "utf-8"));

/* What a page has before the script: look, phrases, and as much of Leaflet as the parts without a screen use. */
const latLng = (/** @type {number} */ lat, /** @type {number} */ lng) => ({ lat, lng });
Object.assign(globalThis, shared, { L: { latLng } });

export { payload, expected };
