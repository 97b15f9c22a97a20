from __future__ import annotations

import pytest

import geo


def test_without_a_question_everything_is_found(ledger):
    found = geo.find_claims(ledger)
    assert len(found) == len(ledger.claims) + len(ledger.unplaced)
    assert found.day.is_monotonic_increasing
    assert found.claim_id.isna().sum() == found.reason.notna().sum() == len(ledger.unplaced)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("side", ["russian"]),
        ("source_id", ["isw", "ru_mod"]),
        ("status", ["contested", "withdrawn"]),
        ("basis", ["map_reading"]),
        ("citation_tier", ["primary"]),
        ("settlement_id", [115637]),
    ],
)
def test_only_what_is_asked_for_is_found(ledger, column, values):
    every, found = geo.find_claims(ledger), geo.find_claims(ledger, {column: values})
    assert 0 < len(found) < len(every)
    assert set(found[column]) == set(values)
    assert len(found) == every[column].isin(values).sum()


@pytest.mark.parametrize("name", ["Sudzha", "суджа", "СУДЖА", " sudzha ", "Sudja", "Sudhza"])
def test_a_place_is_found_by_its_name_in_any_script(ledger, name):
    found = geo.find_claims(ledger, place=name)
    assert set(found.settlement_id) == {115637}
    assert len(found) == len(geo.claims_about([115637], ledger))


def test_a_part_of_a_name_is_enough(ledger):
    found = geo.find_claims(ledger, place="локня")
    assert {"Malaya Loknya", "Kazachya Loknya"} <= set(found.settlement)


def test_places_outside_the_gazetteer_are_found_too(ledger):
    lost = ledger.unplaced[ledger.unplaced.settlement_id.isna()].iloc[0]
    for name in (lost.settlement, lost.settlement_ru):
        found = geo.find_claims(ledger, place=name)
        assert lost.statement in set(found.statement)


@pytest.mark.parametrize("name", ["---", "Atlantis", ".*", "["])
def test_no_place_no_claims(ledger, name):
    assert geo.find_claims(ledger, place=name).empty


def test_all_words_must_stand_there_and_are_not_patterns(ledger):
    found = geo.find_claims(ledger, text="RYBAR sudzha")
    assert len(found)
    said = found.statement + found.speaker + found.publisher + found.note
    assert said.str.contains("rybar", case=False).all()
    assert said.str.contains("sudzha", case=False).all()
    assert geo.find_claims(ledger, text="Rybar.*Sudzha").empty


def test_days_are_those_the_claims_are_about(tiny):
    tiny.say(
        {"settlement_id": 1, "claimed_on": "2024-08-12", "effective_on": "2024-08-10"},
        {"settlement_id": 1, "claimed_on": "2024-08-11"},
        {"settlement_id": 1, "claimed_on": "2024-08-13"},
    )
    ledger = geo.load_ledger(data=tiny.folder)
    found = geo.find_claims(ledger, {"source_id": ["blue"]}, start="2024-08-10", end="2024-08-11")
    assert found.claim_id.dropna().tolist() == ["t1", "t2"]


def test_a_wrong_question_says_what_is_allowed(ledger):
    with pytest.raises(ValueError, match="`side` had 'blue' but is expected to be of ukrainian"):
        geo.find_claims(ledger, {"side": ["blue"]})
    with pytest.raises(ValueError, match="`only` had 'colour' but is expected to be of side"):
        geo.find_claims(ledger, {"colour": ["blue"]})
    with pytest.raises(ValueError, match="to be of the gazetteer"):
        geo.find_claims(ledger, {"settlement_id": [-1]})
    with pytest.raises(ValueError, match="`end` was 2024-08-10"):
        geo.find_claims(ledger, start="2024-09-01", end="2024-08-10")
