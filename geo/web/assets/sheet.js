/* How claims are drawn on the map: hue tells who claims, texture what is claimed, dash the
   source, lightness the age. */
import { setAttributes, svg } from "./elements.js";
import { SIDES } from "./words.js";
/** @import { Picture, Side, Source, Status } from "./types" */
/** @import { Ground } from "./ground.js" */
/** @import { Record } from "./record.js" */
/** @typedef {{ path: SVGPathElement, shown: boolean, stale: boolean, member: Uint8Array | null, rings: number[][] }} Shape */
/* How each looks is written in geo/style/style.toml and comes along as STYLE. */
const { outline: OUTLINE, implied: IMPLIED, faded: FADED } = STYLE;
/* What ground is painted with, and how opaque. */
/** @type {{ [status in Exclude<Status, "implied">]: (side: Side) => [string, number] }} */
const TEXTURES = {
  ukrainian_control: (side) => [`var(--claims-${side})`, STYLE.fill.ukrainian_control[side]],
  contested: (side) => [`url(#claims-dots-${side})`, STYLE.fill.contested[side]],
  russian_control: (side) => [`url(#claims-lines-${side})`, STYLE.fill.russian_control[side]],
};

/* A dash as SVG has it. */
/** @param {number[]} dash */
function dashed(dash) {
  return dash.join(" ") || "none";
}

/* What is filled and what is outlined, from the lowest to the highest. */
/** @type {Exclude<Status, "implied">[]} */
const FILLED = ["ukrainian_control", "contested", "russian_control"];
/** @type {Status[]} */
const OUTLINED = ["ukrainian_control", "implied", "contested", "russian_control"];

/* The sources of a side are told apart by their dashes. */
/** @param {Source[]} sources */
function sourceDashes(sources) {
  return sources.map(({ side }, n) =>
    dashed(STYLE.dashes[sources.slice(0, n).filter((before) => before.side === side).length] ?? []));
}

/* Textures are written once; every painting and the legend draw with them. */
/** @param {Node | null} parent */
function textures(parent) {
  const holder = svg("svg", { width: 0, height: 0, style: "position:absolute", "aria-hidden": "true" }, parent);
  const defs = svg("defs", {}, holder);
  /** @param {string} id @param {number} size @param {object} [more] */
  const pattern = (id, size, more) =>
    svg("pattern", { id, width: size, height: size, patternUnits: "userSpaceOnUse", ...more }, defs);
  const { period, marks, rules, hatch, changes: { screen: sign } } = STYLE;
  SIDES.forEach(([side], n) => {
    const { arm: [across, up], width, cap } = marks[side];
    const style = { class: `claims-stroke-${side}`, fill: "none" };
    // Each side's lie a third further, so that those of all three can be seen.
    const turn = n * period / 3;
    /** @param {number} at */
    const mark = (at) => `M${at - across} ${at + up}l${2 * across} ${-2 * up}`;
    const dots = pattern(`claims-dots-${side}`, period, { patternTransform: `translate(${turn} 0)` });
    svg("path", { d: mark(period / 4) + mark(3 * period / 4), "stroke-width": width, "stroke-linecap": cap, ...style }, dots);
    const lines = pattern(`claims-lines-${side}`, period, { patternTransform: `translate(0 ${turn})` });
    svg("path", { d: `M0 ${1 + rules.width / 2}h${period}`, "stroke-width": rules.width, "stroke-dasharray": dashed(rules.dash[side]), ...style }, lines);
  });
  const slanted = pattern("claims-hatch", hatch.period, { patternTransform: "rotate(45)" });
  svg("rect", { x: 0, y: 0, width: hatch.width, height: hatch.period, class: "claims-fill-against" }, slanted);
  const [middle, arm] = [sign.period / 2, sign.arm];
  const minus = `M${middle - arm} ${middle}h${2 * arm}`;
  svg("path", { d: `M${middle} ${middle - arm}v${2 * arm}${minus}`, class: "claims-plus" }, pattern("claims-gained", sign.period));
  svg("path", { d: minus, class: "claims-plus" }, pattern("claims-lost", sign.period));
}

