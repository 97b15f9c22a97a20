from __future__ import annotations

import importlib.util
import json
from itertools import combinations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from conftest import Tables
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import geo
from geo.cli.app import app
from geo.ledger.routes import context_of
from geo.tables.context import load_context
from geo.tables.reading import load_table
from geo.tables.schema import DATA


def km2(shapes):
    return gpd.GeoSeries(shapes, crs=4326).to_crs(3035).area.to_numpy() / 1e6


@pytest.fixture(scope="module")
def cells():
    return geo.load_cells()


@pytest.fixture(scope="module")
def oblast():
    (shape,) = geo.load_boundaries("oblast").geometry
    return shape


# The shipped ground


def test_area_of_the_oblast_is_the_official_one(oblast):
    assert km2([oblast])[0] == pytest.approx(29_997, rel=0.0005)


def test_cells_tile_the_oblast(cells, oblast):
    shapes = cells.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.coverage_union_all(shapes).equals(oblast)
    assert km2(shapes).sum() == pytest.approx(km2([oblast])[0], rel=1e-6)


def test_no_cell_is_a_sliver_or_in_parts(cells):
    assert cells.index.is_unique
    assert set(cells.geom_type) == {"Polygon"}
    assert cells.is_valid.all()
    assert km2(cells.geometry.to_numpy()).min() > 0.1


def test_every_settlement_lies_in_its_own_cell(cells):
    places = geo.load_settlements()
    own = cells.geometry.loc[places.cell_id].to_numpy()
    assert shapely.contains_xy(own, places.lon, places.lat).all()
    assert set(places.cell_id) == set(cells.index)


def test_raions_tile_the_oblast(oblast):
    raions = geo.load_boundaries("raion")
    shapes = raions.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    assert km2(shapes).sum() == pytest.approx(km2([oblast])[0], rel=1e-6)
    # The cities are places, and lie in the raions around them.
    places = geo.load_settlements().raion
    assert set(raions.name_en) == set(places[~places.str.endswith("(city)")])


def raions_at(place):
    raions = geo.load_boundaries("raion").set_index("name_en").geometry
    return raions.index[raions.contains(shapely.Point(place.lon, place.lat))].tolist()


@pytest.mark.parametrize(
    ("place", "raion"),
    [
        (115637, "Sudzhansky"),  # Sudzha
        (25632, "Sudzhansky"),  # Bogdanovka, which the data set has in Gorshechensky raion
        (22724, "Ponyrovsky"),  # the two Mikhaylovkas, which it has swapped
        (45878, "Zolotukhinsky"),
        (24916, "Lgovsky"),  # the city of Lgov
    ],
)
def test_place_lies_in_its_raion(place, raion):
    assert raions_at(geo.load_settlements().loc[place]) == [raion]


def test_gazetteer_has_the_points_that_were_moved():
    table = load_table("coordinates.csv")
    moved = table[table.decision == "moved"].set_index("settlement_id")[["lat", "lon"]]
    assert len(moved) >= 4
    assert geo.load_settlements().loc[moved.index, ["lat", "lon"]].equals(moved)


def test_neighbours_do_not_overlap_the_oblast(oblast):
    neighbours = geo.load_boundaries("neighbour")
    assert {"Sumy Oblast", "Belgorod Oblast", "Bryansk Oblast"} <= set(neighbours.name_en)
    assert shapely.coverage_is_valid(np.array([*neighbours.geometry, oblast]))


def test_state_border_runs_between_the_oblast_and_ukraine(oblast):
    (border,) = geo.load_boundaries("state_border").geometry
    near = border.intersection(oblast.buffer(0.001))
    length = gpd.GeoSeries([near], crs=4326).to_crs(3035).length.item() / 1000
    assert 200 < length < 400


def test_lines_of_the_context_pass_places_they_are_said_to_pass():
    lines = load_context().set_index("name_en").to_crs(3035).geometry
    places = geo.load_settlements()
    sites = gpd.GeoSeries.from_xy(places.lon, places.lat, index=places.index, crs=4326)
    far = sites.to_crs(3035)
    for name, place, most in (
        ("Psel", 106750, 10),  # Borki
        ("Sudzha", 115637, 10),
        ("38K-030 Rylsk – Korenevo – Sudzha", 106393, 10),
        ("Lgov – Sudzha – Podkosylev", 58788, 10),  # the station Psel
        ("Seim", 9008, 2_000),  # Glushkovo; as surveyed
        ("Sudzha gas metering station", 115637, 10_000),
    ):
        assert lines[name].distance(far[place]) < most


