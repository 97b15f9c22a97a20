/* What each source says of each piece of ground, for any day and any state of knowledge. */
/** @import { CurrentFor, Knowledge, Payload, Rows, Source, Status } from "./types" */

class Record {
  /** @param {Payload} payload */
  constructor(payload) {
    this.payload = payload;
    this.never = payload.never;
    this.pieces = payload.pieces.length;
    this.statuses = payload.statuses.length;
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
    this.event = column("event");
    // The day on which a row ends or lapses.
    this.stop = this.to.slice();
    // The last day of which anything has been heard.
    this.heard = this.never;
    this.length = this.source.length;
    /** @type {{ [status in Status]: number }} */
    this.code = Object.assign({}, ...payload.statuses.map((status, n) => ({ [status]: n })));
    this.cells = payload.pieces.flatMap(({ cell }, n) => (cell === null ? [] : [n]));
    this.theatre = new Set(payload.theatre);
    // A polygon speaks for the cells whose sites it holds.
    const cells = new Map(payload.pieces.map(({ cell }, n) => [cell, n]));
    this.speaksFor = payload.pieces.map((piece, n) => (piece.cell !== null ? [n]
      : piece.places.flatMap((place) => cells.get(place) ?? [])));
  }

  /* A claim of control is current for so many days after it was last said, a report of an event
     for a third of them, a map as long after it was last read; by what was known on a given day. */
  /** @param {CurrentFor} days @param {Knowledge} [known] */
  lapseAfter(days, known = null) {
    this.heard = typeof known === "number" ? known : this.never;
    for (let r = 0; r < this.length; r++) {
      const said = this.lastSaid(r, this.never);
      const term = days === "ever" ? this.never : this.event[r] ? Math.max(Math.floor(days / 3), 1) : days;
      this.stop[r] = Math.min(this.to[r], said + term + 1);
    }
  }

  /** @param {number} row */
  sourceOf(row) { return this.payload.sources[this.source[row]]; }

  /** @param {number} row */
  statusOf(row) { return this.payload.statuses[this.status[row]]; }

  /* Whether a row was known on a day (null: is known now). */
  /** @param {number} row @param {number | null} day */
  knows(row, day) {
    const last = this.knownTo[row];
    return day === null ? last === this.never : this.knownFrom[row] <= day && (last === this.never || last > day);
  }

  /* Rows in force on a day, by what had been said by a day (null: by now); or those that nothing
     has ended, but that were said too long ago. */
  /** @param {number} day @param {number | null} knownBy */
  active(day, knownBy, lapsed = false) {
    const rows = [];
    for (let r = 0; r < this.length; r++) {
      if (this.from[r] > day || this.to[r] <= day || (this.stop[r] <= day) !== lapsed) continue;
      if (this.knows(r, knownBy)) rows.push(r);
    }
    return rows;
  }

  /* The day on which a row was last said, as far as had been heard by a day. */
  /** @param {number} row @param {number} told */
  lastSaid(row, told) {
    return this.readTo[row] === this.never ? this.said[row]
      : Math.max(this.said[row], Math.min(this.readTo[row], told, this.heard));
  }

  /* Whether a row is of a side or a source. */
  /** @param {number} row @param {string} voice */
  speaks(row, voice) {
    const { id, side } = this.sourceOf(row);
    return voice === side || voice === id;
  }

  /* What each voice, a side or a source, says of each piece by some rows: numbers of
     `AGREEMENT.words`. A polygon speaks for the cells whose sites it holds. */
  /** @param {number[]} rows @param {string[]} voices @returns {{ [voice: string]: Uint8Array }} */
  words(rows, voices) {
    const { word } = AGREEMENT;
    const said = voices.map(() => new Uint8Array(this.pieces));
    const own = this.payload.sources.map(({ id, side }) => said.filter((_, n) => voices[n] === id || voices[n] === side));
    for (const r of rows) {
      // What is conceded is no word of its own.
      if (this.status[r] === this.code.implied) continue;
      for (const bits of own[this.source[r]]) for (const cell of this.speaksFor[this.piece[r]]) bits[cell] |= 1 << this.status[r];
    }
    return Object.fromEntries(voices.map((voice, n) => [voice, said[n].map((set) => word[set])]));
  }

  /* First and last day of a row on the day axis. */
  /** @param {number} row @param {Knowledge} known @returns {[number, number]} */
  span(row, known) {
    if (known === "then") {
      return [Math.max(this.from[row], this.knownFrom[row]), Math.min(this.stop[row], this.knownTo[row])];
    }
    return this.knows(row, known) ? [this.from[row], this.stop[row]] : [0, 0];
  }

  /* Days on which anything drawn changes; to say the same again is no change. */
  /** @param {Knowledge} known */
  changes(known) {
    const begins = new Map();
    const ends = new Map();
    for (let r = 0; r < this.length; r++) {
      const [from, to] = this.span(r, known);
      if (from >= to) continue;
      const what = `${this.source[r]} ${this.piece[r]} ${this.status[r]} `;
      begins.set(what + from, from);
      if (to < this.never) ends.set(what + to, to);
    }
    const days = new Set();
    for (const [what, day] of begins) if (!ends.has(what)) days.add(day);
    for (const [what, day] of ends) if (!begins.has(what)) days.add(day);
    return Array.from(days).sort((a, b) => a - b);
  }

  /* For each source the km2 under Ukrainian control day by day; NaN while it does not speak.
     A map speaks as long as it was read; another source while any place is under Ukrainian
     control by its claims, and not after its last one (as geo.held_series). */
  /** @param {Knowledge} known */
  held(known) {
    const { days, sources, pieces } = this.payload;
    const area = sources.map(() => new Float64Array(days + 1));
    const named = sources.map(() => new Int32Array(days + 1));
    for (let r = 0; r < this.length; r++) {
      if (this.status[r] !== this.code.ukrainian_control) continue;
      const source = this.source[r];
      const [from, to] = this.span(r, known).map((day) => Math.min(Math.max(day, 0), days));
      if (from >= to) continue;
      named[source][from] += 1;
      named[source][to] -= 1;
      area[source][from] += pieces[this.piece[r]].km2;
      area[source][to] -= pieces[this.piece[r]].km2;
    }
    return sources.map((source, n) => {
      const { last, read } = typeof known === "number" ? this.#heardOf(n, known) : source;
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

  /* The last word of a source and the days on which its map was read, as known on a day. */
  /** @param {number} source @param {number} day @returns {Pick<Source, "last" | "read">} */
  #heardOf(source, day) {
    const { read } = this.payload.sources[source];
    const rows = Array.from(this.source.keys()).filter((r) => this.source[r] === source && this.knows(r, day));
    if (!rows.length) return { last: null, read: null };
    const last = rows.reduce((latest, r) => Math.max(latest, this.knownFrom[r], this.lastSaid(r, day)), 0);
    return { last, read: read && [rows.reduce((first, r) => Math.min(first, this.from[r]), this.never), read[1]] };
  }
}

export { Record };
