"""Claims as drawn on paper: the colours, dashes and textures of the map on the screen.

Hue is the side, texture what is claimed, dash the source. Textures are cut
to the shape as plain strokes instead of being filled in by the printer: they
stay crisp at any size, and those of the three sides fall between each other.
Each side has marks and lines of its own form, so that grey paper tells them
apart too.
"""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from geo.figure.canvas import Canvas
from geo.figure.labels import Box
from geo.style.look import Dash, Dashes, style
from geo.tables.schema import DRAWN, SIDES

_LEAVES_AND_RETURNS = np.array([Path.MOVETO, Path.LINETO], dtype=Path.code_type)


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


def dashed(dash: Dash, weight: float) -> tuple[float, list[float]] | str:
    """A dash as matplotlib has it, as long as lines of this weight need it."""
    return (0, [length * weight for length in dash]) if dash else "solid"


def _strokes(shape: shapely.Geometry, period: float, start: float, slope: int) -> Path:
    """Parallel lines cut to a shape: level, or rising by one in one."""
    left, low, right, high = shape.bounds
    bottom, top = (low - slope * right, high - slope * left)
    at = np.arange(np.ceil((bottom - start) / period), (top - start) / period) * period + start
    ends = np.stack(
        [
            np.column_stack([np.full(len(at), x), at + slope * x])
            for x in (left - period, right + period)
        ],
        axis=1,
    )
    shapely.prepare(shape)
    cut = shapely.get_parts(shapely.intersection(shapely.linestrings(ends), shape))
    cut = cut[(shapely.get_type_id(cut) == 1) & ~shapely.is_empty(cut)]
    corners = shapely.get_coordinates(cut)
    if not len(cut):
        return Path(np.empty((0, 2)))
    ends_of = np.cumsum(shapely.get_num_coordinates(cut))
    first = corners[np.concatenate([[0], ends_of[:-1]])]
    last = corners[ends_of - 1]
    pairs = np.stack([first, last], axis=1).reshape(-1, 2)
    return Path(pairs, np.tile(_LEAVES_AND_RETURNS, len(first)))


def _spots(shape: shapely.Geometry, period: float, start: tuple[float, float]) -> Any:
    """Points in a shape, in rows that stand to gaps; shape (points, 2)."""
    left, low, right, high = shape.bounds
    half = period / 2
    rows = np.arange(np.ceil((low - start[1]) / half), np.floor((high - start[1]) / half) + 1)
    columns = np.arange(np.floor((left - start[0]) / period), (right - start[0]) / period + 1)
    row, column = (grid.ravel() for grid in np.meshgrid(rows, columns, indexing="ij"))
    x = column * period + (row % 2) * half + start[0]
    y = row * half + start[1]
    shapely.prepare(shape)
    inside = shapely.contains_xy(shape, x, y)
    return np.column_stack([x[inside], y[inside]])


def _marks(spots: Any, *arms: tuple[float, float]) -> Path:
    """A stroke over each spot, or several: from one end of an arm to its opposite."""
    pairs = [spots[:, None] + np.array([(-x, -y), (x, y)]) for x, y in arms]
    return Path(
        np.concatenate(pairs).reshape(-1, 2),
        np.tile(_LEAVES_AND_RETURNS, len(spots) * len(arms)),
    )


class Drawn(NamedTuple):
    """What a picture shows, in EPSG:4326.

    Attributes
    ----------
    shapes
        Claim polygons, as `claims_of` gives them.
    painted
        The same as `drawn_claims` gives them.
    opposed
        Cells of which sides that are shown say opposite things.
    changes
        Ground gained and lost, as `changes_of` gives it.
    """

    shapes: gpd.GeoDataFrame
    painted: gpd.GeoDataFrame
    opposed: gpd.GeoDataFrame
    changes: gpd.GeoDataFrame


