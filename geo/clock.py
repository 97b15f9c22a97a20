"""The browser clock, a folium plugin: scrub the date, toggle the sides, on any folium map."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, cast

from branca.element import Element, Figure
from folium.elements import JSCSSMixin
from folium.template import Template

from geo.view import View

_ASSETS = files("geo") / "assets"
#: Parts of the script, in the order in which they build on each other.
_SCRIPTS = ("parts.js", "ground.js", "record.js", "sheet.js", "area.js", "compare.js", "clock.js")


class ClaimsClock(JSCSSMixin):
    """Paint the history of claims on a folium map, with a date slider under it.

    Dragging repaints at once; every switch acts in the browser. The map's
    container carries `data-painted-date`, and dispatches a `claimsclock` event
    with the state when the reader lets go of something.

    Parameters
    ----------
    history
        As `geo.history.history` returns it.
    view
        What to show at first; by default all sources on an eventful day.
    placeholder
        A word to stand in the page in place of the view, for a caller that
        fills it in later, as JSON.

    Examples
    --------
    >>> from geo import load_ledger
    >>> from geo.basemap import offline_map
    >>> from geo.history import history
    >>> page = offline_map()
    >>> clock = ClaimsClock(history(load_ledger())).add_to(page)
    >>> "claimsClock" in page.get_root().render()
    True
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.claimsClock(
                JSON.parse({{ this.history }}), {{ this.placeholder or this.view }}
            ).addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(
        self,
        history: dict[str, Any],
        *,
        view: View | None = None,
        placeholder: str | None = None,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "ClaimsClock"
        self.history = _quoted(history)
        self.view = (view or View()).model_dump_json()
        self.placeholder = placeholder

    def render(self, **kwargs: Any) -> Any:
        """Write script and style into the page, then the clock itself."""
        head = cast("Figure", self.get_root()).header
        style = (_ASSETS / "clock.css").read_text("utf-8")
        script = "".join((_ASSETS / name).read_text("utf-8") for name in _SCRIPTS)
        script = f'(function (L) {{\n"use strict";\n{script}}})(L);'
        head.add_child(Element(f"<style>{style}</style>"), name="claims_clock_css")
        head.add_child(Element(f"<script>{script}</script>"), name="claims_clock")
        return super().render(**kwargs)  # type: ignore[no-untyped-call]


def _quoted(document: dict[str, Any]) -> str:
    """JSON in a quoted string, which a browser reads much faster than JSON as script."""
    text = json.dumps(document, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    for letter, written in (("\\", r"\\"), ("'", r"\'"), ("<", r"\x3c")):
        text = text.replace(letter, written)
    return f"'{text}'"
