"""The same claims in a plain streamlit-folium app, which `clock.py` compares ours with.

Two ways, chosen with `?way=` in the address: `map` draws a new map for every
date; `group` keeps the map and swaps what streamlit-folium calls a feature
group. Both leave the backdrop out, and ask for nothing back from the map.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import Any

import folium
import streamlit as st
from streamlit_folium import st_folium

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import geo
from geo.style import look
from geo.tables.boundaries import EXTENT


@st.cache_resource
def period() -> tuple[dt.date, dt.date]:
    first, last = geo.period()
    return first.date(), last.date()


def empty_map() -> folium.Map:
    chart = folium.Map(tiles=None)
    west, south, east, north = EXTENT
    chart.fit_bounds(((south, west), (north, east)))
    leaflet = os.environ.get("LEAFLET")  # where it is served, if not from the network
    if leaflet:
        chart.default_js = [("leaflet", f"{leaflet}/leaflet.js")]
        chart.default_css = [("leaflet_css", f"{leaflet}/leaflet.css")]
    return chart


def style(feature: dict[str, Any]) -> dict[str, Any]:
    light = look.style().light
    colour = getattr(light, feature["properties"]["status"], light.silent)
    # By the class the benchmark sees which day is drawn.
    return {"color": colour, "weight": 1.5, "fillOpacity": 0.2, "className": f"day-{day}"}


st.set_page_config("Plain map", layout="wide")
day = st.slider("Date", *period(), dt.date(2024, 9, 5))
shapes = folium.GeoJson(geo.claims_on(day)[["status", "geometry"]], style_function=style)
chart, group = empty_map(), None
if st.query_params.get("way") == "group":
    group = folium.FeatureGroup("Claims").add_child(shapes)
else:
    shapes.add_to(chart)
st_folium(
    chart, feature_group_to_add=group, use_container_width=True, height=560, returned_objects=[]
)
