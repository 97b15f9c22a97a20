"""UAControlMap: one JSON file a day; its areas are lists of rings, latitude first."""

from __future__ import annotations

from collections.abc import Iterator

from geo.maps.days import day_in
from geo.maps.feature import Feature, MapFile
from geo.maps.formats import RefusalError
from geo.maps.geojson import BROKEN, document_of, polygon
from geo.maps.mapping import Mapping


def time(name: str, mapping: Mapping) -> str:  # noqa: ARG001 - as every importer
    """The day in the name.

    Examples
    --------
    >>> time("20240809.json", Mapping("uacontrolmap"))
    '2024-08-09'
    """
    return day_in(name)


def features(file: MapFile) -> Iterator[Feature]:
    """Each ring of a list, named after the list; the lists one after the other."""
    document = document_of(file)
    lists = {name: document.get(name) for name in ("areas_ua", "areas")}
    if not isinstance(document.get("areas_ua"), list):
        msg = "it has no list `areas_ua`; a daily file of UAControlMap is needed"
        raise RefusalError(msg)
    number = 0
    for name, rings in lists.items():
        for ring in rings if isinstance(rings, list) else ():
            number += 1
            file.budget.spend("features", 1)
            try:
                turned = [(point[1], point[0]) for point in ring]
                yield Feature(number, name, polygon([[turned]], file.box))
            except BROKEN:
                yield Feature(number, name, None, "is not a ring of points, latitude first")


def key(label: str) -> str:
    """The name of the list."""
    return label
