from __future__ import annotations

import datetime as dt
import warnings
import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from conftest import collection, polygon, square
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import geo
from geo.maps.polygons import read_polygons as read

# Said wherever a source has claims of both kinds; tested by name below.
pytestmark = pytest.mark.filterwarnings("ignore:.*its polygons, from")

TAGS = {
    "source_id": "blue",
    "status": "ukrainian_control",
    "claimed_on": "2024-08-20",
    "url": "https://example.org/map",
}
#: Far from the cells of the hand-made tables.
AWAY = square(36.0, 51.0, 0.2)


def km2(*shapes):
    return gpd.GeoSeries(list(shapes), crs=4326).to_crs(3035).area.sum() / 1e6


def draw(folder, *features, name="map.geojson"):
    """A GeoJSON file; each feature is a geometry with what differs from TAGS."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(collection([(TAGS | tags, shape) for shape, tags in features]))
    return path


def read_polygons(path, **options):
    found = read(path, **options)
    return found.claims, list(found.faults)


def fault_of(path):
    table, (fault,) = read_polygons(path)
    assert table.empty
    assert fault.file == path.name
    return fault


def frame(shape, **tags):
    return gpd.GeoDataFrame([TAGS | tags], geometry=[shape], crs=4326)


# Formats

SHAPES = [
    shapely.Polygon(square(34.9, 51.2, 0.15)),
    shapely.Polygon(square(35.4, 51.3, 0.2), [square(35.45, 51.35, 0.05)]),
]
ROWS = [
    TAGS | {"source_id": "ru_milbloggers", "status": "contested", "effective_on": "2024-08-18"},
    TAGS | {"source_id": "independent_osint", "effective_on": "2024-08-19"},
]


def as_shapefile(folder, name="own.shp"):
    table = gpd.GeoDataFrame(ROWS, geometry=SHAPES, crs=4326)
    # A Shapefile keeps ten letters of a name.
    table.rename(columns={"effective_on": "effective_"}).to_file(folder / name)
    return folder / name


def as_zip(folder):
    as_shapefile(folder)
    with zipfile.ZipFile(folder / "own.zip", "w") as file:
        for part in folder.glob("own.*"):
            if part.suffix != ".zip":
                file.write(part, part.name)
    return folder / "own.zip"


def as_kml(folder):
    marks = []
    for tags, shape in zip(ROWS, SHAPES, strict=True):
        data = "".join(
            f'<Data name="{name}"><value>{value}</value></Data>' for name, value in tags.items()
        )
        rings = "".join(
            f"<{kind}BoundaryIs><LinearRing><coordinates>"
            + " ".join(f"{x},{y}" for x, y in ring.coords)
            + f"</coordinates></LinearRing></{kind}BoundaryIs>"
            for kind, ring in [("outer", shape.exterior), *(("inner", r) for r in shape.interiors)]
        )
        marks.append(
            f"<Placemark><ExtendedData>{data}</ExtendedData><Polygon>{rings}</Polygon></Placemark>"
        )
    path = folder / "own.kml"
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document>{''.join(marks)}</Document></kml>"
    )
    return path


def as_file(name):
    def write(folder):
        gpd.GeoDataFrame(ROWS, geometry=SHAPES, crs=4326).to_file(folder / name)
        return folder / name

    return write


@pytest.mark.parametrize(
    "write",
    [as_file("own.geojson"), as_file("own.json"), as_file("own.gpkg"), as_shapefile, as_zip],
    ids=["geojson", "json", "gpkg", "shp", "zip"],
)
def test_formats_give_the_same_polygons(write, tmp_path):
    check_own(*read_polygons(write(tmp_path)))


def test_kml_gives_the_same_polygons_and_tells_what_it_leaves_out(tmp_path):
    with pytest.warns(geo.RepairWarning, match="properties are not used"):
        check_own(*read_polygons(as_kml(tmp_path)))


def check_own(table, faults):
    assert faults == []
    for name, values in pd.DataFrame(ROWS).items():
        said = table[name]
        if name.endswith("_on"):
            said = said.dt.date.map(str)
        assert said.tolist() == values.tolist()
    assert table.crs.to_epsg() == 4326
    assert shapely.area(table.geometry).tolist() == pytest.approx([shape.area for shape in SHAPES])
    assert (table.basis == "digitised").all()


@pytest.mark.parametrize("write", [as_file("own.geojson"), as_shapefile], ids=["geojson", "shp"])
def test_own_polygons_stand_beside_the_shipped_claims(write, tmp_path, shipped):
    path = write(tmp_path)
    record = geo.load_record(path)
    rows = geo.select("2024-08-21", known_by="2024-08-20", record=record)
    untold = geo.select("2024-08-21", known_by="2024-08-19", record=record).claim_ids.explode()
    assert not untold.str.startswith(path.name).any()
    for number, (tags, shape) in enumerate(zip(ROWS, SHAPES, strict=True), start=1):
        own = rows[rows.claim_ids.map(lambda ids, n=number: f"{path.name}:{n}" in ids)]
        assert set(own.source_id) == {tags["source_id"]}
        assert set(own.status) == {tags["status"]}
        assert set(own.valid_from) == {pd.Timestamp(tags["effective_on"])}
        assert own.area_km2.sum() == pytest.approx(km2(shape), rel=1e-3)
        assert shapely.union_all(own.geometry.to_numpy()).symmetric_difference(shape).area < 1e-6
    theirs = [row["source_id"] for row in ROWS]
    before, after = (table[~table.source_id.isin(theirs)] for table in (shipped, record.claims))
    columns = ["source_id", "status", "valid_from", "valid_to", "claim_ids", "ground_id"]
    assert after[columns].values.tolist() == before[columns].values.tolist()


@pytest.mark.parametrize("name", ["own.gpkg", "own.geojson", "own.shp"])
def test_dates_may_be_real_dates(tmp_path, name):
    table = frame(
        shapely.Polygon(AWAY), claimed_on=dt.date(2024, 8, 20), valid_to=dt.date(2024, 9, 1)
    )
    table.to_file(tmp_path / name)
    found, faults = read_polygons(tmp_path / name)
    assert faults == []
    assert found.claimed_on.tolist() == [pd.Timestamp("2024-08-20")]
    assert found.valid_to.tolist() == [pd.Timestamp("2024-09-01")]
    assert found.effective_on.isna().all()


def test_dates_may_be_timestamps(tmp_path):
    table = frame(shapely.Polygon(AWAY), claimed_on=pd.Timestamp("2024-08-20"))
    table.to_file(tmp_path / "own.gpkg")
    found, faults = read_polygons(tmp_path / "own.gpkg")
    assert faults == []
    assert found.claimed_on.tolist() == [pd.Timestamp("2024-08-20")]


def test_names_of_properties_may_be_in_capitals(tmp_path):
    tags = {name.upper(): value for name, value in TAGS.items()}
    path = tmp_path / "map.geojson"
    path.write_text(collection([(tags, polygon(AWAY))]))
    found, faults = read_polygons(path)
    assert faults == []
    assert found.source_id.tolist() == ["blue"]


# What is mended, with a word


def mended(path, match):
    with pytest.warns(geo.RepairWarning, match=match):
        table, faults = read_polygons(path)
    assert faults == []
    return table


def test_heights_are_left_out(tmp_path):
    ring = [[*point, 120.5] for point in AWAY]
    table = mended(draw(tmp_path, (polygon(ring), {})), "features 1: Z values were dropped")
    assert not table.has_z.any()
    assert shapely.area(table.geometry).tolist() == pytest.approx([0.04])


def test_bow_tie_is_mended(tmp_path):
    ring = [[36, 51], [36.2, 51.2], [36.2, 51], [36, 51.2], [36, 51]]
    table = mended(draw(tmp_path, (polygon(ring), {})), "features 1: self-intersections were")
    assert table.is_valid.all()
    assert shapely.area(table.geometry).tolist() == pytest.approx([0.02])


def test_shapefile_without_coordinate_system_is_taken_for_degrees(tmp_path):
    path = as_shapefile(tmp_path)
    path.with_suffix(".prj").unlink()
    table = mended(path, "no coordinate system is named")
    assert table.crs.to_epsg() == 4326
    assert shapely.area(table.geometry).tolist() == pytest.approx([shape.area for shape in SHAPES])


def test_property_that_is_not_used_is_named(tmp_path):
    path = draw(tmp_path, (polygon(AWAY), {"colour": "red"}))
    mended(path, "properties are not used: colour")


def test_other_coordinate_system_is_reprojected(tmp_path):
    shape = shapely.Polygon(AWAY)
    frame(shape).to_crs(3857).to_file(tmp_path / "own.gpkg")
    table, faults = read_polygons(tmp_path / "own.gpkg")
    assert faults == []
    assert table.crs.to_epsg() == 4326
    assert table.geometry.iloc[0].equals_exact(shape, 1e-9)


# What is refused


def test_missing_geometry(tmp_path):
    fault = fault_of(draw(tmp_path, (None, {})))
    assert (fault.row, fault.column) == (1, "geometry")
    assert "missing or empty" in fault.problem


def test_empty_polygon(tmp_path):
    fault = fault_of(draw(tmp_path, ({"type": "Polygon", "coordinates": []}, {})))
    assert (fault.row, fault.column) == (1, "geometry")
    assert "missing or empty" in fault.problem


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "Point", "coordinates": [36, 51]},
        {"type": "LineString", "coordinates": [[36, 51], [36.1, 51]]},
        {"type": "GeometryCollection", "geometries": [polygon(AWAY)]},
    ],
    ids=lambda shape: shape["type"],
)
def test_what_is_no_polygon(tmp_path, shape):
    fault = fault_of(draw(tmp_path, (shape, {})))
    assert fault.column == "geometry"
    assert f"is a {shape['type']}; a polygon is needed" in fault.problem


def test_polygon_without_area(tmp_path):
    path = draw(tmp_path, (polygon([[36, 51], [36.1, 51], [36.05, 51], [36, 51]]), {}))
    with pytest.warns(geo.RepairWarning, match="repaired"):
        assert "encloses no area" in fault_of(path).problem


def test_swapped_latitude_and_longitude(tmp_path):
    ring = [[y, x] for x, y in AWAY]
    problem = fault_of(draw(tmp_path, (polygon(ring), {}))).problem
    assert "latitude and longitude are swapped" in problem
    assert "allowed: longitude 33 to 40" in problem


@pytest.mark.parametrize(
    "corner", [(10.0, 51.0), (36.0, -51.0), (4_000_000, 6_600_000), (39.9, 51)]
)
def test_ground_outside_the_region(tmp_path, corner):
    problem = fault_of(draw(tmp_path, (polygon(square(*corner, 0.2)), {}))).problem
    assert "outside the region; check the coordinate system" in problem


def test_coordinates_without_bounds(tmp_path):
    ring = [(36, 51), (36.1, 51), (36.1, np.inf), (36, 51)]
    frame(shapely.Polygon(ring)).to_file(tmp_path / "own.gpkg")
    assert "outside the region" in fault_of(tmp_path / "own.gpkg").problem


def test_coordinates_that_are_no_numbers(tmp_path):
    path = draw(tmp_path, (polygon(AWAY), {}))
    path.write_text(path.read_text().replace("51.2", "NaN"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", geo.RepairWarning)
        assert fault_of(path).column == "geometry"


def test_missing_properties_are_each_named(tmp_path):
    path = tmp_path / "map.geojson"
    path.write_text(collection([({}, polygon(AWAY))]))
    table, faults = read_polygons(path)
    assert table.empty
    assert [fault.column for fault in faults] == ["source_id", "status", "claimed_on", "url"]
    assert all("missing" in fault.problem for fault in faults)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("status", "held", "allowed: 'ukrainian_control', 'contested'"),
        ("status", None, "allowed: 'ukrainian_control', 'contested'"),
        ("basis", "fighting", "allowed: 'announced', 'assessed', 'map_reading' or 'digitised'"),
        ("url", "javascript:alert(1)", "not a web address"),
        ("url", None, "not a web address"),
        ("claimed_on", None, "YYYY-MM-DD"),
        ("claimed_on", "20240820", "YYYY-MM-DD"),
        ("claimed_on", "2024-8-20", "YYYY-MM-DD"),
        ("claimed_on", "2202-02-02", "future"),
        ("claimed_on", "2024-07-31", "before the record begins"),
        ("valid_to", "soon", "YYYY-MM-DD"),
        ("claimed_on", "2024-02-30", "YYYY-MM-DD"),
    ],
)
def test_bad_property(tmp_path, column, value, said):
    path = draw(tmp_path, (polygon(AWAY), {}), (polygon(AWAY), {column: value}))
    table, (fault,) = read_polygons(path)
    assert (fault.row, fault.column) == (2, column)
    assert said in fault.problem
    assert table.claim_id.tolist() == ["map.geojson:1"]


def test_day_stays_the_day_whatever_zone_is_written(tmp_path):
    path = draw(
        tmp_path,
        (polygon(AWAY), {"claimed_on": "2024-08-20T00:00:00+03:00"}),
        (polygon(AWAY), {"claimed_on": "2024-08-20T00:00:00+02:00"}),
    )
    table, faults = read_polygons(path)
    assert faults == []
    assert set(table.claimed_on) == {pd.Timestamp("2024-08-20")}


def test_all_faults_of_a_map_are_collected(tmp_path):
    path = draw(
        tmp_path,
        (None, {"status": "held"}),
        ({"type": "Point", "coordinates": [36, 51]}, {"claimed_on": "soon"}),
        (polygon(AWAY), {}),
    )
    table, faults = read_polygons(path)
    assert sorted((fault.row, fault.column) for fault in faults) == [
        (1, "geometry"),
        (1, "status"),
        (2, "claimed_on"),
        (2, "geometry"),
    ]
    assert table.index.tolist() == [3]


@pytest.mark.parametrize("name", ["map.csv", "map.txt", "map", "map.tif"])
def test_unknown_ending_says_which_are_read(tmp_path, name):
    (tmp_path / name).write_text("{}")
    problem = fault_of(tmp_path / name).problem
    assert "allowed: .geojson, .json, .gpkg, .shp, .zip, .kml" in problem


@pytest.mark.parametrize("extension", ["geojson", "json", "gpkg", "shp", "zip", "kml"])
def test_rubbish_in_any_format(tmp_path, extension):
    paths = [tmp_path / f"{number}.{extension}" for number in range(3)]
    for path, content in zip(paths, (b"\x00\xffrubbish" * 50, b"{}", b"<kml>"), strict=True):
        path.write_bytes(content)
    faults = read(*paths).faults
    assert [(fault.file, fault.row) for fault in faults] == [(path.name, 0) for path in paths]
    assert all("cannot be read as" in fault.problem for fault in faults)


def test_missing_empty_and_oversized_map(tmp_path):
    assert "is missing" in fault_of(tmp_path / "map.kml").problem
    (tmp_path / "map.kml").touch()
    assert "0 bytes" in fault_of(tmp_path / "map.kml").problem
    with (tmp_path / "map.kml").open("wb") as file:
        file.truncate(200_000_001)
    problem = fault_of(tmp_path / "map.kml").problem
    assert problem.startswith("is larger than 200 MB")
    assert "--limit input_mb=400" in problem


def test_map_without_features(tmp_path):
    assert "no features" in fault_of(draw(tmp_path)).problem


def test_shapefile_without_its_parts(tmp_path):
    path = as_shapefile(tmp_path)
    for extension in (".shx", ".dbf"):
        path.with_suffix(extension).unlink()
    assert "cannot be read as Shapefile" in fault_of(path).problem


def test_archive_without_a_map(tmp_path):
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as file:
        file.writestr("read me.txt", "nothing")
    assert "holds no Shapefile" in fault_of(tmp_path / "own.zip").problem


def test_no_layer_is_left_out_in_silence(tmp_path):
    for layer in ("one", "two"):
        frame(shapely.Polygon(AWAY)).to_file(tmp_path / "own.gpkg", layer=layer)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        table, faults = read_polygons(tmp_path / "own.gpkg")
    ours = [str(w.message) for w in caught if w.category is geo.RepairWarning]
    assert len(table) == 2 or faults or any("two" in message for message in ours)


PROPERTIES = st.dictionaries(
    st.sampled_from([*TAGS, "effective_on", "valid_to", "basis", "note"]),
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.dates().map(str)
    | st.lists(st.integers(), max_size=2),
    min_size=1,
    max_size=1,
)


@pytest.mark.filterwarnings("ignore:.*invalid characters were replaced")
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PROPERTIES, min_size=8, max_size=8))
def test_no_property_makes_a_traceback(tmp_path, properties):
    table, faults = read_polygons(draw(tmp_path, *((polygon(AWAY), own) for own in properties)))
    assert {*table.index, *(fault.row for fault in faults)} == set(range(1, 9))


# Beside the tables


def test_unknown_source_of_a_map(tiny):
    path = draw(tiny.folder, (polygon(AWAY), {}), (polygon(AWAY), {"source_id": "nobody"}))
    (fault,) = tiny.faults(path)
    assert fault.startswith("map.geojson:2:source_id: 'nobody' is not in sources.csv")
    assert "allowed: blue, red" in fault


def test_unknown_source_is_found_in_each_of_two_maps_with_one_name(tiny):
    bad = draw(tiny.folder, (polygon(AWAY), {"source_id": "nobody"}), name="one/map.geojson")
    good = draw(tiny.folder, (polygon(AWAY), {}), name="two/map.geojson")
    assert any("nobody" in fault for fault in tiny.faults(bad, good))


def test_end_before_the_beginning(tiny):
    path = draw(tiny.folder, (polygon(AWAY), {"valid_to": "2024-08-20"}))
    (fault,) = tiny.faults(path)
    assert fault.startswith("map.geojson:1:valid_to:")


def test_map_of_days_to_come_needs_a_note(tiny):
    tags = {"effective_on": "2024-08-25"}
    (fault,) = tiny.faults(draw(tiny.folder, (polygon(AWAY), tags)))
    assert fault.startswith("map.geojson:1:effective_on:")
    tags["note"] = "planned"
    assert tiny.faults(draw(tiny.folder, (polygon(AWAY), tags))) == []


def test_faults_of_maps_and_tables_are_told_together(tiny):
    tiny.change("claims.csv", 2, status="held")
    found = tiny.faults(
        draw(tiny.folder, (None, {}), name="one.geojson"),
        draw(tiny.folder, (polygon(AWAY), {"status": "held"}), name="two.geojson"),
    )
    assert sorted(fault.partition(":")[0] for fault in found) == [
        "claims.csv",
        "one.geojson",
        "two.geojson",
    ]


def ground(record, on, source="blue", **options):
    """Status, area and shape of what one source record, without its cell Alpha."""
    shapes = geo.claims_on(on, sources=[source], record=record, **options)
    return {row.status: (row.area_km2, row.geometry) for row in shapes.itertuples()}


def test_valid_to_ends_the_claim(tiny):
    tiny.say({"source_id": "red", "settlement_id": 3})
    record = tiny.record(draw(tiny.folder, (polygon(AWAY), {"valid_to": "2024-09-01"})))
    assert ground(record, "2024-08-19") == {}
    assert set(ground(record, "2024-08-20")) == {"ukrainian_control"}
    assert set(ground(record, "2024-08-31")) == {"ukrainian_control"}
    assert ground(record, "2024-09-01") == {}


def test_an_edition_is_in_force_until_the_next_of_its_source(tiny):
    tiny.say({"source_id": "red", "settlement_id": 3})
    later = square(36.1, 51.1, 0.2)
    path = draw(
        tiny.folder,
        (polygon(AWAY), {}),
        (polygon(later), {"status": "contested", "claimed_on": "2024-09-10"}),
    )
    record = tiny.record(path)
    before = ground(record, "2024-09-09")
    after = ground(record, "2024-09-10")
    assert set(before) == {"ukrainian_control"}
    assert before["ukrainian_control"][0] == pytest.approx(km2(shapely.Polygon(AWAY)), rel=1e-4)
    assert set(after) == {"contested"}
    assert after["contested"][0] == pytest.approx(km2(shapely.Polygon(later)), rel=1e-4)
    known_before = ground(record, "2024-09-10", known_by="2024-09-09")
    assert set(known_before) == {"ukrainian_control"}


def test_an_edition_that_draws_nothing_ends_the_one_before(tiny):
    tiny.say({"source_id": "red", "settlement_id": 3})
    empty = {"status": "withdrawn", "claimed_on": "2024-09-01"}
    record = tiny.record(draw(tiny.folder, (polygon(AWAY), {}), (polygon(AWAY), empty)))
    assert set(ground(record, "2024-08-31")) == {"ukrainian_control"}
    assert ground(record, "2024-09-01") == {}
    assert set(ground(record, "2024-09-01", known_by="2024-08-31")) == {"ukrainian_control"}


def test_an_edition_told_late_takes_its_place_between_the_others(tiny):
    tiny.say({"source_id": "red", "settlement_id": 3})
    days = {0.1: ("2024-08-20", ""), 0.2: ("2024-09-20", ""), 0.3: ("2024-10-01", "2024-09-01")}
    features = [
        (polygon(square(36.0, 51.0, size)), {"claimed_on": said, "effective_on": about})
        for size, (said, about) in days.items()
    ]
    record = tiny.record(draw(tiny.folder, *features))

    def size(on, by):
        shapes = geo.claims_on(on, known_by=by, sources=["blue"], record=record)
        return [round(shapely.length(shape) / 4, 3) for shape in shapes.geometry]

    assert size("2024-09-10", "2024-09-10") == [0.1]
    assert size("2024-09-10", "2024-10-01") == [0.3]
    assert size("2024-09-10", None) == [0.3]
    assert size("2024-08-31", None) == [0.1]
    assert size("2024-09-20", "2024-09-30") == [0.2]
    assert size("2024-09-20", None) == [0.2]


def test_of_two_editions_about_one_day_the_later_told_counts(tiny):
    tiny.say({"source_id": "red", "settlement_id": 3})
    again = {"claimed_on": "2024-08-25", "effective_on": "2024-08-20", "status": "contested"}
    record = tiny.record(draw(tiny.folder, (polygon(AWAY), {}), (polygon(AWAY), again)))
    assert set(ground(record, "2024-08-21")) == {"contested"}
    assert set(ground(record, "2024-08-21", known_by="2024-08-24")) == {"ukrainian_control"}


def test_ground_given_two_statuses_by_one_edition_is_contested(tiny):
    tiny.say({"source_id": "red", "settlement_id": 3})
    other = square(36.1, 51.1, 0.2)
    path = draw(tiny.folder, (polygon(AWAY), {}), (polygon(other), {"status": "russian_control"}))
    with pytest.warns(geo.RepairWarning, match="given two statuses counts as contested"):
        record = tiny.record(path)
    first, second = shapely.Polygon(AWAY), shapely.Polygon(other)
    expected = {
        "ukrainian_control": first - second,
        "contested": first & second,
        "russian_control": second - first,
    }
    found = ground(record, "2024-08-21")
    assert set(found) == set(expected)
    for status, shape in expected.items():
        assert found[status][1].symmetric_difference(shape).area < 1e-9
    rows = geo.claims_on("2024-08-21", sources=["blue"], record=record)
    cited = dict(zip(rows.status, rows.claim_ids, strict=True))
    assert cited["contested"] == ("map.geojson:1", "map.geojson:2")
    assert cited["ukrainian_control"] == ("map.geojson:1",)


def test_polygon_of_another_source_overrides_nothing(tiny):
    path = draw(tiny.folder, (polygon(square(35.0, 51.0)), {"source_id": "red"}))
    record = tiny.record(path)
    alpha = ground(record, "2024-09-05", "blue")["ukrainian_control"]
    assert alpha[0] == pytest.approx(km2(shapely.Polygon(square(35.0, 51.0))), rel=1e-4)


def test_while_its_map_is_in_force_a_source_says_nothing_else(tiny):
    half = square(35.05, 51.0, 0.1)
    tags = {"status": "contested", "valid_to": "2024-09-01"}
    path = draw(tiny.folder, (polygon(half), tags))
    with pytest.warns(geo.RepairWarning, match="blue: its polygons, from 2024-08-20 on, replace"):
        record = tiny.record(path)
    cell = km2(shapely.Polygon(square(35.0, 51.0)))
    assert set(ground(record, "2024-08-19")) == {"ukrainian_control"}
    found = ground(record, "2024-08-20")
    assert set(found) == {"contested"}
    assert found["contested"][0] == pytest.approx(km2(shapely.Polygon(half)), rel=1e-4)
    known_before = ground(record, "2024-08-20", known_by="2024-08-19")
    assert known_before["ukrainian_control"][0] == pytest.approx(cell, rel=1e-4)
    assert set(ground(record, "2024-09-01")) == {"ukrainian_control"}


def test_what_its_source_says_of_settlements_can_be_kept(tiny):
    path = draw(tiny.folder, (polygon(AWAY), {}))
    record = tiny.record(path, keep_readings=True)
    area, _ = ground(record, "2024-08-21")["ukrainian_control"]
    both = (shapely.Polygon(AWAY), shapely.Polygon(square(35.0, 51.0)))
    assert area == pytest.approx(km2(*both), rel=1e-4)


def test_a_map_of_a_shipped_source_does_not_count_beside_its_readings(tmp_path):
    shape = shapely.Polygon(square(35.1, 51.1, 0.3))
    tags = {"source_id": "deepstate", "claimed_on": "2024-08-07"}
    path = draw(tmp_path, (shapely.geometry.mapping(shape), tags))
    with pytest.warns(geo.RepairWarning, match="deepstate"):
        record = geo.load_record(path)
    areas = geo.areas("2024-08-07", record=record)
    assert areas.area_km2[areas.source_id == "deepstate"].tolist() == [round(km2(shape), 2)]


def test_polygon_of_a_russian_source_concedes_nothing(tiny):
    tags = {"source_id": "red", "status": "russian_control", "basis": "announced"}
    record = tiny.record(draw(tiny.folder, (polygon(AWAY), tags)))
    assert ground(record, "2024-08-19", "red") == {}
    assert set(ground(record, "2024-08-20", "red")) == {"russian_control"}


def test_hole_is_kept(tiny):
    tiny.say({"source_id": "red", "settlement_id": 3})
    hole = square(36.05, 51.05, 0.1)
    record = tiny.record(draw(tiny.folder, (polygon(AWAY, hole[::-1]), {})))
    area, shape = ground(record, "2024-08-21")["ukrainian_control"]
    assert shape.geom_type == "Polygon"
    assert len(shape.interiors) == 1
    assert not shape.contains(shapely.Point(36.1, 51.1))
    assert area == pytest.approx(km2(shapely.Polygon(AWAY, [hole])), rel=1e-4)


def test_settlements_in_a_polygon_are_listed(tiny):
    path = draw(tiny.folder, (polygon(square(35.12, 50.9, 0.3)), {"source_id": "red"}))
    rows = geo.claims_on("2024-08-21", sources=["red"], record=tiny.record(path))
    assert rows.settlements.tolist() == [(2, 3)]


def test_settlements_beside_a_slanting_edge_are_not_in_the_polygon(tiny):
    # Its box holds the sites of 1 and 2, at 35.05 and 35.15; the polygon only the former.
    ring = [[35.0, 51.0], [35.2, 51.0], [35.0, 51.12], [35.0, 51.0]]
    path = draw(tiny.folder, (polygon(ring), {"source_id": "red"}))
    rows = geo.claims_on("2024-08-21", sources=["red"], record=tiny.record(path))
    assert rows.settlements.tolist() == [(1,)]


def test_feature_given_twice_counts_once(tiny):
    tiny.say({"source_id": "red", "settlement_id": 3})
    record = tiny.record(draw(tiny.folder, (polygon(AWAY), {}), (polygon(AWAY), {})))
    area, _ = ground(record, "2024-08-21")["ukrainian_control"]
    assert area == pytest.approx(km2(shapely.Polygon(AWAY)), rel=1e-4)


def test_polygons_of_a_shipped_source_never_overlap_its_own_cells(tmp_path, every_day, record):
    path = draw(
        tmp_path,
        (polygon(square(35.1, 51.1, 0.25)), {"source_id": "ru_mod", "status": "contested"}),
        (
            polygon(square(35.2, 51.2, 0.25)),
            {"source_id": "ru_mod", "claimed_on": "2025-01-10", "valid_to": "2025-03-20"},
        ),
    )
    record = geo.load_record(path).only(["ru_mod"])
    for on in every_day[10::75]:
        for known_by in (None, on):
            assert overlap(geo.select(on, known_by=known_by, record=record)) < 1e-12


def overlap(rows):
    """Ground that is covered twice, in square degrees."""
    shapes = rows.geometry.to_numpy()
    return shapely.area(shapes).sum() - shapely.union_all(shapes).area


CORNERS = st.tuples(st.integers(0, 7), st.integers(0, 4), st.integers(1, 5), st.integers(1, 5))
DRAWN = st.tuples(
    CORNERS,
    st.sampled_from(["ukrainian_control", "contested", "russian_control", "withdrawn"]),
    st.integers(8, 14),  # the day it is about
    st.integers(0, 4),  # days from then until it is told
    st.none() | st.integers(1, 5),  # days until its own end
)


def august(day):
    return f"2024-08-{day:02}"


@pytest.mark.filterwarnings("ignore::geo.RepairWarning")
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(DRAWN, min_size=1, max_size=5))
def test_at_every_point_the_edition_in_force_says_what_its_polygons_say(tiny, drawn):
    tiny.say({"settlement_id": 1, "claimed_on": "2024-08-10"})
    cell = shapely.box(35.0, 51.0, 35.1, 51.1)
    features, said = [], []
    for (x, y, width, height), status, day, late, length in drawn:
        west, south, east, north = (
            np.array([x, y, x + width, y + height]) * 0.03 + [34.98, 50.98] * 2
        )
        box = shapely.box(west, south, east, north)
        end = None if length is None else day + length
        said.append((box, status, day, day + late, 99 if end is None else end))
        tags = {"status": status, "claimed_on": august(day + late), "effective_on": august(day)}
        features.append((shapely.geometry.mapping(box), tags | {"valid_to": end and august(end)}))
    record = tiny.record(draw(tiny.folder, *features)).only(["blue"])
    grid = np.meshgrid(np.arange(34.996, 35.4, 0.031), np.arange(50.997, 51.25, 0.031))
    points = shapely.points(*(axis.ravel() for axis in grid))
    for on, by in [(8, 8), (9, 12), (11, 11), (12, 18), (14, 14), (15, 25), (18, 16), (25, 25)]:
        now = geo.select(august(on), known_by=august(by), record=record)
        assert overlap(now) < 1e-9
        holds = shapely.contains(now.geometry.to_numpy()[:, None], points)
        for point, own in zip(points, holds.T, strict=True):
            assert now.status[own].tolist() == word(point, on, by, said, cell)


def word(point, on, by, said, cell):
    """What the source says of a point: by its edition in force, else by its cell."""
    told = [(day, late) for _, _, day, late, _ in said if day <= on and late <= by]
    edition = max(told, default=None)
    alive = [
        (box, status) for box, status, *days, end in said if tuple(days) == edition and end > on
    ]
    if alive:
        statuses = {status for box, status in alive if box.contains(point)} - {"withdrawn"}
        return ["contested"] if len(statuses) > 1 else sorted(statuses)
    return ["ukrainian_control"] if cell.contains(point) and min(on, by) >= 10 else []
