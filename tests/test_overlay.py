"""Agreement by the shapes of maps: true intersections, each with the word of every side."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import shapely
from conftest import extract_of
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import geo
from geo import Selection
from geo.analysis.agreement import CLASSES, TABLE, WORDS
from geo.analysis.telling import change_on, telling_on
from geo.claims.record import Record
from geo.maps.archive import archive
from geo.maps.editions import areas_of
from geo.tables.boundaries import area_km2
from geo.tables.schema import STATUSES

DAY = "2024-08-20"
CELLS = [shapely.box(35.0 + n / 10, 51.0, 35.1 + n / 10, 51.1) for n in range(3)]
THEATRE = shapely.union_all(CELLS)
NOTHING = shapely.MultiPolygon()

CORNER = st.tuples(st.integers(-2, 17), st.integers(-2, 7)).map(
    lambda at: (34.99 + at[0] * 0.0203, 50.99 + at[1] * 0.0207)
)
TRIANGLE = st.lists(CORNER, min_size=3, max_size=3).map(shapely.Polygon).filter(shapely.is_valid)
DRAWN = st.lists(st.tuples(TRIANGLE, st.sampled_from(STATUSES[:3])), max_size=4)


def of(*drawn):
    """The ground of each status: later shapes give way to earlier ones."""
    ground = {}
    for shape, status in drawn:
        free = shape - shapely.union_all([NOTHING, *ground.values()])
        ground[status] = areas_of(ground.get(status, NOTHING) | areas_of(free))
    return ground


def record_of(ledger, **drawn):
    """A record in which sources draw ground by status, the day before."""
    archives = []
    for source, ground in drawn.items():
        parts = [(status, part) for status, own in ground.items() for part in shapely.get_parts(own)
                 if part.geom_type == "Polygon"]  # fmt: skip
        archives.append(archive(source, [extract_of("2024-08-19", parts)], "russian_control"))
    return Record(dataclasses.replace(ledger, archives=archives))


@pytest.fixture
def tables(tiny):
    """Red names the place 1, a witness 2, blue 3; blue's map has left 1 blank."""
    tiny.add("sources.csv", source_id="grey", name="Grey", side="third_party", partisanship=0)
    tiny.say(
        {"settlement_id": 1, "basis": "map_reading", "status": "russian_control"},
        {"source_id": "red", "settlement_id": 1},
        {"source_id": "grey", "settlement_id": 2, "status": "contested"},
        {"settlement_id": 3},
    )
    return geo.load_ledger(data=tiny.folder)


def test_ground_is_cut_along_the_shapes_and_cells_serve_for_the_rest(tables):
    blue = {"ukrainian_control": shapely.box(35.05, 50.9, 35.15, 51.2)}
    record = record_of(tables, blue=blue, red={"contested": shapely.box(35.1, 51.05, 36.0, 52.0)})
    found = geo.agreement_on(DAY, by="shapes", record=record)
    # The sites of the cells 2 and 3 lie on the edge of red's shape, so both are of the theatre.
    assert found.area_km2.sum() == pytest.approx(float(area_km2(THEATRE)), abs=0.05)
    told = {
        (cell, row.ukrainian, row.russian, row.third_party, row.agreement): row.geometry.bounds
        for cell, row in zip(found.index, found.itertuples(), strict=True)
    }
    held, fought, over = "ukrainian_control", "contested", "ukrainian_control_or_contested"
    assert {key: tuple(np.round(box, 6)) for key, box in told.items()} == {
        (1, "russian_control", "silent", "silent", "one_russian_control"): (35, 51, 35.05, 51.1),
        (1, held, "silent", "silent", "one_ukrainian_control"): (35.05, 51, 35.1, 51.1),
        (2, held, "silent", fought, "one_ukrainian_control"): (35.1, 51, 35.15, 51.05),
        (2, held, fought, fought, over): (35.1, 51.05, 35.15, 51.1),
        (2, "silent", "silent", fought, "silent"): (35.15, 51, 35.2, 51.05),
        (2, "silent", fought, fought, "one_contested"): (35.15, 51.05, 35.2, 51.1),
        (3, "silent", "silent", "silent", "silent"): (35.2, 51, 35.3, 51.05),
        (3, "silent", fought, "silent", "one_contested"): (35.2, 51.05, 35.3, 51.1),
    }


