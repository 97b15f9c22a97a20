"""The land under the claims: outlines, where it lies, and the names of places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib_scalebar.scalebar import ScaleBar

from geo.figure.canvas import Canvas, font_file, width_of
from geo.figure.labels import Box, place_names
from geo.figure.strokes import Pen, dashed, outline
from geo.style.look import style
from geo.style.words import Language, name_of, say
from geo.tables.boundaries import EXTENT, load_boundaries

#: Metres a point: no ground was measured so well that a closer map could show more.
_CLOSEST = 0.5


class Land(NamedTuple):
    """The backdrop in the plane of the map: kind, name and shape of each outline.

    `between` are the lines between neighbours, without the edge where the data end.
    """

    centre: tuple[float, float]
    project: Callable[..., Any]
    unproject: Callable[..., Any]
    outlines: list[tuple[str, str, shapely.Geometry]]
    between: list[shapely.Geometry]

    def flat(self, shapes: Any) -> Any:
        """Shapes in degrees, laid into the plane."""
        return shapely.transform(shapes, self.project, interleaved=False)


@lru_cache(maxsize=8)
def land_at(longitude: float, latitude: float) -> Land:
    """The land in an equal-area plane around a centre, north up there."""
    pipeline = (
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=laea +lat_0={latitude} +lon_0={longitude} +ellps=WGS84"
    )
    there = pyproj.Transformer.from_pipeline(pipeline).transform
    land = Land((longitude, latitude), there, partial(there, direction="INVERSE"), [], [])
    table = load_boundaries()
    shapes = land.flat(table.geometry.to_numpy())
    land.outlines.extend(zip(table.kind, table.name_en, shapes, strict=True))
    edge = shapely.boundary(shapely.box(*table.total_bounds)).buffer(1e-4)
    neighbours = shapely.boundary(table.geometry[table.kind == "neighbour"].to_numpy())
    land.between.extend(land.flat(shapely.difference(neighbours, edge)))
    return land


def extent_of(shapes: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    """The usual ground, and more where shapes in EPSG:4326 reach beyond it; degrees."""
    west, south, east, north = EXTENT
    if len(shapes):
        left, low, right, high = shapes.total_bounds.tolist()
        west, east = min(west, left), max(east, right)
        south, north = min(south, low), max(north, high)
    return west, south, east, north


class Map(NamedTuple):
    """The map on a page: where it lies, of which ground, and metres a point."""

    box: Box
    extent: Box
    unit: float
    land: Land

    def on_page(self, x: float, y: float) -> tuple[float, float]:
        """A place of the plane in points of the page."""
        return (
            self.box.left + (x - self.extent.left) / self.unit,
            self.box.bottom + (y - self.extent.bottom) / self.unit,
        )

    @property
    def degrees(self) -> tuple[float, float, float, float]:
        """West, south, east and north of all the ground that it shows."""
        edge = shapely.segmentize(shapely.box(*self.extent), 100 * self.unit)
        ground = shapely.transform(edge, self.land.unproject, interleaved=False)
        west, south, east, north = ground.bounds
        return west, south, east, north


def map_of(box: Box, degrees: tuple[float, float, float, float]) -> Map:
    """The map that fills a box of a page and shows all of some ground, and more at two sides."""
    west, south, east, north = degrees
    land = land_at(round((west + east) / 2, 2), round((south + north) / 2, 2))
    ground = land.flat(shapely.segmentize(shapely.box(*degrees), 0.05))
    left, low, right, high = ground.bounds
    across, up = box.right - box.left, box.top - box.bottom
    unit = max((right - left) / across, (high - low) / up, _CLOSEST)
    x, y = (left + right) / 2, (low + high) / 2
    extent = Box(x - unit * across / 2, y - unit * up / 2, x + unit * across / 2, y + unit * up / 2)
    return Map(box, extent, unit, land)


def lay_map(canvas: Canvas, box: Box, degrees: tuple[float, float, float, float]) -> Map:
    """Put a map of some ground into a box of the page, and the land on it."""
    chart = map_of(box, degrees)
    across, up = box.right - box.left, box.top - box.bottom
    _lay_land(Pen(canvas, across, plane=chart.extent, box=box), chart)
    canvas.add(
        Rectangle(
            (box.left, box.bottom), across, up, facecolor="none",
            edgecolor=style().light.border, linewidth=1, zorder=10,
        )
    )  # fmt: skip
    return chart


def line_style(kind: str, weight: float) -> dict[str, Any]:
    """How a line of the land is drawn."""
    line = style().land[kind]
    return {
        "edgecolor": style().light[line.colour],
        "linewidth": line.width * weight,
        "linestyle": dashed(line.dash, weight),
    }


def _drawn_lines(land: Land) -> list[tuple[str, shapely.Geometry]]:
    own = [(kind, shape) for kind, _, shape in land.outlines if kind != "neighbour"]
    return [*(("neighbour", shape) for shape in land.between), *own]


def _lay_land(pen: Pen, chart: Map) -> None:
    light = pen.look.light
    pen.draw(outline(shapely.box(*chart.extent)), facecolor=light.far, zorder=0)
    margin = 20 * chart.unit
    left, low, right, high = chart.extent
    window = (left - margin, low - margin, right + margin, high + margin)
    above = list(pen.look.land)
    for kind, shape in _drawn_lines(chart.land):
        # The border is one line on many: cut anew, its dashes would not join.
        cut = shapely.clip_by_rect(shape, *window)
        fill = light.oblast if kind == "oblast" else "none"
        pen.draw(
            outline(shapely.line_merge(cut) if kind == "state_border" else cut),
            gid=f"land-{kind}", facecolor=fill, zorder=0.1 + above.index(kind) / 10,
            joinstyle="round", **line_style(kind, pen.weight),
        )  # fmt: skip


def lines_on(chart: Map) -> set[str]:
    """The kinds of lines that can be seen on a map; what runs along the border is the border."""
    kinds = np.array([kind for kind, _, _ in chart.land.outlines])
    shapes = np.array([shape for _, _, shape in chart.land.outlines])
    is_border = kinds == "state_border"
    border = shapely.clip_by_rect(shapes[is_border], *chart.extent)
    lines = shapely.clip_by_rect(shapely.boundary(shapes[~is_border]), *chart.extent)
    apart = shapely.difference(lines, shapely.union_all(border).buffer(chart.unit))
    seen = set(kinds[~is_border][~shapely.is_empty(apart)].tolist())
    return seen if shapely.is_empty(border).all() else {*seen, "state_border"}


def lay_inset(
    canvas: Canvas, chart: Map, part: float, flat: gpd.GeoDataFrame, name: str, size: float
) -> Box:
    """Show where in the oblast the map lies, in the corner with the least claims."""
    oblast = shapely.union_all([s for kind, _, s in chart.land.outlines if kind == "oblast"])
    left, low, right, high = oblast.bounds
    pad = (right - left) * 0.06
    left, low, right, high = left - pad, low - pad, right + pad, high + pad
    across = (chart.box.right - chart.box.left) * part
    up = across * (high - low) / (right - left)
    box = chart.box
    corners = [
        Box(x, y, x + across, y + up)
        for y in (box.bottom, box.top - up)
        for x in (box.left, box.right - across)
    ]
    ground = shapely.union_all(flat.geometry.to_numpy())

    def covered(corner: Box) -> float:
        ends = [
            chart.extent.left + (corner.left - box.left) * chart.unit,
            chart.extent.bottom + (corner.bottom - box.bottom) * chart.unit,
            chart.extent.left + (corner.right - box.left) * chart.unit,
            chart.extent.bottom + (corner.top - box.bottom) * chart.unit,
        ]
        return float(shapely.area(shapely.clip_by_rect(ground, *ends)))

    corner = min(corners, key=covered)
    plane = Box(left, low, right, high)
    pen = Pen(canvas, across * 2.2, plane=plane, box=corner, above=8.5)
    light = pen.look.light
    pen.draw(outline(shapely.box(left, low, right, high)), facecolor=light.far, zorder=0)
    for kind, shape in _drawn_lines(chart.land):
        cut = shapely.clip_by_rect(shape, left - pad, low - pad, right + pad, high + pad)
        fill = light.oblast if kind == "oblast" else "none"
        look = line_style("neighbour" if kind == "raion" else kind, pen.weight * 1.2)
        if kind == "state_border":
            look |= {"linestyle": "solid", "linewidth": look["linewidth"] * 0.8}
        pen.draw(outline(cut), facecolor=fill, zorder=1, **look)
    ground_seen = _at_least(chart.extent, (right - left) / 25)
    pen.draw(
        outline(ground_seen), edgecolor=light.ink, facecolor=light.ink,
        alpha=0.25, linewidth=0, zorder=3,
    )  # fmt: skip
    pen.draw(
        outline(ground_seen), edgecolor=light.ink, linewidth=1.6 * pen.weight,
        zorder=3, joinstyle="miter",
    )  # fmt: skip
    canvas.add(
        Rectangle(
            (corner.left, corner.bottom), across, up, facecolor="none",
            edgecolor=light.border, linewidth=0.8, zorder=12,
        )
    )  # fmt: skip
    canvas.write(corner.left + size * 0.45, corner.top - size * 1.05, name, size * 0.8, above=4)
    return corner


def _at_least(box: Box, least: float) -> shapely.Polygon:
    """A box, or one as large as can be seen around its middle."""
    x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
    across, up = (max(end, least) / 2 for end in (box.right - box.left, box.top - box.bottom))
    return shapely.box(x - across, y - up, x + across, y + up)


def lay_scale(
    canvas: Canvas, chart: Map, box: Box, size: float, language: Language, *, backed: bool = False
) -> None:
    """A bar of a round length at the left of a box; a background parts it from a map below."""
    bar = ScaleBar(
        1, "m", rotation="horizontal-only", length_fraction=0.14,
        width_fraction=size * 0.3 / (chart.box.top - chart.box.bottom),
        location="center left", bbox_to_anchor=canvas.edges(box), border_pad=0,
        pad=0.5 * backed, sep=size * 0.2, color=style().light.ink,
        frameon=backed, box_color=style().light.paper, box_alpha=0.8,
        font_properties={"fname": font_file("normal"), "size": size * 0.85},
        scale_formatter=lambda length, unit: f"{length:g} {say(unit, language)}",
    )  # fmt: skip
    bar.set_zorder(9)
    bar.axes = canvas.axes(chart.box, chart.extent)
    canvas.add(bar)


def lay_names(
    canvas: Canvas,
    chart: Map,
    settlements: pd.DataFrame,
    language: Language,
    size: float,
    shapes: gpd.GeoDataFrame,
    taken: Sequence[Box],
    most: int,
) -> None:
    """Write the names of places, those of many people and of much talk first."""
    column = {"en": "name_en", "ru": "name_ru", "uk": "name_uk"}[language]
    meant = {number for ids in shapes.settlements for number in ids}
    x, y = chart.land.project(settlements.lon.to_numpy(), settlements.lat.to_numpy())
    left, low, right, high = chart.extent
    rank = np.searchsorted([600, 1500, 4000], settlements.population, side="right")
    rank = rank + settlements.index.isin(list(meant))
    table = settlements.assign(x=x, y=y, rank=rank)
    # The closer the map, the smaller the places that are called main.
    least = np.searchsorted([40_000, 80_000], right - left, side="right")
    seen = table[(x > left) & (x < right) & (y > low) & (y < high) & (rank >= least)]
    seen = seen.sort_values(["rank", "population"], ascending=False, kind="stable").head(4 * most)
    texts = seen[column].where(seen[column] != "", seen.name_ru).tolist()
    styles = [(size * 1.06, True) if n > 3 else (size * 0.88, False) for n in seen["rank"]]
    points = [chart.on_page(*point) for point in zip(seen.x, seen.y, strict=True)]
    sizes = [
        (px, py, width_of(text, own, bold=bold), own * 0.95)
        for (px, py), text, (own, bold) in zip(points, texts, styles, strict=True)
    ]
    inside = Box(*(edge + inset for edge, inset in zip(chart.box, (4, 4, -4, -4), strict=True)))
    gap = size * 0.42
    found = place_names(sizes, inside, taken, gap=gap, most=most)
    dots = []
    full = list(taken)
    for place, point, text, (own, bold) in zip(found, points, texts, styles, strict=True):
        if place is not None:
            canvas.write(
                place.left, place.bottom + own * 0.2, text, own, bold=bold, halo=True, gid="place"
            )
            dots.append(point)
            full += [place, Box(point[0], point[1], point[0], point[1])]
    _dots(canvas, dots, size)
    _name_land(canvas, chart, language, size, full, shapes)


def _dots(canvas: Canvas, points: list[tuple[float, float]], size: float) -> None:
    if not points:
        return
    pairs = np.array([[point, (point[0] + 0.01, point[1])] for point in points]).reshape(-1, 2)
    path = Path(pairs, [Path.MOVETO, Path.LINETO] * len(points))
    for colour, weight in (("oblast", 0.62), ("ink", 0.4)):
        canvas.add(
            PathPatch(
                path, facecolor="none", edgecolor=style().light[colour], linewidth=size * weight,
                capstyle="round", zorder=8.5, snap=False,
            )
        )  # fmt: skip


def _name_land(
    canvas: Canvas,
    chart: Map,
    language: Language,
    size: float,
    taken: Sequence[Box],
    shapes: gpd.GeoDataFrame,
) -> None:
    """Write the names of raions and neighbours where claims and places leave space."""
    full = list(taken)
    window = shapely.box(*chart.extent).buffer(-size * 0.5 * chart.unit)
    claimed = chart.land.flat(shapely.union_all(shapes.geometry.to_numpy()))
    window = shapely.difference(window, claimed)
    for kind, name, shape in chart.land.outlines:
        if kind not in {"raion", "neighbour"} or name.endswith("(city)"):
            continue
        own = size * (0.78 if kind == "raion" else 1.0)
        text = " ".join(name_of(name, name, language).upper())
        seen = shapely.intersection(shape, window)
        if seen.is_empty:
            continue
        x, y = _best_spot(chart, seen, full, width_of(text, own), own)
        if x is None or y is None:
            continue
        box = Box(
            x - width_of(text, own) / 2, y - own / 2, x + width_of(text, own) / 2, y + own / 2
        )
        full.append(box)
        canvas.write(
            box.left, box.bottom + own * 0.13, text, own, colour="soft", halo=kind == "raion",
            gid=f"name-{kind}",
        )  # fmt: skip


def _best_spot(
    chart: Map, shape: shapely.Geometry, full: Sequence[Box], width: float, height: float
) -> tuple[float, float] | tuple[None, None]:
    """The spot deepest within a shape where a name of this size touches nothing."""
    left, low, right, high = shape.bounds
    x, y = (
        grid.ravel()
        for grid in np.meshgrid(np.linspace(left, right, 15), np.linspace(low, high, 15))
    )
    points = shapely.points(x, y)
    half = shapely.box(
        x - width / 2 * chart.unit, y - height * chart.unit,
        x + width / 2 * chart.unit, y + height * chart.unit,
    )  # fmt: skip
    shapely.prepare(shape)
    fits = np.flatnonzero(shapely.contains(shape, half))
    depth = shapely.distance(points[fits], shapely.boundary(shape))
    for n in fits[np.argsort(-depth, kind="stable")]:
        px, py = chart.on_page(float(x[n]), float(y[n]))
        box = Box(px - width / 2, py - height, px + width / 2, py + height)
        if not any(box.meets(other) for other in full):
            return px, py
    return None, None
