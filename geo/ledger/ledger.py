"""All tables together, checked against each other."""

from __future__ import annotations

import glob
import hashlib
import re
import warnings
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geo._io.confined import Limits
from geo._io.errors import DataError, Fault, Faults, RepairWarning
from geo.ledger.imported import merged, read_archives
from geo.maps.archive import Archive
from geo.maps.polygons import read_polygons
from geo.tables.boundaries import read_boundaries, read_cells, tiling_faults
from geo.tables.context import read_context
from geo.tables.schema import DATA, SIDE_TABLES, TABLES, Claim, read_table

#: What a note must contain if one source makes two claims about one place and day.
SAME_DAY = "same day"
#: Statuses allowed with a basis; any, for a basis that is not listed.
_STATUSES_OF = {
    "strike": {"contested"},
    "fighting": {"contested"},
    "repelled": {"contested"},
}
#: What the note of a statement without an address must contain.
NO_ADDRESS = "no address"
#: Hosts that copy the pages of another one, which is cited instead.
_COPIES = {
    "112.ua": ("go.112.ua", "novyi-format.112.ua"),
    "nashaniva.com": ("d1z7h0yvamgnyn.cloudfront.net",),
    "news.zerkalo.io": ("zerkaloio-web.xyz",),
    "theins.co": ("preview.insidertexts.com",),
    "www.interfax-russia.ru": ("www3.interfax-russia.ru",),
    "www.newser.com": ("img1-cdn.newser.com",),
    "www.rbc.ru": ("novideo.rbc.ru",),
    "www.uawire.org": ("uawire.azurewebsites.net",),
    "zeitschrift-osteuropa.de": ("entwicklung.zeitschrift-osteuropa.de",),
}
_ORIGINAL = {copy: host for host, copies in _COPIES.items() for copy in copies}
_HOST = re.compile(r"https?://([^/?#\s;]+)")
#: Days that each test of a statement needs.
_DAYS_OF: dict[str, set[str]] = {
    "area_at": {"test_from"},
    "area_growth": {"test_from", "test_to"},
    "area_peak_share": {"test_from"},
    "newly_claimed_after": {"test_from", "test_to"},
    "held_after": {"test_from"},
    "none": set(),
}


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
    places of one page and names another one is told in a `RepairWarning`. All that
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
    faults += read_context(data)[1]
    if "cells.geojson" not in read.broken:
        faults += tiling_faults(read.cells)
    side = {}
    for name in SIDE_TABLES:
        side[name], found = read_table(data / name)
        faults += found
    if "settlements.csv" not in read.broken:
        settlements = read.tables["settlements.csv"].set_index("settlement_id")
        right = settlements.name_ru.rename("name")
        for name in ("names.csv", "coordinates.csv"):
            faults += _place_faults(name, side[name], right)
            faults += _unlike(name, "name_ru", side[name], right)
    if "claims.csv" not in read.broken:
        claims = read.tables["claims.csv"]
        faults += _correction_faults(side["corrections.csv"], claims.claim_id)
        for remark in _slipped_notes(claims):
            warnings.warn(str(remark), RepairWarning, stacklevel=2)
    return (None if faults else ledger), faults


@dataclass(frozen=True, eq=False)
class _Read:
    """What was read for a ledger, and which files have faults of their own."""

    tables: dict[str, pd.DataFrame]
    cells: gpd.GeoDataFrame
    broken: set[str]


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
    faults += _cross_faults(tables, cells, own, broken)
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
        sources=tables["sources.csv"].set_index("source_id"),
        settlements=tables["settlements.csv"].set_index("settlement_id"),
        claims=tables["claims.csv"].set_index("claim_id"),
        unplaced=tables["unplaced.csv"].reset_index(drop=True),
        totals=tables["totals.csv"].set_index("total_id"),
        events=tables["events.csv"].set_index("event_id").sort_values("date", kind="stable"),
        statements=tables["statements.csv"].set_index("statement_id"),
        bulletins=tables["bulletins.csv"].set_index("bulletin_id"),
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


