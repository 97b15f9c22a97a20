"""The maps of a picture, all of one size, arranged in a box of the page."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import shapely

from geo.claims.record import Record
from geo.figure.canvas import Canvas, lay_notice, width_of, wrap
from geo.figure.content import COMPARED, ORDER, Content, Panel
from geo.figure.labels import Box
from geo.figure.land import Degrees, Map, lay_border, lay_context, lay_land, lay_scale, map_of
from geo.figure.paint import Pen
from geo.figure.places import Gazetteer, gazetteer_of, lay_discs, lay_names
from geo.selection.snapshot import Snapshot
from geo.style.look import style
from geo.style.words import Language, say, say_number
from geo.tables.boundaries import FOCUS, WIDE_FOCUS

#: Sizes of letters around each map: the title above, the words below.
_ABOVE, _BELOW, _APART = 1.9, 3.0, 1.5
#: So wide is a swatch, and the space after its words.
_SWATCH = 2.2


def frames(box: Box, count: int, size: float, degrees: Degrees) -> list[Box]:
    """Boxes of so many maps, arranged so that the ground is as large as it can be."""

    def laid(columns: int) -> list[Box]:
        rows = ceil(count / columns)
        across = (box.width - (columns - 1) * size * _APART) / columns
        up = (box.height - (rows - 1) * size * 0.6) / rows
        return [
            Box(left, top - up + size * _BELOW, left + across, top - size * _ABOVE)
            for n in range(count)
            for left in [box.left + n % columns * (across + size * _APART)]
            for top in [box.top - n // columns * (up + size * 0.6)]
        ]

    return min(map(laid, range(1, count + 1)), key=lambda one: map_of(one[0], degrees).unit)


def ground_of(snapshot: Snapshot, record: Record) -> tuple[Degrees, Degrees | None]:
    """The ground that every map shows, and more where it has room, in degrees."""
    if snapshot.bbox is not None:
        return snapshot.bbox, None
    theatre = record.theatre
    if theatre.empty:
        return WIDE_FOCUS, None
    cells = shapely.centroid(theatre.geometry.to_numpy())
    inside = shapely.contains_xy(
        shapely.box(*WIDE_FOCUS), shapely.get_x(cells), shapely.get_y(cells)
    )
    # Claims of the reader's own may be about other ground.
    if theatre.area_km2.to_numpy()[inside].sum() > 0.95 * theatre.area_km2.sum():
        return FOCUS, WIDE_FOCUS
    west, south, east, north = theatre.total_bounds.tolist()
    return (west, south, east, north), None


def lay_maps(
    canvas: Canvas, content: Content, record: Record, boxes: Sequence[Box], size: float
) -> Map:
    """Draw every map of a picture, with its title and its figures; return the first."""
    snapshot = content.snapshot
    lang = snapshot.language
    first = map_of(boxes[0], *ground_of(snapshot, record))
    gazetteer = gazetteer_of(content, record, first, size)
    for panel, box in zip(content.panels, boxes, strict=True):
        chart, pen = first.at(box), Pen(canvas, size, box)
        lay_land(pen, chart)
        seen = lay_claims(pen, chart, panel, gazetteer, context=snapshot.context)
        lay_names(pen, chart, gazetteer)
        lay_title(pen, box, panel)
        lay_note(pen, box, panel, lang)
        if not seen - {"silent"} and snapshot.view != "places":
            key = "unchanged" if snapshot.other_day else "nothing"
            lay_notice(canvas, box, say(key, lang), size)
    lay_scale(canvas, first, size, lang)
    return first


def lay_claims(
    pen: Pen, chart: Map, panel: Panel, gazetteer: Gazetteer, *, context: bool
) -> set[str]:
    """Paint what a panel says of the ground, the border above it, and of places.

    With its context: rivers, roads, railways and sites.

    Return the signs of the ground that can be seen.
    """
    seen = {
        sign
        for sign, shape in panel.ground.items()
        if pen.ground(chart.page(shape), sign, gid=f"map.{panel.voice}.{sign}")
    }
    look = style().lapsed
    for status, shape in panel.lapsed.items():
        gid = f"lapsed.{panel.voice}.{status}"
        pen.line(chart.page(shape), status, look.width, look.dash, zorder=4.5, gid=gid)
    if context:
        lay_context(pen, chart)
    lay_border(pen, chart)
    lay_discs(pen, chart, gazetteer, panel.words)
    return seen


def lay_title(pen: Pen, box: Box, panel: Panel) -> None:
    """Write above a map who says so."""
    large = pen.size * 1.3
    large *= min(1, box.width / width_of(panel.title, large, bold=True))
    pen.canvas.write(box.left, box.top + pen.size * 0.5, panel.title, large, bold=True)


def lay_note(pen: Pen, box: Box, panel: Panel, language: Language) -> None:
    """Write below a map how much ground has each sign, and what else there is to say."""
    pen = Pen(pen.canvas, pen.size * 0.9)
    size, compared = pen.size, panel.voice == COMPARED
    room = box.width * (1.8 if len(panel.notes) == 1 and not compared else 1)
    small = size * 0.92
    notes = [listed(text, names, room, small, language) for text, names in panel.notes]
    rows = _figures(panel, box.width, size, language) if compared or not notes else []
    y = box.bottom
    for row in rows:
        x, y = box.left, y - size * 1.35
        for sign, text in row:
            pen.ground(shapely.box(x, y - size * 0.1, x + size * 0.95, y + size * 0.85), sign)
            pen.canvas.write(x + size * 1.25, y, text, size)
            x += size * _SWATCH + width_of(text, size)
    for line in (line for note in notes for line in wrap(note, box.width, small)):
        y -= size * 1.35
        pen.canvas.write(box.left, y, line, small)


def _figures(
    panel: Panel, width: float, size: float, language: Language
) -> list[list[tuple[str, str]]]:
    """Signs and their km2, line by line."""
    compared, filled = panel.voice == COMPARED, 0.0
    rows: list[list[tuple[str, str]]] = [[]]
    signs = [sign for sign in ORDER if sign in panel.km2 and not (compared and sign == "silent")]
    for sign in signs:
        # What the signs of a comparison mean takes a sentence: the key has them.
        phrase = "" if compared else say(f"short_{sign}", language)
        unit = say("km2", language) if sign == signs[-1] else ""
        text = f"{phrase} {say_number(panel.km2[sign], language)} {unit}".strip()
        broad = size * _SWATCH + width_of(text, size)
        if filled and filled + broad - size > width:
            rows.append([])
            filled = 0
        rows[-1].append((sign, text))
        filled += broad
    return rows


def listed(text: str, names: Sequence[str], width: float, size: float, language: Language) -> str:
    """A sentence with as many names in its gap as a line has room for."""
    for count in range(len(names), 0, -1):
        some = ", ".join(names[:count])
        if count < len(names):
            some = say("more", language, some, len(names) - count)
        if width_of(line := text.format(some), size) <= width:
            return line
    return text.format(len(names) or "")
