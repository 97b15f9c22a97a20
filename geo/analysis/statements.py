"""Narrative statements, and what the claims of each source show about them.

Each statement of `data/statements.csv` names a test. The result is a row of
figures for every source that speaks (see `geo.analysis.held`), never a verdict. Only maps
cover the whole incursion; other sources count only the places they named.

- `area_at`: Ukrainian-held ground on a day;
- `area_growth`: the same on two days, and the change;
- `area_peak_share`: the most Ukrainian-held ground on any day until then, that on
  the day, and the change in percent;
- `newly_claimed_after`: settlements that a source gives as Ukrainian-held, or as
  contested, for the first time between two days;
- `held_after`: settlements that a source gives as Ukrainian-held or contested on
  the day after;
- `none`: nothing in the record tests it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import geopandas as gpd
import pandas as pd

from geo.analysis.held import held_maps, held_series, last_words
from geo.analysis.totals import count, short_names
from geo.claims.record import Record, shipped_record
from geo.selection.selection import Selection

_HELD, _CONTESTED = "ukrainian_control", "contested"
_STATED = ["statement_id", "test", "value", "unit", "source_id"]
_FIGURES = [
    "from_settlements", "from_km2", "to_settlements", "to_km2", "change_km2", "change_percent",
    "contested",
]  # fmt: skip
_DAYS = ["from_day", "to_day", "last_said"]

_Answer = dict[str, Any]


class _Told(NamedTuple):
    """What every source says as known now, prepared for the tests."""

    record: Record
    km2: pd.DataFrame  # Ukrainian-held, days x sources, NaN where silent
    settlements: pd.DataFrame
    last_words: pd.Series


def check_statements(record: Record | None = None) -> pd.DataFrame:
    """What the claims of each source show about each statement, in figures only.

    Everything said to date counts, including what was said after the statement.

    Parameters
    ----------
    record
        As `load_record` returns it; by default the shipped one.

    Returns
    -------
    DataFrame
        One row per statement and source that speaks of it; one without a source
        where none does or nothing is tested. `statement_id`, `test`, `value` and
        `unit` (as stated), `source_id`; `from_settlements`, `from_km2`,
        `to_settlements`, `to_km2` (Ukrainian-held on `from_day` and `to_day`;
        `from_day` of `area_peak_share` is the day of the most, the figures of
        `newly_claimed_after` count what is new between the days), `change_km2`,
        `change_percent` (of `from_km2`), `contested` (settlements), `from_day`,
        `to_day`, `last_said` (day of the latest claim behind what the source says
        on `to_day`), `finding` (the same as a sentence). Areas are those of the
        cells (EPSG:3035). NaN or NaT: not said, or not applicable.

    Examples
    --------
    >>> table = check_statements()
    >>> of_maps = table[table.source_id.isin(["deepstate", "uacontrolmap"])]
    >>> for finding in of_maps.finding[of_maps.statement_id == "seed-halted"]:
    ...     print(finding)
    DeepState map: 466 km² (31 settlements) on 2024-08-15, 803 km² (54 settlements) on 2024-08-31
    (+337 km²)
    UAControlMap: 724 km² (54 settlements) on 2024-08-15, 1,039 km² (76 settlements) on 2024-08-31
    (+314 km²)
    """
    record = record or shipped_record()
    ledger = record.ledger
    told = _Told(
        record=record,
        km2=_series(record, "area_km2"),
        settlements=_series(record, "settlements"),
        last_words=last_words(record),
    )
    tests = {
        "area_at": _area_at,
        "area_growth": _area_growth,
        "area_peak_share": _area_peak_share,
        "newly_claimed_after": _newly_claimed_after,
        "held_after": _held_after,
    }
    names, maps = short_names(ledger.sources).to_dict(), held_maps(record)
    found = []
    for name, row in ledger.statements.iterrows():
        said = {"statement_id": name, "test": row.test, "value": row.value, "unit": row.unit}
        if row.test == "none":
            found.append(said | {"finding": f"not tested: {row.why_not}"})
            continue
        answers = {answer["source_id"]: answer for answer in tests[row.test](told, row)}
        for source in [own for own in names if own in answers]:
            answer = answers[source] | {"last_said": _last_said(told, answers[source])}
            who, newest = names[source], ""
            if source not in maps:
                who += ", places named"
                if pd.notna(answer["last_said"]):
                    newest = f"; latest claim {_iso(answer['last_said'])}"
            finding = f"{who}: {answer['finding']}{newest}"
            found.append(said | answer | {"finding": finding})
        if not answers:
            found.append(said | {"finding": "no source speaks"})
    kinds = dict.fromkeys(_FIGURES, "float64") | dict.fromkeys(_DAYS, "datetime64[s]")
    return pd.DataFrame(found, columns=[*_STATED, *kinds, "finding"]).astype(kinds)


def _series(record: Record, figure: str) -> pd.DataFrame:
    series = held_series(figure=figure, record=record).set_index("date")
    return series.drop(columns=["low", "high"])


def _held(told: _Told, day: pd.Timestamp, prefix: str) -> dict[str, _Answer]:
    """Ukrainian-held ground on a day, for each source that speaks."""
    if day not in told.km2.index:
        return {}
    places = told.settlements.loc[day].to_dict()
    return {
        str(source): {
            "source_id": source,
            f"{prefix}_settlements": places[source],
            f"{prefix}_km2": area,
            f"{prefix}_day": day,
        }
        for source, area in told.km2.loc[day].dropna().to_dict().items()
    }


def _selected(day: Any, statuses: Sequence[str] = (_HELD, _CONTESTED), *sources: str) -> Selection:
    return Selection(on=day, statuses=statuses, sources=sources, current_for="ever")


def _last_said(told: _Told, answer: _Answer) -> Any:
    """Day of the latest claim behind an answer; a map restates itself while it is read."""
    if "to_km2" not in answer:
        return pd.NaT
    statuses = [_HELD, _CONTESTED] if "contested" in answer else [_HELD]
    asked = _selected(answer["to_day"], statuses, answer["source_id"])
    said = told.record.last_said(told.record.rows(asked), asked)
    return pd.Timestamp(said.max()) if len(said) else pd.NaT


def _area_at(told: _Told, test: Any) -> Iterator[_Answer]:
    for held in _held(told, test.test_from, "to").values():
        yield held | {"finding": _ground(held, "to")}


def _area_growth(told: _Told, test: Any) -> Iterator[_Answer]:
    before = _held(told, test.test_from, "from")
    after = _held(told, test.test_to, "to")
    days = {"from_day": test.test_from, "to_day": test.test_to}
    for source in before | after:
        answer = _compared(before.get(source, {}) | after.get(source, {}) | days)
        finding = f"{_ground(answer, 'from')}, {_ground(answer, 'to')}"
        if "change_km2" in answer:
            finding += f" ({round(answer['change_km2']):+,d} km²)"
        yield answer | {"finding": finding}


def _area_peak_share(told: _Told, test: Any) -> Iterator[_Answer]:
    for source, held in _held(told, test.test_from, "to").items():
        most: Any = told.km2[source][: test.test_from].idxmax()
        answer = _compared(_held(told, most, "from")[source] | held)
        finding = f"at most {_ground(answer, 'from')}, {_ground(answer, 'to')}"
        if "change_percent" in answer:
            finding += f" ({round(answer['change_percent']):+d} percent)"
        yield answer | {"finding": finding}


def _newly_claimed_after(told: _Told, test: Any) -> Iterator[_Answer]:
    asked = _selected(test.test_to)
    rows = told.record.during(asked, told.record.period[0], test.test_to)
    first = rows.sort_values("valid_from", kind="stable").drop_duplicates(
        ["source_id", "ground_id", "status"]
    )
    for source in _speakers(told, rows[~(rows.valid_to <= test.test_from)], test.test_from):
        new = first[(first.source_id == source) & (first.valid_from > test.test_from)]
        answer = _counted(new) | {"from_day": test.test_from, "to_day": test.test_to}
        finding = (
            f"{count(answer['to_settlements'], 'settlement')} newly Ukrainian-held and "
            f"{answer['contested']} newly contested after {_iso(test.test_from)}, until "
            f"{_iso(test.test_to)}"
        )
        yield answer | {"source_id": source, "finding": finding}


def _held_after(told: _Told, test: Any) -> Iterator[_Answer]:
    day = test.test_from + pd.Timedelta(days=1)
    rows = told.record.claims.iloc[told.record.rows(_selected(day))]
    for source in _speakers(told, rows, test.test_from):
        answer = _counted(rows[rows.source_id == source]) | {"to_day": day}
        finding = (
            f"{count(answer['to_settlements'], 'settlement')} Ukrainian-held and "
            f"{answer['contested']} contested on {_iso(day)}"
        )
        yield answer | {"source_id": source, "finding": finding}


def _speakers(told: _Told, rows: gpd.GeoDataFrame, day: pd.Timestamp) -> list[str]:
    """The sources of some rows that were not yet silent after a day."""
    silent = told.last_words.index[told.last_words <= day]
    return sorted(set(rows.source_id) - set(silent))


def _counted(rows: gpd.GeoDataFrame) -> _Answer:
    held = rows[rows.status == _HELD]
    return {
        "to_settlements": int(held.settlements.map(len).sum()),
        "to_km2": round(float(held.area_km2.sum()), 2),
        "contested": int(rows.settlements[rows.status == _CONTESTED].map(len).sum()),
    }


def _compared(answer: _Answer) -> _Answer:
    """An answer with the change, if there are figures for both days."""
    if not {"from_km2", "to_km2"} <= set(answer):
        return answer
    change = round(answer["to_km2"] - answer["from_km2"], 2)
    answer = answer | {"change_km2": change}
    if answer["from_km2"] > 0:
        answer["change_percent"] = round(100 * change / answer["from_km2"], 1)
    return answer


def _ground(answer: _Answer, prefix: str) -> str:
    day = _iso(answer[f"{prefix}_day"])
    if f"{prefix}_km2" not in answer:
        return f"silent on {day}"
    places = count(answer[f"{prefix}_settlements"], "settlement")
    return f"{answer[f'{prefix}_km2']:,.0f} km² ({places}) on {day}"


def _iso(day: pd.Timestamp) -> str:
    return day.date().isoformat()
