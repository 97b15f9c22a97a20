/* The browser clock: paints who claims what ground on a day, from one document. Ground is held
   once as half-edges; a step of the date only looks up which rows hold. */
import { TimeBar } from "./bar.js";
import { Calendar } from "./calendar.js";
import { Cells } from "./cells.js";
import { Comparison } from "./compare.js";
import { Frame } from "./frame.js";
import { Ground } from "./ground.js";
import { Labels } from "./labels.js";
import { CONTRADICTORY, Panel } from "./panel.js";
import { Player } from "./player.js";
import { Popup } from "./popup.js";
import { Record } from "./record.js";
import { Painting, textures } from "./sheet.js";
import { Tiles } from "./tiles.js";
import { count } from "./words.js";
/** @import { Command, Payload, Picture, State, View } from "./types" */

class ClaimsClock {
  /** @param {L.Map} map @param {Payload} payload @param {View} view what to show at first */
  constructor(map, payload, view) {
    this.map = map;
    this.box = map.getContainer();
    this.payload = payload;
    this.calendar = new Calendar(payload);
    this.ground = new Ground(payload);
    this.record = new Record(payload);
    this.hidden = new Set(view.hide);
    this.day = this.calendar.dayOf(view.date);
    this.asSaid = view.known === "then";
    this.opacity = view.opacity;
    this.fade = view.fade;
    // Whether the reader chose to see the chart or not.
    this.charted = view.chart !== null;
    this.place = view.place;
    this.changes = this.record.changes(this.asSaid);
    // Numbers of what waits for its turn; 0 is none.
    this.frame = 0;
    this.saying = 0;
    this.telling = 0;
    this.tiles = new Tiles(map);
    this.tiles.on = view.tiles;
    this.player = new Player(this);
    this.comparison = new Comparison(this);
    const frame = new Frame(map, () => this.#showAll());
    this.notice = frame.notice;
    this.panel = new Panel(this, frame.panel);
    this.bar = new TimeBar(this, frame.bar);
    // Space first, then the view, then what is drawn: so that each is worked out once.
    this.bar.showChart(view.chart ?? (window.innerWidth > 720 && window.innerHeight > 700));
    map.invalidateSize({ animate: false, pan: false });
    if (view.view) map.setView([view.view[0], view.view[1]], view.view[2], { animate: false });
    else this.#showAll();
    textures(this.box.parentNode);
    this.ground.project(map);
    map.on("zoomend viewreset", () => this.ground.project(map));
    this.painting = new Painting(map, this.ground, this.record, "claims");
    this.restyle(this.opacity);
    this.labels = new Labels(map, payload.places);
    this.popup = new Popup(this);
    map.on("resize", () => this.popup.refit());
    this.comparison.set(view.compare);
    this.paint();
    if (view.tiles) this.tiles.show(true);
    map.on("moveend", () => this.tell("view", 400));
    map.on("click", () => { if (this.place !== null) this.select(null); });
    window.claimsClock = this;
    /** @type {Cells | null} */
    this.cells = null;
    // The picture first; what answers the pointer can come a frame later.
    requestAnimationFrame(() => setTimeout(() => {
      this.bar.chart.draw();
      this.cells = new Cells(this);
      // A view that was asked for stays; the popup does not move it.
      if (this.place !== null) this.select(this.place, { pan: !view.view });
      this.box.dataset.ready = "";
    }));
  }

  #showAll() { this.map.fitBounds(this.payload.extent, { animate: false, padding: [8, 8] }); }

  /* ---- state ---- */

  /** @returns {State} */
  state() {
    const centre = this.map.getCenter().wrap();
    const bounds = this.map.getBounds();
    return {
      date: this.calendar.iso(this.day),
      known: this.asSaid ? "then" : "now",
      hide: Array.from(this.hidden).sort(),
      opacity: this.opacity,
      fade: this.fade,
      compare: this.comparison.text,
      chart: this.charted ? this.bar.chart.open : null,
      tiles: this.tiles.on,
      place: this.place,
      view: [+centre.lat.toFixed(4), +centre.lng.toFixed(4), this.map.getZoom()],
      bounds: [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((value) => +value.toFixed(3)),
    };
  }

  /* Take over a part of a state without telling anybody; `tell` asks for the whole. */
  /** @param {Command} command */
  set({ date, known, hide, fade, compare, place, tell }) {
    // A day that was told while playing may still be on its way, and would win.
    const late = this.player.playing;
    if (date !== undefined) { this.player.halt(); this.day = this.calendar.dayOf(date); }
    if (known !== undefined) this.know(known === "then");
    if (hide !== undefined) this.hidden = new Set(hide);
    if (fade !== undefined) this.fade = fade;
    if (compare !== undefined) this.comparison.set(compare);
    if (place !== undefined && place !== null) this.#visit(place);
    this.panel.sync();
    this.bar.known.checked = this.asSaid;
    this.bar.chart.draw();
    this.schedule();
    if (tell || late) this.tell("asked");
  }

  /** @param {boolean} asSaid */
  know(asSaid) {
    this.asSaid = asSaid;
    this.changes = this.record.changes(asSaid);
    this.bar.chart.draw();
  }

  /** @param {number} day */
  go(day) {
    this.day = this.calendar.within(day);
    this.player.restart();
    this.schedule();
    this.tell("date", 250);
  }

  /* To the next change, or back to the one before. */
  /** @param {number} direction */
  jump(direction) {
    const ahead = this.changes.filter((day) => (day - this.day) * direction > 0 && day === this.calendar.within(day));
    if (ahead.length) this.go(direction > 0 ? ahead[0] : ahead[ahead.length - 1]);
  }

  /* Choose a settlement: mark it, say who claims what, tell the listeners; null: none. */
  /** @param {number | null} place @param {Parameters<Popup["open"]>[1]} [where] */
  select(place, where = {}) {
    this.place = place;
    this.cells?.mark();
    this.popup.open(place, where);
    this.tell("place");
  }

  /* Choose a settlement from elsewhere: mark it, and bring it into view. */
  /** @param {number} place */
  #visit(place) {
    this.place = place;
    this.cells?.mark();
    const { isOpen } = this.popup;
    const row = this.payload.places.find(([id]) => id === place);
    if (!row) return;
    const at = L.latLng(row[5], row[6]);
    if (!this.map.getBounds().pad(-0.05).contains(at)) this.map.panTo(at, { animate: false });
    if (isOpen) this.popup.open(place, {});
  }

  /* Tell whoever listens, at once or at the latest after some milliseconds. */
  /** @param {string} reason @param {number} [wait] */
  tell(reason, wait) {
    clearTimeout(this.telling);
    const tell = () => {
      this.bar.chart.tell();
      const detail = Object.assign({ reason }, this.state());
      this.box.dispatchEvent(new CustomEvent("claimsclock", { detail, bubbles: true }));
    };
    if (wait) this.telling = window.setTimeout(tell, wait);
    else tell();
  }

  /* ---- painting ---- */

  /* Whether what is on the screen lags behind what was chosen. */
  get pending() { return Boolean(this.frame || this.saying); }

  schedule() {
    this.frame ||= requestAnimationFrame(() => { this.frame = 0; this.paint(); });
  }

  /* The picture that is asked for. */
  /** @returns {Picture} */
  picture() {
    return {
      day: this.day, knownBy: this.asSaid ? this.day : null, fade: this.fade,
      shown: (group) => this.shows(group), contradictory: !this.hidden.has(CONTRADICTORY),
    };
  }

  /* Whether a group of source and status is switched on. */
  /** @param {number} group */
  shows(group) {
    const { id, side } = this.record.sourceOf(group);
    return ![side, id, this.record.statusOf(group)].some((name) => this.hidden.has(name));
  }

  /* What is read at leisure, and costs more to lay out than the map, follows soon. */
  paint() {
    this.comparison.paint(this.picture());
    this.bar.move();
    this.saying ||= window.setTimeout(() => { this.saying = 0; this.#say(); }, 100);
    this.cells?.say();
    this.box.dataset.paintedDate = this.calendar.iso(this.day);
  }

  #say() {
    const { record, painting: { rows } } = this;
    this.panel.say();
    this.notice.hidden = rows.length > 0 || this.comparison.on;
    this.popup.renew();
    const speaking = new Set(rows.filter((r) => record.status[r] !== record.code.implied).map((r) => record.source[r])).size;
    this.bar.say(`${this.calendar.say(this.day)}: ${count(speaking, "source")} shown with a claim${this.comparison.words()}`);
  }

  /** @param {number} opacity */
  restyle(opacity) {
    this.opacity = opacity;
    this.painting.restyle(opacity);
    this.comparison.restyle(opacity);
  }
}

window.ClaimsClock = ClaimsClock;

export { ClaimsClock };
