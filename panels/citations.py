"""Citations of the claims about a place, as the browser gets them."""

from __future__ import annotations

import json

import streamlit as st

from geo.export.claim_citations import cited_claims
from panels.record import load


def cited(place: int | None) -> bytes:
    """The claims about a settlement with their citations, as JSON; none without a settlement."""
    return b"[]" if place is None else _cited(place, st.context.url or "")


@st.cache_data(show_spinner=False, max_entries=200)
def _cited(place: int, url: str) -> bytes:
    record = load()
    claims = record.ledger.claims
    ids = claims.index[claims.settlement_id == place]
    return json.dumps(cited_claims(record, record.period, ids, url=url)).encode()
