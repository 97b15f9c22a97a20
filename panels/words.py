"""Labels and colours shared by all panels."""

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
    """Colours of the map as CSS variables, `--ukrainian` and so on, for light and dark themes."""
    light, dark = style().light, style().dark
    return "".join(
        f"--{name}: light-dark({light[name]}, {dark[name]}); " for name in (*SIDES, "against")
    )


def plain(text: str) -> str:
    """Untrusted text, escaped for Markdown."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def say(day: dt.date) -> str:
    """A day as the clock writes it, such as 5 September 2024."""
    return f"{day.day} {day:%B %Y}"
