"""Kursk claims map: the Streamlit app. Layout and wiring; `panels` and `geo` do the rest."""

from __future__ import annotations

from contextlib import suppress
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from pydantic import ValidationError
from streamlit.runtime import get_instance

from geo.selection.address import read_address, read_state, write_address
from geo.selection.filters import read_filters, write_filters
from panels import PANELS, add_maps, claims
from panels.citations import cited
from panels.labels import palette
from panels.map_page import map_page
from panels.own_maps import bound_uploads
from panels.record import load, own_maps, scope

OPENING_PANEL = next(iter(PANELS))

ASSETS = files("panels") / "assets"
STYLE = """
.claims-skip { position: absolute; z-index: 1; padding: 0.5rem 0.8rem; }
.claims-skip:not(:focus) { clip-path: inset(50%); pointer-events: none; }
.claims-away { margin: 0; }
.claims-away:not(:empty) { position: fixed; inset: auto 0 0; z-index: 1000;
  padding: 0.6rem 1rem; text-align: center; color: Canvas; background: CanvasText; }
.st-key-panels[inert] { opacity: 0.5; }
body:has([data-test-connection-state]:not([data-test-connection-state="CONNECTED"]))
  :is([data-testid="stDialog"], :has(> [data-testid="stDialog"])) { display: none; }
.claims-app { display: block; width: 100%; border: 0; border-radius: 6px;
  height: max(480px, calc(100dvh - 92px)); }
.claims-dock > button { display: none; }
.claims-docked { position: fixed; z-index: 1000; left: 0; right: 0; display: flex;
  flex-direction: column; padding: 4px 8px; background: var(--st-background-color);
  box-shadow: 0 0 18px rgb(0 0 0 / 45%); box-sizing: border-box; }
.claims-docked > button { display: block; align-self: end; margin-bottom: 4px; padding: 2px 10px;
  font: inherit; color: var(--st-text-color); background: none; border: 1px solid;
  border-radius: 6px; cursor: pointer; }
.claims-docked > .claims-app { flex: 1; height: auto; min-height: 0; }
/* What lies below shows its edge, so that one sees that there is more. */
@media (max-width: 720px) {
  .claims-app { height: max(720px, calc(100dvh - 104px)); border-radius: 0; }
}
@media (max-height: 520px) { .claims-app { height: max(300px, calc(100dvh - 48px)); } }
"""
PAGE_STYLE = """
<style>
  :focus-visible { outline: var(--focus-width) solid var(--focus) !important; outline-offset: 2px; }
  :is(input, textarea):focus-visible { outline-offset: calc(-1 * var(--focus-width)); }
  .stApp [data-testid="stCaptionContainer"] { opacity: var(--remark); }
  .stApp [data-testid="stImageCaption"] { opacity: 1; }
  /* Where nothing can be hovered the tools of a table are always there, over what is above it. */
  @media (hover: none) {
    [data-testid="stElementContainer"]:has([data-testid="stDataFrame"]) { margin-top: 2.4rem; }
  }
  .claims-printed { display: none; }
  @media print {
    .claims-printed { display: block; }
    table.claims-printed { display: table; width: 100%; border-collapse: collapse; font-size: 7.5pt;
      line-height: 1.25; }
    .claims-printed :is(td, th) { border: 1px solid; padding: 1pt 3pt; text-align: left;
      vertical-align: top; overflow-wrap: normal; word-break: normal; }
    .claims-printed .short { white-space: nowrap; }
    .claims-printed .long { min-width: 25mm; overflow-wrap: anywhere; }
    .claims-printed tr { break-inside: avoid; }
    @page { size: A4; margin: 10mm; }
    .claims-app { width: 700px; height: 970px; break-after: page; }
    html, body, .stApp { color-scheme: light !important; background: white !important; }
    .stApp * { color: black !important; }
    :is(.st-key-panel, [data-testid="stDataFrame"], [data-testid="stDownloadButton"],
      [data-testid="stFileUploader"], .claims-skip) { display: none; }
  }
  @media (forced-colors: active) {
    [data-variant="segmented_control"][aria-checked="true"] { text-decoration: underline; }
  }
  /* For screen readers. */
  [data-testid="stElementContainer"]:has(> .stHtml > .claims-heading) {
    position: absolute; width: 1px; clip-path: inset(50%); }
  [data-testid="stMainBlockContainer"] { padding: 0.7rem 1rem 3rem; }
  [data-testid="stHeader"] { background: none; height: 0; min-height: 0; }
  [data-testid="stVerticalBlock"] { gap: 0.6rem; }
  @media (max-width: 720px) {
    [data-testid="stMainBlockContainer"] { padding: 0.5rem 0.7rem 3rem; }
    [data-testid="stElementContainer"]:has(iframe) {
      margin: 0 -0.7rem; width: calc(100% + 1.4rem); max-width: none; }
  }
  /* Its CSV would not be safe from formulas, and holds only the visible page. */
  [data-testid="stElementToolbarButton"]:has([aria-label^="Download as CSV"]) { display: none; }
  /* The theme colour suits white text on a button, not the dark page. */
  [data-variant="segmented_control"][aria-checked="true"],
  [data-variant="segmented_control"][aria-checked="true"] * { color: inherit !important; }
  .claims-title { margin: 0 0 -0.4rem; font-size: 1.05rem; font-weight: 650; }
  .claims-title span { font-weight: 400; opacity: 0.75; }
</style>
"""


