/* What each source says of each piece of ground, for any day and any state of knowledge. */
class Record {
  constructor(history) {
    this.history = history;
    this.pieces = history.pieces.length;
    this.statuses = history.statuses.length;
    this.groups = history.sources.length * this.statuses;
    for (const [name, values] of Object.entries(history.rows)) this[name] = Int32Array.from(values);
    this.length = this.source.length;
    this.sides = history.sources.map((source) => SIDES.findIndex(([side]) => side === source.side));
    this.code = Object.fromEntries(history.statuses.map((status, n) => [status, n]));
    // A polygon speaks for the cells whose sites it holds.
    const cells = new Map();
    history.pieces.forEach((piece, n) => { if (piece.cell !== null) cells.set(piece.cell, n); });
    this.speaksFor = history.pieces.map((piece, n) => (piece.cell !== null ? [n]
      : piece.places.filter((place) => cells.has(place)).map((place) => cells.get(place))));
  }

  group(row) { return this.source[row] * this.statuses + this.status[row]; }

  sourceOf(group) { return this.history.sources[Math.floor(group / this.statuses)]; }

  statusOf(group) { return this.history.statuses[group % this.statuses]; }

  /* Sides that ever give ground a status. */
  sidesOf(status) {
    const found = new Set();
    this.status.forEach((code, r) => { if (code === this.code[status]) found.add(this.sides[this.source[r]]); });
    return SIDES.map(([side]) => side).filter((_, n) => found.has(n));
  }

  /* Rows in force on a day, by what had been said by a day (null: by now). */
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
  lastSaid(row, told) {
    return this.readTo[row] === NEVER ? this.said[row]
      : Math.max(this.said[row], Math.min(this.readTo[row], told));
  }

  /* First and last day of a row on the day axis; with `asSaid` each day knows what it knew. */
  span(row, asSaid) {
    if (asSaid) {
      return [Math.max(this.from[row], this.knownFrom[row]), Math.min(this.to[row], this.knownTo[row])];
    }
    return this.knownTo[row] === NEVER ? [this.from[row], this.to[row]] : [0, 0];
  }

  /* Days on which anything drawn changes; to say the same again is no change. */
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
  held(asSaid) {
    const { days, sources, pieces } = this.history;
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
