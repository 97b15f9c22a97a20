/* Citations of the claims about the chosen place: for the card beside the maps, and for the buttons
   of the panel "Place". */
/** @import { Cited } from "../../geo/web/assets/types" */

/** @param {{ data: Uint8Array, parentElement: HTMLElement }} component */
export default function ({ data }) {
  window.claimsCited = /** @type {Cited[]} */ (JSON.parse(new TextDecoder().decode(data)));
  /** @type {HTMLIFrameElement | null} */
  const frame = document.querySelector("iframe.claims-app");
  frame?.contentWindow?.claimsClock?.panel.card.renew();
  document.addEventListener("click", copy);  // the same again is no second listener
  return () => document.removeEventListener("click", copy);
}

/** @param {MouseEvent} event */
async function copy({ target }) {
  if (!(target instanceof HTMLElement) || !target.dataset.cite) return;
  const claim = window.claimsCited?.find(({ id }) => id === target.dataset.claim);
  const text = claim?.cite[/** @type {keyof Cited["cite"]} */ (target.dataset.cite)];
  if (!text) return;
  // Without a clipboard a reader copies it by hand.
  if (navigator.clipboard) await navigator.clipboard.writeText(text);
  else prompt("Citation", text);
  const { textContent: name } = target;
  target.textContent = "copied";
  target.addEventListener("blur", () => { target.textContent = name; }, { once: true });
}
