import datetime as dt
import json
from itertools import product

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo.analysis.disagreement import CLASSES, classify, theatre
from geo.tables.schema import DRAWN, SIDES

UKRAINIAN, CONTESTED, RUSSIAN, IMPLIED = (1 << n for n in range(len(DRAWN)))
DAYS = st.dates(dt.date(2024, 8, 6), dt.date(2025, 10, 15))


@pytest.fixture(scope="module")
def claims():
    return geo.load_claims()


def class_of(*voices):
    return CLASSES[int(classify(np.array([voices]))[0])]


@pytest.mark.parametrize(
    ("voices", "expected"),
    [
        ((0, 0, 0), "silent"),
        ((0, UKRAINIAN, 0), "one_sided"),
        ((UKRAINIAN, 0, UKRAINIAN), "agree"),
        ((CONTESTED, CONTESTED, CONTESTED), "agree"),
        ((UKRAINIAN, IMPLIED, 0), "agree"),
        ((CONTESTED, IMPLIED, 0), "agree"),
        ((UKRAINIAN, CONTESTED, 0), "differing"),
        ((UKRAINIAN | CONTESTED, UKRAINIAN, 0), "differing"),
        ((CONTESTED, RUSSIAN, 0), "differing"),
        ((UKRAINIAN, CONTESTED, IMPLIED), "differing"),
        ((UKRAINIAN, RUSSIAN, 0), "contradictory"),
        ((0, IMPLIED, RUSSIAN), "contradictory"),
        ((UKRAINIAN | CONTESTED, CONTESTED | RUSSIAN, 0), "contradictory"),
        # One side that contradicts itself is no contradiction across sides.
        ((UKRAINIAN | RUSSIAN, 0, 0), "one_sided"),
    ],
)
def test_hand_made_cases_of_every_class(voices, expected):
    assert class_of(*voices) == expected


def test_the_order_of_the_voices_does_not_matter():
    for voices in product(range(1 << len(DRAWN)), repeat=3):
        assert class_of(*voices) == class_of(*voices[::-1])


def test_deepstate_and_uacontrolmap_agree_on_sudzha_in_september_2024():
    sudzha = geo.disagreement_on("2024-09-05").loc[115637]
    assert sudzha.deepstate == sudzha.uacontrolmap == "ukrainian_control"


def test_the_ministry_and_deepstate_contradict_each_other_over_oleshnya():
    oleshnya = geo.disagreement_on("2025-04-22").loc[26024]
    assert oleshnya.disagreement == "contradictory"
    assert (oleshnya.ru_mod, oleshnya.deepstate) == ("russian_control", "ukrainian_control")


def test_what_was_not_yet_said_makes_no_contradiction():
    before = geo.disagreement_on("2025-04-22", known_by="2025-04-18").loc[26024]
    assert before.ru_mod != "russian_control"


@settings(max_examples=25, deadline=None)
@given(day=DAYS)
def test_classes_partition_the_theatre_every_day(day):
    cells = geo.disagreement_on(day)
    assert list(cells.index) == theatre()
    series = geo.disagreement_series(day, day)[list(CLASSES)].iloc[0]
    assert series.sum() == pytest.approx(cells.area_km2.sum(), rel=1e-12)
    sums = cells.groupby("disagreement").area_km2.sum().reindex(CLASSES, fill_value=0)
    assert series.to_numpy() == pytest.approx(sums.to_numpy(), rel=1e-9)


@settings(max_examples=15, deadline=None)
@given(day=DAYS, known_by=DAYS)
def test_statuses_per_cell_are_those_of_the_claim_polygons(day, known_by, record):
    cells = geo.disagreement_on(day, known_by=known_by)
    rows = geo.select(day, known_by=known_by, record=record)
    rows = rows[rows.ground_id.isin(cells.index)]
    said = {(row.source_id, row.ground_id): row.status for row in rows.itertuples()}
    for source in geo.load_sources().index:
        for cell, status in cells[source].items():
            assert said.get((source, cell), "") == status
    spoken = rows.groupby("ground_id").side.nunique().reindex(cells.index, fill_value=0)
    assert ((cells.disagreement == "silent") == (spoken == 0)).all()
    assert ((cells.disagreement == "one_sided") == (spoken == 1)).all()


def test_cells_of_the_theatre_do_not_overlap():
    cells = geo.disagreement_on("2024-12-01")
    assert shapely.coverage_is_valid(cells.geometry.to_numpy())
    assert cells.crs.to_epsg() == 4326
    assert {f"within_{side}" for side in SIDES} <= set(cells.columns)


def test_other_cells_than_the_shipped_ones_can_be_asked_about(tiny):
    tiny.say({}, {"source_id": "red", "status": "russian_control"}, {"settlement_id": 3})
    record = tiny.record()
    cells = geo.disagreement_on("2024-08-10", record=record)
    assert cells.disagreement.to_dict() == {1: "contradictory", 3: "one_sided"}
    assert cells.geometry.tolist() == record.ledger.cells.geometry.loc[[1, 3]].tolist()
    series = geo.disagreement_series("2024-08-10", "2024-08-10", record=record).iloc[0]
    assert series.contradictory == pytest.approx(cells.area_km2[1])
    snapshot = geo.Snapshot(on="2024-08-10", layers="disagreement")
    file = geo.snapshot_bytes(snapshot, "geojson", record=record)
    found = [f["properties"] for f in json.loads(file)["features"]]
    said = [tags["disagreement"] for tags in found if tags["layer"] == "disagreement"]
    assert said == ["contradictory", "one_sided"]
    assert geo.snapshot_bytes(snapshot, "png", record=record)[1:4] == b"PNG"


def test_a_series_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="`end` was 2024-08-10"):
        geo.disagreement_series("2024-09-01", "2024-08-10")
