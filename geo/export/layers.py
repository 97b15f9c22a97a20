"""The layers of a snapshot as tables of shapes, with all tags and citations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import geopandas as gpd
import pandas as pd

from geo._io.text import sound
from geo.analysis.agreement import agreement_on
from geo.claims.record import Record
from geo.claims.shown import changes_of, claims_of, in_box, lapsed_of
from geo.export.citations import cited, left_out, line, records
from geo.ledger.ledger import Ledger
from geo.selection.snapshot import Snapshot
from geo.style.words import say
from geo.tables.context import load_context
from geo.tables.schema import SIDES

#: Columns that hold several values.
LISTS = ("settlements", "claim_ids")
#: The layers of the context, and the type of their shapes; all others hold ground.
CONTEXT = {"context": "MultiLineString", "sites": "MultiPoint"}
_CHANGED = {
    "gained": "by the second of the two only",
    "lost": "by the first of the two only",
    "kept": "by both",
}


def layers(snapshot: Snapshot, record: Record) -> dict[str, gpd.GeoDataFrame]:
    """The layers of a data file, by name.

    Parameters
    ----------
    snapshot
        The settings.
    record
        The record to export.

    Returns
    -------
    dict of GeoDataFrame
        EPSG:4326. `agreement`: the cells of the theatre, columns as `agreement_on`
        returns them; `claims`: columns as `claims_on` returns them. Where asked for,
        `lapsed`: as `lapsed_of` returns them; `changes`: as `changes_of` returns them;
        `history`: rows of `load_claims` that hold on any day from `since` to `on`;
        unless it is switched off, `context` and `sites`: the lines and points of
        `load_context`.
        `settlements` are names; `attribution` and `licence` are those of the source;
        `citations` (dicts, in date order) are limited in number, `claim_ids` are not.

    Raises
    ------
    ValueError
        If a day lies outside the record or a source does not exist.
    """
    claims = claims_of(snapshot, record)  # refuses what does not exist
    found = {"agreement": _agreement(snapshot, record), "claims": claims}
    if snapshot.lapsed:
        found["lapsed"] = lapsed_of(snapshot, record)
    if snapshot.compared:
        found["changes"] = changes_of(snapshot, record)
    if snapshot.since:
        rows = record.during(snapshot, snapshot.since, snapshot.on).drop(columns="ground_id")
        found["history"] = in_box(snapshot, rows.reset_index(drop=True))
    found = {name: _described(table, record.ledger) for name, table in found.items()}
    return found | _context(snapshot) if snapshot.context else found


def _context(snapshot: Snapshot) -> dict[str, gpd.GeoDataFrame]:
    table = in_box(snapshot, load_context())
    table = table.astype({"schematic": "boolean"})
    site = table.kind == "site"
    return {"context": table[~site], "sites": table[site]}


def _agreement(snapshot: Snapshot, record: Record) -> gpd.GeoDataFrame:
    cells = agreement_on(snapshot, record=record)
    places = record.ledger.settlements.groupby("cell_id").groups
    cells.insert(cells.columns.get_loc("geometry"), "settlements", cells.index.map(places))
    return in_box(snapshot, cells.reset_index(drop=True))


def _described(table: gpd.GeoDataFrame, ledger: Ledger) -> gpd.GeoDataFrame:
    names = ledger.settlements.name_en
    shape = table.geometry
    table = table.drop(columns="geometry")
    table["area_km2"] = table.area_km2.round(2)
    table["settlements"] = [tuple(names[i] for i in ids) for ids in table.settlements]
    if "source_id" in table:
        source = ledger.sources.loc[table.source_id]
        table["attribution"] = source.attribution.to_numpy()
        table["licence"] = source.licence.to_numpy()
    if "claim_ids" in table:
        said = records(ledger, chain.from_iterable(table.claim_ids))
        table["citations"] = [cited(ids, said) for ids in table.claim_ids]
    for name in ("source_id", "status"):
        if name in table:
            table[name] = table[name].astype(str)
    return gpd.GeoDataFrame(table, geometry=shape, crs=4326)


def _text(texts: Iterable[Any]) -> pd.api.extensions.ExtensionArray:
    """A text column, even if empty: pandas would make an empty list numeric."""
    return pd.array([sound(t) if isinstance(t, str) else t for t in texts], dtype="string")


def in_words(column: str, value: str) -> str:
    """A value of a column of statuses, words, classes or changes, as the key calls it.

    Examples
    --------
    >>> in_words("status", "russian_control"), in_words("agreement", "both_russian_control")
    ('Russian-held', 'both say Russian-held')
    """
    if column == "change":
        return _CHANGED[value]
    silent = column == "agreement" and value == "silent"
    return say("silent_both" if silent else value, "en")


def titles_of(record: Record) -> dict[str, str]:
    """Titles of what each side and source says, by the names of the columns of `agreement`.

    Examples
    --------
    >>> from geo.claims.record import shipped_record
    >>> titles = titles_of(shipped_record())
    >>> titles["third_party"], titles["deepstate"]
    ('Third parties say', 'According to DeepState map')
    """
    said = {side: say("headline_of", "en", say(f"{side}_sources", "en")) for side in SIDES}
    said = {side: title[:1].upper() + title[1:] for side, title in said.items()}
    names = record.ledger.sources.name
    return said | {str(one): say("headline_source", "en", names[one]) for one in names.index}


def flat_table(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Lists as text and times as dates, for formats that have neither.

    Columns have the same types with and without rows.
    """
    import pyarrow as pa

    table = table.copy()
    if "citations" in table:
        table["citations"] = _text(
            "\n".join([*map(line, claims), *left_out(claims, ids)])
            for claims, ids in zip(table.citations, table.claim_ids, strict=True)
        )
    for name in LISTS:
        if name in table:
            table[name] = _text("; ".join(values) for values in table[name])
    for name, kind in table.dtypes.items():
        if kind.kind == "M":
            table[name] = table[name].astype(pd.ArrowDtype(pa.date32()))
        elif kind.kind == "i":
            table[name] = table[name].astype("Int64")
        elif kind.kind == "O" and name != "geometry":
            table[name] = _text(table[name])
    return table


def joined(found: Mapping[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """All layers as one table, with a column that says which; geometry last."""
    tables = []
    for layer, table in found.items():
        flat = flat_table(table)
        flat.insert(0, "layer", _text([layer] * len(flat)))
        tables.append(flat)
    kinds = {name: kind for table in tables for name, kind in table.dtypes.items()}
    # An empty table would change the column types; its own columns are added afterwards.
    one = pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)
    for name in [name for name in kinds if name not in one]:
        one[name] = pd.Series(pd.NA, one.index, dtype=kinds[name])
    return one[[*(name for name in kinds if name != "geometry"), "geometry"]]
