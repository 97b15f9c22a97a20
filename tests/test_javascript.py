"""The parts of the page's script that need no browser, run by Node beside what Python says."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pandas as pd
import pytest

import geo
from geo.style.look import style
from geo.web.payload import payload

TESTS = Path(__file__).parent / "js"
DAYS = pd.date_range("2024-08-06", "2025-11-05", freq="19D")


def said_of(
    day: pd.Timestamp, first: pd.Timestamp, record: geo.Record, *, then: bool
) -> dict[str, object]:
    known_by = day if then else None
    rows = geo.select(day, known_by=known_by, record=record)
    number = (day - first).days
    cells = geo.disagreement_on(day, known_by=known_by, record=record)
    areas = geo.areas(day, known_by=known_by, record=record)
    shapes = geo.claims_on(day, known_by=known_by, record=record)
    return {
        "day": number,
        "knownBy": number if then else None,
        "rows": [
            [row.source_id, row.ground_id, row.status]
            for row in rows.sort_values(["source_id", "ground_id"]).itertuples()
        ],
        "opposed": sorted(cells.index[cells.disagreement == "contradictory"].tolist()),
        "areas": [[row.source_id, row.status, row.area_km2] for row in areas.itertuples()],
        "outlines": [[row.source_id, row.status, row.geometry.area] for row in shapes.itertuples()],
    }


@pytest.fixture(scope="module")
def fixture(record, tmp_path_factory) -> Path:
    document = payload(record)
    first = pd.Timestamp(document["start"])
    held = geo.held_series(record=record).drop(columns=["date", "low", "high"])
    said = [said_of(day, first, record, then=then) for day in DAYS for then in (False, True)]
    assert len(said) > 40
    assert all(any(day[what] for day in said) for what in ("rows", "opposed", "areas", "outlines"))
    series = {source: [None if pd.isna(v) else v for v in area] for source, area in held.items()}
    path = tmp_path_factory.mktemp("javascript") / "fixture.json"
    look = style().model_dump(mode="json")
    expected = {"days": said, "held": series}
    path.write_text(json.dumps({"payload": document, "expected": expected, "style": look}), "utf-8")
    return path


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
