/* Playing: the days go by, so many in a second. */
/** @import { ClaimsClock } from "./clock.js" */
/** @type {[number, string][]} */
const SPEEDS = [[2, "2 days/s"], [7, "1 week/s"], [14, "2 weeks/s"], [30, "1 month/s"]];

class Player {
  /** @param {ClaimsClock} clock */
  constructor(clock) {
    this.clock = clock;
    this.playing = false;
    this.speed = 7;
    // The day and the moment from which playing counts.
    this.began = [0, 0];
    this.ticking = 0;
  }

  /** @param {boolean} on */
  play(on) {
    const { clock } = this;
    if (on === this.playing) return;
    if (!on) { this.halt(); clock.tell("date"); return; }
    this.#turn(true);
    if (clock.day >= clock.calendar.last) clock.day = 0;
    this.restart();
    let told = performance.now();
    /** @param {number} now */
    const tick = (now) => {
      if (!this.playing) return;
      const [day, from] = this.began;
      const due = day + Math.floor((now - from) / 1000 * this.speed);
      if (due > clock.day) {
        clock.day = clock.calendar.within(due);
        clock.paint();
        if (clock.day === clock.calendar.last) { this.play(false); return; }
        if (now - told > 600) { told = now; clock.tell("play"); }
      }
      this.ticking = requestAnimationFrame(tick);
    };
    this.ticking = requestAnimationFrame(tick);
  }

  /* Stop without telling anybody. */
  halt() {
    cancelAnimationFrame(this.ticking);
    if (this.playing) this.#turn(false);
  }

  /** @param {boolean} on */
  #turn(on) {
    this.playing = on;
    this.clock.bar.showPlaying(on);
  }

  /* Count from the day that is shown. */
  restart() { this.began = [this.clock.day, performance.now()]; }
}

export { SPEEDS, Player };
