"""Contents of untrusted map files; only for a confined process, see `geo.maps.reader`.

A file is copied to a private folder under a name of ours and opened by the one
driver of its extension, whatever its content claims to be. GeoJSON is read
without GDAL.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geo._io.confined import LimitError

#: File extensions that are read, and their formats.
FORMATS = {
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".gpkg": "GeoPackage",
    ".shp": "Shapefile",
    ".zip": "zipped Shapefile",
    ".kml": "KML",
    ".kmz": "zipped KML",
    ".parquet": "GeoParquet",
}
_DRIVERS = {
    ".gpkg": "GPKG",
    ".shp": "ESRI Shapefile",
    ".zip": "ESRI Shapefile",
    ".kml": "LIBKML",
    ".kmz": "LIBKML",
}
#: First bytes of a file of each format, after a byte order mark and spaces.
_BEGINNINGS = {
    ".geojson": (b"{",),
    ".json": (b"{",),
    ".gpkg": (b"SQLite format 3\x00",),
    ".shp": (b"\x00\x00\x27\x0a",),
    ".zip": (b"PK\x03\x04", b"PK\x05\x06"),
    ".kml": (b"<",),
    ".kmz": (b"PK\x03\x04", b"PK\x05\x06"),
    ".parquet": (b"PAR1",),
}
#: The component files of a Shapefile.
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
#: Fallback encoding where text is not UTF-8 and no .cpg file names one.
_LETTERS = "cp1251"
#: Names of WGS84 degrees in a GeoJSON file.
_DEGREES = re.compile(r"(urn:ogc:def:crs:)?(OGC:([\d.]*:)?CRS84h?|EPSG:[\d.]*:?4326)")
_AUTHORITY = re.compile(r"(?:urn:ogc:def:crs:)?(EPSG|ESRI):[\d.]*:?(\d{4,6})")

_Array = Any  # numpy arrays of shapes


class RefusalError(Exception):
    """A file cannot be read; the message says why, and after a semicolon what to do."""


@dataclass
class Contents:
    """What a file holds: `rows` of properties, their shapes, the coordinate system as WKT."""

    rows: list[dict[str, Any]]
    shapes: _Array
    crs: Any = None
    #: Messages on what was left out or guessed.
    remarks: list[str] = field(default_factory=list)
    #: Why a shape is invalid, by the number of its feature.
    broken: dict[int, str] = field(default_factory=dict)


# ---- from a file to its contents ------------------------------------------------------


class Budget:
    """What may still be read, for all files together, and by which drivers."""

    def __init__(self, limits: Mapping[str, int], extensions: Iterable[str]) -> None:
        self.left = {
            "input_mb": limits["input_mb"] * 1_000_000,  # bytes
            "unpacked_mb": limits["unpacked_mb"] * 1_000_000,
            "features": limits["features"],
        }
        self.drivers = {_DRIVERS.get(extension) for extension in extensions}

    def spend(self, limit: str, amount: int) -> None:
        """Take off what has been read.

        Raises
        ------
        LimitError
            If that is more than was left.
        """
        self.left[limit] -= amount
        if self.left[limit] < 0:
            raise LimitError(limit)


def read(path: Path, room: Path, budget: Budget) -> Contents:
    """The contents of one map file; it is copied to a folder in `room` first.

    Raises
    ------
    RefusalError
        If it cannot be read.
    LimitError
        If it is too large.
    """
    extension = path.suffix.lower()
    if extension not in FORMATS:
        msg = f"unknown file extension; allowed: {', '.join(FORMATS)}"
        raise RefusalError(msg)
    if not path.is_file():
        what = "is not a file" if path.exists() else "is missing"
        msg = f"{what}; check the path"
        raise RefusalError(msg)
    with tempfile.TemporaryDirectory(dir=room) as name:
        folder = Path(name)
        if extension in {".zip", ".kmz"}:
            files = _unpack(_copy(path, folder / f"map{extension}", budget), folder, budget)
        else:
            parts = _siblings(path) if extension == ".shp" else {extension: path}
            if extension == ".gpkg":
                # The latest changes may still be in the write-ahead log.
                parts[".gpkg-wal"] = path.with_name(f"{path.name}-wal")
            for end, part in parts.items():
                if end == extension or part.is_file():
                    _copy(part, folder / f"map{end}", budget)
            files = [folder / f"map{extension}"]
        return _joined([_open(file, budget) for file in files])


def _siblings(path: Path) -> dict[str, Path]:
    """The files that make up a Shapefile, by extension, ignoring case."""
    found = {
        file.suffix.lower(): file
        for file in sorted(path.parent.iterdir())
        if file.stem == path.stem and file.suffix.lower() in _PARTS and file.is_file()
    }
    return {**found, ".shp": path}


def _copy(path: Path, to: Path, budget: Budget) -> Path:
    with path.open("rb") as source, to.open("wb") as copy:
        _pour(source, copy, budget, "input_mb")
    if not to.stat().st_size and path.suffix.lower() not in {".prj", ".cpg"}:
        msg = f"{path.suffix} has 0 bytes; export it again"
        raise RefusalError(msg)
    return to


def _pour(source: Any, to: Any, budget: Budget, limit: str) -> None:
    while piece := source.read(1 << 20):
        budget.spend(limit, len(piece))
        to.write(piece)


def _unpack(path: Path, folder: Path, budget: Budget) -> list[Path]:
    """The map files of a ZIP file, from any folder in it, each under a name of ours."""
    _check_beginning(path)
    whole, parts_of = (".kml", (".kml",)) if path.suffix == ".kmz" else (".shp", _PARTS)
    try:
        with zipfile.ZipFile(path) as archive:
            parts: dict[str, dict[str, zipfile.ZipInfo]] = {}
            for entry in archive.infolist():
                stem, dot, end = entry.filename.rpartition(".")
                if f"{dot}{end}".lower() in parts_of and not entry.is_dir():
                    parts.setdefault(stem, {})[f".{end.lower()}"] = entry
            names = sorted(stem for stem, own in parts.items() if whole in own)
            if not names:
                msg = f"holds no {FORMATS[whole]}; zip its {' '.join(parts_of)} together"
                raise RefusalError(msg)
            for number, stem in enumerate(names):
                for end, entry in parts[stem].items():
                    part = folder / f"{number}{end}"
                    with archive.open(entry) as source, part.open("wb") as to:
                        _pour(source, to, budget, "unpacked_mb")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        msg = f"cannot be unpacked ({error}); zip it again, without a password"
        raise RefusalError(msg) from error
    return [folder / f"{number}{whole}" for number in range(len(names))]


def _unreadable(file: Path, why: object) -> RefusalError:
    return RefusalError(f"cannot be read as {FORMATS[file.suffix]} ({why}); export it anew")


def _check_beginning(file: Path) -> None:
    extension = file.suffix
    with file.open("rb") as opened:
        head = opened.read(4096)
    begins = head.removeprefix(b"\xef\xbb\xbf")
    if extension not in {".shp", ".gpkg", ".parquet"}:
        begins = begins.lstrip()
    if not begins.startswith(_BEGINNINGS[extension]):
        raise _unreadable(file, f"it begins with {head[:20]!r}")


def _open(file: Path, budget: Budget) -> Contents:
    _check_beginning(file)
    if file.suffix in {".geojson", ".json"}:
        return _read_geojson(file, budget)
    if file.suffix == ".parquet":
        return _read_parquet(file, budget)
    return _read_with_gdal(file, budget)


def _joined(found: Sequence[Contents]) -> Contents:
    """Layers joined into one, in degrees if there are several."""
    if len(found) > 1:
        for one in found:
            one.shapes, one.crs = to_degrees(one), "degrees"
    first = found[0]
    for one in found[1:]:
        base = len(first.rows)
        first.rows += one.rows
        first.shapes = np.concatenate([first.shapes, one.shapes])
        first.remarks += one.remarks
        first.broken |= {base + number: why for number, why in one.broken.items()}
    return first


# ---- GeoJSON --------------------------------------------------------------------------


def _read_geojson(file: Path, budget: Budget) -> Contents:
    raw = file.read_bytes()
    try:
        document = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _unreadable(file, str(error)[:120]) from None
    kind = document.get("type") if isinstance(document, dict) else None
    features = [document] if kind == "Feature" else document.get("features")
    if kind not in {"Feature", "FeatureCollection"} or not isinstance(features, list):
        raise _unreadable(file, "it is no FeatureCollection")
    _count(len(features), budget)
    found = Contents([], np.full(len(features), None, dtype=object))
    _name_crs(document.get("crs"), found)
    texts = []
    for number, feature in enumerate(features, start=1):
        tags = feature.get("properties") if isinstance(feature, dict) else None
        found.rows.append(tags if isinstance(tags, dict) else {})
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        texts.append(None if geometry is None else _dumped(geometry))
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            found.broken[number] = "is not a feature; each member of `features` must be one"
    found.shapes[:] = shapely.from_geojson(texts, on_invalid="ignore")
    for number, (text, shape) in enumerate(zip(texts, found.shapes, strict=True), start=1):
        if text is not None and shape is None:
            found.broken.setdefault(number, why_not(json.loads(text)))
    return found


def _dumped(geometry: Any) -> str:
    try:
        return json.dumps(geometry)
    except RecursionError:
        return '"nested too deep"'


def why_not(geometry: Any) -> str:
    """Why a GeoJSON geometry is not a valid shape."""
    kinds = ("Polygon", "MultiPolygon")
    if not isinstance(geometry, dict) or geometry.get("type") not in {
        *kinds, "Point", "MultiPoint", "LineString", "MultiLineString", "GeometryCollection",
    }:  # fmt: skip
        return "is not a GeoJSON geometry; a polygon is needed"
    if geometry["type"] not in kinds:
        return f"is a {geometry['type']}; a polygon is needed"
    polygons = geometry.get("coordinates")
    for polygon in [polygons] if geometry["type"] == "Polygon" else _listed(polygons):
        for ring in _listed(polygon):
            points = _listed(ring)
            for point in points:
                if not all(isinstance(v, (int, float)) for v in _listed(point)[:2] or [None]):
                    return "holds a coordinate that is not a number; export it again"
                if not np.isfinite(np.array(point[:2], dtype=float)).all():
                    return "holds a coordinate that is not a number; export it again"
            if points and points[0] != points[-1]:
                return "has a ring that is not closed; its last point must repeat its first"
            if 0 < len(points) < 4:
                return f"has a ring of {len(points)} points; at least 4 are needed"
    return "cannot be read as a polygon; export it again"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _name_crs(crs: Any, found: Contents) -> None:
    """The coordinate system that a GeoJSON file names; links are not followed."""
    found.crs = "degrees"
    if crs is None:
        return
    if isinstance(crs, dict) and crs.get("type") == "link":
        msg = "`crs` is a link, which is not followed; leave `crs` out and write degrees"
        raise RefusalError(msg)
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    text = name if isinstance(name, str) else ""
    if _DEGREES.fullmatch(text):
        return
    known = _AUTHORITY.fullmatch(text)
    made = _from_authority(*known.groups()) if known else None
    if made is None:
        shown = repr(name)[:60]
        remark = f"the coordinate system {shown} is not known; degrees (EPSG:4326) assumed"
        found.remarks.append(remark)
    else:
        found.crs = made


def _from_authority(authority: str, code: str) -> Any:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_authority(authority, code)
    except CRSError:
        return None


# ---- GeoParquet ------------------------------------------------------------------------


def _read_parquet(file: Path, budget: Budget) -> Contents:
    from pyarrow import ArrowException, parquet

    try:
        with parquet.ParquetFile(file) as opened:
            about = json.loads((opened.schema_arrow.metadata or {})[b"geo"])
            _count(opened.metadata.num_rows, budget)
            unpacked = sum(
                opened.metadata.row_group(n).total_byte_size
                for n in range(opened.metadata.num_row_groups)
            )
            budget.spend("unpacked_mb", unpacked)
            table = opened.read(use_threads=False)
        name = about["primary_column"]
        told = about["columns"][name]
        binary = table.column(name).to_pylist()
        rows = table.drop_columns([name]).to_pylist()
        if told.get("encoding") != "WKB":
            raise _unreadable(file, "its shapes are not WKB")
    except (ArrowException, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise _unreadable(file, str(error)[:120]) from error
    return _of_wkb(rows, binary, told.get("crs", "degrees"), [])


def _of_wkb(rows: list[dict[str, Any]], binary: Any, crs: Any, remarks: list[str]) -> Contents:
    shapes = shapely.from_wkb(binary, on_invalid="ignore")
    unread = "is not a readable shape; export it again"
    pairs = enumerate(zip(binary, shapes, strict=True), start=1)
    broken = {number: unread for number, (wkb, shape) in pairs if wkb is not None and shape is None}
    return Contents(rows, shapes, crs, remarks, broken)


# ---- the formats that GDAL reads -------------------------------------------------------


def _read_with_gdal(file: Path, budget: Budget) -> Contents:
    if file.suffix == ".shp":
        missing = [end for end in (".shx", ".dbf") if not file.with_suffix(end).is_file()]
        if missing:
            msg = f"cannot be read as Shapefile (its {' and '.join(missing)} is missing); "
            msg += "they belong together in one folder"
            raise RefusalError(msg)
    tables, remarks = _tables(file) if file.suffix == ".gpkg" else (None, [])
    _leave(budget.drivers)
    import pyogrio
    from pyogrio.raw import read as read_layer

    found = []
    try:
        for name, kind in pyogrio.list_layers(file):
            if tables is not None and name not in tables:
                remarks.append(f"layer {name[:40]!r} is not a table and is not read")
            elif kind is None:
                remarks.append(f"table {name[:40]!r} holds no shapes and is not read")
            else:
                options = {"layer": name, "datetime_as_string": True}
                found.append(_layer(file, read_layer, options, budget))
    except (RefusalError, LimitError, MemoryError, NameError, AttributeError, ImportError):
        raise  # the last three are faults of our own
    except Exception as error:
        why = re.sub(re.escape(str(file.parent)) + "/?", "", str(error))[:200]
        raise _unreadable(file, why) from error
    if not found:
        why = f" ({'; '.join(remarks)})" if remarks else ""
        msg = f"holds no features{why}; at least one polygon is needed"
        raise RefusalError(msg)
    found[0].remarks += remarks
    return _joined(found)


def _layer(file: Path, read_layer: Any, options: dict[str, Any], budget: Budget) -> Contents:
    remarks = []
    if file.suffix == ".shp" and not file.with_suffix(".cpg").is_file():
        options["encoding"] = "UTF-8"
    options["max_features"] = budget.left["features"] + 1
    try:
        meta, _, shapes, columns = read_layer(file, **options)
    except UnicodeDecodeError:
        remarks.append(
            f"its text encoding is uncertain: not UTF-8, and no .cpg file names another; "
            f"read as {_LETTERS}"
        )
        meta, _, shapes, columns = read_layer(file, **options | {"encoding": _LETTERS})
    _count(len(shapes), budget)
    names = [str(name) for name in meta["fields"]]
    values = [column.tolist() for column in columns]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]
    return _of_wkb(rows or [{} for _ in shapes], shapes, meta["crs"], remarks)


def _leave(drivers: set[str | None]) -> None:
    """Leave GDAL only some drivers, by restarting the process without the others."""
    # pyogrio imports these where it can, which takes four times as long; it reads without them.
    for name in ("geopandas", "pandas"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    import pyogrio

    others = sorted(set(pyogrio.list_drivers()) - drivers)
    if others and "GDAL_SKIP" in os.environ:
        msg = f"GDAL cannot be run without {others[0]}; update pyogrio"
        raise RuntimeError(msg)
    if others:
        skipped = dict.fromkeys(("GDAL_SKIP", "OGR_SKIP"), ",".join(others))
        os.execve(sys.executable, sys.orig_argv, os.environ | skipped)  # noqa: S606


def _tables(file: Path) -> tuple[set[str], list[str]]:
    """The tables of a GeoPackage; views are never queried, as they could run anything."""
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
            kinds = database.execute("SELECT name, type, sql FROM sqlite_master").fetchall()
    except sqlite3.Error as error:
        raise _unreadable(file, error) from error
    made = [(str(name), kind, str(sql or "").upper().split()) for name, kind, sql in kinds]
    views = sorted(name for name, kind, _ in made if kind == "view")
    system = [name for name in views if name.lower().startswith(("gpkg_", "rtree_", "sqlite_"))]
    if system:
        msg = f"{system[0][:40]!r} is a view, not a table; export it again"
        raise RefusalError(msg)
    tables = {name for name, kind, sql in made if kind == "table" and sql[1:2] != ["VIRTUAL"]}
    return tables, [f"{name[:40]!r} is a view and is not read" for name in views]


def _count(features: int, budget: Budget) -> None:
    if not features:
        msg = "holds no features; at least one polygon is needed"
        raise RefusalError(msg)
    budget.spend("features", features)


# ---- degrees ---------------------------------------------------------------------------


def to_degrees(found: Contents) -> _Array:
    """The shapes of a file in EPSG:4326, longitude first."""
    if isinstance(found.crs, str) and found.crs == "degrees":
        return found.shapes
    if found.crs is None:
        found.remarks.append("no coordinate system is named; degrees (EPSG:4326) assumed")
        return found.shapes
    from pyproj import CRS, Transformer
    from pyproj.exceptions import ProjError

    try:
        crs = CRS.from_user_input(found.crs)
        if crs == CRS.from_epsg(4326):
            return found.shapes
        change = Transformer.from_crs(crs, 4326, always_xy=True).transform
        shapes = found.shapes.copy()
        there = ~shapely.is_missing(shapes)
        shapes[there] = shapely.transform(
            shapely.force_2d(shapes[there]), change, interleaved=False
        )
    except ProjError as error:
        msg = f"its coordinate system cannot be used ({str(error)[:120]}); write EPSG:4326"
        raise RefusalError(msg) from error
    return shapes
