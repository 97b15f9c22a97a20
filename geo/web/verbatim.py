"""Text in a page of folium: as it stands, never read as a template."""

from __future__ import annotations

from typing import Any

from branca.element import Element


class Verbatim(Element):
    """A part of a page that is its text.

    An `Element` of branca compiles the text that it is given: what stands between
    braces there would run.

    Examples
    --------
    >>> Verbatim("{{ 7 * 7 }}").render()
    '{{ 7 * 7 }}'
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_: Any) -> str:
        """The text."""
        return self._text
