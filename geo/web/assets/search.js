/* The field in which a reader finds a settlement by its name: a combobox with a list of its own. */
import { element, write } from "./elements.js";
import { Names } from "./names.js";
import { count } from "./words.js";
/** @import { Place } from "./types" */
/** @import { ClaimsClock } from "./clock.js" */
/* Places listed at once. */
const MOST = 12;

class Search {
  /** @param {ClaimsClock} clock @param {Element} parent */
  constructor(clock, parent) {
    this.clock = clock;
    const input = this.input = element("input", "claims-search", parent);
    Object.assign(input, { type: "search", placeholder: "Find a place, in Latin or Cyrillic", autocomplete: "off", spellcheck: false });
    const attributes = { role: "combobox", "aria-label": "Find a place", "aria-autocomplete": "list", "aria-controls": "claims-found", "aria-expanded": "false" };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    this.list = element("ul", "claims-found", parent);
    this.list.id = "claims-found";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Places found");
    this.said = element("p", "claims-hint", parent);
    this.said.setAttribute("role", "status");
    /** @type {Names | null} */
    this.names = null;
    /** @type {Place[]} */
    this.found = [];
    this.active = 0;
    this.#show([]);
    input.addEventListener("input", () => this.#find());
    input.addEventListener("blur", () => this.#show([]));
    input.addEventListener("keydown", (event) => this.#press(event));
    // The field keeps the focus.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
  }

  #find() {
    this.names ??= new Names(this.clock.payload.places);
    const { value } = this.input;
    const found = this.names.find(value);
    this.#show(found.map(({ place }) => place));
    const more = found.length > MOST ? `; the first ${MOST} are listed` : "";
    const near = found.length && found[0].match > 2 ? `Nothing is called so; ${count(found.length, "name")} like it` : count(found.length, "place");
    write(this.said, !value.trim() ? "" : found.length ? `${near}${more}` : "No place has such a name.");
  }

  /** @param {Place[]} found */
  #show(found) {
    this.found = found.slice(0, MOST);
    this.list.textContent = "";
    this.found.forEach((place, n) => {
      const option = element("li", "", this.list, `${place[1]} · ${place[2]} `);
      option.id = `claims-found-${n}`;
      option.setAttribute("role", "option");
      element("small", "", option, place[4]);
      option.addEventListener("click", () => this.#go(place));
    });
    this.list.hidden = !this.found.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    if (!found.length) write(this.said, "");
    this.#mark(0);
  }

  /** @param {number} active */
  #mark(active) {
    this.active = active;
    [...this.list.children].forEach((option, n) => option.setAttribute("aria-selected", String(n === active)));
    const option = this.list.children[active];
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const { length } = this.found;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "ArrowDown" && !length) this.#find();
    else if (step && length) this.#mark((this.active + step + length) % length);
    else if (event.key === "Enter" && length) this.#go(this.found[this.active]);
    else if (event.key === "Escape" && length) this.#show([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {Place} place */
  #go(place) {
    const { clock, input } = this;
    input.value = place[1];
    this.#show([]);
    const { map } = clock.maps.lead;
    map.setView([place[5], place[6]], Math.max(map.getZoom(), 11), { animate: false });
    clock.select(place[0]);
    if (!clock.maps.wide) clock.panel.open(false);
  }
}

export { Search };
