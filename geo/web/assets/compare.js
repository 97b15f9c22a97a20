/* What is compared: nothing but the two belligerents; two other sides, or two sources; or the day
   shown and an earlier or later one, on each map. */
import { SIDES } from "./words.js";
/** @import { ClaimsClock } from "./clock.js" */
/* Days that move along with the day shown, by how far they lie before it. */
/** @type {{ [span: string]: number }} */
const SPANS = { week: 7, month: 30 };

class Comparison {
  /** @param {Pick<ClaimsClock, "calendar" | "payload" | "day">} clock */
  constructor(clock) {
    this.clock = clock;
    /** @type {string | null} */
    this.text = null;
    /** @type {string[] | null} */
    this.ids = null;
    /** @type {number | null} */
    this.fixed = null;
  }

  /* Compare as an address says: a date, a span, or two ids with a bar between; anything else is no
     comparison. */
  /** @param {string | null} text */
  set(text) {
    const { calendar, payload } = this.clock;
    const ids = (text ?? "").split("|");
    const known = [SIDES.map(([side]) => String(side)), payload.sources.map(({ id }) => id)];
    const pair = ids.length === 2 && ids[0] !== ids[1] && known.some((all) => ids.every((id) => all.includes(id)));
    this.ids = pair ? ids : null;
    this.fixed = text && /^\d{4}-\d\d-\d\d$/.test(text) ? calendar.dayOf(text) : null;
    this.text = text && (this.ids || this.fixed !== null || Object.hasOwn(SPANS, text)) ? text : null;
  }

  /* Whether two days are compared. */
  get spanned() { return this.text !== null && !this.ids; }

  /* The other day; null where none is compared. */
  get day() {
    if (this.text === null || this.ids) return null;
    return this.fixed ?? this.clock.calendar.within(this.clock.day - SPANS[this.text]);
  }
}

export { Comparison, SPANS };
