/* The map lives in a frame of its own that is made once and survives reruns. */
/** @import { Command, View } from "../../geo/web/assets/types" */
/** @typedef {{ html: string, initial: View, command: Command, turn: number }} Data */

/** @param {{ parentElement: HTMLElement, data: Data, setStateValue: (name: string, value: unknown) => void }} component */
export default function ({ parentElement, data, setStateValue }) {
  const known = parentElement.querySelector("iframe");
  if (known) command(known, data);
  else parentElement.appendChild(made(data, (state) => setStateValue("state", state)));
}

/* Each turn of the page has one command for the clock. */
/** @param {HTMLIFrameElement} frame @param {Data} data */
function command(frame, data) {
  const clock = frame.contentWindow?.claimsClock;
  if (!clock || frame.dataset.turn === String(data.turn)) return;
  clock.set(data.command);
  frame.dataset.turn = String(data.turn);
}

/** @param {Data} data @param {(state: unknown) => void} tell */
function made(data, tell) {
  const frame = document.createElement("iframe");
  frame.title = "Map of claims";
  frame.className = "claims-app";
  frame.dataset.turn = String(data.turn);
  frame.addEventListener("load", () => {
    const app = document.querySelector('[data-testid="stApp"]');
    if (!app) return;
    const matchTheme = () => {
      if (!frame.contentDocument) return;  // the page is being taken down
      const dark = getComputedStyle(app).colorScheme.includes("dark");
      frame.contentDocument.documentElement.dataset.theme = dark ? "dark" : "light";
    };
    frame.contentDocument?.addEventListener("claimsclock", (event) => tell(event.detail));
    matchTheme();
    new MutationObserver(matchTheme).observe(app, { attributes: true });
  });
  frame.dataset.view = JSON.stringify(data.initial);
  frame.srcdoc = data.html;
  return frame;
}
