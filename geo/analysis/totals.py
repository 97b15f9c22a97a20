"""Published totals beside the ground of named places and of maps.

A total is a figure that somebody published for the whole incursion: "1,263 km2,
93 settlements". It is compared with the ground claimed by that day: in places named
by the speaker, and on the maps that were read.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo.analysis.held import FIGURES, readings
from geo.claims.record import Record, shipped_record
from geo.selection.selection import CURRENT_FOR, CurrentFor, Selection
from geo.tables.boundaries import area_km2

#: What is counted on a map beside a published figure. Other figures have no
#: counterpart: no map shows an area of fighting, and maps lag behind events by days,
#: so that their change within a few days is not the gain of these days.
COUNTERPARTS = {
    "ukrainian_held": "held",
    "remaining": "held",
    "ukrainian_captured_cumulative": "taken",
    "russian_retaken_cumulative": "retaken",
}

# What one speaker says in one go is one row.
_KEY = ["claimed_on", "day", "source_id", "side", "speaker", "what"]
_STATED = {"area_km2": "stated_km2", "settlements": "stated_settlements"}
_CITATION = {"total_ids": "total_id", "statements": "statement", "urls": "url"}
_WHAT = {
    "ukrainian_held": "Ukrainian-held",
    "remaining": "still Ukrainian-held",
    "ukrainian_captured_cumulative": "taken by Ukraine since 6 August 2024",
    "ukrainian_captured_period": "taken by Ukraine within a period",
    "russian_retaken_cumulative": "retaken by Russia since 6 August 2024",
    "russian_retaken_period": "retaken by Russia within a period",
    "combat_zone": "of fighting",
}
_SHOWN = {
    "held": "that day",
    "taken": "ever until that day",
    "retaken": "once Ukrainian-held and Russian-held that day",
}

_Array = Any  # numpy arrays of mixed kinds


def stated_and_mapped(
    record: Record | None = None, *, current_for: CurrentFor = CURRENT_FOR
) -> pd.DataFrame:
    """Every published area or count of the whole incursion, beside named and mapped ground.

    Named and mapped ground is that of the day that the figure is about, as known
    on the day when the figure was given. The same figure given twice by
    one speaker is one row; two figures are two rows.

    Parameters
    ----------
    record
        As `load_record` returns it; by default the shipped one.
    current_for
        How long claims of `held` ground count, as in `Selection`. `taken` and `retaken` are
        sums since the first day: nothing lapses from them.

    Returns
    -------
    DataFrame
        By date: `claimed_on`, `day` (that it is about), `source_id`, `side`,
        `speaker`, `what`; `stated_km2` and `stated_settlements`, each also with
        `_low` where a range was given; `counterpart` (of `COUNTERPARTS`: what
        is counted of the named places and maps, empty if nothing is comparable);
        `named_by` (tuple of sources: all officials of a side for an official, else
        the source itself; empty for a map project, which has its own columns),
        `named_settlements`, `named_km2`; then `<map>_settlements` and `<map>_km2` for
        each of `held_maps`; `total_ids`, `statements`, `urls` (tuples).
        Areas of named and mapped ground are those of the cells (EPSG:3035). NaN if
        nothing was named, or the map was not read.

    Notes
    -----
    `held` counts ground that is Ukrainian-held on the day; `taken` what was so on
    any day until then (several published figures are peaks by their wording:
    ground ever held is at least the peak); `retaken` what is Russian-held on the
    day and was Ukrainian-held by the same source before, or announced by it as
    retaken.

    Examples
    --------
    >>> table = stated_and_mapped()
    >>> said = table[(table.speaker == "Syrskyi") & (table.claimed_on == "2024-08-20")]
    >>> columns = ["stated_km2", "stated_settlements", "named_settlements", "deepstate_settlements"]
    >>> said[columns].values.tolist()
    [[1263.0, 93.0, 3.0, 42.0]]
    """
    record = record or shipped_record()
    sources, maps, beside = record.ledger.sources, readings(record), _Beside(record)
    speaker = record.claims.source_id.to_numpy()
    found = _said(record.ledger.totals, sources)
    for row in found:
        day, row["named_by"] = row["day"], _namers(row["source_id"], sources, maps)
        if not row["counterpart"]:
            continue
        selection = Selection(on=day, known_by=row["claimed_on"], current_for=current_for)
        rows = beside.rows(row["counterpart"], selection)
        named = rows[np.isin(speaker[rows], row["named_by"])]
        if len(named):  # else it is not 0 but silence
            row.update(_measured(record, named, "named"))
        for name in maps.index[(maps["first"] <= day) & (day <= maps["last"])]:
            row.update(_measured(record, rows[speaker[rows] == name], name))
    figures = [f"{of}_{unit}" for of in ("named", *maps.index) for unit in ("settlements", "km2")]
    stated = [f"{name}{end}" for name in _STATED.values() for end in ("", "_low")]
    columns = [*_KEY, *stated, "counterpart", "named_by", *figures, *_CITATION]
    table = pd.DataFrame(found, columns=columns).astype(dict.fromkeys([*stated, *figures], float))
    return table.sort_values("claimed_on", kind="stable", ignore_index=True)


def _said(totals: pd.DataFrame, sources: pd.DataFrame) -> list[dict[str, Any]]:
    """What a speaker said on a day: the area and the count of settlements together."""
    totals = totals[(totals.scope == "incursion") & totals.metric.isin(FIGURES)].reset_index()
    totals["day"] = totals.effective_on.fillna(totals.claimed_on)
    totals["side"] = totals.source_id.map(sources.side)
    totals["counterpart"] = totals.what.map(COUNTERPARTS).fillna("")
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in totals.to_dict("records"):
        said = found.setdefault(tuple(row[name] for name in _KEY), [])
        column, value = _STATED[row["metric"]], row["value"]
        # Two figures that differ are kept apart.
        entry = next((e for e in said if e.get(column, value) == value), None)
        if entry is None:
            entry = {name: row[name] for name in (*_KEY, "counterpart")}
            entry |= dict.fromkeys(_CITATION, ())
            said.append(entry)
        entry |= {column: value, f"{column}_low": row["value_low"]}
        for name, of in _CITATION.items():
            if row[of] not in entry[name]:
                entry[name] += (row[of],)
    return [entry for said in found.values() for entry in said]


class _Beside:
    """Which rows of a record, of all sources, are compared with a published figure."""

    def __init__(self, record: Record) -> None:
        claims, told = record.claims, record.ledger.claims
        self._record = record
        self._held = (claims.status == "ukrainian_control").to_numpy()
        self._lost = (claims.status == "russian_control").to_numpy()
        retaken = set(told.index[told.retaken == "yes"])
        announced = [not retaken.isdisjoint(ids) for ids in record.claim_ids]
        self._held_or_conceded = self._held | np.array(announced, dtype=bool)
        # A number for each source's piece of ground.
        self._piece = claims.groupby(["source_id", "ground_id"], observed=True).ngroup().to_numpy()

    def rows(self, counterpart: str, selection: Selection) -> _Array:
        """Positions of the rows that count for a counterpart."""
        if counterpart == "held":
            now = self._record.rows(selection)
            return now[self._held[now]]
        on = np.datetime64(selection.on, "s")
        past = self._record.known(selection.known_day) & (self._record.valid_from <= on)
        if counterpart == "taken":
            return np.flatnonzero(past & self._held)
        once_held = np.isin(self._piece, self._piece[past & self._held_or_conceded])
        return np.flatnonzero(past & self._record.in_force(on) & self._lost & once_held)


def _namers(speaker: str, sources: pd.DataFrame, maps: pd.DataFrame) -> tuple[str, ...]:
    """The sources whose named places are compared with the figures of a source."""
    own = sources.loc[speaker]
    if own.kind == "official":
        return tuple(sources.index[(sources.side == own.side) & (sources.kind == own.kind)])
    return () if speaker in maps.index else (speaker,)


def _measured(record: Record, rows: _Array, name: str) -> dict[str, float]:
    """Places and km2 of some rows, by column; what several say counts once."""
    places = {place for row in rows for place in record.settlements[row]}
    km2 = round(float(area_km2(record.outline(rows))), 2)
    return {f"{name}_settlements": len(places), f"{name}_km2": km2}


def stated_sentences(table: pd.DataFrame, sources: pd.DataFrame) -> list[str]:
    """The rows of `stated_and_mapped` as sentences.

    Parameters
    ----------
    table
        As `stated_and_mapped` returns it.
    sources
        As `load_sources` returns them, for their names.

    Examples
    --------
    >>> from geo import load_sources
    >>> table = stated_and_mapped()
    >>> print(stated_sentences(table[table.total_ids == ("t022",)], load_sources())[0])
    Syrskyi (Armed Forces of Ukraine: General Staff and commanders), 2024-08-12: 1,000 km²
    Ukrainian-held; named by then by Ukrainian officials: 1 settlement, 2 km²; DeepState map that
    day: 14 settlements, 255 km²; UAControlMap that day: 50 settlements, 629 km²
    """
    maps = [name for name in sources.index if f"{name}_km2" in table]
    sources = sources.assign(name=short_names(sources))
    return [_sentence(row, sources, maps) for row in table.to_dict("records")]


def short_names(sources: pd.DataFrame) -> pd.Series:
    """Names of sources without the members of a group, by `source_id`.

    Examples
    --------
    >>> from geo import load_sources
    >>> short_names(load_sources())["independent_osint"]
    'Independent analysts'
    """
    return sources.name.str.partition(" (")[0]


def _sentence(row: dict[Any, Any], sources: pd.DataFrame, maps: list[str]) -> str:
    who = sources.name[row["source_id"]]
    who = f"{row['speaker']} ({who})" if row["speaker"] else who
    when = row["claimed_on"].date().isoformat()
    if row["day"] != row["claimed_on"]:
        when += f" (of {row['day'].date().isoformat()})"
    stated = [
        _range(row[f"stated_{name}_low"], row[f"stated_{name}"], unit)
        for name, unit in (("km2", "km²"), ("settlements", "settlements"))
        if pd.notna(row[f"stated_{name}"])
    ]
    parts = [f"{who}, {when}: {', '.join(stated)} {_WHAT[row['what']]}"]
    if not row["counterpart"]:
        return f"{parts[0]}; no counterpart on the maps"
    if row["named_by"]:
        side = sources.side[row["source_id"]].capitalize()
        by = f" by {side} officials" if len(row["named_by"]) > 1 else ""
        parts.append(f"named by then{by}: {_ground(row, 'named') or 'no place'}")
    for name in maps:
        shown = _ground(row, name) or "not read"
        parts.append(f"{sources.name[name]} {_SHOWN[row['counterpart']]}: {shown}")
    return "; ".join(parts)


def _range(low: float, high: float, unit: str) -> str:
    figure = f"{high:,.10g}" if pd.isna(low) else f"{low:,.10g} to {high:,.10g}"
    return f"{figure} {unit}"


def _ground(row: dict[Any, Any], name: str) -> str:
    """How much is named or mapped, as text; empty if nothing is."""
    places, area = row[f"{name}_settlements"], row[f"{name}_km2"]
    return "" if pd.isna(area) else f"{count(places, 'settlement')}, {area:,.0f} km²"


def count(number: float, noun: str) -> str:
    """A number with its noun.

    Examples
    --------
    >>> count(1, "settlement"), count(1263, "settlement")
    ('1 settlement', '1,263 settlements')
    """
    return f"{number:,.0f} {noun}{'' if number == 1 else 's'}"
