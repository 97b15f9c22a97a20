"""What every panel reads: the ledger and its claim polygons."""

from __future__ import annotations

import geopandas as gpd
import streamlit as st

import geo
from geo.tables.schema import DRAWN
from geo.claims.polygons import with_claims
from geo.selection.address import Record
from geo.tables.schema import SIDES


@st.cache_resource(show_spinner="Reading the claims …")
def load() -> tuple[geo.Ledger, gpd.GeoDataFrame]:
    """The ledger and its claim polygons, once for all visitors."""
    return with_claims(geo.load_ledger(), None)


@st.cache_resource(show_spinner=False)
def record() -> Record:
    """What there is to be shown; what readers ask for is held against it."""
    ledger, claims = load()
    first, last = (day.date() for day in geo.period(claims))
    ids = {*SIDES, *DRAWN, "contradictory", *ledger.sources.index}
    return Record((first, last), ids, set(ledger.settlements.index))
