"""What every panel reads: the ledger and its claim polygons."""

from __future__ import annotations

import geopandas as gpd
import streamlit as st

import geo
from geo.territory import with_claims


@st.cache_resource(show_spinner="Reading the claims …")
def load() -> tuple[geo.Ledger, gpd.GeoDataFrame]:
    """The ledger and its claim polygons, once for all visitors."""
    return with_claims(geo.load_ledger(), None)
