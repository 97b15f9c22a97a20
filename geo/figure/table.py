"""The table of the main places: what each voice says of them, and how their words compare."""

from __future__ import annotations

import numpy as np

from geo.claims.record import Record
from geo.figure.canvas import Canvas, width_of
from geo.figure.content import Content
from geo.figure.labels import Box
from geo.figure.land import km_from_border
from geo.figure.paint import Pen
from geo.style.look import style
from geo.style.words import Language, say, say_number
from geo.tables.schema import SIDES

#: Days after which a claim is told to be old.
_WEEK = 7


def lay_table(canvas: Canvas, content: Content, record: Record, box: Box, size: float) -> None:
    """Put the table into a box, smaller until it fits."""
    lang, both = content.snapshot.language, len(content.summary.compared) == 2
    voices, places = list(content.voices), content.summary.places
    heads = [say(f"in_table_{v}", lang) if v in SIDES else content.voices[v] for v in voices]
    relation = say("in_table_relation", lang) if both else ""
    rows = [[say("to_border", lang), *heads, relation]]
    # What the discs before the words say, column by column.
    discs: list[list[tuple[str, ...]]] = [[]]
    for number, row in zip(places.index.tolist(), places.to_dict("records"), strict=True):
        words = [str(row[voice]) for voice in voices]
        discs.append([tuple(words[:2]) if both else (), *((word,) for word in words)])
        relation = say(f"relation_{row['relation']}", lang) if both else ""
        said = [
            say(f"short_{word}", lang) + _age(row[f"{voice}_age"], lang)
            for word, voice in zip(words, voices, strict=True)
        ]
        rows.append([f"{row['name']} ({_from_border(record, number, lang)})", *said, relation])
    while True:
        # Before words that have a disc there is room for it.
        gaps = [size * 1.35 * (n <= len(voices) and (both or n > 0)) for n in range(len(rows[0]))]
        widths = [
            gap + max(width_of(text, size, bold=n == 0) for text in column)
            for n, (gap, column) in enumerate(zip(gaps, zip(*rows, strict=True), strict=True))
        ]
        tall = size * (2 + 1.62 * len(rows))
        if sum(widths) + size * len(widths) * 0.38 <= box.width and tall <= box.height:
            break
        size *= 0.97
    spare = min((box.width - sum(widths)) / (len(widths) - 1), size * 4)
    lefts = box.left + np.cumsum([0, *(width + spare for width in widths)])
    canvas.write(box.left, box.top - size * 1.1, say("places_title", lang), size * 1.05, bold=True)
    laid, y = [], box.top - size * 2.9
    for cells, marks in zip(rows, discs, strict=True):
        for n, (text, x, gap) in enumerate(zip(cells, lefts[:-1].tolist(), gaps, strict=True)):
            if n < len(marks) and marks[n]:
                laid.append((x + size * 0.5, y + size * 0.36, style().disc.beside, marks[n]))
            at = x + gap
            colour = "ink" if marks else "soft"
            canvas.write(
                at, y, text, size, bold=n == 0 and colour == "ink", colour=colour, gid="table"
            )
        y -= size * 1.62
    Pen(canvas, size).discs(laid)


def _age(days: float, language: Language) -> str:
    """Days since something was last said, where that is more than a week."""
    return f", {say('age_short', language, int(days))}" if days > _WEEK else ""


def _from_border(record: Record, place: int, language: Language) -> str:
    places = record.ledger.settlements
    km = km_from_border(float(places.lon[place]), float(places.lat[place]))
    return f"{say_number(km, language)} {say('km', language)}"
