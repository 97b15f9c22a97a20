/* What stands around the maps: header, panel and bar. */
import { element } from "./elements.js";

class Frame {
  /** @param {L.Map} map */
  constructor(map) {
    const box = map.getContainer();
    const holder = box.parentElement ?? document.body;
    const root = document.documentElement;
    root.lang ||= "en";
    if (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches) root.dataset.theme = "dark";
    holder.classList.add("claims-frame");
    this.header = element("header", "claims-header", holder);
    this.maps = element("main", "claims-main", holder);
    this.panel = element("aside", "claims-panel", holder);
    this.bar = element("section", "claims-bar", holder);
    this.bar.setAttribute("aria-label", "Clock");
    // The flag that Leaflet shows by default would take a side.
    map.attributionControl?.setPrefix("Leaflet").addAttribution("© OpenStreetMap contributors, INID, GSHHG");
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) map.options.inertia = false;
    map._zoomAnimated = false;  // several maps move as one; the option is read only when a map is made
  }
}

export { Frame };
