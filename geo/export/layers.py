"""The layers of a snapshot as tables of shapes, with all tags and citations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from geo._io.text import sound
from geo.analysis.disagreement import disagreement_on
from geo.claims.record import Record
from geo.claims.shown import changes_of, claims_of, in_box
from geo.export.citations import cited, left_out, line, records
from geo.ledger.ledger import Ledger
from geo.selection.snapshot import Snapshot

#: Columns that hold several values.
LISTS = ("settlements", "claim_ids")


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
        EPSG:4326. `claims`: columns as `claims_on` returns them. Where asked
        for, `disagreement`: cells in which a chosen source speaks, with
        `disagreement` and `says` (what each source says); `changes`: as
        `changes_of` returns them; `history`: rows of `load_claims` that hold on
        any day from `since` to `on`. `settlements` are names; `attribution` and
        `licence` are those of the source; `citations` (dicts, in date order) are
        limited in number, `claim_ids` are not.

    Raises
    ------
    ValueError
        If a day lies outside the record or a source does not exist.
    """
    found = {"claims": claims_of(snapshot, record)}
    if "disagreement" in snapshot.layers:
        found["disagreement"] = _disagreement(snapshot, record)
    if snapshot.halves:
        found["changes"] = changes_of(snapshot, record)
    if snapshot.since:
        found["history"] = _history(snapshot, record)
    said = records(record.ledger)
    return {name: _described(table, record.ledger, said) for name, table in found.items()}


def _history(snapshot: Snapshot, record: Record) -> gpd.GeoDataFrame:
    rows = record.during(snapshot, snapshot.since or snapshot.on, snapshot.on)
    return in_box(snapshot, rows.drop(columns="ground_id").reset_index(drop=True))


def _disagreement(snapshot: Snapshot, record: Record) -> gpd.GeoDataFrame:
    cells = disagreement_on(snapshot, record=record)
    ledger = record.ledger
    cells = cells[cells.disagreement != "silent"].reset_index()
    cells = in_box(snapshot, cells)
    sources = [name for name in ledger.sources.index if name in cells]
    places = ledger.settlements.groupby("cell_id").groups
    return gpd.GeoDataFrame(
        {
            "disagreement": cells.disagreement.to_numpy(),
            "says": _text(
                "; ".join(
                    f"{name}: {word}" for name, word in zip(sources, words, strict=True) if word
                )
                for words in cells[sources].itertuples(index=False, name=None)
            ),
            "area_km2": cells.area_km2.to_numpy(),
            "settlements": [tuple(places[cell]) for cell in cells.cell_id],
        },
        geometry=cells.geometry.to_numpy(),
        crs=4326,
    )


def _described(
    table: gpd.GeoDataFrame, ledger: Ledger, said: Mapping[str, Mapping[str, str]]
) -> gpd.GeoDataFrame:
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
        table["citations"] = [cited(ids, said) for ids in table.claim_ids]
    for name in ("source_id", "status"):
        if name in table:
            table[name] = table[name].astype(str)
    return gpd.GeoDataFrame(table, geometry=shape, crs=4326)


def _text(texts: Iterable[Any]) -> pd.api.extensions.ExtensionArray:
    """A text column, even if empty: pandas would make an empty list numeric."""
    return pd.array([sound(t) if isinstance(t, str) else t for t in texts], dtype="string")


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
