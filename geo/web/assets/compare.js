/* Two pictures side by side on one map: two dates, or two sides or sources on one date. Ground
   gained and lost is marked on both. */
import { Divider } from "./divider.js";
import { Painting, Paths } from "./sheet.js";
import { count, shortName, SIDES } from "./words.js";
/** @import { Picture } from "./types" */
/** @import { ClaimsClock } from "./clock.js" */

class Comparison {
  /** @param {ClaimsClock} clock */
  constructor(clock) {
    this.clock = clock;
    /** @type {string | null} */
    this.text = null;
    /** @type {number | null} */
    this.day = null;
    /** @type {string[] | null} */
    this.ids = null;
    this.marksChanges = true;
    /** @type {ReturnType<Comparison["draw"]> | null} */
    this.drawn = null;
  }

  get on() { return this.text !== null; }

  /* The painting on the right, while there is one. */
  get other() { return this.on && this.drawn ? this.drawn.other : null; }

  /* What the address says: a date, or two ids with a bar between; anything else is no comparison. */
  /** @param {string | null} text */
  read(text) {
    const { calendar, payload } = this.clock;
    const ids = (text ?? "").split("|");
    const known = [SIDES.map(([side]) => String(side)), payload.sources.map(({ id }) => id)];
    const pair = ids.length === 2 && ids[0] !== ids[1] && known.some((all) => ids.every((id) => all.includes(id)));
    this.ids = pair ? ids : null;
    this.day = text && /^\d{4}-\d\d-\d\d$/.test(text) ? calendar.dayOf(text) : null;
    this.text = this.ids || this.day !== null ? text : null;
  }

  /* Compare as an address says, from the next painting on. */
  /** @param {string | null} text */
  set(text) {
    this.read(text);
    if (this.on) this.drawn ??= this.draw();
    this.#arrange();
    this.clock.panel.comparison.sync();
  }

  /* What is on the map for it. */
  draw() {
    const { map, ground, record } = this.clock;
    const paths = new Paths(map, ground, "claims-change", 415);
    return { paths, other: new Painting(map, ground, record, "claims-other"), gained: paths.add("claims-change claims-gained"),
      lost: paths.add("claims-change claims-lost"), divider: new Divider(map, () => this.#arrange()) };
  }

  #arrange() {
    if (!this.drawn) return;
    const { clock, on, drawn: { other, paths, divider } } = this;
    for (const { pane } of [other, paths]) pane.style.display = on ? "" : "none";
    divider.arrange(on);
    clock.painting.clip(on ? 0 : null, divider.x);
    other.clip(on ? divider.x : null, clock.map.getSize().x);
  }

  /* Which painting lies under a place on the screen. */
  /** @param {number} x */
  paintingAt(x) {
    return this.other && this.drawn && x > this.drawn.divider.at * this.clock.map.getSize().x ? this.other : this.clock.painting;
  }

  /* ---- what is shown ---- */

  /* The two pictures, made from the clock's own. */
  /** @param {Picture} picture @returns {[Picture, Picture]} */
  pictures(picture) {
    const { record } = this.clock;
    const only = (/** @type {string} */ id) => ({ ...picture, shown: (/** @type {number} */ group) => {
      const source = record.sourceOf(group);
      return (source.id === id || source.side === id) && picture.shown(group);
    } });
    if (this.ids) return [only(this.ids[0]), only(this.ids[1])];
    return this.day === null ? [picture, picture]
      : [picture, { ...picture, day: this.day, knownBy: picture.knownBy === null ? null : this.day }];
  }

  /** @param {string} id */
  #name(id) {
    const source = this.clock.payload.sources.find((own) => own.id === id);
    return source ? shortName(source) : SIDES.find(([side]) => side === id)?.[1] ?? id;
  }

  /* Whether a side or a source, or all that speak for it, is switched off. */
  /** @param {string} id */
  #off(id) {
    const { hidden, payload } = this.clock;
    return payload.sources.filter((source) => source.id === id || source.side === id)
      .every((source) => hidden.has(source.id) || hidden.has(source.side));
  }

  /* What the picture is compared with, in words. */
  words() {
    if (this.ids) return `, ${this.#name(this.ids[0])} compared with ${this.#name(this.ids[1])}`;
    return this.day === null ? "" : `, compared with ${this.clock.calendar.say(this.day)}`;
  }

  /* Paint one picture, or two and what differs between them. */
  /** @param {Picture} picture */
  paint(picture) {
    const { clock, clock: { painting, panel, calendar } } = this;
    const [mine, theirs] = this.pictures(picture);
    painting.paint(mine);
    if (!this.on || !this.drawn) return;
    const { other, paths, divider, ...shapes } = this.drawn;
    other.paint(theirs);
    const off = (this.ids ?? []).filter((id) => this.#off(id));
    const title = (/** @type {string} */ id) => this.#name(id) + (off.includes(id) ? " (switched off)" : "");
    const [left, right] = this.ids?.map(title) ?? [calendar.say(clock.day), calendar.say(theirs.day)];
    divider.title(left, right);
    // Whoever is switched off says nothing here: that is no difference.
    const gained = other.held.map((flag, n) => +(!off.length && flag && !painting.held[n]));
    const lost = painting.held.map((flag, n) => +(!off.length && flag && !other.held[n]));
    paths.draw(shapes.gained, this.marksChanges && gained.includes(1) ? gained : null);
    paths.draw(shapes.lost, this.marksChanges && lost.includes(1) ? lost : null);
    if (off.length) panel.comparison.say([[`Nothing to compare: ${off.map((id) => this.#name(id)).join(" and ")} switched off`]]);
    else panel.comparison.say([
      this.#line(this.ids ? "+ Under Ukrainian control only on the right" : "+ Under Ukrainian control on the right, not on the left", gained),
      this.#line(this.ids ? "− only on the left" : "− on the left, not on the right", lost),
    ]);
  }

  /* A line on some ground, and the names behind it. */
  /** @param {string} words @param {Uint8Array} flags @returns {[string, string]} */
  #line(words, flags) {
    const own = this.clock.payload.pieces.filter((_, n) => flags[n]);
    const km2 = own.reduce((sum, piece) => sum + piece.km2, 0);
    const places = own.reduce((sum, piece) => sum + piece.places.length, 0);
    return [`${words}: ${count(Math.round(km2), "km²", "km²")}, ${count(places, "settlement")}`, own.map(({ name }) => name).sort().join(", ")];
  }

  /** @param {number} opacity */
  restyle(opacity) { this.drawn?.other.restyle(opacity); }
}

export { Comparison };