class Pen:
    """Draws shapes of a plane on a canvas, as the style says.

    Parameters
    ----------
    canvas
        Where to draw.
    width
        Width of the map in points: strokes grow with it.
    plane
        The part of the plane that fills the box; by default the points of the
        canvas.
    box
        Where it comes to lie; nothing is drawn beyond.
    above
        How much higher than usual in the pile.
    """

    def __init__(
        self,
        canvas: Canvas,
        width: float,
        *,
        plane: Box | None = None,
        box: Box | None = None,
        above: float = 0,
    ) -> None:
        self.look = style()
        self.weight = width / self.look.screen
        #: A pixel of the style, in the plane.
        self._unit = self.weight
        self._canvas, self._clip, self._above = canvas, box, above
        self._plane = plane
        self._place = Affine2D()
        if plane is not None and box is not None:
            scale = (box.right - box.left) / (plane.right - plane.left)
            self._unit /= scale
            self._place = Affine2D().translate(-plane.left, -plane.bottom).scale(scale)
            self._place.translate(box.left, box.bottom)

    def draw(self, path: Path, *, gid: str | None = None, **style: Any) -> None:
        """Add a path; without a fill of its own it is only stroked."""
        if not np.size(path.vertices):
            return
        style.setdefault("facecolor", "none")
        style.setdefault("edgecolor", "none")
        style["zorder"] = style.get("zorder", 1) + self._above
        patch = PathPatch(path, gid=gid, snap=False, **style)
        self._canvas.add(patch, self._place, self._clip)

    def _seen(self, shape: shapely.Geometry) -> shapely.Geometry:
        """What of a shape can be seen: a texture of all of it may be endless on a close map."""
        if self._plane is None:
            return shape
        left, low, right, high = self._plane
        more = 2 * self.look.period * self._unit
        return shapely.clip_by_rect(shape, left - more, low - more, right + more, high + more)

    def texture(
        self,
        shape: shapely.Geometry,
        status: str,
        side: str,
        colour: str,
        *,
        start: tuple[float, float] | None = None,
        strength: float = 1,
    ) -> None:
        """Fill a shape with what is claimed of it.

        A mark or a line runs through `start`; by default those of each side fall
        between those of the others.
        """
        if status not in self.look.fill:
            return
        alpha = self.look.fill[status][side] * strength
        period = self.look.period * self._unit
        turn = period / 3 * SIDES.index(side)
        gid = f"ground-{side}-{status}"
        if status == "ukrainian_control":
            self.draw(outline(shape), gid=gid, facecolor=colour, alpha=alpha, zorder=2)
        elif status == "contested":
            mark = self.look.marks[side]
            arm = (mark.arm[0] * self._unit, mark.arm[1] * self._unit)
            spots = _spots(self._seen(shape), period, start or (turn, -period * 0.22))
            self.draw(
                _marks(spots, arm), gid=gid, edgecolor=colour, alpha=alpha, zorder=3,
                linewidth=mark.width * self.weight, capstyle=mark.cap,
            )  # fmt: skip
        else:
            rules = self.look.rules
            self.draw(
                _strokes(self._seen(shape), period, start[1] if start else -turn, 0), gid=gid,
                edgecolor=colour, alpha=alpha, zorder=4, linewidth=rules.width * self.weight,
                capstyle="butt", linestyle=dashed(rules.dash[side], self.weight),
            )  # fmt: skip

    def edge(
        self,
        shape: shapely.Geometry,
        status: str,
        colour: str,
        dash: Dash,
        *,
        gid: str | None = None,
        strength: float = 1,
    ) -> None:
        """Draw the outline of a source."""
        look = self.look.outline
        if status == "implied":
            look, dash = self.look.implied, self.look.implied.dash
        self.draw(
            outline(shape), gid=gid, edgecolor=colour, alpha=look.opacity * strength,
            linewidth=look.width * self.weight, linestyle=dashed(dash, self.weight),
            joinstyle="round", capstyle="butt", zorder=5,
        )  # fmt: skip

    def hatch(self, shape: shapely.Geometry) -> None:
        """Mark ground of which the sides say opposite things."""
        look, colour = self.look.hatch, self.look.light.against
        self.draw(
            _strokes(self._seen(shape), look.period * self._unit * np.sqrt(2), 0, 1),
            edgecolor=colour, alpha=look.opacity, linewidth=look.width * self.weight,
            capstyle="butt", zorder=6, gid="contradictory",
        )  # fmt: skip
        self.draw(
            outline(shape), edgecolor=colour, linewidth=look.edge * self.weight,
            joinstyle="round", zorder=6, gid="contradictory-edge",
        )  # fmt: skip

    def change(self, shape: shapely.Geometry, change: str) -> list[Box]:
        """Mark ground gained with plus signs and ground lost with minus signs.

        Returns the places of signs that stand alone in a part: nothing else tells
        there which of the two it is.
        """
        look, light = self.look.changes, self.look.light
        sign, arm = look.paper, look.paper.arm * self._unit
        arms = [(arm, 0.0), (0.0, arm)] if change == "gained" else [(arm, 0.0)]
        parts = shapely.get_parts(self._seen(shape))
        parts = parts[shapely.area(parts) > arm**2]  # of smaller ones the outline is all
        middles = shapely.get_coordinates(shapely.point_on_surface(parts))
        spots, alone = [np.empty((0, 2))], []
        for part, middle in zip(parts, middles, strict=True):
            own = _spots(part, sign.period * self._unit, (float(middle[0]), float(middle[1])))
            spots.append(own)
            if len(own) == 1:
                x, y = own[0].tolist()
                alone.append(Box(x - arm, y - arm, x + arm, y + arm))
        path = _marks(np.concatenate(spots), *arms)
        for colour, width in ((light.paper, sign.halo), (light.ink, sign.width)):
            self.draw(
                path, edgecolor=colour, alpha=look.opacity, linewidth=width * self.weight,
                capstyle="butt", zorder=7, gid=f"change-{change}",
            )  # fmt: skip
        self.draw(
            outline(shape), edgecolor=light.ink, linewidth=look.edge * self.weight, zorder=7,
            joinstyle="round", gid=f"change-{change}-edge",
        )  # fmt: skip
        return alone

    def claims(self, shapes: gpd.GeoDataFrame, dash: Dashes) -> None:
        """Draw claim polygons, as `drawn_claims` gives them.

        The ground once for a side, what has faded only where nothing younger says
        so too; the outline of every source.
        """
        look = self.look
        sides, statuses = shapes.side.to_numpy(), shapes.status.astype(object).to_numpy()
        sources, geometry = shapes.source_id.astype(object).to_numpy(), shapes.geometry.to_numpy()
        faded = shapes.faded.to_numpy()
        for side, status in product(SIDES, DRAWN):
            said = (sides == side) & (statuses == status)
            young = shapely.union_all(geometry[said & ~faded])
            for own, strength in ((said & ~faded, 1), (said & faded, look.faded)):
                ground = shapely.union_all(geometry[own])
                if strength != 1:
                    ground = shapely.difference(ground, young)
                if status != "implied" and not ground.is_empty:
                    self.texture(ground, status, side, look.light[side], strength=strength)
                for source, shape in zip(sources[own], geometry[own], strict=True):
                    self.edge(
                        shape, status, look.light[side], dash[source], strength=strength,
                        gid=f"claim-{source}-{status}",
                    )  # fmt: skip
