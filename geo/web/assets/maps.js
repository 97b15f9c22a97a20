/* The maps of a view, equally large, panned and zoomed together. */
import { button, element } from "./elements.js";
import { SideMap } from "./sidemap.js";
import { Wheel } from "./wheel.js";
import { phrase, shortName, SIDES } from "./words.js";
/** @import { MapView } from "./types" */
/** @import { ClaimsClock } from "./clock.js" */
/** @type {[MapView, string][]} */
const WIDE = [["all", "All"], ["side-by-side", "Side by side"], ["overlay", "Overlay"], ["places", "Places"]];
/** @type {[MapView, string][]} */
const NARROW = [["ukrainian", "Ukrainian"], ["russian", "Russian"], ["third_party", "Third parties"], ["overlay", "Overlay"]];
/* Room for more than one map, and for the panel beside or below them. */
const ROOM = "(min-width: 721px) and (min-height: 521px)";

class Maps {
  /** @param {ClaimsClock} clock @param {HTMLElement} parent @param {Element} header */
  constructor(clock, parent, header) {
    this.clock = clock;
    this.holder = element("div", "claims-maps", parent);
    this.room = matchMedia(ROOM);
    // On paper there is room, whatever the screen.
    this.paper = false;
    this.wheel = new Wheel(this.holder);
    /** @type {MapView | null} */
    this.view = null;
    // What is shown of it.
    this.effective = this.#fitting();
    this.following = false;
    // Where the maps were last moved to; what each tells of itself is rounded to its own pixels.
    /** @type {[L.LatLng, number]} */
    this.at = [clock.map.getCenter(), clock.map.getZoom()];
    // The map of the page compares; each voice's own is made when it is first shown.
    this.compared = new SideMap(clock, this.holder, clock.map);
    /** @type {Map<number, SideMap>} */
    this.own = new Map();
    /** @type {SideMap[]} */
    this.shown = [this.compared];
    this.switch = element("div", "claims-views", header);
    this.switch.setAttribute("role", "group");
    this.switch.setAttribute("aria-label", "Maps shown");
    const zoom = element("div", "claims-zoom", this.holder);
    button(zoom, "Zoom in", "plus", () => this.lead.map.zoomIn());
    button(zoom, "Zoom out", "minus", () => this.lead.map.zoomOut());
    button(zoom, "Show all", "all", () => this.showAll());
    this.#follow(clock.map);
    this.room.addEventListener("change", () => {
      this.arrange();
      clock.schedule();
    });
  }

  get wide() { return this.paper || this.room.matches; }

  /* The first map that can be seen. */
  get lead() { return this.shown[0] ?? this.compared; }

  showAll() { this.lead.map.fitBounds(this.clock.payload.extent, { animate: false, padding: [4, 4] }); }

  /* What there is room for of what was chosen: one map where the screen is narrow. */
  /** @returns {MapView} */
  #fitting() {
    const { view } = this;
    if (!this.wide && (view === null || view === "all" || view === "side-by-side")) return "overlay";
    return view ?? "all";
  }

  /** @param {string} voice */
  name(voice) {
    const source = this.clock.payload.sources.find(({ id }) => id === voice);
    return source ? shortName(source) : SIDES.find(([side]) => side === voice)?.[1] ?? voice;
  }

  /* Lay out the maps of the view for the voices that are shown. */
  arrange() {
    const { clock } = this;
    const effective = this.effective = this.#fitting();
    const { voices, pair } = clock;
    const [a, b] = pair;
    const both = pair.length === 2 && !clock.comparison.spanned;
    const alone = voices.filter((voice) => voice === effective);
    const own = alone.length ? alone : effective === "all" || !pair.length ? voices
      : both && effective !== "side-by-side" ? [] : pair;
    const compared = both && (effective === "all" || effective === "overlay" || effective === "places") && !alone.length;
    this.shown = own.map((voice, n) => {
      const made = this.#own(n);
      const { only } = clock;
      const source = only || clock.payload.sources.some(({ id }) => id === voice);
      made.show([voice], `${this.name(only || voice)} ${source ? "says" : "say"}`, voice);
      return made;
    });
    if (compared) {
      this.compared.show(pair, clock.comparison.ids ? `${this.name(a)} and ${this.name(b)} compared` : phrase("compared"), "compared");
      // Third parties come last.
      this.shown.splice(Math.min(2, this.shown.length), 0, this.compared);
    }
    for (const one of [this.compared, ...this.own.values()]) one.figure.hidden = !this.shown.includes(one);
    // As they are seen, so they are read; moved only where they must be, for that takes the focus away.
    const figures = this.shown.map(({ figure }) => figure);
    if (figures.some((figure, n) => figure !== this.holder.children[n])) this.holder.prepend(...figures);
    this.holder.dataset.count = String(this.shown.length);
    this.holder.dataset.view = effective;
    for (const { map } of this.shown) this.#put(map);
    this.#choices();
  }

  /* Give a map its size, and the extent of all. */
  /** @param {L.Map} map */
  #put(map) {
    this.following = true;
    // Where its centre would move with its corner, Leaflet could start to pan it back into its bounds.
    map.invalidateSize({ animate: false });
    map.setView(...this.at, { animate: false });
    this.following = false;
  }

  /* A map that has another size shows the same place; one that is hidden when it is shown again. */
  /** @param {L.Map} map */
  fit(map) {
    const { clientWidth, clientHeight } = map.getContainer();
    if (!clientWidth || map.getSize().equals([clientWidth, clientHeight])) return;
    this.#put(map);
    this.clock.tell("view", 400);
  }

  /** @param {number} n */
  #own(n) {
    let made = this.own.get(n);
    if (!made) {
      made = new SideMap(this.clock, this.holder, null);
      this.own.set(n, made);
      this.#follow(made.map);
    }
    return made;
  }

  #choices() {
    const options = this.wide ? WIDE : NARROW;
    const key = options.map(([view]) => view).join();
    if (this.switch.dataset.options !== key) {
      this.switch.dataset.options = key;
      this.switch.textContent = "";
      for (const [view, name] of options) {
        const made = element("button", "claims-view", this.switch, name);
        made.type = "button";
        made.dataset.view = view;
        made.addEventListener("click", () => {
          this.view = view;
          this.arrange();
          this.clock.schedule();
          this.clock.tell("view");
        });
      }
    }
    for (const one of this.switch.children) one.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (one).dataset.view === this.effective));
  }

  /* The other maps go where one is moved to. */
  /** @param {L.Map} moved */
  #follow(moved) {
    moved.on("move zoomend", () => {
      if (this.following) return;
      this.following = true;
      const [centre, zoom] = this.at = [moved.getCenter(), moved.getZoom()];
      for (const { map } of new Set([this.compared, ...this.shown])) if (map !== moved) map.setView(centre, zoom, { animate: false });
      this.following = false;
    });
    moved.on("moveend", () => { if (!this.following) this.clock.tell("view", 400); });
  }
}

export { Maps };
