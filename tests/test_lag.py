from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
import pytest
import shapely
from conftest import collection, extract_of, polygon
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo.analysis.lag import OUTCOMES
from geo.maps.archive import archive

UA, RU, CONTESTED, WITHDRAWN = "ukrainian_control", "russian_control", "contested", "withdrawn"
SUDZHA = 115637
FIRST = pd.Timestamp("2024-08-06")


@dataclass(frozen=True)
class Said:
    """Days are counted from the first of the campaign."""

    source: str
    day: int
    status: str
    basis: str = "announced"
    retaken: bool = False
    about: int | None = None


def ministry(day, status, **options):
    return Said("ru_mod", day, status, **options)


def retaken(day):
    return ministry(day, RU, retaken=True)


def deepstate(day, status):
    return Said("deepstate", day, status, "map_reading")


def isw(day, status):
    return Said("isw", day, status, "map_reading")


def date(day):
    return pd.NaT if day is None else FIRST + pd.Timedelta(days=day)


def ledger_of(ledger, said):
    claims = pd.DataFrame(
        {
            "source_id": [s.source for s in said],
            "settlement_id": SUDZHA,
            "status": [s.status for s in said],
            "basis": [s.basis for s in said],
            "retaken": ["yes" if s.retaken else None for s in said],
            "claimed_on": pd.to_datetime([date(s.day) for s in said]),
            "effective_on": pd.to_datetime([date(s.about) for s in said]),
        },
        index=pd.Index([f"t{n}" for n in range(len(said))], name="claim_id"),
    )
    return replace(ledger, claims=claims)


def told(ledger, *said, pair=("ru_mod", "deepstate"), status=RU):
    """Announced, shown and outcome of the changes to a status, days as numbers."""
    found = geo.lags(*pair, ledger=ledger_of(ledger, said))
    own = found[found.status == status]
    days = ((own[column] - FIRST).dt.days for column in ("announced_on", "shown_on"))
    known = [[None if pd.isna(day) else int(day) for day in column] for column in days]
    return list(zip(*known, own.outcome, strict=True))


# What is a change


def test_days_are_counted_from_announced_to_shown(ledger):
    said = [deepstate(2, UA), retaken(10), deepstate(13, RU)]
    found = geo.lags("ru_mod", "deepstate", ledger=ledger_of(ledger, said))
    row = found[found.outcome == "shown"].iloc[0]
    assert (row.settlement_id, row.settlement, row.status) == (SUDZHA, "Sudzha", RU)
    assert (row.announced_on, row.shown_on, row.days) == (date(10), date(13), 3)
    assert (row.announced_claims, row.shown_claims) == (("t1",), ("t2",))


def test_below_zero_the_map_showed_it_first(ledger):
    found = geo.lags(
        "ru_mod",
        "deepstate",
        ledger=ledger_of(ledger, [deepstate(5, UA), deepstate(8, RU), retaken(10)]),
    )
    assert found.days.dropna().tolist() == [-2]


@pytest.mark.parametrize(
    ("said", "status", "expected"),
    [
        # The whole region was Russian before: to say so first is no change.
        ([ministry(3, RU)], RU, []),
        ([ministry(3, UA)], UA, [(3, None, "never_shown")]),
        ([retaken(3)], RU, [(3, None, "never_shown")]),
        # To say it again is no change.
        ([ministry(3, UA), ministry(5, UA)], UA, [(3, None, "never_shown")]),
        # Not even when it would no longer be current: it was never taken back.
        ([ministry(3, UA), ministry(150, UA)], UA, [(3, None, "never_shown")]),
        ([ministry(3, UA), ministry(5, RU)], RU, [(5, None, "never_shown")]),
        # Reports of events are not words on control.
        ([ministry(3, CONTESTED, basis="fighting"), ministry(5, RU)], RU, []),
        ([ministry(3, CONTESTED, basis="repelled")], RU, []),
        ([ministry(3, CONTESTED, basis="strike"), ministry(5, RU)], RU, []),
        ([ministry(3, CONTESTED, basis="repelled"), retaken(9)], RU, [(9, None, "never_shown")]),
        # Said on day 9 of day 5: it was announced on day 9.
        ([ministry(3, UA), ministry(9, RU, about=5)], RU, [(9, None, "never_shown")]),
        # Old news of a day about which newer words are known change nothing.
        (
            [ministry(3, UA), ministry(6, RU), ministry(9, UA, about=4)],
            UA,
            [(3, None, "never_shown")],
        ),
    ],
)  # fmt: skip
def test_changes_of_a_text(ledger, said, status, expected):
    assert told(ledger, *said, status=status) == expected


