/* The days of a record, counted from its first. */
const DAY = 86400000;
const MONTHS = ["January", "February", "March", "April", "May", "June", "July",
  "August", "September", "October", "November", "December"];

class Calendar {
  /** @param {{ start: string, days: number }} payload */
  constructor({ start, days }) {
    this.start = Date.parse(`${start}T00:00:00Z`);
    this.days = days;
  }

  get last() { return this.days - 1; }

  /** @param {number} day */
  within(day) { return Math.min(Math.max(day, 0), this.last); }

  /** @param {number} day */
  iso(day) { return new Date(this.start + day * DAY).toISOString().slice(0, 10); }

  /** @param {number} day */
  say(day) {
    const date = new Date(this.start + day * DAY);
    return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  }

  /* The number of a day, which may lie outside the record. */
  /** @param {string} date */
  number(date) { return Math.round((Date.parse(`${date}T00:00:00Z`) - this.start) / DAY) || 0; }

  /* The nearest day of the record; without a date its first. */
  /** @param {string | null} date */
  dayOf(date) { return this.within(date === null ? 0 : this.number(date)); }
}

export { Calendar };
