"""Which claims of the whole list are asked for: in an address, and in a file's name."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.selection.address import Scope
from geo.selection.filters import Filters, read_filters, table_name, write_filters
from geo.tables.schema import BASES, SIDES, STATUSES

PERIOD = (dt.date(2024, 8, 6), dt.date(2025, 11, 5))
SCOPE = Scope(PERIOD, {*SIDES, "contested", "isw", "ru_mod"}, {7})
some = st.lists
filters = st.builds(
    Filters,
    place=st.text(max_size=20),
    text=st.text(max_size=20),
    start=st.none() | st.dates(PERIOD[0], dt.date(2024, 12, 31)),
    end=st.none() | st.dates(dt.date(2025, 1, 1), PERIOD[1]),
    side=some(st.sampled_from(SIDES)),
    source_id=some(st.sampled_from(["isw", "ru_mod"])),
    status=some(st.sampled_from(STATUSES)),
    basis=some(st.sampled_from(BASES)),
    concedes=some(st.sampled_from(["explicit", "implied"])),
    here=st.booleans(),
    order=st.sampled_from(["oldest", "newest", "place"]),
)


@given(filters)
def test_filters_survive_the_address(asked):
    address = write_filters(asked)
    assert all(isinstance(value, str) for value in address.values())
    assert read_filters(address, SCOPE) == (asked, [])


@given(filters, filters)
def test_the_name_of_a_file_is_safe_and_tells_filters_apart(one, other):
    names = [table_name(asked, 7) for asked in (one, other)]
    assert all(re.fullmatch(r"[A-Za-z0-9_+-]{1,140}", name) for name in names)
    unordered = [asked.model_copy(update={"order": "oldest"}) for asked in (one, other)]
    assert (names[0] == names[1]) == (unordered[0] == unordered[1])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("side", "martian"),
        ("source_id", "contested"),
        ("source_id", "russian"),
        ("start", "yesterday"),
        ("end", "2024-08-19"),
        ("order", "random"),
        ("text", "x" * 101),
        ("here", "maybe"),
    ],
)
def test_what_does_not_fit_is_named_and_left_out(name, value):
    address = {"find_start": "2024-08-20", "find_basis": "strike"} | {f"find_{name}": value}
    found, [note] = read_filters(address, SCOPE)
    assert note.startswith(f"find_{name} was {value[:9]!r}"[:20])
    assert found == read_filters({k: v for k, v in address.items() if v != value}, SCOPE)[0]
    assert found.basis == ("strike",)