@pytest.mark.parametrize(
    ("said", "status", "expected"),
    [
        ([deepstate(3, UA)], UA, [(None, 3, "never_announced")]),
        ([deepstate(3, CONTESTED), deepstate(5, RU)], RU, [(None, 5, "never_announced")]),
        (
            [deepstate(3, UA), deepstate(5, CONTESTED), deepstate(7, UA)],
            UA,
            [(None, 3, "never_announced"), (None, 7, "never_announced")],
        ),
        # While its map shows the place, its texts do not move it.
        ([deepstate(3, UA), Said("deepstate", 5, RU, "assessed")], RU, []),
    ],
)
def test_changes_of_a_map(ledger, said, status, expected):
    assert told(ledger, *said, status=status) == expected


def test_a_map_of_advances_begins_with_a_change(ledger):
    said = [retaken(98), isw(100, RU)]
    assert told(ledger, *said, pair=("ru_mod", "isw")) == [(98, 100, "shown")]


# What belongs together


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # Of several, the one that stands when it is announced, or the next.
        (
            [deepstate(2, UA), deepstate(4, RU), deepstate(6, UA), deepstate(8, RU), retaken(20)],
            [(None, 4, "never_announced"), (20, 8, "shown")],
        ),
        (
            [deepstate(2, UA), retaken(5), deepstate(8, RU), deepstate(9, UA), deepstate(12, RU)],
            [(5, 8, "shown"), (None, 12, "never_announced")],
        ),
        # The word of the ministry no longer stands when the map comes.
        (
            [deepstate(2, UA), retaken(5), ministry(7, UA), deepstate(9, RU)],
            [(5, None, "never_shown"), (None, 9, "never_announced")],
        ),
        # Nor does it on the very day on which it was taken back, or the map turned again.
        (
            [deepstate(2, UA), retaken(5), ministry(9, UA), deepstate(9, RU)],
            [(5, None, "never_shown"), (None, 9, "never_announced")],
        ),
        (
            [deepstate(2, UA), deepstate(3, RU), deepstate(5, UA), retaken(5)],
            [(None, 3, "never_announced"), (5, None, "never_shown")],
        ),
        # The map is late with the loss as well: the word stands all the while.
        ([retaken(5), deepstate(7, UA), deepstate(9, RU)], [(5, 9, "shown")]),
        (
            [
                deepstate(2, UA), retaken(5), deepstate(6, RU), ministry(20, UA),
                deepstate(21, UA), retaken(30), deepstate(33, RU),
            ],
            [(5, 6, "shown"), (30, 33, "shown")],
        ),
    ],
)  # fmt: skip
def test_each_change_is_used_once_in_order(ledger, said, expected):
    assert told(ledger, *said) == expected


def test_a_withdrawn_map_no_longer_shows(ledger):
    said = [isw(100, RU), isw(110, WITHDRAWN), retaken(120), isw(130, RU)]
    assert told(ledger, *said, pair=("ru_mod", "isw")) == [
        (None, 100, "never_announced"),
        (120, 130, "shown"),
    ]


