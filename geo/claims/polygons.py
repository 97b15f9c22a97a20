"""From intervals to claim polygons: who claims what ground, on which day."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo._io.confined import Limits
from geo._io.dates import Date, as_date, day_or_none, offsets
from geo.claims.index import ClaimIndex
from geo.claims.intervals import DRAWN, OPEN, intervals
from geo.claims.pieces import outranked, pieces, shapes
from geo.ledger.ledger import Ledger, load_ledger
from geo.tables.schema import CAMPAIGN_START, DATA, SIDES

_Array = Any  # numpy arrays of mixed kinds


def load_claims(
    *polygons: Path | str,
    data: Path | str = DATA,
    strikes: bool = False,
    keep_readings: bool = False,
    limits: Limits | None = None,
) -> gpd.GeoDataFrame:
    """All claims as polygons with their intervals on both time axes.

    Parameters
    ----------
    *polygons
        The user's own map files of dated polygons, to stand beside the
        shipped claims (see `geo.maps.polygons.read_polygons`).
    data
        Folder that holds the tables.
    strikes
        Let reports of strikes count as `contested`; by default they draw
        nothing.
    keep_readings, limits
        As in `load_ledger`.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, one row per source, piece of ground and rectangle of valid
        and record time: `source_id`, `source` (its name), `side`,
        `partisanship`, `status`, `basis`, `since` (first day of the unbroken
        status), `valid_from`, `valid_to`, `known_from`, `known_to` (closed-open,
        NaT for no end), `said_on` (when the word in force was said), `read_to`
        (a map restates itself until this day; NaT for other claims),
        `claim_ids` and `settlements` (tuples of ids), `ground_id` (the cell, or
        below zero a shape of a map), `area_km2` (EPSG:3035), `geometry`.
        Within one source rows that hold at the same time never overlap, unless
        readings are kept beside its map.

    Raises
    ------
    DataError
        Listing every fault of every file.

    Examples
    --------
    >>> claims = load_claims()
    >>> claims.crs.to_epsg(), sorted(set(claims.side))
    (4326, ['russian', 'third_party', 'ukrainian'])
    """
    ledger = load_ledger(*polygons, data=data, keep_readings=keep_readings, limits=limits)
    return claim_polygons(ledger, strikes=strikes)


def claim_polygons(ledger: Ledger, *, strikes: bool = False) -> gpd.GeoDataFrame:
    """The claims of a ledger as polygons; see `load_claims`."""
    statements, cells = pieces(ledger.claims.reset_index(), ledger.settlements, ledger.cells)
    statements["side"] = statements.source_id.map(ledger.sources.side)
    said = intervals(statements, strikes=strikes)
    ids = statements.claim_id.to_numpy()
    said["claims"] = [tuple(ids[list(c)].tolist()) for c in said.claims]
    maps = said.basis == "map_reading"
    said["read_to"] = said.source_id.map(ledger.sources.map_read_to).where(maps)
    drawn, ground = shapes(ledger.editions, ledger.settlements)
    drawn["read_to"] = _dates(drawn.said_on)
    if not ledger.keep_readings:
        said = outranked(said, drawn)
    drawn = drawn[drawn.status != "withdrawn"]
    own = cells.loc[pd.MultiIndex.from_frame(said[["source_id", "ground_id"]])]
    pairs = [(said, own), (drawn, ground.loc[drawn.ground_id])]
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


@lru_cache(maxsize=1)
def _shipped_ledger() -> Ledger:
    return load_ledger()


@lru_cache(maxsize=1)
def shipped() -> ClaimIndex:
    """The shipped claims, indexed; made when first asked for."""
    return ClaimIndex(claim_polygons(_shipped_ledger()))


def with_claims(
    ledger: Ledger | None, claims: gpd.GeoDataFrame | None, *, strikes: bool = False
) -> tuple[Ledger, gpd.GeoDataFrame]:
    """A ledger and its claim polygons; what is missing is made, or the shipped ones."""
    if ledger is None and claims is None and not strikes:
        claims = shipped().claims
    ledger = _shipped_ledger() if ledger is None else ledger
    return ledger, claim_polygons(ledger, strikes=strikes) if claims is None else claims


def during(claims: gpd.GeoDataFrame, first: Date, last: Date) -> gpd.GeoDataFrame:
    """The rows of `claims` that hold on any day of a span, both ends included.

    Whatever was known when: rows that a later word has replaced are among them.

    Examples
    --------
    >>> rows = during(load_claims(), "2024-08-10", "2024-08-20")
    >>> bool((rows.valid_from <= "2024-08-20").all()), bool((rows.valid_to <= "2024-08-10").any())
    (True, False)
    """
    # NaT compares as False, so "not ended by" keeps what has no end.
    begun = claims.valid_from <= as_date(last, "last")
    return claims[begun & ~(claims.valid_to <= as_date(first, "first"))]


def select(
    claims: gpd.GeoDataFrame,
    on: Date,
    *,
    known_by: Date | None = None,
    sides: Iterable[str] | None = None,
    sources: Iterable[str] | None = None,
) -> gpd.GeoDataFrame:
    """The rows of `claims` in force on a day: one per source and piece of ground.

    Parameters
    ----------
    claims
        As `load_claims` returns them.
    on
        The day asked about.
    known_by
        Count only what had been said by this day; by default everything.
    sides, sources
        Keep only these; by default all.

    Returns
    -------
    GeoDataFrame
        Same columns and index labels, in the same order.

    Raises
    ------
    ValueError
        If a day, side or source is not one that exists.

    Examples
    --------
    >>> rows = select(load_claims(), "2025-03-13", sources=["ru_mod"])
    >>> sudzha = rows.settlements.map(lambda ids: 115637 in ids)
    >>> rows.status[sudzha].tolist()
    ['russian_control']
    """
    index = ClaimIndex(claims)
    chosen = index.known(day_or_none(known_by)) & _wanted(claims, sides, sources)
    return claims[chosen & index.in_force(as_date(on).to_datetime64())]


def _wanted(
    claims: gpd.GeoDataFrame, sides: Iterable[str] | None, sources: Iterable[str] | None
) -> _Array:
    mask = np.ones(len(claims), dtype=bool)
    for name, column, wanted in (("sides", "side", sides), ("sources", "source_id", sources)):
        if wanted is None:
            continue
        chosen = [wanted] if isinstance(wanted, str) else list(wanted)
        allowed = SIDES if name == "sides" else tuple(claims.source_id.cat.categories)
        for value in chosen:
            if value not in allowed:
                msg = f"`{name}` had {value!r} but is expected to be of {', '.join(allowed)}"
                raise ValueError(msg)
        mask &= claims[column].isin(chosen).to_numpy()
    return mask


def claims_on(
    on: Date,
    *,
    known_by: Date | None = None,
    sides: Iterable[str] | None = None,
    sources: Iterable[str] | None = None,
    claims: gpd.GeoDataFrame | None = None,
) -> gpd.GeoDataFrame:
    """Who claims what ground on a day: one polygon per source and status.

    Parameters
    ----------
    on, known_by, sides, sources
        As in `select`.
    claims
        As `load_claims` returns them; by default the shipped ones.

    Returns
    -------
    GeoDataFrame
        EPSG:4326: `source_id`, `source`, `side`, `partisanship`, `status`,
        `valid_from` and `valid_to` (between these days the source claims this
        very ground; NaT for no end), `last_said` (the latest day on which it
        said so), `age_days` (from then to `on`; below zero if it was said
        later), `area_km2` (EPSG:3035), `settlements` and `claim_ids` (tuples of
        ids), `geometry` (without inner lines). By partisanship, source, status.

    Raises
    ------
    ValueError
        If a day, side or source is not one that exists.

    Examples
    --------
    >>> shapes = claims_on("2024-09-05", sources=["uacontrolmap"])
    >>> [(s, len(p), round(a)) for s, p, a in
    ...  zip(shapes.status, shapes.settlements, shapes.area_km2)]
    [('ukrainian_control', 77, 1048), ('russian_control', 13, 150)]
    """
    index = shipped() if claims is None else ClaimIndex(claims)
    day = as_date(on).to_datetime64()
    by = day_or_none(known_by)
    mask = index.known(by) & index.in_force(day)
    if sides is not None or sources is not None:
        mask &= _wanted(index.claims, sides, sources)
    rows = np.flatnonzero(mask)
    rows = rows[np.argsort(index.order[rows], kind="stable")]
    shapes, starts = index.shapes(rows)
    said = index.last_said(rows, day if by is None else min(day, by))
    last = np.maximum.reduceat(said, starts) if len(rows) else said
    changes = index.changes(by)
    days = [changes[number] for number in index.group[rows[starts]].tolist()]
    at = [int(np.searchsorted(own, day, side="right")) for own in days]
    never = np.datetime64("NaT", "s")
    shapes["valid_from"] = np.array([d[i - 1] for d, i in zip(days, at, strict=True)], "M8[s]")
    shapes["valid_to"] = np.array(
        [d[i] if i < len(d) else never for d, i in zip(days, at, strict=True)], "M8[s]"
    )
    shapes["last_said"] = last
    shapes["age_days"] = (day - last).astype("timedelta64[D]").astype("int64")
    return shapes


def areas(
    on: Date,
    *,
    known_by: Date | None = None,
    claims: gpd.GeoDataFrame | None = None,
) -> pd.DataFrame:
    """How much ground each source puts under each status on a day.

    Returns
    -------
    DataFrame
        `source_id`, `side`, `status`, `settlements` (how many), `area_km2`
        (EPSG:3035, two decimals); only what is not nothing.

    Examples
    --------
    >>> areas("2024-09-05").query("source_id == 'deepstate'").settlements.tolist()
    [65, 21, 9]
    """
    day = as_date(on)
    return area_series(day, day, known_by=known_by, claims=claims).drop(columns="date")


def area_series(
    start: Date | None = None,
    end: Date | None = None,
    *,
    known_by: Date | None = None,
    claims: gpd.GeoDataFrame | None = None,
) -> pd.DataFrame:
    """`areas` for every day from `start` to `end`, both included.

    Parameters
    ----------
    start, end
        By default the first day of the campaign and the last day on which
        anything was said.
    known_by
        Count only what had been said by this day; by default everything.
    claims
        As `load_claims` returns them; by default the shipped ones.

    Returns
    -------
    DataFrame
        `date`, `source_id`, `side`, `status`, `settlements`, `area_km2`.

    Raises
    ------
    ValueError
        If a day is not real or `end` comes before `start`.

    Examples
    --------
    >>> series = area_series("2024-08-06", "2024-08-31")
    >>> series.date.nunique()
    26
    """
    table = shipped().claims if claims is None else claims
    first, last = period(table)
    first = first if start is None else as_date(start, "start")
    last = last if end is None else as_date(end, "end")
    if last < first:
        msg = f"`end` was {last.date()} but is expected not to come before {first.date()}"
        raise ValueError(msg)
    rows = table[ClaimIndex(table).known(day_or_none(known_by))]
    length = (last - first).days + 1
    # Add each row on its first day, take it away on the day after its last.
    day_one = first.to_datetime64()
    begin = offsets(rows.valid_from.to_numpy(), day_one, length, 0)
    stop = offsets(rows.valid_to.to_numpy(), day_one, length, length)
    key = rows.groupby(["source_id", "status"], observed=True).ngroup().to_numpy()
    shape = (key.max() + 1 if len(key) else 0, length + 1)
    count = np.zeros(shape, dtype=int)
    area = np.zeros(shape)
    places = rows.settlements.map(len).to_numpy()
    size = rows.area_km2.to_numpy()
    for position, sign in ((begin, 1), (stop, -1)):
        np.add.at(count, (key, position), sign * places)
        np.add.at(area, (key, position), sign * size)
    count = count.cumsum(axis=1)[:, :length]
    area = area.cumsum(axis=1)[:, :length]
    groups = rows.groupby(key)[["source_id", "side", "status"]].first()
    at, which = np.nonzero((area > 0.005).T)
    return pd.DataFrame(
        {
            "date": pd.date_range(first, last, unit="s")[at],
            **{name: groups[name].to_numpy()[which] for name in groups},
            "settlements": count[which, at],
            "area_km2": area[which, at].round(2),
        }
    )


def period(claims: gpd.GeoDataFrame) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First day of the campaign, and the last day on which anything was said.

    Examples
    --------
    >>> first, last = period(load_claims())
    >>> first.date().isoformat()
    '2024-08-06'
    """
    said = [claims.known_from.max(), claims.read_to.max()]
    last = max(day for day in said if pd.notna(day)) if len(claims) else pd.NaT
    first = pd.Timestamp(CAMPAIGN_START)
    return first, max(first, last) if pd.notna(last) else first