def _cross_faults(
    tables: dict[str, pd.DataFrame],
    cells: gpd.GeoDataFrame,
    own: gpd.GeoDataFrame,
    broken: set[str],
) -> Iterator[Fault]:
    """Faults between tables; references to an invalid table are not checked."""
    sources = tables["sources.csv"].drop_duplicates("source_id").set_index("source_id")
    settlements = tables["settlements.csv"]
    claims = tables["claims.csv"]
    dated = [(name, tables[name]) for name in ("claims.csv", "unplaced.csv", "totals.csv")]
    dated += list(own.groupby("file"))
    for file, table in dated:
        yield from _date_faults(file, table)
        if "sources.csv" not in broken:
            yield from _source_faults(file, table, sources)
    for file, table in tables.items():
        if "url" in table and "note" in table:
            yield from _address_faults(file, table)
    statements = tables["statements.csv"]
    yield from _statement_faults(statements)
    if "sources.csv" not in broken:
        yield from _map_faults(claims, sources)
        own_sources = statements[statements.source_id.notna()]
        yield from _source_faults("statements.csv", own_sources, sources)
        yield from _unlike("statements.csv", "side", own_sources, sources.side)
        yield from _span_faults(tables["sources.csv"])
        yield from _source_faults("bulletins.csv", tables["bulletins.csv"], sources)
    yield from _bulletin_faults(tables["bulletins.csv"])
    if "settlements.csv" not in broken:
        if "cells.geojson" not in broken:
            yield from _site_faults(settlements, cells)
        names = settlements.set_index("settlement_id").name_en.rename("name")
        yield from _place_faults("claims.csv", claims, names)
        yield from _unlike("claims.csv", "settlement", claims, names)
        lost = tables["unplaced.csv"]
        yield from _place_faults("unplaced.csv", lost[lost.settlement_id.notna()], names)
    yield from _claim_faults(claims)
    yield from _total_faults(tables["totals.csv"])


def _unknown(
    file: str, column: str, table: pd.DataFrame, known: Collection[Any], problem: str
) -> Iterator[Fault]:
    """Faults of a column that may hold only what is known."""
    for row, value in table[column][~table[column].isin(known)].items():
        shown = repr(value[:40]) if isinstance(value, str) else f"{value:.0f}"
        yield Fault(file, int(str(row)), column, f"{shown} {problem}")


def _unlike(file: str, column: str, table: pd.DataFrame, right: pd.Series) -> Iterator[Fault]:
    """Faults of a column that repeats what another table holds, by the key of that."""
    key = str(right.index.name)
    known = table[table[key].isin(right.index)]
    told = right.loc[known[key]].to_numpy()
    for row, said, value in zip(known.index, known[column], told, strict=True):
        if said != value:
            problem = f"{said[:40]!r} is not the {right.name} of {key}; allowed: {value!r}"
            yield Fault(file, row, column, problem)


def _source_faults(file: str, table: pd.DataFrame, sources: pd.DataFrame) -> Iterator[Fault]:
    problem = f"is not in sources.csv; allowed: {', '.join(sources.index)}"
    return _unknown(file, "source_id", table, sources.index, problem)


def _date_faults(file: str, table: pd.DataFrame) -> Iterator[Fault]:
    noted = table.note.str.strip() != ""
    early = (table.effective_on > table.claimed_on) & ~noted
    for row in table.index[early]:
        problem = "lies after claimed_on; a statement about the future needs a reason in `note`"
        yield Fault(file, row, "effective_on", problem)
    if "published_on" in table:
        late = (table.published_on < table.claimed_on) & ~noted
        for row in table.index[late]:
            problem = "lies before claimed_on; fix one, or say why in `note`"
            yield Fault(file, row, "published_on", problem)
    if "valid_to" in table:
        start = table.effective_on.fillna(table.claimed_on)
        for row in table.index[table.valid_to <= start]:
            yield Fault(file, row, "valid_to", "must lie after the day the claim begins")


def _address_faults(file: str, table: pd.DataFrame) -> Iterator[Fault]:
    """Addresses that are not the usual one of their page, also those in a note."""
    for column in ("url", "note"):
        for row, hosts in table[column].dropna().map(_HOST.findall).items():
            for host in hosts:
                name, _, port = host.partition(":")
                usual = _ORIGINAL.get(name.lower(), name.rstrip("."))
                if port or usual != name:
                    problem = f"{host[:60]!r} is not the host of this page; allowed: {usual!r}"
                    yield Fault(file, int(str(row)), column, problem)


