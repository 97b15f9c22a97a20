"""Claim polygons and areas, for one day or every day."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo._io.dates import Date, as_date, offsets, span_of
from geo.claims.record import Record, shipped_record
from geo.selection.selection import Selection, as_selection


def claims_on(
    on: Date | Selection, *, record: Record | None = None, **choice: Any
) -> gpd.GeoDataFrame:
    """Who claims what ground on a day: one polygon per source and status.

    Parameters
    ----------
    on
        The day, or a whole selection.
    record
        As `load_record` returns it; by default the shipped one.
    **choice
        Other settings of a `Selection`: `known_by`, `sides`, `sources`, `statuses`.

    Returns
    -------
    GeoDataFrame
        As `Record.at` returns it.

    Raises
    ------
    ValueError
        If a day, side or source does not exist.

    Examples
    --------
    >>> shapes = claims_on("2024-09-05", sources=["uacontrolmap"])
    >>> [(s, len(p), round(a)) for s, p, a in
    ...  zip(shapes.status, shapes.settlements, shapes.area_km2)]
    [('ukrainian_control', 78, 1048), ('russian_control', 13, 150)]
    """
    return (record or shipped_record()).at(as_selection(on, **choice))


def select(
    on: Date | Selection, *, record: Record | None = None, **choice: Any
) -> gpd.GeoDataFrame:
    """The rows of a record in force on a day: one per source and piece of ground.

    Parameters
    ----------
    on, record, **choice
        As in `claims_on`.

    Returns
    -------
    GeoDataFrame
        Rows of `Record.claims`, with their labels and in their order.

    Examples
    --------
    >>> rows = select("2025-03-13", sources=["ru_mod"])
    >>> sudzha = rows.settlements.map(lambda ids: 115637 in ids)
    >>> rows.status[sudzha].tolist()
    ['russian_control']
    """
    record = record or shipped_record()
    return record.claims.iloc[record.rows(as_selection(on, **choice))]


def period(record: Record | None = None) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First day of the campaign, and the last day on which anything was said.

    Examples
    --------
    >>> period()[0].date().isoformat()
    '2024-08-06'
    """
    return (record or shipped_record()).period


def areas(on: Date, *, record: Record | None = None, **choice: Any) -> pd.DataFrame:
    """How much ground each source puts under each status on a day.

    Parameters
    ----------
    on, record, **choice
        As in `claims_on`.

    Returns
    -------
    DataFrame
        `source_id`, `side`, `status`, `settlements` (how many), `area_km2`
        (EPSG:3035, two decimals); rows of no ground are left out.

    Examples
    --------
    >>> areas("2024-09-05").query("source_id == 'deepstate'").settlements.tolist()
    [66, 21, 9]
    """
    day = as_date(on)
    return area_series(day, day, record=record, **choice).drop(columns="date")


def area_series(
    start: Date | None = None,
    end: Date | None = None,
    *,
    record: Record | None = None,
    **choice: Any,
) -> pd.DataFrame:
    """`areas` for every day from `start` to `end`, both included.

    Parameters
    ----------
    start, end
        By default the first day of the campaign and the last day on which
        anything was said.
    record, **choice
        As in `claims_on`; the choice is the same for every day.

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
    record = record or shipped_record()
    first, last = span_of(record.period, start, end)
    selection = as_selection(last, **choice)
    rows = record.during(selection, first, last)
    length = (last - first).days + 1
    # Add each row on its first day, subtract it on the day after its last.
    day_one = first.to_datetime64()
    begin = offsets(rows.valid_from.to_numpy(), day_one, length, 0)
    stop = offsets(rows.valid_to.to_numpy(), day_one, length, length)
    key = rows.groupby(["source_id", "status"], observed=True).ngroup().to_numpy()
    cells, since, until, hidden = record.covered(selection, first, last)
    shape = (key.max() + 1 if len(key) else 0, length + 1)
    count = np.zeros(shape, dtype=int)
    area = np.zeros(shape)
    places = rows.settlements.map(len).to_numpy()
    size = rows.area_km2.to_numpy()
    for position, sign in ((begin, 1), (stop, -1)):
        np.add.at(count, (key, position), sign * places)
        np.add.at(area, (key, position), sign * size)
    covered = key[rows.index.get_indexer(cells)]
    np.subtract.at(area, (covered, offsets(since, day_one, length, 0)), hidden)
    np.add.at(area, (covered, offsets(until, day_one, length, length)), hidden)
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
