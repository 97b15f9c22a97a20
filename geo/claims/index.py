"""A claims table as arrays, for asking it about days quickly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo.claims.intervals import DRAWN

#: Columns that all rows of one source and status share.
SHARED = ["source_id", "source", "side", "partisanship", "status"]

_Array = Any  # numpy arrays of mixed kinds


class ClaimIndex:
    """The columns of a claims table as arrays, and the outlines made so far."""

    def __init__(self, claims: gpd.GeoDataFrame) -> None:
        self.claims = claims
        self.crs = claims.crs
        self.shared = {name: claims[name].array for name in SHARED}
        self.valid_from = claims.valid_from.to_numpy()
        self.valid_to = claims.valid_to.to_numpy()
        self.known_from = claims.known_from.to_numpy()
        self.known_to = claims.known_to.to_numpy()
        self.said_on = claims.said_on.to_numpy()
        self.read_to = claims.read_to.to_numpy()
        self.ground_id = claims.ground_id.to_numpy()
        self.area_km2 = claims.area_km2.to_numpy()
        self.claim_ids = claims.claim_ids.to_list()
        self.settlements = claims.settlements.to_list()
        self.geometry = claims.geometry.to_numpy()
        #: Number of each row's source and status; groups of one number dissolve.
        source = claims.source_id.cat.codes.to_numpy().astype("int64")
        self.group = source * len(DRAWN) + claims.status.cat.codes.to_numpy()
        self.order = claims.partisanship.to_numpy() * self.group.size + self.group
        self._outlines: dict[bytes, shapely.Geometry] = {}
        self._shapes: dict[bytes, gpd.GeoDataFrame] = {}
        self._changes: dict[int, _Array] = {}

    def in_force(self, day: np.datetime64) -> _Array:
        """Mask of the rows that hold on a day."""
        # NaT compares as False, so "not ended by" keeps what has no end.
        return (self.valid_from <= day) & ~(self.valid_to <= day)

    def known(self, by: np.datetime64 | None) -> _Array:
        """Mask of the rows that go by what had been said by a day."""
        if by is None:
            return np.isnat(self.known_to)
        return (self.known_from <= by) & ~(self.known_to <= by)

    def last_said(self, rows: _Array, told: np.datetime64) -> _Array:
        """When rows were last said; a map says it again on every day it was read."""
        said, read_to = self.said_on[rows], self.read_to[rows]
        again = np.where(np.isnat(read_to), said, np.minimum(read_to, told))
        return np.maximum(said, again)

    def outline(self, rows: _Array) -> shapely.Geometry:
        """Rows as one polygon without inner lines."""
        ground, at = np.unique(self.ground_id[rows], return_index=True)
        key = ground.tobytes()
        if key not in self._outlines:
            _make_room(self._outlines, 20_000)
            # Cells never overlap; shapes of maps may.
            cells = not len(ground) or ground[0] >= 0
            union = shapely.coverage_union_all if cells else shapely.union_all
            self._outlines[key] = union(self.geometry[rows][at])
        return self._outlines[key]

    def shapes(self, rows: _Array) -> tuple[gpd.GeoDataFrame, _Array]:
        """Rows in `order`, dissolved by group, and where each group begins.

        What depends on the day asked about is left for the caller to fill in.
        Making a GeoDataFrame takes longer than all the rest, copying one does not.
        """
        starts = np.flatnonzero(np.diff(self.group[rows], prepend=-1))
        key = rows.tobytes()
        if key not in self._shapes:
            _make_room(self._shapes, 1_000)
            members = np.split(rows, starts[1:]) if len(rows) else []
            never = np.full(len(starts), np.datetime64("NaT", "s"))
            self._shapes[key] = gpd.GeoDataFrame(
                {
                    **{name: column.take(rows[starts]) for name, column in self.shared.items()},
                    "valid_from": never,
                    "valid_to": never,
                    "last_said": never,
                    "age_days": np.zeros(len(starts), dtype="int64"),
                    "area_km2": [round(float(self.area_km2[own].sum()), 2) for own in members],
                    "settlements": [_merged(self.settlements, own) for own in members],
                    "claim_ids": [_merged(self.claim_ids, own) for own in members],
                },
                geometry=np.array([self.outline(own) for own in members], dtype=object),
                crs=self.crs,
            )
        return self._shapes[key].copy(), starts

    def changes(self, by: np.datetime64 | None) -> dict[int, _Array]:
        """Days, in order, on which the ground of each group changes."""
        if by is None:
            if not self._changes:
                self._changes = self._find_changes(by)
            return self._changes
        return self._find_changes(by)

    def _find_changes(self, by: np.datetime64 | None) -> dict[int, _Array]:
        rows = np.flatnonzero(self.known(by))
        order = np.lexsort([self.valid_from[rows], self.ground_id[rows], self.group[rows]])
        rows = rows[order]
        group, ground = self.group[rows], self.ground_id[rows]
        start, end = self.valid_from[rows], self.valid_to[rows]
        # A row that only carries on what the one before said is no change.
        carried = (group[1:] == group[:-1]) & (ground[1:] == ground[:-1]) & (end[:-1] == start[1:])
        begins = np.ones(len(rows), dtype=bool)
        begins[1:] = ~carried
        stops = ~np.isnat(end)
        stops[:-1] &= ~carried
        days = np.concatenate([start[begins], end[stops]])
        groups = np.concatenate([group[begins], group[stops]])
        return {number: np.unique(days[groups == number]) for number in np.unique(groups).tolist()}


def _merged(tuples: Sequence[tuple[Any, ...]], rows: _Array) -> tuple[Any, ...]:
    return tuple(sorted({value for row in rows.tolist() for value in tuples[row]}))


def _make_room(cache: dict[bytes, Any], most: int) -> None:
    if len(cache) >= most:
        cache.clear()
