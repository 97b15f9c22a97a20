/* Chart under the clock: how much ground each source puts under Ukrainian control, day by day. */
class AreaChart {
  constructor(clock, parent) {
    this.clock = clock;
    this.box = element("div", "claims-area", parent);
    this.box.setAttribute("role", "img");
    this.tip = element("div", "claims-strip-tip claims-area-tip", parent);
    this.tip.hidden = true;
    this.open = false;
    this.box.addEventListener("mousemove", (event) => this._hover(event));
    this.box.addEventListener("mouseleave", () => { this.tip.hidden = true; });
    this.box.addEventListener("click", (event) => { clock.play(false); clock.go(this._dayAt(event)); });
  }

  show(open) {
    this.open = open;
    this.box.hidden = !open;
    this.tip.hidden = true;
    this.draw();
  }

  _x(day) { return 9 + (day + 0.5) * this.step; }

  _y(area) { return this.height - 4 - area / this.most * (this.height - 14); }

  _dayAt(event) {
    const { days } = this.clock.history;
    return Math.min(Math.max(Math.floor((event.offsetX - 9) / this.step), 0), days - 1);
  }

  draw() {
    const { clock, box } = this;
    const { history, record } = clock;
    if (!this.open || !clock.sheet || !box.clientWidth) return;
    if (this.knownFor !== clock.asSaid) {
      this.held = record.held(clock.asSaid);
      this.knownFor = clock.asSaid;
    }
    const control = record.code.ukrainian_control;
    this.shown = history.sources.map((_, n) => clock._shown(n * record.statuses + control)
      && this.held[n].some((area) => area > 0));
    this.totals = history.totals.filter(({ source }) => clock._shown(source * record.statuses + control));
    this.height = box.clientHeight;
    this.step = (box.clientWidth - 18) / history.days;
    this.most = Math.max(100, ...this.totals.map(({ km2 }) => km2),
      ...this.held.flatMap((held, n) => (this.shown[n] ? [held.reduce((a, b) => (b > a ? b : a), 0)] : []))) * 1.04;
    box.textContent = "";
    const chart = svg("svg", { width: box.clientWidth, height: this.height, "aria-hidden": "true" }, box);
    const labels = this._axis(chart);
    svg("path", { class: "claims-band", d: this._band() }, chart);
    history.sources.forEach((source, n) => {
      if (!this.shown[n]) return;
      const side = `claims-stroke-${source.side}`;
      svg("path", { class: `claims-series ${side}`, "data-source": source.id, d: this._line(this.held[n]), "stroke-dasharray": clock.dashes[n] }, chart);
      // Where a source begins to speak, and where it falls silent; the edges of the chart are neither.
      for (const [from, to] of this._runs(this.held[n])) {
        if (from > 0) svg("circle", { class: `claims-fill-${source.side}`, cx: this._x(from), cy: this._y(this.held[n][from]), r: 2.5 }, chart);
        const [x, y] = [this._x(to), this._y(this.held[n][to])];
        if (to < history.days - 1) svg("path", { class: `claims-end ${side}`, d: `M${x} ${y - 4}v8` }, chart);
      }
    });
    for (const { day, km2, side, cumulative } of this.totals) {
      svg("path", { class: `claims-total claims-stroke-${side}${cumulative ? "" : ` claims-fill-${side}`}`,
        d: `M${this._x(day)} ${this._y(km2) - 4}l4 4-4 4-4-4z` }, chart);
    }
    chart.append(...labels);
    this.cursor = element("i", "claims-cursor", box);
    this.second = element("i", "claims-cursor claims-cursor-second", box);
    this.move();
    this.tell();
  }

