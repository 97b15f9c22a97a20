"""The sentence of a day, by the rules of `docs/method.md`, and the figures beside it."""

from __future__ import annotations

import datetime as dt
import re
from typing import get_args

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo import Selection
from geo.analysis import summary as rules
from geo.analysis.agreement import CLASSES, WORDS
from geo.analysis.settlement import standing
from geo.analysis.summary import MAIN_PLACES, RELATIONS, summary
from geo.style.words import _PHRASES, Language
from geo.tables.schema import SIDES

HELD, RUSSIAN, FOUGHT = "ukrainian_control", "russian_control", "contested"
LANGUAGES = get_args(Language)


@pytest.fixture
def said(tiny, monkeypatch):
    """A record of hand-made claims: source, place, status, day said."""
    monkeypatch.setattr(rules, "MAIN_PLACES", (1, 2))
    for side, name in (("russian", "rose"), ("third_party", "grey")):
        tiny.add("sources.csv", source_id=name, name=f"{name.capitalize()} staff", side=side,
                 partisanship=0)  # fmt: skip

    def make(*claims):
        names = ("source_id", "settlement_id", "status", "claimed_on")
        tiny.say(*(dict(zip(names, claim, strict=True)) for claim in claims))
        return tiny.record()

    return make


def ask(record, *, on="2024-08-20", language="en", **choice):
    return summary(Selection(on=on, **choice), record, language)