def asset(name: str) -> str:
    """The text of a script that the page runs."""
    return (ASSETS / name).read_text("utf-8")


@st.cache_resource(show_spinner=False)
def bound() -> None:
    """Bound what readers upload, once."""
    bound_uploads(get_instance().uploaded_file_mgr)


@st.cache_resource(show_spinner=False)
def components() -> tuple[Any, Any, Any]:
    """The Streamlit components that hold the page, write the address, and carry citations."""
    make, page = st.components.v2.component, asset("page.js") + asset("frame.js")
    return (
        make("claims_map", js=page, css=STYLE, isolate_styles=False),
        make("claims_address", js=asset("address.js"), isolate_styles=False),
        make("claims_citations", js=asset("citations.js"), isolate_styles=False),
    )


def listen() -> None:
    """Apply what the reader did on the map."""
    state = st.session_state.clock.state
    if isinstance(state, dict) and isinstance(state.get("returned"), int):
        st.session_state.returned = state["returned"]
    if state:
        # Browser input is untrusted; invalid input is ignored.
        with suppress(ValidationError):
            view = read_state(state, scope())
            # The map also moves by itself, to show a place.
            moved = {"centre": view.centre, "bounds": view.bounds}
            if st.session_state.view.model_copy(update=moved) != view:
                st.session_state.notes = []  # read by now
            st.session_state.view = view


# ---- the page ------------------------------------------------------------------------

st.set_page_config("Kursk claims map", layout="wide", initial_sidebar_state="collapsed")
st.html(f"<style>.stApp {{ {palette()} }}</style>{PAGE_STYLE}")
st.html(
    '<h1 class="claims-title">Kursk claims map <span>who claimed what ground, and when. '
    "Claims, not verified control.</span></h1>"
)
bound()
if own := own_maps():
    own.adopt()
version = load().ledger.version
new = "view" not in st.session_state
if new or st.session_state.version != version:
    # Another record has other days and sources: what it lacks is left out of the view.
    asked = (
        st.query_params
        if new
        else write_address(st.session_state.view) | write_filters(st.session_state.filters)
    )
    view, notes = read_address(asked, scope())
    filters, unfit = read_filters(asked, scope())
    claims.use(filters)
    st.session_state.view = view
    st.session_state.initial = view.model_dump(mode="json")
    st.session_state.notes = notes + unfit if new else []
    st.session_state.version = version
if new:
    panel = st.query_params.get("panel", OPENING_PANEL)
    if panel not in PANELS:
        st.session_state.notes.append(f"panel was {panel[:60]!r}; allowed: {', '.join(PANELS)}")
    st.session_state.turn = 0
    st.session_state.returned = 0
    st.session_state.command = {}
    st.session_state.shown = panel if panel in PANELS else OPENING_PANEL
# Always a container, with or without notes: elements below keep their identity.
with st.container():
    if st.session_state.notes:
        # Text of an address is not Markdown.
        told = "".join(f"\n- `{note.replace('`', ' ')}`" for note in st.session_state.notes)
        st.warning(f"Ignored in the address:\n{told}")
frame, address, citations = components()
heard = None if new else st.session_state.clock.state
answered = isinstance(heard, dict) and heard.get("version") == version
frame(
    data={
        # Of a megabyte: only until the map has told of itself.
        "html": "" if answered else map_page(load()),
        "version": version,
        "initial": st.session_state.initial,
        "command": st.session_state.command,
        "turn": st.session_state.turn,
        "returned": st.session_state.returned,
    },
    key="clock",
    on_state_change=listen,
)
if new:
    if st.session_state.clock.state:
        # The session was lost, the map was not: what it shows counts, not the address.
        listen()
        st.session_state.initial = st.session_state.view.model_dump(mode="json")
        st.rerun()
    st.stop()  # The map comes first; once it is painted it tells of itself, and the panels follow.
view = st.session_state.view
# If one run interrupts another, Streamlit can lose the chosen panel.
if st.session_state.get("panel") not in PANELS:
    st.session_state.panel = st.session_state.shown
with st.container(key="panels"):
    st.segmented_control(
        "Panel", list(PANELS), key="panel", label_visibility="collapsed", required=True, wrap=True
    )
    panel = st.session_state.panel or st.session_state.shown
    st.session_state.shown = panel
    st.html(f'<h2 class="claims-heading">{panel}</h2>')
    with st.container():
        if own and own.at_work:
            add_maps.follow(own)
    PANELS[panel](view)
query = {**write_address(view), "panel": panel}
if panel == "Claims":
    query |= write_filters(st.session_state.filters)
address(data={"query": urlencode(query)}, key="address")
citations(data=cited(view.place), key="citations")
