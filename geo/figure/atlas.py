"""The maps of a picture: as many of one size as a box of the page has room for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import NamedTuple

import numpy as np
import shapely

from geo.analysis.summary import MAIN_PLACES
from geo.claims.record import Record
from geo.figure.canvas import Canvas, lay_notice, width_of, wrap
from geo.figure.content import COMPARED, ORDER, Content, Panel, called, clashing_of
from geo.figure.labels import Box, place_names
from geo.figure.land import Degrees, Map, countries_on, lay_border, lay_land, lay_scale, map_of
from geo.figure.paint import Pen
from geo.selection.snapshot import Snapshot
from geo.style.look import style
from geo.style.words import Language, say, say_number
from geo.tables.boundaries import FOCUS, WIDE_FOCUS

#: Sizes of letters around each map: the title above, the words below.
_ABOVE, _BELOW, _APART = 1.9, 3.0, 1.5
#: Discs that stand alone are so much larger.
_LARGER = 1.4
#: So wide is a swatch, and the space after its words.
_SWATCH = 2.2
#: A map of so many letters' squares has room for one more name.
_ROOM = 130
#: These are named in bold letters.
_BOLD = MAIN_PLACES[:2]


class Label(NamedTuple):
    """A name on a map, and where it stands."""

    text: str
    box: Box
    size: float
    bold: bool = False


def frames(box: Box, count: int, size: float, degrees: Degrees) -> list[Box]:
    """Boxes of so many maps, in the order in which the ground comes out largest."""

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
    canvas: Canvas,
    content: Content,
    record: Record,
    boxes: Sequence[Box],
    size: float,
    weight: float,
) -> Map:
    """Draw every map of a picture, with its title and its figures; gives the first of them."""
    snapshot = content.snapshot
    lang = snapshot.language
    first = map_of(boxes[0], *ground_of(snapshot, record))
    gazetteer = Gazetteer(content, record, first, size, weight)
    for n, (panel, box) in enumerate(zip(content.panels, boxes, strict=True)):
        chart, pen = first.at(box), Pen(canvas, weight, box)
        lay_land(pen, chart)
        paint(pen, chart, panel)
        lay_border(pen, chart)
        gazetteer.lay_discs(pen, panel, box)
        gazetteer.lay_names(canvas, panel, box)
        if n == 0:
            lay_scale(canvas, chart, size, lang)
        lay_title(canvas, panel, box, size)
        lay_note(canvas, panel, box, size, lang)
        if not set(panel.ground) - {"silent"} and snapshot.view != "places":
            key = "unchanged" if snapshot.other_day else "nothing"
            lay_notice(canvas, box, say(key, lang), size)
    return first


def paint(pen: Pen, chart: Map, panel: Panel) -> None:
    """Paint the ground of a panel."""
    for sign, shape in panel.ground.items():
        pen.ground(chart.page(shape), sign, gid=f"map.{panel.voice}.{sign}")
    look = style().lapsed
    for status, shape in panel.lapsed.items():
        pen.line(
            chart.page(shape), status, look.width, look.dash, zorder=4.5,
            gid=f"lapsed.{panel.voice}.{status}",
        )  # fmt: skip


class Gazetteer:
    """Names and discs: the same on every map of a page, as they stand on the first."""

    def __init__(
        self,
        content: Content,
        record: Record,
        chart: Map,
        size: float,
        weight: float,
        *,
        clashes: bool = True,
    ) -> None:
        self.chart, self.size, self.weight = chart, size, weight
        self.every = content.snapshot.view == "places"
        self.names = called(record, content.snapshot.language)
        settlements = record.ledger.settlements
        own = settlements[settlements.cell_id.isin(content.agreement.index)]
        own = own.sort_values("population", ascending=False, kind="stable")
        flat = chart.page(shapely.points(own.lon.to_numpy(), own.lat.to_numpy()))
        spots = zip(own.index.tolist(), *shapely.get_coordinates(flat).T.tolist(), strict=True)
        box = chart.box
        self.spots = {n: (x, y) for n, x, y in spots if box.holds(Box(x, y, x, y))}
        clashing = clashing_of(content.agreement, record) if clashes else []
        self.clashing = [n for n in clashing if n in self.spots]
        # Where the scale stands, and small ground of which the two say opposite things.
        clash = [panel.ground["contradictory"] for panel in content.panels
                 if clashes and "contradictory" in panel.ground]  # fmt: skip
        small = [
            Box(*part.bounds) for shape in clash for part in shapely.get_parts(chart.page(shape))
        ]
        self.taken = [part for part in small if part.width < size * 5]
        self.taken.append(Box(box.left, box.bottom, box.left + size * 9, box.bottom + size * 2.5))
        self.countries: list[tuple[str, Box]] = []
        theatre = chart.page(shapely.coverage_union_all(content.agreement.geometry.to_numpy()))
        full = [*self.taken, *(label.box for label in self.labels().values())]
        self.countries = countries_on(chart, theatre, content.snapshot.language, size * 1.15, full)

    def labels(self, clashing: Sequence[int] = ()) -> dict[int, Label]:
        """Names of the main places, of some others, and of more while there is room."""
        main = [n for n in dict.fromkeys([*MAIN_PLACES, *clashing]) if n in self.spots]
        found = self._placed(main, {})
        most = int(self.chart.box.width * self.chart.box.height / self.size**2 / _ROOM) - len(main)
        return found | self._placed(self._apart(main)[: max(most, 0)], found)

    def _apart(self, main: Sequence[int]) -> list[int]:
        """Other places, whose discs touch none of the main ones."""
        far = 2.5 * style().disc.radius * self.weight
        taken = np.array([self.spots[n] for n in main]).reshape(-1, 2)
        named = {self.names[n] for n in main}
        return [
            n for n, at in self.spots.items()
            if n not in main and self.names[n] not in named and np.hypot(*(taken - at).T).min(initial=np.inf) > far
        ]  # fmt: skip

    def _placed(self, places: Sequence[int], before: Mapping[int, Label]) -> dict[int, Label]:
        """Names beside their discs, off what was placed before."""
        looks = [
            (self.size * 1.05, True) if n in _BOLD else (self.size * 0.9, False) for n in places
        ]
        asked = [
            (*self.spots[n], width_of(self.names[n], size, bold=bold), size)
            for n, (size, bold) in zip(places, looks, strict=True)
        ]
        left, low, right, high = self.chart.box
        gap = (style().disc.radius + 2) * self.weight
        discs = [Box(x - gap, y - gap, x + gap, y + gap)
                 for x, y in (self.spots[n] for n in before)]  # fmt: skip
        if self.every:
            near = style().disc.small * _LARGER * self.weight
            discs += [Box(x - near, y - near, x + near, y + near)
                      for n, (x, y) in self.spots.items() if n not in places]  # fmt: skip
        full = [*self.taken, *discs, *(box for _, box in self.countries),
                *(label.box for label in before.values())]  # fmt: skip
        found = place_names(asked, Box(left + 4, low + 4, right - 4, high - 4), full, gap=gap)
        return {
            n: Label(self.names[n], box, size, bold)
            for n, box, (size, bold) in zip(places, found, looks, strict=True)
            if box is not None
        }

    def _on(self, panel: Panel) -> tuple[list[int], dict[int, Label]]:
        """Places of which the map of a panel tells more, and its names."""
        clashing = self.clashing if panel.voice == COMPARED else []
        return clashing, self.labels(clashing)

    def lay_discs(self, pen: Pen, panel: Panel, box: Box) -> None:
        """Put discs onto the map that lies in a box."""
        across, up = box.left - self.chart.box.left, box.bottom - self.chart.box.bottom
        clashing, labels = self._on(panel)
        main = [n for n in MAIN_PLACES if n in self.spots]
        shown = [*(self.spots if self.every else [*labels, *clashing]), *main]
        look, large = style().disc, _LARGER if self.every else 1
        pen.discs(
            (
                self.spots[n][0] + across, self.spots[n][1] + up,
                large * (look.radius if n in main and panel.words else look.small),
                panel.words.get(n, ("silent",)),
            )
            for n in dict.fromkeys(shown)
        )  # fmt: skip

    def lay_names(self, canvas: Canvas, panel: Panel, box: Box) -> None:
        """Write the names of countries and places onto the map that lies in a box."""
        across, up = box.left - self.chart.box.left, box.bottom - self.chart.box.bottom
        for text, at in self.countries:
            canvas.write(
                at.left + across, at.bottom + up, text, self.size * 1.15, bold=True, colour="soft",
                gid="country", halo=True,
            )  # fmt: skip
        for label in self._on(panel)[1].values():
            canvas.write(
                label.box.left + across, label.box.bottom + up + label.size * 0.13, label.text,
                label.size, bold=label.bold, halo=True, gid="place",
            )  # fmt: skip


def lay_title(canvas: Canvas, panel: Panel, box: Box, size: float) -> None:
    """Write above a map whose telling it is."""
    large = size * 1.3
    large *= min(1, box.width / width_of(panel.title, large, bold=True))
    canvas.write(box.left, box.top + size * 0.5, panel.title, large, bold=True)


def lay_note(canvas: Canvas, panel: Panel, box: Box, size: float, language: Language) -> None:
    """Write below a map how much ground has each sign, and what else there is to say."""
    size *= 0.9
    compared = panel.voice == COMPARED
    room = box.width * (1.8 if len(panel.notes) == 1 and not compared else 1)
    small = size * 0.92
    notes = [listed(text, names, room, small, language) for text, names in panel.notes]
    rows = _figures(panel, box.width, size, language) if compared or not notes else []
    pen, y = Pen(canvas, size / 14), box.bottom
    for row in rows:
        x, y = box.left, y - size * 1.35
        for sign, text in row:
            pen.ground(shapely.box(x, y - size * 0.1, x + size * 0.95, y + size * 0.85), sign)
            canvas.write(x + size * 1.25, y, text, size)
            x += size * _SWATCH + width_of(text, size)
    for line in (line for note in notes for line in wrap(note, box.width, small)):
        y -= size * 1.35
        canvas.write(box.left, y, line, small)


def _figures(
    panel: Panel, width: float, size: float, language: Language
) -> list[list[tuple[str, str]]]:
    """Signs and their km2, line by line."""
    compared, rows, filled = panel.voice == COMPARED, [[]], 0.0
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
