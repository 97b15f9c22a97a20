/* One picture of the record, drawn on the map: hue tells who claims, texture what is claimed,
   dash the source, lightness the age. A picture is a day, what was known by which day (null:
   all), which groups of source and status are shown, and from which age on claims fade.
   How each looks is written in geo/style/style.toml and comes along as STYLE. */
const { outline: OUTLINE, implied: IMPLIED, faded: FADED } = STYLE;
/* What ground is painted with, and how opaque. */
const TEXTURES = {
  ukrainian_control: (side) => [`var(--claims-${side})`, STYLE.fill.ukrainian_control[side]],
  contested: (side) => [`url(#claims-dots-${side})`, STYLE.fill.contested[side]],
  russian_control: (side) => [`url(#claims-lines-${side})`, STYLE.fill.russian_control[side]],
};

/* A dash as SVG has it. */
function dashed(dash) {
  return dash.join(" ") || "none";
}

/* The sources of a side are told apart by their dashes. */
function sourceDashes(sources) {
  const used = {};
  return sources.map(({ side }) => dashed(STYLE.dashes[used[side] = (used[side] ?? -1) + 1] || []));
}

/* Textures are written once; every sheet and the legend draw with them. */
function textures(parent) {
  const { period, marks, rules, hatch, changes: { screen: sign } } = STYLE;
  const holder = svg("svg", { width: 0, height: 0, style: "position:absolute", "aria-hidden": "true" }, parent);
  const defs = svg("defs", {}, holder);
  const pattern = (id, size, more) =>
    svg("pattern", { id, width: size, height: size, patternUnits: "userSpaceOnUse", ...more }, defs);
  SIDES.forEach(([side], n) => {
    const { arm: [across, up], width, cap } = marks[side];
    const style = { class: `claims-stroke-${side}`, fill: "none" };
    // Each side's lie a third further, so that those of all three can be seen.
    const turn = n * period / 3;
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
  constructor(map, ground, name, zIndex) {
    Object.assign(this, { map, ground });
    this.pane = map.createPane(name);
    this.pane.style.zIndex = zIndex;
    this.pane.style.pointerEvents = "none";
    this.renderer = L.svg({ pane: name, padding: 0.2 }).addTo(map);
    this.shapes = [];
    map.on("zoomend viewreset", () => this.shapes.forEach((shape) => this._place(shape)));
  }

  add(className, more = {}) {
    const path = svg("path", { class: className, style: "display:none", fill: "none" }, this.renderer._rootGroup);
    const shape = { path, shown: false, stale: false, member: null, rings: [], ...more };
    this.shapes.push(shape);
    return shape;
  }

  dress(shape, attributes) {
    for (const [name, value] of Object.entries(attributes)) shape.path.setAttribute(name, value);
  }

  /* Give a shape the outline of the flagged pieces; null hides it. */
  draw(shape, member) {
    const shown = member !== null;
    if (shown && !(shape.member && shape.member.every((flag, n) => flag === member[n]))) {
      shape.member = member.slice();
      shape.rings = this.ground.outline(member);
      shape.stale = true;
    }
    if (shape.shown !== shown) {
      shape.shown = shown;
      shape.path.style.display = shown ? "" : "none";
    }
    if (shown && shape.stale) this._place(shape);
  }

  /* Put a shape where it lies at this zoom; a hidden one when it is next shown. */
  _place(shape) {
    shape.stale = !shape.shown;
    if (shape.shown) shape.path.setAttribute("d", this.ground.path(shape.rings));
  }

  /* Show only what lies between two places on the screen, left to right; null shows all. */
  clip(from, to) {
    const size = this.map.getSize();
    const a = this.map.containerPointToLayerPoint([from ?? 0, -size.y]);
    const b = this.map.containerPointToLayerPoint([to ?? 0, 2 * size.y]);
    this.pane.style.clipPath = from === null ? ""
      : `polygon(${a.x}px ${a.y}px, ${b.x}px ${a.y}px, ${b.x}px ${b.y}px, ${a.x}px ${b.y}px)`;
  }
}

class Sheet extends Paths {
  constructor(map, ground, record, name) {
    super(map, ground, name, 410);
    this.record = record;
    const { history } = record;
    const dashes = sourceDashes(history.sources);
    // Each side's ground is filled once, however many of its sources say so; who says so is
    // told by the outlines. Solid lies below dots, dots below lines, so that all can be seen.
    this.fills = Object.keys(TEXTURES).flatMap((status) => SIDES.flatMap(([side], n) =>
      [false, true].map((old) => this.add(`claims-texture claims-${status} claims-side-${side}`, { status, side, old, of: n }))));
    this.outlines = ["ukrainian_control", "implied", "contested", "russian_control"].flatMap((status) =>
      history.sources.flatMap((source, n) => [false, true].map((old) =>
        this.add(`claims-shape claims-${status} claims-side-${source.side}`, {
          status, side: source.side, old, group: n * record.statuses + record.code[status],
          dash: status === "implied" ? dashed(IMPLIED.dash) : dashes[n],
        }))));
    this.hatch = this.add("claims-contradiction");
    this.dress(this.hatch, { stroke: "var(--claims-against)", "stroke-width": STYLE.hatch.edge, fill: "url(#claims-hatch)", "fill-opacity": STYLE.hatch.opacity });
    this.flags = Array.from({ length: 2 * record.groups }, () => new Uint8Array(record.pieces));
    this.opposed = new Uint8Array(record.pieces);
    this.held = new Uint8Array(record.pieces);
    this.restyle(1);
  }

  restyle(opacity) {
    for (const shape of this.fills) {
      const [fill, strength] = TEXTURES[shape.status](shape.side);
      this.dress(shape, { fill, "fill-opacity": strength * opacity * (shape.old ? FADED : 1) });
    }
    for (const shape of this.outlines) {
      const { opacity: strength, width } = shape.status === "implied" ? IMPLIED : OUTLINE;
      this.dress(shape, { stroke: `var(--claims-${shape.side})`, "stroke-width": width, "stroke-dasharray": shape.dash,
        "stroke-linejoin": "round", "stroke-opacity": strength * opacity * (shape.old ? FADED : 1) });
    }
  }

  paint(picture) {
    const { record, flags } = this;
    this.picture = picture;
    const { day, knownBy, shown, fade } = picture;
    const told = knownBy === null ? day : Math.min(day, knownBy);
    this.active = record.active(day, knownBy);
    this.rows = this.active.filter((r) => shown(record.group(r)));
    for (const member of flags) member.fill(0);
    this.filled = new Uint8Array(2 * record.groups);
    for (const r of this.rows) {
      const old = fade !== null && day - record.lastSaid(r, told) > fade;
      const group = 2 * record.group(r) + old;
      flags[group][record.piece[r]] = 1;
      this.filled[group] = 1;
    }
    for (const shape of this.outlines) {
      const group = 2 * shape.group + shape.old;
      this.draw(shape, this.filled[group] ? flags[group] : null);
    }
    for (const shape of this.fills) this.draw(shape, this._ofSide(shape));
    this._contradict();
    this.draw(this.hatch, picture.contradictory && this.contradictions ? this.opposed : null);
  }

  /* The ground of a status that any shown source of a side claims; what is faded only where
     no younger claim says so too. */
  _ofSide({ status, of, old }) {
    const { record } = this;
    let member = null;
    const gather = (age, flag) => record.sides.forEach((side, source) => {
      const group = 2 * (source * record.statuses + record.code[status]) + age;
      if (side !== of || !this.filled[group]) return;
      if (flag && !member) member = new Uint8Array(record.pieces);
      if (member) this.flags[group].forEach((own, piece) => { if (own) member[piece] = flag; });
    });
    gather(+old, 1);
    if (old) gather(0, 0);
    return member;
  }

  /* Cells of which two sides say opposite things, and those said to be under Ukrainian control. */
  _contradict() {
    const { record, opposed, held } = this;
    const { ukrainian_control: ukrainian, russian_control: russian, implied } = record.code;
    const not = SIDES.map(() => new Uint8Array(record.pieces));
    const yes = SIDES.map(() => new Uint8Array(record.pieces));
    held.fill(0);
    for (const r of this.rows) {
      const status = record.status[r];
      const flags = status === russian ? yes : status === ukrainian || status === implied ? not : null;
      if (!flags) continue;
      const side = flags[record.sides[record.source[r]]];
      for (const cell of record.speaksFor[record.piece[r]]) {
        side[cell] = 1;
        if (status === ukrainian) held[cell] = 1;
      }
    }
    this.contradictions = 0;
    for (let n = 0; n < record.pieces; n++) {
      opposed[n] = 0;
      for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) if (a !== b && yes[a][n] && not[b][n]) opposed[n] = 1;
      this.contradictions += opposed[n];
    }
  }
}
