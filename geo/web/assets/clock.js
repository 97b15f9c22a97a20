/* The browser clock: shows who claims what ground on a day, from one document. Ground is held once
   as half-edges; a step of the date only looks up which rows hold. */
import { TimeBar } from "./bar.js";
import { Calendar } from "./calendar.js";
import { Comparison } from "./compare.js";
import { Context } from "./context.js";
import { Frame } from "./frame.js";
import { Ground } from "./ground.js";
import { Maps } from "./maps.js";
import { patterns } from "./painting.js";
import { Panel } from "./panel.js";
import { Paper } from "./paper.js";
import { Player } from "./player.js";
import { Record } from "./record.js";
import { Summary } from "./summary.js";
import { Telling, voicesOf } from "./telling.js";
import { Tiles } from "./tiles.js";
import { count, phrase } from "./words.js";
import { element } from "./elements.js";
/** @import { Command, Knowledge, Payload, State, View } from "./types" */
/** @import { SideMap } from "./sidemap.js" */
const BELLIGERENTS = ["ukrainian", "russian"];

class ClaimsClock {
  /** @param {L.Map} map @param {Payload} payload @param {View} view what to show at first */
  constructor(map, payload, view) {
    this.map = map;
    this.box = map.getContainer();
    this.payload = payload;
    this.calendar = new Calendar(payload);
    this.ground = new Ground(payload);
    this.record = new Record(payload);
    // The cell of each settlement, and those of which anything is ever said.
    /** @type {Map<number, number>} */
    this.cellOf = new Map(payload.pieces.flatMap(({ cell, places }, n) => (cell === null ? [] : places.map((id) => /** @type {const} */ ([id, n])))));
    this.spoken = new Set(payload.told);
    this.main = payload.told.slice(0, payload.main);
    this.hidden = new Set(view.hide);
    this.day = this.calendar.dayOf(view.date);
    this.known = this.#knowledge(view.known);
    this.current = view.current;
    this.showLapsed = view.lapsed;
    this.record.lapseAfter(this.current, this.known);
    this.place = view.place;
    this.claim = view.claim;
    /** @type {number | null} */
    this.lit = null;
    this.changes = this.record.changes(this.known);
    // Numbers of what waits for its turn; 0 is none.
    this.frame = 0;
    this.saying = 0;
    this.asked = 0;
    this.waiting = 0;
    this.comparison = new Comparison(this);
    this.comparison.set(view.compare);
    this.telling = this.#telling(this.day);
    // The later and the earlier of two days that are compared.
    this.now = this.telling;
    /** @type {Telling | null} */
    this.before = null;
    this.tiles = new Tiles();
    this.tiles.on = view.tiles;
    this.context = new Context(payload.context, view.context);
    this.player = new Player(this);
    const frame = new Frame(map);
    patterns(frame.header);
    this.summary = new Summary(this, frame.header);
    this.maps = new Maps(this, frame.maps, frame.header);
    this.maps.view = view.view;
    this.notice = element("div", "claims-notice", frame.maps, phrase("news_nobody"));
    this.notice.setAttribute("role", "status");
    this.notice.hidden = true;
    this.panel = new Panel(this, frame.panel);
    this.bar = new TimeBar(this, frame.bar);
    frame.skip(this);
    new Paper(this, frame.holder);
    // Space first, then the view, then what is drawn: so that each is worked out once.
    this.bar.showChart(view.chart);
    if (view.centre) map.setView([view.centre[0], view.centre[1]], view.centre[2], { animate: false });
    this.maps.arrange();
    if (!view.centre) this.maps.showAll();
    this.paint();
    if (view.tiles) this.tiles.show(true);
    window.claimsClock = this;
    // The picture first; what answers the pointer can come a frame later.
    requestAnimationFrame(() => setTimeout(() => {
      this.bar.chart.draw();
      if (this.place !== null) {
        if (view.centre) this.#take(this.place, this.#ground(this.place));
        else this.#visit(this.place);
      }
      this.box.dataset.ready = "";
      this.tell("ready");
    }));
  }

  /* ---- state ---- */

