"""The panels under the map, one file each, listed here, and what they share."""

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
