"""Faults that no single value shows: contradictions within a table and between tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geo._io.errors import Fault
from geo.tables.schema import Claim

# What a note must contain if one source makes two claims about one place and day.
_SAME_DAY = "same day"
# Reports of events say nothing of control: on the map they are `contested`.
_EVENTS = {"strike", "fighting", "repelled"}
# What the note of a statement without an address must contain.
_NO_ADDRESS = "no address"
# Hosts that copy the pages of another one, or second ones of a site: the first is cited instead.
_COPIES = {
    "112.ua": ("go.112.ua", "novyi-format.112.ua"),
    "glavred.net": ("glavred.info",),
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
# Tests of a statement that need a second day; all but `none` need a first one.
_SPANS = {"area_growth", "newly_claimed_after"}


def cross_faults(
    tables: dict[str, pd.DataFrame],
    cells: gpd.GeoDataFrame,
    own: gpd.GeoDataFrame,
    broken: set[str],
) -> Iterator[Fault]:
    """Faults in and between the tables of a ledger; what refers to a broken file is not checked."""
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
        yield from address_faults(file, table)
    statements = tables["statements.csv"]
    yield from _statement_faults(statements)
    if "sources.csv" not in broken:
        yield from _map_faults(claims, sources)
        own_sources = statements[statements.source_id.notna()]
        yield from _source_faults("statements.csv", own_sources, sources)
        yield from _unlike("statements.csv", "side", own_sources, sources.side)
        read = ("map_read_from", "map_read_to")
        yield from _span_faults("sources.csv", tables["sources.csv"], *read, closed=True)
        yield from _source_faults("bulletins.csv", tables["bulletins.csv"], sources)
    yield from _span_faults("bulletins.csv", tables["bulletins.csv"], "first_on", "last_on")
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


def side_faults(
    side: dict[str, pd.DataFrame], tables: dict[str, pd.DataFrame], broken: set[str]
) -> Iterator[Fault]:
    """Faults in the tables beside the ledger, and between them and those that are not broken."""
    for file in ("coordinates.csv", "routes.csv"):
        yield from address_faults(file, side[file])
    if "settlements.csv" not in broken:
        names = tables["settlements.csv"].set_index("settlement_id").name_ru.rename("name")
        for file in ("names.csv", "coordinates.csv"):
            yield from _place_faults(file, side[file], names)
            yield from _unlike(file, "name_ru", side[file], names)
    if "claims.csv" not in broken:
        file, table, columns = "corrections.csv", side["corrections.csv"], list(Claim.model_fields)
        problem = "is not in claims.csv; mend it, or take the row out"
        yield from _unknown(file, "claim_id", table, tables["claims.csv"].claim_id, problem)
        problem = f"is no column of claims.csv; allowed: {', '.join(columns)}"
        yield from _unknown(file, "column", table, columns, problem)
        problem = "is the same as old; nothing was corrected"
        yield from _each(file, "new", table.old == table.new, problem)


def address_faults(file: str, table: pd.DataFrame) -> Iterator[Fault]:
    """Addresses that are not the usual one of their page, also those in a note or a reason."""
    for column in table.columns.intersection(["url", "note", "reason"]):
        texts = table[column].fillna("").tolist()
        hosts = set(_HOST.findall("\n".join(texts)))
        usual = {host: _usual(host) for host in hosts if host != _usual(host)}
        if not usual:
            continue
        for row, text in zip(table.index, texts, strict=True):
            for host in filter(usual.__contains__, _HOST.findall(text)):
                problem = f"{host[:60]!r} is not the host of this page; allowed: {usual[host]!r}"
                yield Fault(file, row, column, problem)


def _usual(host: str) -> str:
    """The host without a port or a dot at its end, that of the original for a known copy."""
    name = host.partition(":")[0]
    return _ORIGINAL.get(name.lower(), name.rstrip("."))


def slipped_notes(claims: pd.DataFrame, names: pd.Series) -> Iterator[Fault]:
    """Parts of notes that stand under several places of one page and name another place.

    `names` are all the places; a name that begins another one is no hit in that one.
    """
    parts = claims.assign(part=claims.note.str.split("; ")).explode("part")
    parts = parts[~parts.part.str.startswith("also:") & (parts.part != "")]
    shared = parts.groupby(["url", "part"]).settlement.transform("nunique") > 1
    longest_first = sorted(set(names), key=lambda name: (-len(name), name))
    named = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")
    for row, place, part in parts.loc[shared, ["settlement", "part"]].itertuples():
        others = sorted(set(named.findall(part)) - {place})
        if others:
            problem = f"names {', '.join(others)}, and stands under several places of one page; "
            problem += f"keep what is said of {place}"
            yield Fault("claims.csv", row, "note", problem)


def _each(
    file: str, column: str, wrong: pd.Series, problem: str | Callable[[int], str]
) -> Iterator[Fault]:
    """A fault in each row where a mask says so; its problem, the same or made from the row."""
    for row in wrong.index[wrong]:
        yield Fault(file, row, column, problem if isinstance(problem, str) else problem(row))


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


def _place_faults(file: str, table: pd.DataFrame, names: pd.Series) -> Iterator[Fault]:
    problem = "is not in settlements.csv; find it with `python -m geo settlement NAME`"
    return _unknown(file, "settlement_id", table, names.index, problem)


def _span_faults(
    file: str, table: pd.DataFrame, first: str, last: str, *, closed: bool = False
) -> Iterator[Fault]:
    """Faults of two days between which something lasted; if closed, neither stands alone."""
    start, end = table[first], table[last]
    alone = start.isna() & end.notna()
    if closed:
        alone |= start.notna() & end.isna()
    yield from _each(file, last, alone, f"goes with {first}: fill both or none")
    yield from _each(file, last, start > end, f"lies before {first}; swap them")


def _date_faults(file: str, table: pd.DataFrame) -> Iterator[Fault]:
    noted = table.note.str.strip() != ""
    early = (table.effective_on > table.claimed_on) & ~noted
    problem = "lies after claimed_on; a statement about the future needs a reason in `note`"
    yield from _each(file, "effective_on", early, problem)
    if "published_on" in table:
        late = (table.published_on < table.claimed_on) & ~noted
        problem = "lies before claimed_on; fix one, or say why in `note`"
        yield from _each(file, "published_on", late, problem)
    if "valid_to" in table:
        over = table.valid_to <= table.effective_on.fillna(table.claimed_on)
        yield from _each(file, "valid_to", over, "must lie after the day the claim begins")


def _site_faults(settlements: pd.DataFrame, cells: gpd.GeoDataFrame) -> Iterator[Fault]:
    problem = "is not in cells.geojson; `python -m geo build` makes both"
    yield from _unknown("settlements.csv", "cell_id", settlements, cells.index, problem)
    placed = settlements[settlements.cell_id.isin(cells.index)]
    ground = cells.geometry.loc[placed.cell_id].to_numpy()
    outside = pd.Series(~shapely.contains_xy(ground, placed.lon, placed.lat), placed.index)
    problem = "the site lies outside its cell; are lat and lon right and not swapped?"
    yield from _each("settlements.csv", "lat", outside, problem)


def _claim_faults(claims: pd.DataFrame) -> Iterator[Fault]:
    file = "claims.csv"
    status, basis = claims.status, claims.basis
    yield from _each(
        file,
        "status",
        basis.isin(_EVENTS) & (status != "contested"),
        lambda row: f"{status[row]!r} cannot go with basis {basis[row]}; allowed: contested",
    )
    yield from _each(
        file,
        "basis",
        (status == "withdrawn") & ~basis.isin(["map_reading", "digitised"]),
        lambda row: f"{basis[row]!r} cannot go with withdrawn; allowed: digitised, map_reading",
    )
    control = status.isin(["ukrainian_control", "russian_control"])
    problem = "goes only with a status of control; leave it empty"
    yield from _each(file, "retaken", (claims.retaken == "yes") & ~control, problem)
    problem = "lies after retrieved_on, the day it was read; fix one"
    for column in ("claimed_on", "published_on"):
        yield from _each(file, column, claims[column] > claims.retrieved_on, problem)
    day = claims.effective_on.fillna(claims.claimed_on).rename("day")
    place = [claims.source_id, claims.settlement_id, day, claims.claimed_on]
    twice = pd.concat([*place, claims[["status", "basis", "speaker", "url"]]], axis=1).duplicated()
    problem = "repeats a row above (source, place, days, status, speaker, url); keep one"
    yield from _each(file, "", twice, problem)
    differs = status.groupby(place).transform("nunique") > 1
    problem = (
        "this source gives another status to the same place and day in another row; "
        f"fix one, or write {_SAME_DAY!r} in the note of each"
    )
    yield from _each(file, "status", differs & ~claims.note.str.contains(_SAME_DAY), problem)


def _total_faults(totals: pd.DataFrame) -> Iterator[Fault]:
    file, low, value = "totals.csv", totals.value_low, totals.value
    yield from _each(
        file, "value_low", low > value, "is more than value, the upper bound; swap them"
    )
    more = (totals.metric == "share_percent") & (value > 100)
    yield from _each(file, "value", more, "is more than the whole; allowed: at most 100 percent")
    for column in ("value", "value_low"):
        parts = (totals.metric == "settlements") & (totals[column].fillna(0) % 1 != 0)
        yield from _each(file, column, parts, "settlements are counted; allowed: a whole number")
    late = totals.period_start > totals.effective_on.fillna(totals.claimed_on)
    yield from _each(file, "period_start", late, "lies after the day the figure is about; fix one")


def _statement_faults(statements: pd.DataFrame) -> Iterator[Fault]:
    file, test, testable = "statements.csv", statements.test, statements.testable
    for column, needed in (("test_from", test != "none"), ("test_to", test.isin(_SPANS))):
        given = statements[column].notna()
        yield from _each(
            file,
            column,
            needed & ~given,
            lambda row: f"the test {test[row]} needs this day; fill it",
        )
        yield from _each(
            file,
            column,
            given & ~needed,
            lambda row: f"the test {test[row]} does not use this day; leave it empty",
        )
    early = statements.test_to <= statements.test_from
    yield from _each(file, "test_to", early, "must lie after test_from")
    alone = statements.value.notna() != statements.unit.notna()
    yield from _each(file, "unit", alone, "goes with value: fill both or none")
    unfit = (test == "none") != (testable == "no")
    yield from _each(
        file,
        "testable",
        unfit,
        lambda row: f"{testable[row]!r} cannot go with the test {test[row]}; `no` goes with `none`",
    )
    unfit = (testable == "yes") == (statements.why_not.str.strip() != "")
    yield from _each(file, "why_not", unfit, "say why, or leave it empty if testable is `yes`")
    unfit = statements.url.isna() & ~statements.note.str.contains(_NO_ADDRESS)
    problem = f"empty; the note must then say why, and contain {_NO_ADDRESS!r}"
    yield from _each(file, "url", unfit, problem)


def _map_faults(claims: pd.DataFrame, sources: pd.DataFrame) -> Iterator[Fault]:
    readings = claims[(claims.basis == "map_reading") & claims.source_id.isin(sources.index)]
    start, end = (readings.source_id.map(sources[f"map_read_{edge}"]) for edge in ("from", "to"))
    problem = "lies outside map_read_from .. map_read_to of its source in sources.csv"
    yield from _each("claims.csv", "claimed_on", ~readings.claimed_on.between(start, end), problem)
