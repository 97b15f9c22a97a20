/* What is said of the place that is chosen: first in a word for each voice, then source by source,
   current claims before those that have lapsed. Text only, never markup. */
import { button, element } from "./elements.js";
import { disc } from "./places.js";
import { ago, count, phrase, shortName, STATUS_NAMES } from "./words.js";
/** @import { ClaimsClock } from "./clock.js" */
/* A claim so near to the end of its term is told to be. */
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
    this.body = element("div", "", this.box);
    /** @type {number[]} */
    this.pieces = [];
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
    this.renew();
    this.box.scrollTop = 0;
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
    const said = this.#said();
    if (said.textContent === this.body.textContent) return;
    this.body.replaceChildren(said);
  }

  #said() {
    const { clock, pieces } = this;
    const { calendar, day, telling, voices, record, lapsedOfAll } = clock;
    const node = element("div");
    element("p", "claims-when", node, calendar.say(day));
    const cell = pieces.find((n) => clock.payload.pieces[n].cell !== null);
    const rows = telling.rows.filter((r) => pieces.includes(record.piece[r]));
    const old = lapsedOfAll.filter((r) => clock.shows(r) && pieces.includes(record.piece[r]));
    if (!rows.length && !old.length) {
      element("p", "", node, "None of the sources shown says anything of this place on this day.");
      return node;
    }
    for (const voice of voices) {
      const line = element("p", "claims-voice", node);
      const word = cell === undefined ? "silent" : telling.word(voice, cell);
      if (cell !== undefined) disc([word], line);
      element("b", "", line, `${clock.maps.name(voice)}: `);
      line.append(word === "silent" ? (old.some((r) => record.speaks(r, voice)) ? "nothing current" : phrase("short_silent")) : phrase(word));
      const list = element("ul", "", node);
      for (const r of rows.filter((row) => record.speaks(row, voice))) this.#claim(list, r, false);
      for (const r of old.filter((row) => record.speaks(row, voice))) this.#claim(list, r, true);
      if ((voice === "russian" && word === "ukrainian_control") || (voice === "ukrainian" && word === "russian_control")) element("p", "claims-hint", node, phrase("concession"));
    }
    return node;
  }

  /** @param {Element} list @param {number} r @param {boolean} lapsed */
  #claim(list, r, lapsed) {
    const { calendar, day, record, payload } = this.clock;
    const status = record.statusOf(r);
    const item = element("li", lapsed ? "claims-lapsed" : "", list);
    element("b", "", item, shortName(record.sourceOf(r)));
    const since = status === "implied" ? "" : `, since ${calendar.say(record.since[r])}`;
    const left = record.stop[r] - day;
    const age = ago(day - record.lastSaid(r, day));
    const soon = !lapsed && record.stop[r] < record.to[r] && left <= SOON ? `, lapses in ${count(left, "day")}` : "";
    item.append(`: ${STATUS_NAMES[status]}${since}, ${lapsed ? "lapsed, " : ""}${age}${soon}`);
    // Where the claims behind a row can be read, if the page carries it.
    if (!payload.citations) return;
    for (const claim of payload.citations.rows[r]) {
      const [publisher, href] = payload.citations.claims[claim];
      if (!/^https?:\/\//.test(href)) continue;
      Object.assign(element("a", "claims-citation", item, publisher), { href, target: "_blank", rel: "noopener noreferrer" });
    }
  }
}

export { Card };