  /* Draw the axes; what is written on them is returned, to lie on top. */
  _axis(chart) {
    const labels = [];
    const tick = [50, 100, 250, 500, 1000].find((size) => this.most / size <= 3.5) || 1000;
    for (let area = 0; area < this.most; area += tick) {
      svg("path", { class: "claims-grid", d: `M9 ${this._y(area)}H${this.box.clientWidth - 9}` }, chart);
      if (!area) continue;
      labels.push(svg("text", { class: "claims-axis", x: 11, y: this._y(area) - 2 }));
      labels[labels.length - 1].textContent = `${thousands(area)} km²`;
    }
    const title = svg("text", { class: "claims-axis", x: this.box.clientWidth - 11, y: 11, "text-anchor": "end" });
    labels.push(title);
    title.textContent = this.box.clientWidth > 600
      ? "Ground under Ukrainian control according to each source; ◆ published figures (◇ taken so far)"
      : "Ukrainian control by source; ◆ published";
    for (const [day] of this.clock.history.events) {
      svg("path", { class: "claims-mark", d: `M${this._x(day)} ${this.height - 4}v4` }, chart);
    }
    return labels;
  }

  /* Spans of days, both ends included, in which a series has values. */
  _runs(series) {
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
  _line(series) {
    const half = this.step / 2;
    return this._runs(series).map(([from, to]) => {
      let text = `M${this._x(from) - half} ${this._y(series[from])}`;
      for (let day = from + 1; day <= to; day++) {
        if (series[day] !== series[day - 1]) text += `H${this._x(day)}V${this._y(series[day])}`;
      }
      return `${text}H${this._x(to) + half}`;
    }).join("");
  }

  /* From the lowest to the highest of the sources that speak. */
  _band() {
    const { days } = this.clock.history;
    const low = new Float64Array(days).fill(NaN);
    const high = new Float64Array(days).fill(NaN);
    for (let day = 0; day < days; day++) {
      const areas = this.held.flatMap((held, n) => (this.shown[n] && !Number.isNaN(held[day]) ? [held[day]] : []));
      if (areas.length > 1) [low[day], high[day]] = [Math.min(...areas), Math.max(...areas)];
    }
    return this._runs(low).map(([from, to]) => {
      let text = `M${this._x(from) - this.step / 2} ${this._y(high[from])}`;
      for (let day = from; day <= to; day++) text += `V${this._y(high[day])}h${this.step}`;
      for (let day = to; day >= from; day--) text += `V${this._y(low[day])}h${-this.step}`;
      return `${text}z`;
    }).join("");
  }

  /* The cursor on the clock's day, and on the day compared with. */
  move() {
    if (!this.open || !this.cursor) return;
    const { day, comparison } = this.clock;
    this.cursor.style.transform = `translateX(${this._x(day)}px)`;
    this.second.hidden = comparison.day === null;
    if (comparison.day !== null) this.second.style.transform = `translateX(${this._x(comparison.day)}px)`;
  }

  _said(day) {
    return this.clock.history.sources.flatMap((source, n) => (this.shown[n] && !Number.isNaN(this.held[n][day])
      ? [`${shortName(source)}: ${thousands(this.held[n][day])} km²`] : []));
  }

  /* In words, for those who do not see it; when the clock has come to rest. */
  tell() {
    if (!this.open) return;
    const { clock } = this;
    this.box.setAttribute("aria-label", `Ground under Ukrainian control according to each source, ${clock.say(clock.day)}: ${this._said(clock.day).join("; ") || "no source says any"}`);
  }

  _hover(event) {
    const { clock, tip } = this;
    const day = this._dayAt(event);
    tip.textContent = "";
    element("b", "", tip, clock.say(day));
    for (const words of this._said(day)) element("div", "", tip, words);
    const near = this.totals.filter((total) => Math.abs(total.day - day) * this.step <= 4);
    for (const { day: said, words } of near.slice(0, 4)) element("div", "claims-strip-total", tip, `${clock.say(said)}: ${words}`);
    for (const [on, title] of clock.history.events) if (on === day) element("div", "", tip, title);
    tip.hidden = false;
    clock._beside(tip, event.offsetX);
  }
}
