/* Words and small helpers that the other parts share. */
const NEVER = 99999;
const DAY = 86400000;
const SIDES = [
  ["ukrainian", "Ukrainian claims"],
  ["russian", "Russian claims"],
  ["third_party", "Third-party assessments"],
];
const STATUS_NAMES = {
  ukrainian_control: "Ukrainian control",
  contested: "Contested",
  russian_control: "Russian control",
  implied: "Implied",
};
const STATUS_WORDS = {
  ukrainian_control: "Under Ukrainian control, according to",
  contested: "Contested or fought over, according to",
  russian_control: "Under Russian control, according to",
  implied: "Not held, as conceded by announcing it retaken later, by",
};
const MONTHS = ["January", "February", "March", "April", "May", "June", "July",
  "August", "September", "October", "November", "December"];

function element(tag, className, parent, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  if (parent) parent.appendChild(node);
  return node;
}

function svg(tag, attributes, parent) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (parent) parent.appendChild(node);
  return node;
}

/* Write only what is new: a write costs a layout even if nothing differs. */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/* As toLocaleString would, which takes a page its first 30 ms. */
function thousands(number) {
  return String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/* A source's name without those who are meant by it. */
function shortName(source) {
  return source.name.split(" (")[0];
}

function count(number, one, many = `${one}s`) {
  return `${thousands(number)} ${number === 1 ? one : many}`;
}

/* Drawn signs, so that no font needs to have them. */
const SIGNS = {
  play: "M5 3v12l10-6z",
  pause: "M4 3h4v12H4zM10 3h4v12h-4z",
  back: "M11 3 5 9l6 6",
  forward: "M7 3l6 6-6 6",
  previous: "M4 3v12M14 3 8 9l6 6",
  next: "M14 3v12M4 3l6 6-6 6",
  layers: "M2 5h14M2 9h14M2 13h14",
  close: "M4 4l10 10M14 4 4 14",
  plus: "M9 3v12M3 9h12",
  minus: "M3 9h12",
  all: "M2 7V2h5M11 2h5v5M16 11v5h-5M7 16H2v-5",
  chart: "M2 3v12h14M4 12l4-5 3 3 5-7",
};

function sign(button, name) {
  button.textContent = "";
  const drawing = svg("svg", { width: 18, height: 18, viewBox: "0 0 18 18", "aria-hidden": "true" }, button);
  const solid = name === "play" || name === "pause";
  svg("path", { d: SIGNS[name], fill: solid ? "currentColor" : "none",
    stroke: solid ? "none" : "currentColor", "stroke-width": 2 }, drawing);
}
