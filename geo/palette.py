"""Colours and fills: those of the map, for the files that carry a style."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

#: The colour of ground where two sides contradict each other.
AGAINST = "against"
#: How opaque a status is filled where a format knows no textures.
FILLS = {"ukrainian_control": 0.5, "contested": 0.3, "russian_control": 0.15, "implied": 0.0}


@lru_cache(maxsize=1)
def colours() -> dict[str, str]:
    """Colours of the map on light ground, by name: the sides, `against`, `ink`, `backdrop-far`.

    Examples
    --------
    >>> colours()["ukrainian"]
    '#0072b2'
    """
    style = (files("geo") / "assets" / "clock.css").read_text("utf-8")
    light = style.partition("}")[0]
    return dict(re.findall(r"--(?:claims-)?([\w-]+):\s*(#[0-9a-f]{6})", light))
