"""The browser clock, a part of a page: scrub the date, toggle the sides, on any folium map."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any, cast

from branca.element import Element, Figure

from geo._io.text import json_line
from geo.analysis.agreement import CLASSES, TABLE, WORD, WORDS
from geo.ledger.gazetteer import SOUNDS
from geo.selection.address import View
from geo.style.look import Dash, style
from geo.style.words import phrases
from geo.web.verbatim import Verbatim

_ASSETS = files("geo.web") / "assets"
#: Parts of the script, in the order in which they build on each other.
_SCRIPTS = (
    "words.js", "elements.js", "calendar.js", "ground.js", "record.js", "telling.js", "painting.js",
    "places.js", "sidemap.js", "wheel.js", "maps.js", "summary.js", "compare.js", "tiles.js",
    "context.js", "frame.js", "claim.js", "card.js", "key.js", "datefield.js", "names.js",
    "search.js", "choice.js", "panel.js", "area.js", "strip.js", "player.js", "bar.js", "paper.js",
    "clock.js",
)  # fmt: skip
#: What joins them where they stand as files, and their types, which a browser does not read.
_SEAMS = re.compile(r"^(?:import |export | *\/\*\* @).*\n", re.MULTILINE)
#: Colours are in the style sheet: they change with the theme.
_COLOURS = {"light", "dark"}
#: Numbers that the style sheet takes: lengths, and strengths.
_LENGTHS: Any = {
    "disc": {"beside", "edge"},
    "site": {"size", "edge"},
    "chart": {"width", "dot"},
    "width": {"halo", "cursor", "focus"},
}
_STRENGTHS: Any = {"strength": {"ground", "series", "band"}}


class ClaimsClock(Element):
    """Paint the history of claims on a folium map, with a date slider under it.

    Dragging repaints at once; every switch acts in the browser. The map's
    container carries `data-painted-date`, and dispatches a `claimsclock` event
    with the state when the reader lets go of something.

    Parameters
    ----------
    document
        As `geo.web.payload.payload` returns it.
    view
        What to show at first; by default all sources on an eventful day.
    framed
        Take what to show at first from the frame that the page stands in, which
        has it as JSON in its attribute `data-view`.

    Examples
    --------
    >>> from geo import load_record
    >>> from geo.web.basemap import offline_map
    >>> from geo.web.payload import payload
    >>> page = offline_map()
    >>> clock = ClaimsClock(payload(load_record())).add_to(page)
    >>> "claimsClock" in page.get_root().render()
    True
    """

    def __init__(
        self, document: dict[str, Any], *, view: View | None = None, framed: bool = False
    ) -> None:
        super().__init__()
        self._name = "ClaimsClock"
        self._document = f"JSON.parse({_quoted(json_line(document))})"
        self._view = f"JSON.parse({_quoted((view or View()).model_dump_json())})"
        if framed:
            self._view = "JSON.parse(frameElement.dataset.view)"

    def render(self, **_: Any) -> str:
        """Write script and style into the page, then the clock itself."""
        page = cast("Figure", self.get_root())
        sheet = _look_as_css() + (_ASSETS / "clock.css").read_text("utf-8")
        page.header.add_child(Verbatim(f"<style>{sheet}</style>"), name="claims_clock_css")
        page.header.add_child(Verbatim(f"<script>{script()}</script>"), name="claims_clock")
        chart = cast("Element", self._parent).get_name()
        made = f"new ClaimsClock({chart}, {self._document}, {self._view});"
        page.script.add_child(Verbatim(f"var {self.get_name()} = {made}"), name=self.get_name())
        return ""


def script() -> str:
    """The parts of the script as one, in a closure."""
    parts = [_SEAMS.sub("", (_ASSETS / name).read_text("utf-8")) for name in _SCRIPTS]
    return f'(function (L) {{\n"use strict";\n{constants()}{"".join(parts)}}})(L);'


def constants() -> str:
    """What the script shares with Python: the look, phrases, sounds, how words make classes."""
    shared = {
        "STYLE": style().model_dump(mode="json", exclude=_COLOURS),
        "WORDS": phrases("en"),
        "SOUNDS": dict(SOUNDS),
        "AGREEMENT": {
            "words": WORDS,
            "classes": CLASSES,
            "table": TABLE.tolist(),
            "word": WORD.tolist(),
        },
    }
    return "".join(f"const {name} = {json_line(value)};\n" for name, value in shared.items())


def _look_as_css() -> str:
    """Colours and numbers as variables, the lines of the land, letters where colours are few."""
    look = style()
    light, dark = (
        "".join(f"--claims-{name}: {code}; " for name, code in theme)
        for theme in (look.light, look.dark)
    )
    lines = "".join(
        f".{of}-{kind} {{ stroke: var(--claims-{line.colour}); stroke-opacity: 1;"
        f" stroke-width: {line.width:g}; stroke-dasharray: {_dashed(line.dash)}; }}\n"
        for of, kinds in (("backdrop", look.land), ("claims", look.context))
        for kind, line in kinds.items()
    )
    numbers = "".join(
        f"--claims-{part}-{name}: {value:g}{unit}; "
        for include, unit in ((_LENGTHS, "px"), (_STRENGTHS, ""))
        for part, own in look.model_dump(include=include).items()
        for name, value in own.items()
    )
    numbers += f"--claims-frame: {look.frame.width:g}px solid var(--claims-{look.frame.colour}); "
    letters = "".join(
        f'path[data-class="{name}"], [data-class="{name}"] rect '
        f"{{ fill: url(#claims-letters-{name}) !important; }}\n"
        for name, sign in look.signs.items()
        if sign.letters
    )
    few = "@media print, (forced-colors: active), (prefers-contrast: more)"
    themes = f':root {{ {light}{numbers}}}\n[data-theme="dark"] {{ {dark}}}\n'
    return f"{themes}{lines}{few} {{\n{letters}}}\n"


def _dashed(dash: Dash) -> str:
    return " ".join(f"{length:g}" for length in dash) or "none"


def _quoted(text: str) -> str:
    """JSON in a quoted string, which a browser reads much faster than JSON as script."""
    for letter, written in (("\\", r"\\"), ("'", r"\'"), ("<", r"\x3c")):
        text = text.replace(letter, written)
    return f"'{text}'"
