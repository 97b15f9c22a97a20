"""Build the land as context: schematic lines through places, and the Seim from a package."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo._io.errors import DataError

#: A place on the Seim, by which its line is told from those of other rivers: longitude, latitude.
RYLSK = (34.68028, 51.56806)
#: Tolerance for simplifying the river, and the longest gap in its line, degrees; about 50 m, 1 km.
TOLERANCE, GAP = 5e-4, 5e-3


def context_of(
    routes: pd.DataFrame, places: Mapping[int, tuple[float, float]], seim: BaseGeometry
) -> gpd.GeoDataFrame:
    """The features of `context.geojson`.

    Parameters
    ----------
    routes
        As `load_table("routes.csv")` returns it.
    places
        Longitude and latitude of each settlement, by id.
    seim
        The line of the river, which has no route.

    Raises
    ------
    DataError
        If a route names a settlement that does not exist, or has too few places or too many.
    """
    columns = zip(routes.kind, routes.name_en, routes.route, strict=True)
    shapes = [_shape(*row, places) or seim for row in columns]
    table = routes.drop(columns=["route", "note"])
    schematic = (table.kind != "site") & (routes.route != "")
    table.insert(list(table).index("publisher"), "schematic", schematic)
    return gpd.GeoDataFrame(table, geometry=shapes, crs=4326)


def _shape(
    kind: str, name: str, route: str, places: Mapping[int, tuple[float, float]]
) -> BaseGeometry | None:
    points = []
    for stop in route.split():
        latitude, comma, longitude = stop.partition(",")
        if not comma and int(stop) not in places:
            msg = f"routes.csv: {name}: no settlement of Kursk Oblast has the id {stop}"
            raise DataError(msg)
        points.append((float(longitude), float(latitude)) if comma else places[int(stop)])
    if (kind == "site") != (len(points) == 1) or not (points or kind == "river"):
        msg = (
            f"routes.csv: {name}: a site has one place, others have several; a river may have none"
        )
        raise DataError(msg)
    if kind == "site":
        return shapely.Point(points[0])
    return shapely.LineString(points) if points else None


def seim_from(folder: Path, box: BaseGeometry) -> BaseGeometry:
    """The river Seim inside a box, from the river lines of GSHHG as basemap packs them.

    A line of `riversmeta_f.dat` says where a line of `rivers_f.dat` begins, and its bytes:
    pairs of longitude and latitude as little-endian 32-bit floats.
    """
    found = []
    west, south, east, north = box.bounds
    with (folder / "rivers_f.dat").open("rb") as packed:
        for line in (folder / "riversmeta_f.dat").read_text("ascii").splitlines():
            _, _, _, low, high, start, length, *_ = line.split()
            if float(high) < south or float(low) > north:
                continue
            packed.seek(int(start))
            points = np.frombuffer(packed.read(int(length)), dtype="<f4").reshape(-1, 2)
            if points[:, 0].max() >= west and points[:, 0].min() <= east:
                found.append(shapely.LineString(points.astype(float).round(5)))
    # The lines of one river touch, but for a gap here and there.
    rivers = shapely.get_parts(shapely.union_all(shapely.buffer(found, GAP)))
    seim = rivers[np.argmin(shapely.distance(rivers, shapely.Point(RYLSK)))]
    own = shapely.intersection(shapely.intersection(found, seim), box)
    return shapely.simplify(shapely.line_merge(shapely.union_all(own)), TOLERANCE)
