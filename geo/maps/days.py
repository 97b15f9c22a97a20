"""Days in the names and properties of map files."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from typing import Any

from geo.maps.formats import RefusalError

_IN_NAME = re.compile(r"(?<!\d)(\d{4})([-_.]?)(\d\d)\2(\d\d)(?!\d)")
_TIME = re.compile(r"(\d{4})[-/](\d\d)[-/](\d\d)(?:[T ]\d\d:\d\d.*)?")


def day_in(name: str) -> str:
    """The one day that a file's name holds.

    Raises
    ------
    RefusalError
        If it holds none, or several.

    Examples
    --------
    >>> day_in("areas_20240809.json"), day_in("2024-08-09.geojson")
    ('2024-08-09', '2024-08-09')
    """
    found = set()
    for year, _, month, day in _IN_NAME.findall(name):
        with suppress(ValueError):
            found.add(dt.date(int(year), int(month), int(day)).isoformat())
    if len(found) != 1:
        what = f"{len(found)} days" if found else "no day"
        msg = f"its name tells {what}; name it like 2024-08-09, or give the day"
        raise RefusalError(msg)
    return found.pop()


def is_day(text: str) -> bool:
    """Whether a text is a real day, YYYY-MM-DD."""
    with suppress(ValueError):
        return dt.date.fromisoformat(text).isoformat() == text
    return False


def plain(value: Any) -> str:
    """A property as text, as a CSV file would hold it; of a time the day."""
    if value is None or value != value:  # noqa: PLR0124 - not a number
        return ""
    text = str(value).strip()
    # For some formats GDAL gives dates with slashes or with a time of day.
    time = _TIME.fullmatch(text)
    return "-".join(time.groups()) if time else text
