"""Outlines: the oblast, its raions, its neighbours, the state border, the cells."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

import geopandas as gpd

from geo._errors import DataError, Fault
from geo.tables import DATA

Boundary = Literal["oblast", "raion", "neighbour", "state_border"]
#: Equal-area projection of every area that is given (ETRS89-LAEA Europe).
EQUAL_AREA = 3035


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
    return _read(data / "cells.geojson", ["cell_id"]).set_index("cell_id")


def _read(path: Path, columns: list[str]) -> gpd.GeoDataFrame:
    if not path.is_file():
        problem = f"is missing; it should lie in {path.parent}, `python -m geo build` makes it"
        raise DataError.of([Fault(path.name, 0, "", problem)])
    try:
        table = gpd.read_file(path)
        return table[[*columns, "geometry"]]
    except Exception as error:  # every driver has its own
        problem = f"cannot be read ({error}); `python -m geo build` makes it anew"
        raise DataError.of([Fault(path.name, 0, "", problem)]) from error
