/* The key in sentences: every sign that is drawn, and no other. */
import { element } from "./elements.js";
import { disc } from "./places.js";
import { ALIKE, lapsed, sample, stroke } from "./painting.js";
import { phrase } from "./words.js";
/** @import { ClaimsClock } from "./clock.js" */

class Key {
  /** @param {ClaimsClock} clock @param {Element} parent */
  constructor(clock, parent) {
    this.clock = clock;
    this.box = element("section", "claims-key", parent);
    this.box.setAttribute("aria-label", "Key");
  }

  say() {
    const { clock, box } = this;
    const { maps, maps: { shown }, comparison, pair } = clock;
    // What nobody speaks of comes last.
    const order = [...Object.keys(STYLE.signs).filter((name) => name !== "silent"), "silent"];
    const signs = (/** @type {boolean} */ compared) => [...new Set(shown.filter(({ voices }) => (voices.length > 1) === compared)
      .flatMap((map) => map.signs.map((name) => ALIKE.get(name) ?? name)))].sort((a, b) => order.indexOf(a) - order.indexOf(b));
    const discs = maps.effective === "places" ? Object.keys(STYLE.signs).filter((word) => clock.payload.theatre.some((n) => pair.some((voice) => clock.telling.word(voice, n) === word))) : [];
    const [own, both] = [[...signs(false), ...discs], signs(true)];
    const places = shown.some(({ voices }) => voices.length > 1);
    const key = JSON.stringify([own, both.map((name) => this.#meaning(name, pair)), places, pair, clock.showLapsed, clock.context.on, clock.current, comparison.text]);
    if (box.dataset.key === key) return;
    box.dataset.key = key;
    box.textContent = "";
    if (own.length) {
      element("h2", "", box, comparison.spanned ? `Since ${clock.calendar.say(clock.before?.day ?? 0)}, on each map` : phrase("key_title"));
      for (const name of own) this.#line(sample(name), phrase(name));
      const blank = this.#line(sample("outside"), phrase("outside"));
      blank.hidden = comparison.spanned || maps.effective === "places";
    }
    if (both.length) {
      element("h2", "", box, phrase("key_compared"));
      for (const name of both) this.#line(sample(name), this.#meaning(name, pair));
    }
    if (places && pair.length === 2) this.#line(disc(["ukrainian_control", "silent"]), phrase("disc", ...pair.map((voice) => clock.maps.name(voice))));
    if (clock.showLapsed) this.#line(stroke(lapsed("russian_control")), phrase("lapsed"));
    if (clock.context.on) {
      const row = element("p", "claims-context", box);
      const add = (/** @type {Element} */ sign, /** @type {string} */ words) => element("span", "", row, words).prepend(sign);
      for (const kind of Object.keys(STYLE.context)) add(stroke({ class: `claims-${kind}` }), phrase(kind));
      add(element("i", "claims-site"), clock.payload.context.sites.map(([name]) => name).join(", "));
      element("p", "claims-hint", box, phrase("schematic"));
    }
    const { current } = clock;
    element("p", "claims-hint", box, current === "ever" ? phrase("current_ever") : phrase("current", current, Math.max(Math.floor(current / 3), 1)));
    element("p", "claims-hint", box, phrase("concession"));
  }

  /* What a class means: who says what, where that is the same on all its ground. */
  /** @param {string} name @param {string[]} pair */
  #meaning(name, pair) {
    const { clock: { telling, payload, maps } } = this;
    if (name === "silent") return phrase("silent_both");
    const own = payload.theatre.filter((n) => telling.classOf(pair, n) === name);
    const [[a, b] = ["", ""], ...others] = new Set(own.map((n) => pair.map((voice) => telling.word(voice, n)).join())).size === 1
      ? [pair.map((voice) => telling.word(voice, own[0]))] : [];
    const [one, other] = pair.map((voice) => maps.name(voice));
    if (others.length || !a || name.startsWith("both") || [a, b].includes("split")) return phrase(name);
    if (name === "contradictory") return phrase("they_contradict", one, phrase(a), other, phrase(b));
    if (a === "silent") return phrase("only_they", other, phrase(b), one);
    if (b === "silent") return phrase("only_they", one, phrase(a), other);
    return phrase("they_differ", one, phrase(`short_${a}`), other, phrase(`short_${b}`));
  }

  /** @param {Element} sign @param {string} words */
  #line(sign, words) {
    const line = element("p", "claims-sign", this.box);
    element("span", "claims-swatch", line).append(sign);
    element("span", "", line, words);
    return line;
  }
}

export { Key };
