/* The panel beside the map: switches that are the legend too, the comparison, and how to draw. */
import { ComparisonChoice } from "./choice.js";
import { button, checkbox, choice, element, sign, svg, write } from "./elements.js";
import { Legend } from "./legend.js";
import { NEVER } from "./record.js";
import { Search } from "./search.js";
import { sourceDashes } from "./sheet.js";
import { ago, count, SIDES, STATUS_NAMES } from "./words.js";
/** @import { ClaimsClock } from "./clock.js" */
const CONTRADICTORY = "contradictory";
/** @type {[number | null, string][]} */
const FADES = [[null, "never"], [14, "2 weeks"], [30, "1 month"], [90, "3 months"], [180, "6 months"]];

class Panel {
  /** @param {ClaimsClock} clock @param {HTMLElement} panel */
  constructor(clock, panel) {
    this.clock = clock;
    this.panel = panel;
    panel.setAttribute("aria-label", "Claims shown");
    this.button = button(null, "Layers", "layers", () => this.open(panel.hidden));
    this.button.classList.add("claims-open");
    panel.before(this.button);
    this.search = new Search(clock, panel);
    this.legend = new Legend(clock.record);
    /** @type {[HTMLInputElement, string][]} */
    this.checks = [];
    // What is said of the age of each source's words.
    /** @type {HTMLElement[]} */
    this.ages = [];
    for (const [side, title] of SIDES) this.#sources(side, title);
    this.opposed = this.#statuses();
    this.comparison = new ComparisonChoice(clock, panel);
    this.fade = this.#drawing();
    this.open(window.innerWidth > 720);
    this.#narrow();
    this.sync();
  }

  /** @param {boolean} on */
  open(on) {
    this.panel.hidden = !on;
    this.button.setAttribute("aria-expanded", String(on));
    this.button.setAttribute("aria-label", on ? "Hide layers" : "Layers");
    sign(this.button, on ? "close" : "layers");
  }

  /* On a narrow screen the panel would cover the map: it closes, and opens again on a wide one. */
  #narrow() {
    let wide = window.innerWidth > 720;
    let closed = false;
    window.addEventListener("resize", () => {
      const before = wide;
      wide = window.innerWidth > 720;
      if (wide === before) return;
      if (!wide) closed = !this.panel.hidden;
      if (closed) this.open(wide);
    });
  }

  /* A switch for a side, a source, a status or what is contradictory. */
  /** @param {Element} parent @param {string} id @param {string} name @param {Element} key */
  #check(parent, id, name, key) {
    const { clock } = this;
    const box = checkbox("claims-check", parent, "", true, (on) => {
      if (on) clock.hidden.delete(id);
      else clock.hidden.add(id);
      clock.schedule();
      clock.bar.chart.draw();
      clock.tell("shown");
    });
    box.setAttribute("aria-label", name);
    box.after(key, element("span", "", null, name));
    this.checks.push([box, id]);
  }

  /** @param {typeof SIDES[number][0]} side @param {string} title */
  #sources(side, title) {
    const { sources } = this.clock.payload;
    const dashes = sourceDashes(sources);
    const group = element("fieldset", `claims-group claims-ink-${side}`, this.panel);
    this.#check(element("legend", "", group), side, title, element("i", `claims-key claims-bg-${side}`));
    sources.forEach((source, n) => {
      if (source.side !== side) return;
      const line = svg("svg", { width: 26, height: 8, class: "claims-line", "aria-hidden": "true" });
      svg("line", { x1: 0, y1: 4, x2: 26, y2: 4, "stroke-width": STYLE.outline.width, "stroke-dasharray": dashes[n], class: `claims-stroke-${side}` }, line);
      const row = element("div", "claims-source", group);
      this.#check(row, source.id, source.name, line);
      const lean = element("span", "claims-lean", row, `${source.partisanship > 0 ? "+" : ""}${source.partisanship}`);
      lean.title = "Partisanship: -2 Ukrainian official, -1 aligned with Ukraine, 0 third party, +1 aligned with Russia, +2 Russian official";
      this.ages[n] = element("small", "", row);
    });
  }

  #statuses() {
    const group = element("fieldset", "claims-group", this.panel);
    element("legend", "", group, "What is claimed");
    const row = () => element("div", "claims-source claims-status", group);
    for (const status of this.clock.payload.statuses) {
      const own = row();
      this.#check(own, status, STATUS_NAMES[status], this.legend.of(status));
      if (status === "ukrainian_control") this.legend.addBoth(own);
    }
    const last = row();
    this.#check(last, CONTRADICTORY, "Contradictory", this.legend.hatch());
    const hint = element("p", "claims-hint", group, "Colour and the form of marks tell who claims, texture what is claimed. Implied: ground that a source concedes it did not hold, by announcing it retaken later. Contradictory: of the sources switched on, one side says Ukrainian and another Russian control.");
    hint.setAttribute("role", "note");
    return element("small", "", last);
  }

  #drawing() {
    const { clock } = this;
    const group = element("fieldset", "claims-group", this.panel);
    element("legend", "", group, "Drawing");
    const opacity = element("input", "", element("label", "claims-opacity", group, "Opacity "));
    Object.assign(opacity, { type: "range", min: 0.2, max: 1.4, step: 0.1, value: clock.opacity });
    opacity.addEventListener("input", () => clock.restyle(+opacity.value));
    opacity.addEventListener("change", () => clock.tell("opacity"));
    const label = element("label", "claims-opacity", group, "Fade claims older than ");
    const fade = choice("claims-select", label, "", FADES, (days) => {
      clock.fade = days === "" ? null : +days;
      clock.schedule();
      clock.tell("fade");
    });
    checkbox("claims-check", group, "Online map tiles", clock.tiles.on, (on) => {
      clock.tiles.show(on);
      clock.tell("tiles");
    });
    element("p", "claims-hint", group, "Claims, not verified control. Raion lines are approximate.");
    return fade;
  }

  /* Put the switches as the clock's state is. */
  sync() {
    const { hidden, fade } = this.clock;
    for (const [box, id] of this.checks) box.checked = !hidden.has(id);
    if (fade !== null && !FADES.some(([days]) => days === fade)) element("option", "", this.fade, count(fade, "day")).value = String(fade);
    this.fade.value = String(fade ?? "");
  }

  /* Say how old each source's words are, how much is contradictory, and show samples of what is drawn. */
  say() {
    const { record, payload, painting, comparison, day } = this.clock;
    const last = payload.sources.map(() => -NEVER);
    for (const r of painting.active) {
      if (record.status[r] === record.code.implied) continue;
      const source = record.source[r];
      last[source] = Math.max(last[source], record.lastSaid(r, day));
    }
    last.forEach((said, n) => {
      const silent = said === -NEVER;
      write(this.ages[n], silent ? "silent: nothing said yet" : ago(day - said));
      this.ages[n].parentElement?.classList.toggle("claims-silent", silent);
    });
    const opposed = payload.pieces.filter((_, n) => painting.opposed[n]);
    const area = opposed.reduce((sum, { km2 }) => sum + km2, 0);
    write(this.opposed, `${count(opposed.reduce((sum, { places }) => sum + places.length, 0), "settlement")}, ${Math.round(area)} km²`);
    this.legend.match([painting, ...(comparison.other ? [comparison.other] : [])]);
  }
}

export { CONTRADICTORY, Panel };
