/* Two pictures side by side on one map: two dates, or two sides or sources on one date. A
   divider can be dragged between them; ground gained and lost is marked on both. */
class Comparison {
  constructor(clock) {
    this.clock = clock;
    this.text = null;
    this.at = 0.5;
    this.day = null;
    this.pair = null;
    this.changes = true;
  }

  /* What the address says: a date, or two ids with a bar between; anything else is no comparison. */
  set(text) {
    const { clock } = this;
    const { sources } = clock.history;
    const ids = (text || "").split("|");
    const are = (known) => ids.length === 2 && ids[0] !== ids[1] && ids.every((id) => known.includes(id));
    this.day = text && /^\d{4}-\d\d-\d\d$/.test(text) ? clock._dayOf(text) : null;
    this.pair = are(SIDES.map(([side]) => side)) || are(sources.map(({ id }) => id)) ? ids : null;
    this.text = this.on ? text : null;
    if (this.on) this._make();
    this._arrange();
    if (this.select) this._fill();
  }

  get on() { return this.day !== null || this.pair !== null; }

  /* ---- the choice, in the panel ---- */

  panel(parent) {
    const group = element("fieldset", "claims-group", parent);
    element("legend", "", group, "Compare");
    this.select = element("select", "claims-select", group);
    this.select.setAttribute("aria-label", "Compare");
    for (const [value, name] of [["", "nothing"], ["dates", "two dates"], ["sides", "two sides"], ["sources", "two sources"]]) {
      element("option", "", this.select, name).value = value;
    }
    this.choice = element("div", "claims-choice", group);
    const changed = element("label", "claims-check", group);
    this.box = element("input", "", changed);
    Object.assign(this.box, { type: "checkbox", checked: true });
    changed.append("Ground gained and lost");
    this.box.addEventListener("change", () => { this.changes = this.box.checked; this.clock.schedule(); });
    this.summary = element("div", "claims-hint", group);
    this.summary.setAttribute("role", "status");
    this.select.addEventListener("change", () => this._choose());
    this._fill();
  }

  _choose() {
    const { clock } = this;
    const ids = clock.history.sources.map((source) => source.id);
    const first = {
      "": null,
      dates: clock.iso(Math.min(clock.day + 60, clock.history.days - 1)),
      sides: "ukrainian|russian",
      sources: ["deepstate|uacontrolmap", `${ids[0]}|${ids[1] || ids[0]}`].find((text) => text.split("|").every((id) => ids.includes(id))),
    };
    this._take(first[this.select.value]);
  }

  _take(text) {
    this.set(text);
    this.clock.schedule();
    this.clock._tell("compare");
  }

  /* The boxes for what is compared. */
  _fill() {
    const { clock, choice } = this;
    const sides = this.pair && SIDES.some(([side]) => side === this.pair[0]);
    this.select.value = this.day !== null ? "dates" : this.pair ? (sides ? "sides" : "sources") : "";
    choice.textContent = "";
    this.box.parentNode.hidden = !this.on;
    if (!this.on) this.summary.textContent = "";
    if (this.day !== null) {
      const input = element("input", "claims-select", choice);
      Object.assign(input, { type: "date", min: clock.iso(0), max: clock.iso(clock.history.days - 1), value: clock.iso(this.day) });
      input.setAttribute("aria-label", "Second date");
      input.addEventListener("change", () => { if (input.value) this._take(clock.iso(clock._dayOf(input.value))); });
    }
    if (!this.pair) return;
    const options = sides ? SIDES : clock.history.sources.map((source) => [source.id, source.name]);
    this.pair.forEach((chosen, n) => {
      const select = element("select", "claims-select", choice);
      select.setAttribute("aria-label", n ? "Right" : "Left");
      for (const [id, name] of options) Object.assign(element("option", "", select, name), { value: id, selected: id === chosen });
      select.addEventListener("change", () => {
        const pair = this.pair.slice();
        pair[n] = select.value;
        this._take(pair.join("|"));
      });
    });
  }

  /* ---- the divider, on the map ---- */

