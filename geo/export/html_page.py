"""A snapshot as a page: the map with its clock in one file that works offline."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import cast

import pandas as pd
from branca.element import Element, Figure

from geo.claims.record import Record
from geo.claims.shown import claims_of
from geo.export.citations import title
from geo.export.claim_citations import cited_claims
from geo.export.provenance import provenance
from geo.selection.snapshot import Snapshot
from geo.web.basemap import offline_map
from geo.web.payload import payload
from geo.web.plugin import ClaimsClock
from geo.web.verbatim import Verbatim


def page(snapshot: Snapshot, record: Record) -> str:
    """The history as one HTML file that opens on a snapshot.

    Parameters
    ----------
    snapshot
        The initial view; everything can be switched on again. Its clock
        runs from `since` to its day, or through the whole record.
    record
        The record to show.

    Returns
    -------
    str
        HTML; works from disk. Equal input gives equal text.

    Raises
    ------
    ValueError
        If a day lies outside the record or a source does not exist.

    Examples
    --------
    >>> from geo import load_record
    >>> text = page(Snapshot(on="2024-08-20"), load_record())
    >>> "2024-08-20" in text
    True
    """
    claims_of(snapshot, record)  # raises on invalid settings
    span = _span(snapshot, record)
    chart = offline_map()
    document = payload(record, span=span)
    document["cited"] = cited_claims(record, span, styles=["text"])
    ClaimsClock(document, view=snapshot.to_view(record.ledger.sides)).add_to(chart)
    figure = cast("Figure", chart.get_root())
    figure.title = escape(f"{title(snapshot, record.ledger)}, data {record.ledger.version}")
    origin = provenance(snapshot, record.ledger, record.holding(*span)).replace("<", "\\u003c")
    script = f'<script type="application/ld+json">{origin}</script>'
    figure.header.add_child(Verbatim(script), name="provenance")
    # folium gives every element a random id.
    for number, element in enumerate(_elements(figure)):
        element._id = f"{number:032x}"  # noqa: SLF001
    return str(figure.render())


def _elements(element: Element) -> Iterator[Element]:
    yield element
    for child in element._children.values():  # noqa: SLF001
        yield from _elements(child)


def _span(snapshot: Snapshot, record: Record) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of the clock."""
    if snapshot.since is None:
        return record.period
    first = min(snapshot.since, snapshot.other_day or snapshot.since)
    return pd.Timestamp(first), pd.Timestamp(snapshot.on)
