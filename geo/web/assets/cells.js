/* The pieces of ground that answer the pointer, and the tip that says who claims what there. */
import { sayings } from "./sayings.js";
/** @import { ClaimsClock } from "./clock.js" */

class Cells {
  /** @param {ClaimsClock} clock */
  constructor(clock) {
    this.clock = clock;
    const { map, ground, payload } = clock;
    map.createPane("claims-ground").style.zIndex = "420";
    const renderer = L.svg({ pane: "claims-ground", padding: 0.2 }).addTo(map);
    /** @type {Map<Element | undefined, number>} */
    this.numbers = new Map();
    // Numbers of the pieces under the pointer, the uppermost first, and where it is.
    /** @type {number[] | null} */
    this.hover = null;
    this.pointer = 0;
    this.marked = new Set();
    this.tip = L.tooltip({ sticky: true, className: "claims-tip", opacity: 1, direction: "auto", offset: [14, 0] });
    this.shapes = payload.pieces.map((piece, number) => {
      const shape = L.polygon(ground.latLngs(ground.rings(number)), {
        renderer, className: "claims-cell", stroke: false, fillOpacity: 0, smoothFactor: 0,
        bubblingMouseEvents: false,  // a click on the map itself chooses nothing
      }).addTo(map);
      this.numbers.set(shape.getElement(), number);
      shape.on("mouseover", (event) => {
        this.#point(number, event);
        shape.setStyle({ stroke: true, color: "var(--claims-ink)", weight: 2 });
        this.say();
      });
      shape.on("mouseout", () => {
        this.hover = null;
        shape.setStyle({ stroke: false });
        this.mark();
        this.tip.remove();
      });
      shape.on("mousemove", (event) => {
        this.tip.setLatLng(event.latlng);
        this.#fit();
        const before = [clock.comparison.paintingAt(this.pointer), String(this.hover)];
        this.#point(number, event);
        if (clock.comparison.paintingAt(this.pointer) !== before[0] || String(this.hover) !== before[1]) this.say();
      });
      shape.on("click", (event) => clock.select(piece.cell === null ? null : piece.places[0],
        { at: event.latlng, x: event.containerPoint.x, pieces: this.#under(number, event) }));
      return shape;
    });
  }

  /** @param {number} number @param {L.LeafletMouseEvent} event */
  #point(number, event) {
    this.hover = this.#under(number, event);
    this.pointer = event.containerPoint.x;
  }

  /* Numbers of the piece that an event is on, and of the shapes that lie below it there; cells
     lie on top, and only one at a place. */
  /** @param {number} number @param {L.LeafletMouseEvent} event */
  #under(number, { originalEvent: { clientX, clientY } }) {
    const below = document.elementsFromPoint(clientX, clientY).flatMap((node) => this.numbers.get(node) ?? [])
      .filter((n) => n !== number && this.clock.payload.pieces[n].cell === null);
    return [number, ...below];
  }

  /* Say who claims what of the ground under the pointer, if it is on any. */
  say() {
    if (!this.hover) return;
    const { clock, tip } = this;
    tip.setContent(sayings(clock, this.hover, clock.comparison.paintingAt(this.pointer)));
    if (!clock.map.hasLayer(tip)) tip.setLatLng(this.shapes[this.hover[0]].getBounds().getCenter()).addTo(clock.map);
    this.#fit();
  }

  /* Keep the tip on the map: Leaflet only chooses the side of the pointer. */
  #fit() {
    const node = this.tip.getElement();
    if (!node) return;
    node.style.maxWidth = `${this.clock.box.clientWidth - 8}px`;
    node.style.translate = "none";
    const [map, tip] = [this.clock.box, node].map((one) => one.getBoundingClientRect());
    // Beside the buttons, where there is space.
    const left = map.width > tip.width + 60 ? map.left + 48 : map.left;
    /** @param {number} low @param {number} high @param {number} from @param {number} to */
    const shift = (low, high, from, to) => Math.max(low + 4 - from, 0) || Math.min(high - 4 - to, 0);
    node.style.translate = `${shift(left, map.right, tip.left, tip.right)}px ${shift(map.top, map.bottom, tip.top, tip.bottom)}px`;
  }

  /* Mark the cell of the settlement that is chosen. */
  mark() {
    const { clock } = this;
    this.shapes.forEach((shape, number) => {
      const { cell, places } = clock.payload.pieces[number];
      if (this.marked.delete(number)) shape.setStyle({ stroke: false });
      if (cell === null || clock.place === null || !places.includes(clock.place)) return;
      this.marked.add(number);
      shape.setStyle({ stroke: true, color: "var(--claims-ink)", weight: 3 });
    });
  }
}

export { Cells };
