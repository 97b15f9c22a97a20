"""The table of the main places: what each voice says of them, and how their words compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

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


class _Column(NamedTuple):
    """Cells from the head down; discs before them; how large the letters are."""

    cells: Sequence[str]
    discs: Sequence[tuple[str, ...]] = ()
    size: float = 1
    bold: bool = False
    right: bool = False

    def width(self, size: float) -> float:
        size *= self.size
        return max(width_of(cell, size, bold=self.bold) for cell in self.cells) + size * (
            1.35 if self.discs else 0
        )


def _columns(content: Content, record: Record) -> list[_Column]:
    lang, places = content.snapshot.language, content.summary.places
    both = content.summary.compared if len(content.summary.compared) == 2 else ()
    words = {voice: places[voice].tolist() for voice in content.voices}
    pairs = list(zip(*(words[voice] for voice in both), strict=True))
    columns = [_Column(["", *places.name], pairs, bold=True)]
    for n, (voice, name) in enumerate(content.voices.items(), start=1):
        head = say(f"in_table_{voice}", lang) if voice in SIDES else name
        said = [say(f"in_table_{word}", lang) for word in words[voice]]
        columns.append(_Column([head, *said], [(word,) for word in words[voice]]))
        ages = places[f"{voice}_age"]
        columns.append(_Column(["", *(_age(age, lang) for age in ages)], size=0.8, right=True))
        if both and n == 2:
            relations = [say(f"relation_{name}", lang) for name in places.relation]
            columns.append(_Column([say("in_table_relation", lang), *relations]))
    sites = record.ledger.settlements.loc[places.index, ["lon", "lat"]].to_numpy().tolist()
    far = [f"{say_number(km_from_border(*at), lang)} {say('km', lang)}" for at in sites]
    return [*columns, _Column([say("to_border", lang), *far], right=True)]


def _age(days: float, language: Language) -> str:
    if np.isnan(days):
        return ""
    return say("in_table_age", language, int(days)) if days >= 0 else say("age_later", language)


def lay_table(canvas: Canvas, content: Content, record: Record, box: Box, size: float) -> None:
    """Put the table into a box, smaller until it fits."""
    lang, columns = content.snapshot.language, _columns(content, record)
    title, count = say("in_table_title", lang), len(content.summary.places) + 1
    while True:
        widths = [column.width(size) for column in columns]
        least = sum(widths) + size * 0.3 * len(columns)
        if least <= box.width and size * (2 + 1.62 * count) <= box.height:
            break
        size *= 0.97
    spare = min((box.width - sum(widths)) / (len(columns) - 1), size * 2)
    canvas.write(box.left, box.top - size * 1.1, title, size * 1.05, bold=True)
    x, discs = box.left, []
    for column, width in zip(columns, widths, strict=True):
        for n, cell in enumerate(column.cells):
            y, own = box.top - size * (2.9 + 1.62 * n), size * column.size
            at = x + size * 1.35 if column.discs else x
            if column.right:
                at = x + width - width_of(cell, own)
            soft = n == 0 or column.size < 1
            canvas.write(
                at, y, cell, own, bold=column.bold, colour="soft" if soft else "ink", gid="table"
            )
            if n and column.discs:
                said = column.discs[n - 1]
                discs.append((x + size * 0.5, y + size * 0.36, style().disc.radius * 0.85, said))
        x += width + spare
    Pen(canvas, size).discs(discs)
