import "leaflet";
/* What the scripts read and hand to each other; see geo/web/payload.py and geo/selection/address.py. */
export type Side = "ukrainian" | "russian" | "third_party";
export type Status = "ukrainian_control" | "contested" | "russian_control" | "implied";

/** The document of a page. Days are counted from `start`; vertices are differences of 1e-5 degrees. */
export interface Payload {
  /** Of the exact data. */
  version: string;
  start: string;
  days: number;
  /** The day number that stands for "no end". */
  never: number;
  statuses: Status[];
  sources: Source[];
  vertices: number[];
  pieces: Piece[];
  /** To whom shapes of maps are owed. */
  drawn: string[];
  extent: [[number, number], [number, number]];
  /** Pieces of which any source ever said something but plain Russian control. */
  theatre: number[];
  /** Ids of its settlements, in the order in which the day is told by them. */
  told: number[];
  /** How many of them are main places. */
  main: number;
  rows: Rows;
  said: number[];
  events: [day: number, title: string][];
  totals: Total[];
  places: Place[];
  /** Claims with their citations, on a page that stands alone. */
  cited?: Cited[];
  context: Context;
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
  /** 1: it reports an event, and says nothing of who holds the ground. */
  event: number[];
}

/** A claim and how to cite it; geo/export/claim_citations.py. */
export interface Cited {
  id: string;
  place: number | null;
  rows: number[];
  source: number;
  status: Status | "withdrawn";
  /** The day it is about, and that on which it was made. */
  day: number;
  said: number;
  publisher: string;
  url: string;
  cite: { text?: string; bibtex?: string; csl?: string };
}

export interface Total {
  /** The day it is about, and that on which it was published. */
  day: number;
  said: number;
  source: number;
  km2: number;
  cumulative: boolean;
  words: string;
}

/** The land as context: lines by kind, and sites. */
export interface Context {
  lines: { [kind: string]: [latitude: number, longitude: number][][] };
  sites: [name: string, latitude: number, longitude: number][];
}

export type Place = [id: number, english: string, russian: string, ukrainian: string, where: string,
  lat: number, lon: number];

export type MapView = "all" | "side-by-side" | "overlay" | "places" | Side;
/** By when a claim must have been made: by the day it is about, by a given day, or at any time. */
export type Knowledge = "then" | number | null;
/** For how many days a claim of control is current. */
export type CurrentFor = number | "ever";

/** What a reader chose; `geo.selection.address.View`. */
export interface View {
  date: string | null;
  /** `now`, `then` or a day. */
  known: string;
  hide: string[];
  current: CurrentFor;
  lapsed: boolean;
  compare: string | null;
  view: MapView | null;
  chart: boolean;
  tiles: boolean;
  context: boolean;
  place: number | null;
  claim: string | null;
  centre: [number, number, number] | null;
}

/** The same, as the clock tells it, with the corners of the map. */
export interface State extends View {
  date: string;
  centre: [number, number, number];
  bounds: number[];
}

/** A part of it that the page asks for; `tell`: say the whole in return; `sight`: be seen. */
export type Command = Partial<View> & { tell?: boolean; sight?: boolean };

declare global {
  interface Window {
    ClaimsClock: typeof import("./clock").ClaimsClock;
    /** Claims of the chosen place with their citations, in the page around the map. */
    claimsCited?: Cited[];
    /** The clock of this page. */
    claimsClock: import("./clock").ClaimsClock;
  }
  interface DocumentEventMap { claimsclock: CustomEvent<State & { reason: string }> }
}

declare module "leaflet" {
  interface Map { _zoomAnimated: boolean }
  interface SVG { _rootGroup: SVGGElement }
}

/** How ground is painted: colours by name, the width of an edge in ink, letters. */
export interface Sign {
  fill: string;
  stripes: string | null;
  dots: string | null;
  hatches: string | null;
  edge: number;
  /** What tells it where colours are few; may be empty. */
  letters: string;
}

/** Where each vertex lies on the screen, by its number. */
export interface Points { x: Int32Array; y: Int32Array }

/** Flags of the pieces that bear a sign, by its name; null: none. */
export type Members = { [sign: string]: Uint8Array | null };

declare global {
  /** A part of geo/style/style.toml, written into the script by geo/web/plugin.py. */
  const STYLE: {
    signs: { [name: string]: Sign };
    stripes: { period: number };
    dots: { period: number, radius: number };
    hatches: { period: number, width: number };
    lapsed: { width: number, dash: number[] };
    disc: { radius: number, small: number };
    context: { [kind: string]: object };
    sample: { colour: string, width: number };
    chart: { dash: { [side in Side]: number[] } };
    width: { pointed: number, lit: number, chosen: number };
    strength: { tiles: number, bars: number };
  };
  /** Phrases of geo/style/words.py; `{}` is filled in. */
  const WORDS: { [phrase: string]: string };
  /** Letter for the sound of what is written, see geo/ledger/gazetteer.py. */
  const SOUNDS: { [spelling: string]: string };
  /** What two words come to, see geo/analysis/agreement.py: classes by the numbers of two words;
      the word that a set of statuses makes, by its bits. */
  const AGREEMENT: { words: string[], classes: string[], table: number[][], word: number[] };
}
