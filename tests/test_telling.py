"""The ground of each telling: it partitions the theatre, and says what the words say."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
import shapely
from conftest import polygon, square
from hypothesis import given, settings
from hypothesis import strategies as st
from test_polygons import draw

from geo import Selection
from geo.analysis.agreement import agreement_on
from geo.analysis.summary import summary
from geo.analysis.telling import change_on, comparison_on, telling_on
from geo.tables.schema import SIDES

DAYS = st.dates(dt.date(2024, 8, 6), dt.date(2025, 11, 5))


def word_at(telling, place) -> str:
    holds = shapely.contains_xy(telling.geometry.to_numpy(), place.lon, place.lat)
    [word] = telling.iloc[np.flatnonzero(holds), 0]
    return str(word)


@settings(max_examples=15)
@given(DAYS, st.sampled_from(SIDES))
def test_the_words_of_a_voice_partition_the_theatre(record, day, side):
    selection = Selection(on=day)
    telling = telling_on(selection, side, record)
    assert telling.area_km2.sum() == pytest.approx(record.theatre.area_km2.sum(), rel=1e-6)
    said = summary(selection, record).said_km2[side]
    for word, area in zip(telling.word, telling.area_km2, strict=True):
        assert area == pytest.approx(said[word], rel=1e-6)
    comparison = comparison_on(selection, record)
    assert comparison.area_km2.sum() == pytest.approx(telling.area_km2.sum(), rel=1e-6)


@pytest.mark.parametrize(
    ("day", "side", "name", "word"),
    [
        ("2024-09-05", "russian", "Sudzha", "contested"),
        ("2025-03-13", "ukrainian", "Kazachya Loknya", "russian_control"),
        ("2025-03-13", "ukrainian", "Oleshnya", "ukrainian_control"),
        ("2025-03-13", "russian", "Oleshnya", "silent"),
        ("2025-10-01", "russian", "Sudzha", "silent"),
    ],
)
def test_a_place_has_the_word_of_the_side(record, day, side, name, word):
    places = record.ledger.settlements
    [place] = places[(places.name_en == name) & (places.population > 50)].itertuples()
    assert word_at(telling_on(Selection(on=day), side, record), place) == word


def test_a_source_tells_what_it_says_alone(record):
    selection = Selection(on="2024-11-20", compare="deepstate,isw")
    for source in selection.compare:
        told = telling_on(selection, source, record)
        alone = Selection(on="2024-11-20", sources=source)
        side = record.ledger.sources.side[source]
        own = telling_on(alone, side, record)
        assert told.word.tolist() == own.word.tolist()
        assert told.area_km2.to_numpy() == pytest.approx(own.area_km2.to_numpy())
        assert telling_on(Selection(on="2024-11-20"), source, record).equals(own)


@pytest.mark.filterwarnings("ignore:.*its polygons, from")
def test_a_map_is_seen_as_drawn_where_it_alone_speaks(tiny):
    """Its shapes hold the sites of cells 1 and 2; of cell 1 a claim speaks too."""
    tiny.say({"settlement_id": 1, "status": "contested", "basis": "fighting"})
    shape = polygon(square(35.02, 51.02, 0.06), square(35.03, 51.03, 0.01))
    other = polygon(square(35.12, 51.02, 0.06))
    path = draw(tiny.folder, (shape, {"claimed_on": "2024-08-10"}),
                (other, {"claimed_on": "2024-08-10"}))  # fmt: skip
    record = tiny.record(path, keep_readings=True)
    told = telling_on(Selection(on="2024-08-10"), "ukrainian", record).set_index("word").geometry
    cells = record.theatre.geometry
    assert told["contested"].equals(cells.loc[1])
    drawn = shapely.geometry.shape(other)
    assert shapely.symmetric_difference(told["ukrainian_control"], drawn).area < 1e-8
    rest = shapely.difference(cells.loc[2], drawn)
    assert shapely.symmetric_difference(told["silent"], rest).area < 1e-8


def test_what_changed_is_what_one_picture_has_and_the_other_has_not(record):
    both = Selection(on="2025-03-13", compare="2024-09-05")
    before, after = both.compared
    for side in SIDES:
        found = change_on(both, side, record).set_index("change")
        words = [agreement_on(half, record=record)[side] for half in (before, after)]
        held = [word == "ukrainian_control" for word in words]
        area = record.theatre.area_km2
        for change, mask in (("gained", held[1] & ~held[0]), ("lost", held[0] & ~held[1])):
            assert (change in found.index) == bool(mask.any())
            if mask.any():
                assert found.area_km2[change] == pytest.approx(area[mask].sum(), rel=1e-5)
                cells = record.ledger.settlements.cell_id.loc[list(found.settlements[change])]
                assert set(cells) == set(mask.index[mask])


def test_what_changed_and_is_compared_is_of_the_tables_that_are_given(tiny):
    tiny.change("settlements.csv", 3, population=900)
    tiny.say(
        {"settlement_id": 3},
        {"settlement_id": 1, "claimed_on": "2024-08-20"},
        {"settlement_id": 2, "claimed_on": "2024-08-20"},
        {"settlement_id": 3, "claimed_on": "2024-08-20", "status": "russian_control"},
    )
    record = tiny.record()
    both = Selection(on="2024-08-20", compare="2024-08-10")
    found = change_on(both, "ukrainian", record).set_index("change")
    assert found.settlements.to_dict() == {"gained": (2, 1), "lost": (3,)}
    for change, places in found.settlements.items():
        area = record.theatre.area_km2.loc[list(places)].sum()
        assert found.area_km2[change] == pytest.approx(area, rel=1e-5)
    compared = comparison_on(Selection(on="2024-08-20"), record)
    assert list(compared) == ["agreement", "area_km2", "geometry"]
    assert compared.agreement.tolist() == ["one_ukrainian_control", "one_russian_control"]