def test_a_shape_covers_the_cell_below_though_its_status_is_not_selected(tables):
    record = record_of(tables, blue={"ukrainian_control": shapely.box(35.05, 50.9, 35.4, 51.2)})
    ask = {"by": "shapes", "record": record, "statuses": ["russian_control"]}
    found = geo.agreement_on(DAY, **ask)
    said = found[found.ukrainian == "russian_control"]
    assert said.geometry.iloc[0].bounds == pytest.approx((35.0, 51.0, 35.05, 51.1))
    assert set(found.ukrainian) == {"russian_control", "silent"}


def test_what_a_map_has_left_blank_again_lies_under_its_shapes(tables):
    held = shapely.box(35.06, 50.9, 35.16, 51.2)
    record = record_of(tables, blue={"ukrainian_control": held})
    expected = {"silent": THEATRE - CELLS[0] - held, "ukrainian_control": held,
                "russian_control": CELLS[0] - held}  # fmt: skip
    for voice in ("ukrainian", "blue"):
        told = telling_on(Selection(on=DAY), voice, record).set_index("word").geometry
        assert set(told.index) == set(expected)
        for word, ground in expected.items():
            assert shapely.symmetric_difference(told[word], ground).area < 1e-8
    found = change_on(Selection(on=DAY, compare="2024-08-18"), "ukrainian", record)
    # Until its first map blue had announced the cell 3, which that leaves out.
    for change, ground in (("gained", held), ("lost", CELLS[2])):
        [shape] = found.geometry[found.change == change]
        assert shapely.symmetric_difference(shape, ground).area < 1e-8


def test_in_a_gap_between_its_maps_a_source_says_what_it_says_otherwise(tables):
    drawn = [("contested", shapely.box(35.12, 51.02, 35.18, 51.08))]
    extracts = [extract_of(day, drawn) for day in ("2024-08-10", "2024-12-10")]
    archives = [archive("blue", extracts, "russian_control", 30)]
    record = Record(dataclasses.replace(tables, archives=archives))
    said = {"2024-08-20": "silent", "2024-10-20": "ukrainian_control", "2024-12-20": "silent"}
    for day, word in said.items():
        found = geo.agreement_on(day, record=record, current_for="ever")
        assert found.ukrainian[3] == word


def test_areas_are_those_of_the_claims_where_sources_draw_over_each_other(tiny):
    blank = {"settlement_id": 1, "basis": "map_reading", "status": "russian_control"}
    tiny.change("sources.csv", 3, map_read_from="2024-08-07", map_read_to="2024-08-31")
    tiny.say(blank, blank | {"source_id": "red"})
    record = record_of(
        geo.load_ledger(data=tiny.folder),
        blue={"ukrainian_control": shapely.box(35.06, 50.9, 35.16, 51.2)},
        red={"contested": shapely.box(35.22, 50.9, 35.25, 51.2)},
    )
    key = ["source_id", "status"]
    claims = geo.claims_on(DAY, record=record).set_index(key).area_km2
    areas = geo.areas(DAY, record=record).set_index(key).area_km2
    whole = float(area_km2(CELLS[0]))
    assert claims["red", "russian_control"] == pytest.approx(whole, abs=0.01)
    assert claims["blue", "russian_control"] == pytest.approx(0.6 * whole, abs=0.1)
    assert areas.to_dict() == pytest.approx(claims.to_dict(), abs=0.02)


