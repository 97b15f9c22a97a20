/* The places on a map: discs in the colour of what is said of them, split where two are compared;
   names beside them, none over a disc; and the names of the two countries. */
import { element } from "./elements.js";
import { colour } from "./painting.js";
import { phrase } from "./words.js";
/** @import { Place } from "./types" */
/** @import { Telling } from "./telling.js" */
/** @import { ClaimsClock } from "./clock.js" */
/** @typedef {[left: number, top: number, right: number, bottom: number]} Box */
/* Where the names of the countries stand: shares of the extent, from its south and from its west. */
/** @type {[string, number, number][]} */
const COUNTRIES = [["country_ukraine", 0.16, 0.2], ["country_russia", 0.93, 0.9]];
/* The zoom from which on smaller places are shown. */
const CLOSE = 11;

/* What a word is painted with on a disc. */
/** @param {string} word */
function paintOf(word) {
  if (word === "silent") return "var(--claims-paper)";
  const { fill, stripes } = STYLE.signs[word];
  return stripes ? `repeating-linear-gradient(45deg, ${colour(fill)} 0 2px, ${colour(stripes)} 2px 4px)` : colour(fill);
}

/* A disc of one word, or of two halves. */
/** @param {string[]} words @param {Node | null} [parent] */
function disc(words, parent) {
  const made = element("i", "claims-disc", parent);
  for (const word of words) element("b", "", made).style.background = paintOf(word);
  return made;
}

class Places {
  /** @param {ClaimsClock} clock @param {L.Map} map */
  constructor(clock, map) {
    this.clock = clock;
    /** @type {L.Map} */
    this.map = map;
    const pane = map.createPane("claims-labels");
    pane.style.zIndex = "640";
    /** @type {{ piece: number, node: HTMLElement, marker: L.Marker }[]} */
    this.discs = [];
    /** @type {L.Marker[]} */
    this.labels = [];
    this.alone = false;
    /** @type {string[]} */
    this.voices = [];
    const [[south, west], [north, east]] = clock.payload.extent;
    for (const [name, up, right] of COUNTRIES) this.#mark([south + up * (north - south), west + right * (east - west)], element("span", "claims-country", null, phrase(name)), false);
    map.on("zoomend moveend resize", () => this.place());
  }

  /** @param {[number, number]} at @param {HTMLElement} node @param {boolean} interactive */
  #mark(at, node, interactive) {
    const icon = L.divIcon({ className: "claims-label", iconSize: undefined, html: node });
    return L.marker(at, { icon, pane: "claims-labels", interactive, keyboard: false, bubblingMouseEvents: false }).addTo(this.map);
  }

  /* Choose what is shown, and where its name stands. */
  place() {
    const { clock, map } = this;
    for (const { marker } of this.discs) marker.remove();
    for (const label of this.labels) label.remove();
    [this.discs, this.labels] = [[], []];
    const size = map.getSize();
    if (!size.x) return;
    const main = new Set(clock.main);
    const close = map.getZoom() >= (this.alone ? CLOSE - 2 : CLOSE);
    const view = map.getBounds().pad(0.05);
    const chosen = clock.payload.places.filter(([id, , , , , lat, lon]) => view.contains([lat, lon])
      && (main.has(id) || id === clock.place || (close && clock.spoken.has(id))));
    chosen.sort(([a], [b]) => Number(main.has(b)) - Number(main.has(a)));
    /** @type {Box[]} */
    const taken = [];
    const spots = chosen.map((row) => {
      const large = main.has(row[0]);
      const { x, y } = map.latLngToContainerPoint([row[5], row[6]]);
      const radius = large ? STYLE.disc.radius : STYLE.disc.small;
      taken.push([x - radius, y - radius, x + radius, y + radius]);
      return { row, large, x, y, radius };
    });
    for (const { row, large, x, y, radius } of spots) {
      this.#disc(row, radius);
      this.#name(row, large, x, y, radius, taken, size);
    }
    this.recolour();
  }

  /** @param {Place} row @param {number} radius */
  #disc([id, name, , , , lat, lon], radius) {
    const { clock } = this;
    const piece = clock.cellOf.get(id);
    if (piece === undefined) return;
    const node = disc(this.voices.map(() => "silent"));
    node.title = name;
    Object.assign(node.style, { width: `${2 * radius}px`, height: `${2 * radius}px`, margin: `${-radius}px`, borderWidth: `${STYLE.disc.edge}px` });
    const marker = this.#mark([lat, lon], node, true);
    marker.on("click", () => clock.select(id));
    this.discs.push({ piece, node, marker });
  }

  /* The name where it covers nothing; that of a main place where it covers least. */
  /** @param {Place} row @param {boolean} large @param {number} x @param {number} y @param {number} radius @param {Box[]} taken @param {L.Point} size */
  #name([, name, , , , lat, lon], large, x, y, radius, taken, size) {
    const [wide, high] = [name.length * (large ? 7.4 : 6.2) + 4, large ? 16 : 13];
    const gap = radius + 3;
    /** @type {[number, number][]} */
    const offsets = [[gap, -high / 2], [-gap - wide, -high / 2], [-wide / 2, gap - 1], [-wide / 2, -gap - high + 1]];
    const rated = offsets.map(([dx, dy]) => {
      /** @type {Box} */
      const box = [x + dx, y + dy, x + dx + wide, y + dy + high];
      const over = taken.filter((o) => box[0] < o[2] && o[0] < box[2] && box[1] < o[3] && o[1] < box[3]).length;
      const out = box[0] < 0 || box[2] > size.x || box[1] < 0 || box[3] > size.y;
      return { box, dx, dy, cost: over + Number(out) };
    });
    const best = rated.reduce((a, b) => (b.cost < a.cost ? b : a));
    if (best.cost && !large) return;
    taken.push(best.box);
    const node = element("span", large ? "claims-name claims-name-main" : "claims-name", null, name);
    Object.assign(node.style, { left: `${best.dx}px`, top: `${best.dy}px`, width: `${wide}px`, lineHeight: `${high}px`, textAlign: best.dx < -wide + 1 ? "right" : best.dx < 0 ? "center" : "left" });
    this.labels.push(this.#mark([lat, lon], node, false));
  }

  /* Show what voices say. */
  /** @param {Telling} telling @param {string[]} voices @param {boolean} alone whether nothing else is shown */
  paint(telling, voices, alone) {
    this.telling = telling;
    if (voices.join() !== this.voices.join() || alone !== this.alone) {
      this.voices = voices;
      this.alone = alone;
      this.place();
    } else this.recolour();
  }

  recolour() {
    const { telling } = this;
    if (!telling) return;
    for (const { piece, node } of this.discs) this.voices.forEach((voice, n) => {
      const half = /** @type {HTMLElement} */ (node.children[n]);
      const word = telling.word(voice, piece);
      if (half.dataset.word === word) return;
      half.dataset.word = word;
      half.style.background = paintOf(word);
    });
  }
}

export { Places, disc };
