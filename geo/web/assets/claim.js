/* One claim with its citation: the page where it can be read, its id, its words, how to cite it. */
import { element } from "./elements.js";
/** @import { Cited } from "./types" */
/** @type {[keyof Cited["cite"], string][]} */
const STYLES = [["text", "plain"], ["bibtex", "BibTeX"], ["csl", "CSL-JSON"]];

/* `opened` learns whether a reader opens or closes it. */
/** @param {Element} parent @param {Cited} claim @param {boolean} open @param {(open: boolean) => void} opened */
function showClaim(parent, claim, open, opened) {
  const box = element("div", "claims-claim", parent);
  if (/^https?:\/\//.test(claim.url)) {
    Object.assign(element("a", "claims-citation", box, claim.publisher), { href: claim.url, target: "_blank", rel: "noopener noreferrer" });
  } else element("span", "", box, claim.publisher);
  const more = element("details", "", box);
  // Of those with one name only one is open.
  more.setAttribute("name", "claims-claim");
  element("summary", "", more, claim.id);
  element("p", "", more, claim.cite.text);
  const copy = element("p", "", more, "Copy citation: ");
  for (const [style, name] of STYLES) {
    const text = claim.cite[style];
    if (!text) continue;
    const made = element("button", "claims-only", copy, name);
    made.type = "button";
    made.setAttribute("aria-label", `Copy citation of ${claim.id}, ${name}`);
    made.addEventListener("click", async () => {
      // Without a clipboard a reader copies it by hand.
      if (navigator.clipboard) await navigator.clipboard.writeText(text);
      else prompt("Citation", text);
      made.textContent = "copied";
      made.addEventListener("blur", () => { made.textContent = name; }, { once: true });
    });
    copy.append(" ");
  }
  more.open = open;
  more.addEventListener("toggle", () => opened(more.open));
}

export { showClaim };