@pytest.mark.parametrize("west", [34.9, 35.0 + 1e-9])
def test_a_claim_about_a_cell_that_its_source_draws_over_whole_does_not_count(tables, west):
    record = record_of(tables, blue={"ukrainian_control": shapely.box(west, 50.9, 35.15, 51.2)})
    found = geo.agreement_on(DAY, by="shapes", record=record).loc[[1]]
    assert found.ukrainian.to_list() == ["ukrainian_control"]
    assert found.area_km2.sum() == pytest.approx(float(area_km2(CELLS[0])), abs=0.01)


@settings(
    max_examples=15,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(blue=DRAWN, red=DRAWN, grey=DRAWN)
def test_the_pieces_partition_the_theatre_and_say_what_the_shapes_say(tables, blue, red, grey):
    drawn = {"blue": of(*blue), "red": of(*red), "grey": of(*grey)}
    record = record_of(tables, **drawn)
    theatre = shapely.union_all(record.theatre.geometry.to_numpy())
    found = geo.agreement_on(DAY, by="shapes", record=record)
    shapes = found.geometry.to_numpy()
    assert shapely.area(shapes).sum() == pytest.approx(theatre.area, abs=1e-9)
    assert shapely.union_all(shapes).symmetric_difference(theatre).area < 1e-9
    cells = {"blue": {"russian_control": CELLS[0]}}
    sides = {"blue": "ukrainian", "red": "russian", "grey": "third_party"}
    for source, side in sides.items():
        covered = shapely.union_all([NOTHING, *drawn[source].values()])
        for status in STATUSES[:3]:
            ground = drawn[source].get(status, NOTHING)
            ground = (ground | (cells.get(source, {}).get(status, NOTHING) - covered)) & theatre
            own = (found[side] == status).to_numpy()
            # In square degrees, about 80 m2.
            assert shapely.union_all(shapes[own]).symmetric_difference(ground).area < 1e-8
    for name, one, other in zip(found.agreement, found.ukrainian, found.russian, strict=True):
        assert name == CLASSES[TABLE[WORDS.index(one), WORDS.index(other)]]


def test_without_shapes_both_are_the_same(record):
    days = ("2024-09-05", "2025-03-13")
    for day in days:
        by_cells = geo.agreement_on(day, record=record)
        assert geo.agreement_on(day, record=record, by="shapes").equals(by_cells)
    with pytest.raises(ValueError, match="one of readings, shapes"):
        geo.agreement_on(DAY, record=record, by="areas")


@pytest.fixture
def fleet(tiny):
    """Two sources of one side that draw maps; the other side names the cells 1 and 3."""
    tiny.add("sources.csv", source_id="navy", name="Navy", side="ukrainian", partisanship=-1)
    tiny.say({"source_id": "red", "settlement_id": 1}, {"source_id": "red", "settlement_id": 3})
    return geo.load_ledger(data=tiny.folder)


@settings(
    max_examples=25,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(blue=DRAWN, navy=DRAWN)
def test_a_side_is_painted_as_its_maps_draw_it(fleet, blue, navy):
    maps = [of(*blue), of(*navy)]
    record = record_of(fleet, blue=maps[0], navy=maps[1])
    told = telling_on(Selection(on=DAY), "ukrainian", record)
    assert told.crs.to_epsg() == 4326
    drawn = {
        status: shapely.union_all([own.get(status, NOTHING) for own in maps])
        for status in STATUSES[:3]
    }
    lon, lat = (
        grid.ravel()
        for grid in np.meshgrid(34.957 + np.arange(17) / 47, 50.957 + np.arange(9) / 47)
    )
    held, contested, russian = (shapely.contains_xy(own, lon, lat) for own in drawn.values())
    known = shapely.contains_xy(shapely.union_all(record.theatre.geometry.to_numpy()), lon, lat)
    expected = np.select(
        [held & russian, contested, held, russian, known],
        ["split", "contested", "ukrainian_control", "russian_control", "silent"],
        "",
    )
    found = np.full(len(lon), "", dtype=object)
    for word, shape in zip(told.word, told.geometry, strict=True):
        here = shapely.contains_xy(shape, lon, lat)
        assert (found[here] == "").all()
        found[here] = word
    assert found.tolist() == expected.tolist()
