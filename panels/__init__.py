"""The panels under the map, one file each.

A panel is a function `show(view)`; it calls `geo` and shows the result, with a
line that says how it is computed. To add one, write its file and list it here.
Shared by the panels: `record` (the data), `own_maps` (what this session's reader added),
`map_page`, `command` (moving the map), `download`, `strips` (a settlement over time),
`citations`, `film`, `table`, `labels`.
"""

from __future__ import annotations

from collections.abc import Callable

from geo.selection.address import View
from panels import (
    add_maps,
    agreement,
    areas,
    claims,
    coverage,
    day,
    events,
    export,
    lag,
    overlap,
    place,
    sources,
    statements,
)

#: Label of each panel, and the function that shows it.
PANELS: dict[str, Callable[[View], None]] = {
    "Place": place.show,
    "On this day": day.show,
    "Agreement": agreement.show,
    "Areas": areas.show,
    "Two maps": overlap.show,
    "Lead and lag": lag.show,
    "Claims": claims.show,
    "Statements": statements.show,
    "Events": events.show,
    "Coverage": coverage.show,
    "Sources": sources.show,
    "Export": export.show,
    "Add maps": add_maps.show,
}
