"""The panels under the map, one file each.

A panel is a function `show(view)`; it asks `geo` and shows the answer, with a
line that says how it is computed. To add one, write its file and name it here.
What panels share: `record` (the data), `command` (moving the map), `download`,
`strips` (a settlement over time), `film`, `table`, `words`.
"""

from __future__ import annotations

from collections.abc import Callable

from geo.selection.address import View
from panels import (
    agreement,
    areas,
    claims,
    day,
    events,
    export,
    lag,
    place,
    sources,
    statements,
)

#: Name on the page, and what shows the panel.
PANELS: dict[str, Callable[[View], None]] = {
    "Place": place.show,
    "On this day": day.show,
    "Agreement": agreement.show,
    "Areas": areas.show,
    "Lead and lag": lag.show,
    "Claims": claims.show,
    "Statements": statements.show,
    "Events": events.show,
    "Sources": sources.show,
    "Export": export.show,
}
