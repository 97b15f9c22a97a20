/* Elements of the page, and the drawn signs on its buttons, so that no font needs to have them. */
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

/** @template {keyof HTMLElementTagNameMap} T @param {T} tag @param {string} [className] @param {Node | null} [parent] @param {string} [text] */
function element(tag, className, parent, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  if (parent) parent.appendChild(node);
  return node;
}

/** @template {keyof SVGElementTagNameMap} T @param {T} tag @param {{ [name: string]: unknown }} attributes @param {Node | null} [parent] */
function svg(tag, attributes, parent) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  if (parent) parent.appendChild(node);
  return node;
}

/* Write only what is new: a write costs a layout even if nothing differs. */
/** @param {Node} node @param {string} text */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {HTMLElement} holder @param {keyof SIGNS} name */
function sign(holder, name) {
  holder.textContent = "";
  const drawing = svg("svg", { width: 18, height: 18, viewBox: "0 0 18 18", "aria-hidden": "true" }, holder);
  const solid = name === "play" || name === "pause";
  svg("path", { d: SIGNS[name], fill: solid ? "currentColor" : "none",
    stroke: solid ? "none" : "currentColor", "stroke-width": 2 }, drawing);
}

/** @param {Node | null} parent @param {string} name @param {keyof SIGNS} picture @param {() => void} act */
function button(parent, name, picture, act) {
  const made = element("button", "claims-button", parent);
  made.type = "button";
  sign(made, picture);
  made.setAttribute("aria-label", name);
  made.title = name;
  made.addEventListener("click", act);
  return made;
}

/* A box with its words; `changed` learns whether it is on. */
/** @param {string} className @param {Node} parent @param {string} text @param {boolean} on @param {(on: boolean) => void} changed @param {string} [title] */
function checkbox(className, parent, text, on, changed, title) {
  const label = element("label", className, parent);
  if (title) label.title = title;
  const box = element("input", "", label);
  Object.assign(box, { type: "checkbox", checked: on });
  label.append(text);
  box.addEventListener("change", () => changed(box.checked));
  return box;
}

/* A choice between values with their names; `changed` learns which. */
/** @param {string} className @param {Node} parent @param {string} label @param {[unknown, string][]} options @param {(value: string) => void} changed */
function choice(className, parent, label, options, changed) {
  const select = element("select", className, parent);
  if (label) select.setAttribute("aria-label", label);
  for (const [value, name] of options) element("option", "", select, name).value = String(value ?? "");
  select.addEventListener("change", () => changed(select.value));
  return select;
}

export { element, svg, write, sign, button, checkbox, choice };
