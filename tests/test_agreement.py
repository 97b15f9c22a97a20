"""What a side's word is, what two words come to, and how long they count."""

from __future__ import annotations

import datetime as dt
import re
from itertools import combinations, product
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo import Selection
from geo.analysis.agreement import CLASSES, TABLE, WORDS, words
from geo.tables.schema import BELLIGERENTS, DRAWN, SIDES

DAYS = st.dates(dt.date(2024, 8, 6), dt.date(2025, 11, 5))
CURRENT_FOR = st.sampled_from([30, 90, 180, "ever"]) | st.integers(1, 400)
BLUE = {"source_id": "blue", "settlement_id": 1}
RED = {"source_id": "red", "settlement_id": 1, "status": "russian_control"}
SUDZHA, OLESHNYA = 115637, 26024
ROOT = Path(__file__).resolve().parent.parent


@st.composite
def selections(draw):
    """Any question that a reader can ask."""
    sources = sorted(geo.load_sources().index)
    compare = st.none() | st.permutations(SIDES).map(lambda names: tuple(names[:2]))
    compare |= st.permutations(sources).map(lambda names: tuple(names[:2]))
    pair = draw(compare)
    shown = {} if pair else {"sides": draw(st.sets(st.sampled_from(SIDES)))}
    return Selection(
        on=draw(DAYS),
        known_by=draw(st.sampled_from(["now", "then"]) | DAYS),
        statuses=draw(st.sets(st.sampled_from(DRAWN))),
        current_for=draw(CURRENT_FOR),
        compare=pair,
        **shown,
    )


def said(record, selection, cells=(1,)):
    """The words of the sides on cells, by name."""
    voices, numbers = words(record, selection, cells, selection.on, selection.on)
    return [dict(zip(voices, (WORDS[n] for n in row), strict=True)) for row in numbers[0]]


def third(tiny, *names):
    """Further sources of the table, as a side and an id."""
    for side, name in names:
        tiny.add("sources.csv", source_id=name, name=name, side=side, partisanship=0,
                 attribution=name)  # fmt: skip


# ---- a side's word --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "word"),
    [
        ([], "silent"),
        (["ukrainian_control"], "ukrainian_control"),
        (["contested"], "contested"),
        (["russian_control", "russian_control"], "russian_control"),
        (["ukrainian_control", "contested"], "contested"),
        (["russian_control", "contested"], "contested"),
        (["ukrainian_control", "russian_control"], "split"),
        (["ukrainian_control", "russian_control", "contested"], "split"),
    ],
)
def test_the_word_of_a_side_is_what_its_sources_come_to(tiny, statuses, word):
    names = ["red", "rose", "rust"]
    third(tiny, ("russian", "rose"), ("russian", "rust"))
    claims = [RED | {"source_id": names[n], "status": s} for n, s in enumerate(statuses)]
    # A claim elsewhere: the tables are never empty.
    tiny.say(BLUE | {"settlement_id": 3}, *claims)
    [found] = said(tiny.record(), Selection(on="2024-08-20"))
    assert found == {"ukrainian": "silent", "russian": word, "third_party": "silent"}


def test_what_a_side_concedes_is_no_word_of_its_own(tiny):
    tiny.say(BLUE, RED | {"retaken": "yes", "claimed_on": "2024-09-01"})
    record = tiny.record()
    assert "implied" in set(record.at(Selection(on="2024-08-20", sides="russian")).status)
    assert said(record, Selection(on="2024-08-20"))[0]["russian"] == "silent"
    assert geo.agreement_on("2024-08-20", record=record).agreement.to_dict() == {
        1: "one_ukrainian_control"
    }


# ---- the class of two words -----------------------------------------------------------

