"""The table of the main places: what each voice says of them, and how their words compare."""

from __future__ import annotations

from collections.abc import Mapping

from geo.claims.record import Record
from geo.figure.canvas import Canvas, width_of
from geo.figure.content import Content
from geo.figure.labels import Box
from geo.figure.land import km_from_border
from geo.figure.paint import Pen
from geo.style.look import style
from geo.style.words import say, say_number
from geo.tables.schema import SIDES


def lay_table(
    canvas: Canvas, content: Content, record: Record, box: Box, size: float, weight: float
) -> None:
    """Put the table into a box, smaller until it fits."""
    lang, places = content.snapshot.language, content.summary.places
    settlements = record.ledger.settlements
    both = len(content.summary.compared) == 2
    head = [say("places_title", lang)]
    rows = [["", *(say(f"in_table_{v}", lang) if v in SIDES else name
                   for v, name in content.voices.items()),
             say("in_table_relation", lang) if both else "", say("to_border", lang)]]  # fmt: skip
    for row in places.itertuples():
        place = settlements.loc[row.Index]
        km = f"{say_number(km_from_border(place.lon, place.lat), lang)} {say('km', lang)}"
        said = [say(f"short_{getattr(row, voice)}", lang) for voice in content.voices]
        relation = say(f"relation_{row.relation}", lang) if both else ""
        rows.append([row.name, *said, relation, km])
    # Columns that have a disc before the words.
    marked = range(0 if both else 1, len(content.voices) + 1)
    while True:
        gap = size * 1.3
        widths = [
            max(width_of(row[n], size, bold=n == 0) for row in rows) + (gap if n in marked else 0)
            for n in range(len(rows[0]))
        ]
        tall = size * (2 + 1.62 * len(rows))
        if sum(widths) + size * len(widths) * 0.38 <= box.width and tall <= box.height:
            break
        size, weight = size * 0.97, weight * 0.97
    spare = min((box.width - sum(widths)) / (len(widths) - 1), size * 4)
    canvas.write(box.left, box.top - size * 1.1, head[0], size * 1.05, bold=True)
    pen, radius = Pen(canvas, weight), style().disc.radius * 0.85
    y, discs = box.top - size * 2.9, []
    for n, cells in enumerate(rows):
        words: Mapping[int, tuple[str, ...]] = {}
        if n:
            said = [places.iloc[n - 1][voice] for voice in content.voices]
            words = {k + 1: (word,) for k, word in enumerate(said)}
            if both:
                words = {0: tuple(said[:2]), **words}
        x = box.left
        for k, text in enumerate(cells):
            at = x + (gap if k in marked else 0)
            if k == len(cells) - 1:
                at = x + widths[k] - width_of(text, size)
            if k in words:
                discs.append((x + size * 0.6, y + size * 0.36, radius, words[k]))
            bold = k == 0 or (
                k == len(cells) - 2 and n > 0 and places.iloc[n - 1].relation == "contradictory"
            )
            canvas.write(at, y, text, size, bold=bold, colour="ink" if n else "soft", gid="table")
            x += widths[k] + spare
        y -= size * 1.62
    pen.discs(discs)
