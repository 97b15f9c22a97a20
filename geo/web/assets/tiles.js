/* Tiles of an online map under every map, if the reader wants them. */
class Tiles {
  constructor() {
    this.on = false;
    /** @type {[L.Map, L.TileLayer][]} */
    this.layers = [];
  }

  /** @param {L.Map} map */
  add(map) {
    // Their credit is on the map in any case.
    const layer = L.tileLayer("https://tile.openstreetmap.org/{z}/{x}/{y}.png", { opacity: STYLE.strength.tiles });
    // The land lies over the tiles; it makes way once there are any.
    layer.on("tileload", () => map.getContainer().classList.add("claims-tiled"));
    this.layers.push([map, layer]);
    if (this.on) layer.addTo(map);
  }

  /** @param {boolean} on */
  show(on) {
    this.on = on;
    for (const [map, layer] of this.layers) {
      map.getContainer().classList.remove("claims-tiled");
      if (on) layer.addTo(map);
      else layer.remove();
    }
  }
}

export { Tiles };