def test_context_is_what_the_routes_and_the_gazetteer_make():
    context, places = load_context(), geo.load_settlements()
    sites = {
        i: (lon, lat) for i, lon, lat in zip(places.index, places.lon, places.lat, strict=True)
    }
    made = context_of(load_table("routes.csv"), sites, context.geometry[0])
    columns = list(context.columns.drop("geometry"))
    assert made[columns].values.tolist() == context[columns].values.tolist()
    assert shapely.equals(made.geometry.to_numpy(), context.geometry.to_numpy()).all()


@pytest.mark.parametrize(
    ("kind", "route", "said"),
    [
        ("road", "1 9", "has the id 9"),
        ("site", "1 2", "a site has one place"),
        ("road", "1", "others have several"),
        ("road", "", "others have several"),
    ],
)
def test_route_that_leads_nowhere_says_why(tiny, kind, route, said):
    tiny.change("routes.csv", 3, kind=kind, route=route)
    with pytest.raises(geo.DataError, match=f"Way: .*{said}"):
        context_of(load_table("routes.csv", tiny.folder), {1: (35, 51), 2: (35.1, 51)}, None)


def test_only_what_is_surveyed_is_not_schematic():
    context = load_context()
    assert set(context.kind) == {"river", "road", "railway", "site"}
    surveyed = context.name_en[~context.schematic & (context.kind != "site")]
    assert surveyed.tolist() == ["Seim"]
    assert context.url.str.startswith("https://").all()


@pytest.mark.parametrize("kind", ["oblast", "raion", "neighbour", "state_border"])
def test_boundaries_are_given_by_kind(kind):
    assert set(geo.load_boundaries(kind).kind) == {kind}


def test_unknown_kind_of_boundary_says_which_are_known():
    with pytest.raises(ValueError, match="oblast, raion, neighbour, state_border"):
        geo.load_boundaries("village")


def rings(geometry):
    """Rings of a GeoJSON geometry: whether each is an outer one, and its points."""
    kind, coordinates = geometry["type"], geometry["coordinates"]
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(kind, [])
    return [(number == 0, ring) for parts in polygons for number, ring in enumerate(parts)]


@pytest.mark.parametrize("name", ["cells.geojson", "boundaries.geojson"])
def test_geojson_is_wound_as_rfc_7946_wants_it(name):
    features = json.loads((DATA / name).read_text(encoding="utf-8"))["features"]
    found = [ring for feature in features for ring in rings(feature["geometry"])]
    assert len(found) > 30
    for outer, ring in found:
        assert ring[0] == ring[-1]
        assert shapely.LinearRing(ring).is_ccw == outer


@pytest.mark.parametrize("name", ["cells.geojson", "boundaries.geojson", "context.geojson"])
def test_coordinates_have_at_most_five_decimals(name):
    def flat(value):
        return [n for item in value for n in flat(item)] if isinstance(value, list) else [value]

    collection = json.loads((DATA / name).read_text(encoding="utf-8"))
    assert "crs" not in collection
    numbers = np.array(
        [n for f in collection["features"] for n in flat(f["geometry"]["coordinates"])]
    )
    assert (numbers == numbers.round(5)).all()


def test_shipped_data_are_small():
    assert sum(path.stat().st_size for path in DATA.rglob("*") if path.is_file()) < 4_000_000