def test_an_older_word_that_comes_back_into_force_is_no_change(ledger):
    said = [Said("isw", 3, UA, "assessed"), isw(100, RU), isw(110, WITHDRAWN)]
    pair = ("ru_mod", "isw")
    assert told(ledger, *said, pair=pair, status=UA) == [(None, 3, "never_announced")]
    assert told(ledger, *said, pair=pair) == [(None, 100, "never_announced")]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            [deepstate(2, UA), retaken(5), retaken(7), deepstate(9, RU)],
            [(5, 9, "shown"), (7, None, "announced_twice")],
        ),
        (
            [deepstate(2, UA), deepstate(3, RU), retaken(5), retaken(7)],
            [(5, 3, "shown"), (7, None, "announced_twice")],
        ),
        (
            [deepstate(2, UA), retaken(5), retaken(7)],
            [(5, None, "never_shown"), (7, None, "announced_twice")],
        ),
        # The map turned back in between: it is retaken a second time.
        (
            [
                deepstate(2, UA), retaken(5), deepstate(6, RU), deepstate(20, UA),
                retaken(30), deepstate(31, RU),
            ],
            [(5, 6, "shown"), (30, 31, "shown")],
        ),
        ([retaken(5), deepstate(20, UA), retaken(30), deepstate(31, RU)],
         [(5, None, "never_shown"), (30, 31, "shown")]),
        # The map turned away on the very day of the second announcement, or on that of the first,
        # which is not in between.
        ([deepstate(2, UA), retaken(5), deepstate(6, RU), deepstate(9, UA), retaken(9)],
         [(5, 6, "shown"), (9, None, "never_shown")]),
        ([deepstate(2, RU), deepstate(5, UA), retaken(5), retaken(7)],
         [(None, 2, "never_announced"), (5, None, "never_shown"), (7, None, "announced_twice")]),
        # On one day it is said once.
        ([deepstate(2, UA), retaken(5), retaken(5), deepstate(9, RU)], [(5, 9, "shown")]),
    ],
)  # fmt: skip
def test_what_is_announced_twice(ledger, said, expected):
    assert told(ledger, *said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([deepstate(2, UA), retaken(5), retaken(7), deepstate(9, RU)], [(9, 5, "shown")]),
        (
            [
                deepstate(2, UA), retaken(5), deepstate(6, RU), deepstate(20, UA),
                retaken(30), deepstate(31, RU),
            ],
            [(6, 5, "shown"), (31, 30, "shown")],
        ),
    ],
)  # fmt: skip
def test_what_the_second_source_announces_twice(ledger, said, expected):
    assert told(ledger, *said, pair=("deepstate", "ru_mod")) == expected


# What cannot be known


def test_after_a_maps_last_day_nothing_can_be_shown(ledger):
    late = (ledger.sources.map_read_to["uacontrolmap"] - FIRST).days
    pair = ("ru_mod", "uacontrolmap")
    lost = Said("uacontrolmap", 2, UA, "map_reading")
    for day, outcome in [(late, "never_shown"), (late + 1, "not_testable")]:
        assert told(ledger, lost, retaken(day), pair=pair) == [(day, None, outcome)]
    for day, outcome in [(late, "never_announced"), (late + 1, "not_testable")]:
        rows = told(ledger, lost, deepstate(day, RU), pair=("uacontrolmap", "deepstate"))
        assert rows == [(None, day, outcome)]


def test_a_text_without_a_word_on_the_place_does_not_deny_it(ledger):
    pair = ("ru_mod", "western_media")
    assert told(ledger, retaken(5), pair=pair) == [(5, None, "not_testable")]
    said = Said("western_media", 3, UA, "assessed")
    assert told(ledger, retaken(5), said, pair=pair) == [(5, None, "never_shown")]


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (("mod", "deepstate"), "`from_source` was 'mod' but is expected to be one of ua_gen"),
        (("ru_mod", "deep"), "`to_source` was 'deep' but is expected to be one of ua_gen"),
        (("ru_mod", "ru_mod"), "`to_source` was 'ru_mod' but is expected to differ"),
    ],
)
def test_wrong_sources_are_refused(ledger, pair, said):
    with pytest.raises(ValueError, match=said):
        geo.lags(*pair, ledger=ledger)