HELD, CONTESTED, RUSSIAN, SPLIT, SILENT = (
    "ukrainian_control", "contested", "russian_control", "split", "silent",
)  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (SILENT, SILENT, "silent"),
        (HELD, SILENT, "one_ukrainian_control"),
        (CONTESTED, SILENT, "one_contested"),
        (RUSSIAN, SILENT, "one_russian_control"),
        (SPLIT, SILENT, "one_contested"),
        (HELD, HELD, "both_ukrainian_control"),
        (CONTESTED, CONTESTED, "both_contested"),
        (RUSSIAN, RUSSIAN, "both_russian_control"),
        (SPLIT, SPLIT, "both_contested"),
        (SPLIT, CONTESTED, "both_contested"),
        (HELD, CONTESTED, "ukrainian_control_or_contested"),
        (HELD, SPLIT, "ukrainian_control_or_contested"),
        (RUSSIAN, CONTESTED, "russian_control_or_contested"),
        (RUSSIAN, SPLIT, "russian_control_or_contested"),
        (HELD, RUSSIAN, "contradictory"),
    ],
)
def test_what_two_words_come_to(one, other, expected):
    for a, b in ((one, other), (other, one)):
        assert CLASSES[TABLE[WORDS.index(a), WORDS.index(b)]] == expected


def test_a_silent_side_never_agrees_and_never_contradicts():
    for word in WORDS:
        name = CLASSES[TABLE[WORDS.index(SILENT), WORDS.index(word)]]
        assert name == "silent" or name.startswith("one_")
    for a, b in product(WORDS[1:], repeat=2):
        assert not CLASSES[TABLE[WORDS.index(a), WORDS.index(b)]].startswith(("silent", "one_"))


def test_a_third_party_is_a_witness_and_makes_no_class(tiny):
    third(tiny, ("third_party", "grey"))
    tiny.say(BLUE, RED | {"source_id": "grey"}, RED | {"source_id": "grey", "settlement_id": 2},
             BLUE | {"source_id": "grey", "settlement_id": 3})  # fmt: skip
    found = geo.agreement_on("2024-08-20", record=tiny.record())
    assert found.agreement.to_dict() == {1: "one_ukrainian_control", 3: "silent"}
    assert found.third_party.to_dict() == {1: "russian_control", 3: "ukrainian_control"}
    pair = geo.agreement_on(
        "2024-08-20", record=tiny.record(), compare=("ukrainian", "third_party")
    )
    assert pair.agreement.to_dict() == {1: "contradictory", 3: "one_ukrainian_control"}


def test_two_sources_are_compared_by_their_own_words(tiny):
    third(tiny, ("ukrainian", "navy"))
    tiny.say(BLUE, BLUE | {"source_id": "navy", "status": "contested"}, RED)
    found = geo.agreement_on("2024-08-20", record=tiny.record(), compare=("blue", "navy"))
    row = found.loc[1]
    assert row[["blue", "navy"]].tolist() == ["ukrainian_control", "contested"]
    assert row.agreement == "ukrainian_control_or_contested"
    # Those two alone are shown.
    assert row[["ukrainian", "russian"]].tolist() == ["contested", "silent"]


# ---- how long a word stands -----------------------------------------------------------


@pytest.mark.parametrize(
    ("basis", "last", "current_for"),
    [
        ("announced", "2024-11-08", 90),
        ("assessed", "2024-11-08", 90),
        ("fighting", "2024-09-09", 90),
        ("repelled", "2024-09-09", 90),
        ("announced", "2024-09-09", 30),
        ("fighting", "2024-08-20", 30),
        # The map was read until 31 January 2025.
        ("map_reading", "2025-05-01", 90),
        ("map_reading", "2025-03-02", 30),
    ],
)
def test_a_word_counts_so_many_days_after_it_was_last_said(tiny, basis, last, current_for):
    claim = BLUE | {"basis": basis, "claimed_on": "2024-08-10"}
    if basis in {"fighting", "repelled"}:
        claim["status"] = "contested"
    tiny.say(claim)
    record = tiny.record()
    day = dt.date.fromisoformat(last)
    word = claim.get("status", "ukrainian_control")
    asked = Selection(on=day, current_for=current_for)
    assert said(record, asked)[0]["ukrainian"] == word
    assert len(record.lapsed(asked)) == 0
    after = Selection(on=day + dt.timedelta(days=1), current_for=current_for)
    assert said(record, after)[0]["ukrainian"] == "silent"
    assert len(record.rows(after)) == 0
    assert len(record.lapsed(after)) == 1
    ever = Selection(on="2030-01-01", current_for="ever")
    assert said(record, ever)[0]["ukrainian"] == word
    assert len(record.lapsed(ever)) == 0


