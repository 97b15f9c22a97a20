"""Overlay of two sets of claims: ground gained, lost and kept under a status."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geo.tables.boundaries import area_km2
from geo.tables.schema import DRAWN

#: Lines nearer than this are one line, degrees (about 0.1 m).
GRID = 1e-6
#: What can change between the two, in the order of the rows.
CHANGES = ("gained", "lost", "kept")


def compare(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, *, status: str = "ukrainian_control"
) -> gpd.GeoDataFrame:
    """Ground under a status that one set of claims gains, loses or keeps against another.

    The sets may differ in the day, in the source, in the side, or in what
    counts as known. Ground counts once, however many sources claim it.

    Parameters
    ----------
    before, after
        As `claims_on` returns them.
    status
        The status to compare: `ukrainian_control`, `contested`,
        `russian_control` or `implied`.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, at most three rows: `change` (`gained`: only in `after`;
        `lost`: only in `before`; `kept`: in both), `area_km2` (EPSG:3035),
        `settlements` (tuple of the ids claimed only in `after`, only in
        `before`, in both), `geometry` (MultiPolygon). The rows do not overlap;
        empty rows are left out. Lines nearer than 0.1 m count as one.

    Raises
    ------
    ValueError
        If there is no such status, or an input is not in EPSG:4326.

    Examples
    --------
    >>> from geo import claims_on
    >>> found = compare(
    ...     claims_on("2024-08-20", sources=["uacontrolmap"]),
    ...     claims_on("2024-10-01", sources=["uacontrolmap"]))
    >>> [(c, len(s), round(a)) for c, s, a in
    ...  zip(found.change, found.settlements, found.area_km2)]
    [('gained', 9, 67), ('lost', 15, 260), ('kept', 54, 685)]
    """
    if status not in DRAWN:
        msg = f"`status` was {status!r} but is expected to be one of {', '.join(DRAWN)}"
        raise ValueError(msg)
    old, named_before = _ground(before, "before", status)
    new, named_after = _ground(after, "after", status)
    # The grid snaps together lines that only rounding of coordinates set apart.
    ground = np.array(
        [
            _polygons(shapely.difference(new, old, grid_size=GRID)),
            _polygons(shapely.difference(old, new, grid_size=GRID)),
            _polygons(shapely.intersection(old, new, grid_size=GRID)),
        ]
    )
    named = [named_after - named_before, named_before - named_after, named_before & named_after]
    found = gpd.GeoDataFrame(
        {
            "change": CHANGES,
            "area_km2": area_km2(ground),
            "settlements": [tuple(sorted(ids)) for ids in named],
        },
        geometry=ground,
        crs=4326,
    )
    return found[~found.is_empty].reset_index(drop=True)


def _ground(claims: gpd.GeoDataFrame, name: str, status: str) -> tuple[shapely.Geometry, set[int]]:
    """All ground under the status as one shape, and the settlements claimed with it."""
    if claims.crs != "EPSG:4326":
        msg = f"`{name}` was in {claims.crs} but is expected to be in EPSG:4326, as of `claims_on`"
        raise ValueError(msg)
    rows = claims[claims.status == status]
    shape = _polygons(shapely.union_all(rows.geometry.to_numpy(), grid_size=GRID))
    return shape, {number for ids in rows.settlements for number in ids}


def _polygons(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """The polygons of a shape; overlays of shapes that touch also hold lines and points."""
    parts = shapely.get_parts(shape)
    return shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])
