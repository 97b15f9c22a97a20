"""Colours and fills: those of the map, for the files that carry a style."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

#: The colour of ground where two sides contradict each other.
AGAINST = "against"
#: How opaque a status is filled where a format knows no textures.
FILLS = {"ukrainian_control": 0.5, "contested": 0.3, "russian_control": 0.15, "implied": 0.0}


@lru_cache(maxsize=2)
def colours(*, dark: bool = False) -> dict[str, str]:
    """Colours of the map by name: the sides, `against`, `ink`, `backdrop-far` and so on.

    Examples
    --------
    >>> colours()["ukrainian"]
    '#0072b2'
    """
    style = (files("geo.web") / "assets" / "clock.css").read_text("utf-8")
    theme = style.split("}")[dark]  # the first two blocks of the style sheet
    return dict(re.findall(r"--(?:claims-)?([\w-]+):\s*(#[0-9a-f]{6})", theme))
