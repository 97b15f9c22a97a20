from __future__ import annotations

import datetime as dt
import json
import re
from typing import get_args

import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import (
    Snapshot,
    claims_of,
    claims_on,
    compare,
    data_version,
    file_name,
    load_ledger,
    load_record,
    read_settings,
    write_snapshot,
)
from geo.claims.shown import changes_of, lapsed_of
from geo.selection.address import View
from geo.selection.selection import MapView
from geo.tables.schema import DATA, DRAWN, REGION, SIDES, TABLES

DAY = dt.date(2024, 9, 5)
SOURCES = {"deepstate": "ukrainian", "ru_mod": "russian", "uacontrolmap": "third_party"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "`on` is missing; it is expected to be a real day, YYYY-MM-DD"),
        ({"on": "2024-02-30"}, "`on` was '2024-02-30' but is expected to be a real day"),
        ({"on": 5}, "`on` was 5 but is expected to be a real day"),
        ({"on": DAY, "sides": ["blue"]}, "`sides` was ['blue'] but is expected to be of ukrainian"),
        ({"on": DAY, "statuses": ["withdrawn"]}, "of ukrainian_control, contested"),
        ({"on": DAY, "view": "weather"}, "but is expected to be one of all, side-by-side, overlay"),
        ({"on": DAY, "current_for": 0}, "a number of days, 1 to 3650, or ever"),
        ({"on": DAY, "current_for": "never"}, "a number of days, 1 to 3650, or ever"),
        ({"on": DAY, "lapsed": "some"}, "true or false"),
        ({"on": DAY, "fade": 30}, "`fade` is no setting; allowed: on, known_by"),
        ({"on": DAY, "compare": DAY}, "`compare` was 2024-09-05 but is expected to be a real day"),
        ({"on": DAY, "since": "2024-09-06"}, "not after `on`"),
        ({"on": DAY, "size": "poster"}, "one of slide, square, story, a4"),
        ({"on": DAY, "language": "de"}, "one of en, ru, uk"),
        ({"on": DAY, "colour": "red"}, "`colour` is no setting; allowed: on, known_by"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_what_is_allowed(settings, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        Snapshot(**settings)


def test_all_faults_are_told_at_once():
    with pytest.raises(ValueError, match=r"`sides` .*; `size` .*; `language` "):
        Snapshot(on=DAY, sides="x", size="y", language="z")


@pytest.mark.parametrize(
    "bbox",
    ["36,51,35,52", "35,52,36,51", "35,51,35,52", "35,51,36", "0,51,36,52", "35,51,nan,52", "x"],
)
def test_a_box_that_is_inverted_empty_or_far_away_is_refused(bbox):
    with pytest.raises(ValueError, match="west,south,east,north in degrees"):
        Snapshot(on=DAY, bbox=bbox)


def test_the_same_choice_in_another_order_is_the_same_snapshot():
    one = Snapshot(on=DAY, sides=["russian", "ukrainian", "russian"], sources=["b", "a", "b"])
    assert one == Snapshot(on="2024-09-05", sides="ukrainian,russian", sources="a,b")


_days = st.dates(dt.date(2024, 8, 6), dt.date(2025, 11, 5))
_snapshots = st.builds(
    Snapshot,
    on=_days,
    known_by=st.sampled_from(["now", "then"]) | _days,
    sides=st.lists(st.sampled_from(SIDES)),
    sources=st.lists(st.text(max_size=300), max_size=5),
    statuses=st.lists(st.sampled_from(DRAWN)),
    current_for=st.integers(1, 3650) | st.just("ever"),
    view=st.sampled_from(get_args(MapView)),
    lapsed=st.booleans(),
    compare=st.none() | st.dates(dt.date(2024, 8, 1), dt.date(2024, 8, 5)),
    since=st.none() | st.dates(dt.date(2024, 8, 1), dt.date(2024, 8, 5)),
    bbox=st.none() | st.just((34, 50.5, 36.25, 51)),
    size=st.sampled_from(["slide", "square", "story", "a4"]),
    language=st.sampled_from(["en", "ru", "uk"]),
) | st.builds(Snapshot, on=_days, compare=st.just(("isw", "deepstate")))


@given(_snapshots)
def test_a_snapshot_survives_as_json(snapshot):
    assert Snapshot.model_validate_json(snapshot.model_dump_json()) == snapshot


@given(_snapshots)
def test_a_file_name_is_safe_whatever_is_in_it(snapshot):
    name = file_name(snapshot, "shp.zip")
    assert re.fullmatch(r"kursk-claims_[a-z0-9_+-]+\.shp\.zip", name)
    assert len(name) < 200


def test_the_file_name_says_what_is_in_it():
    snapshot = Snapshot(
        on="2024-08-20", known_by="2024-08-25", compare="2024-08-10", sides="russian"
    )
    assert file_name(snapshot, "png") == (
        "kursk-claims_2024-08-20_against_2024-08-10_as-said-by-2024-08-25_russian.png"
    )


@pytest.mark.parametrize("extension", ["png", "svg", "pdf"])
def test_pictures_of_every_size_and_language_have_names_of_their_own(extension):
    sides = ["ukrainian", "russian"]
    names = {
        (size, language): file_name(
            Snapshot(on=DAY, sides=sides, size=size, language=language), extension
        )
        for size in ("slide", "square", "story", "a4")
        for language in ("en", "ru", "uk")
    }
    assert len(set(names.values())) == len(names)
    plain = f"kursk-claims_{DAY}_ukrainian+russian"
    assert names["slide", "en"] == f"{plain}.{extension}"
    assert names["a4", "en"] == f"{plain}_a4.{extension}"
    assert names["slide", "uk"] == f"{plain}_uk.{extension}"
    assert names["square", "ru"] == f"{plain}_square_ru.{extension}"


def test_a_name_too_long_still_tells_pictures_apart():
    many = [f"a_source_with_a_long_name_indeed_so_that_three_are_too_many_{n}" for n in range(3)]
    names = {
        file_name(Snapshot(on=DAY, sources=many, size=size), "png") for size in ("slide", "story")
    }
    assert len(names) == 2


def test_size_and_language_do_not_name_data():
    assert file_name(Snapshot(on=DAY, size="a4", language="uk"), "gpkg") == (
        f"kursk-claims_{DAY}.gpkg"
    )


def test_a_view_becomes_a_snapshot():
    hide = ("third_party", "mod", "ru_mod", "implied")
    view = View(date=DAY, known="then", hide=hide, current=30, lapsed=True, view="overlay")
    every = {**SOURCES, "kyiv": "ukrainian", "mod": "ukrainian"}
    snapshot = Snapshot.from_view(view, every, size="square")
    assert snapshot == Snapshot(
        on=DAY,
        known_by="then",
        sides=["ukrainian", "russian"],
        sources=["deepstate", "kyiv"],
        statuses=["ukrainian_control", "contested", "russian_control"],
        current_for=30,
        lapsed=True,
        view="overlay",
        size="square",
    )
    assert Snapshot.from_view(View(date=DAY), SOURCES) == Snapshot(on=DAY)


@pytest.mark.parametrize(
    "hide", [SIDES, tuple(SOURCES), DRAWN, ("ukrainian", "russian", "uacontrolmap")]
)
def test_a_view_that_shows_nothing_is_refused(hide):
    with pytest.raises(ValueError, match="are switched off; switch on at least one"):
        Snapshot.from_view(View(date=DAY, hide=hide), SOURCES)


def test_the_claims_are_those_of_the_day(record):
    every = claims_on(DAY, record=record)
    assert claims_of(Snapshot(on=DAY), record).equals(every)
    some = claims_of(
        Snapshot(
            on=DAY, sides="russian,ukrainian", sources="ru_mod,deepstate", statuses="contested"
        ),
        record,
    )
    chosen = every.source_id.isin(["ru_mod", "deepstate"]) & (every.status == "contested")
    assert some.equals(every[chosen].reset_index(drop=True))
    assert len(some)


def test_shapes_that_meet_the_box_are_whole(record):
    every = claims_of(Snapshot(on=DAY), record)
    corner = (REGION[0], REGION[1], 35.0, 51.2)
    some = claims_of(Snapshot(on=DAY, bbox=corner), record)
    meets = every.intersects(shapely.box(*corner))
    assert 0 < len(some) == meets.sum() < len(every)
    assert some.area_km2.tolist() == every.area_km2[meets].tolist()
    assert shapely.equals(some.geometry.to_numpy(), every.geometry[meets].to_numpy()).all()


@pytest.mark.parametrize("name", ["on", "compare", "since"])
def test_a_day_outside_the_record_is_refused(name, record):
    snapshot = Snapshot(**{"on": DAY, name: "2024-08-05"})
    with pytest.raises(ValueError, match=f"`{name}` was 2024-08-05 .* within 2024-08-06 and 2025"):
        claims_of(snapshot, record)


@pytest.mark.parametrize("shown", ["ukrainian", "russian"])
def test_sources_that_are_compared_are_of_the_sides_that_are_shown(record, shown):
    pair = {"on": DAY, "compare": ("deepstate", "ru_mod")}
    with pytest.raises(ValueError, match=f"two sources of the sides that are shown, {shown}"):
        claims_of(Snapshot(**pair, sides=[shown]), record)
    assert len(claims_of(Snapshot(**pair, sides=["ukrainian", "russian"]), record))
    own = Snapshot(on=DAY, compare=("deepstate", "ua_general_staff"), sides=["ukrainian"])
    assert len(claims_of(own, record))


def test_a_source_that_does_not_exist_is_refused(record):
    with pytest.raises(ValueError, match=r"'\.\./x' but is expected to be of ua_general_staff"):
        claims_of(Snapshot(on=DAY, sources=["../x"]), record)


def test_the_data_version_is_of_every_byte_read(copied):
    version = data_version(data=copied)
    assert version == data_version() == load_ledger(data=copied).version
    assert re.fullmatch("[0-9a-f]{12}", version)
    for name in (*TABLES, "cells.geojson"):
        kept = (copied / name).read_bytes()
        (copied / name).write_bytes(kept + b"\n")
        assert data_version(data=copied) != version
        (copied / name).write_bytes(kept)
    assert data_version(DATA / "boundaries.geojson") != version


def test_the_data_version_is_of_all_parts_of_a_shapefile(tmp_path):
    for part in ("shp", "dbf"):
        (tmp_path / f"a.{part}").write_bytes(b"as it was")
    version = data_version(tmp_path / "a.shp")
    (tmp_path / "a.dbf").write_bytes(b"other words")
    assert data_version(tmp_path / "a.shp") != version


def test_ground_that_lay_outside_the_box_is_not_gained(tiny):
    tiny.say({}, {"settlement_id": 3, "claimed_on": "2024-08-12"})
    record = tiny.record()
    # The shape of the first day does not meet the box, that of the second does.
    day = {"on": "2024-08-12", "compare": "2024-08-10"}
    changes = changes_of(Snapshot(**day, bbox="35.21,51,35.3,51.1"), record)
    assert list(zip(changes.change, changes.settlements, strict=True)) == [("gained", (3,))]
    assert changes_of(Snapshot(**day), record).change.tolist() == ["gained", "kept"]
    assert changes_of(Snapshot(on="2024-08-12"), record).empty


@pytest.mark.parametrize(
    "settings",
    [
        {"compare": "ukrainian"},
        {"compare": "ukrainian,ukrainian"},
        {"compare": "ukrainian,deepstate"},
        {"compare": "ukrainian,russian", "sides": "russian,third_party"},
        {"compare": "deepstate,isw", "sources": "deepstate"},
    ],
)
def test_only_two_that_are_shown_can_be_set_against_each_other(settings):
    with pytest.raises(ValueError, match=r"`compare` was .* or two sides or two"):
        Snapshot(on=DAY, **settings)


@pytest.mark.parametrize(
    ("pair", "kind"),
    [(("ukrainian", "russian"), "sides"), (("deepstate", "uacontrolmap"), "sources")],
)
def test_of_two_against_each_other_only_they_are_shown_and_where_they_differ(pair, kind, record):
    snapshot = Snapshot(on="2024-11-20", compare=pair)
    first, second = (claims_on(snapshot.on, **{kind: [one]}) for one in pair)
    shapes = claims_of(snapshot, record)
    assert set(shapes.source_id) == {*first.source_id, *second.source_id}
    wanted = compare(first, second)
    found = changes_of(snapshot, record)
    assert found.change.tolist() == wanted.change.tolist()
    assert {"lost", "kept"} <= {*found.change} <= {"gained", "lost", "kept"}
    assert found.area_km2.to_numpy() == pytest.approx(wanted.area_km2.to_numpy())
    assert Snapshot.model_validate_json(snapshot.model_dump_json()) == snapshot
    assert f"_{pair[0]}-against-{pair[1]}" in file_name(snapshot, "gpkg")


@pytest.mark.parametrize("known_by", ["now", "2024-11-10"])
def test_what_was_said_long_ago_is_a_layer_of_its_own(known_by, record):
    day = {"on": "2024-11-20", "known_by": known_by, "sides": "ukrainian,russian"}
    snapshot, ever = Snapshot(**day), Snapshot(**day, current_for="ever")
    current, lapsed = claims_of(snapshot, record), lapsed_of(snapshot, record)
    assert current.age_days.max() <= 90 < lapsed.age_days.max()
    assert "valid_to" not in lapsed
    assert lapsed_of(ever, record).empty
    whole = claims_of(ever, record).set_index(["source_id", "status"]).geometry
    both = pd.concat([current, lapsed])
    for group, own in both.groupby(["source_id", "status"], observed=True):
        assert shapely.union_all(own.geometry).symmetric_difference(whole[group]).area < 1e-9
    assert set(zip(both.source_id, both.status, strict=True)) == set(whole.index)


def test_strikes_are_a_setting_of_the_file_and_make_the_same_again(tmp_path):
    snapshot = Snapshot(on="2025-02-01", sources="ru_mod", strikes=True)
    [file] = write_snapshot(snapshot, tmp_path / "a.geojson")
    [again] = write_snapshot(read_settings(file), tmp_path / "b.geojson")
    assert again.read_bytes() == file.read_bytes()
    counted, plain = (claims_of(snapshot, load_record(strikes=told)) for told in (True, False))
    rows = [feature["properties"] for feature in json.loads(file.read_text("utf-8"))["features"]]
    drawn = [row["area_km2"] for row in rows if row["layer"] == "claims"]
    assert drawn == counted.area_km2.tolist() != plain.area_km2.tolist()
    assert file_name(snapshot, "geojson") != "kursk-claims_2025-02-01_ru_mod.geojson"


def test_as_said_by_the_day_each_half_knows_what_was_said_by_its_own(record):
    hide = ("russian", "third_party")
    pair = View(date="2024-08-10", compare="2024-08-13", known="then", hide=hide)
    snapshot = Snapshot.from_view(pair, SOURCES)
    first, second = (
        claims_on(day, known_by=day, sides=["ukrainian"]) for day in ("2024-08-10", "2024-08-13")
    )
    wanted = compare(first, second)
    found = changes_of(snapshot, record)
    assert found.change.tolist() == wanted.change.tolist()
    assert found.area_km2.to_numpy() == pytest.approx(wanted.area_km2.to_numpy())


def test_a_comparison_that_cannot_go_into_a_file_is_told_in_words():
    turned = Snapshot.from_view(View(date="2024-11-20", compare="2024-08-20"), SOURCES)
    assert (turned.on, turned.compare) == (dt.date(2024, 11, 20), dt.date(2024, 8, 20))
    assert Snapshot.from_view(View(date=DAY, compare=DAY.isoformat()), SOURCES).compare is None
    for pair, hide in (
        ("ukrainian|russian", "russian"),
        ("ukrainian|russian", "ru_mod"),
        ("deepstate|uacontrolmap", "deepstate"),
        ("deepstate|uacontrolmap", "third_party"),
    ):
        with pytest.raises(ValueError, match="one of the two that are compared is switched off"):
            Snapshot.from_view(View(compare=pair, hide=(hide,)), SOURCES)


def test_a_source_of_a_side_that_is_not_shown_is_not_compared(record):
    pair = Snapshot(on=DAY, sides="russian,third_party", compare="uacontrolmap,deepstate")
    with pytest.raises(ValueError, match=r"`compare` was .* of the sides that are shown, russian"):
        claims_of(pair, record)


@pytest.mark.parametrize(
    "settings",
    [
        {"current_for": 30}, {"current_for": "ever"}, {"lapsed": True},
        {"bbox": "35,51,35.5,51.3"}, {"compare": "ukrainian,russian"},
        {"compare": "2024-08-10"}, {"compare": "2024-08-10", "since": "2024-08-08"},
        {"strikes": True}, {"known_by": "2024-09-07"},
    ],
)  # fmt: skip
def test_what_differs_has_another_name(settings):
    one, other = Snapshot(on=DAY, **settings), Snapshot(on=DAY)
    assert file_name(one, "gpkg") != file_name(other, "gpkg")
    assert file_name(one, "png") != file_name(other, "png")


def test_a_picture_is_named_by_its_maps():
    assert file_name(Snapshot(on=DAY, view="overlay"), "png") == f"kursk-claims_{DAY}_overlay.png"
    assert file_name(Snapshot(on=DAY, view="overlay"), "csv") == f"kursk-claims_{DAY}.csv"


def test_a_picture_is_not_named_by_a_history_it_does_not_hold():
    assert file_name(Snapshot(on=DAY, since="2024-08-10"), "png") == f"kursk-claims_{DAY}.png"


def test_two_dates_on_the_screen_are_compared_from_left_to_right():
    view = View(date=dt.date(2024, 9, 5), compare="2025-02-09", known="then")
    found = Snapshot.from_view(view, SOURCES)
    assert (found.on, found.compare) == (dt.date(2025, 2, 9), dt.date(2024, 9, 5))
    assert found.known_by == "then"
    sides = View(compare="ukrainian|russian")
    assert Snapshot.from_view(sides, SOURCES).compare == ("ukrainian", "russian")
