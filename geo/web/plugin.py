"""The browser clock, a part of a page: scrub the date, toggle the sides, on any folium map."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any, cast

from branca.element import Element, Figure

from geo._io.text import json_line
from geo.selection.address import View
from geo.web.verbatim import Verbatim

_ASSETS = files("geo.web") / "assets"
#: Parts of the script, in the order in which they build on each other.
_SCRIPTS = (
    "words.js", "elements.js", "calendar.js", "ground.js", "record.js", "sheet.js", "divider.js",
    "compare.js", "sayings.js", "cells.js", "popup.js", "labels.js", "tiles.js", "frame.js",
    "legend.js", "search.js", "choice.js", "panel.js", "area.js", "strip.js", "player.js", "bar.js",
    "clock.js",
)  # fmt: skip
#: What joins them where they stand as files, and their types, which a browser does not read.
_SEAMS = re.compile(r"^(?:import |export | *\/\*\* @).*\n", re.MULTILINE)


class ClaimsClock(Element):
    """Paint the history of claims on a folium map, with a date slider under it.

    Dragging repaints at once; every switch acts in the browser. The map's
    container carries `data-painted-date`, and dispatches a `claimsclock` event
    with the state when the reader lets go of something.

    Parameters
    ----------
    history
        As `geo.web.payload.history` returns it.
    view
        What to show at first; by default all sources on an eventful day.
    framed
        Take what to show at first from the frame that the page stands in, which
        has it as JSON in its attribute `data-view`.

    Examples
    --------
    >>> from geo import load_ledger
    >>> from geo.web.basemap import offline_map
    >>> from geo.web.payload import history
    >>> page = offline_map()
    >>> clock = ClaimsClock(history(load_ledger())).add_to(page)
    >>> "claimsClock" in page.get_root().render()
    True
    """

    def __init__(
        self, history: dict[str, Any], *, view: View | None = None, framed: bool = False
    ) -> None:
        super().__init__()
        self._name = "ClaimsClock"
        self._history = f"JSON.parse({_quoted(json_line(history))})"
        self._view = f"JSON.parse({_quoted((view or View()).model_dump_json())})"
        if framed:
            self._view = "JSON.parse(frameElement.dataset.view)"

    def render(self, **_: Any) -> str:
        """Write script and style into the page, then the clock itself."""
        page = cast("Figure", self.get_root())
        style = (_ASSETS / "clock.css").read_text("utf-8")
        page.header.add_child(Verbatim(f"<style>{style}</style>"), name="claims_clock_css")
        page.header.add_child(Verbatim(f"<script>{script()}</script>"), name="claims_clock")
        chart = cast("Element", self._parent).get_name()
        made = f"new ClaimsClock({chart}, {self._history}, {self._view});"
        page.script.add_child(Verbatim(f"var {self.get_name()} = {made}"), name=self.get_name())
        return ""


def script() -> str:
    """The parts of the script as one, in a closure."""
    parts = [_SEAMS.sub("", (_ASSETS / name).read_text("utf-8")) for name in _SCRIPTS]
    return f'(function (L) {{\n"use strict";\n{"".join(parts)}}})(L);'


def _quoted(text: str) -> str:
    """JSON in a quoted string, which a browser reads much faster than JSON as script."""
    for letter, written in (("\\", r"\\"), ("'", r"\'"), ("<", r"\x3c")):
        text = text.replace(letter, written)
    return f"'{text}'"
