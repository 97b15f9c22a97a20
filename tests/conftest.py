from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
from functools import cache
from pathlib import Path

import hypothesis
import pandas as pd
import pytest
import shapely
import typer.testing

import geo
import geo.ledger.ledger
from geo.maps.wire import packed
from geo.tables.schema import DATA

pytest_plugins = ["browser"]

# No clock decides whether a property holds; the same examples on every run.
hypothesis.settings.register_profile(
    "suite", deadline=None, derandomize=True, max_examples=50, database=None
)
hypothesis.settings.load_profile("suite")

# Otherwise every call of the command line builds all of its commands anew.
typer.testing._get_command = cache(typer.testing._get_command)

NAMES = ["Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta", "Iota"]
#: South-west corners of three cells in a row, each a tenth of a degree wide.
ROW = {1: (35.0, 51.0), 2: (35.1, 51.0), 3: (35.2, 51.0)}


def square(west: float, south: float, size: float = 0.1) -> list[list[float]]:
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return [[round(x, 6), round(y, 6)] for x, y in ring]


def polygon(ring: list[list[float]], *holes: list[list[float]]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [ring, *holes]}


def collection(features: list[tuple[dict[str, object], dict[str, object] | None]]) -> str:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": tags, "geometry": shape}
                for tags, shape in features
            ],
        }
    )


def stated_and_shown(record, asked):
    """What is stated of a selection, current and lapsed, and the same from its shapes."""
    columns = ["source_id", "status", "settlements", "area_km2", "last_said"]
    for rows in (record.rows(asked), record.lapsed(asked)):
        said = [one._replace(area_km2=round(one.area_km2, 2)) for one in record.stated(asked, rows)]
        shapes = record.dissolved(asked, rows)[columns]
        shapes["last_said"] = shapes.last_said.dt.date
        yield [tuple(one) for one in said], list(shapes.itertuples(index=False, name=None))


def extract_of(day: str, drawn: list[tuple[str, shapely.Polygon]]) -> tuple[bytes, str]:
    """What an import keeps of one map: the statuses and shapes that it draws."""
    rows = [
        {"day": day, "status": status, "label": "", "feature": n}
        for n, (status, _) in enumerate(drawn)
    ]
    about = {"file": "", "sha256": "", "importer": "", "version": "", "time": "", "days": [day]}
    return packed(about | {"rows": rows}, [shape for _, shape in drawn]), ""


