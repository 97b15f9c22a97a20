"""Editions of a source's map: all that it draws about one day, published on one day.

A published map restates everything. So an edition stays whole, in force from its
day until the next edition of its source; nothing is clipped to other maps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import shapely

#: Smaller overlaps of two shapes are ignored, square degrees (8 m2).
SLIVER = 1e-9
_NO_END = "9999-12-31"

_Array = Any  # numpy arrays of shapes


def editions(
    rows: Sequence[dict[str, str]], shapes: _Array, remarks: list[str]
) -> Iterator[tuple[dict[str, Any], shapely.Geometry]]:
    """The shapes of each edition, one per status; within an edition they do not overlap.

    Parameters
    ----------
    rows
        Properties of valid polygons: `source_id`, `status`, `claimed_on`, and if
        there are any `effective_on`, `valid_to`, `basis`; days as ISO text.
    shapes
        The polygons, EPSG:4326.
    remarks
        Messages on what was decided are appended here.

    Yields
    ------
    tags : dict
        `source_id`, `day`, `claimed_on`, `status`, `basis`, `valid_from`,
        `valid_to` (empty for no end), `members` (positions of the rows
        behind it). An edition that draws nothing has one row `withdrawn` without ground.
    shape : Polygon or MultiPolygon
        EPSG:4326.
    """
    found: dict[tuple[str, str, str], list[int]] = {}
    for n, row in enumerate(rows):
        day = row.get("effective_on") or row["claimed_on"]
        found.setdefault((row["source_id"], day, row["claimed_on"]), []).append(n)
    for (source, day, said), members in sorted(found.items()):
        ends = [rows[n].get("valid_to") or _NO_END for n in members]
        start = day
        for end in sorted(set(ends)):
            own = [n for n, until in zip(members, ends, strict=True) if until >= end]
            drawn = list(_statuses(rows, shapes, own, f"{source}, {day}", remarks))
            for status, shape, of in drawn or [("withdrawn", shapely.MultiPolygon(), own)]:
                yield (
                    {
                        "source_id": source,
                        "day": day,
                        "claimed_on": said,
                        "status": status,
                        "basis": rows[of[0]].get("basis") or "digitised",
                        "valid_from": start,
                        "valid_to": "" if end == _NO_END else end,
                        "members": of,
                    },
                    shape,
                )
            start = end


def _statuses(
    rows: Sequence[dict[str, str]],
    shapes: _Array,
    members: Sequence[int],
    what: str,
    remarks: list[str],
) -> Iterator[tuple[str, shapely.Geometry, list[int]]]:
    """Ground of each status; where an edition gives two, it is `contested`."""
    of: dict[str, list[int]] = {}
    for n in members:
        if rows[n]["status"] != "withdrawn":  # it states no status
            of.setdefault(rows[n]["status"], []).append(n)
    ground = {s: shapely.disjoint_subset_union_all(shapes[own]) for s, own in of.items()}
    both = [
        shapely.intersection(a, b)
        for (_, a), (_, b) in combinations(ground.items(), 2)
        if shapely.intersects(a, b)
    ]
    shared = areas_of(shapely.union_all(both)) if both else shapely.MultiPolygon()
    if shapely.area(shared) > SLIVER:
        remarks.append(f"{what}: ground that is given two statuses counts as contested")
        ground = {status: areas_of(shapely.difference(g, shared)) for status, g in ground.items()}
        contested = ground.get("contested", shapely.MultiPolygon())
        ground["contested"] = shapely.union_all([contested, shared])
        inside = [n for n in members if shapely.intersects(shapes[n], shared)]
        of["contested"] = sorted({*of.get("contested", []), *inside})
    for status, shape in ground.items():
        if not shapely.is_empty(shape):
            yield status, shape, of[status]


def areas_of(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a shape, without its points and lines."""
    if shapely.get_type_id(shape) in {3, 6}:
        return shape
    parts = shapely.get_parts(shapely.get_parts(shape))
    areas = parts[np.isin(shapely.get_type_id(parts), [3, 6])]
    return shapely.union_all(areas) if len(areas) else shapely.MultiPolygon()