/* Outlines of sets of pieces, in a pane of the map of their own. */
class Paths {
  /** @param {L.Map} map @param {Ground} ground @param {string} name @param {number} zIndex */
  constructor(map, ground, name, zIndex) {
    this.map = map;
    this.ground = ground;
    this.pane = map.createPane(name);
    this.pane.style.zIndex = String(zIndex);
    this.pane.style.pointerEvents = "none";
    this.renderer = L.svg({ pane: name, padding: 0.2 }).addTo(map);
    /** @type {Shape[]} */
    this.shapes = [];
    map.on("zoomend viewreset", () => this.shapes.forEach((shape) => this.#place(shape)));
  }

  /* A new shape, with what its owner wants to know of it. */
  /** @template {object} T @param {string} className @param {T} [more] */
  add(className, more) {
    const path = svg("path", { class: className, style: "display:none", fill: "none" }, this.renderer._rootGroup);
    const shape = Object.assign(/** @type {Shape} */ ({ path, shown: false, stale: false, member: null, rings: [] }), more);
    this.shapes.push(shape);
    return shape;
  }

  /* Give a shape the outline of the flagged pieces; null hides it. */
  /** @param {Shape} shape @param {Uint8Array | null} member */
  draw(shape, member) {
    const shown = member !== null;
    if (member && !(shape.member && shape.member.every((flag, n) => flag === member[n]))) {
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
    if (shape.shown) shape.path.setAttribute("d", this.ground.path(shape.rings));
  }

  /* Show only what lies between two places on the screen, left to right; null shows all. */
  /** @param {number | null} from @param {number} to */
  clip(from, to) {
    const size = this.map.getSize();
    const a = this.map.containerPointToLayerPoint([from ?? 0, -size.y]);
    const b = this.map.containerPointToLayerPoint([to, 2 * size.y]);
    this.pane.style.clipPath = from === null ? ""
      : `polygon(${a.x}px ${a.y}px, ${b.x}px ${a.y}px, ${b.x}px ${b.y}px, ${a.x}px ${b.y}px)`;
  }
}

/* One picture of the record, drawn on the map. */
class Painting extends Paths {
  /** @param {L.Map} map @param {Ground} ground @param {Record} record @param {string} name */
  constructor(map, ground, record, name) {
    super(map, ground, name, 410);
    this.record = record;
    const { sources } = record.payload;
    const dashes = sourceDashes(sources);
    // Each side's ground is filled once, however many of its sources say so; who says so is
    // told by the outlines. Solid lies below dots, dots below lines, so that all can be seen.
    this.fills = FILLED.flatMap((status) => SIDES.flatMap(([side], n) =>
      [false, true].map((old) => this.add(`claims-texture claims-${status} claims-side-${side}`, { status, side, old, of: n }))));
    this.outlines = OUTLINED.flatMap((status) =>
      sources.flatMap((source, n) => [false, true].map((old) =>
        this.add(`claims-shape claims-${status} claims-side-${source.side}`, {
          status, side: source.side, old, group: n * record.statuses + record.code[status],
          dash: status === "implied" ? dashed(IMPLIED.dash) : dashes[n],
        }))));
    this.hatch = this.add("claims-contradiction");
    setAttributes(this.hatch.path, { stroke: "var(--claims-against)", "stroke-width": STYLE.hatch.edge, fill: "url(#claims-hatch)", "fill-opacity": STYLE.hatch.opacity });
    this.flags = Array.from({ length: 2 * record.groups }, () => new Uint8Array(record.pieces));
    this.filled = new Uint8Array(2 * record.groups);
    this.day = 0;
    // Rows in force, and those of them that are shown.
    /** @type {number[]} */
    this.active = [];
    this.rows = this.active;
    this.opposed = new Uint8Array(record.pieces);
    this.held = this.opposed;
    this.restyle(1);
  }

  /** @param {number} opacity */
  restyle(opacity) {
    for (const shape of this.fills) {
      const [fill, strength] = TEXTURES[shape.status](shape.side);
      setAttributes(shape.path, { fill, "fill-opacity": strength * opacity * (shape.old ? FADED : 1) });
    }
    for (const shape of this.outlines) {
      const { opacity: strength, width } = shape.status === "implied" ? IMPLIED : OUTLINE;
      setAttributes(shape.path, { stroke: `var(--claims-${shape.side})`, "stroke-width": width, "stroke-dasharray": shape.dash,
        "stroke-linejoin": "round", "stroke-opacity": strength * opacity * (shape.old ? FADED : 1) });
    }
  }

  /** @param {Picture} picture */
  paint({ day, knownBy, shown, fade, contradictory }) {
    const { record, flags } = this;
    this.day = day;
    const told = knownBy === null ? day : Math.min(day, knownBy);
    this.active = record.active(day, knownBy);
    this.rows = this.active.filter((r) => shown(record.group(r)));
    for (const member of flags) member.fill(0);
    this.filled.fill(0);
    for (const r of this.rows) {
      const old = fade !== null && day - record.lastSaid(r, told) > fade;
      const group = 2 * record.group(r) + +old;
      flags[group][record.piece[r]] = 1;
      this.filled[group] = 1;
    }
    for (const shape of this.outlines) {
      const group = 2 * shape.group + +shape.old;
      this.draw(shape, this.filled[group] ? flags[group] : null);
    }
    for (const shape of this.fills) this.draw(shape, this.#ofSide(shape));
    Object.assign(this, record.contradictions(this.rows));
    this.draw(this.hatch, contradictory && this.opposed.includes(1) ? this.opposed : null);
  }

  /* The ground of a status that any shown source of a side claims; what is faded only where
     no younger claim says so too. */
  /** @param {typeof this.fills[number]} shape */
  #ofSide({ status, of, old }) {
    const { record } = this;
    /** @type {Uint8Array | null} */
    let member = null;
    /** @param {number} age @param {number} flag */
    const gather = (age, flag) => record.sides.forEach((side, source) => {
      const group = 2 * (source * record.statuses + record.code[status]) + age;
      if (side !== of || !this.filled[group]) return;
      const own = this.flags[group];
      if (flag) member ??= new Uint8Array(record.pieces);
      if (member) for (let piece = 0; piece < own.length; piece++) if (own[piece]) member[piece] = flag;
    });
    gather(+old, 1);
    if (old) gather(0, 0);
    return member;
  }
}

export { TEXTURES, IMPLIED, OUTLINE, dashed, sourceDashes, textures, Paths, Painting };