def as_csv(rows: list[dict[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


class Tables:
    """A folder of tables that a test can spoil. Rows count as in a spreadsheet."""

    def __init__(self, folder: Path, corners: dict[int, tuple[float, float]]) -> None:
        self.folder = folder
        self.rows = _rows(corners)
        for name in self.rows:
            self.write(name)
        cells = [({"cell_id": n}, polygon(square(*corner))) for n, corner in corners.items()]
        self.put("cells.geojson", collection(cells))
        line = {"type": "LineString", "coordinates": [[34.9, 51.0], [35.4, 51.0]]}
        outlines = [
            ({"kind": kind, "name_en": f"Some {kind}"}, polygon(square(35.0, 51.0, 0.3)))
            for kind in ("oblast", "raion", "neighbour")
        ]
        border = ({"kind": "state_border", "name_en": "Some border"}, line)
        self.put("boundaries.geojson", collection([*outlines, border]))
        river = {"kind": "river", "schematic": True, "publisher": "Atlas"}
        river |= {"name_en": "Brook", "name_ru": "Ручей", "name_uk": "Струмок"}
        river |= {"url": "https://example.org/b1"}
        self.put("context.geojson", collection([(river, line)]))

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    def text(self, name: str) -> str:
        return (self / name).read_text(encoding="utf-8")

    def put(self, name: str, content: str | bytes) -> Path:
        raw = content if isinstance(content, bytes) else content.encode()
        (self / name).parent.mkdir(exist_ok=True)
        (self / name).write_bytes(raw)
        return self / name

    def write(self, name: str) -> None:
        self.put(name, as_csv(self.rows[name]))

    def change(self, name: str, row: int, /, **values: object) -> None:
        self.rows[name][row - 2].update(values)
        self.write(name)

    def add(self, name: str, /, **values: object) -> int:
        """Repeat the last row with other values; the number of the new row."""
        self.rows[name].append(self.rows[name][-1] | values)
        self.write(name)
        return len(self.rows[name]) + 1

    def say(self, *claims: dict[str, object]) -> None:
        """Replace all claims; what is not given is as in the first claim."""
        base = self.rows["claims.csv"][0]
        said = [base | {"claim_id": f"t{n}"} | claim for n, claim in enumerate(claims, start=1)]
        self.rows["claims.csv"] = [
            claim | {"settlement": NAMES[claim["settlement_id"] - 1]} for claim in said
        ]
        self.write("claims.csv")

    def faults(self, *polygons: Path) -> list[str]:
        ledger, faults = geo.read_ledger(*polygons, data=self.folder)
        assert (ledger is None) == bool(faults)
        return [str(fault) for fault in faults]

    def record(self, *polygons: Path, **how: object) -> geo.Record:
        return geo.load_record(*polygons, data=self.folder, **how)

    def all_faults(self) -> list[str]:
        ledger, faults = geo.ledger.ledger.check_data(data=self.folder)
        assert (ledger is None) == bool(faults)
        return [str(fault) for fault in faults]

    def claims(self, *polygons: Path):
        return self.record(*polygons).claims


def _source(**values: object) -> dict[str, object]:
    return {
        "source_id": "blue",
        "name": "Blue staff",
        "side": "ukrainian",
        "kind": "official",
        "partisanship": -2,
        "definition_of_control": "what it says it holds",
        "publishes_by": "posts",
        "map_read_from": "2024-08-05",
        "map_read_to": "2025-01-31",
        "url": "https://example.org/",
        "attribution": "Blue staff",
        "licence": "facts",
    } | values


def _claim(**values: object) -> dict[str, object]:
    return {
        "claim_id": "c1",
        "source_id": "blue",
        "settlement_id": 1,
        "settlement": NAMES[0],
        "status": "ukrainian_control",
        "basis": "announced",
        "retaken": "",
        "claimed_on": "2024-08-10",
        "effective_on": "",
        "speaker": "",
        "statement": "Blue says it holds the place.",
        "publisher": "Gazette",
        "url": "https://example.org/1",
        "published_on": "",
        "citation_tier": "primary",
        "retrieved_on": "2025-06-01",
        "note": "",
    } | values


def _rows(corners: dict[int, tuple[float, float]]) -> dict[str, list[dict[str, object]]]:
    claim = _claim()
    place = {
        "cell_id": 1,
        "name_ru": "Место",
        "name_uk": "",
        "type": "village",
        "raion": "Some",
        "oktmo": "38600000",
        "population": 10,
    }
    said = {
        name: claim[name]
        for name in (
            "source_id",
            "claimed_on",
            "effective_on",
            "speaker",
            "statement",
            "publisher",
            "url",
            "published_on",
            "note",
        )
    }
    lost = said | {
        "settlement_id": "",
        "settlement": "Nowhere",
        "settlement_ru": "Нигде",
        "raion": "",
        "status": "contested",
        "basis": "fighting",
        "citation_tier": "",
        "reason": "no such place",
    }
    total = said | {
        "total_id": "n1",
        "metric": "area_km2",
        "value": 100,
        "value_low": "",
        "what": "ukrainian_held",
        "scope": "incursion",
        "period_start": "",
    }
    event = {
        "event_id": "e1",
        "date": "2024-08-06",
        "title": "It begins",
        "description": "Troops cross the border.",
        "side": "ukrainian",
        "publisher": "Gazette",
        "url": "https://example.org/e1",
        "note": "",
    }
    statement = {
        "statement_id": "s1",
        "stated_on": "2024-08-12",
        "source_id": "blue",
        "source": "Blue staff",
        "speaker": "",
        "side": "ukrainian",
        "statement": "About 100 km2 are held.",
        "test": "area_at",
        "test_from": "2024-08-12",
        "test_to": "",
        "value": 100,
        "unit": "km2",
        "testable": "yes",
        "why_not": "",
        "publisher": "Gazette",
        "url": "https://example.org/s1",
        "note": "",
    }
    point = {
        "settlement_id": 1,
        "name_ru": "Место",
        "decision": "moved",
        "lat": 51.05,
        "lon": 35.05,
        "publisher": "Atlas",
        "url": "https://example.org/a1",
        "reason": "it was elsewhere",
    }
    route = {
        "kind": "river",
        "name_en": "Brook",
        "name_ru": "Ручей",
        "name_uk": "Струмок",
        "route": "1 51.06,35.2 2",
        "publisher": "Atlas",
        "url": "https://example.org/b1",
        "note": "",
    }
    bulletin = {
        "bulletin_id": "b1",
        "source_id": "red",
        "title": "Red report",
        "speaker": "",
        "first_on": "2024-08-31",
        "last_on": "2024-09-09",
        "days_read": "",
        "publisher": "Gazette",
        "url": "https://example.org/b1",
        "note": "",
    }
    red = {"source_id": "red", "settlement_id": 2, "settlement": NAMES[1]}
    return {
        "sources.csv": [
            _source(),
            _source(
                source_id="red",
                name="Red staff",
                side="russian",
                partisanship=2,
                map_read_from="",
                map_read_to="",
                attribution="Red staff",
            ),
        ],
        "settlements.csv": [
            {"settlement_id": number, "name_en": NAMES[number - 1]}
            | place
            | {
                "cell_id": number,
                "lat": round(south + 0.05, 5),
                "lon": round(west + 0.05, 5),
            }
            for number, (west, south) in corners.items()
        ],
        "claims.csv": [
            claim,
            _claim(claim_id="c2", status="russian_control", claimed_on="2024-09-01", **red),
        ],
        "unplaced.csv": [lost, lost | {"settlement": "Elsewhere"}],
        "totals.csv": [total, total | {"total_id": "n2", "value": 90}],
        "events.csv": [event, event | {"event_id": "e2", "date": "2024-08-07"}],
        "statements.csv": [statement, statement | {"statement_id": "s2", "value": 90}],
        "bulletins.csv": [
            bulletin,
            bulletin | {"bulletin_id": "b2", "first_on": "", "last_on": ""},
        ],
        "names.csv": [
            {"settlement_id": 1, "name_ru": "Место", "name_en": NAMES[0], "name_uk": ""},
            {"settlement_id": 2, "name_ru": "Место", "name_en": "", "name_uk": "Місце"},
        ],
        "coordinates.csv": [
            point,
            point | {"settlement_id": 2, "decision": "kept"},
        ],
        "routes.csv": [route, route | {"name_en": "Way", "kind": "road"}],
        "corrections.csv": [
            {"claim_id": "c1", "column": "note", "old": "said", "new": "", "why": "not said"},
            {"claim_id": "c2", "column": "basis", "old": "", "new": "announced", "why": "said"},
        ],
    }


@pytest.fixture
def tiny(tmp_path) -> Tables:
    """2 sources, 3 settlements in a row of square cells, 2 claims."""
    (tmp_path / "tiny").mkdir()
    return Tables(tmp_path / "tiny", ROW)


@pytest.fixture
def copied(tmp_path) -> Path:
    """The shipped tables, to be spoilt."""
    folder = tmp_path / "data"
    folder.mkdir()
    for path in (*DATA.glob("*.csv"), *DATA.glob("*.geojson")):
        shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="session")
def record():
    return geo.load_record()


@pytest.fixture(scope="session")
def ledger(record):
    return record.ledger


@pytest.fixture(scope="session")
def shipped(record):
    """The shipped claims as a table."""
    return record.claims


@pytest.fixture(scope="session")
def every_day(record) -> list[dt.date]:
    """Every day from the first of the campaign to the last of the record."""
    return [day.date() for day in pd.date_range(*record.period, unit="s")]
