/* The browser clock: paints who claims what ground on a day, from one history document.
   Ground is held once as half-edges; a step of the date only looks up which rows hold. */
(function (L) {
  "use strict";

  const NEVER = 99999;
  const DAY = 86400000;
  const SIDES = [
    ["ukrainian", "Ukrainian claims"],
    ["russian", "Russian claims"],
    ["third_party", "Third-party assessments"],
  ];
  const STATUS_NAMES = {
    ukrainian_control: "Ukrainian control",
    contested: "Contested",
    russian_control: "Russian control",
    implied: "Implied",
  };
  const STATUS_WORDS = {
    ukrainian_control: "says under Ukrainian control",
    contested: "says contested or fought over",
    russian_control: "says under Russian control",
    implied: "concedes, by announcing it retaken later, that it was not held",
  };
  const CONTRADICTORY = "contradictory";
  const DASHES = [null, "7 4", "2 4", "9 3 2 3", "4 2", "1 3"];
  const SPEEDS = [[2, "2 days/s"], [7, "1 week/s"], [14, "2 weeks/s"], [30, "1 month/s"]];
  const MONTHS = ["January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December"];

  function element(tag, className, parent, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    if (parent) parent.appendChild(node);
    return node;
  }

  /* Drawn signs, so that no font needs to have them. */
  const SIGNS = {
    play: "M5 3v12l10-6z",
    pause: "M4 3h4v12H4zM10 3h4v12h-4z",
    back: "M11 3 5 9l6 6",
    forward: "M7 3l6 6-6 6",
    previous: "M4 3v12M14 3 8 9l6 6",
    next: "M14 3v12M4 3l6 6-6 6",
    layers: "M2 5h14M2 9h14M2 13h14",
    close: "M4 4l10 10M14 4 4 14",
  };

  function svg(tag, attributes, parent) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    if (parent) parent.appendChild(node);
    return node;
  }

  /* Pieces of ground that share their edges, and the outline of any set of them. */
  class Ground {
    constructor(history) {
      const points = [];
      let x = 0;
      let y = 0;
      for (let i = 0; i < history.vertices.length; i += 2) {
        x += history.vertices[i];
        y += history.vertices[i + 1];
        points.push(L.latLng(y * 1e-5, x * 1e-5));
      }
      this.points = points;
      const start = [];
      const next = [];
      const owner = [];
      this.edges = [];
      history.pieces.forEach((piece, number) => {
        const first = start.length;
        for (const ring of piece.rings) {
          const base = start.length;
          ring.forEach((vertex, i) => {
            start.push(vertex);
            next.push(base + ((i + 1) % ring.length));
            owner.push(number);
          });
        }
        this.edges.push([first, start.length]);
      });
      this.start = Int32Array.from(start);
      this.next = Int32Array.from(next);
      this.owner = Int32Array.from(owner);
      this.twin = new Int32Array(start.length).fill(-1);
      this.done = new Uint8Array(start.length);
      const seen = new Map();
      for (let e = 0; e < start.length; e++) {
        const a = start[e];
        const b = start[next[e]];
        const other = seen.get(b * points.length + a);
        if (other !== undefined) {
          this.twin[e] = other;
          this.twin[other] = e;
        }
        seen.set(a * points.length + b, e);
      }
    }

    /* Rings around the pieces flagged in `member`, without the lines inside. */
    outline(member) {
      const { start, next, owner, twin, done, points } = this;
      const inner = (e) => twin[e] >= 0 && member[owner[twin[e]]];
      const rings = [];
      done.fill(0);
      for (let piece = 0; piece < member.length; piece++) {
        if (!member[piece]) continue;
        const [first, last] = this.edges[piece];
        for (let e = first; e < last; e++) {
          if (done[e] || inner(e)) continue;
          const ring = [];
          let edge = e;
          while (!done[edge]) {
            done[edge] = 1;
            ring.push(points[start[edge]]);
            edge = next[edge];
            while (inner(edge)) edge = next[twin[edge]];
          }
          rings.push(ring);
        }
      }
      return rings;
    }

    rings(piece) {
      const member = new Uint8Array(this.edges.length);
      member[piece] = 1;
      return this.outline(member);
    }
  }

  /* What each source says of each piece of ground, for any day and any state of knowledge. */
  class Record {
    constructor(history) {
      this.pieces = history.pieces.length;
      this.statuses = history.statuses.length;
      this.groups = history.sources.length * this.statuses;
      const rows = history.rows;
      for (const [name, values] of Object.entries(rows)) this[name] = Int32Array.from(values);
      this.length = rows.source.length;
      this.members = Array.from({ length: this.groups }, () => new Uint8Array(this.pieces));
      this.filled = new Int32Array(this.groups);
      this.active = [];
      this.sides = history.sources.map((source) => SIDES.findIndex(([side]) => side === source.side));
      this.bits = history.statuses.map((status, n) => 1 << n);
      const bit = (status) => this.bits[history.statuses.indexOf(status)];
      this.russian = bit("russian_control");
      this.notRussian = bit("ukrainian_control") | bit("implied");
      this.said3 = SIDES.map(() => new Uint8Array(this.pieces));
      this.opposed = new Uint8Array(this.pieces);
      // A polygon speaks for the cells whose sites it holds.
      const cells = new Map();
      history.pieces.forEach((piece, n) => { if (piece.cell !== null) cells.set(piece.cell, n); });
      this.speaksFor = history.pieces.map((piece, n) => (piece.cell !== null ? [n]
        : piece.places.filter((place) => cells.has(place)).map((place) => cells.get(place))));
    }

    /* Flags of the cells of which two sides say opposite things; by the rows that `shown` lets in. */
    contradict(shown) {
      for (const flags of this.said3) flags.fill(0);
      for (const r of this.active) {
        if (!shown(this.source[r] * this.statuses + this.status[r])) continue;
        const flags = this.said3[this.sides[this.source[r]]];
        for (const cell of this.speaksFor[this.piece[r]]) flags[cell] |= this.bits[this.status[r]];
      }
      let count = 0;
      for (let n = 0; n < this.pieces; n++) {
        let opposed = 0;
        for (let a = 0; a < 3; a++) {
          if (!(this.said3[a][n] & this.russian)) continue;
          for (let b = 0; b < 3; b++) if (b !== a && this.said3[b][n] & this.notRussian) opposed = 1;
        }
        this.opposed[n] = opposed;
        count += opposed;
      }
      return count;
    }

    /* Flags of the pieces of each group of source and status, and how many there are. */
    look(day, knownBy) {
      for (const flags of this.members) flags.fill(0);
      this.filled.fill(0);
      this.active = [];
      for (let r = 0; r < this.length; r++) {
        if (this.from[r] > day || this.to[r] <= day) continue;
        if (knownBy === null ? this.knownTo[r] !== NEVER
          : this.knownFrom[r] > knownBy || this.knownTo[r] <= knownBy) continue;
        const group = this.source[r] * this.statuses + this.status[r];
        this.members[group][this.piece[r]] = 1;
        this.filled[group] += 1;
        this.active.push(r);
      }
    }

    lastSaid(r, told) {
      return this.readTo[r] === NEVER ? this.said[r] : Math.max(this.said[r], Math.min(this.readTo[r], told));
    }

    /* Days on which anything drawn changes; to say the same again is no change. */
    changes(asSaid) {
      const begins = new Map();
      const ends = new Map();
      for (let r = 0; r < this.length; r++) {
        if (!asSaid && this.knownTo[r] !== NEVER) continue;
        const from = asSaid ? Math.max(this.from[r], this.knownFrom[r]) : this.from[r];
        const to = asSaid ? Math.min(this.to[r], this.knownTo[r]) : this.to[r];
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
  }

  L.ClaimsClock = L.Evented.extend({
    options: { date: null, known: "now", hide: [], opacity: 1, tiles: false, place: null, view: null },

    initialize: function (history, options) {
      L.setOptions(this, options);
      this.history = history;
      this.ground = new Ground(history);
      this.record = new Record(history);
      this.first = Date.parse(history.start + "T00:00:00Z");
      this.hidden = new Set(this.options.hide);
      this.day = this._dayOf(this.options.date);
      this.asSaid = this.options.known === "then";
      this.opacity = this.options.opacity;
      this.place = this.options.place;
      this.playing = false;
      this.speed = 7;
      this.hover = null;
    },

    addTo: function (map) {
      this.map = map;
      this.box = map.getContainer();
      this._frame();
      this._layers();
      this._bar();
      this._panel();
      this._labels();
      this.changes = this.record.changes(this.asSaid);
      this.paint();
      map.invalidateSize({ animate: false });
      if (this.options.view) map.setView(this.options.view.slice(0, 2), this.options.view[2], { animate: false });
      else map.fitBounds(this.history.extent, { animate: false, padding: [8, 8] });
      if (this.options.tiles) this._tiles(true);
      map.on("moveend", () => this._tell("view", 400));
      window.claimsClock = this;
      // A view that was asked for stays; the popup does not move it.
      if (this.place !== null) this.select(this.place, false, undefined, !this.options.view);
      return this;
    },

    /* ---- state ---- */

    state: function () {
      const centre = this.map.getCenter();
      return {
        date: this.iso(this.day),
        known: this.asSaid ? "then" : "now",
        hide: Array.from(this.hidden).sort(),
        opacity: this.opacity,
        tiles: Boolean(this.tileLayer),
        place: this.place,
        view: [+centre.lat.toFixed(4), +centre.lng.toFixed(4), this.map.getZoom()],
      };
    },

    /* Take over a part of a state without telling anybody. */
    set: function (state) {
      if (state.date !== undefined) this.day = this._dayOf(state.date);
      if (state.known !== undefined) this._know(state.known === "then");
      if (state.hide !== undefined) this.hidden = new Set(state.hide);
      if (state.place !== undefined && state.place !== null) this.select(state.place, true);
      this._boxes();
      this.schedule();
    },

    iso: function (day) { return new Date(this.first + day * DAY).toISOString().slice(0, 10); },

    say: function (day) {
      const date = new Date(this.first + day * DAY);
      return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
    },

    _dayOf: function (date) {
      const day = date === null ? 0 : Math.round((Date.parse(date + "T00:00:00Z") - this.first) / DAY);
      return Math.min(Math.max(day || 0, 0), this.history.days - 1);
    },

    _know: function (asSaid) {
      this.asSaid = asSaid;
      this.changes = this.record.changes(asSaid);
    },

    /* Tell whoever listens, at once or at the latest after some milliseconds. */
    _tell: function (reason, wait) {
      clearTimeout(this.telling);
      const tell = () => {
        const detail = Object.assign({ reason }, this.state());
        this.fire("state", detail);
        this.box.dispatchEvent(new CustomEvent("claimsclock", { detail, bubbles: true }));
      };
      if (wait) this.telling = setTimeout(tell, wait);
      else tell();
    },

    /* ---- painting ---- */

    schedule: function () {
      if (this.waiting) return;
      this.waiting = requestAnimationFrame(() => { this.waiting = 0; this.paint(); });
    },

    paint: function () {
      const { record, history } = this;
      record.look(this.day, this.asSaid ? this.day : null);
      const told = this.day;
      const last = new Array(history.sources.length).fill(-NEVER);
      const speaking = new Set();
      for (const r of record.active) {
        const source = record.source[r];
        if (history.statuses[record.status[r]] === "implied") continue;
        last[source] = Math.max(last[source], record.lastSaid(r, told));
        if (this._shown(source * record.statuses + record.status[r])) speaking.add(source);
      }
      for (let group = 0; group < record.groups; group++) {
        const shape = this.shapes[group];
        const shown = this._shown(group) && record.filled[group] > 0;
        if (shown) this._redraw(shape, record.members[group]);
        this._show(shape, shown);
      }
      this._solids();
      this._contradictions();
      this._words(last, speaking.size);
      if (this.hover !== null) this._tip();
      this.box.dataset.paintedDate = this.iso(this.day);
    },

    _show: function (shape, shown) {
      if (shape.shown === shown) return;
      shape.shown = shown;
      shape.getElement().style.display = shown ? "" : "none";
    },

    /* The ground of which any source of a side, switched on, says Ukrainian control. */
    _solids: function () {
      const { record, history } = this;
      const status = history.statuses.indexOf("ukrainian_control");
      const some = SIDES.map(() => false);
      for (const flags of this.solid) flags.fill(0);
      history.sources.forEach((source, n) => {
        const group = n * record.statuses + status;
        if (!record.filled[group] || !this._shown(group)) return;
        const side = record.sides[n];
        some[side] = true;
        record.members[group].forEach((flag, piece) => { if (flag) this.solid[side][piece] = 1; });
      });
      some.forEach((shown, side) => {
        if (shown) this._redraw(this.fills[side], this.solid[side]);
        this._show(this.fills[side], shown);
      });
    },

    /* Give a shape the outline of the flagged pieces, if it does not have it yet. */
    _redraw: function (shape, member) {
      if (shape.member && shape.member.every((flag, n) => flag === member[n])) return;
      shape.member = member.slice();
      shape.setLatLngs(this.ground.outline(member).map((ring) => [ring]));
    },

    _contradictions: function () {
      const { record, history, hatch } = this;
      const on = !this.hidden.has(CONTRADICTORY);
      const count = record.contradict((group) => this._shown(group));
      if (on && count) this._redraw(hatch, record.opposed);
      this._show(hatch, Boolean(on && count));
      let places = 0;
      let area = 0;
      history.pieces.forEach((piece, n) => {
        if (record.opposed[n]) { places += piece.places.length; area += piece.km2; }
      });
      const words = `${places} settlement${places === 1 ? "" : "s"}, ${Math.round(area)} km²`;
      if (this.opposedLabel.textContent !== words) this.opposedLabel.textContent = words;
    },

    _shown: function (group) {
      const source = this.history.sources[Math.floor(group / this.record.statuses)];
      const status = this.history.statuses[group % this.record.statuses];
      return !(this.hidden.has(source.side) || this.hidden.has(source.id) || this.hidden.has(status));
    },

    /* The date, the slider, and what the panel says of each source. */
    _words: function (last, speaking) {
      const date = this.say(this.day);
      this.history.sources.forEach((source, n) => {
        const age = this.day - last[n];
        const silent = last[n] === -NEVER;
        const words = silent ? "nothing said yet" : age === 0 ? "said this day"
          : age > 0 ? `last said ${age} day${age > 1 ? "s" : ""} ago` : `said ${-age} days later`;
        if (this.ages[n].textContent !== words) this.ages[n].textContent = words;
        this.ages[n].parentNode.classList.toggle("claims-silent", silent);
      });
      if (this.dateLabel.textContent !== date) this.dateLabel.textContent = date;
      if (+this.slider.value !== this.day) this.slider.value = this.day;
      this.slider.setAttribute("aria-valuetext",
        `${date}: ${speaking} source${speaking === 1 ? "" : "s"} shown with a claim`);
    },

    _colour: function (side) { return `var(--claims-${side})`; },

    _layers: function () {
      const { history, record, map } = this;
      map.createPane("claims").style.zIndex = 410;
      map.createPane("claims-ground").style.zIndex = 420;
      const renderer = this.renderer = L.svg({ pane: "claims", padding: 0.5 }).addTo(map);
      const defs = svg("defs", {}, null);
      renderer._container.insertBefore(defs, renderer._container.firstChild);
      SIDES.forEach(([side], n) => {
        const dots = svg("pattern", { id: `claims-dots-${side}`, width: 9, height: 9, patternUnits: "userSpaceOnUse" }, defs);
        for (const [x, y] of [[2, 2], [6.5, 6.5]]) {
          svg("circle", { cx: (x + 3 * n) % 9, cy: y, r: 1.35, class: `claims-fill-${side}` }, dots);
        }
        const lines = svg("pattern", { id: `claims-lines-${side}`, width: 9, height: 9, patternUnits: "userSpaceOnUse" }, defs);
        svg("rect", { x: 0, y: 1 + 3 * n, width: 9, height: 1.5, class: `claims-fill-${side}` }, lines);
      });
      const hatch = svg("pattern", { id: "claims-hatch", width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, defs);
      svg("rect", { x: 0, y: 0, width: 1.6, height: 8, class: "claims-fill-against" }, hatch);
      this.shapes = new Array(record.groups);
      const count = {};
      this.dash = history.sources.map((source) => DASHES[(count[source.side] = (count[source.side] || 0) + 1) - 1] || null);
      // Solid ground is filled once for a side, however many of its sources say so; who
      // says so is told by the outlines.
      this.fills = SIDES.map(([side]) => L.polygon([], Object.assign({
        renderer, interactive: false, smoothFactor: 0, noClip: true, className: `claims-solid claims-side-${side}`,
      }, this._style({ side }, 0, "ukrainian_control"), { stroke: false })).addTo(map));
      this.solid = SIDES.map(() => new Uint8Array(record.pieces));
      // Solid ground lies below dots, dots below lines, so that all can be seen.
      ["ukrainian_control", "implied", "contested", "russian_control"].forEach((status) => {
        history.sources.forEach((source, n) => {
          const group = n * record.statuses + history.statuses.indexOf(status);
          this.shapes[group] = L.polygon([], Object.assign({
            renderer, interactive: false, smoothFactor: 0, noClip: true,
            fill: status !== "ukrainian_control",
            className: `claims-shape claims-${status} claims-side-${source.side}`,
          }, this._style(source, n, status))).addTo(map);
        });
      });
      this.hatch = L.polygon([], {
        renderer, interactive: false, smoothFactor: 0, noClip: true, className: "claims-contradiction",
        color: "var(--claims-against)", weight: 1.4, fillColor: "url(#claims-hatch)", fillOpacity: 0.85,
      }).addTo(map);
      this._ground();
    },

    _style: function (source, n, status) {
      const side = source.side;
      const fills = {
        // The neutral side is told by its outline; a stronger grey would drown the others.
        ukrainian_control: [`var(--claims-${side})`, side === "third_party" ? 0.06 : 0.52],
        contested: [`url(#claims-dots-${side})`, 0.75],
        russian_control: [`url(#claims-lines-${side})`, 0.8],
        implied: ["none", 0],
      };
      return {
        color: this._colour(side), weight: status === "implied" ? 1 : 1.5,
        opacity: (status === "implied" ? 0.75 : 0.95) * this.opacity,
        dashArray: status === "implied" ? "1 5" : this.dash[n],
        fillColor: fills[status][0], fillOpacity: fills[status][1] * this.opacity,
      };
    },

    restyle: function () {
      this.history.sources.forEach((source, n) => this.history.statuses.forEach((status, k) => {
        this.shapes[n * this.record.statuses + k].setStyle(this._style(source, n, status));
      }));
      SIDES.forEach(([side], n) => {
        this.fills[n].setStyle({ fillOpacity: this._style({ side }, 0, "ukrainian_control").fillOpacity });
      });
    },

    /* ---- what lies under the pointer ---- */

    _ground: function () {
      const renderer = L.svg({ pane: "claims-ground", padding: 0.5 }).addTo(this.map);
      this.piecesOf = new Map();
      this.history.pieces.forEach((piece, number) => {
        for (const place of piece.places) {
          if (!this.piecesOf.has(place)) this.piecesOf.set(place, []);
          this.piecesOf.get(place).push(number);
        }
      });
      this.cells = this.history.pieces.map((piece, number) => {
        const cell = L.polygon(this.ground.rings(number).map((ring) => [ring]), {
          renderer, className: "claims-cell", stroke: false, fillOpacity: 0, smoothFactor: 0,
        }).addTo(this.map);
        cell.on("mouseover", () => { this.hover = number; cell.setStyle({ stroke: true, color: "var(--claims-ink)", weight: 2 }); this._tip(); });
        cell.on("mouseout", () => { this.hover = null; cell.setStyle({ stroke: false }); this._mark(); this.tip.remove(); });
        cell.on("mousemove", (event) => this.tip.setLatLng(event.latlng));
        cell.on("click", (event) => {
          const place = piece.places[0];
          if (place !== undefined) this.select(place, false, event.latlng);
        });
        return cell;
      });
      this.tip = L.tooltip({ sticky: true, className: "claims-tip", opacity: 1, direction: "auto", offset: [14, 0] });
    },

    _tip: function () {
      const cell = this.cells[this.hover];
      this.tip.setContent(this._who(this.hover));
      if (!this.map.hasLayer(this.tip)) this.tip.setLatLng(cell.getBounds().getCenter()).addTo(this.map);
    },

    /* Who says what of a piece of ground, as a node. Text only, never markup. */
    _who: function (number) {
      const { record, history } = this;
      const piece = history.pieces[number];
      const pieces = new Set([number]);
      for (const place of piece.places) for (const other of this.piecesOf.get(place)) pieces.add(other);
      const node = element("div", "claims-who");
      element("strong", "", node, piece.name || "Ground without a settlement");
      element("span", "claims-when", node, this.say(this.day));
      const rows = record.active.filter((r) => pieces.has(record.piece[r])
        && this._shown(record.source[r] * record.statuses + record.status[r]));
      rows.sort((a, b) => record.source[a] - record.source[b]);
      const list = element("ul", "", node);
      for (const r of rows) {
        const source = history.sources[record.source[r]];
        const status = history.statuses[record.status[r]];
        const item = element("li", "", list);
        element("i", `claims-key claims-bg-${source.side}`, item);
        element("b", "", item, source.name);
        element("span", "", item, ` ${STATUS_WORDS[status]}`);
        const age = this.day - record.lastSaid(r, this.day);
        const said = age < 0 ? `said ${-age} days later` : age === 0 ? "said this day" : `last said ${age} day${age > 1 ? "s" : ""} ago`;
        element("small", "", item, status === "implied" ? said : `since ${this.say(record.since[r])}, ${said}`);
      }
      if (!rows.length) element("p", "", node, "No source that is switched on says anything of this place on this day.");
      return node;
    },

    /* Choose a settlement: mark it, say who claims what, tell the listeners. */
    select: function (place, quiet, at, pan = true) {
      this.place = place;
      this._mark();
      const number = (this.piecesOf.get(place) || [])[0];
      if (number !== undefined && !quiet) {
        const popup = L.popup({ className: "claims-popup", maxWidth: Math.min(340, this.map.getSize().x - 40),
          autoPan: pan, autoPanPaddingTopLeft: [10, 64], autoPanPaddingBottomRight: [10, 10] })
          .setLatLng(at || this.cells[number].getBounds().getCenter()).setContent(this._who(number));
        popup.openOn(this.map);
      }
      if (!quiet) this._tell("place");
    },

    _mark: function () {
      this.cells.forEach((cell, number) => {
        const chosen = this.history.pieces[number].places.includes(this.place);
        if (chosen || cell.chosen) cell.setStyle(chosen ? { stroke: true, color: "var(--claims-ink)", weight: 3 } : { stroke: false });
        cell.chosen = chosen;
      });
    },

    /* ---- the clock under the map ---- */

    _frame: function () {
      const holder = this.box.parentNode;
      holder.classList.add("claims-frame");
      this.box.classList.add("claims-map");
      this.panel = element("aside", "claims-panel", holder);
      this.bar = element("section", "claims-bar", holder);
      this.bar.setAttribute("aria-label", "Clock");
      this.box.setAttribute("role", "region");
      this.box.setAttribute("aria-label", "Map of claims");
      // The flag that Leaflet shows by default would take a side.
      if (this.map.attributionControl) {
        this.map.attributionControl.setPrefix("Leaflet").addAttribution("borders © OpenStreetMap contributors");
      }
      new ResizeObserver(() => this.map.invalidateSize({ animate: false })).observe(this.box);
      const root = document.documentElement;
      if (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches) root.dataset.theme = "dark";
      new MutationObserver(() => this._drawStrip()).observe(root, { attributeFilter: ["data-theme"] });
    },

    _sign: function (button, sign) {
      button.textContent = "";
      const drawing = svg("svg", { width: 18, height: 18, viewBox: "0 0 18 18", "aria-hidden": "true" }, button);
      const solid = sign === "play" || sign === "pause";
      svg("path", { d: SIGNS[sign], fill: solid ? "currentColor" : "none",
        stroke: solid ? "none" : "currentColor", "stroke-width": 2 }, drawing);
    },

    _button: function (parent, name, sign, act) {
      const button = element("button", "claims-button", parent);
      button.type = "button";
      this._sign(button, sign);
      button.setAttribute("aria-label", name);
      button.title = name;
      button.addEventListener("click", act);
      return button;
    },

    _bar: function () {
      const bar = this.bar;
      const row = element("div", "claims-row", bar);
      this.dateLabel = element("output", "claims-date", row);
      const keys = element("div", "claims-keys", row);
      this._button(keys, "Previous change", "previous", () => this.jump(-1));
      this._button(keys, "One day back", "back", () => this.go(this.day - 1));
      this.playButton = this._button(keys, "Play", "play", () => this.play(!this.playing));
      this._button(keys, "One day forward", "forward", () => this.go(this.day + 1));
      this._button(keys, "Next change", "next", () => this.jump(1));
      const speed = element("select", "claims-speed", keys);
      speed.setAttribute("aria-label", "Speed");
      for (const [value, name] of SPEEDS) {
        const option = element("option", "", speed, name);
        option.value = value;
        option.selected = value === this.speed;
      }
      speed.addEventListener("change", () => { this.speed = +speed.value; this._startPlaying(); });
      const known = element("label", "claims-known", row);
      this.knownBox = element("input", "", known);
      this.knownBox.type = "checkbox";
      this.knownBox.checked = this.asSaid;
      known.append("As said by that day");
      known.title = "On: only what had been said by the day shown. Off: as known now, with what was said later.";
      this.knownBox.addEventListener("change", () => { this._know(this.knownBox.checked); this.schedule(); this._tell("known"); });
      const track = element("div", "claims-track", bar);
      this.strip = element("canvas", "claims-strip", track);
      this.strip.setAttribute("aria-hidden", "true");
      this.slider = element("input", "claims-slider", track);
      Object.assign(this.slider, { type: "range", min: 0, max: this.history.days - 1, step: 1, value: this.day });
      this.slider.setAttribute("aria-label", "Date");
      this.slider.addEventListener("input", () => { this.play(false); this.day = +this.slider.value; this.schedule(); });
      this.slider.addEventListener("change", () => this._tell("date"));
      this.stripTip = element("div", "claims-strip-tip", track);
      this.stripTip.hidden = true;
      this._stripEvents();
      this._keys();
      new ResizeObserver(() => this._drawStrip()).observe(track);
    },

    go: function (day, quiet) {
      this.day = Math.min(Math.max(day, 0), this.history.days - 1);
      this._startPlaying();
      this.schedule();
      if (!quiet) this._tell("date", 250);
    },

    jump: function (direction) {
      const later = this.changes.filter((day) => (day - this.day) * direction > 0 && day >= 0 && day < this.history.days);
      if (later.length) this.go(direction > 0 ? later[0] : later[later.length - 1]);
    },

    play: function (on) {
      if (on === this.playing) return;
      this.playing = on;
      this._sign(this.playButton, on ? "pause" : "play");
      this.playButton.setAttribute("aria-label", on ? "Pause" : "Play");
      this.playButton.title = on ? "Pause" : "Play";
      if (!on) { cancelAnimationFrame(this.ticking); this._tell("date"); return; }
      if (this.day >= this.history.days - 1) this.day = 0;
      this._startPlaying();
      let told = performance.now();
      const tick = (now) => {
        if (!this.playing) return;
        const [day, from] = this.began;
        const due = day + Math.floor((now - from) / 1000 * this.speed);
        if (due > this.day) {
          this.day = Math.min(due, this.history.days - 1);
          this.paint();
          if (this.day === this.history.days - 1) { this.play(false); return; }
          if (now - told > 600) { told = now; this._tell("play"); }
        }
        this.ticking = requestAnimationFrame(tick);
      };
      this.ticking = requestAnimationFrame(tick);
    },

    /* The day and the moment from which playing counts. */
    _startPlaying: function () { this.began = [this.day, performance.now()]; },

    _keys: function () {
      this.slider.addEventListener("keydown", (event) => {
        const step = { PageUp: 7, PageDown: -7 }[event.key];
        if (step) { event.preventDefault(); this.go(this.day + step); }
      });
      document.addEventListener("keydown", (event) => {
        if (event.key !== " " || event.ctrlKey || event.metaKey || event.altKey) return;
        const tag = event.target.tagName;
        if (tag === "BUTTON" || tag === "SELECT" || tag === "A" || (tag === "INPUT" && event.target !== this.slider)) return;
        event.preventDefault();
        this.play(!this.playing);
      });
    },

    /* Bars of how many claims were made each day, ticks of events. */
    _drawStrip: function () {
      const ratio = window.devicePixelRatio || 1;
      const width = this.strip.clientWidth;
      const height = this.strip.clientHeight;
      if (!width) return;
      this.strip.width = width * ratio;
      this.strip.height = height * ratio;
      const pen = this.strip.getContext("2d");
      pen.scale(ratio, ratio);
      const css = getComputedStyle(this.box);
      const { days, said, events } = this.history;
      const step = width / days;
      let most = 1;
      for (let d = 0; d < days; d++) most = Math.max(most, SIDES.reduce((sum, [side]) => sum + said[side][d], 0));
      const room = height - 9;
      for (let d = 0; d < days; d++) {
        let base = room;
        for (const [side] of SIDES) {
          if (!said[side][d]) continue;
          const tall = Math.max(Math.sqrt(said[side][d] / most) * room * 0.62, 1);
          pen.fillStyle = css.getPropertyValue(`--claims-${side}`);
          pen.fillRect(d * step, base - tall, Math.max(step - 0.4, 0.8), tall);
          base -= tall;
        }
      }
      pen.fillStyle = css.getPropertyValue("--claims-ink");
      for (const [day] of events) {
        const x = (day + 0.5) * step;
        pen.beginPath();
        pen.moveTo(x, height - 7);
        pen.lineTo(x + 2.5, height - 1);
        pen.lineTo(x - 2.5, height - 1);
        pen.fill();
      }
    },

    _stripEvents: function () {
      const { days, events, said } = this.history;
      const dayAt = (event) => Math.floor((event.offsetX / this.strip.clientWidth) * days);
      const near = (event) => {
        const reach = Math.max(4 / this.strip.clientWidth * days, 0.5);
        const low = event.offsetY > this.strip.clientHeight - 11;
        const day = dayAt(event);
        return low ? events.filter(([d]) => Math.abs(d - day) <= reach) : [];
      };
      this.strip.addEventListener("mousemove", (event) => {
        const day = Math.min(Math.max(dayAt(event), 0), days - 1);
        const found = near(event);
        const claims = SIDES.reduce((sum, [side]) => sum + said[side][day], 0);
        this.stripTip.textContent = "";
        if (found.length) for (const [d, title] of found.slice(0, 5)) element("div", "", this.stripTip, `${this.say(d)}: ${title}`);
        else element("div", "", this.stripTip, `${this.say(day)}: ${claims} claim${claims === 1 ? "" : "s"} made`);
        this.stripTip.hidden = false;
        const left = Math.min(Math.max(event.offsetX, 90), this.strip.clientWidth - 90);
        this.stripTip.style.left = `${left}px`;
      });
      this.strip.addEventListener("mouseleave", () => { this.stripTip.hidden = true; });
      this.strip.addEventListener("click", (event) => {
        const found = near(event);
        this.play(false);
        this.go(found.length ? found[0][0] : dayAt(event));
      });
    },

    /* ---- the panel beside the map: switches that are the legend too ---- */

    _panel: function () {
      const { history } = this;
      const panel = this.panel;
      panel.setAttribute("aria-label", "Claims shown");
      const open = this._button(this.box, "Layers", "layers", () => this._open(panel.hidden));
      open.classList.add("claims-open");
      L.DomEvent.disableClickPropagation(open);
      this.openButton = open;
      this.checks = [];
      const search = element("input", "claims-search", panel);
      this._search(search);
      this.ages = [];
      for (const [side, title] of SIDES) {
        const group = element("fieldset", `claims-group claims-ink-${side}`, panel);
        this._check(element("legend", "", group), side, title, element("i", `claims-key claims-bg-${side}`));
        history.sources.forEach((source, n) => {
          if (source.side !== side) return;
          const line = svg("svg", { width: 26, height: 8, class: "claims-line", "aria-hidden": "true" });
          svg("line", { x1: 0, y1: 4, x2: 26, y2: 4, "stroke-width": 2, "stroke-dasharray": this.dash[n] || "none", class: `claims-stroke-${side}` }, line);
          const row = element("div", "claims-source", group);
          this._check(row, source.id, source.name, line);
          const sign = source.partisanship > 0 ? "+" : "";
          const lean = element("span", "claims-lean", row, `${sign}${source.partisanship}`);
          lean.title = "Partisanship: -2 Ukrainian official, -1 aligned with Ukraine, 0 third party, +1 aligned with Russia, +2 Russian official";
          this.ages[n] = element("small", "", row);
        });
      }
      const status = element("fieldset", "claims-group", panel);
      element("legend", "", status, "What is claimed");
      for (const name of history.statuses) {
        const sample = svg("svg", { width: 26, height: 16, class: "claims-sample", "aria-hidden": "true" });
        const fill = { ukrainian_control: "currentColor", contested: "url(#claims-dots-third_party)", russian_control: "url(#claims-lines-third_party)", implied: "none" }[name];
        svg("rect", { x: 1, y: 1, width: 24, height: 14, fill, "fill-opacity": name === "ukrainian_control" ? 0.35 : 1,
          stroke: "currentColor", "stroke-width": 1.2, "stroke-dasharray": name === "implied" ? "1 4" : "none" }, sample);
        this._check(element("div", "claims-source", status), name, STATUS_NAMES[name], sample);
      }
      const opposed = svg("svg", { width: 26, height: 16, class: "claims-sample", "aria-hidden": "true" });
      svg("rect", { x: 1, y: 1, width: 24, height: 14, fill: "url(#claims-hatch)", stroke: "var(--claims-against)", "stroke-width": 1.2 }, opposed);
      const row = element("div", "claims-source", status);
      this._check(row, CONTRADICTORY, "Contradictory", opposed);
      this.opposedLabel = element("small", "", row);
      const hint = element("p", "claims-hint", status, "Colour tells who claims, texture what is claimed. Implied: ground that a source concedes it did not hold, by announcing it retaken later. Contradictory: of the sources switched on, one side says Ukrainian and another Russian control.");
      hint.setAttribute("role", "note");
      const more = element("fieldset", "claims-group", panel);
      element("legend", "", more, "Drawing");
      const label = element("label", "claims-opacity", more, "Opacity ");
      const opacity = element("input", "", label);
      Object.assign(opacity, { type: "range", min: 0.2, max: 1.4, step: 0.1, value: this.opacity });
      opacity.addEventListener("input", () => { this.opacity = +opacity.value; this.restyle(); });
      opacity.addEventListener("change", () => this._tell("opacity"));
      const tiles = element("label", "claims-check", more);
      this.tilesBox = element("input", "", tiles);
      this.tilesBox.type = "checkbox";
      tiles.append("Online map tiles");
      this.tilesBox.addEventListener("change", () => { this._tiles(this.tilesBox.checked); this._tell("tiles"); });
      element("p", "claims-hint", more, "Claims, not verified control. Raion lines are approximate.");
      this._open(window.innerWidth > 720);
    },

    _open: function (on) {
      this.panel.hidden = !on;
      this.openButton.setAttribute("aria-expanded", String(on));
      this.openButton.setAttribute("aria-label", on ? "Hide layers" : "Layers");
      this._sign(this.openButton, on ? "close" : "layers");
    },

    _check: function (parent, id, name, key) {
      const label = element("label", "claims-check", parent);
      const box = element("input", "", label);
      box.type = "checkbox";
      box.checked = !this.hidden.has(id);
      box.setAttribute("aria-label", name);
      label.appendChild(key);
      element("span", "", label, name);
      box.addEventListener("change", () => {
        if (box.checked) this.hidden.delete(id);
        else this.hidden.add(id);
        this.schedule();
        this._tell("shown");
      });
      this.checks.push([box, id]);
    },

    _boxes: function () {
      for (const [box, id] of this.checks) box.checked = !this.hidden.has(id);
      this.knownBox.checked = this.asSaid;
    },

    _search: function (input) {
      input.type = "search";
      input.placeholder = "Find a place, in Latin or Cyrillic";
      input.setAttribute("aria-label", "Find a place");
      input.setAttribute("list", "claims-places");
      const list = element("datalist", "", input.parentNode);
      list.id = "claims-places";
      const plain = (text) => text.toLowerCase().replace(/ё/g, "е").replace(/[^\p{L}\p{N}]/gu, "");
      const places = this.history.places.map((place) => ({
        place, keys: [place[1], place[2], place[3]].filter(Boolean).map(plain),
        text: `${place[1]} · ${place[2]} (${place[4]})`,
      }));
      const chosen = () => {
        const hit = places.find((p) => p.text === input.value);
        if (!hit) return;
        const [id, , , , , lat, lon] = hit.place;
        this.map.setView([lat, lon], Math.max(this.map.getZoom(), 11), { animate: false });
        this.select(id, false, L.latLng(lat, lon));
        if (window.innerWidth <= 720) this._open(false);
      };
      input.addEventListener("input", () => {
        const key = plain(input.value);
        list.textContent = "";
        if (!key) return;
        const rank = (p) => Math.min(...p.keys.map((k) => (k === key ? 0 : k.startsWith(key) ? 1 : k.includes(key) ? 2 : 9)));
        places.map((p) => [rank(p), p]).filter(([r]) => r < 9).sort((a, b) => a[0] - b[0] || a[1].place[7] - b[1].place[7])
          .slice(0, 12).forEach(([, p]) => { element("option", "", list).value = p.text; });
        chosen();
      });
      input.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || !list.firstChild) return;
        input.value = places.some((p) => p.text === input.value) ? input.value : list.firstChild.value;
        chosen();
      });
    },

    _tiles: function (on) {
      if (this.tilesBox) this.tilesBox.checked = on;
      if (!on && this.tileLayer) { this.tileLayer.remove(); this.tileLayer = null; }
      if (on && !this.tileLayer) {
        this.tileLayer = L.tileLayer("https://tile.openstreetmap.org/{z}/{x}/{y}.png", {
          attribution: "© OpenStreetMap contributors", opacity: 0.55, zIndex: 0,
        }).addTo(this.map);
      }
    },

    /* ---- names on the map ---- */

    _labels: function () {
      const pane = this.map.createPane("claims-labels");
      pane.style.zIndex = 640;
      pane.style.pointerEvents = "none";
      this.labels = [];
      const place = () => {
        for (const label of this.labels) label.remove();
        this.labels = [];
        const zoom = this.map.getZoom();
        const most = zoom < 9 ? 0 : zoom < 10 ? 1 : zoom < 11 ? 2 : 3;
        const taken = [];
        const view = this.map.getBounds().pad(0.1);
        for (const [, name, , , , lat, lon, rank] of this.history.places) {
          if (rank > most) break;
          if (!view.contains([lat, lon])) continue;
          const at = this.map.latLngToLayerPoint([lat, lon]);
          const wide = name.length * (rank < 2 ? 7.2 : 6.2) + 12;
          const box = [at.x - 5, at.y - 9, at.x + wide, at.y + 9];
          if (taken.some((o) => box[0] < o[2] && o[0] < box[2] && box[1] < o[3] && o[1] < box[3])) continue;
          taken.push(box);
          const icon = L.divIcon({ className: `claims-label claims-label-${rank}`, iconSize: null, html: element("span", "", null, name) });
          this.labels.push(L.marker([lat, lon], { icon, pane: "claims-labels", interactive: false, keyboard: false }).addTo(this.map));
        }
      };
      this.map.on("zoomend moveend resize", place);
      place();
    },

  });

  L.claimsClock = (history, options) => new L.ClaimsClock(history, options);
})(L);
