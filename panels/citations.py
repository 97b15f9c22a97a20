"""Citations of the claims about a place, as the browser gets them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from geo.export.claim_citations import cited_claims
from panels.record import load


def cited(place: int | None) -> list[dict[str, Any]]:
    """The claims about a settlement with their citations; none without a settlement."""
    return [] if place is None else _cited(place, st.context.url or "")


@st.cache_data(show_spinner=False, max_entries=200)
def _cited(place: int, url: str) -> list[dict[str, Any]]:
    record = load()
    claims = record.ledger.claims
    ids = claims.index[claims.settlement_id == place]
    return cited_claims(record, record.period, ids, url=url)