#: Claims, what is asked, and the sentence.
CASES = {
    "one side is silent": (
        [("blue", 1, HELD, "2024-08-10")],
        {},
        "No change since the day before. Alpha: Ukrainian-held according to Ukrainian sources; "
        "no word from Russian sources.",
    ),
    "who speaks comes first": (
        [("red", 1, FOUGHT, "2024-08-10"), ("blue", 3, HELD, "2024-08-10")],
        {},
        "No change since the day before. Alpha: fought over or unclear according to "
        "Russian sources; no word from Ukrainian sources.",
    ),
    "a side falls silent": (
        [("blue", 1, HELD, "2024-08-10"), ("red", 1, FOUGHT, "2024-08-19")],
        {"on": "2024-08-21", "current_for": 10},
        "New on Alpha: nothing current any more from Ukrainian sources; "
        "fought over or unclear according to Russian sources.",
    ),
    "nobody speaks": (
        [("blue", 1, HELD, "2024-08-21")],
        {},
        "None of the sources shown says anything of these places on this day.",
    ),
    "nobody speaks of the main places": (
        [("blue", 3, HELD, "2024-08-10")],
        {},
        "No change since the day before. Gamma: Ukrainian-held according to Ukrainian sources; "
        "no word from Russian sources.",
    ),
    "what was said has lapsed": (
        [("blue", 1, HELD, "2024-08-10")],
        {"on": "2024-11-20"},
        "None of the sources shown says anything of these places on this day.",
    ),
    "all contradict": (
        [("blue", 1, HELD, "2024-08-10"), ("red", 1, RUSSIAN, "2024-08-20"),
         ("blue", 2, HELD, "2024-08-20")],
        {},
        "Ukrainian sources and Russian sources contradict each other on all the ground that both "
        "speak of.",
    ),
    "one contradiction of two": (
        [("blue", 1, HELD, "2024-08-10"), ("red", 1, RUSSIAN, "2024-08-10"),
         ("blue", 2, HELD, "2024-08-10"), ("red", 2, FOUGHT, "2024-08-10")],
        {},
        "No change since the day before. Alpha: Ukrainian-held according to Ukrainian sources; "
        "Russian-held according to Russian sources.",
    ),
    "nothing changed since yesterday, though it was said again": (
        [("blue", 1, HELD, "2024-08-10"), ("blue", 1, HELD, "2024-08-20")],
        {},
        "No change since the day before. Alpha: Ukrainian-held according to Ukrainian sources; "
        "no word from Russian sources.",
    ),
    "news on a place": (
        [("blue", 1, HELD, "2024-08-10"), ("blue", 2, FOUGHT, "2024-08-20")],
        {},
        "New on Beta: now fought over or unclear according to Ukrainian sources; "
        "no word from Russian sources.",
    ),
    "news elsewhere alone": (
        [("blue", 1, HELD, "2024-08-10"), ("blue", 3, FOUGHT, "2024-08-20")],
        {},
        "New on Gamma: now fought over or unclear according to Ukrainian sources; "
        "no word from Russian sources.",
    ),
    "news of a third party alone": (
        [("blue", 1, HELD, "2024-08-10"), ("grey", 2, HELD, "2024-08-20")],
        {},
        "No change since the day before. Alpha: Ukrainian-held according to Ukrainian sources; "
        "no word from Russian sources.",
    ),
    "both say the same": (
        [("blue", 1, HELD, "2024-08-07"), ("blue", 1, RUSSIAN, "2024-08-10"),
         ("red", 1, RUSSIAN, "2024-08-20")],
        {},
        "New on Alpha: now Russian-held according to Russian sources; "
        "Russian-held according to Ukrainian sources.",
    ),
    "both say the same at once": (
        [("blue", 1, HELD, "2024-08-20"), ("red", 1, HELD, "2024-08-20")],
        {},
        "New on Alpha: Ukrainian-held according to both Ukrainian sources and Russian sources.",
    ),
    "both have fallen silent": (
        [("blue", 1, HELD, "2024-08-10")],
        {"on": "2024-11-09"},
        "New on Alpha: neither Ukrainian sources nor Russian sources say anything any more.",
    ),
    "a side is split": (
        [("blue", 1, HELD, "2024-08-10"), ("red", 1, RUSSIAN, "2024-08-10"),
         ("rose", 1, HELD, "2024-08-10")],
        {},
        "No change since the day before. Alpha: Ukrainian-held according to Ukrainian sources; "
        "Russian sources differ among themselves.",
    ),
    "one side alone is shown": (
        [("blue", 1, HELD, "2024-08-10"), ("red", 1, RUSSIAN, "2024-08-10")],
        {"sides": "russian"},
        "No change since the day before. Alpha: Russian-held according to Russian sources.",
    ),
    "third parties alone are shown": (
        [("blue", 1, HELD, "2024-08-10"), ("grey", 1, FOUGHT, "2024-08-20")],
        {"sides": "third_party"},
        "New on Alpha: now fought over or unclear according to third parties.",
    ),
    "a pair of sources": (
        [("red", 1, RUSSIAN, "2024-08-10"), ("rose", 1, FOUGHT, "2024-08-20"),
         ("blue", 1, HELD, "2024-08-10")],
        {"compare": ("rose", "red")},
        "New on Alpha: now fought over or unclear according to Rose staff; "
        "Russian-held according to Red staff.",
    ),
    "as known at the time": (
        [("blue", 1, HELD, "2024-08-10"), ("blue", 2, HELD, "2024-08-20")],
        {"known_by": "2024-08-15"},
        "No change since the day before. Alpha: Ukrainian-held according to Ukrainian sources; "
        "no word from Russian sources.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_sentence_of_hand_made_claims_in_every_language(said, case):
    claims, asked, sentence = CASES[case]
    record = said(*claims)
    told = {language: ask(record, language=language, **asked).headline for language in LANGUAGES}
    assert told["en"] == sentence
    assert len(set(told.values())) == len(LANGUAGES)
    for words in told.values():
        assert not re.search(r"[{}_]", words)
        assert words.endswith(".")


def test_a_phrase_has_the_same_gaps_in_every_language():
    for name, phrases in _PHRASES.items():
        assert len(phrases) == len(LANGUAGES), name
        assert len({phrase.count("{}") for phrase in phrases}) == 1, name


def test_the_table_of_places_says_who_says_what_and_what_is_new(said):
    record = said(
        ("blue", 1, HELD, "2024-08-10"), ("red", 1, RUSSIAN, "2024-08-20"),
        ("grey", 2, HELD, "2024-08-20"),
    )  # fmt: skip
    found = ask(record)
    assert dict(found.voices) == {
        "ukrainian": "Ukrainian sources",
        "russian": "Russian sources",
        "third_party": "third parties",
    }
    assert found.compared == ("ukrainian", "russian")
    columns = ["name", *SIDES, "relation", "new"]
    assert found.places[columns].to_numpy().tolist() == [
        ["Alpha", HELD, RUSSIAN, "silent", "contradictory", ("russian",)],
        ["Beta", "silent", "silent", HELD, "silent", ()],
    ]
    assert found.contradicted == ("Alpha",)


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        (HELD, HELD, "both"),
        (FOUGHT, FOUGHT, "both"),
        (HELD, FOUGHT, "contested"),
        (FOUGHT, RUSSIAN, "contested"),
        (HELD, RUSSIAN, "contradictory"),
        (None, FOUGHT, "one"),
        (HELD, None, "one"),
    ],
)
def test_how_two_words_on_a_place_stand_to_each_other(said, one, other, relation):
    claims = [("blue", 3, HELD, "2024-08-10")]
    claims += [("blue", 1, one, "2024-08-10")] if one else []
    claims += [("red", 1, other, "2024-08-10")] if other else []
    assert ask(said(*claims)).places.relation[1] == relation
    assert relation in RELATIONS


