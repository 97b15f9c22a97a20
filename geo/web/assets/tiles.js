/* Tiles of an online map, for who asks for them. */
class Tiles {
  /** @param {L.Map} map */
  constructor(map) {
    this.map = map;
    this.on = false;
    // Whom to name for them stands on the map anyway.
    this.layer = L.tileLayer("https://tile.openstreetmap.org/{z}/{x}/{y}.png", { opacity: 0.55 });
    // The land lies over the tiles; it makes way once there are any.
    this.layer.on("tileload", () => map.getContainer().classList.add("claims-tiled"));
  }

  /** @param {boolean} on */
  show(on) {
    this.on = on;
    this.map.getContainer().classList.remove("claims-tiled");
    if (on) this.layer.addTo(this.map);
    else this.layer.remove();
  }
}

export { Tiles };
