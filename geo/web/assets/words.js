/* Words that several parts say. */
/** @import { Side, Source, Status } from "./types" */
/** @type {[Side, string][]} */
const SIDES = [
  ["ukrainian", "Ukrainian claims"],
  ["russian", "Russian claims"],
  ["third_party", "Third-party assessments"],
];
/** @type {{ [status in Status]: string }} */
const STATUS_NAMES = {
  ukrainian_control: "Ukrainian control",
  contested: "Contested",
  russian_control: "Russian control",
  implied: "Implied",
};

/* As toLocaleString would, which takes a page its first 30 ms. */
/** @param {number} number */
function thousands(number) {
  return String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** @param {number} number @param {string} one */
function count(number, one, many = `${one}s`) {
  return `${thousands(number)} ${number === 1 ? one : many}`;
}

/* How many days ago something was last said. */
/** @param {number} age */
function ago(age) {
  return age === 0 ? "said this day" : age > 0 ? `last said ${count(age, "day")} ago` : `said ${count(-age, "day")} later`;
}

/* A source's name without those who are meant by it. */
/** @param {Source} source */
function shortName(source) {
  return source.name.split(" (")[0];
}

export { SIDES, STATUS_NAMES, thousands, count, ago, shortName };
