"""Discs and names of places, and names of the countries: the same on every map of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import shapely

from geo.analysis.summary import MAIN_PLACES
from geo.claims.record import Record
from geo.figure.canvas import UNIT, width_of
from geo.figure.content import Content, called, clashing_of
from geo.figure.labels import Box, place_names
from geo.figure.land import Map, countries_on
from geo.figure.paint import Pen
from geo.style.look import style

#: A map of so many letters' squares has room for one more name.
_ROOM = 130
#: These are named in bold letters.
_BOLD = MAIN_PLACES[:2]


class Label(NamedTuple):
    """A name on a map: its lower left corner from that of the map, and how it is written."""

    text: str
    box: Box
    size: float
    bold: bool


class Gazetteer(NamedTuple):
    """The places that have a disc, from the lower left corner of a map; and the names."""

    spots: Mapping[int, tuple[float, float]]
    labels: Sequence[Label]
    countries: Sequence[tuple[str, Box]]
    #: Whether the discs stand alone on the land.
    alone: bool


def gazetteer_of(
    content: Content, record: Record, chart: Map, size: float, *, clashes: bool = True
) -> Gazetteer:
    """The places of a page: main ones, those contradicted, and others while there is room."""
    snapshot, names = content.snapshot, called(record, content.snapshot.language)
    chart = chart.at(Box(0, 0, chart.box.width, chart.box.height))
    frame, alone = chart.box, snapshot.view == "places"
    own = record.ledger.settlements
    own = own[own.cell_id.isin(content.agreement.index)]
    own = own.sort_values("population", ascending=False, kind="stable")
    flat = shapely.get_coordinates(chart.page(shapely.points(own.lon, own.lat))).tolist()
    every = {n: (x, y) for n, (x, y) in zip(own.index.tolist(), flat, strict=True)
             if frame.holds(Box(x, y, x, y))}  # fmt: skip
    gap = radius_of(main=True, alone=alone) * size / UNIT + size * 0.15
    # Where the scale stands, and small ground of which the two say opposite things.
    taken = [Box(0, 0, size * 9, size * 2.5)]
    for panel in content.panels if clashes else ():
        parts = shapely.get_parts(chart.page(panel.ground.get("contradictory", shapely.Point())))
        taken += [Box(*part.bounds) for part in parts if np.sqrt(part.area) < size * 4]
    if alone:
        taken += [
            _around(at, radius_of(main=False, alone=True) * size / UNIT) for at in every.values()
        ]

    def placed(places: Sequence[int], full: Sequence[Box]) -> dict[int, Label]:
        looks = [(size * 1.05, True) if n in _BOLD else (size * 0.9, False) for n in places]
        asked = [
            (*every[n], width_of(names[n], large, bold=bold), large)
            for n, (large, bold) in zip(places, looks, strict=True)
        ]
        inside = Box(4, 4, frame.right - 4, frame.top - 4)
        found = zip(places, place_names(asked, inside, full, gap=gap), looks, strict=True)
        return {n: Label(names[n], box, *look) for n, box, look in found if box is not None}

    clashing = clashing_of(content.agreement, record) if clashes else []
    main = [n for n in dict.fromkeys([*MAIN_PLACES, *clashing]) if n in every]
    labels = placed(main, taken)
    taken += [_around(every[n], gap) for n in main] + [label.box for label in labels.values()]
    # Others have discs that touch none of these.
    rest = [n for n in every if n not in main and names[n] not in {names[one] for one in main}
            and not any(_around(every[n], gap).meets(box) for box in taken)]  # fmt: skip
    room = max(int(frame.width * frame.height / size**2 / _ROOM) - len(MAIN_PLACES), 1)
    labels |= placed(rest[:room], taken)
    taken += [label.box for label in labels.values()]
    theatre = chart.page(shapely.coverage_union_all(content.agreement.geometry.to_numpy()))
    shown = every if alone else dict.fromkeys([*(n for n in main if n in MAIN_PLACES), *labels])
    return Gazetteer(
        {n: every[n] for n in shown},
        tuple(labels.values()),
        countries_on(chart, theatre, snapshot.language, size * 1.15, taken),
        alone,
    )


def radius_of(*, main: bool, alone: bool) -> float:
    """Radius of a disc in pixels of the style; where discs stand alone they are larger."""
    look = style().disc
    return (look.radius if main else look.small) * (look.alone if alone else 1)


def _around(at: tuple[float, float], far: float) -> Box:
    return Box(at[0] - far, at[1] - far, at[0] + far, at[1] + far)


def lay_discs(
    pen: Pen, chart: Map, gazetteer: Gazetteer, words: Mapping[int, tuple[str, ...]]
) -> None:
    """Put discs onto a map; where nothing is said of places, small empty ones."""
    left, low = chart.box[:2]
    pen.discs(
        (
            left + x, low + y,
            radius_of(main=n in MAIN_PLACES and n in words, alone=gazetteer.alone),
            words.get(n, ("silent",)),
        )
        for n, (x, y) in gazetteer.spots.items()
    )  # fmt: skip


def lay_names(pen: Pen, chart: Map, gazetteer: Gazetteer) -> None:
    """Write the names of countries and places onto a map."""
    left, low = chart.box[:2]
    for text, box in gazetteer.countries:
        pen.canvas.write(
            left + box.left, low + box.bottom, text, pen.size * 1.15, bold=True, colour="soft",
            gid="country", halo=True,
        )  # fmt: skip
    for text, box, size, bold in gazetteer.labels:
        base = low + box.bottom + size * 0.13
        pen.canvas.write(left + box.left, base, text, size, bold=bold, halo=True, gid="place")
