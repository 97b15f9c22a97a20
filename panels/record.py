"""What every panel reads: the record of claims."""

from __future__ import annotations

import streamlit as st

import geo
from geo.selection.address import Scope
from geo.tables.schema import DRAWN, SIDES


@st.cache_resource(show_spinner="Reading the claims …")
def load() -> geo.Record:
    """The shipped record, shared by all visitors."""
    return geo.load_record()


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
