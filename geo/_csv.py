"""CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import io
from typing import Any

import geopandas as gpd
import pandas as pd

from geo._geojson import DECIMALS

# What a spreadsheet takes for the beginning of a formula.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def csv_text(table: gpd.GeoDataFrame) -> str:
    """CSV with the shapes as WKT; text that a spreadsheet would run gets a ' in front."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow("WKT" if name == "geometry" else name for name in table)
    shapes = list(table.geometry.to_wkt(rounding_precision=DECIMALS))
    rows = table.drop(columns="geometry").astype(object).itertuples(index=False, name=None)
    for values, shape in zip(rows, shapes, strict=True):
        writer.writerow([*map(_cell, values), shape])
    return text.getvalue()


def _cell(value: Any) -> Any:
    if pd.isna(value):
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
