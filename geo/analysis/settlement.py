"""One settlement: what each source said of it over time, who contradicts whom, its neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyproj

from geo._io.dates import FOREVER
from geo.analysis.agreement import CLASSES, WORDS, classify, words
from geo.claims.record import Record
from geo.selection.selection import Selection, as_selection
from geo.tables.schema import DRAWN, IMPLIED, SIDES

_OPPOSITES = (("ukrainian_control", "russian_control"), ("russian_control", "ukrainian_control"))
_EARTH = pyproj.Geod(ellps="WGS84")


def said_on(settlement_id: int, record: Record, selection: Selection) -> dict[str, str]:
    """Each side's word on a settlement's ground on a day.

    Parameters
    ----------
    settlement_id
        Id in the gazetteer.
    record
        As `load_record` returns it.
    selection
        The day asked about, and what counts.

    Examples
    --------
    >>> from geo import load_record
    >>> said_on(115637, load_record(), Selection(on="2025-10-01"))["russian"]
    'silent'
    """
    cell = _place(settlement_id, record).cell_id
    voices, said = words(record, selection, [cell], selection.on, selection.on)
    return {side: WORDS[said[0, 0, voices.index(side)]] for side in SIDES}


def standing(settlement_id: int, record: Record, selection: Selection) -> pd.DataFrame:
    """The claims about a settlement that no later claim has ended by a day.

    Parameters
    ----------
    settlement_id, record, selection
        As in `said_on`.

    Returns
    -------
    DataFrame
        Indexed by `claim_id`: `lapsed` (whether it was said too long ago to be
        current), `age_days` (since it was last said; below zero if it was said
        later). A concession is not a claim of its own.

    Examples
    --------
    >>> from geo import load_record
    >>> found = standing(115637, load_record(), Selection(on="2024-12-05"))
    >>> bool((found.age_days[found.lapsed] > 30).all())
    True
    """
    day = np.datetime64(selection.on, "s")
    found: dict[str, tuple[bool, int]] = {}
    said = (record.claims.status != IMPLIED).to_numpy() & _speaks_of(settlement_id, record)
    for lapsed, rows in ((True, record.lapsed(selection)), (False, record.rows(selection))):
        own = rows[said[rows]]
        ages = (day - record.last_said(own, selection)).astype("timedelta64[D]").astype("int64")
        for row, age in zip(own.tolist(), ages.tolist(), strict=True):
            found |= dict.fromkeys(record.claim_ids[row], (lapsed, age))
    table = pd.DataFrame(found.values(), columns=["lapsed", "age_days"], index=list(found))
    return table.rename_axis("claim_id")


def strips(settlement_id: int, record: Record, selection: Selection | None = None) -> pd.DataFrame:
    """What each source said of a settlement's ground, one row per unbroken word.

    Parameters
    ----------
    settlement_id
        Id in the gazetteer.
    record
        As `load_record` returns it.
    selection
        What was known, and how long claims are current; its day and filters are ignored. By
        default all that is known now.

    Returns
    -------
    DataFrame
        `source_id`, `side`, `status`, `start`, `end` (closed-open, NaT for no
        end), `last_said` (the latest day on which the source said so; a map says
        it again on every day it was read), `lapses` (the day from which it is not
        current; NaT for never), `claim_ids` (tuple: all statements that said so).
        By partisanship, source and day; the strips of one source never overlap.

    Raises
    ------
    ValueError
        If the settlement or the day does not exist.

    Examples
    --------
    >>> from geo import load_record
    >>> found = strips(115637, load_record())
    >>> found[found.source_id == "uacontrolmap"].status.tolist()
    ['ukrainian_control', 'russian_control']
    """
    _place(settlement_id, record)
    selection = selection or as_selection(record.period[1])
    named = _speaks_of(settlement_id, record)
    chosen = np.flatnonzero(record.known(selection.known_day) & named)
    # A map says it again until the status ends, or until the day asked about.
    last_day = record.valid_to[chosen] - np.timedelta64(1, "D")
    told = np.fmin(last_day, np.datetime64(selection.known_day or FOREVER, "s"))
    rows = pd.DataFrame(record.claims.iloc[chosen])
    rows["last_said"] = record.last_told(chosen, told)
    rows["lapses"] = record.lapses(selection)[chosen]
    rows = rows.sort_values(["partisanship", "source_id", "valid_from"])
    # A site on the line between two shapes of a map lies in both; the first is enough.
    source = rows.source_id.astype(str)
    end = rows.valid_to.fillna(FOREVER).groupby(source).cummax()
    rows = rows[~(rows.valid_from < end.groupby(source).shift())]
    said = rows[["source_id", "status"]].astype(str)
    goes_on = (said == said.shift()).all(axis=1) & (rows.valid_from == rows.valid_to.shift())
    # What lapsed before it was said again is a strip of its own.
    goes_on &= ~(rows.lapses.shift() < rows.valid_from)
    runs = rows.groupby((~goes_on).cumsum().to_numpy())
    found: pd.DataFrame = runs.agg(
        source_id=("source_id", "first"),
        side=("side", "first"),
        status=("status", "first"),
        start=("valid_from", "first"),
        # Not "last", which would skip a missing end.
        end=("valid_to", lambda days: days.iloc[-1]),
        last_said=("last_said", "max"),
        lapses=("lapses", "max"),
        claim_ids=("claim_ids", lambda ids: tuple(dict.fromkeys(i for own in ids for i in own))),
    )
    return found.reset_index(drop=True)


def contradictions(
    settlement_id: int, record: Record, selection: Selection | None = None
) -> pd.DataFrame:
    """When the belligerents contradict each other over a settlement's ground.

    Parameters
    ----------
    settlement_id, record, selection
        As in `strips`.

    Returns
    -------
    DataFrame
        `start`, `end` (half-open, NaT if the record ends with it), in order.

    Examples
    --------
    >>> from geo import load_record
    >>> found = contradictions(59993, load_record())
    >>> bool((found.start <= "2025-03-13").any())
    True
    """
    cell = _place(settlement_id, record).cell_id
    selection = selection or as_selection(record.period[1])
    said = words(record, selection, [cell], *record.period)
    opposed = classify(*said, selection)[:, 0] == CLASSES.index("contradictory")
    days = pd.date_range(*record.period, unit="s")
    turns = np.flatnonzero(np.diff(opposed, prepend=False))
    start = days[turns[::2]]
    return pd.DataFrame(
        {"start": start, "end": pd.Series(days[turns[1::2]]).reindex(range(len(start)))}
    )


def opponents(
    settlement_id: int, record: Record, selection: Selection | None = None
) -> pd.DataFrame:
    """Sources of another side that said the opposite on the day a claim is about.

    Parameters
    ----------
    settlement_id, record, selection
        As in `strips`.

    Returns
    -------
    DataFrame
        One row per claim about the settlement and source that then contradicted
        it: `claim_id`, `source_id` (the other source), `status` (what that one
        said).

    Examples
    --------
    >>> from geo import load_record
    >>> found = opponents(26024, load_record())
    >>> {"claim_id", "source_id", "status"} == set(found)
    True
    """
    ledger = record.ledger
    own = ledger.claims[ledger.claims.settlement_id == settlement_id].reset_index()
    own = own.assign(
        side=own.source_id.map(ledger.sources.side), day=own.effective_on.fillna(own.claimed_on)
    )
    told = strips(settlement_id, record, selection)
    pairs = own[["claim_id", "side", "status", "day"]].merge(
        told, how="cross", suffixes=("_of_claim", "")
    )
    opposite = sum((pairs.status_of_claim == a) & (pairs.status == b) for a, b in _OPPOSITES) > 0
    current = (pairs.start <= pairs.day) & ~(pairs.end <= pairs.day) & ~(pairs.lapses <= pairs.day)
    at_odds = opposite & current & (pairs.side_of_claim != pairs.side)
    found: pd.DataFrame = pairs.loc[at_odds, ["claim_id", "source_id", "status"]]
    return found.reset_index(drop=True)


def neighbours(settlement_id: int, record: Record, selection: Selection) -> pd.DataFrame:
    """The settlements whose cells touch a settlement's own, and what is said of them.

    Parameters
    ----------
    settlement_id, record
        As in `strips`.
    selection
        The day asked about, and what counts.

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
    >>> found = neighbours(115637, load_record(), Selection(on="2024-09-05"))
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
    rows = record.rows(selection)
    told = [
        record.claims[["side", "status"]].iloc[rows[_speaks_of(place, record)[rows]]]
        for place in places.index
    ]
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


def _speaks_of(settlement_id: int, record: Record) -> Any:
    """Mask of the rows whose ground is the settlement's cell, or a polygon around its site."""
    own_cell = record.claims.ground_id.to_numpy() == _place(settlement_id, record).cell_id
    named = np.array([settlement_id in ids for ids in record.claims.settlements], dtype=bool)
    return own_cell | named


def _statuses(rows: pd.DataFrame, side: str) -> tuple[str, ...]:
    said = set(rows.status[rows.side == side])
    return tuple(status for status in DRAWN if status in said)