def _site_faults(settlements: pd.DataFrame, cells: gpd.GeoDataFrame) -> Iterator[Fault]:
    problem = "is not in cells.geojson; `python -m geo build` makes both"
    yield from _unknown("settlements.csv", "cell_id", settlements, cells.index, problem)
    placed = settlements[settlements.cell_id.isin(cells.index)]
    ground = cells.geometry.loc[placed.cell_id].to_numpy()
    inside = shapely.contains_xy(ground, placed.lon, placed.lat)
    for row in placed.index[~inside]:
        problem = "the site lies outside its cell; are lat and lon right and not swapped?"
        yield Fault("settlements.csv", row, "lat", problem)


def _place_faults(file: str, table: pd.DataFrame, names: pd.Series) -> Iterator[Fault]:
    problem = "is not in settlements.csv; find it with `python -m geo settlement NAME`"
    return _unknown(file, "settlement_id", table, names.index, problem)


def _claim_faults(claims: pd.DataFrame) -> Iterator[Fault]:
    file = "claims.csv"
    for row, status, basis in zip(claims.index, claims.status, claims.basis, strict=True):
        allowed = _STATUSES_OF.get(basis)
        if allowed and status not in allowed:
            problem = f"{status!r} cannot go with basis {basis}; allowed: {', '.join(allowed)}"
            yield Fault(file, row, "status", problem)
        if status == "withdrawn" and basis not in {"map_reading", "digitised"}:
            problem = f"{basis!r} cannot go with withdrawn; allowed: digitised, map_reading"
            yield Fault(file, row, "basis", problem)
    unfit = (claims.retaken == "yes") & ~claims.status.isin(
        ["ukrainian_control", "russian_control"]
    )
    for row in claims.index[unfit]:
        yield Fault(file, row, "retaken", "goes only with a status of control; leave it empty")
    for column in ("claimed_on", "published_on"):
        for row in claims.index[claims[column] > claims.retrieved_on]:
            yield Fault(file, row, column, "lies after retrieved_on, the day it was read; fix one")
    day = claims.effective_on.fillna(claims.claimed_on).rename("day")
    place = [claims.source_id, claims.settlement_id, day, claims.claimed_on]
    twice = pd.concat([*place, claims[["status", "basis", "speaker", "url"]]], axis=1)
    for row in claims.index[twice.duplicated()]:
        problem = "repeats a row above (source, place, days, status, speaker, url); keep one"
        yield Fault(file, row, "", problem)
    of_control = claims[claims.basis != "strike"]
    keys = [key.loc[of_control.index] for key in place]
    differs = of_control.status.groupby(keys).transform("nunique") > 1
    noted = of_control.note.str.contains(SAME_DAY)
    for row in of_control.index[differs & ~noted]:
        problem = (
            "this source gives another status to the same place and day in another row; "
            f"fix one, or write {SAME_DAY!r} in the note of each"
        )
        yield Fault(file, row, "status", problem)


def _slipped_notes(claims: pd.DataFrame) -> Iterator[Fault]:
    """Parts of notes that stand under several places of one page and name another place."""
    parts = claims.assign(part=claims.note.str.split("; ")).explode("part")
    parts = parts[~parts.part.str.startswith("also:") & (parts.part != "")]
    shared = parts.groupby(["url", "part"]).settlement.transform("nunique") > 1
    named = re.compile(rf"\b(?:{'|'.join(map(re.escape, claims.settlement.unique()))})\b")
    for row, place, part in parts.loc[shared, ["settlement", "part"]].itertuples():
        others = sorted(set(named.findall(part)) - {place})
        if others:
            problem = f"names {', '.join(others)}, and stands under several places of one page; "
            problem += f"keep what is said of {place}"
            yield Fault("claims.csv", row, "note", problem)


