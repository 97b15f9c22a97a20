"""Features of GeoJSON, read fast: what lies outside a box is passed over before it is built."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import orjson
import shapely

from geo._io.text import sound
from geo.maps.feature import Feature, MapFile
from geo.maps.formats import RefusalError, why_not

_Box = tuple[float, float, float, float]
#: What building a shape of anything else raises.
BROKEN = (ValueError, TypeError, LookupError, shapely.errors.ShapelyError)


def document_of(file: MapFile) -> dict[str, Any]:
    """A JSON file that holds an object; bytes that are not UTF-8 are replaced.

    Raises
    ------
    RefusalError
        If it holds none.
    """
    file.budget.spend("input_mb", file.path.stat().st_size)
    raw = file.path.read_bytes()
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        try:
            document = orjson.loads(raw)
        except orjson.JSONDecodeError:
            document = orjson.loads(raw.decode("utf-8", "replace"))
    except orjson.JSONDecodeError as error:
        why = "it is empty" if not raw else f"it is not JSON: {str(error)[:80]}"
        msg = f"cannot be read ({why}); download it again"
        raise RefusalError(msg) from None
    if not isinstance(document, dict):
        msg = "cannot be read (it is no JSON object); download it again"
        raise RefusalError(msg)
    return document


def features_of(file: MapFile, label: Callable[[dict[str, Any]], Any]) -> Iterator[Feature]:
    """The features of a GeoJSON file in degrees; points and lines are passed over.

    Parameters
    ----------
    file
        The file.
    label
        The label in the properties of a feature.
    """
    features = document_of(file).get("features")
    if not isinstance(features, list):
        msg = "cannot be read (it is no FeatureCollection); download it again"
        raise RefusalError(msg)
    file.budget.spend("features", len(features))
    for number, feature in enumerate(features, start=1):
        tags = feature.get("properties") if isinstance(feature, dict) else None
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if kind in {"Point", "MultiPoint", "LineString", "MultiLineString"}:
            continue
        text = folded(label(tags) if isinstance(tags, dict) else None)
        if geometry is None:
            yield Feature(number, text, None, "has no shape")
            continue
        try:
            polygons = geometry["coordinates"]
            shape = polygon([polygons] if kind == "Polygon" else polygons, file.box)
            yield Feature(number, text, shape)
        except BROKEN:
            yield Feature(number, text, None, why_not(geometry))


def polygon(polygons: Any, box: _Box) -> shapely.Geometry | None:
    """Polygons, each a list of rings of points, as one shape; None if it lies outside a box.

    Raises
    ------
    ValueError, TypeError, LookupError, ShapelyError
        If they are none (`BROKEN`).

    Examples
    --------
    >>> ring = [[35, 51, 0], [36, 51, 0], [36, 52, 0], [35, 51, 0]]
    >>> polygon([[ring]], (34, 50, 38, 53)).area
    0.5
    """
    west, south, east, north = box
    near = []
    for rings in polygons:
        # What lies too far north or south, as most of a map of the whole front, is seen at once.
        y = [point[1] for point in rings[0]]
        if min(y) > north or max(y) < south:
            continue
        x = [point[0] for point in rings[0]]
        if min(x) <= east and max(x) >= west:
            near.append(rings)
        elif not np.isfinite(sum(x) + sum(y)):
            msg = "a coordinate is not a number"
            raise ValueError(msg)
    made = [shapely.Polygon(_ring(rings[0]), [_ring(hole) for hole in rings[1:]]) for rings in near]
    return made[0] if len(made) == 1 else shapely.multipolygons(made) if made else None


def _ring(points: Any) -> shapely.LinearRing:
    at = np.array([point[:2] for point in points], dtype=float)
    if not np.isfinite(at).all():
        msg = "a coordinate is not a number"
        raise ValueError(msg)
    return shapely.LinearRing(at)


def folded(value: Any) -> str:
    """A label in one line: white space of any kind folded, at most 300 characters."""
    return sound(" ".join(str("" if value is None else value).split()))[:300]
