/* What is compared, chosen in the panel; and what differs, in words. */
import { checkbox, choice, element } from "./elements.js";
import { SIDES } from "./words.js";
/** @import { ClaimsClock } from "./clock.js" */

class ComparisonChoice {
  /** @param {ClaimsClock} clock @param {Element} parent */
  constructor(clock, parent) {
    this.clock = clock;
    const { comparison } = clock;
    const group = element("fieldset", "claims-group", parent);
    element("legend", "", group, "Compare");
    this.kind = choice("claims-select", group, "Compare",
      [["", "nothing"], ["dates", "two dates"], ["sides", "two sides"], ["sources", "two sources"]], (kind) => this.#begin(kind));
    this.pair = element("div", "claims-choice", group);
    this.changes = checkbox("claims-check", group, "Ground gained and lost", true, (on) => {
      comparison.marksChanges = on;
      clock.schedule();
    });
    this.summary = element("div", "claims-hint", group);
    this.summary.setAttribute("role", "status");
    this.sync();
  }

  /* Two that are likely to be worth it. */
  /** @param {string} kind */
  #begin(kind) {
    const { calendar, day, payload } = this.clock;
    const ids = payload.sources.map(({ id }) => id);
    if (kind === "dates") this.#take(calendar.iso(calendar.within(day + 60)));
    else if (kind === "sides") this.#take("ukrainian|russian");
    else if (!kind) this.#take(null);
    else this.#take(ids.includes("deepstate") && ids.includes("uacontrolmap") ? "deepstate|uacontrolmap" : ids.slice(0, 2).join("|"));
  }

  /** @param {string | null} text */
  #take(text) {
    this.clock.comparison.set(text);
    this.clock.schedule();
    this.clock.tell("compare");
  }

  /* Put the boxes as the comparison is. */
  sync() {
    const { calendar, comparison: { on, day, ids }, payload } = this.clock;
    const sides = ids && SIDES.some(([side]) => side === ids[0]);
    this.kind.value = day !== null ? "dates" : ids ? (sides ? "sides" : "sources") : "";
    this.pair.textContent = "";
    this.changes.labels?.forEach((label) => { label.hidden = !on; });
    if (!on) this.say([]);
    if (day !== null) {
      const input = element("input", "claims-select", this.pair);
      Object.assign(input, { type: "date", min: calendar.iso(0), max: calendar.iso(calendar.last), value: calendar.iso(day) });
      input.setAttribute("aria-label", "Second date");
      input.addEventListener("change", () => { if (input.value) this.#take(calendar.iso(calendar.dayOf(input.value))); });
    }
    /** @type {[string, string][]} */
    const options = sides ? SIDES : payload.sources.map(({ id, name }) => [id, name]);
    ids?.forEach((chosen, n) => {
      const take = (/** @type {string} */ id) => this.#take(ids.map((own, m) => (m === n ? id : own)).join("|"));
      choice("claims-select", this.pair, n ? "Right" : "Left", options, take).value = chosen;
    });
  }

  /* Lines, each with what lies behind it, if it has something. */
  /** @param {[string, string?][]} lines */
  say(lines) {
    const { summary } = this;
    const words = lines.flat().join("\n");
    if (summary.dataset.words === words) return;
    summary.dataset.words = words;
    summary.textContent = "";
    for (const [line, names] of lines) {
      if (names === undefined) { element("p", "", summary, line); continue; }
      const details = element("details", "", summary);
      element("summary", "", details, line);
      element("p", "", details, names || "none");
    }
  }
}

export { ComparisonChoice };
