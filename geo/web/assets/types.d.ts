import "leaflet";
/* What the scripts read and hand to each other; see geo/web/payload.py and geo/selection/address.py. */
export type Side = "ukrainian" | "russian" | "third_party";
export type Status = "ukrainian_control" | "contested" | "russian_control" | "implied";

/** The document of a page. Days are counted from `start`; vertices are differences of 1e-5 degrees. */
export interface Payload {
  start: string;
  days: number;
  statuses: Status[];
  sources: Source[];
  vertices: number[];
  pieces: Piece[];
  extent: [[number, number], [number, number]];
  rows: Rows;
  said: { [side in Side]: number[] };
  events: [day: number, title: string, side: string][];
  totals: Total[];
  places: Place[];
  citations?: { claims: [publisher: string, url: string][]; rows: number[][] };
}

export interface Source {
  id: string;
  name: string;
  side: Side;
  partisanship: number;
  /** Day of its last word; null: it says nothing that is drawn. */
  last: number | null;
  /** First and last day on which a map was read. */
  read: [number, number] | null;
}

/** A piece of ground: a cell (with its number), or a polygon that somebody drew (null). */
export interface Piece {
  rings: number[][];
  cell: number | null;
  places: number[];
  name: string;
  km2: number;
}

/** Columns of equal length: who says what of which piece, from and to when it holds and is known. */
export interface Rows {
  source: number[];
  piece: number[];
  status: number[];
  since: number[];
  from: number[];
  to: number[];
  knownFrom: number[];
  knownTo: number[];
  said: number[];
  readTo: number[];
}

export interface Total {
  day: number;
  source: number;
  side: Side;
  km2: number;
  cumulative: boolean;
  words: string;
}

export type Place = [id: number, english: string, russian: string, ukrainian: string, where: string,
  lat: number, lon: number, rank: number];

/** What is to be drawn: a day, what was known by which day (null: all), the groups of source and
    status that are shown, and from which age on claims fade (null: never). */
export interface Picture {
  day: number;
  knownBy: number | null;
  fade: number | null;
  shown: (group: number) => boolean;
  contradictory: boolean;
}

/** What a reader chose; `geo.selection.address.View`. */
export interface View {
  date: string | null;
  known: "now" | "then";
  hide: string[];
  opacity: number;
  fade: number | null;
  compare: string | null;
  chart: boolean | null;
  tiles: boolean;
  place: number | null;
  view: [number, number, number] | null;
}

/** The same, as the clock tells it, with the corners of the map. */
export interface State extends View {
  date: string;
  view: [number, number, number];
  bounds: number[];
}

/** A part of it that the page asks for; `tell`: say the whole in return. */
export type Command = Partial<View> & { tell?: boolean };

declare global {
  interface Window {
    ClaimsClock: typeof import("./clock").ClaimsClock;
    /** The clock of this page. */
    claimsClock: import("./clock").ClaimsClock;
  }
  interface DocumentEventMap { claimsclock: CustomEvent<State & { reason: string }> }
}

declare module "leaflet" {
  interface Map { _zoomAnimated: boolean }
  interface SVG { _rootGroup: SVGGElement }
}

type Dash = number[];
type BySide<T> = { [side in Side]: T };

declare global {
  /** How claims are drawn: a part of geo/style/style.toml, written into the script by geo/web/plugin.py. */
  const STYLE: {
    period: number;
    faded: number;
    dashes: Dash[];
    fill: { [status in Exclude<Status, "implied">]: BySide<number> };
    outline: { opacity: number, width: number };
    implied: { opacity: number, width: number, dash: Dash };
    marks: BySide<{ arm: [number, number], width: number, cap: string }>;
    rules: { width: number, dash: BySide<Dash> };
    hatch: { period: number, width: number, opacity: number, edge: number };
    changes: { screen: { period: number, arm: number } };
  };
}
