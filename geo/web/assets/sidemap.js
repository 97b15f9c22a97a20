/* One map: what one voice says, or where two are compared; with its title above and its km2 below. */
import { element, write } from "./elements.js";
import { Painting, colour, lapsed, signOf } from "./painting.js";
import { Places } from "./places.js";
import { UKRAINIAN } from "./telling.js";
import { phrase, thousands } from "./words.js";
/** @import { Members } from "./types" */
/** @import { Telling } from "./telling.js" */
/** @import { ClaimsClock } from "./clock.js" */
/* Outlines over what is painted, from the lowest to the highest: what has lapsed and what one source
   says, by status; the ground under the pointer, and that which is chosen. */
const STATUSES = ["ukrainian_control", "contested", "russian_control"];

class SideMap {
  /** @param {ClaimsClock} clock @param {Element} parent @param {L.Map | null} map the map of the page, or null for one more like it */
  constructor(clock, parent, map) {
    this.clock = clock;
    const figure = this.figure = element("figure", "claims-figure", parent);
    this.title = element("figcaption", "claims-title", figure);
    const box = map ? map.getContainer() : element("div");
    box.classList.add("claims-map");
    figure.append(box);
    this.caption = element("p", "claims-km2", figure);
    this.map = map ?? this.#another(box);
    box.setAttribute("role", "region");
    L.control.scale({ imperial: false, maxWidth: 90 }).addTo(this.map);
    this.map.invalidateSize({ animate: false });
    /** @type {string[]} */
    this.voices = [];
    /** @type {string[]} */
    this.signs = [];
    this.tip = L.tooltip({ sticky: true, className: "claims-tip", opacity: 1, direction: "auto", offset: [14, 0] });
  }

