"""What every panel reads: the record of claims."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

import streamlit as st

import geo
from geo.claims.record import served
from geo.selection.address import Scope
from geo.selection.selection import Selection
from geo.tables.schema import DRAWN, SIDES


@st.cache_resource(show_spinner="Reading the claims …")
def load() -> geo.Record:
    """The record, shared by all visitors."""
    return served()


@st.cache_resource(show_spinner=False)
def scope() -> Scope:
    """What can be shown, to validate readers' input."""
    ledger = load().ledger
    first, last = (day.date() for day in load().period)
    ids = {*SIDES, *DRAWN, *ledger.sources.index}
    claims = ledger.claims
    days = claims.effective_on.fillna(claims.claimed_on).dt.date.clip(first, last)
    about = dict(zip(claims.index, zip(days, claims.settlement_id, strict=True), strict=True))
    return Scope((first, last), ids, set(ledger.settlements.index), about)


@st.cache_resource(
    show_spinner=False,
    max_entries=500,
    hash_funcs={FunctionType: lambda f: f.__qualname__, Selection: lambda s: s.model_dump_json()},
)
def of_place(find: Callable[..., Any], place: int, asked: Selection) -> Any:
    """What `find` says of a place, computed once for all visitors; not to be changed."""
    return find(place, load(), asked)


def over_time(selection: Selection) -> Selection:
    """The same for every day: of a history only the day of knowledge counts."""
    known = selection.known_day or "now"
    return selection.model_copy(update={"on": scope().period[1], "known_by": known})