  _make() {
    if (this.other) return;
    const { clock } = this;
    this.other = new Sheet(clock.map, clock.ground, clock.record, "claims-other");
    this.paths = new Paths(clock.map, clock.ground, "claims-change", 415);
    this.gained = this.paths.add("claims-change claims-gained");
    this.lost = this.paths.add("claims-change claims-lost");
    // In a pane of the map, so that tips and popups lie above it; see _arrange.
    const pane = clock.map.createPane("claims-divider");
    pane.style.zIndex = 645;
    this.stage = element("div", "claims-stage", pane);
    const divider = this.divider = element("div", "claims-divider", this.stage);
    divider.tabIndex = 0;
    divider.setAttribute("role", "slider");
    divider.setAttribute("aria-label", "Divider");
    divider.setAttribute("aria-valuemin", 0);
    divider.setAttribute("aria-valuemax", 100);
    element("i", "", divider);
    this.left = element("div", "claims-half claims-half-left", this.stage);
    this.right = element("div", "claims-half claims-half-right", this.stage);
    L.DomEvent.disableClickPropagation(divider);
    const move = (event) => {
      const box = clock.box.getBoundingClientRect();
      this._move((event.clientX - box.left) / box.width);
    };
    divider.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      divider.focus();
      divider.setPointerCapture(event.pointerId);
      divider.addEventListener("pointermove", move);
    });
    divider.addEventListener("pointerup", () => divider.removeEventListener("pointermove", move));
    divider.addEventListener("pointercancel", () => divider.removeEventListener("pointermove", move));
    divider.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -0.02, ArrowRight: 0.02, PageUp: 0.1, PageDown: -0.1, Home: -1, End: 1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      this._move(this.at + step);
    });
    clock.map.on("move zoom viewreset resize", () => this._arrange());
  }

  _move(at) {
    this.at = Math.min(Math.max(at, 0), 1);
    this._arrange();
  }

  _arrange() {
    if (!this.other) return;
    const { map } = this.clock;
    const { x, y } = map.getSize();
    const at = Math.round(this.at * x);
    for (const node of [this.stage, this.other.pane, this.paths.pane]) node.style.display = this.on ? "" : "none";
    // A pane moves with the map; what is on it must not.
    const corner = map.containerPointToLayerPoint([0, 0]);
    Object.assign(this.stage.style, { left: `${corner.x}px`, top: `${corner.y}px`, width: `${x}px`, height: `${y}px` });
    this.clock.sheet.clip(this.on ? 0 : null, at);
    this.other.clip(this.on ? at : null, x);
    this.divider.style.left = `${at}px`;
    this._tell();
    this.left.style.right = `${x - at + 8}px`;
    this.right.style.left = `${at + 8}px`;
    this.left.style.maxWidth = `${Math.max(at - 40, 0)}px`;
    this.right.style.maxWidth = `${Math.max(x - at - 90, 0)}px`;
  }

  /* Where the divider is, for those who do not see it. */
  _tell() {
    const share = Math.round(this.at * 100);
    this.divider.setAttribute("aria-valuenow", share);
    this.divider.setAttribute("aria-valuetext", `${share} %: left ${this.left.textContent}, right ${this.right.textContent}`);
  }

  /* What the picture is compared with, in words. */
  words() {
    if (!this.on) return "";
    return this.pair ? `, ${this._name(this.pair[0])} compared with ${this._name(this.pair[1])}`
      : `, compared with ${this.clock.say(this.day)}`;
  }

  /* Which sheet lies under a place on the screen. */
  sheetAt(x) {
    return this.on && x > this.at * this.clock.map.getSize().x ? this.other : this.clock.sheet;
  }

  /* ---- what is shown ---- */

  /* The picture left of the divider, made from the clock's own. */
  mine(picture) {
    return this.pair ? this._only(picture, this.pair[0]) : picture;
  }

  _only(picture, id) {
    const { record } = this.clock;
    const fits = (group) => { const source = record.sourceOf(group); return source.id === id || source.side === id; };
    return { ...picture, shown: (group) => fits(group) && picture.shown(group) };
  }

  _name(id) {
    const side = SIDES.find(([own]) => own === id);
    return side ? side[1] : shortName(this.clock.history.sources.find((source) => source.id === id));
  }

  /* Whether a side or a source, or all that speak for it, is switched off. */
  _off(id) {
    const { hidden, history } = this.clock;
    const own = history.sources.filter((source) => source.id === id || source.side === id);
    return own.every((source) => hidden.has(source.id) || hidden.has(source.side));
  }

  paint(picture) {
    if (!this.on) return;
    const { clock, other } = this;
    const { history, sheet } = clock;
    const theirs = this.pair ? this._only(picture, this.pair[1])
      : { ...picture, day: this.day, knownBy: picture.knownBy === null ? null : this.day };
    other.paint(theirs);
    const off = (this.pair || []).filter((id) => this._off(id));
    const title = (id) => this._name(id) + (off.includes(id) ? " (switched off)" : "");
    write(this.left, this.pair ? title(this.pair[0]) : clock.say(clock.day));
    write(this.right, this.pair ? title(this.pair[1]) : clock.say(this.day));
    this._tell();
    // Whoever is switched off says nothing here: that is no difference.
    const gained = other.held.map((flag, n) => !off.length && flag && !sheet.held[n]);
    const lost = sheet.held.map((flag, n) => !off.length && flag && !other.held[n]);
    this.paths.draw(this.gained, this.changes && gained.includes(1) ? gained : null);
    this.paths.draw(this.lost, this.changes && lost.includes(1) ? lost : null);
    const sum = (flags) => {
      const own = history.pieces.filter((_, n) => flags[n]);
      return { km2: own.reduce((all, piece) => all + piece.km2, 0),
        places: own.reduce((all, piece) => all + piece.places.length, 0),
        names: own.map((piece) => piece.name).sort().join(", ") };
    };
    if (off.length) this._say([[`Nothing to compare: ${off.map((id) => this._name(id)).join(" and ")} switched off`, null]]);
    else this._differ(sum(gained), sum(lost));
  }

  _differ(gained, lost) {
    const named = this.pair ? ["Under Ukrainian control only on the right", "only on the left"]
      : ["Under Ukrainian control on the right, not on the left", "on the left, not on the right"];
    this._say([gained, lost].map(({ km2, places, names }, n) => [
      `${n ? "−" : "+"} ${named[n]}: ${count(Math.round(km2), "km²", "km²")}, ${count(places, "settlement")}`, names]));
  }

  /* Lines, each with what lies behind it. */
  _say(lines) {
    const { summary } = this;
    const words = lines.flat().join("\n");
    if (summary.dataset.words === words) return;
    summary.dataset.words = words;
    summary.textContent = "";
    for (const [line, names] of lines) {
      if (names === null) { element("p", "", summary, line); continue; }
      const details = element("details", "", summary);
      element("summary", "", details, line);
      element("p", "", details, names || "none");
    }
  }

  restyle(opacity) {
    if (this.other) this.other.restyle(opacity);
  }
}
