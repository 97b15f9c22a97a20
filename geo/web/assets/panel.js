/* The panel beside the maps: what is said of the chosen place, the key, the table of places; then
   sources, comparison and settings, each opened on demand. */
import { Card } from "./card.js";
import { ComparisonChoice } from "./choice.js";
import { button, checkbox, choice, element, sign, write } from "./elements.js";
import { Key } from "./key.js";
import { Search } from "./search.js";
import { PlacesTable } from "./summary.js";
import { ago, phrase, SIDES } from "./words.js";
/** @import { ClaimsClock } from "./clock.js" */
/** @type {[string, string][]} */
const TERMS = [["30", "30 days"], ["90", "90 days"], ["180", "180 days"], ["ever", "for ever"]];

class Panel {
  /** @param {ClaimsClock} clock @param {HTMLElement} panel */
  constructor(clock, panel) {
    this.clock = clock;
    this.panel = panel;
    this.isOpen = false;
    panel.setAttribute("aria-label", "Key, places, sources");
    this.button = button(null, "Key and sources", "layers", () => this.open(!this.isOpen));
    this.button.classList.add("claims-open");
    panel.before(this.button);
    this.search = new Search(clock, panel);
    this.card = new Card(clock, panel);
    this.key = new Key(clock, panel);
    this.table = new PlacesTable(clock, panel);
    /** @type {[HTMLInputElement, string][]} */
    this.checks = [];
    // What is said of the age of each source's claims.
    /** @type {HTMLElement[]} */
    this.ages = [];
    const sources = this.#group("Sources");
    for (const [side, title] of SIDES) this.#sources(sources, side, title);
    this.comparison = new ComparisonChoice(clock, this.#group("Compare"));
    this.terms = this.#settings(this.#group("Settings"));
    const { drawn } = clock.payload;
    if (drawn.length) element("p", "claims-hint", panel, `${phrase("shapes_of", drawn.join("; "))} ${phrase("imported")}`);
    element("p", "claims-hint", panel, `Kursk claims map. ${phrase("not_verified")}. ${phrase("version", clock.payload.version)}.`);
    this.open(clock.maps.wide);
    this.#narrow();
    this.sync();
  }

  /** @param {string} title */
  #group(title) {
    const group = element("details", "claims-group", this.panel);
    element("summary", "", group, title);
    return group;
  }

  /** @param {boolean} on */
  open(on) {
    this.isOpen = on;
    this.arrange();
    this.button.setAttribute("aria-expanded", String(on));
    this.button.setAttribute("aria-label", on ? "Hide key and sources" : "Key and sources");
    sign(this.button, on ? "close" : "layers");
  }

  /* While it is closed, the card of a chosen place is all that is seen of it. */
  arrange() {
    const { card, isOpen, panel } = this;
    panel.hidden = !isOpen && !(card.isOpen && panel.contains(card.box));
    panel.classList.toggle("claims-sheet", !isOpen);
  }

