"""A user's own map files: dated polygons that stand beside the shipped claims."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pydantic import BeforeValidator, Field

from geo._errors import Fault, RepairWarning
from geo.tables import (
    MAX_BYTES,
    REGION,
    Day,
    OptionalDay,
    Row,
    Status,
    Text,
    Url,
    check_rows,
)

#: Endings that are read, and what they are.
FORMATS = {
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".gpkg": "GeoPackage",
    ".shp": "Shapefile",
    ".zip": "zipped Shapefile",
    ".kml": "KML",
}


class PolygonClaim(Row):
    """One source's dated statement about a polygon."""

    source_id: Text
    status: Status
    claimed_on: Day
    effective_on: OptionalDay = None
    valid_to: OptionalDay = None
    url: Url
    basis: Annotated[
        Literal["announced", "assessed", "map_reading", "digitised"],
        BeforeValidator(lambda value: value or "digitised"),
    ] = "digitised"
    statement: Annotated[str, BeforeValidator(lambda value: value or "")] = Field(
        default="", max_length=2000
    )
    note: Annotated[str, BeforeValidator(lambda value: value or "")] = Field(
        default="", max_length=2000
    )


def read_polygons(path: Path) -> tuple[gpd.GeoDataFrame, list[Fault]]:
    """Read polygon claims from a map file and collect everything wrong with it.

    Parameters
    ----------
    path
        GeoJSON, GeoPackage, Shapefile (also zipped) or KML. Properties
        `source_id`, `status`, `claimed_on`, `url`; optional `effective_on`,
        `valid_to`, `basis`, `statement`, `note`.

    Returns
    -------
    polygons : GeoDataFrame
        The sound features, EPSG:4326, with `claim_id` (file name and feature
        number); index is the feature number from 1.
    faults : list of Fault
        Empty when the file is sound. What could be mended is mended and named
        in a `RepairWarning`.
    """
    raw, fault = _open(path)
    if raw is None:
        return no_polygons(), [fault] if fault else []
    raw.index = pd.RangeIndex(1, len(raw) + 1, name="row")
    shapes, faults = _shapes(path.name, raw)
    columns = _columns(path.name, raw)
    rows = [
        (number, {name: _plain(value) for name, value in zip(columns, values, strict=True)})
        for number, *values in raw[list(columns.values())].itertuples(name=None)
    ]
    table, more = check_rows(PolygonClaim, path.name, rows)
    faults += more
    kept = table.index.intersection(shapes.index)
    found = gpd.GeoDataFrame(table.loc[kept], geometry=shapes.loc[kept].array, crs=4326)
    found.insert(0, "claim_id", [f"{path.name}:{number}" for number in kept])
    return found, faults


def no_polygons() -> gpd.GeoDataFrame:
    """An empty table of polygon claims."""
    columns = ["claim_id", *PolygonClaim.model_fields]
    return gpd.GeoDataFrame({name: [] for name in columns}, geometry=[], crs=4326)


def _open(path: Path) -> tuple[gpd.GeoDataFrame | None, Fault | None]:
    # Imported here: GDAL takes long, and who has no such files does not need it.
    import pyogrio

    if path.suffix.lower() not in FORMATS:
        allowed = ", ".join(FORMATS)
        return None, Fault(path.name, 0, "", f"this ending is not read; allowed: {allowed}")
    if not path.is_file():
        return None, Fault(path.name, 0, "", "is missing; check the path")
    size = path.stat().st_size
    if not 0 < size <= MAX_BYTES:
        problem = f"has {size:,} bytes; allowed: 1 to {MAX_BYTES:,}"
        return None, Fault(path.name, 0, "", problem)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # GDAL's remarks; ours follow
            # Days as text: as times they would be turned into other zones, so other days.
            text = {"DATE_AS_STRING": "YES"} if FORMATS[path.suffix.lower()] == "GeoJSON" else {}
            layers = [
                gpd.read_file(path, layer=name, datetime_as_string=True, **text)
                for name in pyogrio.list_layers(path)[:, 0]
            ]
            raw = layers[0] if len(layers) == 1 else pd.concat(layers, ignore_index=True)
    except Exception as error:  # noqa: BLE001 every driver has its own
        kind = FORMATS[path.suffix.lower()]
        problem = f"cannot be read as {kind} ({str(error)[:200]}); export it anew"
        return None, Fault(path.name, 0, "", problem)
    if not isinstance(raw, gpd.GeoDataFrame) or raw.empty:
        return None, Fault(path.name, 0, "", "holds no features; at least one polygon is needed")
    return raw, None


