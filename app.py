"""Kursk claims map: the Streamlit app. Layout and wiring; `panels` and `geo` do the rest."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
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


@cache
def asset(name: str) -> str:
    """A script or style of the page."""
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
        make("claims_map", js=page, css=asset("frame.css"), isolate_styles=False),
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
st.html(f"<style>.stApp {{ {palette()} }} {asset('page.css')}</style>")
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