def test_sources_that_say_nothing_give_an_empty_table(ledger):
    found = geo.lags("ru_mod", "deepstate", ledger=ledger_of(ledger, []))
    assert found.empty
    assert geo.lag_summary(found).empty
    assert geo.lag_bars(found).empty
    assert {"settlement_id", "days", "outcome", "shown_claims"} <= set(found.columns)


# Whatever is said


@st.composite
def stories(draw):
    def words(source, **options):
        days = draw(st.lists(st.integers(0, 40), unique=True, max_size=6))
        statuses = st.sampled_from([UA, RU])
        return [Said(source, day, draw(statuses), **options) for day in sorted(days)]

    return words("ru_officials") + words("ua_general_staff")


@settings(max_examples=25)
@given(said=stories())
def test_the_other_way_round_the_days_change_their_sign(ledger, said):
    one = ledger_of(ledger, said)
    pair = ("ru_officials", "ua_general_staff")
    there = geo.lags(*pair, ledger=one)
    back = geo.lags(*reversed(pair), ledger=one)
    shown = there[there.outcome == "shown"]
    turned = back[back.outcome == "shown"]
    assert sorted(zip(shown.announced_claims, shown.shown_claims, shown.days, strict=True)) == (
        sorted(zip(turned.shown_claims, turned.announced_claims, -turned.days, strict=True))
    )
    assert len(there) == len(back)


@settings(max_examples=25)
@given(said=stories())
def test_every_change_stands_in_one_row(ledger, said):
    found = geo.lags("ru_officials", "ua_general_staff", ledger=ledger_of(ledger, said))
    used = [
        i for column in ("announced_claims", "shown_claims") for ids in found[column] for i in ids
    ]
    assert len(used) == len(set(used))
    turns = set()
    for source in ("ru_officials", "ua_general_staff"):
        before = RU
        for number, one in enumerate(said):
            if one.source == source:
                if one.status != before:
                    turns.add(f"t{number}")
                before = one.status
    assert set(used) == turns
    assert set(found.outcome) <= set(OUTCOMES)
    both = found.announced_on.notna() & found.shown_on.notna()
    assert (both == (found.outcome == "shown")).all()
    assert (found.days.notna() == both).all()


# Summary and bars


def test_summary_and_bars_of_a_small_table():
    table = pd.DataFrame(
        {
            "settlement_id": [1, 2, 3, 4, 5, 6],
            "status": RU,
            "days": pd.array([-8, -1, 0, 6, pd.NA, pd.NA], dtype="Int64"),
            "outcome": ["shown"] * 4 + ["never_shown", "never_announced"],
        }
    )
    one = geo.lag_summary(table).iloc[0].to_dict()
    assert one == {
        "status": RU,
        "n": 4,
        "earliest": -8,
        "lower_quartile": -2.75,
        "median": -0.5,
        "upper_quartile": 1.5,
        "latest": 6,
        "announced_twice": 0,
        "never_shown": 1,
        "never_announced": 1,
        "not_testable": 0,
    }
    bars = geo.lag_bars(table)
    assert bars.drop(columns="status").to_numpy().tolist() == [
        [-14, -8, 1, (1,)],
        [-7, -1, 1, (2,)],
        [0, 6, 2, (3, 4)],
    ]
    assert list(bars) == ["status", "first_day", "last_day", "n", "settlements"]
    days = geo.lag_bars(table, width=1)
    assert days.first_day.equals(days.last_day)
    assert geo.lag_bars(table, width=100).n.tolist() == [2, 2]
    with pytest.raises(ValueError, match="`width` was 0"):
        geo.lag_bars(table, width=0)


# Shipped claims, against the rows of claims.csv


