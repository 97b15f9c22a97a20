/* What tests/test_javascript.py wrote: the document of a page, and what Python says of it. */
import { readFileSync } from "node:fs";
/** @import { Payload } from "../../geo/web/assets/types" */
/** @typedef {[source: string, status: string, area: number]} Area */
/** @typedef {{ day: number, knownBy: number | null, rows: [string, number, string][], opposed: number[], areas: Area[], outlines: Area[] }} Day */

/** @type {{ style: typeof STYLE, payload: Payload, expected: { days: Day[], held: { [source: string]: (number | null)[] } } }} */
const { payload, expected, style } = JSON.parse(readFileSync(process.env.CLAIMS_FIXTURE ?? "", "utf-8"));

/* The look, and as much of Leaflet as the parts without a screen use. */
const latLng = (/** @type {number} */ lat, /** @type {number} */ lng) => ({ lat, lng });
Object.assign(globalThis, { STYLE: style, L: { latLng } });

export { payload, expected };
