"""Days: parsing, counting, comparing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

Date = str | dt.date | pd.Timestamp
_Array = Any  # numpy arrays of mixed kinds

#: Where a comparison needs a day for "no end", which tables give as NaT.
FOREVER = pd.Timestamp("9999-12-31")


def as_date(value: Date, name: str = "on") -> pd.Timestamp:
    """A day, from text such as `2024-08-20` or a date object.

    Raises
    ------
    ValueError
        If it is not a real day.

    Examples
    --------
    >>> as_date("2024-08-20").isoformat()
    '2024-08-20T00:00:00'
    """
    try:
        if isinstance(value, str):
            return pd.Timestamp(dt.date.fromisoformat(value))
        return pd.Timestamp(value).normalize()
    except (ValueError, TypeError):
        msg = f"`{name}` was {value!r} but is expected to be a real day, YYYY-MM-DD"
        raise ValueError(msg) from None


def span_of(
    period: tuple[pd.Timestamp, pd.Timestamp], start: Date | None, end: Date | None
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day requested; by default those of a period.

    Raises
    ------
    ValueError
        If a day is not real or `end` comes before `start`.
    """
    first = period[0] if start is None else as_date(start, "start")
    last = period[1] if end is None else as_date(end, "end")
    if last < first:
        msg = f"`end` was {last.date()} but is expected not to come before {first.date()}"
        raise ValueError(msg)
    return first, last


def check_within(
    period: tuple[pd.Timestamp, pd.Timestamp], **days: dt.date | pd.Timestamp | None
) -> None:
    """Refuse days outside a period; None is skipped.

    Raises
    ------
    ValueError
        Naming the first such day and the period.

    Examples
    --------
    >>> autumn = pd.Timestamp("2024-09-01"), pd.Timestamp("2024-11-30")
    >>> check_within(autumn, on=dt.date(2024, 8, 20))
    Traceback (most recent call last):
    ValueError: `on` was 2024-08-20 but is expected to lie within 2024-09-01 and 2024-11-30
    """
    first, last = period
    for name, day in days.items():
        if day is not None and not first <= pd.Timestamp(day) <= last:
            within = f"{first.date()} and {last.date()}"
            msg = f"`{name}` was {pd.Timestamp(day).date()} but is expected to lie within {within}"
            raise ValueError(msg)


def offsets(days: _Array, first: np.datetime64, length: int, missing: int) -> _Array:
    """Days since `first`, clipped to 0 and `length`; `missing` for NaT."""
    offset = (days - first).astype("timedelta64[D]").astype("int64")
    return np.where(np.isnat(days), missing, offset).clip(0, length)
