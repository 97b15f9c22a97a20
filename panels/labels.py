"""Labels and colours shared by all panels."""

from __future__ import annotations

import datetime as dt
import re

from geo.analysis.agreement import CLASSES, WORDS
from geo.style import words
from geo.style.look import Colours, style
from geo.tables.schema import DRAWN, SIDES

SIDE_NAMES = {"ukrainian": "Ukrainian", "russian": "Russian", "third_party": "Third party"}
#: Who speaks, as a heading.
VOICE_NAMES = {side: words.say(f"{side}_sources", "en").capitalize() for side in SIDES}
STATUS_NAMES = {status: words.say(status, "en") for status in (*DRAWN, "withdrawn")}
#: What a side's word is.
WORD_NAMES = {
    **{word: words.say(word, "en") for word in WORDS},
    "split": "its sources differ",
    "silent": words.say("short_silent", "en"),
}
#: What two words come to; each by itself, where the key of the map joins some.
CLASS_NAMES = {
    **{name: words.say(name, "en") for name in CLASSES if name != "one_contested"},
    "both_contested": "both say fought over or unclear",
    "one_contested": "only one says fought over or unclear, the other is silent",
    "silent": "nobody says anything",
}


def palette() -> str:
    """Colours of the map as CSS variables, `--contested` and so on, to fit the reader's theme.

    With them what all panels share: how strong small words are, how wide the ring of the focus.
    """
    look = style()
    numbers = f"--remark: {look.strength.remark:g}; --focus-width: {look.width.focus:g}px; "
    return numbers + "".join(
        f"--{n}: light-dark({look.light[n]}, {look.dark[n]}); " for n in Colours.model_fields
    )


def plain(text: str) -> str:
    """Untrusted text, escaped for Markdown."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def say(day: dt.date) -> str:
    """A day as the clock writes it, 5 September 2024."""
    return words.say_day(day, "en")
