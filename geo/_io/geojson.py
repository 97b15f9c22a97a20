"""GeoJSON text as RFC 7946 requires it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import shapely

from geo._io.text import json_line

#: Decimal places of written coordinates; five are about 1 m.
DECIMALS = 5


def feature_collection(
    properties: Iterable[Mapping[str, Any]], shapes: Iterable[shapely.Geometry], **members: Any
) -> str:
    """Features as text, one per line for readable diffs.

    Outer rings run counter-clockwise. Equal input gives equal bytes. `members`
    are foreign members of the collection (RFC 7946, 6.1).
    """
    lines = []
    for tags, shape in zip(properties, shapes, strict=True):
        wound = shapely.orient_polygons(shapely.normalize(shape))
        geometry = json.loads(shapely.to_geojson(wound))
        geometry["coordinates"] = _rounded(geometry["coordinates"])
        feature = {"type": "Feature", "properties": dict(tags), "geometry": geometry}
        lines.append(json_line(feature))
    body = ",\n".join(lines)
    foreign = "".join(f"{json_line(name)}:{json_line(value)},\n" for name, value in members.items())
    return f'{{"type":"FeatureCollection",{foreign}"features":[\n{body}\n]}}\n'


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, list):
        return [_rounded(item) for item in coordinates]
    return round(coordinates, DECIMALS)
