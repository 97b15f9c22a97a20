/* The bar under the map: the date, the keys and the slider. */
import { AreaChart } from "./area.js";
import { DateField } from "./datefield.js";
import { button, checkbox, choice, element, sign, write } from "./elements.js";
import { SPEEDS } from "./player.js";
import { Strip } from "./strip.js";
/** @import { ClaimsClock } from "./clock.js" */

class TimeBar {
  /** @param {ClaimsClock} clock @param {Element} bar */
  constructor(clock, bar) {
    this.clock = clock;
    const { calendar, player } = clock;
    const row = element("div", "claims-row", bar);
    this.date = new DateField(calendar, "claims-datebox", row, "Go to date", (day) => {
      player.play(false);
      clock.go(day);
    });
    this.date.show(clock.day);
    const keys = element("div", "claims-keys", row);
    button(keys, "Previous change", "previous", () => clock.jump(-1));
    button(keys, "One day back", "back", () => clock.go(clock.day - 1));
    this.playButton = button(keys, "Play", "play", () => player.play(!player.playing));
    button(keys, "One day forward", "forward", () => clock.go(clock.day + 1));
    button(keys, "Next change", "next", () => clock.jump(1));
    const speed = choice("claims-speed", keys, "Speed", SPEEDS, (value) => { player.speed = +value; player.restart(); });
    speed.value = String(player.speed);
    const know = (/** @type {boolean} */ then) => {
      clock.know(then ? "then" : null);
      clock.schedule();
      clock.tell("known");
    };
    this.known = checkbox("claims-known", row, "As said by that day", false, know,
      "On: only what had been said by the day shown. Off: as known now, with what was said later.");
    this.given = element("span", "claims-given", row);
    this.givenDay = element("span", "", this.given);
    button(this.given, "Count also what was said later", "close", () => { know(false); this.known.focus(); });
    this.showKnown();
    this.chartButton = button(row, "Area chart", "chart", () => {
      this.showChart(!this.chart.open);
      clock.tell("chart");
    });
    const track = element("div", "claims-track", bar);
    this.chart = new AreaChart(clock, track);
    this.strip = new Strip(clock, track);
    const slider = this.slider = element("input", "claims-slider", track);
    Object.assign(slider, { type: "range", min: 0, max: calendar.last, step: 1, value: clock.day });
    slider.setAttribute("aria-label", "Date");
    slider.addEventListener("input", () => { player.play(false); clock.day = +slider.value; clock.schedule(); });
    slider.addEventListener("change", () => clock.tell("date"));
    this.#keys();
    new ResizeObserver(() => { this.strip.draw(); this.chart.draw(); }).observe(track);
  }

  #keys() {
    const { clock, slider } = this;
    slider.addEventListener("keydown", (event) => {
      const step = event.key === "PageUp" ? 7 : event.key === "PageDown" ? -7 : 0;
      if (step) { event.preventDefault(); clock.go(clock.day + step); }
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && clock.panel.card.isOpen) clock.choose([]);
      if (event.key !== " " || event.ctrlKey || event.metaKey || event.altKey) return;
      // These have a use for it themselves.
      if (event.target !== slider && event.target instanceof Element && event.target.matches('button, select, a, input, [role="button"]')) return;
      event.preventDefault();
      clock.player.play(!clock.player.playing);
    });
  }

  /** @param {boolean} open */
  showChart(open) {
    this.chart.show(open);
    this.chartButton.setAttribute("aria-pressed", String(open));
  }

  /* A day of knowledge that an address gives stands beside the box until the reader drops it. */
  showKnown() {
    const { calendar, known } = this.clock;
    this.known.checked = known === "then";
    this.given.hidden = typeof known !== "number";
    if (typeof known === "number") write(this.givenDay, `as known on ${calendar.say(known)}`);
  }

  /** @param {boolean} on */
  showPlaying(on) {
    sign(this.playButton, on ? "pause" : "play");
    this.playButton.title = on ? "Pause" : "Play";
    this.playButton.setAttribute("aria-label", this.playButton.title);
  }

  /* The slider at once; the rest costs more to lay out, see `ClaimsClock.paint`. */
  move() {
    const { day } = this.clock;
    if (+this.slider.value !== day) this.slider.value = String(day);
    this.chart.move();
  }

  /** @param {string} text what the slider says of the day */
  say(text) {
    this.date.show(this.clock.day);
    if (this.slider.getAttribute("aria-valuetext") !== text) this.slider.setAttribute("aria-valuetext", text);
  }
}

export { TimeBar };
