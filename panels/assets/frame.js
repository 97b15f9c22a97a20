/* The map lives in a frame of its own that is made once and survives reruns. */
/** @import { Command, View } from "../../geo/web/assets/types" */
/** @typedef {{ html: string, initial: View, command: Command, turn: number, returned: number }} Data */
/** @typedef {(state: object) => void} Tell */
const AWAY = "No connection to the server. The map and its clock go on; what stands below waits until the connection is back.";

/** @param {{ parentElement: HTMLElement, data: Data, setStateValue: (name: string, value: unknown) => void }} component */
export default function ({ parentElement, data, setStateValue }) {
  const known = parentElement.querySelector("iframe");
  if (known) {
    known.dataset.returned = String(data.returned);
    command(known, data);
  } else make(parentElement, data, (state) => setStateValue("state", state));
}

/* Each turn of the page has one command for the clock. */
/** @param {HTMLIFrameElement} frame @param {Data} data */
function command(frame, data) {
  const clock = frame.contentWindow?.claimsClock;
  if (!clock || frame.dataset.turn === String(data.turn)) return;
  clock.set(data.command);
  frame.dataset.turn = String(data.turn);
}

/** @param {HTMLElement} parent @param {Data} data @param {Tell} tell */
function make(parent, data, tell) {
  const frame = document.createElement("iframe");
  frame.title = "Map of claims";
  frame.className = "claims-app";
  frame.dataset.turn = String(data.turn);
  frame.addEventListener("load", () => {
    const app = /** @type {HTMLElement | null} */ (document.querySelector('[data-testid="stApp"]'));
    if (!app) return;
    const matchTheme = () => {
      if (!frame.contentDocument) return;  // the page is being taken down
      const dark = getComputedStyle(app).colorScheme.includes("dark");
      frame.contentDocument.documentElement.dataset.theme = dark ? "dark" : "light";
    };
    frame.contentDocument?.addEventListener("claimsclock", (event) => tell(event.detail));
    matchTheme();
    new MutationObserver(matchTheme).observe(app, { attributes: true });
    watch(app, frame, tell);
  });
  frame.dataset.view = JSON.stringify(data.initial);
  frame.srcdoc = data.html;
  const skip = document.createElement("button");
  skip.className = "claims-skip";
  skip.textContent = "Skip the map";
  skip.addEventListener("click", () => {
    /** @type {HTMLElement | null} */ (document.querySelector('.st-key-panels [role="radio"][aria-checked="true"]'))?.focus();
  });
  parent.append(skip, frame);
}

/* Without the server the map goes on and the panels wait: they would answer from an older state. Back
   again, the map tells its whole state; the panels wait until the page has been run with it. */
/** @param {HTMLElement} app @param {HTMLIFrameElement} frame @param {Tell} tell */
function watch(app, frame, tell) {
  const notice = document.createElement("p");
  notice.className = "claims-away";
  notice.setAttribute("role", "status");
  frame.after(notice);
  let away = false;
  let returned = "";
  /** @param {boolean} on */
  const wait = (on) => {
    document.querySelector(".st-key-panels")?.toggleAttribute("inert", on);
    notice.textContent = on ? AWAY : "";
  };
  const follow = () => {
    const { testConnectionState, testScriptState } = app.dataset;
    if (testConnectionState !== "CONNECTED") {
      if (!away) wait(true);
      away = true;
      // Streamlit's own words are for who started the server, and lie over the map.
      /** @type {HTMLElement | null} */ (document.querySelector('[data-testid="stDialog"] button[aria-label="Close"]'))?.click();
    } else if (away) {
      away = false;
      returned = String(Date.now());
      tell({ ...frame.contentWindow?.claimsClock.state(), returned: +returned });
    } else if (returned && frame.dataset.returned === returned && testScriptState === "notRunning") {
      returned = "";
      wait(false);
    }
  };
  const observer = new MutationObserver(follow);
  observer.observe(app, { attributes: true });
  observer.observe(frame, { attributes: true });
  observer.observe(document.body, { childList: true });
}
