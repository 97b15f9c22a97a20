"""Who claimed what ground in Kursk Oblast, and when.

Tables of dated claims become intervals, intervals become polygons, each
tagged by source and partisanship. The names below are the public face; each is
loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo._confined import Limits
    from geo._errors import DataError, Fault, RepairWarning
    from geo.animation import animate
    from geo.boundaries import load_boundaries, load_cells
    from geo.citations import citation
    from geo.comparison import compare
    from geo.concessions import conceded_claims, count_concessions
    from geo.disagreement import disagreement_on, disagreement_series
    from geo.formats import read_settings, snapshot_bytes, write_snapshot
    from geo.gazetteer import find_settlements, suggest_names
    from geo.lag import lag_bars, lag_summary, lags
    from geo.ledger import Ledger, claims_about, data_version, load_ledger, read_ledger
    from geo.picture import draw
    from geo.query import find_claims
    from geo.snapshot import Snapshot, claims_of, file_name
    from geo.statements import check_statements
    from geo.tables import load_events, load_settlements, load_sources, load_statements, load_totals
    from geo.territory import area_series, areas, claims_on, load_claims, period, select
    from geo.totals import held_maps, held_series, last_words, stated_and_mapped, stated_sentences

__version__ = "0.1.0"

_HOME = {
    "DataError": "_errors",
    "Fault": "_errors",
    "Ledger": "ledger",
    "Limits": "_confined",
    "RepairWarning": "_errors",
    "Snapshot": "snapshot",
    "animate": "animation",
    "area_series": "territory",
    "areas": "territory",
    "check_statements": "statements",
    "citation": "citations",
    "claims_about": "ledger",
    "claims_of": "snapshot",
    "claims_on": "territory",
    "compare": "comparison",
    "conceded_claims": "concessions",
    "count_concessions": "concessions",
    "data_version": "ledger",
    "disagreement_on": "disagreement",
    "disagreement_series": "disagreement",
    "draw": "picture",
    "file_name": "snapshot",
    "find_claims": "query",
    "find_settlements": "gazetteer",
    "held_maps": "totals",
    "held_series": "totals",
    "lag_bars": "lag",
    "lag_summary": "lag",
    "lags": "lag",
    "last_words": "totals",
    "load_boundaries": "boundaries",
    "load_cells": "boundaries",
    "load_claims": "territory",
    "load_events": "tables",
    "load_ledger": "ledger",
    "load_settlements": "tables",
    "load_sources": "tables",
    "load_statements": "tables",
    "load_totals": "tables",
    "period": "territory",
    "read_ledger": "ledger",
    "read_settings": "formats",
    "select": "territory",
    "snapshot_bytes": "formats",
    "stated_and_mapped": "totals",
    "stated_sentences": "totals",
    "suggest_names": "gazetteer",
    "write_snapshot": "formats",
}

__all__ = [
    "DataError",
    "Fault",
    "Ledger",
    "Limits",
    "RepairWarning",
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