  /* Once the map is seen and has its view: what is drawn on it, and what answers the pointer. */
  #begin() {
    const { clock, map } = this;
    if (map !== clock.map) this.#backdrop();
    this.painting = new Painting(map, clock.ground);
    for (const status of STATUSES) {
      this.painting.add(`lapsed-${status}`, "fill: none", lapsed(status));
      this.painting.add(`lit-${status}`, "fill: none", { stroke: colour("ink"), "stroke-width": STYLE.width.lit });
    }
    this.painting.add("pointed", "fill: none", { stroke: colour("ink"), "stroke-width": STYLE.width.pointed });
    this.painting.add("chosen", "fill: none", { stroke: colour("ink"), "stroke-width": STYLE.width.chosen });
    this.places = new Places(clock, map);
    clock.tiles.add(map);
    clock.maps.wheel.guard(this.figure, map);
    clock.context.add(map);
    map.on("mousemove", (event) => clock.point(clock.ground.under(event.latlng), this, event.latlng));
    map.on("mouseout", () => clock.point([], this));
    map.on("click", (event) => clock.choose(clock.ground.under(event.latlng)));
    new ResizeObserver(() => clock.maps.fit(map)).observe(map.getContainer());
  }

  /** @param {HTMLElement} box */
  #another(box) {
    const first = this.clock.map;
    const { minZoom, maxZoom, maxBounds, maxBoundsViscosity, zoomSnap, inertia } = first.options;
    return L.map(box, { minZoom, maxZoom, maxBounds, maxBoundsViscosity, zoomSnap, inertia, zoomControl: false,
      attributionControl: false, fadeAnimation: false, zoomAnimation: false, center: first.getCenter(), zoom: first.getZoom() });
  }

  /* The land, as on the map of the page. */
  #backdrop() {
    this.clock.map.eachLayer((layer) => {
      if (!(layer instanceof L.Polyline) || !layer.options.className?.startsWith("backdrop-")) return;
      const at = /** @type {any} */ (layer.getLatLngs());
      (layer instanceof L.Polygon ? L.polygon(at, layer.options) : L.polyline(at, layer.options)).addTo(this.map);
    });
  }

  /* To the place that was reached last. */
  focus() { (this.places?.reached ?? this.map.getContainer()).focus(); }

  /* Whose telling it shows: one voice, or two compared. */
  /** @param {string[]} voices @param {string} title @param {string} side */
  show(voices, title, side) {
    this.voices = voices;
    write(this.title, title);
    this.figure.dataset.side = side;
    this.map.getContainer().setAttribute("aria-label", title);
  }

  /** @param {Telling} telling @param {Telling | null} before @param {boolean} alone whether discs are all that is shown */
  paint(telling, before, alone) {
    if (!this.painting) this.#begin();
    const { painting, places, voices, clock } = this;
    const { record } = clock;
    if (!painting || !places) return;
    /** @type {Members} */
    let members = {};
    if (before) members = telling.changes(voices[0], before);
    else if (!alone) members = voices.length > 1 ? telling.compared(voices) : telling.own(voices[0]);
    this.members = members;
    const seen = Object.keys(members).filter((name) => members[name]?.includes(1));
    this.signs = alone ? [] : [...new Set(seen.map(signOf))];
    painting.paint({ ...painting.nothing, ...members });
    painting.paint(this.#outlines("lapsed", clock.showLapsed ? clock.lapsed.filter((r) => clock.shows(r)) : []));
    painting.paint(this.#outlines("lit", clock.lit === null ? [] : telling.rows.filter((r) => record.source[r] === clock.lit)));
    places.paint(telling, voices, alone);
  }

  /* The outlines of some rows of these voices, by status. */
  /** @param {string} kind @param {number[]} rows @returns {Members} */
  #outlines(kind, rows) {
    const { record } = this.clock;
    /** @type {Members} */
    const found = Object.fromEntries(STATUSES.map((status) => [`${kind}-${status}`, null]));
    for (const r of rows) {
      const name = `${kind}-${record.statusOf(r)}`;
      if (name in found && this.voices.some((voice) => record.speaks(r, voice))) (found[name] ??= new Uint8Array(record.pieces))[record.piece[r]] = 1;
    }
    return found;
  }

  /* Say something beside a place, all of it on the map. */
  /** @param {HTMLElement} node @param {L.LatLng} at */
  hint(node, at) {
    const { map, tip } = this;
    tip.setContent(node).setLatLng(at);
    if (!map.hasLayer(tip)) tip.addTo(map);
    const box = tip.getElement();
    if (!box) return;
    const { x, y } = map.latLngToContainerPoint(at);
    const size = map.getSize();
    box.style.maxWidth = `${Math.min(300, size.x - 16)}px`;
    // Leaflet leaves a gap of 6 pixels for its arrow.
    const [room, half] = [Math.max(x, size.x - x) - box.offsetWidth - 7, box.offsetHeight / 2];
    tip.options.offset = [Math.min(14, room), Math.min(Math.max(y, half), size.y - half) - y];
    tip.setLatLng(at);
  }

  /* Outline some pieces, or none. */
  /** @param {"pointed" | "chosen"} name @param {number[]} pieces */
  outline(name, pieces) {
    const member = pieces.length ? Uint8Array.from({ length: this.clock.record.pieces }, (_, n) => +pieces.includes(n)) : null;
    this.painting?.paint({ [name]: member });
  }

  /* km2 of what is painted, and over which places the two contradict each other. */
  /** @param {Telling} telling @param {Telling | null} before */
  say(telling, before) {
    const { voices, clock: { payload } } = this;
    const km2 = (/** @type {string} */ name) => thousands(telling.km2(this.members?.[name]));
    if (before) { write(this.caption, `${phrase("gained")} ${km2("gained")}, ${phrase("lost")} ${km2("lost")} km²`); return; }
    if (voices.length === 1) {
      const areas = telling.areas(voices[0]);
      const said = [...STATUSES, "split"].filter((word) => areas[word] || word === UKRAINIAN).map((word) => `${phrase(`short_${word}`)} ${thousands(areas[word] ?? 0)}`);
      write(this.caption, `${said.join(", ")} km²`);
      return;
    }
    const odd = payload.theatre.filter((n) => telling.classOf(voices, n) === "contradictory");
    const sum = odd.reduce((all, n) => all + payload.pieces[n].km2, 0);
    // As the key says it, and the other way round.
    const [first, other] = [true, false].map((as) => odd.filter((n) => (telling.word(voices[0], n) === UKRAINIAN) === as).map((n) => payload.pieces[n].name).join(", "));
    const places = [first, other && `${first && "the other way round: "}${other}`].filter(Boolean).join("; ");
    write(this.caption, odd.length ? `Contradiction, ${thousands(sum)} km²: ${places}` : phrase("clashes_none"));
    this.caption.title = this.caption.textContent ?? "";
  }
}

export { SideMap };
