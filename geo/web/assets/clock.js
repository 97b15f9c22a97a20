/* The browser clock: paints who claims what ground on a day, from one history document.
   Ground is held once as half-edges; a step of the date only looks up which rows hold. */
const CONTRADICTORY = "contradictory";
const SPEEDS = [[2, "2 days/s"], [7, "1 week/s"], [14, "2 weeks/s"], [30, "1 month/s"]];
const FADES = [[null, "never"], [14, "2 weeks"], [30, "1 month"], [90, "3 months"], [180, "6 months"]];

L.ClaimsClock = L.Evented.extend({
  options: {
    date: null, known: "now", hide: [], opacity: 1, fade: null, compare: null, chart: null,
    tiles: false, place: null, view: null,
  },

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
    this.fade = this.options.fade;
    this.charted = this.options.chart !== null;
    this.dashes = sourceDashes(history.sources);
    this.place = this.options.place;
    this.playing = false;
    this.speed = 7;
    this.hover = null;
    this.popup = null;
    this.cells = [];
    this.numbers = new Map();
  },

  addTo: function (map) {
    this.map = map;
    this.box = map.getContainer();
    document.documentElement.lang ||= "en";
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      map.options.inertia = false;
      map._zoomAnimated = false;  // the option is read only when a map is made
    }
    this.comparison = new Comparison(this);
    this._frame();
    this._panel();
    this._bar();
    // Room first, then the view, then what is drawn: so that each is worked out once.
    this.chart.show(this.options.chart ?? (window.innerWidth > 720 && window.innerHeight > 700));
    this._chartSign();
    map.invalidateSize({ animate: false, pan: false });
    if (this.options.view) map.setView(this.options.view.slice(0, 2), this.options.view[2], { animate: false });
    else this._showAll();
    this._layers();
    this._labels();
    this.changes = this.record.changes(this.asSaid);
    this.comparison.set(this.options.compare);
    this.paint();
    if (this.options.tiles) this._tiles(true);
    map.on("moveend", () => this._tell("view", 400));
    map.on("click", () => { if (this.place !== null) this.select(null); });
    window.claimsClock = this;
    // The picture first; what answers the pointer can come a frame later.
    requestAnimationFrame(() => setTimeout(() => this._furnish()));
    return this;
  },

  _furnish: function () {
    this.chart.draw();
    this._ground();
    // A view that was asked for stays; the popup does not move it.
    if (this.place !== null) this.select(this.place, false, undefined, !this.options.view);
    this.box.dataset.ready = "";
  },

  /* ---- state ---- */

  state: function () {
    const centre = this.map.getCenter().wrap();
    const bounds = this.map.getBounds();
    return {
      date: this.iso(this.day),
      known: this.asSaid ? "then" : "now",
      hide: Array.from(this.hidden).sort(),
      opacity: this.opacity,
      fade: this.fade,
      compare: this.comparison.text,
      chart: this.charted ? this.chart.open : null,
      tiles: Boolean(this.tileLayer),
      place: this.place,
      view: [+centre.lat.toFixed(4), +centre.lng.toFixed(4), this.map.getZoom()],
      bounds: [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((value) => +value.toFixed(3)),
    };
  },

  /* Take over a part of a state without telling anybody; `tell` asks for the whole. */
  set: function (state) {
    // A day that was told while playing may still be on its way, and would win.
    const late = this.playing;
    if (state.date !== undefined) { this._halt(); this.day = this._dayOf(state.date); }
    if (state.known !== undefined) this._know(state.known === "then");
    if (state.hide !== undefined) this.hidden = new Set(state.hide);
    if (state.fade !== undefined) this._fadeFrom(state.fade);
    if (state.compare !== undefined) this.comparison.set(state.compare);
    if (state.place !== undefined && state.place !== null) this._visit(state.place);
    this._boxes();
    this.schedule();
    if (state.tell || late) this._tell("asked");
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
    this.chart.draw();
  },

  /* Tell whoever listens, at once or at the latest after some milliseconds. */
  _tell: function (reason, wait) {
    clearTimeout(this.telling);
    const tell = () => {
      this.chart.tell();
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

  /* The picture that is asked for; see Sheet. */
  picture: function () {
    return {
      day: this.day, knownBy: this.asSaid ? this.day : null, fade: this.fade,
      shown: (group) => this._shown(group), contradictory: !this.hidden.has(CONTRADICTORY),
    };
  },

  paint: function () {
    const { sheet, comparison } = this;
    const picture = this.picture();
    sheet.paint(comparison.mine(picture));
    comparison.paint(picture);
    this._words();
    this.chart.move();
    if (this.hover !== null) this._tip();
    this.box.dataset.paintedDate = this.iso(this.day);
  },

  _shown: function (group) {
    const source = this.record.sourceOf(group);
    return !(this.hidden.has(source.side) || this.hidden.has(source.id) || this.hidden.has(this.record.statusOf(group)));
  },

  _ago: function (age) {
    return age === 0 ? "said this day" : age > 0 ? `last said ${count(age, "day")} ago` : `said ${count(-age, "day")} later`;
  },

  /* The date at once; what is read at leisure, and costs more to lay out than the map, soon. */
  _words: function () {
    write(this.dateLabel, this.say(this.day));
    if (+this.slider.value !== this.day) this.slider.value = this.day;
    if (!this.saying) this.saying = setTimeout(() => { this.saying = 0; this._sayMore(); }, 100);
  },

  /* What the panel says of each source and of contradictions, and the slider of the day. */
  _sayMore: function () {
    const { record, history, sheet } = this;
    if (document.activeElement !== this.dateBox) this.dateBox.value = this.iso(this.day);
    const last = new Array(history.sources.length).fill(-NEVER);
    for (const r of sheet.active) {
      if (record.status[r] === record.code.implied) continue;
      const source = record.source[r];
      last[source] = Math.max(last[source], record.lastSaid(r, this.day));
    }
    history.sources.forEach((_, n) => {
      const silent = last[n] === -NEVER;
      write(this.ages[n], silent ? "silent: nothing said yet" : this._ago(this.day - last[n]));
      this.ages[n].parentNode.classList.toggle("claims-silent", silent);
    });
    let places = 0;
    let area = 0;
    history.pieces.forEach((piece, n) => {
      if (sheet.opposed[n]) { places += piece.places.length; area += piece.km2; }
    });
    write(this.opposedLabel, `${count(places, "settlement")}, ${Math.round(area)} km²`);
    this._matchLegend();
    this.notice.hidden = sheet.rows.length > 0 || this.comparison.on;
    this._renew();
    const speaking = new Set(sheet.rows.filter((r) => record.status[r] !== record.code.implied).map((r) => record.source[r])).size;
    const text = `${this.say(this.day)}: ${count(speaking, "source")} shown with a claim${this.comparison.words()}`;
    if (this.slider.getAttribute("aria-valuetext") !== text) this.slider.setAttribute("aria-valuetext", text);
  },

  _layers: function () {
    textures(this.box.parentNode);
    this.ground.project(this.map);
    this.map.on("zoomend viewreset", () => this.ground.project(this.map));
    this.sheet = new Sheet(this.map, this.ground, this.record, "claims");
    this.restyle();
  },

  restyle: function () {
    this.sheet.restyle(this.opacity);
    this.comparison.restyle(this.opacity);
  },

  /* ---- what lies under the pointer ---- */

  _ground: function () {
    this.map.createPane("claims-ground").style.zIndex = 420;
    const renderer = L.svg({ pane: "claims-ground", padding: 0.2 }).addTo(this.map);
    this.cells = this.history.pieces.map((piece, number) => {
      const cell = L.polygon(this.ground.latLngs(this.ground.rings(number)), {
        renderer, className: "claims-cell", stroke: false, fillOpacity: 0, smoothFactor: 0,
        bubblingMouseEvents: false,  // a click on the map itself chooses nothing
      }).addTo(this.map);
      this.numbers.set(cell.getElement(), number);
      cell.on("mouseover", (event) => { this.hover = this._under(number, event); this.pointer = event.containerPoint.x; cell.setStyle({ stroke: true, color: "var(--claims-ink)", weight: 2 }); this._tip(); });
      cell.on("mouseout", () => { this.hover = null; cell.setStyle({ stroke: false }); this._mark(); this.tip.remove(); });
      cell.on("mousemove", (event) => {
        this.tip.setLatLng(event.latlng);
        this._fitTip();
        const before = [this.comparison.sheetAt(this.pointer), this.hover.join()];
        this.pointer = event.containerPoint.x;
        this.hover = this._under(number, event);
        if (this.comparison.sheetAt(this.pointer) !== before[0] || this.hover.join() !== before[1]) this._tip();
      });
      cell.on("click", (event) => {
        const place = piece.cell === null ? null : piece.places[0];
        this.select(place, false, event.latlng, true, event.containerPoint.x, this._under(number, event));
      });
      return cell;
    });
    this.tip = L.tooltip({ sticky: true, className: "claims-tip", opacity: 1, direction: "auto", offset: [14, 0] });
  },

  /* Numbers of the piece that an event is on, and of the shapes that lie below it there; cells
     lie on top, and only one at a place. */
  _under: function (number, { originalEvent: { clientX, clientY } }) {
    const below = document.elementsFromPoint(clientX, clientY).map((node) => this.numbers.get(node))
      .filter((n) => n !== undefined && n !== number && this.history.pieces[n].cell === null);
    return [number, ...below];
  },

  _tip: function () {
    const cell = this.cells[this.hover[0]];
    this.tip.setContent(this._who(this.hover, this.comparison.sheetAt(this.pointer)));
    if (!this.map.hasLayer(this.tip)) this.tip.setLatLng(cell.getBounds().getCenter()).addTo(this.map);
    this._fitTip();
  },

  /* Keep the tip on the map: Leaflet only chooses the side of the pointer. */
  _fitTip: function () {
    const node = this.tip.getElement();
    node.style.maxWidth = `${this.box.clientWidth - 8}px`;
    node.style.translate = "none";
    const [map, tip] = [this.box, node].map((one) => one.getBoundingClientRect());
    // Beside the buttons, where there is room.
    const left = map.width > tip.width + 60 ? map.left + 48 : map.left;
    const shift = (low, high, from, to) => Math.max(low + 4 - from, 0) || Math.min(high - 4 - to, 0);
    node.style.translate = `${shift(left, map.right, tip.left, tip.right)}px ${shift(map.top, map.bottom, tip.top, tip.bottom)}px`;
  },

  /* Who says what of some pieces of ground on a sheet, as a node. Text only, never markup. */
  _who: function (pieces, sheet) {
    const { record, history } = this;
    const { day } = sheet.picture;
    const cell = history.pieces[pieces.find((number) => history.pieces[number].cell !== null)];
    const node = element("div", "claims-who");
    element("strong", "", node, cell ? cell.name : "Ground without a settlement");
    element("span", "claims-when", node, this.say(day));
    const rows = sheet.rows.filter((r) => pieces.includes(record.piece[r]));
    rows.sort((a, b) => record.status[a] - record.status[b] || record.source[a] - record.source[b]);
    let list = null;
    rows.forEach((r, n) => {
      const source = history.sources[record.source[r]];
      const status = history.statuses[record.status[r]];
      if (!n || record.status[rows[n - 1]] !== record.status[r]) {
        element("p", "claims-says", node, STATUS_WORDS[status]);
        list = element("ul", "", node);
      }
      const item = element("li", "", list);
      element("i", `claims-key claims-bg-${source.side}`, item);
      element("b", "", item, shortName(source));
      const said = this._ago(day - record.lastSaid(r, day));
      const small = element("small", "", item, status === "implied" ? ` ${said}` : ` since ${this.say(record.since[r])}, ${said}`);
      this._cite(small, r);
    });
    if (!rows.length) element("p", "", node, "No source that is switched on says anything of this place on this day.");
    return node;
  },

  /* Links to where the claims behind a row can be read, if the page carries them. */
  _cite: function (node, row) {
    const { citations } = this.history;
    if (!citations) return;
    for (const claim of citations.rows[row]) {
      const [publisher, url] = citations.claims[claim];
      if (!/^https?:\/\//.test(url)) continue;
      const link = element("a", "claims-citation", node, publisher);
      Object.assign(link, { href: url, target: "_blank", rel: "noopener noreferrer" });
    }
  },

  /* Choose a settlement from elsewhere: mark it, and bring it into view. */
  _visit: function (place) {
    const open = this.popup && this.popup.layer.isOpen();
    this.select(place, true);
    const row = this.history.places.find(([id]) => id === place);
    if (!row) return;
    const at = L.latLng(row[5], row[6]);
    if (!this.map.getBounds().pad(-0.05).contains(at)) this.map.panTo(at, { animate: false });
    if (open) this._pop(place);
  },

  /* Choose a settlement: mark it, say who claims what, tell the listeners; null: none. */
  select: function (place, quiet, at, pan = true, x = -1, pieces) {
    this.place = place;
    this._mark();
    if (quiet) return;
    this._pop(place, at, pan, x, pieces);
    this._tell("place");
  },

  /* Numbers of the pieces that a settlement lies in. */
  _around: function (place) {
    return this.history.pieces.flatMap(({ places }, number) => (places.includes(place) ? [number] : []));
  },

  /* Open the popup of a settlement, or of pieces somewhere on the map; what it says follows the
     clock and the switches. */
  _pop: function (place, at, pan = true, x = -1, pieces = this._around(place)) {
    if (this.popup) this.popup.layer.remove();
    const row = this.history.places.find(([id]) => id === place);
    if (!row && !at) return;
    const layer = L.popup({ className: "claims-popup", autoPan: pan, ...this._room() })
      .setLatLng(at || [row[5], row[6]])
      .setContent(pieces.length ? this._who(pieces, this.comparison.sheetAt(x)) : this._nobody(row[1]));
    layer.openOn(this.map);
    layer.options.autoPan = false;
    this.popup = { layer, pieces, x };
  },

  /* How large a popup may be, and how far from the edges: buttons lie there. */
  _room: function () {
    const { x: wide, y: high } = this.map.getSize();
    return { maxWidth: Math.min(360, wide - 50), maxHeight: Math.min(300, high - 80),
      autoPanPaddingTopLeft: [wide > 470 ? 56 : 8, high > 400 ? 64 : 8],
      autoPanPaddingBottomRight: [high > 400 ? 8 : 56, 10] };
  },

  /* The open popup in a map of another size, as when the chart takes some of it. */
  _refit: function () {
    if (!this.popup || !this.popup.layer.isOpen()) return;
    const { layer } = this.popup;
    Object.assign(layer.options, this._room(), { autoPan: true });
    layer.update();
    layer.options.autoPan = false;
  },

  _nobody: function (name) {
    const node = element("div", "claims-who");
    element("strong", "", node, name);
    element("p", "", node, "No source on this map says anything of this place.");
    return node;
  },

  _renew: function () {
    if (!this.popup || !this.popup.layer.isOpen()) return;
    const { layer, pieces, x } = this.popup;
    if (!pieces.length) return;
    const node = this._who(pieces, this.comparison.sheetAt(x));
    if (node.textContent !== layer.getContent().textContent) layer.setContent(node);
  },

  _mark: function () {
    this.cells.forEach((cell, number) => {
      const piece = this.history.pieces[number];
      const chosen = piece.cell !== null && piece.places.includes(this.place);
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
    this.notice = element("div", "claims-notice", this.box, "Nothing that is switched on is said of any ground on this day.");
    this.notice.setAttribute("role", "status");
    this.notice.hidden = true;
    this._zoom();
    const root = document.documentElement;
    if (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches) root.dataset.theme = "dark";
    new MutationObserver(() => this._drawStrip()).observe(root, { attributeFilter: ["data-theme"] });
  },

  _zoom: function () {
    const { map } = this;
    const row = element("div", "claims-zoom", this.box);
    this._button(row, "Zoom in", "plus", () => map.zoomIn());
    this._button(row, "Zoom out", "minus", () => map.zoomOut());
    this._button(row, "Show all", "all", () => this._showAll());
    L.DomEvent.disableClickPropagation(row);
  },

  _showAll: function () { this.map.fitBounds(this.history.extent, { animate: false, padding: [8, 8] }); },

  _button: function (parent, name, picture, act) {
    const button = element("button", "claims-button", parent);
    button.type = "button";
    sign(button, picture);
    button.setAttribute("aria-label", name);
    button.title = name;
    button.addEventListener("click", act);
    return button;
  },

  _bar: function () {
    const bar = this.bar;
    const row = element("div", "claims-row", bar);
    this.dateLabel = element("div", "claims-date", row);
    this.dateBox = element("input", "claims-datebox", row);
    Object.assign(this.dateBox, { type: "date", min: this.iso(0), max: this.iso(this.history.days - 1), value: this.iso(this.day) });
    this.dateBox.setAttribute("aria-label", "Go to date");
    // While a year is being typed it lies far outside.
    this.dateBox.addEventListener("change", () => {
      if (!this.dateBox.validity.valid || !this.dateBox.value) return;
      this.play(false);
      this.go(this._dayOf(this.dateBox.value));
    });
    this.dateBox.addEventListener("blur", () => { this.dateBox.value = this.iso(this.day); });
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
    this.chartButton = this._button(row, "Area chart", "chart", () => {
      this.charted = true;
      this.chart.show(!this.chart.open);
      this._chartSign();
      this._tell("chart");
    });
    const track = element("div", "claims-track", bar);
    this.chart = new AreaChart(this, track);
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
    new ResizeObserver(() => { this._drawStrip(); this.chart.draw(); }).observe(track);
  },

  _chartSign: function () {
    this.chartButton.setAttribute("aria-pressed", String(this.chart.open));
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
    if (!on) { this._halt(); this._tell("date"); return; }
    this._playing(true);
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

  _playing: function (on) {
    this.playing = on;
    sign(this.playButton, on ? "pause" : "play");
    this.playButton.setAttribute("aria-label", on ? "Pause" : "Play");
    this.playButton.title = on ? "Pause" : "Play";
  },

  /* Stop playing without telling anybody. */
  _halt: function () {
    cancelAnimationFrame(this.ticking);
    if (this.playing) this._playing(false);
  },

  /* The day and the moment from which playing counts. */
  _startPlaying: function () { this.began = [this.day, performance.now()]; },

  _keys: function () {
    this.slider.addEventListener("keydown", (event) => {
      const step = { PageUp: 7, PageDown: -7 }[event.key];
      if (step) { event.preventDefault(); this.go(this.day + step); }
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.map.closePopup();
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
      this._beside(this.stripTip, event.offsetX);
    });
    this.strip.addEventListener("mouseleave", () => { this.stripTip.hidden = true; });
    this.strip.addEventListener("click", (event) => {
      const found = near(event);
      this.play(false);
      this.go(found.length ? found[0][0] : dayAt(event));
    });
  },

  /* Put a tip over a place on the track, within its ends. */
  _beside: function (tip, x) {
    const half = tip.offsetWidth / 2;
    tip.style.left = `${Math.min(Math.max(x, half), this.strip.clientWidth + 18 - half)}px`;
  },

  /* ---- the panel beside the map: switches that are the legend too ---- */

  _panel: function () {
    const { history } = this;
    const panel = this.panel;
    panel.setAttribute("aria-label", "Claims shown");
    const open = this._button(panel.parentNode, "Layers", "layers", () => this._open(panel.hidden));
    open.classList.add("claims-open");
    panel.before(open);
    this.openButton = open;
    this.checks = [];
    const search = element("input", "claims-search", panel);
    this._search(search);
    let wide = window.innerWidth > 720;
    let narrowed = false;
    window.addEventListener("resize", () => {
      const before = wide;
      wide = window.innerWidth > 720;
      if (wide === before) return;
      // On a narrow screen the panel would cover the map; it comes back with the room.
      if (!wide) narrowed = !panel.hidden;
      if (narrowed) this._open(wide);
    });
    this.ages = [];
    for (const [side, title] of SIDES) {
      const group = element("fieldset", `claims-group claims-ink-${side}`, panel);
      this._check(element("legend", "", group), side, title, element("i", `claims-key claims-bg-${side}`));
      history.sources.forEach((source, n) => {
        if (source.side !== side) return;
        const line = svg("svg", { width: 26, height: 8, class: "claims-line", "aria-hidden": "true" });
        svg("line", { x1: 0, y1: 4, x2: 26, y2: 4, "stroke-width": OUTLINE.width, "stroke-dasharray": this.dashes[n], class: `claims-stroke-${side}` }, line);
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
    this.samples = [];
    for (const name of history.statuses) {
      const row = element("div", "claims-source claims-status", status);
      this._check(row, name, STATUS_NAMES[name], this._samples(name, this.record.sidesOf(name).map((side) => [side])));
      if (name !== "ukrainian_control") continue;
      const both = element("small", "claims-both", row);
      both.append(this._samples(name, [["ukrainian", "russian"]]), "both sides say so");
      this.samples.push([both, "both"]);
    }
    const opposed = svg("svg", { width: 60, height: 16, "aria-hidden": "true" });
    svg("rect", { x: 1, y: 1, width: 56, height: 14, fill: "url(#claims-hatch)", stroke: "var(--claims-against)", "stroke-width": STYLE.hatch.edge }, opposed);
    const row = element("div", "claims-source claims-status", status);
    this._check(row, CONTRADICTORY, "Contradictory", opposed);
    this.opposedLabel = element("small", "", row);
    const hint = element("p", "claims-hint", status, "Colour and the form of marks tell who claims, texture what is claimed. Implied: ground that a source concedes it did not hold, by announcing it retaken later. Contradictory: of the sources switched on, one side says Ukrainian and another Russian control.");
    hint.setAttribute("role", "note");
    this.comparison.panel(panel);
    const more = element("fieldset", "claims-group", panel);
    element("legend", "", more, "Drawing");
    const label = element("label", "claims-opacity", more, "Opacity ");
    const opacity = element("input", "", label);
    Object.assign(opacity, { type: "range", min: 0.2, max: 1.4, step: 0.1, value: this.opacity });
    opacity.addEventListener("input", () => { this.opacity = +opacity.value; this.restyle(); });
    opacity.addEventListener("change", () => this._tell("opacity"));
    const fade = element("label", "claims-opacity", more, "Fade claims older than ");
    this.fadeSelect = element("select", "claims-select", fade);
    for (const [days, name] of FADES) element("option", "", this.fadeSelect, name).value = days ?? "";
    this._fadeFrom(this.fade);
    this.fadeSelect.addEventListener("change", () => {
      this._fadeFrom(this.fadeSelect.value === "" ? null : +this.fadeSelect.value);
      this.schedule();
      this._tell("fade");
    });
    const tiles = element("label", "claims-check", more);
    this.tilesBox = element("input", "", tiles);
    this.tilesBox.type = "checkbox";
    tiles.append("Online map tiles");
    this.tilesBox.addEventListener("change", () => { this._tiles(this.tilesBox.checked); this._tell("tiles"); });
    element("p", "claims-hint", more, "Claims, not verified control. Raion lines are approximate.");
    this._open(window.innerWidth > 720);
  },

  /* Show the samples of what is drawn, and no others. */
  _matchLegend: function () {
    const { record, comparison } = this;
    const sheets = comparison.on ? [this.sheet, comparison.other] : [this.sheet];
    const drawn = new Set();
    for (const { rows } of sheets) {
      const held = SIDES.map(() => new Set());
      for (const r of rows) {
        const side = record.sides[record.source[r]];
        drawn.add(`${SIDES[side][0]} ${this.history.statuses[record.status[r]]}`);
        if (record.status[r] === record.code.ukrainian_control) record.speaksFor[record.piece[r]].forEach((cell) => held[side].add(cell));
      }
      if (Array.from(held[0]).some((cell) => held[1].has(cell))) drawn.add("both");
    }
    for (const [sample, what] of this.samples) sample.style.visibility = drawn.has(what) ? "" : "hidden";
  },

  /* How ground of a status looks on the map: a sample for each group of sides that claim it. */
  _samples: function (status, groups) {
    const holder = svg("svg", { width: 20 * groups.length, height: 16, "aria-hidden": "true" });
    groups.forEach((sides, n) => sides.forEach((side) => {
      const [fill, strength] = status === "implied" ? ["none", 1] : TEXTURES[status](side);
      const sample = svg("rect", { x: 20 * n + 1, y: 1, width: 16, height: 14, fill, "fill-opacity": strength, stroke: `var(--claims-${side})`,
        "stroke-width": (status === "implied" ? IMPLIED : OUTLINE).width, "stroke-dasharray": status === "implied" ? dashed(IMPLIED.dash) : "none", class: `claims-sample-${side}` }, holder);
      if (sides.length === 1) this.samples.push([sample, `${side} ${status}`]);
    }));
    return holder;
  },

  /* Claims older than some days are drawn fainter; null: none. */
  _fadeFrom: function (days) {
    this.fade = days;
    if (days !== null && !FADES.some(([known]) => known === days)) element("option", "", this.fadeSelect, count(days, "day")).value = days;
    this.fadeSelect.value = days ?? "";
  },

  _open: function (on) {
    this.panel.hidden = !on;
    this.openButton.setAttribute("aria-expanded", String(on));
    this.openButton.setAttribute("aria-label", on ? "Hide layers" : "Layers");
    sign(this.openButton, on ? "close" : "layers");
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
      this.chart.draw();
      this._tell("shown");
    });
    this.checks.push([box, id]);
  },

  _boxes: function () {
    for (const [box, id] of this.checks) box.checked = !this.hidden.has(id);
    this.chart.draw();
    this.knownBox.checked = this.asSaid;
  },

  _search: function (input) {
    input.type = "search";
    input.placeholder = "Find a place, in Latin or Cyrillic";
    input.setAttribute("aria-label", "Find a place");
    input.setAttribute("list", "claims-places");
    const list = element("datalist", "", input.parentNode);
    list.id = "claims-places";
    const nothing = element("p", "claims-hint", input.parentNode, "No place has such a name.");
    nothing.setAttribute("role", "status");
    nothing.hidden = true;
    const plain = (text) => text.toLowerCase().replace(/ё/g, "е").replace(/[^\p{L}\p{N}]/gu, "");
    let places = [];
    input.addEventListener("focus", () => {
      if (!places.length) places = this.history.places.map((place) => ({
        place, keys: [place[1], place[2], place[3]].filter(Boolean).map(plain),
        text: `${place[1]} · ${place[2]} (${place[4]})`,
      }));
    });
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
      nothing.hidden = true;
      if (!key) return;
      const rank = (p) => Math.min(...p.keys.map((k) => (k === key ? 0 : k.startsWith(key) ? 1 : k.includes(key) ? 2 : 9)));
      places.map((p) => [rank(p), p]).filter(([r]) => r < 9).sort((a, b) => a[0] - b[0] || a[1].place[7] - b[1].place[7])
        .slice(0, 40).forEach(([, p]) => { element("option", "", list).value = p.text; });
      nothing.hidden = Boolean(list.firstChild) || places.some((p) => p.text === input.value);
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
    this.box.classList.remove("claims-tiled");
    if (!on && this.tileLayer) { this.tileLayer.remove(); this.tileLayer = null; }
    if (on && !this.tileLayer) {
      // Whom to name for them stands on the map anyway.
      this.tileLayer = L.tileLayer("https://tile.openstreetmap.org/{z}/{x}/{y}.png", { opacity: 0.55 });
      // The land lies over the tiles; it makes way once there are any.
      this.tileLayer.on("tileload", () => this.box.classList.add("claims-tiled"));
      this.tileLayer.addTo(this.map);
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
    this.map.on("resize", () => this._refit());
    place();
  },

});

L.claimsClock = (history, options) => new L.ClaimsClock(history, options);
