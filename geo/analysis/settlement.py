"""One settlement: what each source said of it over time, who contradicts whom, its neighbours."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj

from geo._io.dates import Date
from geo.analysis.disagreement import CLASSES, classify, disagreement_at
from geo.claims.record import Record
from geo.selection.selection import asked
from geo.tables.schema import DRAWN, SIDES

_EARTH = pyproj.Geod(ellps="WGS84")


def strips(
    settlement_id: int,
    record: Record,
    *,
    known_by: Date | None = None,
) -> pd.DataFrame:
    """What each source said of a settlement's ground, one row per unbroken status.

    Parameters
    ----------
    settlement_id
        Id of the gazetteer.
    record
        As `load_record` returns it.
    known_by
        Count only what had been said by this day; by default everything.

    Returns
    -------
    DataFrame
        `source_id`, `side`, `status`, `start`, `end` (closed-open, NaT for no
        end), `last_said` (the latest day on which the source said so; a map says
        it again on every day it was read), `claim_ids` (tuple: all statements
        that said so). By partisanship, source and day; the strips of one source
        never overlap.

    Raises
    ------
    ValueError
        If the settlement or the day is not one that exists.

    Examples
    --------
    >>> from geo import load_record
    >>> found = strips(115637, load_record())
    >>> found[found.source_id == "uacontrolmap"].status.tolist()
    ['ukrainian_control', 'russian_control']
    """
    _place(settlement_id, record)
    named = _speaks_of(settlement_id, record, record.claims)
    chosen = np.flatnonzero(record.known(known_by) & named)
    # A map says it again until the status ends, or until the day asked about.
    last_day = record.valid_to[chosen] - np.timedelta64(1, "D")
    told = np.fmin(last_day, np.datetime64(known_by or "9999-12-31", "s"))
    rows = pd.DataFrame(record.claims.iloc[chosen])
    rows = rows.assign(last_said=record.last_told(chosen, told))
    rows = rows.sort_values(["partisanship", "source_id", "valid_from"])
    # A site on the line between two shapes of a map lies in both; the first is enough.
    source = rows.source_id.astype(str)
    end = rows.valid_to.fillna(np.datetime64("9999-12-31", "s")).groupby(source).cummax()
    rows = rows[~(rows.valid_from < end.groupby(source).shift())]
    said = rows[["source_id", "status"]].astype(str)
    goes_on = (said == said.shift()).all(axis=1) & (rows.valid_from == rows.valid_to.shift())
    runs = rows.groupby((~goes_on).cumsum().to_numpy())
    found: pd.DataFrame = runs.agg(
        source_id=("source_id", "first"),
        side=("side", "first"),
        status=("status", "first"),
        start=("valid_from", "first"),
        # Not "last", which would skip a missing end.
        end=("valid_to", lambda days: days.iloc[-1]),
        last_said=("last_said", "max"),
        claim_ids=("claim_ids", lambda ids: tuple(dict.fromkeys(i for own in ids for i in own))),
    )
    return found.reset_index(drop=True)


def contradictions(
    settlement_id: int,
    record: Record,
    *,
    known_by: Date | None = None,
) -> pd.DataFrame:
    """When the sides contradict each other over a settlement's ground.

    Parameters
    ----------
    settlement_id, record, known_by
        As in `strips`.

    Returns
    -------
    DataFrame
        `start`, `end` (closed-open, NaT where the record ends with it), in order.

    Examples
    --------
    >>> from geo import load_record
    >>> found = contradictions(26024, load_record())
    >>> bool((found.start <= "2025-04-22").any())
    True
    """
    cell = _place(settlement_id, record).cell_id
    opposed = disagreement_at(cell, known_by=known_by, record=record) == "contradictory"
    begins = opposed & ~opposed.shift(fill_value=False)
    ends = ~opposed & opposed.shift(fill_value=False)
    start = opposed.index[begins]
    end = pd.Series(opposed.index[ends]).reindex(range(len(start)))
    return pd.DataFrame({"start": start, "end": end})


def opponents(
    settlement_id: int,
    record: Record,
    *,
    known_by: Date | None = None,
) -> pd.DataFrame:
    """Sources of another side that said the opposite on the day a claim is about.

    Parameters
    ----------
    settlement_id, record, known_by
        As in `strips`.

    Returns
    -------
    DataFrame
        One row per claim about the settlement and source that was then at odds
        with it: `claim_id`, `source_id` (whose word it contradicts), `status`
        (what that one said).

    Examples
    --------
    >>> from geo import load_record
    >>> found = opponents(26024, load_record())
    >>> {"claim_id", "source_id", "status"} == set(found)
    True
    """
    ledger = record.ledger
    own = ledger.claims[ledger.claims.settlement_id == settlement_id].reset_index()
    own = own[own.status.isin(DRAWN)]
    own = own.assign(
        side=own.source_id.map(ledger.sources.side), day=own.effective_on.fillna(own.claimed_on)
    )
    told = strips(settlement_id, record, known_by=known_by)
    pairs = own[["claim_id", "side", "status", "day"]].merge(
        told, how="cross", suffixes=("_of_claim", "")
    )
    said = np.stack([_bits(pairs.status_of_claim), _bits(pairs.status)], axis=-1)
    opposite = classify(said) == CLASSES.index("contradictory")
    then = (pairs.start <= pairs.day) & ~(pairs.end <= pairs.day)
    at_odds = opposite & then & (pairs.side_of_claim != pairs.side)
    found: pd.DataFrame = pairs.loc[at_odds, ["claim_id", "source_id", "status"]]
    return found.reset_index(drop=True)


def neighbours(
    settlement_id: int,
    record: Record,
    on: Date,
    *,
    known_by: Date | None = None,
) -> pd.DataFrame:
    """The settlements whose cells touch a settlement's own, and what is said of them.

    Parameters
    ----------
    settlement_id, record, known_by
        As in `strips`.
    on
        The day asked about.

    Returns
    -------
    DataFrame
        Indexed by `settlement_id`: `name_en`, `distance_km` (geodesic, WGS84,
        site to site), and for each side the statuses that its sources give on
        that day (tuple, in the order of `DRAWN`; empty where it is silent).
        The nearest first.

    Examples
    --------
    >>> from geo import load_record
    >>> found = neighbours(115637, load_record(), "2024-09-05")
    >>> found.name_en.iloc[0], found.russian.iloc[0]
    ('Podol', ('implied',))
    """
    here = _place(settlement_id, record)
    ledger, cells = record.ledger, record.ledger.cells
    touching = cells.sindex.query(cells.geometry[here.cell_id], predicate="touches")
    near = ledger.settlements.cell_id.isin([here.cell_id, *cells.index[touching]])
    places = ledger.settlements[near].drop(index=settlement_id)
    count = len(places)
    # As lists: pyproj takes an array of one for a number, of which NumPy before 2.4 warns.
    sites = places.lon.to_list(), places.lat.to_list()
    metres = _EARTH.inv([here.lon] * count, [here.lat] * count, *sites)[2]
    rows = record.claims.iloc[record.rows(asked(on, known_by=known_by))]
    told = [rows[_speaks_of(place, record, rows)] for place in places.index]
    found = pd.DataFrame(
        {
            "name_en": places.name_en,
            "distance_km": np.asarray(metres) / 1000,
            **{side: [_statuses(own, side) for own in told] for side in SIDES},
        },
        index=places.index,
    )
    return found.sort_values("distance_km", kind="stable")


def _place(settlement_id: int, record: Record) -> Any:
    if settlement_id not in record.ledger.settlements.index:
        msg = f"`settlement_id` was {settlement_id!r} but is expected to be one of settlements.csv"
        raise ValueError(msg)
    return record.ledger.settlements.loc[settlement_id]


def _speaks_of(settlement_id: int, record: Record, claims: gpd.GeoDataFrame) -> Any:
    """Mask of the rows whose ground is the settlement's cell, or a polygon around its site."""
    own_cell = claims.ground_id.to_numpy() == _place(settlement_id, record).cell_id
    named = np.array([settlement_id in ids for ids in claims.settlements], dtype=bool)
    return own_cell | named


def _bits(statuses: pd.Series) -> Any:
    """Statuses as `classify` reads them."""
    return 1 << pd.Categorical(statuses, categories=DRAWN).codes.astype(int)


def _statuses(rows: gpd.GeoDataFrame, side: str) -> tuple[str, ...]:
    said = set(rows.status[rows.side == side])
    return tuple(status for status in DRAWN if status in said)
