from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from conftest import collection, polygon, square
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo.analysis.settlement import contradictions, neighbours, opponents, strips

BLUE = {"source_id": "blue", "settlement_id": 1, "status": "ukrainian_control"}
RED = {"source_id": "red", "settlement_id": 1, "status": "russian_control"}
SUDZHA = 115637
OLESHNYA = 26024
DAYS = st.dates(dt.date(2024, 8, 6), dt.date(2025, 11, 5))


def said(tiny, *claims):
    tiny.say(*claims)
    return tiny.record()


def iso(days):
    return [None if pd.isna(day) else day.date().isoformat() for day in days]


def spans(table):
    return list(zip(iso(table.start), iso(table.end), strict=True))


# ---- strips ---------------------------------------------------------------------------


def test_a_status_said_again_goes_on_and_another_begins_a_new_strip(tiny):
    record = said(
        tiny,
        BLUE | {"claimed_on": "2024-08-10"},
        BLUE | {"claimed_on": "2024-08-20"},
        BLUE | {"claimed_on": "2024-09-01", "status": "russian_control"},
        RED | {"claimed_on": "2024-08-15"},
    )
    found = strips(1, record)
    assert found.source_id.tolist() == ["blue", "blue", "red"]
    assert found.side.tolist() == ["ukrainian", "ukrainian", "russian"]
    assert found.status.tolist() == ["ukrainian_control", "russian_control", "russian_control"]
    assert spans(found) == [
        ("2024-08-10", "2024-09-01"),
        ("2024-09-01", None),
        ("2024-08-15", None),
    ]
    assert found.claim_ids.tolist() == [("t1", "t2"), ("t3",), ("t4",)]
    assert iso(found.last_said) == ["2024-08-20", "2024-09-01", "2024-08-15"]


def test_strips_as_said_by_a_day(tiny):
    record = said(
        tiny,
        BLUE | {"claimed_on": "2024-08-10"},
        BLUE | {"claimed_on": "2024-09-01", "status": "russian_control"},
    )
    assert strips(1, record, known_by="2024-08-09").empty
    found = strips(1, record, known_by="2024-08-31")
    assert spans(found) == [("2024-08-10", None)]


def test_a_gap_ends_a_strip(tiny):
    read = {"basis": "map_reading"}
    record = said(
        tiny,
        BLUE | read | {"claimed_on": "2024-08-10"},
        BLUE | read | {"claimed_on": "2024-08-20", "status": "withdrawn"},
        BLUE | read | {"claimed_on": "2024-08-25"},
    )
    assert spans(strips(1, record)) == [("2024-08-10", "2024-08-20"), ("2024-08-25", None)]


def test_a_map_says_it_again_on_every_day_it_was_read(tiny):
    read = {"basis": "map_reading"}
    record = said(
        tiny,
        BLUE | read | {"claimed_on": "2024-08-10"},
        BLUE | read | {"claimed_on": "2024-08-20", "status": "contested"},
    )
    # The source's map was read until 31 January 2025.
    assert iso(strips(1, record).last_said) == ["2024-08-19", "2025-01-31"]
    known = strips(1, record, known_by="2024-08-15")
    assert iso(known.last_said) == ["2024-08-15"]


def test_a_place_of_which_nobody_speaks_has_no_strips(tiny):
    record = said(tiny, BLUE)
    assert strips(3, record).empty
    assert contradictions(3, record).empty
    assert opponents(3, record).empty


@pytest.mark.filterwarnings("ignore:.*its polygons, from")
def test_a_site_on_the_line_between_two_polygons_has_one_strip_a_day(tiny):
    tags = {"source_id": "blue", "claimed_on": "2024-08-20", "url": "https://example.org/map"}
    # The site of the first settlement lies at 35.05, 51.05.
    west, east = square(34.95, 51.0), square(35.05, 51.0)
    shapes = [
        (tags | {"status": "ukrainian_control"}, polygon(west)),
        (tags | {"status": "contested"}, polygon(east)),
    ]
    own = tiny.put("own.geojson", collection(shapes))
    tiny.say(RED)
    found = strips(1, tiny.record(own))
    assert (found.source_id == "blue").sum() == 1


def test_the_ministry_and_the_map_over_sudzha(record):
    found = strips(SUDZHA, record).set_index("source_id")
    assert spans(found.loc["ru_mod"]) == [("2024-08-13", "2025-03-13"), ("2025-03-13", None)]
    assert spans(found.loc["uacontrolmap"]) == [("2024-08-08", "2025-03-11"), ("2025-03-11", None)]
    assert found.claim_ids["uacontrolmap"].tolist() == [("m0331",), ("m0579",)]


