"""The parts of the page's script that need no browser, run by Node beside what Python says."""

from __future__ import annotations

import json
import os
import random
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import geo
from geo.analysis.agreement import WORDS, classify, words
from geo.analysis.summary import summary
from geo.ledger.gazetteer import NAMES, by_prominence, find_settlements
from geo.selection.selection import Selection
from geo.tables.schema import DRAWN
from geo.web.payload import payload
from geo.web.plugin import constants

TESTS = Path(__file__).parent / "js"
DAYS = pd.date_range("2024-08-06", "2025-11-05", freq="19D")
#: What a reader may choose besides the day: what is switched off, and settings of a selection.
CASES = [
    ([], {}),
    ([], {"known_by": "then"}),
    ([], {"current_for": "ever"}),
    (["third_party", "contested"], {"known_by": "then", "current_for": 30}),
    ([], {"known_by": "2024-10-01"}),
    (["deepstate"], {"known_by": "2025-02-01", "current_for": 30}),
    (["russian"], {}),
    (["deepstate", "ru_mod", "russian_control"], {"current_for": 1}),
    (["ukrainian", "russian", "isw"], {}),
    ([], {"compare": ("russian", "third_party")}),
    ([], {"compare": ("deepstate", "uacontrolmap"), "current_for": 180}),
]


#: Days of knowledge: early, late, and while maps were read.
GIVEN = ["2024-08-20", "2024-10-01", "2025-03-14"]


def said_of(
    day: pd.Timestamp, first: pd.Timestamp, record: geo.Record, known: str
) -> dict[str, object]:
    known_by = Selection(on=day.date(), known_by=known).known_day
    rows = geo.select(day, known_by=known_by, record=record)
    number = (day - first).days
    lapsed = record.claims.iloc[record.lapsed(Selection(on=day.date(), known_by=known_by or "now"))]
    areas = geo.areas(day, known_by=known_by, record=record)
    shapes = geo.claims_on(day, known_by=known_by, record=record)
    return {
        "day": number,
        "known": known_of(known, first),
        "knownBy": None if known_by is None else known_of(str(known_by), first),
        **{
            name: table[["source_id", "ground_id", "status"]].to_numpy().tolist()
            for name, table in (("rows", rows), ("lapsed", lapsed))
        },
        "areas": [[row.source_id, row.status, row.area_km2] for row in areas.itertuples()],
        "outlines": [[row.source_id, row.status, row.geometry.area] for row in shapes.itertuples()],
    }


def known_of(known: str, first: pd.Timestamp) -> str | int | None:
    """What is known, as the script counts days."""
    if known == "then":
        return known
    return None if known == "now" else (pd.Timestamp(known) - first).days


def telling(
    number: int, record: geo.Record, hide: list[str], choice: dict[str, object]
) -> dict[str, object]:
    """What the voices say on every day; and a summary of every thirteenth, the first one too."""
    sources = record.ledger.sources.side
    shown = [source for source, side in sources.items() if not {source, side} & set(hide)]
    choice = choice | {"statuses": [status for status in DRAWN if status not in hide]}
    if "compare" not in choice:
        choice["sources"] = shown
    first, last = record.period
    selection = Selection(on=first.date(), **choice)
    theatre = record.theatre
    voices, said = words(record, selection, theatre.index, first, last)
    classes = classify(voices, said, selection)
    # Two that are compared are shown alone.
    own = [voices.index(voice) for voice in selection.pair or voices]
    summaries = []
    for day in {0, *range(number, len(said), 13)}:
        on = (first + pd.Timedelta(days=day)).date()
        found = summary(selection.model_copy(update={"on": on}), record)
        summaries.append(
            {
                "day": day,
                "headline": found.headline,
                "names": [found.voices[voice] for voice in found.compared],
                "pair": found.compared,
                "relations": found.places.relation.to_list(),
                "km2": {v: km2 for v, km2 in found.said_km2.items() if voices.index(v) in own},
            }
        )
    return {
        "hide": hide,
        "known": known_of(str(selection.known_by), first),
        "current": selection.current_for,
        "compared": selection.voices,
        "voices": [voices[n] for n in own],
        # A letter for each cell.
        "words": [["".join(map(str, day[:, n])) for n in own] for day in said],
        "classes": ["".join(map(str, day)) for day in classes],
        "summaries": summaries,
    }


def searches(ledger: geo.Ledger) -> list[dict[str, object]]:
    """What is found by names and parts of them, some with slips, and by what no place is called."""
    places, chance = by_prominence(ledger), random.Random(1)
    names = ["Sudja", "Malaya Loknia", "Korenovo", "Guevo", "Снагість", "Мала Локня", "sudz", "s"]
    names += ["", "-", "ь", "Atlantis", "🙂🙂🙂", "Ǆ İ ǅ", "é" * 9]
    every = sorted(set(places[NAMES].to_numpy().ravel()) - {""})
    for name in chance.sample(every, 60):
        at = chance.randrange(len(name))
        slip = chance.choice(["", name[at : at + 2][::-1], "x", "ж"])
        names += [name, name[:at], name[:at] + slip + name[at + 1 :]]
    found = {name: find_settlements(name, places).match for name in names}
    return [{"name": name, "found": [*match.items()]} for name, match in found.items()]


def series(known_by: str | None, record: geo.Record) -> dict[str, list[float | None]]:
    """The km2 that each source puts under Ukrainian control; None while it is silent."""
    held = geo.held_series(known_by=known_by, record=record).drop(columns=["date", "low", "high"])
    return {source: [None if pd.isna(v) else v for v in area] for source, area in held.items()}


@pytest.fixture(scope="module")
def fixture(record, tmp_path_factory) -> Path:
    document = payload(record)
    first = pd.Timestamp(document["start"])
    held = [
        {"known": known_of(known or "now", first), "areas": series(known, record)}
        for known in (None, *GIVEN)
    ]
    ways = ("now", "then", *GIVEN)
    said = [said_of(day, first, record, known) for day in DAYS for known in ways]
    assert len(said) > 40
    assert all(any(day[what] for day in said) for what in ("rows", "lapsed", "areas", "outlines"))
    tellings = [telling(n, record, *case) for n, case in enumerate(CASES)]
    spoken = {
        letter for case in tellings for day in case["words"] for voice in day for letter in voice
    }
    assert len(spoken) == len(WORDS)
    own = (line.removesuffix(";").removeprefix("const ") for line in constants().splitlines())
    shared = {name: json.loads(value) for name, _, value in (line.partition(" = ") for line in own)}
    expected = {
        "days": said,
        "held": held,
        "tellings": tellings,
        "found": searches(record.ledger),
    }
    text = json.dumps({"payload": document, "expected": expected, "shared": shared}, default=_plain)
    path = tmp_path_factory.mktemp("javascript") / "fixture.json"
    path.write_text(text, "utf-8")
    return path


def _plain(value: np.generic) -> object:
    return value.item()


@pytest.mark.parametrize("name", sorted(path.name for path in TESTS.glob("*.test.js")))
def test_the_script_says_what_python_says(fixture, name):
    told = subprocess.run(
        ["node", "--test", TESTS / name],
        env=os.environ | {"CLAIMS_FIXTURE": str(fixture)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
