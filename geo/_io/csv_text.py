"""CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd

from geo._io.geojson import DECIMALS
from geo._io.text import sound

# What a spreadsheet treats as the start of a formula. Text that has a ' in front of one gets
# another, so that ours can be removed safely.
_FORMULA = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")


def csv_text(table: pd.DataFrame) -> str:
    """CSV with shapes, if there are any, as WKT; text that would run gets a leading '.

    Days are YYYY-MM-DD. To read text back, remove one ' before what would run as a formula.
    """
    if isinstance(table, gpd.GeoDataFrame):
        shapes = table.geometry.to_wkt(rounding_precision=DECIMALS)
        table = pd.DataFrame(table.drop(columns="geometry")).assign(WKT=shapes)
    rows = [
        map(_cell, values) for values in table.astype(object).itertuples(index=False, name=None)
    ]
    return sound("".join(_line(row) for row in (map(_cell, table), *rows)))


def _line(cells: Iterable[Any]) -> str:
    # The default line ending \r\n makes the writer quote text that holds either character.
    line = io.StringIO(newline="")
    csv.writer(line).writerow(cells)
    return f"{line.getvalue()[:-2]}\n"


def _cell(value: Any) -> Any:
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date()
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value