@pytest.fixture(scope="module")
def official(ledger):
    return geo.lags("ru_mod", "deepstate", ledger=ledger)


@pytest.mark.parametrize(
    ("place", "announced", "shown", "days"),
    [
        ("Pogrebki", ("2025-02-26", "c0894"), ("2025-02-26", "m0243"), 0),
        ("Sverdlikovo", ("2025-02-17", "c0864"), ("2025-02-19", "m0241"), 2),
        ("Nikolayevo-Daryino", ("2025-01-27", "c0800"), ("2025-02-10", "m0240"), 14),
        ("Sudzha", ("2025-03-13", "c1054"), ("2025-03-12", "m0289"), -1),
        # DeepState's map ends with Gornal still contested.
        ("Gornal", ("2025-04-26", "c1158"), (None,), "never_shown"),
        ("Korenevo", (None,), ("2024-09-14", "m0166"), "never_announced"),
    ],
)
def test_the_ministry_and_deepstate(official, place, announced, shown, days):
    rows = official[(official.settlement == place) & (official.status == RU)]
    assert len(rows) == 1
    row = rows.iloc[0]
    assert (row.outcome if pd.isna(row.days) else row.days) == days
    for day, ids, (expected, *claim) in [
        (row.announced_on, row.announced_claims, announced),
        (row.shown_on, row.shown_claims, shown),
    ]:
        assert (None if pd.isna(day) else day.date().isoformat()) == expected
        assert list(ids) == claim


def test_novaya_sorochina_was_announced_twice(official):
    rows = official[(official.settlement == "Novaya Sorochina") & (official.status == RU)]
    assert rows.outcome.tolist() == ["shown", "announced_twice"]
    assert rows.days.tolist() == [149, pd.NA]


def test_the_ministry_never_announced_what_was_lost(official):
    lost = official[official.status == UA]
    assert set(lost.outcome) == {"never_announced"}


@pytest.mark.filterwarnings("ignore:.*its polygons, from")
def test_a_map_of_the_user_can_show_too(tiny):
    tiny.add("sources.csv", source_id="grey", name="Grey", side="third_party", partisanship=0)
    tiny.say(
        {"source_id": "red", "settlement_id": 2, "status": RU, "retaken": "yes"},
        {"settlement_id": 3},
    )
    ring = [[35.0, 51.0], [35.2, 51.0], [35.2, 51.1], [35.0, 51.1], [35.0, 51.0]]
    tags = {"source_id": "blue", "url": "https://e.org/"}
    mine = collection(
        [
            (tags | {"status": UA, "claimed_on": "2024-08-08"}, polygon(ring)),
            (tags | {"status": RU, "claimed_on": "2024-08-14"}, polygon(ring)),
            # Of a source that is not compared.
            (tags | {"source_id": "grey", "status": UA, "claimed_on": "2024-08-09"}, polygon(ring)),
        ]
    )
    ledger = geo.load_ledger(tiny.put("mine.geojson", mine), data=tiny.folder)
    found = geo.lags("red", "blue", ledger=ledger)
    assert found.loc[found.outcome == "shown", ["settlement", "days"]].to_numpy().tolist() == [
        ["Beta", 4]
    ]
    assert found.loc[found.settlement == "Alpha", "outcome"].unique() == ["never_announced"]


def test_maps_of_other_sources_than_the_two_change_nothing(tiny):
    tiny.add("sources.csv", source_id="grey", name="Grey", side="third_party", partisanship=0)
    tiny.say({"source_id": "red", "settlement_id": 2, "status": RU, "retaken": "yes"}, {})
    ledger = geo.load_ledger(data=tiny.folder)
    extract = extract_of("2024-08-19", [(UA, shapely.box(35.0, 51.0, 35.2, 51.1))])
    drawn = replace(ledger, archives=[archive("grey", [extract], RU)])
    assert geo.lags("red", "blue", ledger=drawn).equals(geo.lags("red", "blue", ledger=ledger))
