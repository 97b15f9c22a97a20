/* Who says what of some pieces of ground, as a node for a tip or a popup. Text only, never markup. */
import { element } from "./elements.js";
import { ago, shortName } from "./words.js";
/** @import { Status } from "./types" */
/** @import { ClaimsClock } from "./clock.js" */
/** @import { Painting } from "./sheet.js" */
/** @type {{ [status in Status]: string }} */
const STATUS_WORDS = {
  ukrainian_control: "Under Ukrainian control, according to",
  contested: "Contested or fought over, according to",
  russian_control: "Under Russian control, according to",
  implied: "Not held, as conceded by announcing it retaken later, by",
};

/** @param {ClaimsClock} clock @param {number[]} pieces @param {Painting} painting */
function sayings({ record, payload, calendar }, pieces, { day, rows }) {
  const cell = payload.pieces[pieces.find((number) => payload.pieces[number].cell !== null) ?? -1];
  const node = element("div", "claims-who");
  element("strong", "", node, cell ? cell.name : "Ground without a settlement");
  element("span", "claims-when", node, calendar.say(day));
  const own = rows.filter((r) => pieces.includes(record.piece[r]));
  own.sort((a, b) => record.status[a] - record.status[b] || record.source[a] - record.source[b]);
  let list = null;
  let before = null;
  for (const r of own) {
    const source = payload.sources[record.source[r]];
    const status = payload.statuses[record.status[r]];
    if (status !== before) {
      element("p", "claims-says", node, STATUS_WORDS[status]);
      list = element("ul", "", node);
    }
    before = status;
    const item = element("li", "", list);
    element("i", `claims-key claims-bg-${source.side}`, item);
    element("b", "", item, shortName(source));
    const since = status === "implied" ? "" : `since ${calendar.say(record.since[r])}, `;
    const small = element("small", "", item, ` ${since}${ago(day - record.lastSaid(r, day))}`);
    // Where the claims behind a row can be read, if the page carries it.
    if (!payload.citations) continue;
    for (const claim of payload.citations.rows[r]) {
      const [publisher, href] = payload.citations.claims[claim];
      if (!/^https?:\/\//.test(href)) continue;
      Object.assign(element("a", "claims-citation", small, publisher), { href, target: "_blank", rel: "noopener noreferrer" });
    }
  }
  if (!own.length) element("p", "", node, "No source that is switched on says anything of this place on this day.");
  return node;
}

/** @param {string} name */
function nobody(name) {
  const node = element("div", "claims-who");
  element("strong", "", node, name);
  element("p", "", node, "No source on this map says anything of this place.");
  return node;
}

export { sayings, nobody };
