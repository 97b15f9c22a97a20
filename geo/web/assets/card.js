/* What is said of the chosen place: a word for each voice, then source by source, current claims
   before those that have lapsed; then all other claims, the newest first. Text only, never markup. */
import { showClaim } from "./claim.js";
import { button, checkbox, choice, element } from "./elements.js";
import { disc } from "./places.js";
import { ago, count, phrase, shortName, SIDES } from "./words.js";
/** @import { Cited } from "./types" */
/** @import { ClaimsClock } from "./clock.js" */
/* A claim this near to the end of its term says so; days. */
const SOON = 10;

class Card {
  /** @param {ClaimsClock} clock @param {Element} parent */
  constructor(clock, parent) {
    this.clock = clock;
    this.box = element("section", "claims-card", parent);
    this.box.setAttribute("role", "dialog");
    this.box.tabIndex = -1;
    this.box.hidden = true;
    // Where the focus was before it came here.
    /** @type {HTMLElement | null} */
    this.from = null;
    this.title = element("h2", "", this.box);
    button(this.box, "Close", "close", () => clock.choose([])).classList.add("claims-close");
    const filters = element("div", "claims-filters", this.box);
    this.when = element("span", "claims-when", filters);
    this.who = choice("claims-select", filters, "Claims of", [["", "all sources"], ...SIDES, ...clock.payload.sources.map(({ id, name }) => /** @type {[string, string]} */ ([id, name]))], () => this.renew());
    this.inForce = checkbox("claims-check", filters, "in force", false, () => this.renew());
    this.said = element("div", "claims-said", this.box);
    this.body = element("div", "", this.said);
    this.others = element("details", "claims-others", this.said);
    this.many = element("summary", "", this.others);
    this.list = element("ul", "", this.others);
    this.others.addEventListener("toggle", () => this.renew());
    /** @type {number[]} */
    this.pieces = [];
    // Whether the claim that is chosen has still to be brought into view.
    this.unseen = false;
  }

  get isOpen() { return !this.box.hidden; }

  /* `pieces`: the ground that is meant; the place gives it a name. */
  /** @param {number | null} place @param {number[]} pieces */
  open(place, pieces) {
    const row = this.clock.payload.places.find(([id]) => id === place);
    this.pieces = pieces;
    this.box.hidden = !row && !pieces.length;
    const name = row ? row[1] : "Ground without a settlement";
    this.title.textContent = name;
    this.box.setAttribute("aria-label", name);
    if (row) element("small", "", this.title, ` ${row[4]}`);
    this.others.open = false;
    this.said.scrollTop = 0;
    this.unseen = true;
    this.clock.panel.arrange();
    this.renew();
  }

  /* The claims of the place with their citations: a page that stands alone has them all; the page
     around the map has them as soon as its server has told. */
  get cited() {
    return this.clock.payload.cited ?? frameElement?.ownerDocument.defaultView?.claimsCited ?? [];
  }

  /* Opened it takes the focus, so that it is read out; closed it gives it back. */
  enter() {
    const { box } = this;
    const { activeElement } = document;
    const within = box.contains(activeElement) || activeElement === document.body;
    if (this.isOpen) {
      if (!within && activeElement instanceof HTMLElement) this.from = activeElement;
      if (box.parentElement) box.parentElement.scrollTop = 0;
      box.focus({ preventScroll: true });
    } else if (within) (this.from?.isConnected ? this.from : this.clock.maps.lead.map.getContainer()).focus({ preventScroll: true });
  }

  /* Say what holds now. */
  renew() {
    if (!this.isOpen) return;
    const { clock, pieces } = this;
    const { record } = clock;
    const here = this.cited.filter(({ place, rows }) => (place !== null && place === clock.place) || rows.some((r) => pieces.includes(record.piece[r])));
    const picked = here.find(({ id }) => id === clock.claim);
    this.when.textContent = clock.calendar.say(clock.day);
    const shown = new Set();
    const said = this.#said(here, shown);
    const others = this.inForce.checked ? [] : here.filter((claim) => !shown.has(claim) && this.#passes(claim));
    this.others.hidden = !others.length;
    if (picked && others.includes(picked)) this.others.open = true;
    this.many.textContent = `${count(others.length, "other claim")}, newest first`;
    const rest = element("ul");
    if (this.others.open) for (const claim of others) this.#other(rest, claim);
    const show = picked && this.unseen;
    for (const [old, made] of [[this.body, said], [this.list, rest]]) {
      if (show || old.textContent !== made.textContent) old.replaceChildren(...made.childNodes);
    }
    if (!show) return;
    this.unseen = false;
    const item = this.said.querySelector("li:has(details[open])");
    if (item instanceof HTMLElement) this.said.scrollTop = item.offsetTop;
  }

  /* Whether a claim is of those asked for, and had been made. */
  /** @param {Cited} claim */
  #passes({ source, said, status }) {
    const { clock, who: { value } } = this;
    const { id, side } = clock.payload.sources[source];
    return said <= (clock.knownOn(clock.day) ?? said) && ![id, side, status].some((name) => clock.hidden.has(name)) && ["", id, side].includes(value);
  }

