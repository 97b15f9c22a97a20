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
/* What the arrow keys go towards, in pixels of the screen. */
/** @type {{ [key: string]: [x: number, y: number] }} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/* How far the map is moved where no place lies that way. */
const STEP = 80;
/* The zoom from which on smaller places are shown. */
const CLOSE = 11;

/* What a word is painted with on a disc. */
/** @param {string} word */
function paintOf(word) {
  if (word === "silent") return "var(--claims-paper)";
  const { fill, stripes } = STYLE.signs[word];
  return stripes ? `repeating-linear-gradient(45deg, ${colour(fill)} 0 ${STYLE.stripes.period / 2}px, ${colour(stripes)} 0 ${STYLE.stripes.period}px)` : colour(fill);
}

/* Give a part of a disc what it says. */
/** @param {HTMLElement} part @param {string} word */
function tint(part, word) {
  part.dataset.word = word;
  part.dataset.letters = STYLE.signs[word].letters;
  part.style.background = paintOf(word);
}

/* A disc of one word, or of two halves. */
/** @param {string[]} words @param {Node | null} [parent] */
function disc(words, parent) {
  const made = element("i", "claims-disc", parent);
  for (const word of words) tint(element("b", "", made), word);
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
    pane.setAttribute("role", "group");
    pane.setAttribute("aria-label", "Places; arrow keys lead from one to the next");
    pane.addEventListener("keydown", (event) => this.#key(event));
    /** @type {{ row: Place, piece: number, node: HTMLElement, marker: L.Marker }[]} */
    this.discs = [];
    // Each place keeps its disc, and so the focus.
    /** @type {Map<number, HTMLElement>} */
    this.nodes = new Map();
    // What each disc shows: the page itself answers slower.
    /** @type {WeakMap<HTMLElement, string>} */
    this.said = new WeakMap();
    // The one that Tab leads to; the arrow keys go on from there.
    /** @type {number | null} */
    this.at = null;
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
    const focused = this.discs.find(({ node }) => node === document.activeElement);
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
    this.#reach(this.at);
    if (focused) (this.reached ?? map.getContainer()).focus({ preventScroll: true });
  }

  get reached() { return this.discs.find(({ row }) => row[0] === this.at)?.node; }

  /* Let Tab lead to a place, or to the first if it is not shown; where there is none, to the map. */
  /** @param {number | null} place */
  #reach(place) {
    const shown = this.discs.find(({ row }) => row[0] === place) ?? this.discs[0];
    this.at = shown?.row[0] ?? null;
    for (const { node } of this.discs) node.tabIndex = node === shown?.node ? 0 : -1;
    this.map.getContainer().tabIndex = shown ? -1 : 0;
  }

  /* From one place to the nearest that way; at the edge the map moves. */
  /** @param {KeyboardEvent} event */
  #key(event) {
    const { clock, discs, map } = this;
    const here = discs.find(({ node }) => node === event.target);
    if (!here || event.altKey || event.ctrlKey || event.metaKey) return;
    const way = ARROWS[event.key];
    if (event.key === "Enter" || event.key === " ") clock.select(here.row[0]);
    else if (!way) return;
    else {
      const at = (/** @type {Place} */ row) => map.latLngToContainerPoint([row[5], row[6]]);
      const from = at(here.row);
      const costs = discs.map(({ row }) => {
        const { x, y } = at(row).subtract(from);
        const [ahead, aside] = [x * way[0] + y * way[1], Math.abs(x * way[1] + y * way[0])];
        return ahead > 0 && aside <= 2 * ahead ? ahead + 2 * aside : Infinity;
      });
      const least = Math.min(...costs);
      if (least === Infinity) map.panBy([way[0] * STEP, way[1] * STEP], { animate: false });
      else {
        const { row } = discs[costs.indexOf(least)];
        this.#reach(row[0]);
        map.panInside([row[5], row[6]], { padding: [20, 20], animate: false });
        this.reached?.focus({ preventScroll: true });
      }
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {Place} row @param {number} radius */
  #disc(row, radius) {
    const { clock } = this;
    const [id, name, , , , lat, lon] = row;
    const piece = clock.cellOf.get(id);
    if (piece === undefined) return;
    const node = this.nodes.get(id) ?? disc(this.voices.map(() => "silent"));
    this.nodes.set(id, node);
    node.title = name;
    node.setAttribute("role", "button");
    Object.assign(node.style, { width: `${2 * radius}px`, height: `${2 * radius}px`, margin: `${-radius}px` });
    const marker = this.#mark([lat, lon], node, true);
    marker.on("click", () => clock.select(id));
    this.discs.push({ row, piece, node, marker });
  }

  /* The name where it covers nothing; that of a main place where it covers least. */
  /** @param {Place} row @param {boolean} large @param {number} x @param {number} y @param {number} radius @param {Box[]} taken @param {L.Point} size */
  #name([, name, , , , lat, lon], large, x, y, radius, taken, size) {
    const [wide, high] = [name.length * (large ? 8 : 6.6) + 4, large ? 16 : 13];
    const gap = radius + 3;
    const middle = Math.min(Math.max(-wide / 2, -x), size.x - x - wide);
    /** @type {[number, number][]} */
    const offsets = [[gap, -high / 2], [-gap - wide, -high / 2], [middle, gap - 1], [middle, -gap - high + 1],
      ...[gap - 3, -gap - wide + 3].flatMap((dx) => /** @type {[number, number][]} */ ([[dx, -high - 2], [dx, 2]]))];
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
      this.nodes.clear();
      this.place();
    } else this.recolour();
  }

  recolour() {
    const { clock: { maps }, telling } = this;
    if (!telling) return;
    for (const { row, piece, node } of this.discs) {
      const words = this.voices.map((voice) => telling.word(voice, piece));
      if (this.said.get(node) === words.join()) continue;
      this.said.set(node, words.join());
      node.setAttribute("aria-label", `${row[1]}. ${this.voices.map((voice, n) => `${maps.name(voice)}: ${phrase(`short_${words[n]}`)}`).join("; ")}`);
      words.forEach((word, n) => tint(/** @type {HTMLElement} */ (node.children[n]), word));
    }
  }
}

export { Places, disc };
