"""Shapefiles in a ZIP file, each with a CSV table of what a shapefile cannot hold."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from geo._io.csv_text import csv_text
from geo.export.layers import CONTEXT, LISTS

#: Maximum size of a text field, bytes.
MOST_BYTES = 254

# Short names of columns; other long names are truncated.
_SHORT = {"partisanship": "partisan", "third_party": "third", "attribution": "attributn"}
_README = """\
{title}. Claims, not verified control.

Each LAYER.shp has a table LAYER.csv: the same rows in the same order, joined by the column
`shape`, with nothing truncated. A shapefile cuts names to ten characters and text to {bytes}
bytes, so these columns are only in the CSV file: {left_out}.
Renamed in the shapefile: {renamed}.
Text is UTF-8, coordinates are EPSG:4326. Provenance: provenance.jsonld.
{rights}
"""


def shapefiles(  # noqa: PLR0913 - what a file holds
    layers: Mapping[str, gpd.GeoDataFrame],
    folder: Path,
    *,
    on: dt.date,
    provenance: str,
    rights: str,
    title: str,
) -> bytes:
    """A ZIP file of one shapefile and one table per layer.

    Parameters
    ----------
    layers
        Flat tables, EPSG:4326.
    folder
        An empty folder to work in.
    on
        Written as the day of the last change, so that equal input gives equal
        bytes.
    provenance
        The record, added as a file.
    title, rights
        What it is called, and the notice that goes with it.

    Returns
    -------
    bytes
        ZIP. Columns that a shapefile would truncate are only in the tables;
        README.txt lists them.
    """
    left_out: set[str] = set()
    renamed: dict[str, str] = {}
    tables = {}
    for layer, table in layers.items():
        flat = table.copy()
        flat.insert(0, "shape", range(1, len(flat) + 1))
        tables[f"{layer}.csv"] = csv_text(flat)
        long = [
            name
            for name in flat.columns.drop("geometry")
            if name in {*LISTS, "citations"} or not _fits(flat[name])
        ]
        left_out.update(long)
        short: dict[str, str] = {}
        for name in flat.columns.drop(long):
            cut = _SHORT.get(name, name[:10])
            short[name] = f"{cut[:9]}2" if cut in short.values() else cut
        renamed |= {name: cut for name, cut in short.items() if name != cut}
        pyogrio.write_dataframe(
            flat.drop(columns=long).rename(columns=short),
            folder / f"{layer}.shp",
            driver="ESRI Shapefile",
            encoding="UTF-8",
            geometry_type=CONTEXT.get(layer, "MultiPolygon"),
            promote_to_multi=True,
            use_arrow=True,
            layer_options={"DBF_DATE_LAST_UPDATE": on.isoformat(), "RESIZE": "YES"},
        )
    tables["provenance.jsonld"] = f"{provenance}\n"
    tables["README.txt"] = _README.format(
        title=title,
        rights=rights,
        bytes=MOST_BYTES,
        left_out=", ".join(sorted(left_out)),
        renamed=", ".join(f"{long} is {short}" for long, short in renamed.items()),
    )
    contents = {file.name: file.read_bytes() for file in folder.iterdir()}
    contents |= {name: text.encode() for name, text in tables.items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(contents):
            # A fixed date, so that equal input gives equal bytes.
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, contents[name])
    return packed.getvalue()


def _fits(column: pd.Series) -> bool:
    """Whether all texts of a column are short and not padded by spaces, which would be lost."""
    texts = (value for value in column if isinstance(value, str))
    return all(len(text.encode()) <= MOST_BYTES and text == text.strip(" ") for text in texts)
