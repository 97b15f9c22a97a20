"""How far two maps, or any two sets of claims, cover the same ground, day by day."""

from __future__ import annotations

from typing import Any

import pandas as pd
import shapely

from geo._io.dates import Date, span_of
from geo.analysis.held import readings
from geo.claims.comparison import GRID
from geo.claims.record import Record, shipped_record
from geo.selection.selection import Selection
from geo.tables.boundaries import area_km2
from geo.tables.schema import DRAWN

_Array = Any  # numpy arrays of mixed kinds


def overlap_series(
    first: Selection,
    second: Selection,
    *,
    start: Date | None = None,
    end: Date | None = None,
    record: Record | None = None,
) -> pd.DataFrame:
    """The ground that two sets of claims share, and that only one of them has, on every day.

    Parameters
    ----------
    first, second
        Whose claims; their days are not used. The status is the first selected of `first`,
        by default Ukrainian control.
    start, end
        First and last day, both included; by default all of the record.
    record
        As `load_record` returns it; by default the shipped one.

    Returns
    -------
    DataFrame
        `date`, `only_first_km2`, `only_second_km2`, `both_km2` (EPSG:3035, two decimals; ground
        counts once, however many sources claim it) and `iou`, what they share of what either has
        (NaN where neither has any). A day on which one of the two is silent is left out: no
        current claim of it, and no map of it that was read then.

    Examples
    --------
    >>> a, b = (Selection(on="2024-09-05", sources=[s]) for s in ("deepstate", "uacontrolmap"))
    >>> overlap_series(a, b, start="2024-09-05", end="2024-09-05").iou.round(2).tolist()
    [0.83]
    """
    record = record or shipped_record()
    day_one, last = span_of(record.period, start, end)
    status = record.claims.status.cat.categories.get_loc((first.statuses or DRAWN)[0])
    of_status = record.status == status
    spans = readings(record)
    known: dict[tuple[bytes, ...], tuple[float, float, float]] = {}
    found = []
    for day in pd.date_range(day_one, last, unit="s"):
        pair = []
        for selection in (first, second):
            asked = selection.model_copy(update={"on": day.date(), "statuses": ()})
            own = record.rows(asked)
            if not len(own) and not _is_read(selection, spans, day, record):
                break
            own = own[of_status[own]]
            pair.append((own, record.over(asked, own)))
        if len(pair) < 2:
            continue
        key = tuple(rows.tobytes() for parts in pair for rows in parts)
        if key not in known:
            known[key] = _shared(*(record.ground(*parts) for parts in pair))
        found.append((day, *known[key]))
    columns = ["date", "only_first_km2", "only_second_km2", "both_km2"]
    table = pd.DataFrame(found, columns=columns)
    table["iou"] = table.both_km2 / table[columns[1:]].sum(axis=1)
    return table.round(dict.fromkeys(columns[1:], 2))


def _is_read(selection: Selection, spans: pd.DataFrame, day: pd.Timestamp, record: Record) -> bool:
    """Whether a map of those selected was read on a day."""
    side = record.ledger.sources.side
    own = [
        name
        for name in spans.index[(spans["first"] <= day) & (day <= spans["last"])]
        if name in (selection.sources or [name]) and side[name] in (selection.sides or [side[name]])
    ]
    return bool(own)


def _shared(a: shapely.Geometry, b: shapely.Geometry) -> tuple[float, float, float]:
    """km2 of only the one, only the other, and both."""
    both = float(area_km2(shapely.intersection(a, b, grid_size=GRID)))
    # Of rounding alone a difference can be less than nothing.
    return max(float(area_km2(a)) - both, 0.0), max(float(area_km2(b)) - both, 0.0), both
