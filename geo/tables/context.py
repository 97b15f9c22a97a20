"""The land as context: rivers, roads, railways and sites, mostly schematic lines."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from geo._io.errors import DataError, Faults
from geo.tables.boundaries import map_fault, other_shape, read_map
from geo.tables.schema import DATA, Feature, Row, Text, Url

_LINES = frozenset({"LineString", "MultiLineString"})
_POINTS = frozenset({"Point"})


class Context(Row):
    """Properties of a feature of `context.geojson`."""

    kind: Feature
    name_en: Text
    name_ru: Text
    name_uk: Text
    schematic: bool
    publisher: Text
    url: Url


def load_context(data: Path = DATA) -> gpd.GeoDataFrame:
    """Rivers, main roads, railways and sites in and around the oblast.

    Parameters
    ----------
    data
        Folder that holds `context.geojson`.

    Returns
    -------
    GeoDataFrame
        Columns `kind` (`river`, `road`, `railway`, `site`), names in three languages,
        `schematic` (whether it only joins places that it passes), `publisher`, `url`,
        `geometry` (lines; points of sites); EPSG:4326.

    Raises
    ------
    DataError
        Listing every fault of the file.

    Examples
    --------
    >>> context = load_context()
    >>> context.name_en[~context.schematic].tolist()
    ['Seim', 'Kursk nuclear power plant', 'Sudzha gas metering station']
    """
    table, faults = read_context(data)
    if faults:
        raise DataError.of(faults)
    return table.reset_index(drop=True)


def read_context(data: Path = DATA) -> tuple[gpd.GeoDataFrame, Faults]:
    """The valid features by number, as `load_context` gives them, and the faults of the others."""
    path = data / "context.geojson"
    table, faults = read_map(path, Context, _LINES | _POINTS)
    for number, kind, shape in zip(table.index, table.kind, table.geom_type, strict=True):
        allowed = _POINTS if kind == "site" else _LINES
        if shape not in allowed:
            faults.append(map_fault(path, number, "geometry", other_shape(shape, allowed)))
    return table, faults
