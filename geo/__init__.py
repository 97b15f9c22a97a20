"""Who claimed what ground in Kursk Oblast, and when.

Tables of dated claims become intervals, intervals become polygons, each
tagged by source and partisanship. The names below are the public face; each is
loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo._errors import DataError, Fault, RepairWarning
    from geo.animation import animate
    from geo.boundaries import load_boundaries, load_cells
    from geo.citations import citation
    from geo.comparison import compare
    from geo.disagreement import disagreement_on, disagreement_series
    from geo.formats import read_settings, snapshot_bytes, write_snapshot
    from geo.gazetteer import find_settlements, suggest_names
    from geo.ledger import Ledger, claims_about, data_version, load_ledger, read_ledger
    from geo.picture import draw
    from geo.snapshot import Snapshot, claims_of, file_name
    from geo.tables import load_events, load_settlements, load_sources, load_totals
    from geo.territory import area_series, areas, claims_on, load_claims, period, select

__version__ = "0.1.0"

_HOME = {
    "DataError": "_errors",
    "Fault": "_errors",
    "Ledger": "ledger",
    "RepairWarning": "_errors",
    "Snapshot": "snapshot",
    "animate": "animation",
    "area_series": "territory",
    "areas": "territory",
    "citation": "citations",
    "claims_about": "ledger",
    "claims_of": "snapshot",
    "claims_on": "territory",
    "compare": "comparison",
    "data_version": "ledger",
    "disagreement_on": "disagreement",
    "disagreement_series": "disagreement",
    "draw": "picture",
    "file_name": "snapshot",
    "find_settlements": "gazetteer",
    "load_boundaries": "boundaries",
    "load_cells": "boundaries",
    "load_claims": "territory",
    "load_events": "tables",
    "load_ledger": "ledger",
    "load_settlements": "tables",
    "load_sources": "tables",
    "load_totals": "tables",
    "period": "territory",
    "read_ledger": "ledger",
    "read_settings": "formats",
    "select": "territory",
    "snapshot_bytes": "formats",
    "suggest_names": "gazetteer",
    "write_snapshot": "formats",
}

__all__ = [
    "DataError",
    "Fault",
    "Ledger",
    "RepairWarning",
    "Snapshot",
    "animate",
    "area_series",
    "areas",
    "citation",
    "claims_about",
    "claims_of",
    "claims_on",
    "compare",
    "data_version",
    "disagreement_on",
    "disagreement_series",
    "draw",
    "file_name",
    "find_settlements",
    "load_boundaries",
    "load_cells",
    "load_claims",
    "load_events",
    "load_ledger",
    "load_settlements",
    "load_sources",
    "load_totals",
    "period",
    "read_ledger",
    "read_settings",
    "select",
    "snapshot_bytes",
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
