"""Outlines: the oblast, its raions, its neighbours, the state border, the cells."""

from __future__ import annotations

import json
import reprlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import geopandas as gpd
import numpy as np
import orjson
import pyproj
import shapely
from pydantic import Field

from geo._io.errors import DataError, Fault, Faults
from geo.tables.reading import check_rows, read_bytes
from geo.tables.schema import DATA, MAX_NUMBER, REGION, Row, Text

Boundary = Literal["oblast", "raion", "neighbour", "state_border"]
#: Equal-area projection in which all areas are computed (ETRS89-LAEA Europe).
EQUAL_AREA = 3035
#: West, south, east, north of all ground that the shipped claims are about, degrees.
EXTENT = (34.12, 50.94, 35.93, 51.61)
#: The same of the ground in question: all but some cells along the border, and of its west as
#: much as there is room for.
FOCUS, WIDE_FOCUS = (34.73, 50.98, 35.63, 51.53), (34.21, 50.98, 35.64, 51.53)
#: Limits of a map file: bytes, features, and vertices of a shape.
MAX_MAP_BYTES, MAX_FEATURES, MAX_CORNERS = 10_000_000, 20_000, 10_000
# No real cell has this many neighbours; checking every pair would take forever.
_CROWD = 500
_AREAS = frozenset({"Polygon", "MultiPolygon"})
_LINES = frozenset({"LineString", "MultiLineString"})
# The same as a pipeline: looking up the code takes PROJ 0.1 s.
_EQUAL_AREA = (
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step "
    "+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80"
)


class Cell(Row):
    """Properties of a feature of `cells.geojson`."""

    cell_id: Annotated[int, Field(strict=True, ge=0, le=MAX_NUMBER)]


class Outline(Row):
    """Properties of a feature of `boundaries.geojson`."""

    kind: Boundary
    name_en: Text


def load_boundaries(kind: Boundary | None = None, data: Path = DATA) -> gpd.GeoDataFrame:
    """Outlines of Kursk Oblast and what lies around it.

    Parameters
    ----------
    kind
        `oblast`, `raion`, `neighbour` or `state_border`; all by default.
        Raion lines are approximate.
    data
        Folder that holds `boundaries.geojson`.

    Returns
    -------
    GeoDataFrame
        Columns `kind`, `name_en`, `geometry`; EPSG:4326.

    Raises
    ------
    ValueError
        If `kind` is not one of those listed.
    DataError
        Listing every fault of the file.

    Examples
    --------
    >>> area = load_boundaries("oblast").to_crs(3035).area.sum() / 1e6
    >>> print(f"{area:,.0f} km2")
    29,995 km2
    """
    allowed = get_args(Boundary)
    if kind is not None and kind not in allowed:
        msg = f"`kind` was {kind!r} but is expected to be one of {', '.join(allowed)}"
        raise ValueError(msg)
    table, faults = read_boundaries(data)
    if faults:
        raise DataError.of(faults)
    return table if kind is None else table[table.kind == kind].reset_index(drop=True)


def load_cells(data: Path = DATA) -> gpd.GeoDataFrame:
    """Cells: the ground that a claim about a named settlement stands for.

    Voronoi (Thiessen) polygons of the settlement sites, clipped to the state
    border. They tile the oblast without gaps or overlaps.

    Returns
    -------
    GeoDataFrame
        Indexed by `cell_id`; column `geometry`; EPSG:4326.

    Raises
    ------
    DataError
        Listing every fault of the file, but for those of `tiling_faults`.

    Examples
    --------
    >>> import shapely
    >>> bool(shapely.coverage_is_valid(load_cells().geometry.to_numpy()))
    True
    """
    cells, faults = read_cells(data)
    if faults:
        raise DataError.of(faults)
    return cells


def read_boundaries(data: Path = DATA) -> tuple[gpd.GeoDataFrame, Faults]:
    """The valid outlines, as `load_boundaries` gives them, and the faults of the others."""
    path = data / "boundaries.geojson"
    table, faults = read_map(path, Outline, _AREAS | _LINES)
    for number, kind, shape in zip(table.index, table.kind, table.geom_type, strict=True):
        allowed = _LINES if kind == "state_border" else _AREAS
        if shape not in allowed:
            faults.append(map_fault(path, number, "geometry", other_shape(shape, allowed)))
    if not faults:
        for kind in sorted(set(get_args(Boundary)) - set(table.kind)):
            faults.append(map_fault(path, 0, "kind", f"no feature is a {kind}"))
    return table.reset_index(drop=True), faults


def read_cells(data: Path = DATA) -> tuple[gpd.GeoDataFrame, Faults]:
    """The valid cells, as `load_cells` gives them, and the faults of the others."""
    path = data / "cells.geojson"
    cells, faults = read_map(path, Cell, _AREAS)
    for number, cell in cells.cell_id[cells.cell_id.duplicated()].items():
        problem = f"{cell} is a duplicate"
        faults.append(map_fault(path, int(str(number)), "cell_id", problem))
    return cells.set_index("cell_id"), faults


def tiling_faults(cells: gpd.GeoDataFrame) -> Iterator[Fault]:
    """Where the cells of a valid file do not tile; takes about as long as reading them.

    Parameters
    ----------
    cells
        As `load_cells` returns them.
    """
    path = Path("cells.geojson")
    shapes = cells.geometry.to_numpy()
    near = shapely.STRtree(shapes)
    for start in range(0, len(shapes), 100):
        met = np.bincount(near.query(shapes[start : start + 100])[0])
        if met.max() > _CROWD:
            position = start + int(met.argmax())
            problem = f"of cell {cells.index[position]} overlaps hundreds of others"
            yield map_fault(path, position + 1, "geometry", problem)
            return
    wrong = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes))
    for position in map(int, np.flatnonzero(wrong)):
        problem = f"of cell {cells.index[position]} overlaps another cell, or lacks a vertex of it"
        yield map_fault(path, position + 1, "geometry", problem)


