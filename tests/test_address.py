from __future__ import annotations

import datetime as dt
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from geo.selection.address import OPENING_DAY, Scope, View, read_address, read_state, write_address
from geo.selection.selection import MapView, Selection

PERIOD = (dt.date(2024, 8, 6), dt.date(2025, 11, 5))
IDS = {"ukrainian", "russian", "isw", "ru_mod", "contested", "implied"}
PLACES = {0, 7, 115637}
CLAIMS = {"c0001": (dt.date(2024, 8, 6), 7), "m0001": (dt.date(2025, 1, 2), 115637)}
SCOPE = Scope(PERIOD, IDS, PLACES, CLAIMS)


def read(query: dict[str, str]) -> tuple[View, list[str]]:
    return read_address(query, SCOPE)


# As the map states it: four decimals, zoom in half steps.
pictures = st.tuples(
    st.integers(450_000, 580_000).map(lambda n: n / 10_000),
    st.integers(250_000, 450_000).map(lambda n: n / 10_000),
    st.integers(10, 32).map(lambda n: n / 2),
)
views = st.builds(
    View,
    date=st.dates(*PERIOD),
    known=st.sampled_from(["now", "then"]) | st.dates(),
    hide=st.lists(st.sampled_from(sorted(IDS)), unique=True).map(tuple),
    current=st.integers(1, 3650) | st.just("ever"),
    lapsed=st.booleans(),
    compare=st.none() | st.sampled_from(["week", "month", "2024-10-01", "isw|ru_mod"]),
    view=st.none() | st.sampled_from(get_args(MapView)),
    chart=st.booleans(),
    tiles=st.booleans(),
    context=st.booleans(),
    place=st.none() | st.sampled_from(sorted(PLACES)),
    claim=st.none() | st.sampled_from(sorted(CLAIMS)),
    centre=st.none() | pictures,
).filter(lambda view: view.claim is None or view.place is not None)


@given(views)
def test_a_view_survives_the_address(view):
    address = write_address(view)
    assert all(isinstance(value, str) for value in address.values())
    assert read(address) == (view, [])


@given(views)
def test_an_address_is_written_the_same_again(view):
    again, _ = read(write_address(view))
    assert write_address(again) == write_address(view)


def test_a_claim_opens_its_day_and_place_unless_the_address_says_otherwise():
    view, notes = read({"claim": "m0001"})
    assert (view.date, view.place, view.claim, notes) == (dt.date(2025, 1, 2), 115637, "m0001", [])
    view, _ = read({"claim": "m0001", "date": "2025-02-01"})
    assert (view.date, view.place) == (dt.date(2025, 2, 1), 115637)
    view, notes = read({"claim": "c9999"})
    assert view == View()
    assert notes == ["claim was 'c9999'; allowed: the id of a claim, as c0001"]


def test_what_is_usual_is_left_out_of_the_address():
    assert write_address(View()) == {"date": OPENING_DAY.isoformat()}


def test_an_empty_address_gives_the_opening_day():
    assert read({}) == (View(), [])


@pytest.mark.parametrize("known", ["then", "2024-10-01"])
def test_the_selection_of_a_view_is_of_all_sources(known):
    view = View(date=dt.date(2024, 12, 1), known=known, current=30, hide=("russian",))
    assert view.selection == Selection(on="2024-12-01", known_by=known, current_for=30)


