"""Ukrainian-held ground by source on every day, with gaps where a source does not speak.

When a source speaks
--------------------
A map speaks on every day on which it was read, even when it shows no
Ukrainian-held ground: that is 0. Any other source speaks of Ukrainian-held
ground while it claims at least one place as such, from its first such claim to
its last claim about anything; naming no place is silence, not 0. The map draws
claims beyond the last one, with growing age; a figure for a day needs a source
that still speaks.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo._io.dates import Date, as_date, span_of
from geo.claims.areas import area_series
from geo.claims.record import Record, shipped_record
from geo.selection.selection import CURRENT_FOR, CurrentFor

#: What `held_series` can count.
FIGURES = ("area_km2", "settlements")

_Array = Any  # numpy arrays of mixed kinds


def held_maps(record: Record) -> list[str]:
    """Sources whose published map was read and shows Ukrainian-held ground.

    Only these map the whole incursion. ISW's layer shows Russian advances alone,
    and other sources name single places.

    Examples
    --------
    >>> held_maps(shipped_record())
    ['deepstate', 'uacontrolmap']
    """
    claims = record.claims
    painted = claims.read_to.notna() & (claims.status == "ukrainian_control")
    return sorted(claims.source_id[painted].unique())


def last_words(record: Record, known_by: Date | None = None) -> pd.Series:
    """The last day on which each source said anything or its map was read.

    Parameters
    ----------
    record
        As `load_record` returns it.
    known_by
        Count only what had been said by this day.

    Returns
    -------
    Series
        Days (datetime64) by `source_id`.

    Examples
    --------
    >>> last_words(shipped_record())["uacontrolmap"].date().isoformat()
    '2025-04-30'
    """
    rows = record.claims[record.known(known_by)]
    read = rows.read_to if known_by is None else rows.read_to.clip(upper=as_date(known_by))
    said = pd.concat([rows.known_from, read], axis=1).max(axis=1)
    last: pd.Series = said.groupby(rows.source_id, observed=True).max()
    return last


def held_series(  # noqa: PLR0913 - all but two by name
    start: Date | None = None,
    end: Date | None = None,
    *,
    figure: str = "area_km2",
    known_by: Date | None = None,
    current_for: CurrentFor = CURRENT_FOR,
    record: Record | None = None,
) -> pd.DataFrame:
    """How much ground is Ukrainian-held by each source on every day, with gaps.

    Parameters
    ----------
    start, end
        First and last day; by default the whole record.
    figure
        `area_km2` (EPSG:3035) or `settlements` (how many).
    known_by
        Count only what had been said by this day; by default everything.
    current_for
        How long claims count, as in `Selection`.
    record
        As `load_record` returns it; by default the shipped one. `Record.only` keeps
        other sources out of `low` and `high`.

    Returns
    -------
    DataFrame
        `date`, a column per source that ever speaks of Ukrainian-held ground
        (NaN on days when it is silent, see the module docstring), `low` and
        `high` (the lowest and the highest of the sources that speak). A source
        that names three villages counts too: `held_maps` are those that map everything.

    Raises
    ------
    ValueError
        If a day is not real, `end` comes before `start`, or `figure` is unknown.

    Examples
    --------
    >>> maps = shipped_record().only(held_maps(shipped_record()))
    >>> held_series("2025-03-11", "2025-03-12", record=maps).uacontrolmap.tolist()
    [56.3, 0.0]
    """
    if figure not in FIGURES:
        msg = f"`figure` was {figure!r} but is expected to be of {', '.join(FIGURES)}"
        raise ValueError(msg)
    record = record or shipped_record()
    first, last = span_of(record.period, start, end)
    days = pd.date_range(first, last, unit="s", name="date")
    areas = area_series(first, last, known_by=known_by, current_for=current_for, record=record)
    known = record.known(known_by)
    claims, maps = record.claims[known], readings(record, known)
    held = claims.source_id[claims.status == "ukrainian_control"]
    series = (
        areas[areas.status == "ukrainian_control"]
        .pivot_table(index="date", columns="source_id", values=figure, observed=True)
        .reindex(index=days, columns=sorted({*held, *maps.index}))
        .astype(float)
    )
    for source, first_map, last_map in maps.itertuples(name=None):
        read = (days >= first_map) & (days <= last_map)
        series[source] = series[source].mask(read & series[source].isna(), 0.0)
    for source, last_word in last_words(record, known_by)[series.columns].items():
        series[source] = series[source].where(days <= last_word)
    series["low"], series["high"] = series.min(axis=1), series.max(axis=1)
    return series.rename_axis(columns=None).reset_index()


def readings(record: Record, known: _Array | None = None) -> pd.DataFrame:
    """The days between which each of `held_maps` was read, by what is known of them.

    Parameters
    ----------
    record
        As `load_record` returns it.
    known
        Mask of the claims that count; by default all.

    Returns
    -------
    DataFrame
        `first` (its first claim) and `last` (datetime64), by `source_id`.
    """
    claims = record.claims if known is None else record.claims[known]
    own = claims[claims.source_id.isin(held_maps(record))]
    found: pd.DataFrame = own.groupby("source_id", observed=True).agg(
        first=("valid_from", "min"), last=("read_to", "max")
    )
    return found
