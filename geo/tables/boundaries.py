"""Outlines: the oblast, its raions, its neighbours, the state border, the cells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal, get_args

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from geo._io.errors import DataError, Fault
from geo.tables.schema import DATA

Boundary = Literal["oblast", "raion", "neighbour", "state_border"]
#: Equal-area projection of every area that is given (ETRS89-LAEA Europe).
EQUAL_AREA = 3035
#: West, south, east, north of all ground that the shipped claims are about, degrees.
THEATRE = (34.12, 50.94, 35.93, 51.61)
# The same spelt out: looking up the code takes PROJ 0.1 s.
_EQUAL_AREA = (
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step "
    "+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80"
)


def load_boundaries(kind: Boundary | None = None, data: Path = DATA) -> gpd.GeoDataFrame:
    """Outlines of Kursk Oblast and what lies around it.

    Parameters
    ----------
    kind
        `oblast`, `raion`, `neighbour` or `state_border`; all by default.
        Raion lines and the lines between neighbours are approximate.
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
        If the file cannot be used.

    Examples
    --------
    >>> area = load_boundaries("oblast").to_crs(3035).area.sum() / 1e6
    >>> print(f"{area:,.0f} km2")
    29,941 km2
    """
    allowed = get_args(Boundary)
    if kind is not None and kind not in allowed:
        msg = f"`kind` was {kind!r} but is expected to be one of {', '.join(allowed)}"
        raise ValueError(msg)
    table = _read(data / "boundaries.geojson", ["kind", "name_en"])
    return table if kind is None else table[table.kind == kind].reset_index(drop=True)


def load_cells(data: Path = DATA) -> gpd.GeoDataFrame:
    """Cells: the ground that a claim about a named settlement stands for.

    Voronoi (Thiessen) polygons of the settlement sites, clipped to the state
    border. They tile the oblast without gaps or overlaps.

    Returns
    -------
    GeoDataFrame
        Indexed by `cell_id`; column `geometry`; EPSG:4326.

    Examples
    --------
    >>> import shapely
    >>> bool(shapely.coverage_is_valid(load_cells().geometry.to_numpy()))
    True
    """
    cells = _read(data / "cells.geojson", ["cell_id"])
    twice = cells.cell_id[cells.cell_id.duplicated()]
    if len(twice):
        problem = f"cell {twice.iloc[0]} stands here twice; `python -m geo build` makes it anew"
        raise DataError.of([Fault("cells.geojson", int(twice.index[0]) + 1, "cell_id", problem)])
    return cells.set_index("cell_id")


def _read(path: Path, columns: list[str]) -> gpd.GeoDataFrame:
    if not path.is_file():
        problem = f"is missing; it should lie in {path.parent}, `python -m geo build` makes it"
        raise DataError.of([Fault(path.name, 0, "", problem)])
    try:
        # Not through GDAL: it takes longer to load than the file to read.
        text = path.read_text(encoding="utf-8")
        features = json.loads(text)["features"]
        drawn = np.array([bool(feature["geometry"]) for feature in features], dtype=bool)
        if not drawn.all():
            kept = [feature for feature in features if feature["geometry"]]
            text = json.dumps({"type": "FeatureCollection", "features": kept})
        shapes = np.full(len(features), None, dtype=object)
        shapes[drawn] = shapely.get_parts(shapely.from_geojson(text))
        found = {name: [f["properties"][name] for f in features] for name in columns}
        table = gpd.GeoDataFrame(found, geometry=shapes, crs=4326)
    except Exception as error:  # every driver has its own
        problem = f"cannot be read ({error}); `python -m geo build` makes it anew"
        raise DataError.of([Fault(path.name, 0, "", problem)]) from error
    if table.empty:
        problem = "cannot be read (it holds no features); `python -m geo build` makes it anew"
        raise DataError.of([Fault(path.name, 0, "", problem)])
    return table


def area_km2(shapes: Any) -> Any:
    """Areas in km2 of an array of shapes in EPSG:4326, computed in EPSG:3035."""
    project = pyproj.Transformer.from_pipeline(_EQUAL_AREA).transform
    return shapely.area(shapely.transform(shapes, project, interleaved=False)) / 1e6
