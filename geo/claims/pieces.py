"""Pieces of ground: the cell of a settlement named, or the whole shape drawn on a map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.claims.intervals import COLUMNS as RECTANGLE
from geo.claims.intervals import OPEN, day_numbers
from geo.ledger.imported import claim_ids
from geo.maps.archive import Archive
from geo.maps.readings import inside
from geo.tables.boundaries import area_km2

_Array = Any  # numpy arrays of mixed kinds

#: Columns of a statement about a piece of ground, as `geo.claims.intervals` reads them.
COLUMNS = [
    "claim_id", "source_id", "ground_id", "status", "basis", "retaken",
    "claimed_on", "effective_on",
]  # fmt: skip


def pieces(
    claims: pd.DataFrame, settlements: pd.DataFrame, cells: gpd.GeoDataFrame
) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Statements about cells, and the cells: a claim about a settlement stands for its cell.

    Parameters
    ----------
    claims
        Claims about settlements.
    settlements, cells
        The gazetteer and its cells, by `settlement_id` and `cell_id`.

    Returns
    -------
    statements : DataFrame
        One row per claim, columns `COLUMNS`.
    ground : GeoDataFrame
        Indexed by `source_id` and `ground_id` (the cell): `settlements` (tuple of
        the ids that the source speaks of there), `area_km2` (EPSG:3035),
        `geometry`.
    """
    named = claims.assign(
        ground_id=settlements.cell_id.loc[claims.settlement_id].to_numpy(),
        effective_on=claims.effective_on.fillna(claims.claimed_on),
    )
    keys = ["source_id", "ground_id", "settlement_id"]
    spoken: dict[tuple[str, int], list[int]] = {}
    for source, cell, place in (
        named[keys].drop_duplicates().sort_values(keys).itertuples(index=False, name=None)
    ):
        spoken.setdefault((source, cell), []).append(place)
    index = pd.MultiIndex.from_tuples(spoken, names=keys[:2])
    number = index.get_level_values("ground_id")
    own = cells.geometry.loc[number.unique()]
    area = pd.Series(area_km2(own.to_numpy()), index=own.index)
    ground = gpd.GeoDataFrame(
        {"settlements": list(map(tuple, spoken.values())), "area_km2": area.loc[number].to_numpy()},
        geometry=own.loc[number].to_numpy(),
        index=index,
        crs=4326,
    )
    return named[COLUMNS], ground


def shapes(
    editions: gpd.GeoDataFrame, archives: Sequence[Archive], settlements: pd.DataFrame
) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """When the editions of maps are in force, and their shapes, which stay whole.

    An edition is in force from its day until the next edition of its source, once
    that is known; of two about one day, the one published last.

    Parameters
    ----------
    editions
        As `geo.maps.polygons.read_polygons` gives them.
    archives
        Imported maps.
    settlements
        The gazetteer.

    Returns
    -------
    table : DataFrame
        Rectangles in valid and transaction time, columns as `intervals` gives
        them, and `read_to`, the day of the last edition that draws the shape; `claims` are
        claim ids. Rows of the status `withdrawn` have no shape: they cover the time of editions
        that draw nothing.
    ground : GeoDataFrame
        Indexed by `ground_id`, a negative number, the same for equal
        shapes: `settlements` (tuple of the ids of those inside), `area_km2`
        (EPSG:3035), `geometry`.
    """
    editions = editions.reset_index(drop=True)
    every = np.concatenate(
        [editions.geometry.to_numpy(), *(own.shapes.geometry.to_numpy() for own in archives),
         [shapely.MultiPolygon()]]
    )  # fmt: skip
    number = -1 - pd.factorize(shapely.to_wkb(every))[0]
    found: list[tuple[Any, ...]] = []
    for source, own in editions.groupby("source_id", sort=True):
        days = own[["day", "claimed_on"]].drop_duplicates()
        when = _Editions(day_numbers(days.day), day_numbers(days.claimed_on))
        start, end = day_numbers(own.valid_from), day_numbers(own.valid_to)
        day, said = day_numbers(own.day), day_numbers(own.claimed_on)
        for n, row in enumerate(own.itertuples()):
            for stop, known_from, known_to in when.spans(day[n], said[n], end[n]):
                if start[n] < stop:
                    found.append(
                        (source, number[row.Index], row.status, row.basis, start[n], start[n],
                         stop, said[n], row.claim_ids, known_from, known_to, said[n])
                    )  # fmt: skip
    at = len(editions)
    for own in archives:
        found += _runs(own, number[at : at + len(own.shapes)], number[-1])
        at += len(own.shapes)
    table = pd.DataFrame(found, columns=[*RECTANGLE, "read_to"])
    index, first = np.unique(number, return_index=True)
    ground = gpd.GeoDataFrame(
        {
            "settlements": list(map(tuple, inside(every[first], settlements))),
            "area_km2": area_km2(every[first]),
        },
        geometry=every[first],
        index=index,
        crs=4326,
    )
    return table, ground


