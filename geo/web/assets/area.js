/* Chart under the clock: how much ground each source puts under Ukrainian control, day by day. */
import { element, svg, write } from "./elements.js";
import { shortName, thousands } from "./words.js";
/** @import { Source, Total } from "./types" */
/** @import { ClaimsClock } from "./clock.js" */

class AreaChart {
  /** @param {ClaimsClock} clock @param {Element} parent */
  constructor(clock, parent) {
    this.clock = clock;
    this.box = element("div", "claims-area", parent);
    this.box.setAttribute("role", "img");
    this.tip = element("div", "claims-strip-tip claims-area-tip", parent);
    this.tip.hidden = true;
    this.open = false;
    this.height = 0;
    this.step = 1;
    this.most = 100;
    // Whether what is known has changed since it was counted.
    this.stale = true;
    /** @type {Float64Array[]} */
    this.held = [];
    /** @type {boolean[]} */
    this.shown = [];
    /** @type {Total[]} */
    this.totals = [];
    this.cursor = element("i", "claims-cursor");
    this.second = element("i", "claims-cursor claims-cursor-second");
    this.box.addEventListener("mousemove", (event) => this.#hover(event));
    this.box.addEventListener("mouseleave", () => { this.tip.hidden = true; });
    this.box.addEventListener("click", (event) => { clock.player.play(false); clock.go(this.#dayAt(event)); });
  }

  /** @param {boolean} open */
  show(open) {
    this.open = open;
    this.box.hidden = !open;
    this.tip.hidden = true;
    this.draw();
  }

  /* Where a day and an area lie in the chart. */
  /** @param {number} day */
  x(day) { return 9 + (day + 0.5) * this.step; }

  /** @param {number} area */
  y(area) { return this.height - 4 - area / this.most * (this.height - 14); }

  /** @param {MouseEvent} event */
  #dayAt(event) {
    return this.clock.calendar.within(Math.floor((event.offsetX - 9) / this.step));
  }

  draw() {
    const { clock, box } = this;
    const { payload, record } = clock;
    if (!this.open || !box.clientWidth) return;
    if (this.stale) {
      this.held = record.held(clock.known);
      this.stale = false;
    }
    /** @param {Source} source */
    const on = ({ id, side }) => ![id, side, "ukrainian_control"].some((name) => clock.hidden.has(name));
    this.shown = payload.sources.map((source, n) => on(source) && this.held[n].some((area) => area > 0));
    // The same figure said again is no news.
    this.totals = payload.totals.filter((total, n, all) => on(payload.sources[total.source]) && total.said <= record.heard
      && !all.slice(0, n).some((before) => before.source === total.source && before.km2 === total.km2 && before.cumulative === total.cumulative));
    this.height = box.clientHeight;
    this.step = (box.clientWidth - 18) / payload.days;
    this.most = Math.max(100, ...this.totals.map(({ km2 }) => km2),
      ...this.held.flatMap((held, n) => (this.shown[n] ? [held.reduce((a, b) => (b > a ? b : a), 0)] : []))) * 1.04;
    box.textContent = "";
    const chart = svg("svg", { width: box.clientWidth, height: this.height, "aria-hidden": "true" }, box);
    const labels = this.#axis(chart);
    svg("path", { class: "claims-band", d: this.#band() }, chart);
    const ends = payload.sources.flatMap((source, n) => {
      if (!this.shown[n]) return [];
      svg("path", { class: "claims-series", "data-source": source.id, d: this.#line(this.held[n]), "stroke-dasharray": STYLE.chart.dash[source.side].join(" ") || "none" }, chart);
      const runs = this.#runs(this.held[n]);
      // Where a source begins to speak, and where it falls silent; the edges of the chart are neither.
      for (const [from, to] of runs) {
        if (from > 0) svg("circle", { class: "claims-begin", cx: this.x(from), cy: this.y(this.held[n][from]) }, chart);
        const [x, y] = [this.x(to), this.y(this.held[n][to])];
        if (to < payload.days - 1) svg("path", { class: "claims-end", d: `M${x} ${y - 4}v8` }, chart);
      }
      // Its name stands at the end of its longest run.
      const [, to] = runs.reduce((a, b) => (b[1] - b[0] > a[1] - a[0] ? b : a));
      return [{ name: shortName(source), x: this.x(to), y: this.y(this.held[n][to]) }];
    });
    labels.push(...this.#names(ends));
    for (const { day, km2, cumulative } of this.totals) {
      svg("path", { class: `claims-total${cumulative ? "" : " claims-total-held"}`, d: `M${this.x(day)} ${this.y(km2) - 3}l3 3-3 3-3-3z` }, chart);
    }
    chart.append(...labels);
    box.append(this.cursor, this.second);
    this.move();
    this.tell();
  }

  /* Names at the ends of lines, none over another. */
  /** @param {{ name: string, x: number, y: number }[]} ends */
  #names(ends) {
    /** @type {[number, number, number][]} */
    const taken = [];
    return ends.sort((a, b) => b.x - a.x).flatMap(({ name, x, y }) => {
      const wide = name.length * 5.6;
      const left = Math.min(x + 5, this.box.clientWidth - 12 - wide);
      let top = Math.min(Math.max(y + 3, 22), this.height - 5);
      for (const step of [0, -11, 11, -22, 22, -33]) {
        const at = top + step;
        if (at < 22 || at > this.height - 3 || taken.some(([l, r, t]) => left < r && l < left + wide && Math.abs(t - at) < 11)) continue;
        top = at;
        taken.push([left, left + wide, top]);
        const label = svg("text", { class: "claims-axis claims-series-name", x: left, y: top });
        write(label, name);
        return [label];
      }
      return [];
    });
  }

  /* Draw the axes; what is written on them is returned, to lie on top. */
  /** @param {Element} chart */
  #axis(chart) {
    /** @type {SVGTextElement[]} */
    const labels = [];
    /** @param {object} place @param {string} text */
    const label = (place, text) => {
      labels.push(svg("text", { class: "claims-axis", ...place }));
      write(labels[labels.length - 1], text);
    };
    const tick = [50, 100, 250, 500, 1000].find((size) => this.most / size <= 3.5) || 1000;
    for (let area = 0; area < this.most; area += tick) {
      svg("path", { class: "claims-grid", d: `M9 ${this.y(area)}H${this.box.clientWidth - 9}` }, chart);
      if (!area) continue;
      label({ x: 11, y: this.y(area) - 2 }, `${thousands(area)} km²`);
    }
    label({ x: this.box.clientWidth - 11, y: 11, "text-anchor": "end" }, this.box.clientWidth > 600
      ? "Ukrainian-held km² by each source’s claims; ◆ figures published (◇ taken so far)"
      : "Ukrainian-held by source; ◆ published");
    for (const [day] of this.clock.payload.events) {
      svg("path", { class: "claims-mark", d: `M${this.x(day)} ${this.height - 4}v4` }, chart);
    }
    return labels;
  }

  /* Spans of days, both ends included, in which a series has values. */
  /** @param {Float64Array} series */
  #runs(series) {
    /** @type {[number, number][]} */
    const runs = [];
    series.forEach((value, day) => {
      if (Number.isNaN(value)) return;
      const last = runs[runs.length - 1];
      if (last && last[1] === day - 1) last[1] = day;
      else runs.push([day, day]);
    });
    return runs;
  }

  /* Steps: what holds on a day holds all day. */
  /** @param {Float64Array} series */
  #line(series) {
    const half = this.step / 2;
    return this.#runs(series).map(([from, to]) => {
      let text = `M${this.x(from) - half} ${this.y(series[from])}`;
      for (let day = from + 1; day <= to; day++) {
        if (series[day] !== series[day - 1]) text += `H${this.x(day)}V${this.y(series[day])}`;
      }
      return `${text}H${this.x(to) + half}`;
    }).join("");
  }

  /* From the lowest to the highest of the sources that speak. */
  #band() {
    const { days } = this.clock.payload;
    const low = new Float64Array(days).fill(NaN);
    const high = new Float64Array(days).fill(NaN);
    for (let day = 0; day < days; day++) {
      const areas = this.held.flatMap((held, n) => (this.shown[n] && !Number.isNaN(held[day]) ? [held[day]] : []));
      if (areas.length > 1) [low[day], high[day]] = [Math.min(...areas), Math.max(...areas)];
    }
    return this.#runs(low).map(([from, to]) => {
      let text = `M${this.x(from) - this.step / 2} ${this.y(high[from])}`;
      for (let day = from; day <= to; day++) text += `V${this.y(high[day])}h${this.step}`;
      for (let day = to; day >= from; day--) text += `V${this.y(low[day])}h${-this.step}`;
      return `${text}z`;
    }).join("");
  }

  /* The cursor on the clock's day, and on the day compared with. */
  move() {
    if (!this.open) return;
    const { day, comparison } = this.clock;
    this.cursor.style.transform = `translateX(${this.x(day)}px)`;
    this.second.hidden = comparison.day === null;
    if (comparison.day !== null) this.second.style.transform = `translateX(${this.x(comparison.day)}px)`;
  }

  /** @param {number} day */
  #said(day) {
    return this.clock.payload.sources.flatMap((source, n) => (this.shown[n] && !Number.isNaN(this.held[n][day])
      ? [`${shortName(source)}: ${thousands(this.held[n][day])} km²`] : []));
  }

  /* In words, for those who do not see it; when the clock has come to rest. */
  tell() {
    if (!this.open) return;
    const { clock } = this;
    this.box.setAttribute("aria-label", `Ukrainian-held ground according to each source, ${clock.calendar.say(clock.day)}: ${this.#said(clock.day).join("; ") || "no source says any"}`);
  }

  /** @param {MouseEvent} event */
  #hover(event) {
    const { clock, tip } = this;
    const day = this.#dayAt(event);
    tip.textContent = "";
    element("b", "", tip, clock.calendar.say(day));
    for (const words of this.#said(day)) element("div", "", tip, words);
    const near = this.totals.filter((total) => Math.abs(total.day - day) * this.step <= 4);
    for (const { day: said, words } of near.slice(0, 4)) element("div", "claims-strip-total", tip, `${clock.calendar.say(said)}: ${words}`);
    for (const [on, title] of clock.payload.events) if (on === day) element("div", "", tip, title);
    tip.hidden = false;
    clock.bar.strip.beside(tip, event.offsetX);
  }
}

export { AreaChart };
