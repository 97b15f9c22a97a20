"""Citations of the claims about a place, as the browser gets them."""

from __future__ import annotations

from typing import Any

import streamlit as st

import geo
from geo.export.claim_citations import cited_claims
from panels.record import kept, load


def cited(place: int | None) -> list[dict[str, Any]]:
    """The claims about a settlement with their citations; none without a settlement."""
    return [] if place is None else _cited(load(), place, st.context.url or "")


@kept()
def _cited(record: geo.Record, place: int, url: str) -> list[dict[str, Any]]:
    claims = record.ledger.claims
    ids = claims.index[claims.settlement_id == place]
    return cited_claims(record, record.period, ids, url=url)