def _runs(archive: Archive, number: _Array, nothing: int) -> Iterator[tuple[Any, ...]]:
    """The shapes of imported maps in valid and transaction time, and the time that they cover."""
    rows = archive.shapes
    ids = claim_ids(archive)
    drawn = zip(
        number.tolist(), rows.status, day_numbers(rows.valid_from), day_numbers(rows.valid_to),
        ids, day_numbers(rows.last_seen), strict=True,
    )  # fmt: skip
    first, last = (day_numbers(pd.Series(days)) for days in zip(*archive.stretches(), strict=True))
    time = ((nothing, "withdrawn", a, b, None, a) for a, b in zip(first, last, strict=True))
    for ground, status, start, stop, claim, seen in (*drawn, *time):
        # Until a later edition lacks it, a shape has no end.
        for end, known_from, known_to in ((OPEN, start, stop), (stop, stop, OPEN)):
            if known_from < known_to:
                yield (
                    archive.source, ground, status, "digitised", start, start, end, start,
                    (claim,), known_from, known_to, seen,
                )  # fmt: skip


class _Editions:
    """The editions of one source: their days, in order of publication."""

    def __init__(self, days: list[int], said: list[int]) -> None:
        order = np.lexsort([days, said])
        self.days, self.said = np.array(days)[order], np.array(said)[order]

    def spans(self, day: int, said: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Ends of an edition in valid time, each with its transaction time."""
        later = (self.days > day) | ((self.days == day) & (self.said > said))
        days, told = self.days[later], self.said[later]
        end = min([end, *days[told <= said].tolist()])
        known_from = said
        news = told > said
        for next_day, when in zip(days[news].tolist(), told[news].tolist(), strict=True):
            if next_day < end:
                if known_from < when:
                    yield end, known_from, when
                end, known_from = next_day, when
        yield end, known_from, OPEN


def outranked(table: pd.DataFrame, drawn: pd.DataFrame) -> pd.DataFrame:
    """Rectangles of a source's cells, minus what its own editions cover.

    While an edition of its map is in force, it replaces all else that the source says.

    Parameters
    ----------
    table
        As `intervals` gives it.
    drawn
        As `shapes` gives it.
    """
    if drawn.empty:
        return table
    time = ["valid_from", "valid_to", "known_from", "known_to"]
    covered = {str(source): _covered(own[time]) for source, own in drawn.groupby("source_id")}
    touched = table.source_id.isin(list(covered))
    kept, spans = [], []
    row: Any
    for row in table[touched].itertuples():
        for span in _left(row, covered[row.source_id]):
            kept.append(row.Index)
            spans.append(span)
    rest = table.loc[kept].assign(**dict(zip(time, np.array(spans).reshape(-1, 4).T, strict=True)))
    return pd.concat([table[~touched], rest]).sort_index(kind="stable").reset_index(drop=True)


_Spans = list[tuple[int, int]]
_Stretch = tuple[int, int, _Spans]  # of transaction time, with spans of valid time


def _covered(drawn: pd.DataFrame) -> list[_Stretch]:
    """Spans of valid time that are covered, in each stretch of transaction time."""
    drawn = drawn.sort_values("valid_from")
    start, stop, known_from, known_to = (drawn[name].to_numpy() for name in drawn)
    found: list[_Stretch] = []
    for begin, end in pairwise(np.unique([known_from, known_to]).tolist()):
        own = (known_from <= begin) & (known_to >= end)
        a, b = start[own], np.maximum.accumulate(stop[own])
        apart = np.flatnonzero(a[1:] > b[:-1])
        spans = list(zip(a[[0, *(apart + 1)]].tolist(), b[[*apart, -1]].tolist(), strict=True))
        found.append((begin, end, spans))
    return _joined(found)


def _left(row: Any, covered: list[_Stretch]) -> Iterator[tuple[int, int, int, int]]:
    """What is left of a rectangle: spans of valid time, each with its transaction time."""
    before: _Stretch = (row.known_from, covered[0][0], [])
    stretches: list[_Stretch] = []
    for begin, end, spans in (before, *covered):
        known_from, known_to = max(begin, row.known_from), min(end, row.known_to)
        if known_from < known_to:
            stretches.append((known_from, known_to, _minus(row.valid_from, row.valid_to, spans)))
    for known_from, known_to, spans in _joined(stretches):
        for a, b in spans:
            yield a, b, known_from, known_to


def _joined(stretches: list[_Stretch]) -> list[_Stretch]:
    """The stretches, as one those in a row that have the same spans."""
    found: list[_Stretch] = []
    for spans, group in groupby(stretches, itemgetter(2)):
        same = list(group)
        found.append((same[0][0], same[-1][1], spans))
    return found


def _minus(start: int, stop: int, spans: _Spans) -> _Spans:
    """A span of days minus others, which are sorted and disjoint."""
    left = []
    for a, b in spans:
        if start < min(a, stop):
            left.append((start, min(a, stop)))
        start = max(start, b)
    return [*left, (start, stop)] if start < stop else left
