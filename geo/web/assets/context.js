/* Rivers, roads, railways and sites over the ground of every map, unless they are switched off. */
import { element } from "./elements.js";
/** @import { Context as Features } from "./types" */

class Context {
  /** @param {Features} features @param {boolean} on */
  constructor(features, on) {
    this.features = features;
    this.on = on;
    /** @type {[L.Map, L.LayerGroup][]} */
    this.layers = [];
  }

  /** @param {L.Map} map */
  add(map) {
    // Above what is painted, below the names.
    const pane = map.createPane("context");
    pane.style.zIndex = "420";
    pane.style.pointerEvents = "none";
    const renderer = L.svg({ pane: "context" });
    const layer = L.layerGroup();
    for (const kind of Object.keys(STYLE.context)) {
      L.polyline(this.features.lines[kind] ?? [], { className: `claims-${kind}`, interactive: false, pane: "context", renderer }).addTo(layer);
    }
    for (const [name, latitude, longitude] of this.features.sites) {
      // The name is text of the data, never HTML.
      const icon = L.divIcon({ className: "", html: element("i", "claims-site"), iconSize: [0, 0] });
      L.marker([latitude, longitude], { icon, keyboard: false, alt: name }).bindTooltip(element("span", "", null, name)).addTo(layer);
    }
    this.layers.push([map, layer]);
    if (this.on) layer.addTo(map);
  }

  /** @param {boolean} on */
  show(on) {
    this.on = on;
    for (const [map, layer] of this.layers) {
      if (on) layer.addTo(map);
      else layer.remove();
    }
  }
}

export { Context };
