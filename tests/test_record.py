"""What a record says of a day and of a span of days."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
import pandas as pd
import pytest
from conftest import collection, polygon, square, stated_and_shown
from hypothesis import example, given, settings
from hypothesis import strategies as st

import geo
from geo.claims.shown import claims_of, lapsed_of
from geo.selection.selection import Selection
from geo.selection.snapshot import Snapshot

DAYS = st.dates(dt.date(2024, 8, 6), dt.date(2025, 11, 5))
KNOWN = st.sampled_from(["now", "then"]) | DAYS


@pytest.mark.parametrize("known_by", ["now", "then"])
def test_films_and_compared_pictures_index_the_claims_once(ledger, tmp_path, monkeypatch, known_by):
    built = []
    begin = geo.Record.__init__

    def counted(record, *args, **options):
        built.append(record)
        begin(record, *args, **options)

    monkeypatch.setattr(geo.Record, "__init__", counted)
    record = geo.Record(ledger)
    snapshot = Snapshot(on="2024-10-01", compare="2024-08-20", lapsed=True, known_by=known_by)
    geo.snapshot_bytes(snapshot, "svg", record=record)
    show = Snapshot(on="2024-08-06", known_by=known_by)
    path = tmp_path / "film.gif"
    geo.animate("2024-08-06", "2024-08-20", path, step=7, snapshot=show, record=record)
    assert built == [record]


def iso(day):
    return None if pd.isna(day) else day.date().isoformat()


def dated(record, on, **choice):
    """From when, until when, when last said, and how many days ago: of the one shape of a day."""
    (shape,) = geo.claims_on(on, record=record, current_for="ever", **choice).itertuples()
    return (*map(iso, (shape.valid_from, shape.valid_to, shape.last_said)), shape.age_days)


def test_a_shape_has_the_days_of_its_very_ground_and_of_the_last_word(tiny):
    tiny.say(
        {"claimed_on": "2024-08-10"},
        {"claimed_on": "2024-08-14"},  # the same again
        {"claimed_on": "2024-08-20", "settlement_id": 2},
        {"claimed_on": "2024-09-01", "settlement_id": 2, "status": "russian_control"},
    )
    record, held = tiny.record(), {"statuses": ["ukrainian_control"]}
    assert dated(record, "2024-08-12", **held) == ("2024-08-10", "2024-08-20", "2024-08-10", 2)
    assert dated(record, "2024-08-19", **held) == ("2024-08-10", "2024-08-20", "2024-08-14", 5)
    assert dated(record, "2024-08-20", **held) == ("2024-08-20", "2024-09-01", "2024-08-20", 0)
    assert dated(record, "2024-09-05", **held) == ("2024-09-01", None, "2024-08-14", 22)
    assert dated(record, "2024-08-25", known_by="2024-08-15") == (
        "2024-08-10", None, "2024-08-14", 11,
    )  # fmt: skip


def test_what_was_said_later_of_an_earlier_day_has_an_age_below_zero(tiny):
    tiny.say({"claimed_on": "2024-08-14", "effective_on": "2024-08-10"})
    assert dated(tiny.record(), "2024-08-12") == ("2024-08-10", None, "2024-08-14", -2)


def test_a_map_says_it_again_while_it_is_read_and_as_far_as_was_known(tiny):
    tiny.say({"claimed_on": "2024-08-10", "basis": "map_reading"})
    record = tiny.record()  # the map was read until 31 January 2025
    said = [
        dated(record, on, known_by=by)[2:]
        for on, by in [
            ("2024-08-20", None), ("2025-02-02", None), ("2024-08-20", "2024-08-15"),
            ("2024-08-20", "2024-09-15"),
        ]
    ]  # fmt: skip
    assert said == [("2024-08-20", 0), ("2025-01-31", 2), ("2024-08-15", 5), ("2024-08-20", 0)]


@settings(max_examples=10)
@given(day=DAYS, known_by=st.none() | DAYS)
def test_a_shape_holds_from_its_first_day_to_the_day_before_its_end(day, known_by, record):
    @cache
    def ground(on):
        rows = geo.select(on, known_by=known_by, record=record)
        groups = rows.groupby(["source_id", "status"], observed=True).ground_id
        return groups.agg(frozenset).to_dict()

    one, now = pd.Timedelta(days=1), pd.Timestamp(day)
    for shape in geo.claims_on(day, known_by=known_by, record=record).itertuples():
        key, begin, end = (shape.source_id, shape.status), shape.valid_from, shape.valid_to
        assert begin <= now
        assert not end <= now
        same, other = [begin], [begin - one]
        if pd.notna(end):
            same.append(end - one)
            other.append(end)
        assert all(ground(on)[key] == ground(now)[key] for on in same)
        assert not any(ground(on).get(key) == ground(now)[key] for on in other)


@settings(max_examples=10)
@example(first=dt.date(2024, 8, 8), length=9, known_by="then", sides="russian")
@example(first=dt.date(2025, 3, 10), length=5, known_by="now", sides="russian")
@given(first=DAYS, length=st.integers(1, 9), known_by=KNOWN, sides=st.sampled_from(["", "russian"]))
def test_a_span_holds_what_its_days_hold(first, length, known_by, sides, record):
    days = [first + dt.timedelta(days=n) for n in range(length)]
    each = [Selection(on=day, known_by=known_by, sides=sides or ()) for day in days]
    of_days = [geo.select(one, record=record).index for one in each]
    found = record.during(each[0], days[0], days[-1])
    assert found.index.tolist() == sorted(set().union(*of_days))
    holding = np.logical_or.reduce([record.in_force(np.datetime64(day)) for day in days])
    assert record.holding(days[0], days[-1]).index.tolist() == np.flatnonzero(holding).tolist()


@settings(max_examples=10)
@example(day=dt.date(2025, 1, 10), known_by="then", sides="russian")
@given(day=DAYS, known_by=KNOWN, sides=st.sampled_from(["", "russian"]))
def test_what_is_stated_is_what_the_shapes_show(day, known_by, sides, record):
    for said, shown in stated_and_shown(
        record, Selection(on=day, known_by=known_by, sides=sides or ())
    ):
        assert said == shown


def test_shapes_come_by_partisanship_source_and_status(tiny):
    tiny.add("sources.csv", source_id="pen", kind="media", side="ukrainian", partisanship=-1)
    tiny.say(
        {"status": "contested", "basis": "fighting"},
        {"settlement_id": 2},
        {"source_id": "red"},
        {"source_id": "pen"},
    )
    shapes = geo.claims_on("2024-08-10", record=tiny.record())
    assert list(zip(shapes.source_id, shapes.status, strict=True)) == [
        ("blue", "ukrainian_control"),
        ("blue", "contested"),
        ("pen", "ukrainian_control"),
        ("red", "ukrainian_control"),
    ]


def test_a_record_of_some_sources_knows_no_other(tiny):
    part = tiny.record().only(["red"])
    assert part.claims.source_id.tolist() == ["red"]
    assert geo.areas("2024-09-05", record=part).source_id.tolist() == ["red"]


def test_the_period_ends_with_the_last_word_or_the_last_reading_of_a_map(tiny):
    assert [iso(day) for day in tiny.record().period] == ["2024-08-06", "2024-09-01"]
    tiny.say({"claimed_on": "2024-08-10", "basis": "map_reading"})
    assert [iso(day) for day in geo.period(tiny.record())] == ["2024-08-06", "2025-01-31"]


@pytest.mark.filterwarnings("ignore:.*its polygons, from")
def test_small_ground_counts_and_areas_have_two_decimals(tiny, record):
    tags = {"source_id": "red", "status": "contested", "claimed_on": "2024-08-20"}
    small = [(tags | {"url": "https://example.org/"}, polygon(square(35.01, 51.01, 0.002)))]
    own = tiny.record(tiny.put("small.geojson", collection(small)))
    table = geo.areas("2024-08-20", record=own)
    assert table.source_id.tolist() == ["blue", "red"]
    assert table.area_km2.iloc[1] == pytest.approx(0.03, abs=0.002)
    shipped = geo.areas("2024-09-05", record=record).area_km2
    assert shipped.tolist() == shipped.round(2).tolist()


def test_ground_lapses_after_so_many_days(tiny):
    days = ("2024-08-10", "2024-08-11", "2024-08-22")
    tiny.say(*({"claimed_on": day, "settlement_id": n + 1} for n, day in enumerate(days)))
    record = tiny.record()
    told = []
    for day in (20, 21, 22):
        asked = Snapshot(on=f"2024-08-{day}", current_for=10)
        both = claims_of(asked, record), lapsed_of(asked, record)
        told.append([[i for ids in shapes.settlements for i in ids] for shapes in both])
    assert told == [[[1, 2], []], [[2], [1]], [[3], [1, 2]]]


def test_the_first_and_the_last_day_lie_within_the_record(tiny):
    record = tiny.record()
    assert claims_of(Snapshot(on="2024-08-06"), record).empty
    assert len(claims_of(Snapshot(on="2024-09-01"), record)) == 2
    with pytest.raises(ValueError, match="`on` was 2024-09-02"):
        claims_of(Snapshot(on="2024-09-02"), record)