  /* On a small screen the panel would cover the map: it closes, and opens again on a large one. What is
     said of a place lies over the map there. */
  #narrow() {
    const { clock: { maps }, card, key } = this;
    let closed = false;
    const place = () => {
      if (maps.wide) key.box.before(card.box);
      else maps.holder.parentElement?.append(card.box);
      this.arrange();
    };
    place();
    maps.room.addEventListener("change", () => {
      place();
      if (maps.wide && closed) this.open(true);
      closed = !maps.wide && this.isOpen;
      if (closed) this.open(false);
    });
  }

  /** @param {Set<string>} hidden */
  #hide(hidden) {
    this.clock.set({ hide: [...hidden] });
    this.clock.tell("shown");
  }

  /* A switch for a side, a source or a status. */
  /** @param {Element} parent @param {string} id @param {string} name */
  #check(parent, id, name) {
    const box = checkbox("claims-check", parent, "", true, (on) => {
      const hidden = new Set(this.clock.hidden);
      if (on) hidden.delete(id);
      else hidden.add(id);
      this.#hide(hidden);
    });
    box.setAttribute("aria-label", name);
    box.after(element("span", "", null, name));
    this.checks.push([box, id]);
  }

  /** @param {Element} parent @param {typeof SIDES[number][0]} side @param {string} title */
  #sources(parent, side, title) {
    const { clock } = this;
    const { sources } = clock.payload;
    const group = element("fieldset", "claims-side", parent);
    this.#check(element("legend", "", group), side, title);
    sources.forEach((source, n) => {
      if (source.side !== side) return;
      const row = element("div", "claims-source", group);
      this.#check(row, source.id, source.name);
      const only = element("button", "claims-only", row, "only");
      only.type = "button";
      only.setAttribute("aria-label", `Only ${source.name}`);
      only.addEventListener("click", () => this.#hide(new Set(clock.only === source.id ? [] : sources.filter((one) => one !== source).map(({ id }) => id))));
      const lean = element("span", "claims-lean", row, `${source.partisanship > 0 ? "+" : ""}${source.partisanship}`);
      lean.title = "Partisanship: -2 Ukrainian official, -1 aligned with Ukraine, 0 third party, +1 aligned with Russia, +2 Russian official or state";
      this.ages[n] = element("small", "", row);
      // Its outline lights up on the maps.
      for (const [event, lit] of /** @type {[string, number | null][]} */ ([["mouseenter", n], ["mouseleave", null], ["focusin", n], ["focusout", null]])) {
        row.addEventListener(event, () => clock.light(lit));
      }
    });
  }

  /** @param {Element} parent */
  #settings(parent) {
    const { clock } = this;
    const label = element("label", "claims-setting", parent, "Claims of control are current for ");
    const terms = choice("claims-select", label, "", TERMS, (days) => {
      clock.set({ current: days === "ever" ? days : +days });
      clock.tell("current");
    });
    element("p", "claims-hint", parent, "Reports of fighting count for a third of that time; a map counts while it is read, and that long afterwards.");
    this.lapsed = checkbox("claims-check", parent, "Outline what has lapsed", clock.showLapsed, (on) => {
      clock.set({ lapsed: on });
      clock.tell("lapsed");
    });
    for (const status of clock.payload.statuses) if (status !== "implied") this.#check(parent, status, `Count what is said to be ${phrase(status)}`);
    checkbox("claims-check", parent, "Online map tiles", clock.tiles.on, (on) => {
      clock.tiles.show(on);
      clock.tell("tiles");
    });
    checkbox("claims-check", parent, "Rivers, roads, railways", clock.context.on, (on) => {
      clock.context.show(on);
      this.key.say();
      clock.tell("context");
    });
    element("p", "claims-hint", parent, "Raion lines are approximate.");
    return terms;
  }

  /* Put the switches as the clock's state is. */
  sync() {
    const { hidden, current, showLapsed } = this.clock;
    for (const [box, id] of this.checks) box.checked = !hidden.has(id);
    if (this.lapsed) this.lapsed.checked = showLapsed;
    if (!TERMS.some(([days]) => days === String(current))) element("option", "", this.terms, `${current} days`).value = String(current);
    this.terms.value = String(current);
    this.comparison.sync();
  }

  say() {
    const { clock } = this;
    const { active, lapsed, record, payload, day, telling } = clock;
    this.card.renew();
    this.key.say();
    this.table.say(telling);
    this.comparison.say(clock.now, clock.before);
    const last = payload.sources.map(() => -Infinity);
    for (const r of [...active, ...lapsed]) {
      if (record.status[r] === record.code.implied) continue;
      last[record.source[r]] = Math.max(last[record.source[r]], record.lastSaid(r, day));
    }
    const current = new Set(active.map((r) => record.source[r]));
    last.forEach((said, n) => {
      const silent = said === -Infinity;
      write(this.ages[n], silent ? "nothing said yet" : `${current.has(n) ? "" : "lapsed, "}${ago(day - said)}`);
      this.ages[n].parentElement?.classList.toggle("claims-silent", !current.has(n));
    });
  }
}

export { Panel };