def _total_faults(totals: pd.DataFrame) -> Iterator[Fault]:
    file = "totals.csv"
    for row in totals.index[totals.value_low > totals.value]:
        yield Fault(file, row, "value_low", "is more than value, the upper bound; swap them")
    for row in totals.index[(totals.metric == "share_percent") & (totals.value > 100)]:
        yield Fault(file, row, "value", "is more than the whole; allowed: at most 100 percent")
    for column in ("value", "value_low"):
        parts = (totals.metric == "settlements") & (totals[column].fillna(0) % 1 != 0)
        for row in totals.index[parts]:
            yield Fault(file, row, column, "settlements are counted; allowed: a whole number")
    day = totals.effective_on.fillna(totals.claimed_on)
    for row in totals.index[totals.period_start > day]:
        yield Fault(file, row, "period_start", "lies after the day the figure is about; fix one")


def _span_faults(sources: pd.DataFrame) -> Iterator[Fault]:
    start, end = sources.map_read_from, sources.map_read_to
    for row in sources.index[start.isna() != end.isna()]:
        yield Fault("sources.csv", row, "map_read_to", "goes with map_read_from: fill both or none")
    for row in sources.index[start > end]:
        yield Fault("sources.csv", row, "map_read_to", "lies before map_read_from; swap them")


def _bulletin_faults(bulletins: pd.DataFrame) -> Iterator[Fault]:
    start, end = bulletins.first_on, bulletins.last_on
    for row in bulletins.index[start.isna() & end.notna()]:
        yield Fault("bulletins.csv", row, "last_on", "goes with first_on: fill both or none")
    for row in bulletins.index[start > end]:
        yield Fault("bulletins.csv", row, "last_on", "lies before first_on; swap them")


def _correction_faults(corrections: pd.DataFrame, known: pd.Series) -> Iterator[Fault]:
    file, columns = "corrections.csv", list(Claim.model_fields)
    problem = "is not in claims.csv; mend it, or take the row out"
    yield from _unknown(file, "claim_id", corrections, known, problem)
    problem = f"is no column of claims.csv; allowed: {', '.join(columns)}"
    yield from _unknown(file, "column", corrections, columns, problem)
    for row in corrections.index[corrections.old == corrections.new]:
        yield Fault(file, row, "new", "is the same as old; nothing was corrected")


def _statement_faults(statements: pd.DataFrame) -> Iterator[Fault]:
    file = "statements.csv"
    row: Any
    for row in statements.itertuples():
        number, needed = row.Index, _DAYS_OF[row.test]
        for column in ("test_from", "test_to"):
            given = pd.notna(getattr(row, column))
            if column in needed and not given:
                yield Fault(file, number, column, f"the test {row.test} needs this day; fill it")
            if given and column not in needed:
                problem = f"the test {row.test} does not use this day; leave it empty"
                yield Fault(file, number, column, problem)
        if row.test_to <= row.test_from:
            yield Fault(file, number, "test_to", "must lie after test_from")
        if pd.notna(row.value) != pd.notna(row.unit):
            yield Fault(file, number, "unit", "goes with value: fill both or none")
        if (row.test == "none") != (row.testable == "no"):
            problem = f"{row.testable!r} cannot go with the test {row.test}; `no` goes with `none`"
            yield Fault(file, number, "testable", problem)
        if (row.testable == "yes") == bool(row.why_not.strip()):
            problem = "say why, or leave it empty if testable is `yes`"
            yield Fault(file, number, "why_not", problem)
        if pd.isna(row.url) and NO_ADDRESS not in row.note:
            problem = f"empty; the note must then say why, and contain {NO_ADDRESS!r}"
            yield Fault(file, number, "url", problem)


def _map_faults(claims: pd.DataFrame, sources: pd.DataFrame) -> Iterator[Fault]:
    readings = claims[(claims.basis == "map_reading") & claims.source_id.isin(sources.index)]
    span = sources.loc[readings.source_id, ["map_read_from", "map_read_to"]]
    start, end = (span[column].to_numpy() for column in span)
    outside = ~((readings.claimed_on >= start) & (readings.claimed_on <= end))
    for row in readings.index[outside.to_numpy(dtype=bool)]:
        problem = "lies outside map_read_from .. map_read_to of its source in sources.csv"
        yield Fault("claims.csv", row, "claimed_on", problem)


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
