"""Who claimed what ground in Kursk Oblast, and when.

Tables of dated claims become intervals, intervals become polygons, each
tagged by source and partisanship. The names below are the public face; each is
loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo._io.confined import Limits
    from geo._io.errors import DataError, Fault, RepairWarning
    from geo.analysis.concessions import conceded_claims, count_concessions
    from geo.analysis.disagreement import disagreement_on, disagreement_series
    from geo.analysis.lag import lag_bars, lag_summary, lags
    from geo.analysis.statements import check_statements
    from geo.analysis.totals import (
        held_maps,
        held_series,
        last_words,
        stated_and_mapped,
        stated_sentences,
    )
    from geo.claims.areas import area_series, areas, claims_on, period, select
    from geo.claims.comparison import compare
    from geo.claims.record import Record, load_claims, load_record
    from geo.claims.shown import claims_of
    from geo.export.citations import citation
    from geo.export.film import animate
    from geo.export.write import read_settings, snapshot_bytes, write_snapshot
    from geo.figure.layout import draw
    from geo.ledger.gazetteer import find_settlements, suggest_names
    from geo.ledger.ledger import Ledger, claims_about, data_version, load_ledger, read_ledger
    from geo.ledger.search import find_claims
    from geo.selection.selection import Selection
    from geo.selection.snapshot import Snapshot, file_name
    from geo.tables.boundaries import load_boundaries, load_cells
    from geo.tables.schema import (
        load_events,
        load_settlements,
        load_sources,
        load_statements,
        load_totals,
    )

__version__ = "0.1.0"

_HOME = {
    "DataError": "_io.errors",
    "Fault": "_io.errors",
    "Ledger": "ledger.ledger",
    "Limits": "_io.confined",
    "Record": "claims.record",
    "Selection": "selection.selection",
    "load_record": "claims.record",
    "RepairWarning": "_io.errors",
    "Snapshot": "selection.snapshot",
    "animate": "export.film",
    "area_series": "claims.areas",
    "areas": "claims.areas",
    "check_statements": "analysis.statements",
    "citation": "export.citations",
    "claims_about": "ledger.ledger",
    "claims_of": "claims.shown",
    "claims_on": "claims.areas",
    "compare": "claims.comparison",
    "conceded_claims": "analysis.concessions",
    "count_concessions": "analysis.concessions",
    "data_version": "ledger.ledger",
    "disagreement_on": "analysis.disagreement",
    "disagreement_series": "analysis.disagreement",
    "draw": "figure.layout",
    "file_name": "selection.snapshot",
    "find_claims": "ledger.search",
    "find_settlements": "ledger.gazetteer",
    "held_maps": "analysis.totals",
    "held_series": "analysis.totals",
    "lag_bars": "analysis.lag",
    "lag_summary": "analysis.lag",
    "lags": "analysis.lag",
    "last_words": "analysis.totals",
    "load_boundaries": "tables.boundaries",
    "load_cells": "tables.boundaries",
    "load_claims": "claims.record",
    "load_events": "tables.schema",
    "load_ledger": "ledger.ledger",
    "load_settlements": "tables.schema",
    "load_sources": "tables.schema",
    "load_statements": "tables.schema",
    "load_totals": "tables.schema",
    "period": "claims.areas",
    "read_ledger": "ledger.ledger",
    "read_settings": "export.write",
    "select": "claims.areas",
    "snapshot_bytes": "export.write",
    "stated_and_mapped": "analysis.totals",
    "stated_sentences": "analysis.totals",
    "suggest_names": "ledger.gazetteer",
    "write_snapshot": "export.write",
}

__all__ = [
    "DataError",
    "Fault",
    "Ledger",
    "Limits",
    "Record",
    "RepairWarning",
    "Selection",
    "Snapshot",
    "animate",
    "area_series",
    "areas",
    "check_statements",
    "citation",
    "claims_about",
    "claims_of",
    "claims_on",
    "compare",
    "conceded_claims",
    "count_concessions",
    "data_version",
    "disagreement_on",
    "disagreement_series",
    "draw",
    "file_name",
    "find_claims",
    "find_settlements",
    "held_maps",
    "held_series",
    "lag_bars",
    "lag_summary",
    "lags",
    "last_words",
    "load_boundaries",
    "load_cells",
    "load_claims",
    "load_events",
    "load_ledger",
    "load_record",
    "load_settlements",
    "load_sources",
    "load_statements",
    "load_totals",
    "period",
    "read_ledger",
    "read_settings",
    "select",
    "snapshot_bytes",
    "stated_and_mapped",
    "stated_sentences",
    "suggest_names",
    "write_snapshot",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        msg = f"module 'geo' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"geo.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
