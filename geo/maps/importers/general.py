"""Any other map: GeoJSON, GeoPackage, KML, KMZ, Shapefile, GeoParquet, as its mapping says."""

from __future__ import annotations

from collections.abc import Iterator

import shapely

from geo.maps.days import day_in, is_day, plain
from geo.maps.feature import Feature, MapFile
from geo.maps.formats import RefusalError, read, to_degrees
from geo.maps.geojson import folded
from geo.maps.mapping import Mapping

#: Properties in which a label is looked for.
_LABELS = ("status", "label", "name")


def time(name: str, mapping: Mapping) -> str:
    """The day that the mapping gives, or that of the file's name.

    Examples
    --------
    >>> time("map of 2024-09-18.gpkg", Mapping("isw"))
    '2024-09-18'
    """
    if is_day(mapping.date):
        return mapping.date
    return "" if mapping.date else day_in(name)


def features(file: MapFile) -> Iterator[Feature]:
    """Every feature, with the properties that the mapping names."""
    found = read(file.path, file.room, file.budget)
    shapes = to_degrees(found)
    names = {name.lower(): name for row in found.rows for name in row}
    of_day = None if is_day(file.mapping.date) else _property(file.mapping.date, names)
    if file.mapping.status:
        of_label = _property(file.mapping.status, names)
    else:
        of_label = next((names[name] for name in _LABELS if name in names), None)
    for number, (row, shape) in enumerate(zip(found.rows, shapes, strict=True), start=1):
        day = plain(row.get(of_day)) if of_day else ""
        problem = found.broken.get(number, "")
        if of_day and not is_day(day):
            problem = f"its {of_day!r:.40} is {day!r:.40}; a day is needed, YYYY-MM-DD"
        elif shape is None or shapely.is_empty(shape):
            problem = problem or "has no shape"
        elif not isinstance(shape, (shapely.Polygon, shapely.MultiPolygon)):
            problem = f"is a {shape.geom_type}, not a polygon"
        label = folded(row.get(of_label)) if of_label else ""
        yield Feature(number, label, None if problem else shapely.force_2d(shape), problem, day)


def key(label: str) -> str:
    """The label."""
    return label


def _property(name: str, names: dict[str, str]) -> str | None:
    """A property of the file by its name in any case; a Shapefile cuts names to ten characters."""
    if not name:
        return None
    for known in (name.lower(), name.lower()[:10]):
        if known in names:
            return names[known]
    msg = f"it has no property {name!r:.40}; it has {', '.join(sorted(names.values()))[:200]}"
    raise RefusalError(msg)