def _columns(file: str, raw: gpd.GeoDataFrame) -> dict[str, str]:
    """Our name of each column that is read, with its name in the file."""
    present = {str(name).lower(): str(name) for name in raw.columns if name != raw.geometry.name}
    found = {}
    for name in PolygonClaim.model_fields:
        # A Shapefile keeps ten letters of a name.
        key = next((k for k in (name, name[:10]) if k in present), None)
        if key is not None:
            found[name] = present[key]
    extra = sorted(set(present.values()) - set(found.values()))
    if extra:
        shown = ", ".join(name[:40] for name in extra[:8]) + (", ..." if len(extra) > 8 else "")
        msg = f"{file}: these properties are not used: {shown}"
        warnings.warn(msg, RepairWarning, stacklevel=4)
    return found


_TIME = re.compile(r"(\d{4})[-/](\d\d)[-/](\d\d)(?:[T ]\d\d:\d\d.*)?")


def _plain(value: Any) -> Any:
    """A property as the text that a CSV file would hold."""
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    text = str(value).strip()
    # GDAL writes dates of some formats with slashes or with a time of day.
    time = _TIME.fullmatch(text)
    return "-".join(time.groups()) if time else text


def _shapes(file: str, raw: gpd.GeoDataFrame) -> tuple[gpd.GeoSeries, list[Fault]]:
    """Sound polygons of a file in EPSG:4326, and what is wrong with the others."""
    geometry = raw.geometry
    empty = geometry.isna() | geometry.is_empty
    problem = "is missing or empty; a polygon is needed"
    faults = [Fault(file, row, "geometry", problem) for row in raw.index[empty]]
    geometry = geometry[~empty]
    other = ~geometry.geom_type.isin(["Polygon", "MultiPolygon"])
    faults += [
        Fault(file, row, "geometry", f"is a {kind}; a polygon is needed")
        for row, kind in geometry.geom_type[other].items()
    ]
    geometry = geometry[~other]
    if geometry.has_z.any():
        _warn(file, geometry.index[geometry.has_z], "heights were left out")
        geometry = geometry.set_axis(geometry.index).force_2d()
    if geometry.crs is None:
        _warn(file, geometry.index, "no coordinate system is named; degrees (EPSG:4326) assumed")
        geometry = geometry.set_crs(4326)
    elif geometry.crs != "EPSG:4326":
        geometry = geometry.to_crs(4326)
    numbers, of = shapely.get_coordinates(geometry.to_numpy(), return_index=True)
    endless = np.zeros(len(geometry), dtype=bool)
    endless[of[np.isnan(numbers).any(axis=1)]] = True
    problem = "holds a coordinate that is no number; export it anew"
    faults += [Fault(file, row, "geometry", problem) for row in geometry.index[endless]]
    geometry = geometry[~endless]
    bounds = shapely.bounds(geometry.to_numpy())
    west, south, east, north = REGION
    inside = _within(bounds, REGION)
    swapped = _within(bounds, (south, west, north, east))
    for position in np.flatnonzero(~inside):
        hint = (
            "latitude and longitude are swapped"
            if swapped[position]
            else "check the coordinate system"
        )
        problem = (
            f"lies outside the region; {hint}; allowed: longitude {west:g} to {east:g}, "
            f"latitude {south:g} to {north:g}"
        )
        faults.append(Fault(file, geometry.index[position], "geometry", problem))
    geometry = geometry[inside]
    invalid = ~geometry.is_valid
    if invalid.any():
        mended = shapely.make_valid(geometry[invalid].to_numpy(), method="structure")
        geometry = geometry.copy()
        geometry[invalid] = mended
        _warn(file, invalid.index[invalid], "lines that cross themselves were mended")
        flat = ~geometry.geom_type.isin(["Polygon", "MultiPolygon"]) | geometry.is_empty
        problem = "encloses no area; a polygon is needed"
        faults += [Fault(file, row, "geometry", problem) for row in geometry.index[flat]]
        geometry = geometry[~flat]
    return geometry, faults


def _within(bounds: Any, box: Sequence[float]) -> Any:
    west, south, east, north = box
    with np.errstate(invalid="ignore"):
        low = (bounds[:, 0] >= west) & (bounds[:, 1] >= south)
        return low & (bounds[:, 2] <= east) & (bounds[:, 3] <= north)


def _warn(file: str, rows: pd.Index, what: str) -> None:
    shown = ", ".join(map(str, rows[:10])) + (", ..." if len(rows) > 10 else "")
    warnings.warn(f"{file}: features {shown}: {what}", RepairWarning, stacklevel=4)