def test_two_sides_that_are_both_split_do_not_agree(tiny, said):
    tiny.add("sources.csv", source_id="navy", name="Navy", side="ukrainian")
    record = said(
        *[(who, 1, status, "2024-08-10")
          for who, status in (("blue", HELD), ("navy", RUSSIAN), ("red", RUSSIAN), ("rose", HELD))]
    )  # fmt: skip
    row = ask(record).places.loc[1]
    assert row[["ukrainian", "russian", "relation"]].tolist() == ["split", "split", "contested"]


def test_contradictions_are_named_the_most_populous_first(tiny, said):
    tiny.change("settlements.csv", 4, population=500)
    opposed = [(who, place, status, "2024-08-10") for place in (1, 3)
               for who, status in (("blue", HELD), ("red", RUSSIAN))]  # fmt: skip
    assert ask(said(*opposed)).contradicted == ("Gamma", "Alpha")


@settings(max_examples=10)
@given(day=st.dates(dt.date(2024, 8, 6), dt.date(2025, 11, 5)))
def test_the_age_of_a_word_is_that_of_the_last_claim_behind_it(record, day):
    found = summary(Selection(on=day), record).places
    source = record.ledger.claims.source_id
    for place in found.index:
        told = standing(place, record, Selection(on=day))
        told = told[~told.lapsed.astype(bool)]
        side = source[told.index].map(record.ledger.sources.side).to_numpy()
        for voice in SIDES:
            last = told.age_days[side == voice].min()
            assert (
                last == found[f"{voice}_age"][place]
                or pd.isna([last, found[f"{voice}_age"][place]]).all()
            )


def test_a_side_that_is_switched_off_has_no_column(said):
    record = said(("blue", 1, HELD, "2024-08-10"), ("red", 1, RUSSIAN, "2024-08-10"))
    found = ask(record, sides="russian")
    assert list(found.voices) == list(found.said_km2) == ["russian"]
    assert found.compared == ("russian",)
    assert "ukrainian" not in found.places
    by_source = ask(record, sources="blue")
    assert list(by_source.voices) == ["ukrainian"]


@settings(max_examples=20)
@given(
    day=st.dates(dt.date(2024, 8, 6), dt.date(2025, 11, 5)),
    choice=st.sampled_from(
        [{}, {"sides": "russian"}, {"compare": ("deepstate", "ru_mod")}, {"known_by": "then"},
         {"current_for": "ever"}, {"statuses": "contested"}]
    ),
    language=st.sampled_from(LANGUAGES),
)  # fmt: skip
def test_what_is_said_adds_up_to_the_theatre_and_fits_the_map(day, choice, language, record):
    asked = Selection(on=day, **choice)
    found = summary(asked, record, language)
    whole = record.theatre.area_km2.sum()
    for areas in found.said_km2.values():
        assert list(areas) == list(WORDS)
        assert sum(areas.values()) == pytest.approx(whole)
    assert sum(found.class_km2.values()) == pytest.approx(whole)
    cells = geo.agreement_on(asked, record=record)
    sums = cells.groupby("agreement").area_km2.sum()
    for name in CLASSES:
        assert found.class_km2[name] == pytest.approx(sums.get(name, 0))
    settlements = record.ledger.settlements
    assert list(found.places.index) == list(MAIN_PLACES)
    for place, row in found.places.iterrows():
        cell = settlements.cell_id[place]
        assert [row[voice] for voice in found.voices] == [
            cells.loc[cell, voice] for voice in found.voices
        ]
    assert not re.search(r"[{}]", found.headline)
    assert found.headline.endswith(".")


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2024-09-05", "No change since the day before. Sudzha: Ukrainian-held according to "
         "Ukrainian sources; fought over or unclear according to Russian sources."),
        ("2024-12-05", "No change since the day before. Sudzha: Ukrainian-held according to "
         "both Ukrainian sources and Russian sources."),
        ("2025-09-20", "Ukrainian sources and Russian sources contradict each other on all the "
         "ground that both speak of."),
    ],
)  # fmt: skip
def test_the_sentence_of_days_of_the_record(record, day, sentence):
    assert summary(Selection(on=day), record).headline == sentence
