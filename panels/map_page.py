"""The map with its clock, as one page."""

from __future__ import annotations

import geo
from geo.web.basemap import offline_map
from geo.web.payload import payload
from geo.web.plugin import ClaimsClock
from panels.record import kept


@kept()
def map_page(record: geo.Record) -> str:
    """The folium map with the clock; the frame that holds it sets its initial view."""
    chart = offline_map()
    ClaimsClock(payload(record), framed=True).add_to(chart)
    page: str = chart.get_root().render()
    return page
