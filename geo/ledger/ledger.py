"""All tables together, checked against each other."""

from __future__ import annotations

import glob
import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo._io.collector import no_cycle_search
from geo._io.confined import Limits
from geo._io.errors import DataError, Fault, Faults, RepairWarning
from geo.ledger.checks import address_faults, cross_faults, side_faults, slipped_notes
from geo.ledger.imported import merged, read_archives
from geo.maps.archive import Archive
from geo.maps.polygons import read_polygons
from geo.tables.boundaries import read_boundaries, read_cells, tiling_faults
from geo.tables.context import read_context
from geo.tables.reading import by_key, read_table
from geo.tables.schema import DATA, SIDE_TABLES, TABLES


@dataclass(frozen=True, eq=False)
class Ledger:
    """All tables: who said what of which ground, and what was published.

    Attributes
    ----------
    sources, settlements, claims, totals, events, statements, bulletins
        The tables of `data/`, indexed by their ids (`claims` by `claim_id`).
    unplaced
        Statements that cannot be placed on the map, with the reason.
    cells
        One polygon per settlement site, by `cell_id`; EPSG:4326.
    polygons
        Polygon claims from the user's own files and imported maps, EPSG:4326; `editions` is
        what the former draw (see `geo.maps.polygons.Polygons`).
    archives
        The imported maps.
    keep_readings
        Whether a source's claims at settlements are drawn beside its editions.
    version
        As `data_version` gives it.
    """

    sources: pd.DataFrame
    settlements: pd.DataFrame
    claims: pd.DataFrame
    unplaced: pd.DataFrame
    totals: pd.DataFrame
    events: pd.DataFrame
    statements: pd.DataFrame
    bulletins: pd.DataFrame
    cells: gpd.GeoDataFrame
    polygons: gpd.GeoDataFrame
    editions: gpd.GeoDataFrame
    archives: Sequence[Archive]
    keep_readings: bool
    version: str

    @property
    def sides(self) -> dict[str, str]:
        """The side of every source, by id."""
        return dict(zip(self.sources.index, self.sources.side, strict=True))

    @property
    def drawn(self) -> list[str]:
        """The sources of whose maps there are shapes."""
        maps = {archive.source for archive in self.archives} | set(self.editions.source_id)
        return [source for source in self.sources.index if source in maps]


def data_version(
    *polygons: Path | str, data: Path | str = DATA, maps: Path | str | None = None
) -> str:
    """A version of the exact data: the first twelve hex digits of the SHA-256 of all files read.

    Examples
    --------
    >>> len(data_version())
    12
    """
    read = [Path(data) / name for name in (*TABLES, "cells.geojson")]
    for path in map(Path, polygons):
        # A shapefile is several files.
        parts = path.parent.glob(f"{glob.escape(path.stem)}.*") if path.suffix == ".shp" else [path]
        read += sorted(parts)
    if maps is not None:
        read += sorted(Path(maps).glob("*.parquet"))
    digest = hashlib.sha256()
    for path in read:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def load_ledger(
    *polygons: Path | str,
    data: Path | str = DATA,
    maps: Path | str | None = None,
    keep_readings: bool = False,
    limits: Limits | None = None,
) -> Ledger:
    """Read and check all tables, and the user's own map files beside them.

    Parameters
    ----------
    *polygons
        GeoJSON, GeoPackage, Shapefile or KML files of dated polygons.
    data
        Folder that holds the tables.
    maps
        Folder of imported maps, as `geo.import_maps` makes it. They replace the shipped readings
        of the same source.
    keep_readings
        Draw a source's claims about settlements even while polygons of its own are
        in force; ground that both cover counts twice in areas.
    limits
        Limits on reading the map files.

    Raises
    ------
    DataError
        Listing every fault of every file.

    Examples
    --------
    >>> ledger = load_ledger()
    >>> len(ledger.sources), len(ledger.settlements)
    (13, 2769)
    """
    ledger, faults = read_ledger(
        *polygons, data=data, maps=maps, keep_readings=keep_readings, limits=limits
    )
    if ledger is None:
        raise DataError.of(faults)
    return ledger


@lru_cache(maxsize=1)
def shipped_ledger() -> Ledger:
    """The shipped tables, read on first use."""
    return load_ledger()


def read_ledger(
    *polygons: Path | str,
    data: Path | str = DATA,
    maps: Path | str | None = None,
    keep_readings: bool = False,
    limits: Limits | None = None,
) -> tuple[Ledger | None, list[Fault]]:
    """Read all tables and collect everything that is wrong in and between them.

    Returns
    -------
    ledger : Ledger or None
        None where anything is wrong.
    faults : list of Fault
        Empty when everything is valid.
    """
    ledger, faults, _ = _read(polygons, Path(data), maps, limits, keep_readings=keep_readings)
    return ledger, faults


