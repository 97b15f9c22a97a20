/* The wheel over the maps. In a page around them it scrolls that page, unless Ctrl is held or a map was
   clicked. */
import { element } from "./elements.js";
const HINT = "Hold Ctrl, or click into the map, to zoom with the wheel";

class Wheel {
  /** @param {HTMLElement} holder of the maps */
  constructor(holder) {
    // Alone there is nothing to be scrolled.
    this.held = window.parent === window;
    if (this.held) return;
    const hint = element("p", "claims-wheel", holder, HINT);
    hint.setAttribute("aria-hidden", "true");
    hint.hidden = true;
    let hiding = 0;
    const hide = () => { hint.hidden = true; };
    holder.addEventListener("mousedown", () => { this.held = true; hide(); });
    holder.addEventListener("mouseleave", () => { this.held = false; hide(); });
    holder.addEventListener("wheel", (event) => {
      hint.hidden = this.zooms(event);
      clearTimeout(hiding);
      hiding = window.setTimeout(hide, 1500);
    }, { passive: true });
  }

  /** @param {WheelEvent} event */
  zooms(event) { return this.held || event.ctrlKey || event.metaKey; }

  /* Before Leaflet hears it. */
  /** @param {HTMLElement} figure @param {L.Map} map */
  guard(figure, map) {
    figure.addEventListener("wheel", (event) => {
      if (this.zooms(event)) map.scrollWheelZoom.enable();
      else map.scrollWheelZoom.disable();
    }, { capture: true, passive: true });
  }
}

export { Wheel };
