"""The record: every claim as a bitemporal polygon, indexed once and queried by selections."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo._io.confined import Limits
from geo._io.dates import Date, as_date
from geo.claims.comparison import compare
from geo.claims.intervals import EVENT_REPORTS, OPEN, intervals
from geo.claims.pieces import outranked, pieces, shapes
from geo.ledger.ledger import Ledger, load_ledger, shipped_ledger
from geo.maps.editions import areas_of
from geo.selection.selection import Selection
from geo.tables.boundaries import area_km2
from geo.tables.schema import CAMPAIGN_START, DATA, DRAWN

#: Columns that all rows of one source and status share.
SHARED = ["source_id", "source", "side", "partisanship", "status"]
#: Who says what: rows that have both in common dissolve.
SAYS = ["source_id", "status"]

_Array = Any  # numpy arrays of mixed kinds


def load_record(
    *polygons: Path | str,
    data: Path | str = DATA,
    maps: Path | str | None = None,
    strikes: bool = False,
    keep_readings: bool = False,
    limits: Limits | None = None,
) -> Record:
    """The claims of all tables, and of the user's own map files, as a record.

    Parameters
    ----------
    *polygons
        The user's own map files of dated polygons, added to the
        shipped claims (see `geo.maps.polygons.read_polygons`).
    data
        Folder that holds the tables.
    maps
        Folder of imported maps, as `geo.import_maps` makes it.
    strikes
        Let reports of strikes count as `contested`; by default they draw
        nothing.
    keep_readings, limits
        As in `load_ledger`.

    Raises
    ------
    DataError
        Listing every fault of every file.

    Examples
    --------
    >>> record = load_record()
    >>> record.at(Selection(on="2024-09-05", sources=["uacontrolmap"])).status.tolist()
    ['ukrainian_control', 'russian_control']
    """
    ledger = load_ledger(
        *polygons, data=data, maps=maps, keep_readings=keep_readings, limits=limits
    )
    return Record(ledger, strikes=strikes)


def load_claims(*polygons: Path | str, **how: Any) -> gpd.GeoDataFrame:
    """The claims of `load_record` as a table; see `Record.claims`.

    Examples
    --------
    >>> claims = load_claims()
    >>> claims.crs.to_epsg(), sorted(set(claims.side))
    (4326, ['russian', 'third_party', 'ukrainian'])
    """
    return load_record(*polygons, **how).claims


@lru_cache(maxsize=2)
def shipped_record(*, strikes: bool = False) -> Record:
    """The record of the shipped tables, built on first use."""
    return Record(shipped_ledger(), strikes=strikes)


def served_folders() -> tuple[Path, Path | None]:
    """The tables and the imported maps that the app shows: CLAIMS_DATA and CLAIMS_MAPS, if set."""
    data, maps = (os.environ.get(f"CLAIMS_{name}") for name in ("DATA", "MAPS"))
    return Path(data or DATA), Path(maps) if maps else None


def served() -> Record:
    """The record that the app shows, of `served_folders`."""
    data, maps = served_folders()
    return load_record(data=data, maps=maps)


def group_of(claims: gpd.GeoDataFrame) -> _Array:
    """One number for source and status of each row; rows of one group dissolve."""
    source, status = (claims[name].cat.codes.to_numpy().astype("int64") for name in SAYS)
    return source * len(DRAWN) + status


def said_in(group: int) -> tuple[int, int]:
    """Positions of the source and of the status of a group."""
    return divmod(group, len(DRAWN))


class Stated(NamedTuple):
    """What a source says on a day of the ground under one status.

    Attributes
    ----------
    source_id, status
        Who says what.
    settlements
        Ids of those whose ground it is.
    area_km2
        EPSG:3035.
    last_said
        The latest day on which it said so.
    """

    source_id: str
    status: str
    settlements: tuple[int, ...]
    area_km2: float
    last_said: dt.date


class Record:
    """Every claim as a polygon in valid and transaction time, indexed once.

    Parameters
    ----------
    ledger
        Where the claims come from.
    claims
        Its claims, or some of them, if already computed.
    strikes
        Let reports of strikes count as `contested`.

    Attributes
    ----------
    ledger
        As given.
    claims : GeoDataFrame
        EPSG:4326, one row per source, piece of ground and rectangle of valid
        and transaction time: `source_id`, `source` (its name), `side`,
        `partisanship`, `status`, `basis`, `since` (first day of the unbroken
        status), `valid_from`, `valid_to`, `known_from`, `known_to` (half-open,
        NaT for no end), `said_on` (when the statement in force was made), `read_to`
        (a map restates itself until this day; NaT for other claims),
        `claim_ids` and `settlements` (tuples of ids), `ground_id` (the cell, or
        negative for a shape of a map), `area_km2` (EPSG:3035), `geometry`.
        Within one source, rows in force at the same time overlap only where its map
        has left cells blank: of these `at` gives what its shapes leave of them. Other
        readings that are kept beside a map overlap it.
    period
        First day of the campaign, and the last day on which anything was said.

    Examples
    --------
    >>> record = shipped_record()
    >>> record.period[0].date().isoformat()
    '2024-08-06'
    """

    def __init__(
        self, ledger: Ledger, claims: gpd.GeoDataFrame | None = None, *, strikes: bool = False
    ) -> None:
        if claims is None:
            claims = claim_polygons(ledger, strikes=strikes)
        claims = claims.reset_index(drop=True)  # labels are positions
        self.ledger = ledger
        self.claims = claims
        self.shared = {name: claims[name].array for name in SHARED}
        self.valid_from = claims.valid_from.to_numpy()
        self.valid_to = claims.valid_to.to_numpy()
        self.known_from = claims.known_from.to_numpy()
        self.known_to = claims.known_to.to_numpy()
        self.said_on = claims.said_on.to_numpy()
        self.read_to = claims.read_to.to_numpy()
        self.ground_id = claims.ground_id.to_numpy()
        self.area_km2 = claims.area_km2.to_numpy()
        self.event = claims.basis.isin(list(EVENT_REPORTS)).to_numpy()
        self.claim_ids = claims.claim_ids.to_list()
        self.settlements = claims.settlements.to_list()
        self.geometry = claims.geometry.to_numpy()
        #: Positions of each row's source and status, and one number for both: its group.
        self.source, self.status = (claims[name].cat.codes.to_numpy() for name in SAYS)
        self.group = group_of(claims)
        self.order = claims.partisanship.to_numpy() * self.group.size + self.group
        first = pd.Timestamp(CAMPAIGN_START)
        # `max` keeps what stands before it where there is no day.
        last: pd.Timestamp = max(first, claims.known_from.max(), claims.read_to.max())
        self.period = first, last
        self._outlines: dict[bytes, shapely.Geometry] = {}
        self._shapes: dict[tuple[bytes, bytes], gpd.GeoDataFrame] = {}
        self._turns: dict[Any, dict[int, _Array]] = {}

    @cached_property
    def speaks_for(self) -> list[list[int]]:
        """The cells that each row speaks of: its own, or those whose site a polygon holds."""
        known = set(self.ledger.cells.index)
        return [
            [ground] if ground >= 0 else [place for place in places if place in known]
            for ground, places in zip(self.ground_id.tolist(), self.settlements, strict=True)
        ]

    @cached_property
    def theatre(self) -> gpd.GeoDataFrame:
        """Cells to which any source ever gave a status other than Russian control.

        EPSG:4326, indexed by `cell_id`: `area_km2` (EPSG:3035), `geometry`.
        """
        told = np.flatnonzero((self.claims.status != "russian_control").to_numpy())
        own = sorted({cell for row in told.tolist() for cell in self.speaks_for[row]})
        ground = self.ledger.cells.geometry.loc[own]
        area = {"area_km2": area_km2(ground.to_numpy())}
        return gpd.GeoDataFrame(area, geometry=ground, index=ground.index)

    def only(self, sources: Iterable[str]) -> Record:
        """A record of only some sources."""
        return Record(self.ledger, self.claims[self.claims.source_id.isin(list(sources))])

    # ---- queries by selection ---------------------------------------------------------

    def rows(self, selection: Selection) -> _Array:
        """Positions of the rows in force: one per source and piece of ground.

        What has lapsed is not in force; see `lapsed`.

        Raises
        ------
        ValueError
            If a source is not one of the record's.
        """
        return np.flatnonzero(self._standing(selection) & ~self._has_lapsed(selection))

    def lapsed(self, selection: Selection) -> _Array:
        """Positions of the rows that nothing has ended, but that were said too long ago."""
        return np.flatnonzero(self._standing(selection) & self._has_lapsed(selection))

    def _standing(self, selection: Selection) -> _Array:
        day = np.datetime64(selection.on, "s")
        return self.known(selection.known_day) & self.in_force(day) & self.chosen(selection)

    def _has_lapsed(self, selection: Selection) -> _Array:
        return self.lapses(selection) <= np.datetime64(selection.on, "s")

    def chosen(self, selection: Selection) -> _Array:
        """Mask of the rows of the selected sides, sources and statuses, whatever their days."""
        mask = np.ones(len(self.claims), dtype=bool)
        sides, sources = selection.filters
        known = self.ledger.sources.index
        for source in sources:
            if source not in known:
                msg = f"`sources` had {source!r} but is expected to be of {', '.join(known)}"
                raise ValueError(msg)
        wanted = {"side": sides, "source_id": sources, "status": selection.statuses}
        for column, values in wanted.items():
            if values:
                mask &= self.claims[column].isin(values).to_numpy()
        return mask

    def at(self, selection: Selection) -> gpd.GeoDataFrame:
        """Who claims what ground on a day: one polygon per source and status.

        Returns
        -------
        GeoDataFrame
            EPSG:4326: `source_id`, `source`, `side`, `partisanship`, `status`,
            `valid_from` and `valid_to` (between these days the source claims this
            very ground; NaT for no end), `last_said` (the latest day on which it
            said so), `age_days` (from then to the day; negative if it was said
            later), `area_km2` (EPSG:3035), `settlements` and `claim_ids` (tuples of
            ids), `geometry` (without inner lines). By partisanship, source, status.

        Raises
        ------
        ValueError
            If a source is not one of the record's.
        """
        shapes = self.dissolved(selection, self.rows(selection))
        day, never = np.datetime64(selection.on, "s"), np.datetime64("NaT", "s")
        turns = self.change_days(selection)
        days = [np.append(turns[number], never) for number in group_of(shapes).tolist()]
        at = [int(np.searchsorted(own[:-1], day, side="right")) for own in days]
        for name, back in (("valid_from", 1), ("valid_to", 0)):
            found = [own[n - back] for own, n in zip(days, at, strict=True)]
            shapes[name] = np.array(found, "M8[s]")
        return shapes

    def dissolved(self, selection: Selection, rows: _Array) -> gpd.GeoDataFrame:
        """Given rows, in force or lapsed, dissolved as `at` returns them, without valid time."""
        rows, starts, last = self._groups(selection, rows)
        shapes = self.shapes(rows, starts, self.over(selection, rows))
        shapes["last_said"] = last
        shapes["age_days"] = (np.datetime64(selection.on) - last) // np.timedelta64(1, "D")
        return shapes

    def stated(self, selection: Selection, rows: _Array) -> list[Stated]:
        """Like `dissolved`, without the shapes, which cost more than all the rest."""
        rows, starts, last = self._groups(selection, rows)
        over = self.over(selection, rows)
        sources, statuses = self.shared["source_id"], self.shared["status"]
        return [
            Stated(
                sources[own[0]], statuses[own[0]], _merged(self.settlements, own),
                self._ground(own, over)[1] if len(over) else float(self.area_km2[own].sum()),
                said,
            )
            for own, said in zip(
                np.split(rows, starts[1:]) if len(rows) else [],
                last.astype("M8[D]").tolist(), strict=True,
            )
        ]  # fmt: skip

    def _groups(self, selection: Selection, rows: _Array) -> tuple[_Array, _Array, _Array]:
        """Rows in `order`, where each source and status begins, and when it was last said."""
        rows = rows[np.argsort(self.order[rows], kind="stable")]
        starts = np.flatnonzero(np.diff(self.group[rows], prepend=-1))
        said = self.last_said(rows, selection)
        return rows, starts, np.maximum.reduceat(said, starts)

    def during(self, selection: Selection, first: Date, last: Date) -> gpd.GeoDataFrame:
        """The rows of `claims` that hold on any day of a span, both ends included.

        They count as the selection knows them; as known at the time, each day by
        what had been said by then. `valid_from` and `valid_to` are the days on which
        the selection sees a row begin, and end or lapse.

        Examples
        --------
        >>> rows = shipped_record().during(Selection(on="2024-08-10"), "2024-08-10", "2024-08-20")
        >>> bool((rows.valid_from <= "2024-08-20").all())
        True
        """
        rows, begin, stop = self.spans(selection, first, last)
        return self.claims.iloc[rows].assign(valid_from=begin, valid_to=stop)

    def spans(self, selection: Selection, first: Date, last: Date) -> tuple[_Array, _Array, _Array]:
        """Positions of the rows of `during`, and the days on which they begin and end."""
        begin, stop = self.valid_from, self.stops(selection)
        counts = self.chosen(selection)
        if selection.known_by == "then":
            begin, stop = np.maximum(begin, self.known_from), np.fmin(stop, self.known_to)
        else:
            counts &= self.known(selection.known_day)
        rows = np.flatnonzero(counts & ~(stop <= begin) & _meets(begin, stop, first, last))
        return rows, begin[rows], stop[rows]

    def holding(self, first: Date, last: Date) -> gpd.GeoDataFrame:
        """The rows of `claims` that hold on any day of a span, at any transaction time."""
        return self.claims[_meets(self.valid_from, self.valid_to, first, last)]

    def changes(self, selection: Selection) -> gpd.GeoDataFrame:
        """Ground gained, lost and kept under a status between the two halves of a selection.

        Of two sides or sources, what only the second says is `gained`. The statuses
        are those selected; by default Ukrainian control alone, since a gain under one
        of two exclusive statuses is a loss under the other.

        Returns
        -------
        GeoDataFrame
            `status`, then the columns of `geo.compare`. EPSG:4326. Empty where
            nothing is compared.

        Examples
        --------
        >>> pair = Selection(on="2024-10-01", compare="2024-08-20", sources=["deepstate"])
        >>> shipped_record().changes(pair).change.tolist()
        ['gained', 'lost', 'kept']
        """
        if not selection.compared:
            none = dict.fromkeys(("status", "change", "area_km2", "settlements"), ())
            return gpd.GeoDataFrame(none, geometry=[], crs=4326)
        before, after = map(self.at, selection.compared)
        tables = []
        for status in selection.statuses or DRAWN[:1]:
            table = compare(before, after, status=status)
            table.insert(0, "status", status)
            tables.append(table)
        return pd.concat(tables, ignore_index=True)

    # ---- by row -----------------------------------------------------------------------

    def in_force(self, day: np.datetime64) -> _Array:
        """Mask of the rows that hold on a day."""
        # NaT compares as False, so "not ended by" keeps what has no end.
        return (self.valid_from <= day) & ~(self.valid_to <= day)

    def lapses(self, selection: Selection) -> _Array:
        """The day on which each row lapses, if nothing else ends it; NaT where it never does.

        As known at the time, it is the day that follows from all that was ever
        heard: until then no earlier day comes to another end.
        """
        if selection.terms is None:
            return np.full(len(self.claims), np.datetime64("NaT", "s"))
        told = selection.known_by if isinstance(selection.known_by, dt.date) else None
        read_to = self.read_to
        if told is not None:
            # NaT stays NaT: that claim is not of a map.
            read_to = np.minimum(read_to, np.datetime64(told, "s"))
        control, event = selection.terms
        term = np.where(self.event, event, control).astype("timedelta64[D]")
        return np.fmax(self.said_on, read_to) + term + np.timedelta64(1, "D")

    def stops(self, selection: Selection) -> _Array:
        """The day on which each row ends or lapses; NaT where it does neither."""
        return np.fmin(self.valid_to, self.lapses(selection))

    def known(self, known_by: Date | None) -> _Array:
        """Mask of the rows current in transaction time on a day; None for now."""
        if known_by is None:
            return np.isnat(self.known_to)
        by = as_date(known_by, "known_by").to_datetime64()
        return (self.known_from <= by) & ~(self.known_to <= by)

    def last_said(self, rows: _Array, selection: Selection) -> _Array:
        """When rows were last said; a map restates itself on every day it was read."""
        told = np.datetime64(min(selection.on, selection.known_day or selection.on), "s")
        return self.last_told(rows, told)

    def last_told(self, rows: _Array, told: _Array) -> _Array:
        """The same, counting only what had been said by a day, which may differ by row."""
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

    def over(self, selection: Selection, rows: _Array) -> _Array:
        """The shapes in force, selected or not, of the sources of which some rows are cells."""
        if self.ledger.keep_readings:
            return rows[:0]
        drawn = self.ground_id < 0
        named = np.unique(self.source[rows[~drawn[rows]]])
        day = np.datetime64(selection.on, "s")
        standing = self.known(selection.known_day) & self.in_force(day)
        return np.flatnonzero(drawn & standing & np.isin(self.source, named))

    def _ground(self, rows: _Array, over: _Array) -> tuple[shapely.Geometry, float]:
        """Rows of one group as one polygon, and its km2; their cells end where shapes begin."""
        cells, drawn = (rows[(self.ground_id[rows] < 0) == kind] for kind in (False, True))
        over = over[np.isin(self.source[over], self.source[rows])]
        if not len(cells) or not len(over):
            return self.outline(rows), float(self.area_km2[rows].sum())
        left = areas_of(shapely.difference(self.outline(cells), self.outline(over)))
        shape = shapely.union(left, self.outline(drawn))
        return shape, float(area_km2(shape))

    def ground(self, rows: _Array, over: _Array) -> shapely.Geometry:
        """Rows as one polygon; the cells of a source end where its shapes `over` them begin."""
        if not len(over):
            return self.outline(rows)
        own = (rows[self.source[rows] == source] for source in np.unique(self.source[rows]))
        return shapely.union_all([self._ground(each, over)[0] for each in own])

    def covered(
        self, selection: Selection, first: Date, last: Date
    ) -> tuple[_Array, _Array, _Array, _Array]:
        """What shapes cover of the cells of their own source in a span.

        Returns
        -------
        rows, begin, stop, km2 : array
            Positions of the rows that are cells, from and to which day a shape lies
            over each, and over how much of it (EPSG:3035).
        """
        # A shape covers ground whether or not its status is among those selected.
        every = selection.model_copy(update={"statuses": ()})
        rows, begin, stop = self.spans(every, first, last)
        drawn = self.ground_id[rows] < 0
        if self.ledger.keep_readings:
            drawn[:] = False
        cells = np.flatnonzero((self.ground_id[rows] >= 0) & self.chosen(selection)[rows])
        cells = cells[np.isin(self.source[rows[cells]], self.source[rows[drawn]])]
        shapes = np.flatnonzero(drawn)
        tree = shapely.STRtree(self.geometry[rows[shapes]])
        one, other = tree.query(self.geometry[rows[cells]], predicate="intersects")
        one, other = cells[one], shapes[other]
        begin, stop = np.maximum(begin[one], begin[other]), np.fmin(stop[one], stop[other])
        both = (self.source[rows[one]] == self.source[rows[other]]) & ~(stop <= begin)
        one, other = rows[one[both]], rows[other[both]]
        shared = shapely.intersection(self.geometry[one], self.geometry[other])
        return one, begin[both], stop[both], area_km2(shared)

    def shapes(self, rows: _Array, starts: _Array, over: _Array) -> gpd.GeoDataFrame:
        """Rows in `order`, dissolved by group, each of which begins at one of `starts`.

        Cells end where shapes `over` them begin, if of the same source. The caller
        fills in what depends on the day. Results are cached: building a GeoDataFrame
        takes longer than everything else, copying one does not.
        """
        key = rows.tobytes(), over.tobytes()
        if key not in self._shapes:
            _make_room(self._shapes, 1_000)
            members = np.split(rows, starts[1:]) if len(rows) else []
            ground = [self._ground(own, over) for own in members]
            never = np.full(len(starts), np.datetime64("NaT", "s"))
            self._shapes[key] = gpd.GeoDataFrame(
                {
                    **{name: column.take(rows[starts]) for name, column in self.shared.items()},
                    "valid_from": never,
                    "valid_to": never,
                    "last_said": never,
                    "age_days": np.zeros(len(starts), dtype="int64"),
                    "area_km2": [round(km2, 2) for _, km2 in ground],
                    "settlements": [_merged(self.settlements, own) for own in members],
                    "claim_ids": [_merged(self.claim_ids, own) for own in members],
                },
                geometry=np.array([shape for shape, _ in ground], dtype=object),
                crs=self.claims.crs,
            )
        return self._shapes[key].copy()

    def change_days(self, selection: Selection) -> dict[int, _Array]:
        """Days, in order, on which the ground of each group changes."""
        key = (selection.known_day, selection.current_for)
        if key not in self._turns:
            _make_room(self._turns, 8)
            self._turns[key] = self._find_turns(selection)
        return self._turns[key]

    def _find_turns(self, selection: Selection) -> dict[int, _Array]:
        start, end = self.valid_from, self.stops(selection)
        rows = np.flatnonzero(self.known(selection.known_day) & ~(end <= start))
        order = np.lexsort([start[rows], self.ground_id[rows], self.group[rows]])
        rows = rows[order]
        group, ground = self.group[rows], self.ground_id[rows]
        start, end = start[rows], end[rows]
        # A row that only carries on what the one before said is no change.
        carried = (group[1:] == group[:-1]) & (ground[1:] == ground[:-1]) & (end[:-1] == start[1:])
        begins = np.ones(len(rows), dtype=bool)
        begins[1:] = ~carried
        stops = ~np.isnat(end)
        stops[:-1] &= ~carried
        days = np.concatenate([start[begins], end[stops]])
        groups = np.concatenate([group[begins], group[stops]])
        return {number: np.unique(days[groups == number]) for number in np.unique(groups).tolist()}


def claim_polygons(ledger: Ledger, *, strikes: bool = False) -> gpd.GeoDataFrame:
    """The claims of a ledger as polygons; see `Record.claims`."""
    statements, cells = pieces(ledger.claims.reset_index(), ledger.settlements, ledger.cells)
    statements["side"] = statements.source_id.map(ledger.sources.side)
    said = intervals(statements, strikes=strikes)
    ids = statements.claim_id.tolist()
    said["claims"] = [tuple(ids[row] for row in rows) for rows in said.claims]
    maps = said.basis == "map_reading"
    said["read_to"] = said.source_id.map(ledger.sources.map_read_to).where(maps)
    pairs = []
    if ledger.drawn:
        drawn, ground = shapes(ledger.editions, ledger.archives, ledger.settlements)
        drawn["read_to"] = _dates(drawn.read_to)
        if not ledger.keep_readings:
            # Ground that an imported map has left blank has no shape: there the readings stand.
            blank = {archive.source: archive.blank for archive in ledger.archives}
            left = maps & (said.status == said.source_id.map(blank))
            said = pd.concat([outranked(said[~left], drawn), said[left]], ignore_index=True)
        drawn = drawn[drawn.status != "withdrawn"]
        pairs = [(drawn, ground.loc[drawn.ground_id])]
    own = cells.loc[pd.MultiIndex.from_frame(said[["source_id", "ground_id"]])]
    pairs = [(said, own), *pairs]
    # An empty table would change the types of the columns.
    pairs = [pair for pair in pairs if len(pair[0])] or pairs[:1]
    table, place = (pd.concat(tables, ignore_index=True) for tables in zip(*pairs, strict=True))
    source = ledger.sources.loc[table.source_id]
    return gpd.GeoDataFrame(
        {
            "source_id": pd.Categorical(table.source_id, categories=ledger.sources.index),
            "source": source.name.to_numpy(),
            "side": source.side.to_numpy(),
            "partisanship": source.partisanship.to_numpy(),
            "status": pd.Categorical(table.status, categories=DRAWN),
            "basis": table.basis,
            "since": _dates(table.since),
            "valid_from": _dates(table.valid_from),
            "valid_to": _dates(table.valid_to),
            "known_from": _dates(table.known_from),
            "known_to": _dates(table.known_to),
            "said_on": _dates(table.said_on),
            "read_to": table.read_to.to_numpy().astype("datetime64[s]"),
            "claim_ids": table.claims,
            "settlements": place.settlements,
            "ground_id": table.ground_id,
            "area_km2": place.area_km2,
        },
        geometry=place.geometry.to_numpy(),
        crs=4326,
    )


def _dates(days: pd.Series) -> _Array:
    values = days.to_numpy().astype("int64")
    dates = values.astype("datetime64[D]").astype("datetime64[s]")
    dates[values == OPEN] = np.datetime64("NaT")
    return dates


def _meets(begin: _Array, stop: _Array, first: Date, last: Date) -> _Array:
    day_one, day_last = (as_date(day, "span").to_datetime64() for day in (first, last))
    # NaT compares as False, so "not ended by" keeps what has no end.
    return (begin <= day_last) & ~(stop <= day_one)


def _merged(tuples: Sequence[tuple[Any, ...]], rows: _Array) -> tuple[Any, ...]:
    return tuple(sorted({value for row in rows.tolist() for value in tuples[row]}))


def _make_room(cache: dict[Any, Any], most: int) -> None:
    if len(cache) >= most:
        cache.clear()