def test_a_word_said_again_counts_from_then(tiny):
    tiny.say(BLUE | {"claimed_on": "2024-08-10"}, BLUE | {"claimed_on": "2025-01-10"})
    record = tiny.record()
    spoken = {
        day: said(record, Selection(on=day))[0]["ukrainian"] != "silent"
        for day in ("2024-11-08", "2024-11-09", "2025-01-09", "2025-01-10", "2025-04-10")
    }
    assert list(spoken.values()) == [True, False, False, True, True]


def test_what_lapsed_makes_no_contradiction(tiny):
    tiny.say(BLUE | {"claimed_on": "2024-08-10"}, RED | {"claimed_on": "2024-11-01"})
    record = tiny.record()
    for day, expected in (("2024-11-08", "contradictory"), ("2024-11-09", "one_russian_control")):
        assert geo.agreement_on(day, record=record).loc[1, "agreement"] == expected
    ever = geo.agreement_on("2024-11-09", record=record, current_for="ever")
    assert ever.loc[1, "agreement"] == "contradictory"


# ---- what holds on every day ----------------------------------------------------------


@settings(max_examples=25)
@given(selection=selections())
def test_classes_partition_the_theatre_on_every_day(selection, record):
    cells = geo.agreement_on(selection, record=record)
    assert cells.index.tolist() == record.theatre.index.tolist()
    assert set(cells.agreement) <= set(CLASSES)
    choice = selection.model_dump(exclude={"on"}) | {"record": record}
    [(_, series)] = geo.agreement_series(selection.on, selection.on, **choice).iterrows()
    whole = record.theatre.area_km2.sum()
    assert sum(series[name] for name in CLASSES) == pytest.approx(whole, rel=1e-12)
    sums = cells.groupby("agreement").area_km2.sum()
    for name in CLASSES:
        assert series[name] == pytest.approx(sums.get(name, 0), abs=1e-9)


@settings(max_examples=25)
@given(selection=selections())
def test_swapping_the_two_voices_changes_nothing_but_columns(selection, record):
    one, other = selection.voices
    here, there = (
        geo.agreement_on(selection, record=record, compare=pair)
        for pair in ((one, other), (other, one))
    )
    assert here.agreement.tolist() == there.agreement.tolist()
    assert sorted(here.columns) == sorted(there.columns)
    for name in here.columns.drop("geometry"):
        assert here[name].tolist() == there[name].tolist()


@settings(max_examples=25)
@given(selection=selections())
def test_the_classes_are_those_of_the_words_and_silence_agrees_with_nobody(selection, record):
    cells = geo.agreement_on(selection, record=record)
    one, other = (cells[voice] for voice in selection.voices)
    silent = (one == "silent") | (other == "silent")
    assert cells.agreement[silent].isin([n for n in CLASSES if n.startswith(("one", "sil"))]).all()
    assert not cells.agreement[~silent].str.startswith(("one", "silent")).any()
    both = cells.agreement.str.startswith("both_")
    fought = {"split": "contested"}
    assert (one[both].replace(fought) == other[both].replace(fought)).all()
    opposed = {frozenset(("ukrainian_control", "russian_control"))}
    pairs = {frozenset(p) for p in zip(one, other, strict=True)}
    assert (cells.agreement == "contradictory").any() == bool(pairs & opposed)


@settings(max_examples=30)
@given(selection=selections(), longer=CURRENT_FOR)
def test_the_longer_words_stand_the_more_are_in_force(selection, longer, record):
    """Nothing lapses for ever; what counts in a shorter term counts in a longer one."""
    short, ever = (
        set(record.rows(selection.model_copy(update={"current_for": term})).tolist())
        for term in (selection.current_for, "ever")
    )
    assert short <= ever
    assert short | set(record.lapsed(selection).tolist()) == ever
    if longer != "ever" and selection.current_for != "ever" and longer >= selection.current_for:
        more = record.rows(selection.model_copy(update={"current_for": longer}))
        assert short <= set(more.tolist())


