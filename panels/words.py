"""Words and colours that all panels share."""

from __future__ import annotations

import datetime as dt
import re

from geo.style.look import style
from geo.tables.schema import SIDES

SIDE_NAMES = {"ukrainian": "Ukrainian", "russian": "Russian", "third_party": "Third party"}
STATUS_NAMES = {
    "ukrainian_control": "Ukrainian control",
    "contested": "contested",
    "russian_control": "Russian control",
    "implied": "implied: conceded as not held",
    "withdrawn": "claim withdrawn",
}


def palette() -> str:
    """Colours of the map as CSS variables, `--ukrainian` and so on, as the reader's theme is."""
    light, dark = style().light, style().dark
    return "".join(
        f"--{name}: light-dark({light[name]}, {dark[name]}); " for name in (*SIDES, "against")
    )


def plain(text: str) -> str:
    """Text of others as Markdown that shows it and does nothing else."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def say(day: dt.date) -> str:
    """A day as the clock writes it, 5 September 2024."""
    return f"{day.day} {day:%B %Y}"
