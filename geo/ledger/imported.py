"""Imported maps among the tables: their readings in place of the shipped ones, their shapes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo._io.errors import DataError, Fault, Faults
from geo.maps.archive import Archive, read
from geo.maps.readings import as_claims, readings


def read_archives(folder: Path, sources: pd.DataFrame) -> tuple[list[Archive], Faults]:
    """The archives of a folder that `geo.import_maps` made, and what is wrong with them."""
    found, faults = [], Faults()
    files = sorted(folder.glob("*.parquet")) if folder.is_dir() else []
    if not files:
        problem = "holds no imported maps; make some with `python -m geo import ... --into DIR`"
        faults.append(Fault(str(folder), 0, "", problem))
    for file in files:
        try:
            archive = read(file)
        except DataError as error:
            faults.extend(error.faults)
            continue
        if archive.source in sources.index:
            found.append(archive)
        else:
            problem = f"{archive.source!r:.60} is not in sources.csv; add a row there"
            faults.append(Fault(file.name, 0, "source_id", problem))
    return found, faults


def claim_ids(archive: Archive) -> pd.Series:
    """The id of the claim that each shape of an archive is: source, file and feature."""
    shapes = archive.shapes
    origin = zip(shapes.source_id, shapes.file, shapes.feature, strict=True)
    return pd.Series([f"{source}:{file}:{n}" for source, file, n in origin], shapes.index, str)


def drawn(archive: Archive, source: pd.Series) -> gpd.GeoDataFrame:
    """The shapes of an archive as claims, like `geo.maps.polygons.Polygons.claims`.

    Parameters
    ----------
    archive
        The maps of a source.
    source
        Its row of `sources.csv`.
    """
    shapes = archive.shapes
    origin = zip(
        shapes.snapshot_time, shapes.label, shapes.file, shapes.sha256, shapes.feature,
        shapes.read_on, shapes.importer, shapes.version, strict=True,
    )  # fmt: skip
    table = gpd.GeoDataFrame(
        {
            "claim_id": claim_ids(archive),
            "file": shapes.file,
            "source_id": shapes.source_id,
            "status": shapes.status,
            "claimed_on": shapes.valid_from,
            "effective_on": pd.NaT,
            "valid_to": shapes.valid_to,
            "url": "" if pd.isna(source.url) else source.url,
            "basis": "digitised",
            "statement": [
                f"Its map of {time.replace('T', ' ')} draws it, labelled {label!r}. File {file}, "
                f"SHA-256 {sha256}, feature {feature}; read on {read_on} by importer {importer}, "
                f"version {version}."
                for time, label, file, sha256, feature, read_on, importer, version in origin
            ],
            "note": "",
        },
        geometry=shapes.geometry,
        crs=4326,
    )
    # Ground with two labels repeats the feature of one of them.
    return table.drop_duplicates("claim_id")


def merged(
    tables: dict[str, pd.DataFrame], own: gpd.GeoDataFrame, archives: Sequence[Archive]
) -> tuple[dict[str, pd.DataFrame], gpd.GeoDataFrame]:
    """The tables with what imported maps say, instead of what is shipped of the same maps.

    Parameters
    ----------
    tables
        The tables of a ledger, by the names of their files.
    own
        Polygon claims from map files.
    archives
        The imported maps.

    Returns
    -------
    tables : dict
        With the days on which the maps were read, and their readings at settlements.
    own : GeoDataFrame
        With the shapes of the maps.
    """
    if not archives:
        return tables, own
    sources = tables["sources.csv"].set_index("source_id", drop=False)
    settlements = tables["settlements.csv"].set_index("settlement_id")
    shipped = tables["claims.csv"]
    ours = {archive.source for archive in archives}
    claims = [shipped[~((shipped.basis == "map_reading") & shipped.source_id.isin(list(ours)))]]
    polygons = [own]
    for archive in archives:
        source: Any = sources.loc[archive.source]
        found = readings(archive, settlements, archive.blank)
        table = as_claims(archive, found, settlements, source)
        for column in ("claimed_on", "published_on", "retrieved_on", "effective_on"):
            table[column] = pd.to_datetime(table[column].replace("", None)).astype(
                shipped[column].dtype
            )
        table["retaken"] = None
        claims.append(table)
        polygons.append(drawn(archive, source))
        days = archive.editions.day
        span = ["map_read_from", "map_read_to"]
        sources.loc[archive.source, span] = [days.min(), days.max()]
    tables = tables | {
        "sources.csv": sources.reset_index(drop=True),
        "claims.csv": pd.concat([one for one in claims if len(one)], ignore_index=True),
    }
    return tables, pd.concat([one for one in polygons if len(one)] or [own], ignore_index=True)
