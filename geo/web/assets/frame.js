/* What stands around the maps: header, panel and bar; and how the keyboard reaches each. */
import { element } from "./elements.js";
/** @import { ClaimsClock } from "./clock.js" */

class Frame {
  /** @param {L.Map} map */
  constructor(map) {
    const box = map.getContainer();
    const holder = this.holder = box.parentElement ?? document.body;
    const root = document.documentElement;
    root.lang ||= "en";
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const match = () => { root.dataset.theme = dark.matches ? "dark" : "light"; };
    match();
    // In a frame the page around it sets the theme.
    if (window.parent === window) dark.addEventListener("change", match);
    // folium's own forbids to enlarge the page.
    document.querySelector('meta[name="viewport"]')?.setAttribute("content", "width=device-width, initial-scale=1");
    holder.classList.add("claims-frame");
    this.skips = element("nav", "claims-skips");
    this.skips.setAttribute("aria-label", "Skip");
    holder.prepend(this.skips);
    this.header = element("header", "claims-header", holder);
    this.header.setAttribute("aria-label", "The day at a glance");
    this.maps = element("main", "claims-main", holder);
    this.maps.setAttribute("aria-label", "Maps");
    this.panel = element("aside", "claims-panel", holder);
    this.bar = element("section", "claims-bar", holder);
    this.bar.setAttribute("aria-label", "Clock");
    // The flag that Leaflet shows by default would take a side.
    map.attributionControl?.setPrefix("Leaflet").addAttribution("© OpenStreetMap contributors, INID, GSHHG");
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) map.options.inertia = false;
    map._zoomAnimated = false;  // several maps move as one; the option is read only when a map is made
  }

  /* Links that are seen once they have the focus. */
  /** @param {ClaimsClock} clock */
  skip(clock) {
    /** @type {[string, () => void][]} */
    const ways = [["Skip to the map", () => clock.maps.lead.focus()], ["Skip to the clock", () => clock.bar.slider.focus()],
      ["Skip to key and places", () => { clock.panel.open(true); clock.panel.search.input.focus(); }]];
    for (const [name, go] of ways) {
      const made = element("button", "claims-skip", this.skips, name);
      made.type = "button";
      made.addEventListener("click", go);
    }
  }
}

export { Frame };
