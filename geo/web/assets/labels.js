/* Names of settlements on the map: the larger first, and none over another. */
import { element } from "./elements.js";
/** @import { Place } from "./types" */

class Labels {
  /** @param {L.Map} map @param {Place[]} places */
  constructor(map, places) {
    this.map = map;
    this.places = places;
    const pane = map.createPane("claims-labels");
    pane.style.zIndex = "640";
    pane.style.pointerEvents = "none";
    /** @type {L.Marker[]} */
    this.shown = [];
    map.on("zoomend moveend resize", () => this.place());
    this.place();
  }

  place() {
    const { map } = this;
    for (const label of this.shown) label.remove();
    this.shown = [];
    const zoom = map.getZoom();
    const most = zoom < 9 ? 0 : zoom < 10 ? 1 : zoom < 11 ? 2 : 3;
    /** @type {number[][]} */
    const taken = [];
    const view = map.getBounds().pad(0.1);
    for (const [, name, , , , lat, lon, rank] of this.places) {
      if (rank > most) break;
      if (!view.contains([lat, lon])) continue;
      const { x, y } = map.latLngToLayerPoint([lat, lon]);
      const wide = name.length * (rank < 2 ? 7.2 : 6.2) + 12;
      const box = [x - 5, y - 9, x + wide, y + 9];
      if (taken.some((o) => box[0] < o[2] && o[0] < box[2] && box[1] < o[3] && o[1] < box[3])) continue;
      taken.push(box);
      const icon = L.divIcon({ className: `claims-label claims-label-${rank}`, iconSize: undefined, html: element("span", "", null, name) });
      this.shown.push(L.marker([lat, lon], { icon, pane: "claims-labels", interactive: false, keyboard: false }).addTo(map));
    }
  }
}

export { Labels };
