/* Samples of how ground of each status looks on the map, beside the switches. */
import { element, svg } from "./elements.js";
import { IMPLIED, OUTLINE, TEXTURES, dashed } from "./sheet.js";
import { SIDES } from "./words.js";
/** @import { Side, Status } from "./types" */
/** @import { Painting } from "./sheet.js" */
/** @import { Record } from "./record.js" */

class Legend {
  /** @param {Record} record */
  constructor(record) {
    this.record = record;
    // Each sample, and what it stands for.
    /** @type {[HTMLElement | SVGElement, string][]} */
    this.samples = [];
  }

  /* The samples of a status, one for each side that ever claims it. */
  /** @param {Status} status */
  of(status) { return this.#draw(status, this.record.sidesOf(status).map((side) => [side])); }

  /* Ground that both sides hold, by their words: its hues mix. */
  /** @param {Element} parent */
  addBoth(parent) {
    const both = element("small", "claims-both", parent);
    both.append(this.#draw("ukrainian_control", [["ukrainian", "russian"]]), "both sides say so");
    this.samples.push([both, "both"]);
  }

  /* A sample for each group of sides that claim it. */
  /** @param {Status} status @param {Side[][]} groups */
  #draw(status, groups) {
    const holder = svg("svg", { width: 20 * groups.length, height: 16, "aria-hidden": "true" });
    groups.forEach((sides, n) => sides.forEach((side) => {
      const [fill, strength] = status === "implied" ? ["none", 1] : TEXTURES[status](side);
      const sample = svg("rect", { x: 20 * n + 1, y: 1, width: 16, height: 14, fill, "fill-opacity": strength, stroke: `var(--claims-${side})`,
        "stroke-width": (status === "implied" ? IMPLIED : OUTLINE).width, "stroke-dasharray": status === "implied" ? dashed(IMPLIED.dash) : "none", class: `claims-sample-${side}` }, holder);
      if (sides.length === 1) this.samples.push([sample, `${side} ${status}`]);
    }));
    return holder;
  }

  /* The sample of what is contradictory. */
  hatch() {
    const holder = svg("svg", { width: 60, height: 16, "aria-hidden": "true" });
    svg("rect", { x: 1, y: 1, width: 56, height: 14, fill: "url(#claims-hatch)", stroke: "var(--claims-against)", "stroke-width": STYLE.hatch.edge }, holder);
    return holder;
  }

  /* Show the samples of what is drawn, and no others. */
  /** @param {Painting[]} paintings */
  match(paintings) {
    const { record } = this;
    const drawn = new Set();
    for (const { rows } of paintings) {
      const held = SIDES.map(() => new Set());
      for (const r of rows) {
        const side = record.sides[record.source[r]];
        drawn.add(`${SIDES[side][0]} ${record.statusOf(record.status[r])}`);
        if (record.status[r] === record.code.ukrainian_control) record.speaksFor[record.piece[r]].forEach((cell) => held[side].add(cell));
      }
      if (Array.from(held[0]).some((cell) => held[1].has(cell))) drawn.add("both");
    }
    for (const [sample, what] of this.samples) sample.style.visibility = drawn.has(what) ? "" : "hidden";
  }
}

export { Legend };
