"""A snapshot as a page: the map with its clock in one file that needs no network."""

from __future__ import annotations

from collections.abc import Iterator
from math import log2
from typing import cast

import geopandas as gpd
import pandas as pd
from branca.element import Element, Figure

from geo._io.dates import day_or_none
from geo.claims.index import ClaimIndex
from geo.claims.polygons import during, period
from geo.export.citations import TITLE
from geo.export.provenance import provenance
from geo.ledger.ledger import Ledger
from geo.selection.address import View
from geo.selection.snapshot import Snapshot, claims_of
from geo.tables.schema import DRAWN, SIDES
from geo.web.basemap import offline_map
from geo.web.payload import history
from geo.web.plugin import ClaimsClock
from geo.web.verbatim import Verbatim

#: Width of a usual screen in pixels, to find the zoom that shows a box.
_SCREEN = 1280


def page(snapshot: Snapshot, ledger: Ledger, claims: gpd.GeoDataFrame) -> str:
    """The history as one HTML file that opens on a snapshot.

    Parameters
    ----------
    snapshot
        What is shown at first; everything can be switched on again. Its clock
        runs from `since` to its day, or through the whole record.
    ledger, claims
        Where it comes from.

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
    >>> from geo import load_claims, load_ledger
    >>> text = page(Snapshot(on="2024-08-20"), load_ledger(), load_claims())
    >>> "2024-08-20" in text
    True
    """
    claims_of(snapshot, claims)  # refuses what does not exist
    span = _span(snapshot, claims)
    claims = _known(snapshot, claims)
    chart = offline_map()
    record = history(ledger, claims, span=span, citations=True)
    ClaimsClock(record, view=_view(snapshot, ledger)).add_to(chart)
    figure = cast("Figure", chart.get_root())
    figure.title = f"{TITLE}, {snapshot.on}"
    origin = provenance(snapshot, ledger, during(claims, *span)).replace("<", "\\u003c")
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


def _span(snapshot: Snapshot, claims: gpd.GeoDataFrame) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of the clock."""
    if snapshot.since is None:
        return period(claims)
    first = min(snapshot.since, snapshot.compare or snapshot.since)
    return pd.Timestamp(first), pd.Timestamp(snapshot.on)


def _known(snapshot: Snapshot, claims: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Only what had been said by a day, where that is not the day shown."""
    if snapshot.known_by in {None, snapshot.on}:
        return claims
    known = claims[ClaimIndex(claims).known(day_or_none(snapshot.known_by))]
    return known.assign(known_to=pd.NaT)


def _view(snapshot: Snapshot, ledger: Ledger) -> View:
    kinds = (
        (SIDES, snapshot.sides),
        (ledger.sources.index, snapshot.sources),
        (DRAWN, snapshot.statuses),
    )
    hidden = [i for every, shown in kinds if shown for i in every if i not in shown]
    if "disagreement" not in snapshot.layers:
        hidden.append("contradictory")
    place = None
    if snapshot.bbox is not None:
        west, south, east, north = snapshot.bbox
        # At zoom 0 the world is 256 pixels wide.
        zoom = log2(360 / (east - west) * _SCREEN / 256)
        place = ((south + north) / 2, (west + east) / 2, min(max(zoom, 3), 18))
    # The clock has the earlier picture on the left, and its date is the left one.
    compared = None if snapshot.compare is None else snapshot.on.isoformat()
    if snapshot.against:
        compared = "|".join(snapshot.against)
    return View(
        date=snapshot.compare or snapshot.on,
        compare=compared,
        known="then" if snapshot.known_by == snapshot.on else "now",
        hide=tuple(hidden),
        fade=snapshot.fade,
        view=place,
    )
