/* A day to be typed, picked, or stepped by arrow keys. What is only half typed changes nothing. */
import { element } from "./elements.js";
/** @import { Calendar } from "./calendar.js" */

class DateField {
  /** @param {Calendar} calendar @param {string} className @param {Element} parent @param {string} label @param {(day: number) => void} changed */
  constructor(calendar, className, parent, label, changed) {
    this.calendar = calendar;
    this.day = 0;
    const input = this.input = element("input", className, parent);
    Object.assign(input, { type: "date", min: calendar.iso(0), max: calendar.iso(calendar.last) });
    input.setAttribute("aria-label", label);
    // While a year is being typed it lies far outside.
    input.addEventListener("change", () => { if (input.validity.valid && input.value) changed(calendar.dayOf(input.value)); });
    input.addEventListener("blur", () => { input.value = calendar.iso(this.day); });
  }

  /* Show a day, but never instead of what is being typed; null: hide it. */
  /** @param {number | null} day */
  show(day) {
    this.input.hidden = day === null;
    if (day === null) return;
    this.day = day;
    if (document.activeElement !== this.input) this.input.value = this.calendar.iso(day);
  }
}

export { DateField };