def read_map(
    path: Path, model: type[Row], allowed: frozenset[str]
) -> tuple[gpd.GeoDataFrame, Faults]:
    """Valid features of a map file, indexed by number, and the faults of the others."""
    text, features, faults = _open(path)
    rows, drawn = [], {}
    for number, feature in enumerate(features, start=1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict) or feature.get("type") != "Feature":
            faults.append(map_fault(path, number, "", "is not a feature with properties"))
            continue
        rows.append((number, {k: properties[k] for k in model.model_fields if k in properties}))
        geometry = feature.get("geometry")
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if isinstance(kind, str) and kind in allowed:
            drawn[number] = geometry
        else:
            faults.append(map_fault(path, number, "geometry", other_shape(kind, allowed)))
    table, found = check_rows(model, path.name, rows)
    faults += (map_fault(path, fault.row, fault.column, fault.problem) for fault in found)
    faults.more += found.more
    shapes = _shapes(text if len(drawn) == len(features) else "", list(drawn.values()))
    problems = _shape_problems(shapes)
    for number, problem in zip(drawn, problems, strict=True):
        if problem:
            faults.append(map_fault(path, number, "geometry", problem))
    sound = problems == ""
    numbers = np.array([*drawn], dtype=int)[sound]
    geometry = gpd.GeoSeries(shapely.force_2d(shapes[sound]), index=numbers, crs=4326)
    kept = table.index.intersection(geometry.index)
    return gpd.GeoDataFrame(table.loc[kept], geometry=geometry.loc[kept]), faults


def _open(path: Path) -> tuple[str, list[Any], Faults]:
    """Text of a map file, its features, and the faults if it cannot be read."""
    raw, fault = read_bytes(path, MAX_MAP_BYTES)
    if fault is not None:
        return "", [], Faults([map_fault(path, fault.row, "", fault.problem)])
    text = raw.decode("utf-8-sig")
    try:
        # Not through GDAL: loading it takes longer than reading the file.
        found = _loaded(text)
    except (ValueError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else error
        return "", [], Faults([map_fault(path, 0, "", f"cannot be read as JSON ({reason})")])
    kind = found.get("type") if isinstance(found, dict) else None
    features = found.get("features") if kind == "FeatureCollection" else None
    if not isinstance(features, list) or not features:
        problem = "cannot be read (it is not a FeatureCollection, or has no features)"
        return "", [], Faults([map_fault(path, 0, "", problem)])
    if len(features) > MAX_FEATURES:
        problem = f"has {len(features):,} features; at most {MAX_FEATURES:,} are read"
        return "", [], Faults([map_fault(path, 0, "", problem)])
    return text, features, Faults()


def _loaded(text: str) -> Any:
    """What a JSON text holds."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        # It may hold NaN, which is a fault of one feature and not of the file.
        return json.loads(text)


def _shapes(text: str, geometries: Sequence[Any]) -> Any:
    """Shapes of geometries, in one call if `text` holds nothing else; None for invalid ones."""
    with np.errstate(over="ignore"):  # numbers that are too large are reported later
        if text:
            try:
                shapes = shapely.get_parts(shapely.from_geojson(text))
            except shapely.GEOSException:
                pass
            else:
                if len(shapes) == len(geometries):
                    return shapes
        return shapely.from_geojson([_dumped(one) for one in geometries], on_invalid="ignore")


def _dumped(geometry: Any) -> str:
    try:
        return json.dumps(geometry)
    except RecursionError:
        return ""


def _shape_problems(shapes: Any) -> Any:
    """The fault of each shape; empty text for valid ones."""
    problems = np.full(len(shapes), "", dtype=object)
    west, south, east, north = REGION
    bounds = shapely.bounds(shapes)
    inside = (bounds >= [west, south, west, south]) & (bounds <= [east, north, east, north])
    problems[~inside.all(axis=1)] = (
        f"lies outside the region; allowed: longitude {west:g} to {east:g}, "
        f"latitude {south:g} to {north:g}"
    )
    long = shapely.get_num_coordinates(shapes) > MAX_CORNERS
    problems[long] = f"has too many vertices; allowed: {MAX_CORNERS:,}"
    # Only for the others: huge coordinates overflow, and long lines take forever.
    wrong = np.flatnonzero(problems == "")
    wrong = wrong[~shapely.is_valid(shapes[wrong])]
    problems[wrong] = [f"is not valid ({why})" for why in shapely.is_valid_reason(shapes[wrong])]
    problems[shapely.is_empty(shapes)] = "is empty"
    problems[shapely.is_missing(shapes)] = (
        "cannot be read; allowed: positions of two numbers, in rings that close"
    )
    return problems


def other_shape(kind: Any, allowed: frozenset[str]) -> str:
    """What is wrong with a shape of another type."""
    return f"is a shape of the type {reprlib.repr(kind)}; allowed: {', '.join(sorted(allowed))}"


def map_fault(path: Path, row: int, column: str, problem: str) -> Fault:
    """A fault of a built map file."""
    return Fault(path.name, row, column, f"{problem}; `python -m geo build` rebuilds the file")


def area_km2(shapes: Any) -> Any:
    """Areas in km2 of an array of shapes in EPSG:4326, computed in EPSG:3035."""
    project = _equal_area().transform
    return shapely.area(shapely.transform(shapes, project, interleaved=False)) / 1e6


@lru_cache(maxsize=1)
def _equal_area() -> pyproj.Transformer:
    return pyproj.Transformer.from_pipeline(_EQUAL_AREA)