@settings(max_examples=15)
@given(selection=selections())
def test_words_are_those_of_the_claims_in_force(selection, record):
    """Counted by hand from the rows that are in force."""
    cells = geo.agreement_on(selection, record=record)
    told: dict[tuple[str, int], set[str]] = {}
    for row in record.rows(selection).tolist():
        claim = record.claims.iloc[row]
        if claim.status != "implied":
            for cell, voice in product(record.speaks_for[row], (claim.side, claim.source_id)):
                told.setdefault((voice, cell), set()).add(claim.status)
    for voice in cells.columns.drop(["agreement", "area_km2", "geometry"]):
        for cell, word in cells[voice].items():
            own = told.get((voice, cell), set())
            both = {"ukrainian_control", "russian_control"} <= own
            alone = next(iter(own)) if len(own) == 1 else "contested"
            assert word == ("split" if both else alone if own else "silent")


@settings(max_examples=10)
@given(first=DAYS, length=st.integers(0, 40), known=st.sampled_from(["now", "then"]))
def test_a_series_is_its_days(first, length, known, record):
    last = min(first + dt.timedelta(days=length), dt.date(2025, 11, 5))
    choice = {"record": record, "known_by": known}
    whole = geo.agreement_series(first, last, **choice)
    for day in {first, last}:
        one = geo.agreement_series(day, day, **choice)
        same = whole[whole.date == np.datetime64(day)]
        assert one.date.tolist() == same.date.tolist()
        for name in CLASSES:
            assert one[name].to_numpy() == pytest.approx(same[name].to_numpy(), abs=1e-9)


# ---- the shipped record ---------------------------------------------------------------


class Terms(Selection):
    """A selection with terms of its own, that no setting gives."""

    control: int = 90
    event: int = 30

    @property
    def terms(self) -> tuple[int, int]:
        return self.control, self.event


def opposed(record, selection) -> tuple[int, int]:
    """Cells and km2 of which sources of two sides say the opposite, third parties too."""
    told = {side: {status: set() for status in DRAWN} for side in SIDES}
    for row in record.rows(selection).tolist():
        claim = record.claims.iloc[row]
        told[claim.side][claim.status] |= set(record.speaks_for[row])
    cells = set()
    for a, b in combinations(SIDES, 2):
        for one, other in ((a, b), (b, a)):
            cells |= told[one]["ukrainian_control"] & told[other]["russian_control"]
    cells &= set(record.theatre.index)
    return len(cells), round(record.theatre.area_km2.loc[sorted(cells)].sum())


# The table of `docs/method.md`: how long a word stands.
TABLE_OF_TERMS = re.findall(
    r"^\| (\d{4}-\d\d-\d\d) \| (\d+) / (\d+) \| (\d+) / (\d+) \| (\d+) / (\d+) \|$",
    (ROOT / "docs" / "method.md").read_text("utf-8"),
    re.MULTILINE,
)


@pytest.mark.parametrize(("day", "figures"), [(day, each) for day, *each in TABLE_OF_TERMS])
def test_old_words_echo_for_ever_unless_they_lapse(record, day, figures):
    found = [
        opposed(record, Selection(on=day, current_for="ever")),
        opposed(record, Selection(on=day)),
        opposed(record, Terms(on=day, control=30, event=14)),
    ]
    assert [str(number) for pair in found for number in pair] == figures


def test_the_document_tells_how_long_a_word_stands_on_five_days():
    assert len(TABLE_OF_TERMS) == 5


@pytest.mark.parametrize("day", ["2024-09-05", "2024-12-05", "2025-03-13", "2025-10-01"])
def test_each_cell_has_the_class_that_its_claims_come_to(record, day):
    told = {side: {} for side in BELLIGERENTS}
    for row in record.rows(Selection(on=day)).tolist():
        claim = record.claims.iloc[row]
        if claim.side in told and claim.status in WORDS:
            for cell in record.speaks_for[row]:
                told[claim.side].setdefault(cell, set()).add(claim.status)
    cells = geo.agreement_on(day, record=record)
    for cell, found in cells.iterrows():
        ukrainian, russian = (told[side].get(cell, set()) for side in BELLIGERENTS)
        everything = ukrainian | russian
        if len(everything) == 1:
            (status,) = everything
            assert found.agreement == f"{'both' if ukrainian and russian else 'one'}_{status}"
        elif not everything:
            assert found.agreement == "silent"
        elif max(len(ukrainian), len(russian)) == 1 and "contested" not in everything:
            assert found.agreement == "contradictory"
        else:
            assert "contested" in found.agreement


