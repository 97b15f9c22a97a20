from __future__ import annotations

import datetime as dt

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo.claims.comparison import CHANGES
from geo.tables.schema import DRAWN

DAYS = st.dates(dt.date(2024, 8, 6), dt.date(2025, 10, 15))
CONTROL = "ukrainian_control"


def picture(*shapes, status=CONTROL, places=None):
    return gpd.GeoDataFrame(
        {"status": status, "settlements": places or [()] * len(shapes)},
        geometry=list(shapes),
        crs=4326,
    )


def square(west, width=1.0):
    return shapely.box(35 + west / 10, 51, 35 + (west + width) / 10, 51.1)


def by_change(before, after, **options):
    found = geo.compare(before, after, **options)
    assert list(found.change) == [name for name in CHANGES if name in set(found.change)]
    assert (found.geom_type == "MultiPolygon").all()
    assert found.is_valid.all()
    assert found.crs.to_epsg() == 4326
    return found.set_index("change")


def joint(shapes, status):
    return shapely.union_all(shapes.geometry[shapes.status == status].to_numpy())


# Hand-made pictures


def test_ground_is_gained_lost_and_kept():
    found = by_change(picture(square(0), square(1)), picture(square(1), square(2)))
    for change, west in [("gained", 2), ("lost", 0), ("kept", 1)]:
        assert found.geometry[change].equals(square(west))
    assert found.area_km2.gained == pytest.approx(found.area_km2.lost, rel=0.01)


def test_settlements_are_told_by_what_both_pictures_mean():
    before = picture(square(0), square(1), places=[(1,), (2, 4)])
    after = picture(square(1), square(2), places=[(2, 4), (3,)])
    found = by_change(before, after)
    assert found.settlements.to_dict() == {"gained": (3,), "lost": (1,), "kept": (2, 4)}


def test_ground_that_several_sources_claim_counts_once():
    before = picture(square(0), square(0), square(0.5))
    found = by_change(before, picture(square(0, 1.5)))
    assert list(found.index) == ["kept"]
    assert found.geometry.kept.equals(square(0, 1.5))


def test_other_statuses_do_not_count():
    before = picture(square(0), square(1), status=[CONTROL, "contested"])
    after = picture(square(0), square(1), status=["russian_control", CONTROL])
    found = by_change(before, after)
    assert list(found.index) == ["gained", "lost"]
    found = by_change(before, after, status="contested")
    assert list(found.index) == ["lost"]
    assert found.geometry.lost.equals(square(1))


def test_neighbours_have_no_ground_in_common():
    found = by_change(picture(square(0)), picture(square(1)))
    assert list(found.index) == ["gained", "lost"]


def test_lines_that_rounding_set_apart_make_no_slivers():
    shifted = shapely.transform(square(0), lambda xy: xy + 3e-7)
    assert list(by_change(picture(square(0)), picture(shifted)).index) == ["kept"]


def test_polygons_that_cross_are_cut_where_they_cross():
    diamond = shapely.Polygon([(35.1, 50.95), (35.2, 51.05), (35.1, 51.15), (35.0, 51.05)])
    found = by_change(picture(square(0)), picture(diamond))
    for change, shape in [
        ("gained", diamond.difference(square(0))),
        ("lost", square(0).difference(diamond)),
        ("kept", diamond.intersection(square(0))),
    ]:
        assert found.geometry[change].symmetric_difference(shape).area < 1e-6


@pytest.mark.parametrize(
    ("before", "after", "left"),
    [
        (picture(), picture(square(0)), ["gained"]),
        (picture(square(0)), picture(), ["lost"]),
        (picture(square(0)), picture(square(0)), ["kept"]),
        (picture(), picture(), []),
    ],
)
def test_what_has_no_ground_is_left_out(before, after, left):
    found = geo.compare(before, after)
    assert list(found.change) == left
    assert list(found.columns) == ["change", "area_km2", "settlements", "geometry"]
    assert found.crs.to_epsg() == 4326


def test_a_status_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="`status` was 'held' but is expected to be one of ukr"):
        geo.compare(picture(), picture(), status="held")


