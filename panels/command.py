"""Moving the map and its clock from elsewhere on the page."""

from __future__ import annotations

import datetime as dt
from typing import Any

import streamlit as st

from panels.record import scope


def ask_view() -> None:
    """Ask the map for its visible bounds, if they are not yet known."""
    if st.session_state.view.bounds is None:
        st.session_state.command = {"tell": True}
        st.session_state.turn += 1


def go_to(date: dt.date | None = None, place: int | None = None, claim: str | None = None) -> None:
    """Show another day or place, and a claim about it; what is not given stays the same.

    A day outside the record is clipped to its first or last one.
    """
    asked: dict[str, Any] = {}
    if date is not None:
        first, last = scope().period
        asked["date"] = min(max(date, first), last)
    if place is not None:
        asked |= {"place": place, "claim": claim}
    st.session_state.view = st.session_state.view.model_copy(update=asked)
    st.session_state.command = st.session_state.view.model_dump(mode="json", include=set(asked))
    st.session_state.turn += 1
