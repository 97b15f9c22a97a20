"""Ground, lines and places, painted on a page as the style says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from geo.figure.canvas import UNIT, Canvas
from geo.figure.labels import Box
from geo.style.look import Dash, style

_STROKE = np.array([Path.MOVETO, Path.LINETO], dtype=Path.code_type)
#: Where a disc lies, its radius in pixels of the style, and what is said: by one, or by two.
Disc = tuple[float, float, float, Sequence[str]]


def _turn(start: float, end: float) -> Any:
    angle = np.radians(np.linspace(start, end, 25))
    return np.column_stack([np.cos(angle), np.sin(angle)])


#: A disc of radius 1 whole, and its halves from left to right.
_HALVES = {1: [_turn(0, 360)], 2: [_turn(90, 270), _turn(-90, 90)]}


def outline(shape: shapely.Geometry) -> Path:
    """A polygon or line of any kind as one path; holes run the other way round."""
    parts = shapely.get_parts(shapely.orient_polygons(shape))
    closed = shapely.get_type_id(parts) == 3
    rings = [*shapely.get_rings(parts[closed]), *parts[shapely.get_type_id(parts) == 1]]
    if not rings:
        return Path(np.empty((0, 2)))
    ends = np.cumsum(shapely.get_num_coordinates(rings))
    codes = np.full(ends[-1], Path.LINETO, dtype=Path.code_type)
    codes[np.concatenate([[0], ends[:-1]])] = Path.MOVETO
    codes[[end - 1 for end, ring in zip(ends, rings, strict=True) if ring.is_closed]] = (
        Path.CLOSEPOLY
    )
    return Path(shapely.get_coordinates(rings), codes)


def _strokes(pairs: Any) -> Path:
    """A path of lines: from each first point to its second."""
    return Path(np.reshape(pairs, (-1, 2)), np.tile(_STROKE, np.size(pairs) // 4))


def _diagonals(box: Box, apart: float) -> Path:
    """Lines at 45 degrees over a box, so far from each other."""
    step = apart * np.sqrt(2)
    at = np.arange(np.floor((box.bottom - box.right) / step), (box.top - box.left) / step) * step
    return _strokes([[(x, y + x) for x in (box.left, box.right)] for y in at])


def _spots(box: Box, period: float) -> Path:
    """Points over a box in staggered rows; drawn with round ends they are dots."""
    rows = np.arange(np.floor(box.bottom / period * 2), box.top / period * 2 + 1)
    columns = np.arange(np.floor(box.left / period) - 1, box.right / period + 1)
    row, column = (grid.ravel() for grid in np.meshgrid(rows, columns))
    x, y = (column + row % 2 / 2) * period, row * period / 2
    return _strokes(np.stack([x, y, x + 0.01, y], axis=1))


class Pen:
    """Draws on a canvas as the style says; its unit is the point of the page.

    Parameters
    ----------
    canvas
        Where to draw.
    size
        Font size in points, with which lines and signs grow.
    box
        Nothing is drawn beyond; by default the page.
    """

    def __init__(self, canvas: Canvas, size: float, box: Box | None = None) -> None:
        self.canvas, self.size = canvas, size
        self.weight = size / UNIT
        self._box = box or canvas.size

    def path(self, path: Path, clip: Path | None = None, **look: Any) -> None:
        """Add a path; without a fill or an edge unless given."""
        if np.size(path.vertices):
            look = {"facecolor": "none", "edgecolor": "none", "zorder": 1, **look}
            self.canvas.add(PathPatch(path, snap=False, **look), clip or self._box)

    def line(self, shape: shapely.Geometry, colour: str, width: float, dash: Dash = (),
             **look: Any) -> None:  # fmt: skip
        """Draw a line, or the outline of ground."""
        lengths = (0, [length * self.weight for length in dash])
        self.path(
            outline(shape), edgecolor=style().light[colour], linewidth=width * self.weight,
            linestyle=lengths if dash else "solid", joinstyle="round", **look,
        )  # fmt: skip

    def ground(self, shape: shapely.Geometry, sign: str, *, gid: str | None = None,
               above: float = 0) -> bool:  # fmt: skip
        """Paint ground with a sign; whether any of it can be seen."""
        look, light, weight = style(), style().light, self.weight
        own = look.signs[sign]
        shape = shapely.clip_by_rect(shape, *self._box)
        if shape.is_empty:
            return False
        area, box = outline(shape), Box(*shape.bounds)
        self.path(area, gid=gid, facecolor=light[own.fill], zorder=2 + above)
        for colour, width, period, path in (
            (own.stripes, look.stripes.period / 2, look.stripes.period, _diagonals),
            (own.hatches, look.hatches.width, look.hatches.period, _diagonals),
            (own.dots, look.dots.radius * 2, look.dots.period, _spots),
        ):
            if colour:
                self.path(
                    path(box, period * weight), area, edgecolor=light[colour],
                    linewidth=width * weight, capstyle="round" if own.dots else "butt",
                    zorder=2.1 + above,
                )  # fmt: skip
        if own.edge:
            self.line(shape, "ink", own.edge, zorder=4 + above)
        return True

    def discs(self, discs: Iterable[Disc]) -> None:
        """Draw the signs of places, all at once: what one says of each, or two."""
        look, light = style().disc, style().light
        halves: dict[str, list[Any]] = {}
        for x, y, radius, words in discs:
            size = radius * self.weight
            for word, half in zip(words, _HALVES[len(words)], strict=True):
                halves.setdefault(word, []).append(half * size + (x, y))
        shapes = {
            word: shapely.multipolygons(shapely.polygons(np.stack(rings)))
            for word, rings in halves.items()
        }
        for word, shape in shapes.items():
            if word == "silent":
                self.path(outline(shape), facecolor=light.paper, zorder=7)
            else:
                self.ground(shape, word, above=5)
            self.line(shape, "ink", look.edge, zorder=7.5)
