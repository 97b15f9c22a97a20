"""ISW: layers of Russian advances, one GeoJSON file for each change, named by its day."""

from __future__ import annotations

from collections.abc import Iterator

from geo.maps.days import day_in
from geo.maps.feature import Feature, MapFile
from geo.maps.geojson import features_of
from geo.maps.mapping import Mapping


def time(name: str, mapping: Mapping) -> str:  # noqa: ARG001 - as every importer
    """The day in the name.

    Examples
    --------
    >>> time("2024-09-18.geojson", Mapping("isw"))
    '2024-09-18'
    """
    return day_in(name)


def features(file: MapFile) -> Iterator[Feature]:
    """The features of a layer, each with the kind of the layer."""
    return features_of(file, lambda tags: tags.get("layer_type"))


def key(label: str) -> str:
    """The label."""
    return label