def place(ledger, name: str) -> int:
    """The cell of a settlement of the theatre."""
    found = ledger.settlements[ledger.settlements.name_en == name]
    found = found[found.raion == "Sudzhansky"]
    assert len(found) == 1
    return int(found.cell_id.iloc[0])


def test_what_russian_sources_say_of_sudzha_in_september_2024(record):
    found = geo.agreement_on("2024-09-05", record=record, sides="russian").loc[SUDZHA]
    assert found[["ukrainian", "russian", "third_party"]].tolist() == [
        "silent", "contested", "silent",
    ]  # fmt: skip
    assert found.agreement == "one_contested"


def test_the_day_on_which_sudzha_changed_hands(record, ledger):
    cells = geo.agreement_on("2025-03-13", record=record)
    for name in ("Goncharovka", "Zaoleshenka"):
        row = cells.loc[place(ledger, name)]
        assert (row.agreement, row.ukrainian) == ("contradictory", "ukrainian_control")
    oleshnya = cells.loc[OLESHNYA, ["agreement", *BELLIGERENTS]]
    assert oleshnya.tolist() == ["one_ukrainian_control", "ukrainian_control", "silent"]
    assert (cells.agreement == "both_ukrainian_control").sum() == 0
    pair = geo.agreement_on("2025-03-13", record=record, compare=("deepstate", "ru_mod"))
    for name in ("Kazachya Loknya", "Pogrebki"):
        assert pair.agreement[place(ledger, name)] == "both_russian_control"


def test_in_december_2024_the_ministry_is_silent_on_sudzha_and_a_correspondent_concedes_it(record):
    asked = {"on": "2024-12-05", "record": record}
    sudzha = geo.agreement_on(sources=["deepstate", "ru_mod"], **asked).loc[SUDZHA]
    assert sudzha[["agreement", *BELLIGERENTS]].tolist() == [
        "one_ukrainian_control", "ukrainian_control", "silent",
    ]  # fmt: skip
    assert geo.agreement_on(**asked).agreement[SUDZHA] == "both_ukrainian_control"


def test_the_ministry_and_deepstate_contradict_each_other_over_oleshnya(record):
    pair = {"compare": ("ru_mod", "deepstate"), "record": record}
    oleshnya = geo.agreement_on("2025-04-22", **pair).loc[OLESHNYA]
    assert oleshnya.agreement == "contradictory"
    assert (oleshnya.ru_mod, oleshnya.deepstate) == ("russian_control", "ukrainian_control")
    # What was not yet said makes no contradiction.
    before = geo.agreement_on("2025-04-22", known_by="2025-04-18", **pair).loc[OLESHNYA]
    assert before.ru_mod != "russian_control"


def test_cells_of_the_theatre_do_not_overlap(record):
    cells = geo.agreement_on("2024-12-01", record=record)
    assert isinstance(cells, gpd.GeoDataFrame)
    assert shapely.coverage_is_valid(cells.geometry.to_numpy())
    assert cells.crs.to_epsg() == 4326


def test_other_cells_than_the_shipped_ones_can_be_asked_about(tiny):
    tiny.say(BLUE, RED, BLUE | {"settlement_id": 3})
    record = tiny.record()
    cells = geo.agreement_on("2024-08-10", record=record)
    assert cells.agreement.to_dict() == {1: "contradictory", 3: "one_ukrainian_control"}
    assert cells.geometry.tolist() == record.ledger.cells.geometry.loc[[1, 3]].tolist()


def test_a_series_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="`end` was 2024-08-10"):
        geo.agreement_series("2024-09-01", "2024-08-10")


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ValueError, match="`compare` was"):
        geo.agreement_on("2024-09-01", compare=("russian", "deepstate"))
