/* A day at a glance: the date, one sentence, and a bar of km2; the rules are those of
   geo/analysis/summary.py. */
import { element, svg, write } from "./elements.js";
import { disc } from "./places.js";
import { ALIKE, fillOf } from "./painting.js";
import { phrase, sinceSaid, thousands } from "./words.js";
/** @import { Telling } from "./telling.js" */
/** @import { ClaimsClock } from "./clock.js" */

/* The sentence of the day. */
/** @param {Telling} now @param {Telling} before the day before @param {string[]} pair @param {(voice: string) => string} name @param {[piece: number, name: string][]} places in the order in which the day is told by them */
function headline(now, before, pair, name, places) {
  const { theatre } = now.record.payload;
  const says = (/** @type {Telling} */ telling, /** @type {number} */ piece) => pair.map((voice) => telling.word(voice, piece));
  const both = theatre.filter((piece) => pair.length === 2 && !says(now, piece).includes("silent"));
  if (both.length && both.every((piece) => now.classOf(pair, piece) === "contradictory")) return phrase("news_all_opposed", ...pair.map(name));
  const news = (/** @type {number} */ piece) => pair.filter((_, n) => says(now, piece)[n] !== says(before, piece)[n]);
  const subject = places.find(([piece]) => news(piece).length) ?? places.find(([piece]) => says(now, piece).some((word) => word !== "silent"));
  if (!subject || !pair.length) return phrase("news_nobody");
  const [piece, place] = subject;
  const [words, fresh] = [says(now, piece), news(piece)];
  const rank = (/** @type {{ voice: string, word: string }} */ { voice, word }) => 2 * Number(!fresh.includes(voice)) + Number(word === "silent");
  const clauses = pair.length === 2 && words[0] === words[1] && (fresh.length !== 1 || words[0] === "silent")
    ? [words[0] === "silent" ? phrase("news_neither", ...pair.map(name)) : phrase(`news_${words[0]}`, phrase("news_both", ...pair.map(name)))]
    // What is new comes first, then who speaks.
    : pair.map((voice, n) => ({ voice, word: words[n] })).sort((a, b) => rank(a) - rank(b)).map(({ voice, word }) => {
      const alone = fresh.includes(voice) && fresh.length === 1;
      if (alone && word === "silent") return phrase("news_fell_silent", name(voice));
      const clause = phrase(`news_${word}`, name(voice));
      return alone ? phrase("news_now", clause) : clause;
    });
  return `${phrase(fresh.length ? "news_new" : "news_nothing_new", place)}${clauses.join("; ")}.`;
}

/* How two words stand to each other. */
/** @param {Telling} now @param {string[]} pair @param {number} piece */
function relation(now, pair, piece) {
  const kind = now.classOf(pair, piece);
  const split = pair.some((voice) => now.word(voice, piece) === "split");
  if (split && kind.startsWith("both")) return "contested";
  return ["silent", "both", "one", "contested", "contradictory"].find((word) => kind.startsWith(word) || kind.endsWith(word));
}

class Summary {
  /** @param {ClaimsClock} clock @param {Element} header */
  constructor(clock, header) {
    this.clock = clock;
    this.date = element(window.parent === window ? "h1" : "h2", "claims-date", header);
    this.sentence = element("p", "claims-headline", header);
    this.sentence.setAttribute("role", "status");
    this.bar = element("div", "claims-areas", header);
    this.bar.setAttribute("role", "img");
  }

  /* The date at once; the rest follows. */
  move() { write(this.date, this.clock.calendar.say(this.clock.day)); }