@pytest.mark.skipif(
    importlib.util.find_spec("timezonefinder") is not None, reason="build packages are installed"
)
def test_build_without_its_packages_says_what_to_install(tmp_path):
    result = CliRunner().invoke(app, ["build", "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert "pip install -r requirements-build.txt" in result.stderr
    assert list(tmp_path.iterdir()) == []


# Claim polygons of a day


def check_day(on, record, series):
    """What must hold of the claim polygons of any day."""
    shapes = geo.claims_on(on, record=record)
    outlines = shapes.geometry.to_numpy()
    assert shapely.is_valid(outlines).all()
    assert km2(outlines) == pytest.approx(shapes.area_km2.to_numpy(), rel=1e-3, abs=0.006)
    for _, own in shapes.groupby("source_id", observed=True):
        for one, other in combinations(own.geometry, 2):
            assert shapely.area(one & other) < 1e-12
    rows = geo.areas(on, record=record)
    of_day = series[series.date == str(on)].drop(columns="date")
    assert rows.values.tolist() == of_day.values.tolist()
    sizes = {(r.source_id, r.status): (r.settlements, r.area_km2) for r in rows.itertuples()}
    assert sizes.keys() == set(zip(shapes.source_id, shapes.status, strict=True))
    for shape in shapes.itertuples():
        count, area = sizes[shape.source_id, shape.status]
        assert count == len(shape.settlements)
        assert area == pytest.approx(shape.area_km2, abs=0.011)
    # Dissolving takes away the inner lines and nothing else.
    parts = geo.select(on, record=record)
    for shape in shapes.itertuples():
        mine = (parts.source_id == shape.source_id) & (parts.status == shape.status)
        whole = shapely.union_all(parts.geometry[mine].to_numpy())
        assert shapely.area(whole ^ shape.geometry) < 1e-9
        assert shape.geometry.boundary.length <= whole.boundary.length * (1 + 1e-9)


@pytest.fixture(scope="module")
def series(record):
    return geo.area_series(record=record)


@pytest.mark.parametrize(
    "on", ["2024-08-06", "2024-08-20", "2024-09-05", "2025-01-10", "2025-03-13", "2025-11-05"]
)
def test_polygons_of_a_day_fit_together(on, record, series):
    check_day(on, record, series)


@settings(max_examples=15)
@given(data=st.data())
def test_polygons_of_any_day_fit_together(data, record, series, every_day):
    check_day(data.draw(st.sampled_from(every_day)), record, series)


@settings(max_examples=10)
@given(data=st.data())
def test_what_is_known_later_is_left_out(data, every_day, record):
    on, by = (data.draw(st.sampled_from(every_day)) for _ in range(2))
    shapes = geo.claims_on(on, known_by=by, record=record)
    assert (shapes.last_said.dt.date <= by).all()
    rows = geo.areas(on, known_by=by, record=record)
    assert rows.area_km2.sum() == pytest.approx(shapes.area_km2.sum(), abs=0.2)


def test_shipped_claims_are_the_default(record):
    own = geo.claims_on("2024-09-05", record=record)
    default = geo.claims_on("2024-09-05")
    assert default.drop(columns="geometry").equals(own.drop(columns="geometry"))
    assert shapely.equals(default.geometry.to_numpy(), own.geometry.to_numpy()).all()


def test_series_may_be_a_part_of_the_record(series, record):
    part = geo.area_series("2024-09-01", "2024-09-03", record=record)
    assert part.values.tolist() == series[series.date.isin(part.date)].values.tolist()
    assert part.date.nunique() == 3


def test_series_that_ends_before_it_begins_is_refused(record):
    with pytest.raises(ValueError, match="`end` was 2024-08-31"):
        geo.area_series("2024-09-01", "2024-08-31", record=record)


@pytest.mark.parametrize("on", ["2024-02-30", "soon", "", "2024-08-20T10:00"])
def test_what_is_no_day_is_refused(on, record):
    for ask in (geo.claims_on, geo.areas):
        with pytest.raises(ValueError, match="expected to be a real day"):
            ask(on, record=record)


# A ring of cells around one that is not claimed


@pytest.fixture
def ring(tmp_path):
    (tmp_path / "ring").mkdir()
    corners = {
        1 + column + 3 * row: (round(35 + 0.1 * column, 1), round(51 + 0.1 * row, 1))
        for row in range(3)
        for column in range(3)
    }
    tables = Tables(tmp_path / "ring", corners)
    around = [number for number in corners if number != 5]
    tables.say(*({"settlement_id": number} for number in around))
    return tables


def test_ring_of_cells_has_a_hole(ring):
    (shape,) = geo.claims_on("2024-08-11", record=ring.record()).geometry
    assert shape.geom_type == "Polygon"
    assert len(shape.interiors) == 1
    assert shapely.Polygon(shape.interiors[0]).equals(shapely.box(35.1, 51.1, 35.2, 51.2))
    assert shapely.Polygon(shape.exterior).equals(shapely.box(35.0, 51.0, 35.3, 51.3))


def test_hole_is_closed_when_the_cell_in_it_is_claimed_too(ring):
    claims = [row | {} for row in ring.rows["claims.csv"]]
    ring.say(*claims, {"claim_id": "t9", "settlement_id": 5, "claimed_on": "2024-08-20"})
    table = ring.record()
    (before,) = geo.claims_on("2024-08-19", record=table).geometry
    (after,) = geo.claims_on("2024-08-20", record=table).geometry
    assert len(before.interiors) == 1
    assert after.equals(shapely.box(35.0, 51.0, 35.3, 51.3))


def test_hole_is_filled_by_another_status_of_the_source(ring):
    claims = [row | {} for row in ring.rows["claims.csv"]]
    ring.say(*claims, {"claim_id": "t9", "settlement_id": 5, "status": "contested"})
    shapes = geo.claims_on("2024-08-11", record=ring.record()).set_index("status").geometry
    assert len(shapes["ukrainian_control"].interiors) == 1
    assert shapes["contested"].equals(shapely.box(35.1, 51.1, 35.2, 51.2))
    assert shapes["contested"].touches(shapes["ukrainian_control"])


def test_cells_that_touch_at_a_corner_stay_two_parts(ring):
    ring.say({"settlement_id": 1}, {"settlement_id": 5})
    (shape,) = geo.claims_on("2024-08-11", record=ring.record()).geometry
    assert shape.is_valid
    assert sorted(part.area for part in shape.geoms) == pytest.approx([0.01, 0.01])
