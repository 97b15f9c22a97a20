/* What each source says of each piece of ground, for any day and any state of knowledge. */
import { SIDES } from "./words.js";
/** @import { Payload, Rows, Status } from "./types" */
/* Stands for "no end" among days. */
const NEVER = 99999;

class Record {
  /** @param {Payload} payload */
  constructor(payload) {
    this.payload = payload;
    this.pieces = payload.pieces.length;
    this.statuses = payload.statuses.length;
    this.groups = payload.sources.length * this.statuses;
    /** @param {keyof Rows} name */
    const column = (name) => Int32Array.from(payload.rows[name]);
    this.source = column("source");
    this.piece = column("piece");
    this.status = column("status");
    this.since = column("since");
    this.from = column("from");
    this.to = column("to");
    this.knownFrom = column("knownFrom");
    this.knownTo = column("knownTo");
    this.said = column("said");
    this.readTo = column("readTo");
    this.length = this.source.length;
    this.sides = payload.sources.map((source) => SIDES.findIndex(([side]) => side === source.side));
    /** @type {{ [status in Status]: number }} */
    this.code = Object.assign({}, ...payload.statuses.map((status, n) => ({ [status]: n })));
    // A polygon speaks for the cells whose sites it holds.
    const cells = new Map(payload.pieces.map(({ cell }, n) => [cell, n]));
    this.speaksFor = payload.pieces.map((piece, n) => (piece.cell !== null ? [n]
      : piece.places.flatMap((place) => cells.get(place) ?? [])));
  }

  /** @param {number} row */
  group(row) { return this.source[row] * this.statuses + this.status[row]; }

  /** @param {number} group */
  sourceOf(group) { return this.payload.sources[Math.floor(group / this.statuses)]; }

  /** @param {number} group */
  statusOf(group) { return this.payload.statuses[group % this.statuses]; }

  /* Sides that ever give ground a status. */
  /** @param {Status} status */
  sidesOf(status) {
    const found = new Set(this.source.filter((_, r) => this.status[r] === this.code[status]));
    return SIDES.map(([side]) => side).filter((side) => this.payload.sources.some((source, n) => source.side === side && found.has(n)));
  }

  /* Rows in force on a day, by what had been said by a day (null: by now). */
  /** @param {number} day @param {number | null} knownBy */
  active(day, knownBy) {
    const rows = [];
    for (let r = 0; r < this.length; r++) {
      if (this.from[r] > day || this.to[r] <= day) continue;
      if (knownBy === null ? this.knownTo[r] !== NEVER
        : this.knownFrom[r] > knownBy || this.knownTo[r] <= knownBy) continue;
      rows.push(r);
    }
    return rows;
  }

  /* The day on which a row was last said, as far as had been heard by a day. */
  /** @param {number} row @param {number} told */
  lastSaid(row, told) {
    return this.readTo[row] === NEVER ? this.said[row]
      : Math.max(this.said[row], Math.min(this.readTo[row], told));
  }

  /* First and last day of a row on the day axis; with `asSaid` each day knows what it knew. */
  /** @param {number} row @param {boolean} asSaid @returns {[number, number]} */
  span(row, asSaid) {
    if (asSaid) {
      return [Math.max(this.from[row], this.knownFrom[row]), Math.min(this.to[row], this.knownTo[row])];
    }
    return this.knownTo[row] === NEVER ? [this.from[row], this.to[row]] : [0, 0];
  }

  /* Cells of which, by some rows, two sides say opposite things; with those said to be under
     Ukrainian control. */
  /** @param {number[]} rows */
  contradictions(rows) {
    const { ukrainian_control: ukrainian, russian_control: russian, implied } = this.code;
    const [opposed, held] = [new Uint8Array(this.pieces), new Uint8Array(this.pieces)];
    // A bit for each side that says so.
    const [yes, not] = [new Uint8Array(this.pieces), new Uint8Array(this.pieces)];
    for (const r of rows) {
      const status = this.status[r];
      const sides = status === russian ? yes : status === ukrainian || status === implied ? not : null;
      if (!sides) continue;
      for (const cell of this.speaksFor[this.piece[r]]) {
        sides[cell] |= 1 << this.sides[this.source[r]];
        if (status === ukrainian) held[cell] = 1;
      }
    }
    // Opposed, unless it is one side alone that says both.
    for (let n = 0; n < this.pieces; n++) {
      const both = yes[n] | not[n];
      opposed[n] = +(yes[n] > 0 && not[n] > 0 && (both & (both - 1)) > 0);
    }
    return { opposed, held };
  }

  /* Days on which anything drawn changes; to say the same again is no change. */
  /** @param {boolean} asSaid */
  changes(asSaid) {
    const begins = new Map();
    const ends = new Map();
    for (let r = 0; r < this.length; r++) {
      const [from, to] = this.span(r, asSaid);
      if (from >= to) continue;
      const what = `${this.source[r]} ${this.piece[r]} ${this.status[r]} `;
      begins.set(what + from, from);
      if (to < NEVER) ends.set(what + to, to);
    }
    const days = new Set();
    for (const [what, day] of begins) if (!ends.has(what)) days.add(day);
    for (const [what, day] of ends) if (!begins.has(what)) days.add(day);
    return Array.from(days).sort((a, b) => a - b);
  }

  /* For each source the km2 under Ukrainian control day by day; NaN while it does not speak.
     A map speaks as long as it was read; another source while any place is under Ukrainian
     control by its words, and not after its last word (as geo.held_series). */
  /** @param {boolean} asSaid */
  held(asSaid) {
    const { days, sources, pieces } = this.payload;
    const area = sources.map(() => new Float64Array(days + 1));
    const named = sources.map(() => new Int32Array(days + 1));
    for (let r = 0; r < this.length; r++) {
      if (this.status[r] !== this.code.ukrainian_control) continue;
      const source = this.source[r];
      const [from, to] = this.span(r, asSaid).map((day) => Math.min(Math.max(day, 0), days));
      if (from >= to) continue;
      named[source][from] += 1;
      named[source][to] -= 1;
      area[source][from] += pieces[this.piece[r]].km2;
      area[source][to] -= pieces[this.piece[r]].km2;
    }
    return sources.map(({ last, read }, n) => {
      let km2 = 0;
      let places = 0;
      return Float64Array.from({ length: days }, (__, day) => {
        km2 += area[n][day];
        places += named[n][day];
        const speaks = places > 0 || (read && read[0] <= day && day <= read[1]);
        return speaks && last !== null && day <= last ? Math.max(km2, 0) : NaN;
      });
    });
  }
}

export { NEVER, Record };
