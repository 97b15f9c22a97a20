"""A folium map that needs no network: bundled Leaflet and a backdrop of our own vectors."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import folium
import geopandas as gpd
import shapely
import xstatic.pkg.leaflet
from branca.element import Figure

from geo.style.look import style
from geo.tables.boundaries import EXTENT, load_boundaries
from geo.tables.schema import REGION
from geo.web.verbatim import Verbatim

#: How much outlines of the backdrop are smoothed, degrees; about 50 m.
_TOLERANCE = 1e-3


def offline_map() -> folium.Map:
    """An empty map of the Kursk border area that makes no network request.

    Returns
    -------
    folium.Map
        Leaflet is written into the page; the outlines carry the style classes
        `backdrop-neighbour`, `backdrop-oblast`, `backdrop-raion` and
        `backdrop-state_border`.

    Examples
    --------
    >>> page = offline_map().get_root().render()
    >>> "cdn" in page.split("<body>")[0]
    False
    """
    leaflet = Path(xstatic.pkg.leaflet.BASE_DIR)
    west, south, east, north = EXTENT
    # A place and a zoom, not bounds: those would make the page work out all outlines twice.
    chart = folium.Map(
        location=((south + north) / 2, (west + east) / 2),
        zoom_start=9,
        tiles=None,
        zoom_control=False,
        zoom_snap=0.25,
        fade_animation=False,
    )
    # Not as arguments: those folium keeps for tiles.
    west, south, east, north = REGION
    chart.options.update(
        min_zoom=7, max_zoom=14, max_bounds=[[south, west], [north, east]], max_bounds_viscosity=1
    )
    chart.default_js = []
    chart.default_css = []
    script = (leaflet / "leaflet.js").read_text("utf-8").replace("//# sourceMappingURL", "//")
    sheet = (leaflet / "leaflet.css").read_text("utf-8")
    head = cast("Figure", chart.get_root()).header
    head.add_child(Verbatim(f"<style>{sheet}</style>"), name="leaflet_css")
    head.add_child(Verbatim(f"<script>{script}</script>"), name="leaflet")
    for kind, shape in _drawn(load_boundaries()).items():
        # No properties and no ids of their own: folium reads what it is given as a template.
        folium.GeoJson(
            gpd.GeoSeries([shapely.set_precision(shape, 1e-4)], crs=4326),
            name=kind,
            control=False,
            style_function=lambda _, kind=kind: {
                "className": f"backdrop-{kind}",
                "interactive": False,
            },
            interactive=False,
        ).add_to(chart)
    return chart


def _drawn(table: gpd.GeoDataFrame) -> dict[str, shapely.Geometry]:
    """What is drawn of each kind, from the lowest to the highest: every line once.

    Land around the oblast has no shape: it is the ground of the map.
    """
    shapes = {kind: table.geometry[table.kind == kind].to_numpy() for kind in style().land}
    # Claims follow the state border, whose line is drawn in full over the others.
    border = shapely.union_all(shapes["state_border"])
    taken = shapely.union_all([border, *shapely.boundary(shapes["oblast"])])
    found = {"oblast": shapely.simplify(shapes["oblast"][0], _TOLERANCE), "state_border": border}
    for kind in ("neighbour", "raion"):
        lines = shapely.difference(shapely.union_all(shapely.boundary(shapes[kind])), taken)
        found[kind] = shapely.simplify(shapely.line_merge(lines), _TOLERANCE)
    return {kind: found[kind] for kind in style().land}
