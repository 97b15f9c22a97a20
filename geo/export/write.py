"""Snapshots as files: pictures, a page, and data in GIS and table formats."""

from __future__ import annotations

import io
import json
import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import pandas as pd

from geo._io.csv_text import csv_text
from geo._io.files import replacing
from geo._io.geojson import feature_collection
from geo._io.text import in_one_line
from geo.claims.record import Record
from geo.claims.shown import claims_of, lapsed_of, record_of
from geo.export.citations import rights, title
from geo.export.embedded import record_in
from geo.export.layers import flat_table, joined, layers, titles_of
from geo.export.provenance import provenance, settings_of
from geo.selection.snapshot import FILMS, PICTURES, Snapshot

#: Formats of a snapshot, by file extension.
EXTENSIONS = (
    "png", "svg", "pdf", "html", "geojson", "gpkg", "kml", "shp.zip", "csv", "parquet", "jsonld",
)  # fmt: skip


def extension_of(path: Path | str) -> str:
    """The extension of a file name, if it is one of `EXTENSIONS`.

    Raises
    ------
    ValueError
        If not, listing them.

    Examples
    --------
    >>> extension_of("kursk.shp.zip")
    'shp.zip'
    """
    name = Path(path).name
    for extension in EXTENSIONS:
        if name.lower().endswith(f".{extension}"):
            return extension
    allowed = ", ".join(f".{extension}" for extension in EXTENSIONS)
    msg = f"`out` was {str(path)!r} but is expected to end in one of {allowed}"
    raise ValueError(msg)


def snapshot_bytes(snapshot: Snapshot, extension: str, *, record: Record | None = None) -> bytes:
    """A snapshot as the bytes of a file. Equal input gives equal bytes.

    Parameters
    ----------
    snapshot
        The settings.
    extension
        One of `EXTENSIONS`.
    record
        The record to export; by default the shipped one.

    Raises
    ------
    ValueError
        If the extension, a day or a source does not exist.

    Examples
    --------
    >>> text = snapshot_bytes(Snapshot(on="2024-08-20", sources=["ru_mod"]), "csv")
    >>> text.decode().splitlines()[0][:30]
    'layer,agreement,ukrainian,russ'
    """
    if extension not in EXTENSIONS:
        msg = f"`extension` was {extension!r} but is expected to be one of {', '.join(EXTENSIONS)}"
        raise ValueError(msg)
    record = record_of(snapshot, record)
    if extension == "html":
        from geo.export.html_page import page

        return page(snapshot, record).encode()
    if extension in PICTURES:
        from geo.figure.files import PictureFormat
        from geo.figure.layout import draw

        # Its table and figures are of all the ground, whatever part the maps show.
        whole = snapshot.model_copy(update={"bbox": None})
        origin = provenance(snapshot, record.ledger, *_told(whole, record))
        kind = cast("PictureFormat", extension)
        return draw(snapshot, kind, record=record, provenance=origin)
    from geo.export.geopackage import geopackage
    from geo.export.kml import kml
    from geo.export.shapefile import shapefiles

    found = layers(snapshot, record)
    cited = [table for table in found.values() if "claim_ids" in table]
    origin = provenance(snapshot, record.ledger, *_told(snapshot, record), *cited)
    titles = titles_of(record)
    shown = {one for table in found.values() if "source_id" in table for one in table.source_id}
    told = rights(record.ledger, shown)
    called = title(snapshot, record.ledger)
    notes: dict[str, Any] = {"provenance": origin, "rights": told, "title": called}
    write: dict[str, Callable[[], bytes]] = {
        "gpkg": lambda: _through_gdal(
            found, partial(geopackage, on=snapshot.on, titles=titles, **notes)
        ),
        "shp.zip": lambda: _through_gdal(found, partial(shapefiles, on=snapshot.on, **notes)),
        "geojson": lambda: _geojson(found, origin).encode(),
        "kml": lambda: kml(found, titles=titles, **notes),
        # The one format that cannot hold a notice beside its rows.
        "csv": lambda: csv_text(joined(found).assign(rights=told)).encode(),
        "parquet": lambda: _parquet(joined(found), origin),
        "jsonld": f"{origin}\n".encode,
    }
    return write[extension]()


