"""The legend of a picture: what is drawn there, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from typing import Any, NamedTuple

import geopandas as gpd
import pandas as pd
import shapely
from matplotlib.path import Path

from geo.claims.comparison import GRID
from geo.figure.canvas import Canvas, wrap
from geo.figure.labels import Box
from geo.figure.map_frame import line_style
from geo.figure.strokes import Drawn, Pen, outline
from geo.selection.snapshot import Snapshot
from geo.style.look import Dash, dashes, style
from geo.style.words import Language, name_of, say, say_count, say_day
from geo.tables.schema import DRAWN, IMPLIED, SIDES


class Entry(NamedTuple):
    """A line of the legend; a heading has no `note` and its sample stands out.

    `wide` is the width of the sample, in sizes of the letters.
    """

    text: str
    sample: Callable[[Pen, Box], None]
    note: str = ""
    heading: bool = False
    key: str = ""
    wide: float = 2.4


#: Width of a sample for each side.
_WIDE = 3.9


def _nothing(_pen: Pen, _box: Box) -> None:
    """Stand where there is nothing to show."""


def _swatch(colour: str) -> Callable[[Pen, Box], None]:
    def sample(pen: Pen, box: Box) -> None:
        side = box.top - box.bottom
        shape = shapely.box(box.left, box.bottom, box.left + side, box.top)
        pen.draw(outline(shape), facecolor=colour)

    return sample


def _stroke(**style: Any) -> Callable[[Pen, Box], None]:
    def sample(pen: Pen, box: Box) -> None:
        y = (box.bottom + box.top) / 2
        line = Path([(box.left, y), (box.right, y)])
        pen.draw(line, capstyle="butt", **style)

    return sample


def _source_line(colour: str, dash: Dash) -> Callable[[Pen, Box], None]:
    def sample(pen: Pen, box: Box) -> None:
        y = (box.bottom + box.top) / 2
        pen.edge(shapely.LineString([(box.left, y), (box.right, y)]), "", colour, dash)

    return sample


def _ground(
    status: str, groups: Sequence[tuple[str, ...]], faded: Container[str] = ()
) -> Callable[[Pen, Box], None]:
    """How ground of a status is drawn for each group of sides that claim it, side by side.

    The claims of some sides have `faded`.
    """

    def sample(pen: Pen, box: Box) -> None:
        apart = (box.top - box.bottom) * 0.25
        broad = (box.right - box.left + apart) / len(groups)
        for n, sides in enumerate(groups):
            left = box.left + n * broad
            shape = shapely.box(left, box.bottom, left + broad - apart, box.top)
            for side in sides:
                middle = (left + (broad - apart) / 2, (box.bottom + box.top) / 2)
                colour, strength = pen.look.light[side], pen.look.faded if side in faded else 1
                pen.texture(shape, status, side, colour, start=middle, strength=strength)
                pen.edge(shape, status, colour, (), strength=strength)

    return sample


def _hatched(pen: Pen, box: Box) -> None:
    pen.hatch(shapely.box(*box))


def _changed(change: str) -> Callable[[Pen, Box], None]:
    def sample(pen: Pen, box: Box) -> None:
        pen.change(shapely.box(*box), change)

    return sample


def legend_of(
    snapshot: Snapshot,
    drawn: Drawn,
    sources: pd.DataFrame,
    settlements: pd.DataFrame,
    weight: float,
    *,
    lines: Container[str] = (),
    whole: bool = True,
) -> list[list[Entry]]:
    """What the legend says, block by block: only what is drawn.

    `weight` is that of the lines of the map, `lines` their kinds. The `whole`
    legend also tells when a source last spoke and how much ground is contradictory
    or differs between two pictures. In the other, areas are yet to be written
    beside what has a key.
    """
    lang, light, shapes, dash = snapshot.language, style().light, drawn.shapes, dashes(sources)
    last = {}
    if whole:
        # What is implied was not said on any of these days.
        said = shapes[shapes.status != IMPLIED]
        last = said.groupby("source_id", observed=True).age_days.min().to_dict()
    blocks = []
    for side in SIDES:
        own = sources[(sources.side == side) & sources.index.isin(shapes.source_id)]
        if len(own):
            rows = [Entry(say(side, lang), _swatch(light[side]), heading=True)]
            rows += [
                Entry(
                    _called(name, sources, lang),
                    _source_line(light[side], dash[name]),
                    _age(int(last[name]), lang) if name in last else "",
                    key=name,
                )
                for name in own.index
            ]
            blocks.append(rows)
    kinds = _claimed(drawn.painted, lang)
    faded = drawn.painted[drawn.painted.faded]
    if len(faded):
        status = next(status for status in DRAWN if (faded.status == status).any())
        own = faded[faded.status == status]
        sides = [(side,) for side in SIDES if (own.side == side).any()]
        sample = _ground(status, sides, SIDES)
        kinds.append(Entry(say("faded", lang, snapshot.fade), sample, wide=_WIDE))
    if len(drawn.opposed):
        places = int(settlements.cell_id.isin(drawn.opposed.index).sum())
        many = say_count(places, drawn.opposed.area_km2.sum(), lang)
        kinds.append(Entry(say("contradictory", lang), _hatched, many if whole else "", wide=_WIDE))
    if kinds:
        blocks.append([Entry(say("claimed", lang), _nothing, heading=True), *kinds])
    if snapshot.halves:
        status = say((snapshot.statuses or DRAWN)[0], lang)
        heading, words = _comparison(snapshot, sources, status)
        counts = {
            row.change: say_count(len(row.settlements), row.area_km2, lang)
            for row in drawn.changes.itertuples()
        }
        rows = [
            Entry(text, _changed(change), counts.get(change, ""), key=change)
            for change, text in words.items()
            if change in counts or not whole
        ]
        rows = rows or [Entry(say("unchanged", lang), _nothing)]
        blocks.append([Entry(heading, _nothing, heading=True), *rows])
    words = {"state_border": "state_border", "oblast_line": "oblast", "raion_line": "raion"}
    drawn_lines = [
        Entry(say(word, lang), _stroke(**line_style(kind, weight)))
        for word, kind in words.items()
        if kind in lines
    ]
    if drawn_lines:
        blocks.append([Entry(say("map", lang), _nothing, heading=True), *drawn_lines])
    return blocks


def _comparison(
    snapshot: Snapshot, sources: pd.DataFrame, status: str
) -> tuple[str, dict[str, str]]:
    """The heading over what differs between two pictures, and a phrase for each change."""
    lang = snapshot.language
    if snapshot.other_day:
        words = {change: say(change, lang, status) for change in ("gained", "lost")}
        return say("since", lang, say_day(snapshot.other_day, lang)), words
    first, second = names_of(snapshot, sources)
    return say("only_one", lang), {
        "gained": say("only", lang, status, second),
        "lost": say("only", lang, status, first),
    }


def names_of(snapshot: Snapshot, sources: pd.DataFrame) -> list[str]:
    """The two sides or sources that are compared, by name."""
    lang = snapshot.language
    return [
        _within(say(one, lang), lang) if one in SIDES else _called(one, sources, lang)
        for one in snapshot.pair or ()
    ]


def _within(words: str, language: Language) -> str:
    """Words as they stand within a sentence; in English "Ukrainian" keeps its letter."""
    return words if language == "en" else words[0].lower() + words[1:]


def _claimed(shapes: gpd.GeoDataFrame, language: Language) -> list[Entry]:
    """What is claimed, in the colours and textures of the sides that claim it."""
    found = []
    for status in DRAWN:
        own = shapes[shapes.status == status]
        sides = [(side,) for side in SIDES if (own.side == side).any()]
        if sides:
            found.append(Entry(say(status, language), _ground(status, sides), wide=_WIDE))
        faded = _overlap(own) if status == "ukrainian_control" else None
        if faded is not None:
            both = _ground(status, [("ukrainian", "russian")], faded)
            found.append(Entry(say("both_sides", language), both, wide=_WIDE))
    return found


def _overlap(shapes: gpd.GeoDataFrame) -> tuple[str, ...] | None:
    """Which sides have faded where Ukrainian and Russian sources claim the same ground.

    Two colours make a third there. The strongest that is seen counts; None if
    there is no such ground.
    """
    pair = ("ukrainian", "russian")
    ground = {
        (side, old): shapely.union_all(
            shapes.geometry.to_numpy()[((shapes.side == side) & (shapes.faded == old)).to_numpy()]
        )
        for side in pair
        for old in (False, True)
    }
    for faded in ((), pair[1:], pair[:1], pair):
        one, other = (ground[side, side in faded] for side in pair)
        if shapely.area(shapely.intersection(one, other, grid_size=GRID)) > 0:
            return faded
    return None


def _called(source: str, sources: pd.DataFrame, language: Language) -> str:
    """The name of a source, without those who are meant by it."""
    return name_of(source, sources.name[source].partition(" (")[0], language)


def _age(days: int, language: Language) -> str:
    if days == 0:
        return say("said_today", language)
    phrase = ("said_ago" if days > 0 else "said_later") + ("_one" if abs(days) == 1 else "")
    return say(phrase, language, abs(days))


def lay_legend(
    canvas: Canvas,
    box: Box,
    blocks: list[list[Entry]],
    *,
    columns: int = 1,
    size: float,
    width: float,
    spare: float = 0,
) -> dict[str, tuple[float, float, float]]:
    """Flow a legend into columns, smaller until it fits.

    Parameters
    ----------
    width
        Of the map: samples are drawn as there.
    spare
        Space to leave at the right of each line.

    Returns
    -------
    dict
        Right end of the column, baseline and size of each entry with a key.
    """
    apart = size * 1.6
    broad = (box.right - box.left - apart * (columns - 1)) / columns
    while True:
        laid, tall = _flow(blocks, columns, broad - spare, size)
        if tall <= box.top - box.bottom:
            break
        size *= 0.97
    ends = {}
    pen = Pen(canvas, width)
    for column, y, entry, lines, notes in laid:
        x = box.left + column * (broad + apart)
        top = box.top - y
        gap = size * (1.5 if entry.heading else entry.wide + 0.7)
        if entry.heading:
            gap = 0 if entry.sample is _nothing else size * 1.4
            sample = Box(x, top - size * 1.12, x + size, top - size * 0.12)
        else:
            middle = top - size * 0.62
            sample = Box(x, middle - size * 0.52, x + size * entry.wide, middle + size * 0.52)
        entry.sample(pen, sample)
        if entry.key:
            ends[entry.key] = (x + broad, top - size, size)
        for n, line in enumerate(lines):
            canvas.write(
                x + gap, top - size * (1 + 1.25 * n), line, size, bold=entry.heading, gid="legend"
            )
        for n, line in enumerate(notes):
            y_note = top - size * (1.25 * len(lines) + 0.85 + 1.1 * n)
            canvas.write(x + gap, y_note, line, size * 0.82, colour="soft")
    return ends


def _flow(
    blocks: list[list[Entry]], count: int, width: float, size: float
) -> tuple[list[tuple[int, float, Entry, list[str], list[str]]], float]:
    """Each block into the column that is the shortest so far; how tall the tallest gets."""
    tall = [0.0] * count
    laid = []
    for block in blocks:
        column = tall.index(min(tall))
        y = tall[column] + (size * 0.9 if tall[column] else 0)
        for entry in block:
            gap = size * (1.4 if entry.heading else entry.wide + 0.7)
            lines = wrap(entry.text, width - gap, size, bold=entry.heading)
            notes = wrap(entry.note, width - gap, size * 0.82) if entry.note else []
            laid.append((column, y, entry, lines, notes))
            y += size * (1.25 * len(lines) + 1.05 * len(notes) + 0.45)
        tall[column] = y
    return laid, max(tall)
