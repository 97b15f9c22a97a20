/* How ground is painted on a map: one path for each sign, with stripes, dots or hatches where the
   style file says so. */
import { svg, write } from "./elements.js";
/** @import { Members, Points, Sign } from "./types" */
/** @import { Ground } from "./ground.js" */
/** @typedef {{ path: SVGPathElement, member: Uint8Array | null, rings: number[][], shown: boolean, stale: boolean }} Shape */

/* A class that is painted as another is told with it. */
const ALIKE = new Map([["one_contested", "both_contested"]]);

/* Prefixes of signs, from the lowest layer to the highest: cells of which a source that draws shapes
   says something without drawing them, or nobody does; the shapes; cells that are named. */
const LAYERS = ["under-", "drawn-", ""];
/* The sign that a name of any layer is painted with. */
/** @param {string} name */
const signOf = (name) => name.replace(/^(under|drawn)-/, "");

/** @param {string} name */
const colour = (name) => `var(--claims-${name})`;

/* What an area of a sign is filled with. */
/** @param {string} name */
function fillOf(name) {
  const { fill, stripes, dots, hatches } = STYLE.signs[name];
  return stripes || dots || hatches ? `url(#claims-sign-${name})` : colour(fill);
}

/* How what has lapsed is outlined. */
/** @param {string} status */
const lapsed = (status) => ({ stroke: colour(status), "stroke-width": STYLE.lapsed.width, "stroke-dasharray": STYLE.lapsed.dash.join(" ") });

/** @param {string} name @param {Sign} sign @param {Node} defs */
function pattern(name, { fill, stripes, dots, hatches }, defs) {
  const size = (stripes ? STYLE.stripes : dots ? STYLE.dots : STYLE.hatches).period;
  const made = svg("pattern", { id: `claims-sign-${name}`, width: size, height: size, patternUnits: "userSpaceOnUse",
    ...(dots ? {} : { patternTransform: "rotate(45)" }) }, defs);
  const rect = (/** @type {number} */ width, /** @type {string} */ name_) => svg("rect", { width, height: size, style: `fill: ${colour(name_)}` }, made);
  rect(size, fill);
  if (stripes) rect(size / 2, stripes);
  if (hatches) rect(STYLE.hatches.width, hatches);
  if (!dots) return;
  for (const at of [size / 4, 3 * size / 4]) svg("circle", { cx: at, cy: at, r: STYLE.dots.radius, style: `fill: ${colour(dots)}` }, made);
}

/* The same with letters on it, as large as a sample. */
/** @param {string} name @param {Node} defs */
function lettered(name, defs) {
  const made = svg("pattern", { id: `claims-letters-${name}`, width: 26, height: 16, patternUnits: "userSpaceOnUse" }, defs);
  svg("rect", { width: 26, height: 16, style: `fill: ${fillOf(name)}` }, made);
  const text = svg("text", { x: 13, y: 12.5, class: "claims-letters" }, made);
  write(text, STYLE.signs[name].letters);
}

/* Patterns are written once; every map and the key draw with them. */
/** @param {Node} parent */
function patterns(parent) {
  const holder = svg("svg", { width: 0, height: 0, style: "position:absolute", "aria-hidden": "true" }, parent);
  const defs = svg("defs", {}, holder);
  for (const [name, sign] of Object.entries(STYLE.signs)) {
    if (sign.stripes || sign.dots || sign.hatches) pattern(name, sign, defs);
    if (sign.letters) lettered(name, defs);
  }
}

/* A sample of a sign, for the key and the bar. */
/** @param {string} name @param {Node | null} [parent] */
function sample(name, parent) {
  const holder = svg("svg", { width: 26, height: 16, class: "claims-sample", "data-class": name, "aria-hidden": "true" }, parent);
  const { edge } = STYLE.signs[name];
  svg("rect", { x: 1, y: 1, width: 24, height: 14, style: `fill: ${fillOf(name)}; stroke: ${colour(edge ? "ink" : STYLE.sample.colour)}`,
    "stroke-width": edge || STYLE.sample.width }, holder);
  return holder;
}

/* A sample of a line. */
/** @param {{ [name: string]: unknown }} look */
function stroke(look) {
  const holder = svg("svg", { width: 26, height: 8, "aria-hidden": "true" });
  svg("path", { d: "M1 4h24", fill: "none", ...look }, holder);
  return holder;
}

/* Sets of pieces on a map, in a pane of their own. */
class Painting {
  /** @param {L.Map} map @param {Ground} ground */
  constructor(map, ground) {
    this.ground = ground;
    const pane = this.pane = map.createPane("claims");
    pane.style.zIndex = "410";
    pane.style.pointerEvents = "none";
    this.renderer = L.svg({ pane: "claims", padding: 0.1 }).addTo(map);
    /** @type {Points} */
    this.points = ground.project(map);
    /** @type {Map<string, Shape>} */
    this.shapes = new Map();
    // An edge lies over what is beside it; shapes that a map draws lie under the cells that others name.
    for (const layer of LAYERS) {
      for (const [name, { edge }] of Object.entries(STYLE.signs).sort(([, a], [, b]) => a.edge - b.edge)) {
        this.add(layer + name, `fill: ${fillOf(name)}`, edge ? { stroke: colour("ink"), "stroke-width": edge } : {});
      }
    }
    this.nothing = Object.fromEntries(Array.from(this.shapes.keys(), (name) => [name, null]));
    map.on("zoomend viewreset", () => {
      ground.project(map, this.points);
      this.shapes.forEach((shape) => this.#place(shape));
    });
  }

  /* A shape by its name; what is added later lies on top. */
  /** @param {string} name @param {string} style @param {object} attributes */
  add(name, style, attributes) {
    const path = svg("path", { "data-class": signOf(name), style: `display: none; ${style}`, "stroke-linejoin": "round", ...attributes }, this.renderer._rootGroup);
    this.shapes.set(name, { path, member: null, rings: [], shown: false, stale: false });
  }

  /* Give shapes the outlines of the flagged pieces; those not named keep theirs. */
  /** @param {Members} members */
  paint(members) {
    for (const [name, member] of Object.entries(members)) {
      const shape = this.shapes.get(name);
      if (shape) this.#draw(shape, member);
    }
  }

  /** @param {Shape} shape @param {Uint8Array | null} member */
  #draw(shape, member) {
    const shown = member !== null && member.includes(1);
    if (shown && !(shape.member && shape.member.every((flag, n) => flag === member[n]))) {
      shape.member = member.slice();
      shape.rings = this.ground.outline(member);
      shape.stale = true;
    }
    if (shape.shown !== shown) {
      shape.shown = shown;
      shape.path.style.display = shown ? "" : "none";
    }
    if (shown && shape.stale) this.#place(shape);
  }

  /* Put a shape where it lies at this zoom; a hidden one when it is next shown. */
  /** @param {Shape} shape */
  #place(shape) {
    shape.stale = !shape.shown;
    if (shape.shown) shape.path.setAttribute("d", this.ground.path(shape.rings, this.points));
  }
}

export { ALIKE, colour, fillOf, lapsed, patterns, sample, signOf, stroke, Painting };
