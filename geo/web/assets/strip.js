/* Bars of how many claims were made each day, and ticks of events. */
import { element } from "./elements.js";
import { count } from "./words.js";
/** @import { ClaimsClock } from "./clock.js" */

class Strip {
  /** @param {ClaimsClock} clock @param {Element} track */
  constructor(clock, track) {
    this.clock = clock;
    const canvas = this.canvas = element("canvas", "claims-strip", track);
    canvas.setAttribute("aria-hidden", "true");
    this.tip = element("div", "claims-strip-tip", track);
    this.tip.hidden = true;
    canvas.addEventListener("mousemove", (event) => this.#hover(event));
    canvas.addEventListener("mouseleave", () => { this.tip.hidden = true; });
    canvas.addEventListener("click", (event) => {
      const [tick] = this.#near(event);
      clock.player.play(false);
      clock.go(tick ? tick[0] : this.#dayAt(event));
    });
    new MutationObserver(() => this.draw()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  draw() {
    const { canvas, clock: { payload: { days, events, said } } } = this;
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = canvas;
    const pen = canvas.getContext("2d");
    if (!width || !pen) return;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    pen.scale(ratio, ratio);
    const css = getComputedStyle(canvas);
    const step = width / days;
    const most = Math.max(1, ...said);
    const ground = height - 9;
    pen.fillStyle = css.color;
    pen.globalAlpha = STYLE.strength.bars;
    for (let day = 0; day < days; day++) {
      const tall = Math.ceil(Math.sqrt(said[day] / most) * ground);
      pen.fillRect(day * step, ground - tall, Math.max(step - 0.4, 0.8), tall);
    }
    pen.globalAlpha = 1;
    for (const [day] of events) {
      const x = (day + 0.5) * step;
      pen.beginPath();
      pen.moveTo(x, height - 7);
      pen.lineTo(x + 2.5, height - 1);
      pen.lineTo(x - 2.5, height - 1);
      pen.fill();
    }
  }

  /** @param {MouseEvent} event */
  #dayAt(event) {
    const { clock, canvas } = this;
    return clock.calendar.within(Math.floor((event.offsetX / canvas.clientWidth) * clock.payload.days));
  }

  /* Events whose ticks are pointed at. */
  /** @param {MouseEvent} event */
  #near(event) {
    const { canvas, clock: { payload } } = this;
    const reach = Math.max(4 / canvas.clientWidth * payload.days, 0.5);
    const low = event.offsetY > canvas.clientHeight - 11;
    return low ? payload.events.filter(([day]) => Math.abs(day - this.#dayAt(event)) <= reach) : [];
  }

  /** @param {MouseEvent} event */
  #hover(event) {
    const { calendar, payload } = this.clock;
    const day = this.#dayAt(event);
    const found = this.#near(event).slice(0, 5).map(([on, title]) => `${calendar.say(on)}: ${title}`);
    this.tip.textContent = "";
    for (const words of found.length ? found : [`${calendar.say(day)}: ${count(payload.said[day], "claim")} made`]) element("div", "", this.tip, words);
    this.tip.hidden = false;
    this.beside(this.tip, event.offsetX);
  }

  /* Put a tip over a place on the track, within its ends. */
  /** @param {HTMLElement} tip @param {number} x */
  beside(tip, x) {
    const half = tip.offsetWidth / 2;
    tip.style.left = `${Math.min(Math.max(x, half), this.canvas.clientWidth + 18 - half)}px`;
  }
}

export { Strip };