  /** @param {Telling} now @param {Telling} before */
  say(now, before) {
    const { clock } = this;
    const { pair, payload } = clock;
    const name = (/** @type {string} */ voice) => WORDS[`${voice}_sources`] ?? payload.sources.find(({ id }) => id === voice)?.name ?? voice;
    /** @type {[number, string][]} */
    const places = payload.told.flatMap((id) => {
      const [piece, row] = [clock.cellOf.get(id), payload.places.find(([own]) => own === id)];
      return piece === undefined || !row ? [] : [[piece, row[1]]];
    });
    write(this.sentence, headline(now, before, pair, name, places));
    /** @type {{ [sign: string]: number }} */
    const areas = {};
    for (const piece of payload.theatre) {
      const name_ = pair.length === 2 ? now.classOf(pair, piece) : pair.length ? now.word(pair[0], piece) : "silent";
      const sign = ALIKE.get(name_) ?? name_;
      areas[sign] = (areas[sign] ?? 0) + payload.pieces[piece].km2;
    }
    this.#areas(areas, pair.length === 2);
  }

  /** @param {{ [sign: string]: number }} areas @param {boolean} compared */
  #areas(areas, compared) {
    const found = Object.keys(STYLE.signs).filter((sign) => areas[sign]);
    // Those of one sign are one; what nobody speaks of comes last.
    const order = [...found.filter((sign) => sign !== "silent"), ...found.filter((sign) => sign === "silent")];
    const words = order.map((sign) => `${phrase(compared && sign === "silent" ? "silent_both" : sign)}: ${thousands(areas[sign])} km²`);
    const text = words.join("; ");
    if (this.bar.getAttribute("aria-label") === text) return;
    this.bar.setAttribute("aria-label", text);
    this.bar.textContent = "";
    order.forEach((sign, n) => {
      const part = element("span", "claims-part", this.bar);
      part.dataset.class = sign;
      part.style.flexGrow = String(areas[sign]);
      part.title = words[n];
      const ground = svg("svg", { width: "100%", height: "100%", "aria-hidden": "true" }, part);
      svg("rect", { width: "100%", height: "100%", style: `fill: ${fillOf(sign)}` }, ground);
      element("small", "", part, thousands(areas[sign]));
    });
  }
}

/* The table of the main places, and of the one that is chosen. */
class PlacesTable {
  /** @param {ClaimsClock} clock @param {Element} parent */
  constructor(clock, parent) {
    this.clock = clock;
    this.table = element("table", "claims-places", parent);
    element("caption", "", this.table, phrase("places_caption"));
    this.head = element("tr", "", element("thead", "", this.table));
    this.body = element("tbody", "", this.table);
  }

  /** @param {Telling} now */
  say(now) {
    const { clock, body, head } = this;
    const { pair, payload, voices } = clock;
    const ids = [...new Set([...clock.main, ...(clock.place === null ? [] : [clock.place])])].filter((id) => clock.cellOf.has(id));
    const rows = ids.map((id) => {
      const piece = /** @type {number} */ (clock.cellOf.get(id));
      const name = payload.places.find(([own]) => own === id)?.[1] ?? "";
      return { id, name, relation: pair.length === 2 ? relation(now, pair, piece) : null, words: voices.map((voice) => ({ word: now.word(voice, piece), age: now.age(voice, piece) })) };
    });
    const key = JSON.stringify([voices, rows]);
    if (body.dataset.key === key) return;
    body.dataset.key = key;
    head.textContent = "";
    for (const name of ["Place", ...voices.map((voice) => clock.maps.name(voice).replace(" sources", ""))]) element("th", "", head, name).scope = "col";
    body.textContent = "";
    for (const { id, name, relation: how, words } of rows) {
      const row = element("tr", "", body);
      row.classList.toggle("claims-chosen", id === clock.place);
      const first = element("th", "", row);
      first.scope = "row";
      const link = element("button", "claims-place-name", first, name);
      link.type = "button";
      link.addEventListener("click", () => clock.select(id));
      if (how) element("small", "", first, ` ${phrase(`relation_${how}`)}`);
      for (const { word, age } of words) {
        const cell = element("td", "", row);
        disc([word], cell);
        cell.append(phrase(`short_${word}`));
        if (age !== null && word !== "silent") element("span", "claims-age", cell, ` ${sinceSaid(age)}`);
      }
    }
  }
}

export { Summary, PlacesTable, headline };
