from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from conftest import collection, polygon, square
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo import Selection
from geo.analysis.settlement import (
    contradictions,
    neighbours,
    opponents,
    said_on,
    standing,
    strips,
)

BLUE = {"source_id": "blue", "settlement_id": 1, "status": "ukrainian_control"}
RED = {"source_id": "red", "settlement_id": 1, "status": "russian_control"}
SUDZHA = 115637
OLESHNYA = 26024
DAYS = st.dates(dt.date(2024, 8, 6), dt.date(2025, 11, 5))


def said(tiny, *claims):
    tiny.say(*claims)
    return tiny.record()


def known_day(day, **choice):
    """By what had been said by a day; the day shown is another."""
    return Selection(on="2025-03-01", known_by=day or "now", **choice)


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
    assert strips(1, record, known_day("2024-08-09")).empty
    found = strips(1, record, known_day("2024-08-31"))
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
    known = strips(1, record, known_day("2024-08-15"))
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


def test_a_strip_lapses_and_what_is_said_again_is_another(tiny):
    record = said(
        tiny,
        BLUE | {"claimed_on": "2024-08-10"},
        BLUE | {"claimed_on": "2024-09-10"},
        BLUE | {"claimed_on": "2025-01-10"},
        RED | {"claimed_on": "2024-08-10", "basis": "fighting", "status": "contested"},
    )
    found = strips(1, record)
    assert spans(found[found.source_id == "blue"]) == [
        ("2024-08-10", "2025-01-10"),
        ("2025-01-10", None),
    ]
    assert iso(found.lapses) == ["2024-12-10", "2025-04-11", "2024-09-10"]
    ever = strips(1, record, known_day(None, current_for="ever"))
    assert spans(ever)[0] == ("2024-08-10", None)
    assert ever.lapses.isna().all()


@settings(max_examples=15)
@given(data=st.data(), known_by=st.none() | DAYS, current_for=st.sampled_from([30, 90, "ever"]))
def test_strips_never_overlap_and_say_what_is_selected(ledger, data, known_by, current_for, record):
    place = data.draw(st.sampled_from(sorted(set(ledger.claims.settlement_id))))
    found = strips(place, record, known_day(known_by, current_for=current_for))
    for _, own in found.groupby("source_id", observed=True):
        assert (own.end.iloc[:-1].to_numpy() <= own.start.iloc[1:].to_numpy()).all()
        assert own.end.iloc[:-1].notna().all()
    # The days before and after every change, and any other.
    changes = {day for name in ("start", "end", "lapses") for day in found[name] if pd.notna(day)}
    days = {day + pd.Timedelta(days=n) for day in changes for n in (-1, 0)}
    cell = ledger.settlements.cell_id[place]
    for day in (*sorted(days), pd.Timestamp(data.draw(DAYS))):
        asked = known_day(known_by, current_for=current_for).model_copy(update={"on": day.date()})
        held = found[(found.start <= day) & ~(found.end <= day)]
        for rows, strip in (
            (record.rows(asked), held[~(held.lapses <= day)]),
            (record.lapsed(asked), held[held.lapses <= day]),
        ):
            own = record.claims.iloc[rows]
            own = own[own.ground_id == cell]
            told = dict(zip(strip.source_id, strip.status, strict=True))
            assert told == dict(zip(own.source_id, own.status, strict=True))


# ---- on a day -------------------------------------------------------------------------


def test_claims_stand_and_lapse_with_their_age(tiny):
    record = said(
        tiny,
        BLUE | {"claimed_on": "2024-08-10"},
        BLUE | {"claimed_on": "2024-08-20"},
        RED | {"claimed_on": "2024-08-10", "basis": "fighting", "status": "contested"},
        RED | {"claimed_on": "2024-08-10", "settlement_id": 2},
        BLUE | {"claimed_on": "2024-12-01", "settlement_id": 3},
    )
    found = standing(1, record, Selection(on="2024-09-10"))
    assert found.index.name == "claim_id"
    assert found.to_dict("index") == {
        "t2": {"lapsed": False, "age_days": 21},
        "t3": {"lapsed": True, "age_days": 31},
    }
    ever = standing(1, record, Selection(on="2024-09-10", current_for="ever"))
    assert not ever.lapsed.any()
    assert standing(1, record, Selection(on="2024-08-09")).empty


def test_what_is_conceded_is_no_claim_that_stands(tiny):
    record = said(tiny, BLUE, RED | {"retaken": "yes", "claimed_on": "2024-09-01"})
    assert standing(1, record, Selection(on="2024-08-20")).index.tolist() == ["t1"]


def test_a_place_is_told_in_the_words_of_each_side(tiny, record):
    told = said_on(SUDZHA, record, Selection(on="2025-10-01"))
    assert told["ukrainian"] == "russian_control"
    assert told["russian"] == "silent"
    words = geo.agreement_on("2025-10-01", record=record).loc[SUDZHA]
    assert told == {side: words[side] for side in told}
    # Also where nobody ever said anything but Russian control.
    plain = said(tiny, RED, BLUE | {"settlement_id": 2})
    assert said_on(1, plain, Selection(on="2024-08-20")) == {
        "ukrainian": "silent",
        "russian": "russian_control",
        "third_party": "silent",
    }


# ---- contradictions -------------------------------------------------------------------


