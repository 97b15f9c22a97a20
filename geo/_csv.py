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


def csv_text(table: pd.DataFrame) -> str:
    """CSV with shapes, if there are any, as WKT; text that would run gets a ' in front."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if isinstance(table, gpd.GeoDataFrame):
        shapes = table.geometry.to_wkt(rounding_precision=DECIMALS)
        table = pd.DataFrame(table.drop(columns="geometry")).assign(WKT=shapes)
    writer.writerow(map(_cell, table))
    for values in table.astype(object).itertuples(index=False, name=None):
        writer.writerow(map(_cell, values))
    return text.getvalue()


def _cell(value: Any) -> Any:
    if pd.isna(value):
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