  /* Whether any source of a side, or a source, is switched on. */
  /** @param {string} voice */
  #speaks(voice) {
    return this.payload.sources.some(({ id, side }) => (id === voice || side === voice) && !this.hidden.has(id) && !this.hidden.has(side));
  }

  /* Those whose telling has a map of its own. */
  get voices() { return voicesOf(this.comparison.ids ?? BELLIGERENTS).filter((voice) => this.#speaks(voice)); }

  /* The two that are compared; one alone where the other is switched off. */
  get pair() {
    const pair = (this.comparison.ids ?? BELLIGERENTS).filter((voice) => this.#speaks(voice));
    return pair.length ? pair : this.voices.slice(0, 1);
  }

  /* The source that is shown alone; empty where there are several. */
  get only() {
    const shown = this.payload.sources.filter(({ id }) => this.#speaks(id));
    return shown.length === 1 ? shown[0].id : "";
  }

  /** @returns {State} */
  state() {
    const { map } = this.maps.lead;
    const [at, zoom] = this.maps.at;
    const centre = at.wrap();
    const bounds = map.getBounds();
    return {
      date: this.calendar.iso(this.day),
      known: typeof this.known === "number" ? this.calendar.iso(this.known) : this.known ?? "now",
      hide: Array.from(this.hidden).sort(),
      current: this.current,
      lapsed: this.showLapsed,
      compare: this.comparison.text,
      view: this.maps.view,
      chart: this.bar.chart.open,
      tiles: this.tiles.on,
      context: this.context.on,
      place: this.place,
      claim: this.claim,
      centre: [+centre.lat.toFixed(4), +centre.lng.toFixed(4), +zoom.toFixed(2)],
      bounds: [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((value) => +value.toFixed(3)),
    };
  }

  /* Take over a part of a state without telling anybody; `tell` asks for the whole. */
  /** @param {Command} command */
  set({ date, known, hide, current, lapsed, compare, view, place, claim, tell }) {
    // A day that was told while playing may still be on its way, and would win.
    const late = this.player.playing;
    if (date !== undefined) { this.player.halt(); this.day = this.calendar.dayOf(date); }
    if (hide !== undefined) this.hidden = new Set(hide);
    if (lapsed !== undefined) this.showLapsed = lapsed;
    if (current !== undefined) this.current = current;
    if (current !== undefined || known !== undefined) this.know(known === undefined ? this.known : this.#knowledge(known));
    if (compare !== undefined) this.comparison.set(compare);
    if (view !== undefined) this.maps.view = view;
    if (hide !== undefined || compare !== undefined || view !== undefined) this.maps.arrange();
    if (place !== undefined && place !== null) this.#visit(place);
    if (claim !== undefined) this.claim = claim;
    this.panel.sync();
    this.bar.chart.draw();
    this.schedule();
    if (tell || late) this.tell("asked");
  }

  /* `now`, `then` or a date, as an address has it. */
  /** @param {string} text @returns {Knowledge} */
  #knowledge(text) { return text === "now" ? null : text === "then" ? text : this.calendar.number(text); }

  /* The last day of which a day knows; null: no such day. */
  /** @param {number} day */
  knownOn(day) { return this.known === "then" ? day : this.known; }

  /** @param {Knowledge} known */
  know(known) {
    this.known = known;
    this.record.lapseAfter(this.current, known);
    this.changes = this.record.changes(known);
    this.bar.showKnown();
    this.bar.chart.stale = true;
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

  /* ---- what is pointed at and chosen ---- */

  /* Mark some ground on every map, and say on one of them what is said of it. */
  /** @param {number[]} pieces @param {SideMap} map @param {L.LatLng} [at] */
  point(pieces, map, at) {
    for (const one of this.maps.shown) {
      one.outline("pointed", pieces);
      if (one !== map || !pieces.length) one.tip.remove();
      one.map.getContainer().classList.toggle("claims-pointed", pieces.length > 0);
    }
    if (!at || !pieces.length) return;
    map.hint(this.#tip(pieces), at);
  }

  /** @param {number[]} pieces */
  #tip(pieces) {
    const node = element("div");
    const cell = pieces.find((n) => this.payload.pieces[n].cell !== null);
    element("strong", "", node, cell === undefined ? "Ground without a settlement" : this.payload.pieces[cell].name);
    if (cell !== undefined) for (const voice of this.voices) {
      const word = this.telling.word(voice, cell);
      element("div", "", node, `${this.maps.name(voice)}: ${phrase(`short_${word}`)}`);
    }
    return node;
  }

  /* Choose the settlement whose cell it is; other ground is only told about. */
  /** @param {number[]} pieces */
  choose(pieces) {
    const cell = pieces.find((n) => this.payload.pieces[n].cell !== null);
    this.#take(cell === undefined ? null : this.payload.pieces[cell].places[0], pieces);
    this.panel.card.enter();
    this.tell("place");
  }

  /* Choose a settlement: mark it, read out who claims what, tell the listeners. */
  /** @param {number} place */
  select(place) {
    this.#visit(place);
    this.panel.card.enter();
    this.tell("place");
  }

  /** @param {number} place */
  #ground(place) {
    return this.payload.pieces.flatMap(({ places }, n) => (places.includes(place) ? [n] : []));
  }

  /** @param {number | null} place @param {number[]} pieces */
  #take(place, pieces) {
    if (place !== this.place) this.claim = null;
    this.place = place;
    this.panel.card.open(place, pieces);
    if (place !== null) this.#uncover(place);
    for (const map of this.maps.shown) map.places?.place();
    this.schedule();
  }

  /* Move the map up where the card lies over a place, as it does on a narrow screen. */
  /** @param {number} place */
  #uncover(place) {
    const row = this.payload.places.find(([id]) => id === place);
    const { map } = this.maps.lead;
    const [here, card] = [map.getContainer(), this.panel.card.box].map((node) => node.getBoundingClientRect());
    if (!row || card.left >= here.right || card.top <= here.top) return;
    const { y } = map.latLngToContainerPoint([row[5], row[6]]);
    const free = card.top - here.top;
    if (y > free - 16) map.panBy([0, y - free / 2], { animate: false });
  }

  /* Choose a settlement from elsewhere: mark it, and bring it into view. */
  /** @param {number} place */
  #visit(place) {
    this.#take(place, this.#ground(place));
    const row = this.payload.places.find(([id]) => id === place);
    if (!row) return;
    const at = L.latLng(row[5], row[6]);
    const { map } = this.maps.lead;
    if (!map.getBounds().pad(-0.05).contains(at)) map.panTo(at, { animate: false });
    this.#uncover(place);
  }

  /* Outline what one source says; null: none. */
  /** @param {number | null} source */
  light(source) {
    this.lit = source;
    this.schedule();
  }

  /* Tell whoever listens, at once or at the latest after some milliseconds. */
  /** @param {string} reason @param {number} [wait] */
  tell(reason, wait) {
    clearTimeout(this.waiting);
    const tell = () => {
      this.bar.chart.tell();
      const detail = Object.assign({ reason }, this.state());
      this.box.dispatchEvent(new CustomEvent("claimsclock", { detail, bubbles: true }));
    };
    if (wait) this.waiting = window.setTimeout(tell, wait);
    else tell();
  }

  /* ---- painting ---- */

  /* Whether what is on the screen lags behind what was chosen. */
  get pending() { return Boolean(this.frame || this.saying); }

  schedule() {
    this.frame ||= requestAnimationFrame(() => { this.frame = 0; this.paint(); });
  }

  /* Whether a row is of a source, a side and a status that are switched on. */
  /** @param {number} row */
  shows(row) {
    const { hidden, record } = this;
    const { id, side } = record.sourceOf(row);
    return !hidden.has(side) && !hidden.has(id) && !hidden.has(record.statusOf(row));
  }

  /* Rows of all sources, shown or not: in force, or lapsed. */
  get active() { return this.#standing(this.day); }

  get lapsed() { return this.#standing(this.day, true); }

  /** @param {number} day */
  #standing(day, lapsed = false) { return this.record.active(day, this.knownOn(day), lapsed); }

  /* What the claims shown come to on a day. */
  /** @param {number} day */
  #telling(day) {
    const rows = this.#standing(day).filter((r) => this.shows(r));
    return new Telling(this.record, rows, voicesOf(this.comparison.ids ?? BELLIGERENTS), day);
  }

  /* What is read at leisure, and costs more to lay out than the maps, follows soon. */
  paint() {
    const { comparison, day } = this;
    this.telling = this.#telling(day);
    // What is gained and lost counts from the earlier day to the later.
    const other = comparison.day === null || comparison.day === day ? null : this.#telling(comparison.day);
    const [now, before] = other && other.day > day ? [other, this.telling] : [this.telling, other];
    Object.assign(this, { now, before });
    const chosen = this.place === null ? this.panel.card.pieces : this.#ground(this.place);
    for (const map of this.maps.shown) {
      map.paint(now, comparison.spanned ? before ?? now : null, this.maps.effective === "places");
      map.outline("chosen", this.panel.card.isOpen ? chosen : []);
    }
    this.summary.move();
    this.bar.move();
    this.#saySoon();
    this.box.dataset.paintedDate = this.calendar.iso(day);
  }

  /* When the clock rests, and a few times a second while it runs. */
  #saySoon() {
    const now = performance.now();
    if (!this.saying) this.asked = now;
    clearTimeout(this.saying);
    this.saying = window.setTimeout(() => { this.saying = 0; this.say(); }, Math.min(100, Math.max(0, this.asked + 400 - now)));
  }

  say() {
    const { record, telling, comparison } = this;
    this.summary.say(telling, this.#telling(this.day - 1));
    for (const map of this.maps.shown) map.say(this.now, comparison.spanned ? this.before : null);
    this.panel.say();
    this.notice.hidden = telling.rows.length > 0;
    const speaking = new Set(telling.rows.filter((r) => record.status[r] !== record.code.implied).map((r) => record.source[r])).size;
    this.bar.say(`${this.calendar.say(this.day)}: ${count(speaking, "source")} shown with a claim`);
  }
}

window.ClaimsClock = ClaimsClock;

export { ClaimsClock };