def test_the_sides_contradict_each_other_until_one_gives_in(tiny):
    record = said(
        tiny,
        BLUE | {"claimed_on": "2024-08-10"},
        RED | {"claimed_on": "2024-08-20"},
        BLUE | {"claimed_on": "2024-09-01", "status": "russian_control"},
        RED | {"claimed_on": "2024-09-10", "status": "ukrainian_control"},
        RED | {"claimed_on": "2024-09-20"},
        BLUE | {"claimed_on": "2024-09-30"},
    )
    assert spans(contradictions(1, record)) == [
        ("2024-08-20", "2024-09-01"),
        ("2024-09-10", "2024-09-20"),
        ("2024-09-30", None),
    ]
    assert contradictions(1, record, known_day("2024-08-19")).empty


def test_they_no_longer_do_when_one_of_the_words_has_lapsed(tiny):
    record = said(tiny, BLUE | {"claimed_on": "2024-08-10"}, RED | {"claimed_on": "2024-08-20"})
    assert spans(contradictions(1, record)) == [("2024-08-20", None)]  # as far as it goes
    record = said(
        tiny,
        BLUE | {"claimed_on": "2024-08-10"},
        RED | {"claimed_on": "2024-08-20"},
        BLUE | {"claimed_on": "2025-06-01", "settlement_id": 3},
    )
    assert spans(contradictions(1, record)) == [("2024-08-20", "2024-11-09")]
    ever = contradictions(1, record, known_day(None, current_for="ever"))
    assert spans(ever) == [("2024-08-20", None)]


def test_the_sides_may_contradict_each_other_from_the_first_day(tiny):
    record = said(tiny, *(one | {"claimed_on": "2024-08-06"} for one in (BLUE, RED)))
    assert spans(contradictions(1, record)) == [("2024-08-06", None)]


@settings(max_examples=20)
@given(day=DAYS, known_by=st.none() | DAYS)
def test_contradictions_are_those_of_the_day(day, known_by, record):
    asked = known_day(known_by).model_copy(update={"on": day})
    cells = geo.agreement_on(asked, record=record).agreement
    for cell in (SUDZHA, OLESHNYA, 59993):
        found = contradictions(cell, record, asked)
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


def test_what_was_not_yet_known_is_not_at_odds(tiny):
    late = {"claimed_on": "2024-08-20", "effective_on": "2024-08-08"}
    record = said(tiny, BLUE | {"claimed_on": "2024-08-10"}, RED | late)
    assert opponents(1, record).claim_id.tolist() == ["t1"]
    assert opponents(1, record, known_day("2024-08-15")).empty


def test_what_is_said_of_one_day_is_at_odds_and_what_ended_on_it_is_not(tiny):
    record = said(
        tiny,
        BLUE | {"claimed_on": "2024-08-10"},
        RED | {"claimed_on": "2024-08-10"},
        BLUE | {"claimed_on": "2024-08-20", "status": "russian_control"},
        RED | {"claimed_on": "2024-08-20"},
    )
    found = opponents(1, record)
    assert found.claim_id.tolist() == ["t1", "t2"]
    assert found.source_id.tolist() == ["red", "blue"]


def test_a_word_that_lapses_on_the_day_of_a_claim_is_not_at_odds_with_it(tiny):
    blue, red = BLUE | {"claimed_on": "2024-08-10"}, RED | {"claimed_on": "2024-11-09"}
    assert opponents(1, said(tiny, blue, red)).empty
    record = said(tiny, blue, red | {"claimed_on": "2024-11-08"})
    assert opponents(1, record).claim_id.tolist() == ["t2"]
    assert opponents(1, record, known_day(None, current_for=80)).empty


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
    assert neighbours(1, record, Selection(on="2024-09-01")).index.tolist() == [2]
    found = neighbours(2, record, Selection(on="2024-08-15"))
    assert found.index.tolist() == [1, 3]
    assert found.name_en.tolist() == ["Alpha", "Gamma"]
    # A tenth of a degree of longitude at 51.05 degrees north, on WGS84.
    assert found.distance_km.tolist() == pytest.approx([7.013, 7.013], abs=0.001)
    assert found.ukrainian.tolist() == [("ukrainian_control",), ()]
    assert found.russian.tolist() == [(), ()]
    later = neighbours(2, record, Selection(on="2024-08-25"))
    assert later.russian.tolist() == [("russian_control",), ()]
    known = neighbours(2, record, Selection(on="2024-08-25", known_by="2024-08-19"))
    assert known.russian.tolist() == [(), ()]


@pytest.mark.parametrize("place", [SUDZHA, 26024])  # a fifth cell comes near that of Oleshnya
def test_neighbours_of_a_real_cell_are_those_that_it_touches(record, place):
    places, cells = record.ledger.settlements, record.ledger.cells.geometry
    here = cells[places.cell_id[place]]
    touch = cells.index[[here.touches(other) for other in cells]]
    expected = set(places.index[places.cell_id.isin([*touch, places.cell_id[place]])]) - {place}
    assert set(neighbours(place, record, Selection(on="2024-09-05")).index) == expected


def test_a_settlement_that_shares_the_cell_is_the_nearest_neighbour(record):
    # Pervy and Vtoroy Knyazhy have one point in the gazetteer.
    found = neighbours(95966, record, Selection(on="2024-09-05"))
    assert found.index[0] == 72687
    assert found.distance_km.iloc[0] == 0
    assert found.distance_km.is_monotonic_increasing


@pytest.mark.parametrize("ask", [strips, contradictions, opponents, neighbours, said_on, standing])
def test_a_settlement_that_does_not_exist_is_refused(ask, record):
    more = [Selection(on="2024-09-05")]
    with pytest.raises(ValueError, match="`settlement_id` was -1"):
        ask(-1, record, *more)