def _told(snapshot: Snapshot, record: Record) -> list[gpd.GeoDataFrame]:
    """The claims behind what is shown, of both selections compared."""
    asked = [claims_of, lapsed_of] if snapshot.lapsed else [claims_of]
    return [told(one, record) for told in asked for one in (snapshot, *snapshot.compared)]


def _through_gdal(found: Mapping[str, gpd.GeoDataFrame], write: Callable[..., bytes]) -> bytes:
    """A format of several files or layers, written by GDAL in a temporary folder."""
    tables = {name: flat_table(table) for name, table in found.items()}
    try:
        with tempfile.TemporaryDirectory() as folder:
            return write(tables, Path(folder))
    except (OSError, RuntimeError, sqlite3.Error) as error:
        place = tempfile.gettempdir()
        msg = f"cannot work in {place} ({error}); free space there, or set TMPDIR to another folder"
        raise OSError(msg) from error


def write_snapshot(
    snapshot: Snapshot, path: Path | str, *, record: Record | None = None
) -> list[Path]:
    """Write a snapshot to a file, in the format of its extension.

    An existing file is replaced completely or not at all.

    Parameters
    ----------
    snapshot
        The settings.
    path
        File to write; its extension is one of `EXTENSIONS`.
    record
        The record to export; by default the shipped one.

    Returns
    -------
    list of Path
        What was written: the file, and for CSV, which cannot embed it, the
        provenance record `NAME.prov.jsonld` beside it.

    Raises
    ------
    ValueError
        If the extension, a day or a source does not exist, or `path` is not a
        file.
    OSError
        If the file cannot be written; an existing file is left as it was.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [file.name for file in write_snapshot(Snapshot(on="2024-08-20"), f"{folder}/a.csv")]
    ['a.csv', 'a.csv.prov.jsonld']
    """
    path = Path(path)
    extension = extension_of(path)
    if path.exists() and not path.is_file():
        msg = f"`out` was {str(path)!r} but is expected to be a file, not a folder or a device"
        raise ValueError(msg)
    record = record_of(snapshot, record)
    beside = {path: extension}
    if extension == "csv":
        beside[path.with_name(f"{path.name}.prov.jsonld")] = "jsonld"
    made = {file: snapshot_bytes(snapshot, kind, record=record) for file, kind in beside.items()}
    with replacing(*made) as files:
        for file, content in zip(files, made.values(), strict=True):
            file.write_bytes(content)
    return list(made)


def read_settings(path: Path | str) -> Snapshot:
    """The settings with which a file was made, to reproduce it.

    Parameters
    ----------
    path
        A file that `write_snapshot` or `animate` wrote; a film runs from `since` to `on`.

    Raises
    ------
    ValueError
        If it holds none.

    Examples
    --------
    >>> import tempfile
    >>> snapshot = Snapshot(on="2024-08-20", sides=["russian"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [file, _] = write_snapshot(snapshot, f"{folder}/a.csv")
    ...     read_settings(file) == snapshot
    True
    """
    path = Path(path)
    path.stat()  # raises if there is none
    try:
        film = path.suffix.lower()
        return settings_of(record_in(path, film[1:] if film in FILMS else extension_of(path)))
    except Exception as error:  # each reader raises its own
        msg = f"{path.name} holds no settings of a snapshot ({str(error)[:300]})"
        raise ValueError(in_one_line(msg)) from error


def _geojson(found: Mapping[str, gpd.GeoDataFrame], record: str) -> str:
    tags: list[dict[str, Any]] = []
    shapes: list[Any] = []
    for layer, table in found.items():
        tags += [
            {"layer": layer} | {str(name): _json(value) for name, value in row.items()}
            for row in table.drop(columns="geometry").to_dict("records")
        ]
        shapes += list(table.geometry)
    return feature_collection(tags, shapes, provenance=json.loads(record))


def _json(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return list(value)
    if pd.isna(value):
        return None
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else value


def _parquet(table: gpd.GeoDataFrame, record: str) -> bytes:
    from pyarrow import BufferReader, parquet

    plain = io.BytesIO()
    table.to_parquet(plain, index=False)
    arrow = parquet.read_table(BufferReader(plain.getvalue()))
    arrow = arrow.replace_schema_metadata({**arrow.schema.metadata, b"provenance": record})
    written = io.BytesIO()
    parquet.write_table(arrow, written)
    return written.getvalue()