@settings(max_examples=15)
@given(data=st.data(), known_by=st.none() | DAYS)
def test_strips_never_overlap_and_say_what_is_selected(ledger, data, known_by, record):
    place = data.draw(st.sampled_from(sorted(set(ledger.claims.settlement_id))))
    found = strips(place, record, known_by=known_by)
    for _, own in found.groupby("source_id", observed=True):
        assert (own.end.iloc[:-1].to_numpy() <= own.start.iloc[1:].to_numpy()).all()
        assert own.end.iloc[:-1].notna().all()
    # The days before and after every change, and any other.
    changes = {day for day in (*found.start, *found.end) if pd.notna(day)}
    days = {day + pd.Timedelta(days=n) for day in changes for n in (-1, 0)}
    cell = ledger.settlements.cell_id[place]
    for day in (*sorted(days), pd.Timestamp(data.draw(DAYS))):
        rows = geo.select(day, known_by=known_by, record=record)
        rows = rows[rows.ground_id == cell]
        held = found[(found.start <= day) & ~(found.end <= day)]
        told = dict(zip(held.source_id, held.status, strict=True))
        assert told == dict(zip(rows.source_id, rows.status, strict=True))


# ---- contradictions -------------------------------------------------------------------


def test_the_sides_contradict_each_other_until_one_gives_in(tiny):
    record = said(
        tiny,
        BLUE | {"claimed_on": "2024-08-10"},
        RED | {"claimed_on": "2024-08-20"},
        BLUE | {"claimed_on": "2024-09-01", "status": "russian_control"},
        RED | {"claimed_on": "2024-09-10", "status": "ukrainian_control"},
    )
    assert spans(contradictions(1, record)) == [
        ("2024-08-20", "2024-09-01"),
        ("2024-09-10", None),
    ]
    assert contradictions(1, record, known_by="2024-08-19").empty


@settings(max_examples=20)
@given(day=DAYS, known_by=st.none() | DAYS)
def test_contradictions_are_those_of_the_day(day, known_by, record):
    cells = geo.disagreement_on(day, known_by=known_by).disagreement
    for cell in (SUDZHA, OLESHNYA):
        found = contradictions(cell, record, known_by=known_by)
        now = (found.start <= pd.Timestamp(day)) & ~(found.end <= pd.Timestamp(day))
        assert now.any() == (cells[cell] == "contradictory")


def test_claims_are_set_against_what_another_side_said_on_their_day(tiny):
    record = said(
        tiny,
        BLUE | {"claimed_on": "2024-08-10"},
        BLUE | {"claimed_on": "2024-08-25"},
        RED | {"claimed_on": "2024-08-20"},
        RED | {"claimed_on": "2024-08-28", "status": "contested", "basis": "fighting"},
        BLUE | {"claimed_on": "2024-09-01", "settlement_id": 2},
    )
    found = opponents(1, record)
    assert found.to_numpy().tolist() == [
        ["t2", "red", "russian_control"],
        ["t3", "blue", "ukrainian_control"],
    ]


def test_sources_of_one_side_are_no_opponents(ledger, record):
    found = opponents(SUDZHA, record)
    side = ledger.sources.side
    speaker = ledger.claims.source_id[found.claim_id].map(side)
    assert (speaker.to_numpy() != found.source_id.map(side).to_numpy()).all()
    assert found[found.claim_id == "c2045"].source_id.tolist() == ["ru_milbloggers"]


# ---- neighbours -----------------------------------------------------------------------


def test_neighbours_are_the_cells_that_touch(tiny):
    record = said(
        tiny,
        BLUE | {"claimed_on": "2024-08-10"},
        RED | {"claimed_on": "2024-08-20"},
    )
    assert neighbours(1, record, "2024-09-01").index.tolist() == [2]
    found = neighbours(2, record, "2024-08-15")
    assert found.index.tolist() == [1, 3]
    assert found.name_en.tolist() == ["Alpha", "Gamma"]
    # A tenth of a degree of longitude at 51.05 degrees north, on WGS84.
    assert found.distance_km.tolist() == pytest.approx([7.01, 7.01], abs=0.01)
    assert found.ukrainian.tolist() == [("ukrainian_control",), ()]
    assert found.russian.tolist() == [(), ()]
    later = neighbours(2, record, "2024-08-25")
    assert later.russian.tolist() == [("russian_control",), ()]
    known = neighbours(2, record, "2024-08-25", known_by="2024-08-19")
    assert known.russian.tolist() == [(), ()]


def test_a_settlement_that_shares_the_cell_is_the_nearest_neighbour(record):
    # Pervy and Vtoroy Knyazhy have one point in the gazetteer.
    found = neighbours(95966, record, "2024-09-05")
    assert found.index[0] == 72687
    assert found.distance_km.iloc[0] == 0
    assert found.distance_km.is_monotonic_increasing


@pytest.mark.parametrize("ask", [strips, contradictions, opponents, neighbours])
def test_a_settlement_that_does_not_exist_is_refused(ask, record):
    more = ["2024-09-05"] if ask is neighbours else []
    with pytest.raises(ValueError, match="`settlement_id` was -1"):
        ask(-1, record, *more)