def test_a_picture_in_other_coordinates_is_refused():
    with pytest.raises(ValueError, match="`after` was in EPSG:3035 but is expected"):
        geo.compare(picture(square(0)), picture(square(0)).to_crs(3035))
    with pytest.raises(ValueError, match="`before` was in EPSG:3035 but is expected"):
        geo.compare(picture(square(0)).to_crs(3035), picture(square(0)))


# Shipped claims


pictures = st.tuples(DAYS, DAYS, st.sampled_from(geo.load_sources().index.to_list()))


@settings(max_examples=20)
@given(one=pictures, other=pictures, status=st.sampled_from(DRAWN))
def test_changes_divide_both_pictures(one, other, status):
    before, after = (
        geo.claims_on(day, known_by=known, sources=[source]) for day, known, source in (one, other)
    )
    found = by_change(before, after, status=status)
    assert shapely.coverage_is_valid(found.geometry.to_numpy())
    area = found.area_km2.reindex(CHANGES, fill_value=0)
    for shapes, own in ((before, "lost"), (after, "gained")):
        whole = shapes.area_km2[shapes.status == status].sum()
        assert area[own] + area.kept == pytest.approx(whole, abs=0.006)  # it has two decimals


@settings(max_examples=10)
@given(days=st.tuples(DAYS, DAYS), status=st.sampled_from(DRAWN))
def test_the_other_way_round_gains_are_losses(days, status):
    before, after = (geo.claims_on(day) for day in days)
    there = by_change(before, after, status=status)
    back = by_change(after, before, status=status)
    back = back.rename(index={"gained": "lost", "lost": "gained"}).reindex(there.index)
    assert back.settlements.to_dict() == there.settlements.to_dict()
    assert back.area_km2.to_dict() == pytest.approx(there.area_km2.to_dict())
    both = shapely.union(joint(before, status), joint(after, status))
    assert shapely.union_all(there.geometry.to_numpy()).symmetric_difference(both).area < 1e-9


def test_sudzha_is_lost_on_the_maps_and_regained_in_the_ministrys_words():
    days = ("2025-03-11", "2025-03-14")
    before, after = (geo.claims_on(day, sources=["deepstate"]) for day in days)
    assert 115637 in by_change(before, after).settlements.lost
    before, after = (geo.claims_on(day, sources=["ru_mod"]) for day in days)
    gained = by_change(before, after, status="russian_control").settlements.gained
    assert 115637 in gained


@pytest.mark.filterwarnings("ignore:.*its polygons, from")
def test_a_users_polygons_are_compared_with_cells(tiny):
    # The polygon covers the cell of place 1 and the western half of that of place 2.
    from conftest import collection, polygon

    ring = [[35.0, 51.0], [35.15, 51.0], [35.15, 51.1], [35.0, 51.1], [35.0, 51.0]]
    tags = {"source_id": "red", "status": CONTROL, "claimed_on": "2024-08-20"}
    mine = tiny.put("mine.geojson", collection([(tags | {"url": "https://e.org/"}, polygon(ring))]))
    record = tiny.record(mine)
    before, after = (
        geo.claims_on("2024-08-25", sources=[source], record=record) for source in ("blue", "red")
    )
    found = by_change(before, after)
    assert list(found.index) == ["gained", "kept"]
    assert found.geometry.kept.equals(shapely.box(35, 51, 35.1, 51.1))
    assert found.geometry.gained.equals(shapely.box(35.1, 51, 35.15, 51.1))


def test_changes_of_a_record_say_of_which_status_they_are(tiny):
    tiny.say(
        {"settlement_id": 1},
        {"settlement_id": 2, "status": "contested", "basis": "fighting"},
        {"settlement_id": 2, "claimed_on": "2024-08-20"},
    )
    record = tiny.record()
    asked = geo.Selection(
        on="2024-08-20", compare="2024-08-10", statuses=["ukrainian_control", "contested"]
    )
    found = record.changes(asked)
    assert found.index.tolist() == [0, 1, 2]
    assert list(zip(found.status, found.change, found.settlements, strict=True)) == [
        ("ukrainian_control", "gained", (2,)),
        ("ukrainian_control", "kept", (1,)),
        ("contested", "lost", (2,)),
    ]
    nothing = record.changes(geo.Selection(on="2024-08-20"))
    assert nothing.empty
    assert list(nothing) == list(found)
    assert nothing.crs.to_epsg() == found.crs.to_epsg() == 4326
