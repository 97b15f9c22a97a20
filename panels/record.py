"""What every panel reads: the ledger and its claim polygons."""

from __future__ import annotations

import geopandas as gpd
import streamlit as st

import geo


@st.cache_resource(show_spinner="Reading the claims …")
def load() -> tuple[geo.Ledger, gpd.GeoDataFrame]:
    """The ledger and its claim polygons, once for all visitors."""
    ledger = geo.load_ledger()
    return ledger, geo.load_claims()
