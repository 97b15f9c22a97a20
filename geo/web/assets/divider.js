/* The divider between two pictures, which a reader drags; and what stands on its two sides. */
import { element, setAttributes, write } from "./elements.js";

class Divider {
  /** @param {L.Map} map @param {() => void} moved */
  constructor(map, moved) {
    this.map = map;
    this.moved = moved;
    // Where it is, from 0 at the left to 1 at the right.
    this.at = 0.5;
    // In a pane of the map, so that tips and popups lie above it; see `arrange`.
    const pane = map.createPane("claims-divider");
    pane.style.zIndex = "645";
    this.stage = element("div", "claims-stage", pane);
    const handle = this.handle = element("div", "claims-divider", this.stage);
    handle.tabIndex = 0;
    setAttributes(handle, { role: "slider", "aria-label": "Divider", "aria-valuemin": 0, "aria-valuemax": 100 });
    element("i", "", handle);
    this.left = element("div", "claims-half claims-half-left", this.stage);
    this.right = element("div", "claims-half claims-half-right", this.stage);
    L.DomEvent.disableClickPropagation(handle);
    const move = (/** @type {PointerEvent} */ event) => {
      const box = map.getContainer().getBoundingClientRect();
      this.move((event.clientX - box.left) / box.width);
    };
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.focus();
      handle.setPointerCapture(event.pointerId);
      handle.addEventListener("pointermove", move);
    });
    for (const end of ["pointerup", "pointercancel"]) handle.addEventListener(end, () => handle.removeEventListener("pointermove", move));
    handle.addEventListener("keydown", (event) => {
      const step = new Map([["ArrowLeft", -0.02], ["ArrowRight", 0.02], ["PageUp", 0.1], ["PageDown", -0.1], ["Home", -1], ["End", 1]]).get(event.key);
      if (step === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      this.move(this.at + step);
    });
    map.on("move zoom viewreset resize", moved);
  }

  /* Where it is on the screen. */
  get x() { return Math.round(this.at * this.map.getSize().x); }

  /** @param {number} at */
  move(at) {
    this.at = Math.min(Math.max(at, 0), 1);
    this.moved();
  }

  /** @param {boolean} on */
  arrange(on) {
    const { x: wide, y: high } = this.map.getSize();
    // A pane moves with the map; what is on it must not.
    const { x: left, y: top } = this.map.containerPointToLayerPoint([0, 0]);
    Object.assign(this.stage.style, { display: on ? "" : "none", left: `${left}px`, top: `${top}px`, width: `${wide}px`, height: `${high}px` });
    this.handle.style.left = `${this.x}px`;
    Object.assign(this.left.style, { right: `${wide - this.x + 8}px`, maxWidth: `${Math.max(this.x - 40, 0)}px` });
    Object.assign(this.right.style, { left: `${this.x + 8}px`, maxWidth: `${Math.max(wide - this.x - 90, 0)}px` });
    this.#tell();
  }

  /** @param {string} left @param {string} right */
  title(left, right) {
    write(this.left, left);
    write(this.right, right);
    this.#tell();
  }

  /* Where it is, for those who do not see it. */
  #tell() {
    const share = Math.round(this.at * 100);
    setAttributes(this.handle, { "aria-valuenow": share,
      "aria-valuetext": `${share} %: left ${this.left.textContent}, right ${this.right.textContent}` });
  }
}

export { Divider };
