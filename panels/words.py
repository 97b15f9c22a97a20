"""Words and colours that all panels share."""

from __future__ import annotations

import datetime as dt
import re

SIDE_NAMES = {"ukrainian": "Ukrainian", "russian": "Russian", "third_party": "Third party"}
STATUS_NAMES = {
    "ukrainian_control": "Ukrainian control",
    "contested": "contested",
    "russian_control": "Russian control",
    "implied": "implied: conceded as not held",
    "withdrawn": "claim withdrawn",
}
#: Colour of each side on light and on dark, as on the map (`geo/assets/clock.css`).
COLOURS = {
    "ukrainian": ("#0072b2", "#2f95e0"),
    "russian": ("#d55e00", "#f0803c"),
    "third_party": ("#4a4a4a", "#d0d0cc"),
    "against": ("#8e1b6b", "#ee8fd0"),
}
#: The same as CSS variables, `--ukrainian` and so on; they follow the reader's theme.
PALETTE = "".join(f"--{name}: light-dark({a}, {b}); " for name, (a, b) in COLOURS.items())


def plain(text: str) -> str:
    """Text of others as Markdown that shows it and does nothing else."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def say(day: dt.date) -> str:
    """A day as the clock writes it, 5 September 2024."""
    return f"{day.day} {day:%B %Y}"