  /* Those of `here` that are told of go into `shown`. */
  /** @param {Cited[]} here @param {Set<Cited>} shown */
  #said(here, shown) {
    const { clock, pieces, who: { value } } = this;
    const { telling, voices, record, lapsed } = clock;
    const node = element("div");
    const cell = pieces.find((n) => clock.payload.pieces[n].cell !== null);
    const asked = (/** @type {number} */ r) => pieces.includes(record.piece[r]) && (!value || record.speaks(r, value));
    const rows = telling.rows.filter(asked);
    const old = lapsed.filter((r) => clock.shows(r) && asked(r));
    if (!rows.length && !old.length) {
      element("p", "", node, `None of the sources ${value ? "asked for" : "shown"} says anything of this place on this day.`);
      return node;
    }
    for (const voice of voices) {
      const [own, gone] = [rows, old].map((all) => all.filter((r) => record.speaks(r, voice)));
      if (value && !own.length && !gone.length) continue;
      const line = element("p", "claims-voice", node);
      const word = cell === undefined ? "silent" : telling.word(voice, cell);
      if (cell !== undefined) disc([word], line);
      element("b", "", line, `${clock.maps.name(voice)}: `);
      line.append(word === "silent" ? (gone.length ? "nothing current" : phrase("short_silent")) : phrase(word));
      const list = element("ul", "", node);
      for (const r of this.inForce.checked ? own : [...own, ...gone]) {
        const item = this.#row(list, r, gone.includes(r));
        for (const claim of here) if (claim.rows.includes(r)) { this.#claim(item, claim); shown.add(claim); }
      }
      if ((voice === "russian" && word === "ukrainian_control") || (voice === "ukrainian" && word === "russian_control")) element("p", "claims-hint", node, phrase("concession"));
    }
    return node;
  }

  /** @param {Element} list @param {number} r @param {boolean} lapsed */
  #row(list, r, lapsed) {
    const { calendar, day, record } = this.clock;
    const status = record.statusOf(r);
    const item = element("li", lapsed ? "claims-lapsed" : "", list);
    const line = element("div", "", item);
    element("b", "", line, shortName(record.sourceOf(r)));
    const since = status === "implied" ? "" : `, since ${calendar.say(record.since[r])}`;
    const left = record.stop[r] - day;
    const age = ago(day - record.lastSaid(r, day));
    const soon = !lapsed && record.stop[r] < record.to[r] && left <= SOON ? `, lapses in ${count(left, "day")}` : "";
    line.append(`: ${phrase(status)}${since}, ${lapsed ? "lapsed, " : ""}${age}${soon}`);
    return item;
  }

  /** @param {Element} list @param {Cited} claim */
  #other(list, claim) {
    const { calendar, payload } = this.clock;
    const item = element("li", "", list);
    const line = element("div", "", item);
    element("b", "", line, shortName(payload.sources[claim.source]));
    const about = claim.day === claim.said ? "" : `, of ${calendar.say(claim.day)}`;
    line.append(`: ${phrase(claim.status)}, said ${calendar.say(claim.said)}${about}`);
    this.#claim(item, claim);
  }

  /* The claim that is open stands in the address. */
  /** @param {Element} item @param {Cited} claim */
  #claim(item, claim) {
    const { clock } = this;
    showClaim(item, claim, claim.id === clock.claim, (open) => {
      if (open === (clock.claim === claim.id)) return;
      clock.claim = open ? claim.id : null;
      clock.tell("claim");
    });
  }
}

export { Card };
