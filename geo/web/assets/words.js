/* Words that several parts say. */
/** @import { Side, Source } from "./types" */
/** @type {[Side, string][]} */
const SIDES = [
  ["ukrainian", "Ukrainian sources"],
  ["russian", "Russian sources"],
  ["third_party", "Third parties"],
];

/* A phrase of ours, its gaps filled. */
/** @param {string} name @param {unknown[]} values */
function phrase(name, ...values) {
  const parts = WORDS[name].split("{}");
  return parts.slice(1).reduce((text, part, n) => text + String(values[n]) + part, parts[0]);
}

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
  if (!age) return phrase("said_today");
  const days = Math.abs(age);
  return phrase(`said_${age > 0 ? "ago" : "later"}${days === 1 ? "_one" : ""}`, days);
}

/* The same in a table, where its caption says what it is. */
/** @param {number} age */
function sinceSaid(age) {
  return age < 0 ? phrase("age_later") : age === 0 ? phrase("age_today") : phrase("age", age);
}

/* A source's name without those who are meant by it. */
/** @param {Source} source */
function shortName(source) {
  return source.name.split(" (")[0];
}

export { SIDES, phrase, thousands, count, ago, sinceSaid, shortName };
