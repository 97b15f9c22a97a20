/* The popup of a settlement, or of pieces somewhere on the map; what it says follows the clock
   and the switches. */
import { nobody, sayings } from "./sayings.js";
/** @import { ClaimsClock } from "./clock.js" */

class Popup {
  /** @param {ClaimsClock} clock */
  constructor(clock) {
    this.clock = clock;
    this.layer = L.popup({ className: "claims-popup" });
    /** @type {number[]} */
    this.pieces = [];
    this.x = -1;
  }

  get isOpen() { return Boolean(this.layer.isOpen()); }

  /* `x` is where on the screen was pointed, if it was; `pan` brings the popup into view. */
  /** @param {number | null} place @param {{ at?: L.LatLng, x?: number, pan?: boolean, pieces?: number[] }} where */
  open(place, { at, x = -1, pan = true, pieces }) {
    const { clock } = this;
    this.layer.remove();
    const row = clock.payload.places.find(([id]) => id === place);
    const site = at ?? (row && L.latLng(row[5], row[6]));
    if (!site) return;
    this.x = x;
    this.pieces = pieces ?? clock.payload.pieces.flatMap(({ places }, n) => (place !== null && places.includes(place) ? [n] : []));
    this.layer = L.popup({ className: "claims-popup", autoPan: pan, ...this.#limits() }).setLatLng(site)
      .setContent(row && !this.pieces.length ? nobody(row[1]) : this.#content());
    this.layer.openOn(clock.map);
    this.layer.options.autoPan = false;
  }

  #content() { return sayings(this.clock, this.pieces, this.clock.comparison.paintingAt(this.x)); }

  /* How large a popup may be, and how far from the edges: buttons lie there. */
  #limits() {
    const { x: wide, y: high } = this.clock.map.getSize();
    /** @type {(x: number, y: number) => [number, number]} */
    const padding = (x, y) => [x, y];
    return { maxWidth: Math.min(360, wide - 50), maxHeight: Math.min(300, high - 80),
      autoPanPaddingTopLeft: padding(wide > 470 ? 56 : 8, high > 400 ? 64 : 8),
      autoPanPaddingBottomRight: padding(high > 400 ? 8 : 56, 10) };
  }

  /* In a map of another size, as when the chart takes some of it. */
  refit() {
    if (!this.isOpen) return;
    Object.assign(this.layer.options, this.#limits(), { autoPan: true });
    this.layer.update();
    this.layer.options.autoPan = false;
  }

  /* Say what holds now. */
  renew() {
    if (!this.isOpen || !this.pieces.length) return;
    const node = this.#content();
    const said = this.layer.getContent();
    if (!(said instanceof Node) || node.textContent !== said.textContent) this.layer.setContent(node);
  }
}

export { Popup };
