/* What is compared, chosen in the panel; and what changed, in words. */
import { DateField } from "./datefield.js";
import { choice, element } from "./elements.js";
import { SIDES } from "./words.js";
import { SPANS } from "./compare.js";
/** @import { Telling } from "./telling.js" */
/** @import { ClaimsClock } from "./clock.js" */
import { phrase, thousands } from "./words.js";
/** @type {[string, string][]} */
const KINDS = [["", "Ukrainian and Russian sources"], ["week", "with a week before"], ["month", "with a month before"],
  ["date", "with another date"], ["sides", "two other sides"], ["sources", "two sources"]];

class ComparisonChoice {
  /** @param {ClaimsClock} clock @param {Element} parent */
  constructor(clock, parent) {
    this.clock = clock;
    this.kind = choice("claims-select", parent, "Compare", KINDS, (kind) => this.#begin(kind));
    this.date = new DateField(clock.calendar, "claims-select", parent, "Second date", (day) => this.#take(clock.calendar.iso(day)));
    this.pair = element("div", "claims-choice", parent);
    this.summary = element("div", "claims-hint", parent);
    this.summary.setAttribute("role", "status");
    /** @type {HTMLSelectElement[]} */
    this.boxes = [];
    this.sync();
  }

  /* Two that are likely to be worth it. */
  /** @param {string} kind */
  #begin(kind) {
    const { calendar, day, payload } = this.clock;
    const ids = payload.sources.map(({ id }) => id);
    if (kind === "date") this.#take(calendar.iso(calendar.within(day - 60) || day + 60));
    else if (kind === "sides") this.#take("ukrainian|third_party");
    else if (kind === "sources") this.#take(ids.includes("deepstate") && ids.includes("uacontrolmap") ? "deepstate|uacontrolmap" : ids.slice(0, 2).join("|"));
    else this.#take(kind || null);
  }

  /** @param {string | null} text */
  #take(text) {
    this.clock.set({ compare: text });
    this.clock.tell("compare");
  }

  /* Put the boxes as the comparison is. */
  sync() {
    const { comparison: { text, fixed, ids, spanned } } = this.clock;
    const kind = text === null ? "" : text in SPANS ? text : spanned ? "date" : SIDES.some(([side]) => side === ids?.[0]) ? "sides" : "sources";
    // A box that a reader is at stays where it is.
    if (this.pair.dataset.kind !== kind) this.#offer(kind);
    this.kind.value = kind;
    this.date.show(fixed);
    this.boxes.forEach((box, n) => { box.value = ids?.[n] ?? ""; });
  }

  /* Boxes for two sides or two sources. */
  /** @param {string} kind */
  #offer(kind) {
    const { clock: { payload }, pair } = this;
    pair.dataset.kind = kind;
    pair.textContent = "";
    /** @type {[string, string][]} */
    const options = kind === "sides" ? SIDES : payload.sources.map(({ id, name }) => [id, name]);
    const take = () => this.#take(this.boxes.map((box) => box.value).join("|"));
    this.boxes = ["sides", "sources"].includes(kind) ? ["First", "Second"].map((name) => choice("claims-select", pair, name, options, take)) : [];
  }

  /* What each telling gained and lost, with the places behind it. */
  /** @param {Telling} now @param {Telling | null} before */
  say(now, before) {
    const { clock, summary } = this;
    const { pieces } = clock.payload;
    const lines = before ? clock.voices.flatMap((voice) => Object.entries(now.changes(voice, before)).map(([name, member]) => ({
      line: `${clock.maps.name(voice)}: ${phrase(name)}, ${thousands(now.km2(member))} km²`,
      names: pieces.filter((_, n) => member?.[n]).map((piece) => piece.name).sort().join(", "),
    }))) : [];
    const key = JSON.stringify(lines);
    if (summary.dataset.words === key) return;
    summary.dataset.words = key;
    summary.textContent = "";
    for (const { line, names } of lines) {
      const details = element("details", "", summary);
      element("summary", "", details, line);
      element("p", "", details, names || "no place");
    }
  }
}

export { ComparisonChoice };
