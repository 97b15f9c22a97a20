"""Finding a settlement by any of its names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import geo
from geo.ledger.gazetteer import find_settlements, name_key

NAMED = [
    ("Sudzha", "Sudzha sudzha СУДЖА Суджа Sudja Sudža Sudża Sudscha Soudja Sudzah Sudz"),
    ("Malaya Loknya", "Malaya-Loknia,Малая Локня,Мала Локня,Malaja Loknja,Mala Loknya,Malaya Lok"),
    ("Korenevo", "Korenovo Korenewo Korenev Коренево Коренєве"),
    ("Guyevo", "Guevo Gujewo Huievo Гуево Гуєве"),
    ("Snagost", "Снагость Снагість Snahist Snagostj"),
    ("Plekhovo", "Плёхово Plyokhovo Plehovo"),
    ("Oleshnya", "Олешня Oleshnia Oleschnja Olešnja"),
]


@pytest.fixture(scope="module")
def places(ledger):
    return geo.by_prominence(ledger)


@pytest.mark.parametrize(("place", "spellings"), NAMED)
def test_a_place_is_found_however_it_is_written(places, place, spellings):
    for name in spellings.split("," if "," in spellings else " "):
        assert find_settlements(name, places).name_en.iloc[0] == place, name


def test_english_and_russian_names_sound_alike(ledger):
    whole = ledger.settlements[~ledger.settlements.name_ru.str.contains(r"\d|^ст ")]
    unlike = whole[whole.name_ru.map(name_key) != whole.name_en.map(name_key)]
    assert unlike.name_en.tolist() == ["Pervy Knyazhy"]


def test_what_is_called_so_comes_before_what_only_begins_so_or_has_it_inside(places):
    found = find_settlements("Kursk", places)
    assert found.match.is_monotonic_increasing
    assert {0, 1, 2} == set(found.match)


def test_of_namesakes_that_one_comes_first_which_claims_are_about(places, ledger):
    found = find_settlements("Korenevo", places)
    assert len(found) > 1
    assert found.index[0] in set(ledger.claims.settlement_id)


@pytest.mark.parametrize("name", ["", " ", "-", "Atlantis", "qqqqqqqq", "🙂", "ь", "x" * 20_000])
def test_name_of_no_place_finds_nothing(places, name):
    assert find_settlements(name, places).empty


@given(st.data())
def test_one_slip_in_a_name_does_no_harm(places, data):
    place = data.draw(st.sampled_from(places[places.name_en.str.len() > 7].index.tolist()))
    name = places.name_en[place]
    at = data.draw(st.integers(1, len(name) - 2))
    spoilt = name[:at] + data.draw(st.sampled_from(["", name[at + 1], "a", "b"])) + name[at + 1 :]
    found = find_settlements(spoilt, places)
    # Unless something else is called so.
    assert place in found.index or found.match.max() < 3
