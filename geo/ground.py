"""Pieces of ground: the smallest areas of which a source says one thing at a time."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.boundaries import area_km2

#: Lines nearer than this are one line, degrees (about 0.1 m).
GRID = 1e-6

#: Columns of a statement about a piece of ground, as `geo.timeline` reads them.
COLUMNS = [
    "claim_id", "source_id", "ground_id", "status", "basis", "retaken",
    "claimed_on", "effective_on", "valid_to",
]  # fmt: skip


def pieces(
    claims: pd.DataFrame,
    settlements: pd.DataFrame,
    cells: gpd.GeoDataFrame,
    polygons: gpd.GeoDataFrame,
) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Statements about pieces of ground, and the pieces.

    A claim about a settlement stands for its cell. The polygons of a source
    are cut along each other, and along the cells that the same source speaks
    of, so that "the same ground" has a meaning for polygons too.

    Parameters
    ----------
    claims
        Claims about settlements.
    settlements, cells
        The gazetteer and its cells, by `settlement_id` and `cell_id`.
    polygons
        Polygon claims, EPSG:4326; may be empty.

    Returns
    -------
    statements : DataFrame
        One row per claim and piece, columns `COLUMNS`.
    ground : GeoDataFrame
        Indexed by `source_id` and `ground_id` (the cell, or a number below zero
        for a piece of a polygon): `settlements` (tuple of the ids that the
        source speaks of there), `area_km2` (EPSG:3035), `geometry`.
    """
    named = claims.assign(
        ground_id=settlements.cell_id.loc[claims.settlement_id].to_numpy(),
        effective_on=claims.effective_on.fillna(claims.claimed_on),
        valid_to=np.datetime64("NaT", "s"),
    )
    keys = ["source_id", "ground_id", "settlement_id"]
    spoken: dict[tuple[str, int], list[int]] = {}
    for source, cell, place in (
        named[keys].drop_duplicates().sort_values(keys).itertuples(index=False, name=None)
    ):
        spoken.setdefault((source, cell), []).append(place)
    index = pd.MultiIndex.from_tuples(spoken, names=keys[:2])
    ground = gpd.GeoDataFrame(
        {"settlements": list(map(tuple, spoken.values()))},
        geometry=cells.geometry.loc[index.get_level_values("ground_id")].to_numpy(),
        index=index,
        crs=4326,
    )
    statements = named[COLUMNS]
    first = -1
    for source, drawn in polygons.groupby("source_id"):
        own = statements.source_id == source
        mine = ground.index.get_level_values("source_id") == source
        said, cut = _cut(drawn, statements[own], ground[mine].droplevel(0), settlements, first)
        statements = pd.concat([statements[~own], said], ignore_index=True)
        ground = pd.concat([ground[~mine], pd.concat({source: cut}, names=ground.index.names)])
        first -= len(cut)
    number, first_row = np.unique(ground.index.get_level_values("ground_id"), return_index=True)
    area = pd.Series(area_km2(ground.geometry.to_numpy()[first_row]), index=number)
    ground["area_km2"] = area.loc[ground.index.get_level_values("ground_id")].to_numpy()
    return statements.reset_index(drop=True), ground


def _cut(
    drawn: gpd.GeoDataFrame,
    named: pd.DataFrame,
    cells: gpd.GeoDataFrame,
    settlements: pd.DataFrame,
    first: int,
) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Cut the polygons and named cells of one source into pieces that do not overlap.

    Pieces are numbered downwards from `first`.
    """
    shapes = np.concatenate([drawn.geometry.to_numpy(), cells.geometry.to_numpy()])
    lines = shapely.union_all(shapely.boundary(shapes), grid_size=GRID)
    faces = shapely.get_parts(shapely.polygonize([lines]))
    face, shape = shapely.STRtree(shapes).query(
        shapely.point_on_surface(faces), predicate="intersects"
    )
    covered = np.unique(face)
    sites = shapely.points(settlements.lon, settlements.lat)
    site, home = shapely.STRtree(faces[covered]).query(sites, predicate="intersects")
    ids: list[list[int]] = [[] for _ in covered]
    for settlement, piece in zip(settlements.index[site], home, strict=True):
        ids[piece].append(int(settlement))
    numbers = first - np.arange(len(covered))
    cut = gpd.GeoDataFrame(
        {"settlements": [tuple(sorted(i)) for i in ids]},
        geometry=faces[covered],
        index=pd.Index(numbers, name="ground_id"),
        crs=4326,
    )
    number = dict(zip(covered.tolist(), numbers.tolist(), strict=True))
    pairs = pd.DataFrame({"piece": [number[f] for f in face.tolist()], "shape": shape})
    of_polygons = drawn.assign(
        retaken=None,
        effective_on=drawn.effective_on.fillna(drawn.claimed_on),
        shape=np.arange(len(drawn)),
    )
    position = pd.Series(np.arange(len(cells)) + len(drawn), index=cells.index)
    of_cells = named.assign(shape=position.loc[named.ground_id].to_numpy())
    said = [
        table.drop(columns="ground_id", errors="ignore")
        .merge(pairs, on="shape")
        .rename(columns={"piece": "ground_id"})[COLUMNS]
        for table in (of_polygons, of_cells)
        if len(table)
    ]
    return pd.concat(said, ignore_index=True), cut
