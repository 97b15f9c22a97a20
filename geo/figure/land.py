"""The land under the claims: where a map lies, outlines, names of the countries, scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from matplotlib_scalebar.scalebar import ScaleBar

from geo.figure.canvas import Canvas, font_file, width_of
from geo.figure.labels import Box
from geo.figure.paint import Pen, outline
from geo.style.look import style
from geo.style.words import Language, say
from geo.tables.boundaries import load_boundaries
from geo.tables.context import load_context

Degrees = tuple[float, float, float, float]

#: Metres a point: no ground was measured so well that a closer map could show more.
_CLOSEST = 0.5
#: So much smaller a map may get to show all of the ground.
_HARDLY = 1.12
#: The neighbours that are oblasts of Ukraine.
_UKRAINE = {"Sumy Oblast", "Chernihiv Oblast", "Kharkiv Oblast", "Poltava Oblast"}


class Land(NamedTuple):
    """The backdrop in an equal-area plane: lines and context by kind, the oblast, Ukraine."""

    centre: tuple[float, float]
    project: Callable[..., Any]
    lines: dict[str, shapely.Geometry]
    context: gpd.GeoDataFrame
    oblast: shapely.Geometry
    ukraine: shapely.Geometry

    def flat(self, shapes: Any) -> Any:
        """Shapes in degrees, laid into the plane."""
        return shapely.transform(shapes, self._laid, interleaved=False)

    def _laid(self, lon: Any, lat: Any) -> Any:
        # Two more: pyproj takes an array of one for a number, of which NumPy before 2.4 warns.
        x, y = self.project(np.append(lon, [0, 0]), np.append(lat, [0, 0]))
        return x[:-2], y[:-2]


@lru_cache(maxsize=1)
def _outlines() -> tuple[dict[str, shapely.Geometry], shapely.Geometry, shapely.Geometry]:
    """Lines by kind, the oblast, and Ukraine, in degrees."""
    table = load_boundaries()
    shapes = {kind: own.geometry.to_numpy() for kind, own in table.groupby("kind")}
    neighbours = table[table.kind == "neighbour"]
    # Without the edge where the data end.
    edge = shapely.boundary(shapely.box(*table.total_bounds)).buffer(1e-4)
    lines = {
        "neighbour": shapely.difference(shapely.boundary(shapes["neighbour"]), edge),
        "raion": shapely.boundary(shapes["raion"]),
        "oblast": shapely.boundary(shapes["oblast"]),
        "state_border": shapes["state_border"],
    }
    ukraine = neighbours.geometry[neighbours.name_en.isin(_UKRAINE)].to_numpy()
    collected = {kind: shapely.geometrycollections(parts) for kind, parts in lines.items()}
    collected["state_border"] = shapely.union_all(lines["state_border"])
    return collected, shapes["oblast"][0], shapely.union_all(ukraine)


def _plane(longitude: float, latitude: float) -> Callable[..., Any]:
    """The way from degrees into the equal-area plane around a centre, in metres."""
    pipeline = (
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=laea +lat_0={latitude} +lon_0={longitude} +ellps=WGS84"
    )
    return cast("Callable[..., Any]", pyproj.Transformer.from_pipeline(pipeline).transform)


@lru_cache(maxsize=8)
def land_at(longitude: float, latitude: float) -> Land:
    """The land in an equal-area plane around a centre, north up there."""
    there = _plane(longitude, latitude)
    lines, oblast, ukraine = _outlines()
    context = load_context()
    land = Land((longitude, latitude), there, {}, context, oblast, ukraine)
    return land._replace(
        lines={kind: land.flat(shape) for kind, shape in lines.items()},
        context=context.assign(geometry=land.flat(context.geometry.to_numpy())),
        oblast=land.flat(oblast),
        ukraine=land.flat(ukraine),
    )


class Map(NamedTuple):
    """A map on a page: where it lies, of which ground, and metres per point."""

    box: Box
    extent: Box
    unit: float
    land: Land

    def page(self, shapes: Any) -> Any:
        """Shapes in degrees, laid onto the page in points."""
        return self.from_plane(self.land.flat(shapes))

    def from_plane(self, shapes: Any) -> Any:
        """Shapes of the plane, laid onto the page."""
        start = np.array([self.extent.left, self.extent.bottom])
        corner = np.array([self.box.left, self.box.bottom])
        return shapely.transform(shapes, lambda points: (points - start) / self.unit + corner)

    def at(self, box: Box) -> Map:
        """The same map in another box of the same size."""
        return self._replace(box=box)


def map_of(box: Box, degrees: Degrees, more: Degrees | None = None) -> Map:
    """The map that fills a box of a page, with all of some ground.

    Where the box has room for it, `more` ground is shown, as far as it goes; all of
    it where that makes the map hardly smaller.
    """
    west, south, east, north = degrees
    land = land_at(round((west + east) / 2, 2), round((south + north) / 2, 2))
    left, low, right, high = _bounds(land, degrees)
    unit = max((right - left) / box.width, (high - low) / box.height, _CLOSEST)
    x, y = (left + right) / 2, (low + high) / 2
    if more is not None:
        begin, under, end, over = _bounds(land, more)
        whole = max((end - begin) / box.width, (over - under) / box.height)
        unit = whole if unit < whole < unit * _HARDLY else unit
        x += ((begin + end) / 2 - x) * _part(unit * box.width, right - left, end - begin)
        y += ((under + over) / 2 - y) * _part(unit * box.height, high - low, over - under)
    across, up = unit * box.width, unit * box.height
    return Map(box, Box(x - across / 2, y - up / 2, x + across / 2, y + up / 2), unit, land)


def _bounds(land: Land, degrees: Degrees) -> Degrees:
    """The box around some ground in the plane."""
    left, low, right, high = land.flat(shapely.segmentize(shapely.box(*degrees), 0.05)).bounds
    return left, low, right, high


def _part(length: float, least: float, most: float) -> float:
    """How far a length lies from the least to the most, 0 to 1."""
    return min(max((length - least) / (most - least), 0), 1) if most > least else 0.0


def lay_land(pen: Pen, chart: Map) -> None:
    """Put the land onto a map, and a frame around it."""
    look, light = style(), style().light
    frame = shapely.box(*chart.box)
    pen.path(outline(frame), facecolor=light.far, zorder=0)
    reach = _reach(chart)
    for shape, colour in ((chart.land.oblast, "oblast"), (chart.land.ukraine, "abroad")):
        seen = chart.from_plane(shapely.clip_by_rect(shape, *reach))
        pen.path(outline(seen), facecolor=light[colour], zorder=0.1)
    for level, (kind, line) in enumerate(look.land.items()):
        if kind != "state_border":
            parts = shapely.get_parts(shapely.get_parts(chart.land.lines[kind]))
            cut = shapely.get_parts(shapely.clip_by_rect(parts, *reach))
            lines = shapely.multilinestrings(cut[shapely.get_type_id(cut) == 1])
            pen.line(
                chart.from_plane(lines), line.colour, line.width, line.dash,
                gid=f"land-{kind}", zorder=0.2 + level / 10,
            )  # fmt: skip
    pen.line(frame, look.frame.colour, look.frame.width, zorder=10)


def context_on(chart: Map) -> gpd.GeoDataFrame:
    """The rivers, roads, railways and sites of a map, as `load_context` has them, on the page."""
    table = chart.land.context
    seen = table[table.geometry.intersects(shapely.box(*chart.extent))]
    cut = shapely.clip_by_rect(seen.geometry.to_numpy(), *_reach(chart))
    return seen.assign(geometry=chart.from_plane(cut))


def lay_context(pen: Pen, chart: Map) -> None:
    """Put rivers, roads, railways and sites onto a map, above the ground."""
    table, look = context_on(chart), style()
    for level, (kind, line) in enumerate(look.context.items()):
        own = table.geometry.to_numpy()[table.kind == kind]
        parts = shapely.get_parts(own)
        lines = shapely.multilinestrings(parts[shapely.get_type_id(parts) == 1])
        pen.line(
            lines,
            line.colour,
            line.width,
            line.dash,
            gid=f"context-{kind}",
            zorder=4.6 + level / 10,
        )
    for site in table.geometry[table.kind == "site"]:
        lay_site(pen, site.x, site.y)


def lay_site(pen: Pen, x: float, y: float) -> None:
    """Draw the sign of a site, a square."""
    look, light = style().site, style().light
    half = look.size * pen.weight / 2
    square = shapely.box(x - half, y - half, x + half, y + half)
    pen.path(outline(square), facecolor=light.paper, zorder=5.5, gid="context-site")
    pen.line(square, "ink", look.edge, zorder=5.6)


def lay_border(pen: Pen, chart: Map) -> None:
    """Put the state border onto a map, above the ground."""
    line = style().land["state_border"]
    border = shapely.clip_by_rect(chart.land.lines["state_border"], *_reach(chart))
    # One line on many: cut anew, its corners would not be round.
    whole = chart.from_plane(shapely.line_merge(border))
    pen.line(whole, line.colour, line.width, line.dash, gid="land-state_border", zorder=5)


def _reach(chart: Map) -> Box:
    """A little more than is seen, to keep cut edges out of sight."""
    return Box(*shapely.box(*chart.extent).buffer(20 * chart.unit).bounds)


def countries_on(
    chart: Map, ground: shapely.Geometry, language: Language, size: float, taken: Sequence[Box]
) -> list[tuple[str, Box]]:
    """The names of the two countries, and where each stands: deep within, off some ground."""
    window = shapely.box(*chart.box).buffer(-size)
    ukraine = chart.from_plane(shapely.clip_by_rect(chart.land.ukraine, *chart.extent))
    free = shapely.difference(
        window, shapely.union_all([ground, *(shapely.box(*b) for b in taken)])
    )
    found = []
    for key, country in (
        ("country_ukraine", shapely.intersection(ukraine, free)),
        ("country_russia", shapely.difference(free, ukraine)),
    ):
        text = "\u2009".join(say(key, language))
        box = _deepest(country, width_of(text, size, bold=True), size)
        if box is not None:
            found.append((text, box))
    return found


def _deepest(shape: shapely.Geometry, width: float, height: float) -> Box | None:
    """The spot deepest within a shape where a name of this size has room."""
    if shape.is_empty:
        return None
    left, low, right, high = shape.bounds
    x, y = (
        grid.ravel()
        for grid in np.meshgrid(np.linspace(left, right, 25), np.linspace(low, high, 25))
    )
    names = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    shapely.prepare(shape)
    fits = np.flatnonzero(shapely.contains(shape, names))
    if not len(fits):
        return None
    depth = shapely.distance(names[fits], shapely.boundary(shape))
    return Box(*shapely.bounds(names[fits[np.argmax(depth)]]).tolist())


def lay_scale(canvas: Canvas, chart: Map, size: float, language: Language) -> None:
    """Put a bar of a round length into the lower left corner of a map."""
    left, low, _, _ = chart.box
    box = Box(left + size * 0.6, low + size * 0.4, left + chart.box.width * 0.3, low + size * 2.4)
    bar = ScaleBar(
        1, "m", rotation="horizontal-only", length_fraction=0.22,
        width_fraction=size * 0.25 / chart.box.height,
        location="center left", bbox_to_anchor=canvas.edges(box), border_pad=0, pad=0,
        sep=size * 0.2, color=style().light.ink, frameon=False,
        font_properties={"fname": font_file("normal"), "size": size * 0.85},
        scale_formatter=lambda length, unit: f"{length:g} {say(unit, language)}",
    )  # fmt: skip
    bar.set_zorder(9)
    bar.axes = canvas.axes(chart.box, chart.extent)
    canvas.add(bar)


@lru_cache(maxsize=1)
def _border() -> tuple[Callable[..., Any], shapely.Geometry]:
    """The state border in the plane around Sudzha, and the way there from degrees."""
    there = _plane(35.27, 51.19)
    border = shapely.transform(_outlines()[0]["state_border"], there, interleaved=False)
    shapely.prepare(border)
    return there, border


def km_from_border(longitude: float, latitude: float) -> float:
    """Distance of a place in the oblast from the state border of Russia and Ukraine.

    Measured in the azimuthal equal-area plane around Sudzha, where lengths within the
    oblast are true to a thousandth (Snyder 1987, p. 182).

    Examples
    --------
    >>> round(km_from_border(35.2717, 51.1897))
    9
    """
    there, border = _border()
    return float(shapely.distance(border, shapely.Point(there(longitude, latitude)))) / 1000
