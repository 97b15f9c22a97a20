/* The field in which a reader finds a settlement by its name. */
import { element } from "./elements.js";
/** @import { Place } from "./types" */
/** @import { ClaimsClock } from "./clock.js" */
/** @typedef {{ place: Place, keys: string[], text: string }} Named */

class Search {
  /** @param {ClaimsClock} clock @param {Element} parent */
  constructor(clock, parent) {
    this.clock = clock;
    const input = this.input = element("input", "claims-search", parent);
    Object.assign(input, { type: "search", placeholder: "Find a place, in Latin or Cyrillic" });
    input.setAttribute("aria-label", "Find a place");
    input.setAttribute("list", "claims-places");
    this.list = element("datalist", "", parent);
    this.list.id = "claims-places";
    this.nothing = element("p", "claims-hint", parent, "No place has such a name.");
    this.nothing.setAttribute("role", "status");
    this.nothing.hidden = true;
    /** @type {Named[]} */
    this.places = [];
    input.addEventListener("focus", () => this.#prepare());
    input.addEventListener("input", () => this.#find());
    input.addEventListener("keydown", ({ key }) => {
      const first = this.list.querySelector("option");
      if (key !== "Enter" || !first) return;
      if (!this.#chosen()) input.value = first.value;
      this.#go();
    });
  }

  /* Letters and digits alone, in small letters. */
  /** @param {string} text */
  #plain(text) { return text.toLowerCase().replace(/ё/g, "е").replace(/[^\p{L}\p{N}]/gu, ""); }

  #prepare() {
    if (!this.places.length) this.places = this.clock.payload.places.map((place) => ({
      place, keys: [place[1], place[2], place[3]].filter(Boolean).map(this.#plain),
      text: `${place[1]} · ${place[2]} (${place[4]})`,
    }));
  }

  #chosen() { return this.places.find(({ text }) => text === this.input.value); }

  #find() {
    const key = this.#plain(this.input.value);
    this.list.textContent = "";
    this.nothing.hidden = true;
    if (!key) return;
    /** @param {Named} named */
    const rank = ({ keys }) => Math.min(...keys.map((k) => (k === key ? 0 : k.startsWith(key) ? 1 : k.includes(key) ? 2 : 9)));
    this.places.map((named) => ({ named, at: rank(named) })).filter(({ at }) => at < 9)
      .sort((a, b) => a.at - b.at || a.named.place[7] - b.named.place[7])
      .slice(0, 40).forEach(({ named }) => { element("option", "", this.list).value = named.text; });
    this.nothing.hidden = Boolean(this.list.firstChild || this.#chosen());
    this.#go();
  }

  #go() {
    const { clock } = this;
    const hit = this.#chosen();
    if (!hit) return;
    const [id, , , , , lat, lon] = hit.place;
    const { map } = clock.maps.lead;
    map.setView([lat, lon], Math.max(map.getZoom(), 11), { animate: false });
    clock.select(id);
    if (!clock.maps.wide) clock.panel.open(false);
  }
}

export { Search };
