/* What stands around the map: the places of the panel and the bar, and the buttons on it. */
import { button, element } from "./elements.js";

class Frame {
  /** @param {L.Map} map @param {() => void} showAll */
  constructor(map, showAll) {
    const box = map.getContainer();
    const holder = box.parentElement ?? document.body;
    const root = document.documentElement;
    root.lang ||= "en";
    if (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches) root.dataset.theme = "dark";
    holder.classList.add("claims-frame");
    box.classList.add("claims-map");
    this.panel = element("aside", "claims-panel", holder);
    this.bar = element("section", "claims-bar", holder);
    this.bar.setAttribute("aria-label", "Clock");
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "Map of claims");
    // The flag that Leaflet shows by default would take a side.
    map.attributionControl?.setPrefix("Leaflet").addAttribution("borders © OpenStreetMap contributors");
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      map.options.inertia = false;
      map._zoomAnimated = false;  // the option is read only when a map is made
    }
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(box);
    this.notice = element("div", "claims-notice", box, "Nothing that is switched on is said of any ground on this day.");
    this.notice.setAttribute("role", "status");
    this.notice.hidden = true;
    const zoom = element("div", "claims-zoom", box);
    button(zoom, "Zoom in", "plus", () => map.zoomIn());
    button(zoom, "Zoom out", "minus", () => map.zoomOut());
    button(zoom, "Show all", "all", showAll);
    L.DomEvent.disableClickPropagation(zoom);
  }
}

export { Frame };
