"""What commands print: lines of text, tables and shapes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TextIO

from geo._io.text import in_one_line, shown

if TYPE_CHECKING:  # each command imports only what it needs
    import pandas as pd

    from geo.ledger.ledger import Ledger


def say(line: object = "", file: TextIO | None = None) -> None:
    """Print a line that may hold untrusted text.

    Control characters are escaped, and what the terminal has no letters for.
    """
    file = file or sys.stdout
    if file is not None:
        letters = file.encoding or "utf-8"
        text = in_one_line(str(line))
        print(text.encode(letters, "backslashreplace").decode(letters), file=file)


def say_if_none(shapes: pd.DataFrame, on: str) -> None:
    """Note on stderr that there is nothing to show on a day."""
    if shapes.empty:
        say(f"note: nobody claims anything of this kind on {on}", file=sys.stderr)


def put(data: str) -> None:
    """Write data to stdout; control characters are escaped if it is a terminal."""
    if sys.stdout is None:
        msg = "there is no stdout to write to"
        raise ValueError(msg)
    try:
        sys.stdout.write(shown(data) if sys.stdout.isatty() else data)
    except UnicodeEncodeError as error:
        letter = error.object[error.start]
        msg = (
            f"stdout is {sys.stdout.encoding}, which has no {letter!a}; set PYTHONIOENCODING=utf-8"
        )
        raise ValueError(msg) from None


def put_table(table: pd.DataFrame, *lists: str, between: str = ";") -> None:
    """Write a table as CSV; the items of the columns of `lists` are joined."""
    from geo._io.csv_text import csv_text

    put(csv_text(table.assign(**{name: table[name].map(between.join) for name in lists})))


def put_shapes(shapes: pd.DataFrame, form: str, ledger: Ledger, *lists: str) -> None:
    """Write shapes as GeoJSON with the notice of `rights`, or without their geometry as CSV."""
    from geo._io.geojson import feature_collection
    from geo.export.citations import rights

    table = shapes.drop(columns="geometry")
    if form == "csv":
        put_table(table, *lists)
        return
    for column in table.select_dtypes("datetime"):
        days = table[column].dt.strftime("%Y-%m-%d").astype(object)
        table[column] = days.where(days.notna(), None)
    tags: Any = table.to_dict("records")
    shown = shapes.source_id if "source_id" in shapes else ledger.sources.index
    put(feature_collection(tags, shapes.geometry, rights=rights(ledger, shown)))
