/* The map lives in a frame of its own that is made once and survives reruns. */
/** @import { Command, View } from "../../geo/web/assets/types" */
/** @typedef {{ html: string, version: string, initial: View, command: Command, turn: number, returned: number }} Data */
/** @typedef {(state: object) => void} Tell */

const AWAY = "No connection to the server. The map and its clock go on; what stands below waits until the connection is back.";

/** @param {{ parentElement: HTMLElement, data: Data, setStateValue: (name: string, value: unknown) => void }} component */
export default function ({ parentElement, data, setStateValue }) {
  const known = parentElement.querySelector("iframe");
  if (known) {
    known.dataset.returned = String(data.returned);
    if (data.html && known.dataset.version !== data.version) open(known, data);
    else command(known, data);
  } else if (data.html) {
    // Of which map it is told.
    const version = () => parentElement.querySelector("iframe")?.dataset.version;
    make(parentElement, data, (state) => setStateValue("state", { ...state, version: version() }));
  } else setStateValue("state", null);  // the server thinks that the map is there
}

/* The map of another record, in the view of the one before. */
/** @param {HTMLIFrameElement} frame @param {Data} data */
function open(frame, data) {
  frame.dataset.version = data.version;
  frame.dataset.turn = String(data.turn);
  frame.dataset.view = JSON.stringify(data.initial);
  frame.srcdoc = data.html;
}

/* Each turn of the page has one command for the clock. */
/** @param {HTMLIFrameElement} frame @param {Data} data */
function command(frame, data) {
  const clock = frame.contentWindow?.claimsClock;
  if (!clock || frame.dataset.turn === String(data.turn)) return;
  frame.dataset.turn = String(data.turn);
  const { place, sight } = data.command;
  if (sight) dock(frame, () => clock.set({ place }));
  clock.set(data.command);
}

/* A map that is out of sight is laid over the half of the window where the pointer is not, so that
   nothing moves under it. It goes back to its place by the button, by Escape, or on the way there. */
let pointer = innerHeight;
document.addEventListener("pointerdown", ({ clientY }) => { pointer = clientY; }, true);

/** @param {HTMLIFrameElement} frame */
function held(frame) {
  const holder = document.createElement("div");
  const box = document.createElement("div");
  box.className = "claims-dock";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Put the map back";
  box.append(button, frame);
  holder.append(box);
  const back = () => {
    box.classList.remove("claims-docked");
    box.removeAttribute("style");
    frame.contentDocument?.documentElement.removeAttribute("data-brief");
    holder.style.height = "";
  };
  button.addEventListener("click", back);
  document.addEventListener("keydown", ({ key }) => { if (key === "Escape") back(); });
  document.addEventListener("scroll", () => {
    if (box.classList.contains("claims-docked") && holder.getBoundingClientRect().top > -100) back();
  }, true);
  return holder;
}

/* `moved` is called when the map has its new size. */
/** @param {HTMLIFrameElement} frame @param {() => void} moved */
function dock(frame, moved) {
  const box = frame.parentElement;
  const holder = box?.parentElement;
  if (!box || !holder || box.classList.contains("claims-docked")) return;
  const { top, bottom } = holder.getBoundingClientRect();
  if (top > -100 && Math.min(bottom, innerHeight) - Math.max(top, 0) > innerHeight / 2) return;
  const above = pointer > innerHeight / 2;
  const room = (above ? pointer : innerHeight - pointer) - 40;
  holder.style.height = `${holder.offsetHeight}px`;
  box.style.height = `${Math.min(room, 0.7 * innerHeight)}px`;
  box.style[above ? "top" : "bottom"] = "0";
  frame.contentWindow?.addEventListener("resize", () => requestAnimationFrame(() => requestAnimationFrame(moved)), { once: true });
  frame.contentDocument?.documentElement.setAttribute("data-brief", "");
  box.classList.add("claims-docked");
}

/** @param {HTMLElement} parent @param {Data} data @param {Tell} tell */
function make(parent, data, tell) {
  const frame = document.createElement("iframe");
  frame.title = "Map of claims";
  frame.className = "claims-app";
  const app = /** @type {HTMLElement | null} */ (document.querySelector('[data-testid="stApp"]'));
  const matchTheme = () => {
    const root = frame.contentDocument?.documentElement;
    if (!root || !app) return;  // the page is being taken down, or another is coming
    root.dataset.theme = getComputedStyle(app).colorScheme.includes("dark") ? "dark" : "light";
  };
  frame.addEventListener("load", () => {
    frame.contentDocument?.addEventListener("claimsclock", (event) => tell(event.detail));
    // The panels wait for the map: they come too where it was faster than this, or fails.
    const clock = frame.contentWindow?.claimsClock;
    if (!clock || "ready" in clock.box.dataset) tell(clock?.state() ?? JSON.parse(frame.dataset.view ?? "{}"));
    matchTheme();
  });
  frame.addEventListener("load", () => {
    if (!app) return;
    new MutationObserver(matchTheme).observe(app, { attributes: true });
    watch(app, frame, tell);
  }, { once: true });
  open(frame, data);
  const skip = document.createElement("button");
  skip.className = "claims-skip";
  skip.textContent = "Skip the map";
  skip.addEventListener("click", () => {
    /** @type {HTMLElement | null} */ (document.querySelector('.st-key-panels [role="radio"][aria-checked="true"]'))?.focus();
  });
  parent.append(skip, held(frame));
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
      // Streamlit's own message is meant for whoever started the server, and covers the map.
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