def check_data(
    *polygons: Path | str,
    data: Path | str = DATA,
    maps: Path | str | None = None,
    keep_readings: bool = False,
    limits: Limits | None = None,
) -> tuple[Ledger | None, list[Fault]]:
    """Check every file of a data folder, even those that the ledger does not use.

    Besides what `read_ledger` finds, these are the outlines, the names, the
    corrections, and whether the cells tile. A note that stands under several
    places of one page and names another one is reported in a `RepairWarning`. All that
    takes as long again, so it is for `python -m geo validate` and not for every start.

    Returns
    -------
    ledger : Ledger or None
        None where anything is wrong.
    faults : list of Fault
        Empty when everything is valid.

    Examples
    --------
    >>> ledger, faults = check_data()
    >>> faults
    []
    """
    data = Path(data)
    ledger, faults, read = _read(polygons, data, maps, limits, keep_readings=keep_readings)
    faults += read_boundaries(data)[1]
    context, wrong = read_context(data)
    faults += wrong
    faults += address_faults("context.geojson", context)
    if "cells.geojson" not in read.broken:
        faults += tiling_faults(read.cells)
    side = {}
    for name in SIDE_TABLES:
        side[name], found = read_table(data / name)
        faults += found
    faults += side_faults(side, read.tables, read.broken)
    if "claims.csv" not in read.broken:
        names = read.tables["settlements.csv"].name_en
        for remark in slipped_notes(read.tables["claims.csv"], names):
            warnings.warn(str(remark), RepairWarning, stacklevel=2)
    return (None if faults else ledger), faults


@dataclass(frozen=True, eq=False)
class _Read:
    """What was read for a ledger, and which files have faults of their own."""

    tables: dict[str, pd.DataFrame]
    cells: gpd.GeoDataFrame
    broken: set[str]


@no_cycle_search()
def _read(
    polygons: Sequence[Path | str],
    data: Path,
    maps: Path | str | None,
    limits: Limits | None,
    *,
    keep_readings: bool,
) -> tuple[Ledger | None, Faults, _Read]:
    faults = Faults()
    tables = {}
    for name in TABLES:
        tables[name], wrong = read_table(data / name)
        faults += wrong
    own, editions, wrong = read_polygons(*polygons, limits=limits)
    faults += wrong
    cells, wrong = read_cells(data)
    faults += wrong
    broken = {fault.file for fault in faults}
    faults += cross_faults(tables, cells, own, broken)
    read = _Read(tables, cells, broken)
    archives: list[Archive] = []
    if maps is not None and not faults:
        known = tables["sources.csv"].set_index("source_id")
        archives, wrong = read_archives(Path(maps), known)
        faults += wrong
    if faults:
        return None, faults, read
    tables, own = merged(tables, own, archives)
    if not keep_readings:
        _say_replaced(editions, tables["claims.csv"])
    ledger = Ledger(
        **{name.removesuffix(".csv"): by_key(name, table) for name, table in tables.items()},
        cells=cells,
        polygons=own.reset_index(drop=True),
        editions=editions,
        archives=archives,
        keep_readings=keep_readings,
        version=data_version(*polygons, data=data, maps=maps),
    )
    return ledger, faults, read


def _say_replaced(editions: gpd.GeoDataFrame, claims: pd.DataFrame) -> None:
    """Warn for which sources the user's maps replace their claims about settlements."""
    first = editions.groupby("source_id").day.min()
    for source in first.index[first.index.isin(claims.source_id)]:
        msg = (
            f"{source}: its polygons, from {first[source].date()} on, replace its claims about "
            "settlements; to draw both: --keep-readings (keep_readings=True in Python)"
        )
        warnings.warn(msg, RepairWarning, stacklevel=4)


def every_claim(ledger: Ledger) -> pd.DataFrame:
    """Every claim, by date, on the map or not.

    Returns
    -------
    DataFrame
        Rows of `ledger.claims` and, without a `claim_id`, of `ledger.unplaced`
        (with the `reason` why they are not on the map), by `claimed_on`.

    Examples
    --------
    >>> ledger = load_ledger()
    >>> len(every_claim(ledger)) == len(ledger.claims) + len(ledger.unplaced)
    True
    """
    tables = (ledger.claims.reset_index(), ledger.unplaced)
    columns = list(dict.fromkeys(column for table in tables for column in table))
    # Concatenating an empty table would change the column types.
    both = pd.concat([table.reindex(columns=columns) for table in tables if len(table)])
    both["settlement_id"] = both.settlement_id.astype("Int64")
    return both.sort_values("claimed_on", kind="stable", ignore_index=True)


def claims_about(settlement_ids: Sequence[int], ledger: Ledger) -> pd.DataFrame:
    """Every claim about some settlements, by date, both sides together.

    Parameters
    ----------
    settlement_ids
        Ids of the gazetteer.
    ledger
        As `load_ledger` returns it.

    Returns
    -------
    DataFrame
        Rows of `ledger.claims` and, without a `claim_id`, of `ledger.unplaced`
        (with the `reason` why they are not on the map), by `claimed_on`.

    Examples
    --------
    >>> about = claims_about([115637], load_ledger())
    >>> about.claimed_on.is_monotonic_increasing
    True
    """
    table = every_claim(ledger)
    return table[table.settlement_id.isin(list(settlement_ids))].reset_index(drop=True)