BAD = [
    ("date", "2024-02-30"),
    ("date", "2024-08-05"),
    ("date", "2025-11-06"),
    ("date", "9999-12-31"),
    ("date", "2024-9-5"),
    ("date", "05.09.2024"),
    ("date", "٢٠٢٤-٠٩-٠٥"),
    ("date", "today"),
    ("date", ""),
    ("known", "NOW"),
    ("known", "later"),
    ("known", ""),
    ("known", "2024-10-1"),
    ("known", "2024-02-30"),
    ("hide", "nobody"),
    ("hide", "RUSSIAN"),
    ("hide", "<script>"),
    ("current", "0"),
    ("current", "3651"),
    ("current", "-1"),
    ("current", "30.5"),
    ("current", "nan"),
    ("current", "EVER"),
    ("current", ""),
    ("lapsed", "perhaps"),
    ("view", "sides"),
    ("view", ""),
    ("compare", "year"),
    ("tiles", "perhaps"),
    ("tiles", ""),
    ("context", "2"),
    ("place", "8"),
    ("place", "-7"),
    ("place", "7.5"),
    ("place", "Sudzha"),
    ("place", "9" * 5000),
    ("place", ""),
    ("centre", "51,35"),
    ("centre", "51,35,10,1"),
    ("centre", "91,35,10"),
    ("centre", "51,361,10"),
    ("centre", "51,35,2"),
    ("centre", "51,35,19"),
    ("centre", "nan,35,10"),
    ("centre", "51,inf,10"),
    ("centre", "north,east,near"),
    ("centre", ""),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_falls_back_and_is_named(name, value):
    view, notes = read({name: value, "date": "2024-10-01"} | {name: value})
    default = View() if name == "date" else View(date=dt.date(2024, 10, 1))
    assert view == default
    assert len(notes) == 1
    assert notes[0].startswith(f"{name} was {value[:60]!r}; allowed: ")


@pytest.mark.parametrize("value", ["1725494400", "1725494400000", "2024-10-01T00:00:00"])
def test_only_a_calendar_day_is_a_date(value):
    view, notes = read({"date": value})
    assert view == View()
    assert len(notes) == 1


def test_a_day_outside_the_record_is_told_which_days_there_are():
    first, last = PERIOD
    told = f"date was '2030-01-01'; allowed: a day of the record, {first} to {last}"
    assert read({"date": "2030-01-01"}) == (View(), [told])


def test_known_ids_are_kept_beside_unknown_ones():
    view, notes = read({"hide": "russian,nobody,isw"})
    assert view.hide == ("isw", "russian")
    assert len(notes) == 1
    assert notes[0].startswith("hide was 'nobody'; allowed: ids of ")
    _, notes = read({"hide": "ISW,russian,nobody"})
    assert notes[0].startswith("hide was 'ISW,nobody'; allowed: ")
    assert read({"hide": "isw,russian,isw,isw"}) == (View(hide=("isw", "russian")), [])


def test_every_bad_value_is_named_once_in_order():
    bad = dict.fromkeys(["view", "date", "place", "known", "hide", "current", "centre"], "x")
    view, notes = read(bad)
    assert view == View()
    assert [note.split()[0] for note in notes] == sorted(bad)


def test_one_bad_value_leaves_the_others():
    view, notes = read({"date": "never", "hide": "russian", "place": "7", "centre": "51.2,35,9.5"})
    assert view == View(hide=("russian",), place=7, centre=(51.2, 35, 9.5))
    assert len(notes) == 1


def test_unknown_parameters_are_left_alone():
    assert read({"panel": "Events", "utm_source": "x", "known_by": "x"}) == (View(), [])


words = st.text(max_size=80)
NAMES = [
    "date",
    "known",
    "hide",
    "current",
    "lapsed",
    "compare",
    "tiles",
    "context",
    "place",
    "view",
    "centre",
]


@given(st.dictionaries(st.sampled_from(NAMES), words))
def test_no_address_breaks_the_view(query):
    view, notes = read(query)
    assert PERIOD[0] <= view.date <= PERIOD[1]
    assert set(view.hide) <= IDS
    assert view.place is None or view.place in PLACES
    assert {note.split()[0] for note in notes} <= set(query)
    # What was read can be written, and is then read without a note.
    address = write_address(view)
    again, more = read(address)
    assert more == []
    assert write_address(again) == address


@pytest.mark.parametrize(
    "text",
    [
        "ukrainian|contested",
        "ukrainian|isw",
        "isw|isw",
        "isw|nobody",
        "contested|implied",
        "|",
        "x",
        "20240905",
        "2024-W36-4",
        "2024-08-05",
    ],
)
def test_only_two_sides_or_two_sources_can_be_compared(text):
    view, [note] = read({"compare": text})
    assert view.compare is None
    assert note.startswith(f"compare was {text!r}; allowed: a day of the record, week, month")
    for pair in ("ukrainian|russian", "isw|ru_mod"):
        assert read({"compare": pair}) == (View(compare=pair), [])


# ---- what a browser sends -------------------------------------------------------------

SHOWN = {
    "date": "2024-09-10",
    "known": "then",
    "hide": ["russian"],
    "current": 30,
    "lapsed": True,
    "compare": "isw|ru_mod",
    "chart": True,
    "tiles": True,
    "context": False,
    "place": 7,
    "view": "overlay",
    "centre": [51.2, 35, 9.5],
    "bounds": [34.5, 50.9, 35.5, 51.5],
}


def test_a_state_that_fits_is_a_view():
    view = read_state(SHOWN | {"reason": "moved"}, SCOPE)
    assert view.date == dt.date(2024, 9, 10)
    assert view.bounds == (34.5, 50.9, 35.5, 51.5)
    again, notes = read(write_address(view))
    assert (again, notes) == (view.model_copy(update={"bounds": None}), [])
    assert "bounds" not in view.model_dump()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("date", "2024-08-05"),
        ("date", "9999-12-31"),
        ("date", None),
        ("date", ["2024-09-05"]),
        ("date", "\ud800"),
        ("compare", "2025-11-06"),
        ("compare", "isw|nobody"),
        ("compare", "\ud800"),
        ("compare", ["isw", "ru_mod"]),
        ("hide", ["nobody"]),
        ("hide", ["russian", "\ud800"]),
        ("hide", "russian"),
        ("hide", [["russian"]]),
        ("hide", {"russian": 1}),
        ("hide", ["x" * 10_000_000]),
        ("place", 8),
        ("place", -7),
        ("place", 10**4000),
        ("place", float("nan")),
        ("place", [7]),
        ("claim", "c9999"),
        ("claim", ["c0001"]),
        ("claim", 1),
        ("current", float("nan")),
        ("current", 10**400),
        ("current", 0),
        ("current", "never"),
        ("lapsed", 2),
        ("view", "map"),
        ("view", ["all"]),
        ("centre", [51, 35]),
        ("centre", {"0": 51}),
        ("centre", [float("inf"), 35, 10]),
        ("bounds", "34,50,35,51"),
        ("bounds", [34, 50, 35]),
        ("bounds", [34, 50, 35, 51, 52]),
        ("bounds", [34, 50, 35, "north"]),
        ("bounds", [34, 50, 35, float("nan")]),
        ("bounds", [34, 50, float("inf"), 51]),
        ("bounds", [35, 50, 34, 51]),
        ("bounds", [34, 51, 35, 51]),
        ("bounds", [[34], 50, 35, 51]),
        ("bounds", {"west": 34}),
    ],
    ids=lambda part: repr(part)[:40],
)
def test_a_state_of_which_a_part_does_not_fit_is_refused(name, value):
    with pytest.raises(ValidationError):
        read_state(SHOWN | {name: value}, SCOPE)


@pytest.mark.parametrize("state", [None, 7, "x", [], [1], [["date", "2024-09-10"]], b"{}"])
def test_a_state_is_a_mapping(state):
    with pytest.raises(ValidationError):
        read_state(state, SCOPE)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda part: st.lists(part, max_size=4) | st.dictionaries(st.text(max_size=5), part),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*SHOWN, "reason"]), anything))
def test_a_state_is_a_view_of_the_record_or_refused(state):
    try:
        view = read_state(state, SCOPE)
    except ValidationError:
        return
    assert read(write_address(view))[1] == []
