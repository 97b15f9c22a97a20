"""Map files made to do harm: nothing of them runs, reads, calls out or takes too much."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import pytest
import shapely
from conftest import collection, polygon, square

import geo
from geo.maps.polygons import read_polygons
from geo.tables.schema import DATA

TAGS = {
    "source_id": "blue",
    "status": "ukrainian_control",
    "claimed_on": "2024-08-20",
    "url": "https://example.org/map",
}
BOX = square(36.0, 51.0, 0.2)
EXTENSIONS = ["geojson", "json", "gpkg", "shp", "zip", "kml"]


def drawn(*features):
    return collection([(TAGS | tags, shape) for shape, tags in features])


def refused(path, limits=None):
    found = read_polygons(path, limits=limits)
    assert found.claims.empty
    (fault,) = found.faults
    assert fault.file == Path(path).name
    return fault


@pytest.fixture
def listener():
    """A server on this machine that notes who calls."""
    heard = []

    class Listener(BaseHTTPRequestHandler):
        def handle(self):
            heard.append(self.client_address)

    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield SimpleNamespace(heard=heard, address=f"http://127.0.0.1:{server.server_port}")
        server.shutdown()


# Documents of other kinds than their extension says


def vrt(secret, address):
    return f"""<OGRVRTDataSource><OGRVRTLayer name="secret">
        <SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>
        <OGRVRTLayer name="far"><SrcDataSource>/vsicurl/{address}/x.geojson</SrcDataSource>
        </OGRVRTLayer></OGRVRTDataSource>"""


def wfs(_secret, address):
    return f"<OGRWFSDataSource><URL>{address}/wfs?</URL></OGRWFSDataSource>"


def gdalg(_secret, address):
    line = f"gdal vector pipeline read /vsicurl/{address}/x.geojson ! write stream"
    return json.dumps({"type": "gdal_streamed_alg", "command_line": line})


def linked(_secret, address):
    document = json.loads(drawn((polygon(BOX), {})))
    document["crs"] = {"type": "link", "properties": {"href": f"{address}/crs", "type": "proj4"}}
    return json.dumps(document)


def kml_link(_secret, address):
    return f"""<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>
        <NetworkLink><Link><href>{address}/x.kml</href></Link></NetworkLink></Document></kml>"""


def entity(secret, address):
    return f"""<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY own SYSTEM "file://{secret}">
        <!ENTITY far SYSTEM "{address}/x">]><kml xmlns="http://www.opengis.net/kml/2.2"><Document>
        <Placemark><name>&own;&far;</name></Placemark></Document></kml>"""


def esri(_secret, address):
    return json.dumps({"currentVersion": 10, "url": f"{address}/arcgis", "features": [{}]})


DOCUMENTS = [vrt, wfs, gdalg, linked, kml_link, entity, esri]


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_no_document_reads_another_file_or_calls_out(tmp_path, listener, extension):
    secret = tmp_path / "secret.geojson"
    secret.write_text(drawn((polygon(BOX), {"statement": "secret words"})))
    paths = [tmp_path / f"{document.__name__}.{extension}" for document in DOCUMENTS]
    for path, document in zip(paths, DOCUMENTS, strict=True):
        text = document(secret, listener.address)
        if extension == "zip":
            with zipfile.ZipFile(path, "w") as archive:
                for name in ("map.geojson", "map.shp", "map.shx", "map.dbf", "map.vrt"):
                    archive.writestr(name, text)
        else:
            path.write_text(text)
            for part in (".shx", ".dbf"):
                path.with_suffix(part).write_text(text)
    found = read_polygons(*paths)
    assert found.claims.empty
    assert [fault.file for fault in found.faults] == [path.name for path in paths]
    for fault in found.faults:
        assert "secret words" not in str(fault)
        assert "; " in fault.problem
    assert listener.heard == []


@pytest.mark.parametrize("name", ["/vsicurl/http://127.0.0.1:9/x.geojson", "/vsizip/a.zip/b.shp"])
def test_a_path_of_gdals_own_is_no_file(name):
    assert "is missing" in refused(name).problem


def test_a_name_with_a_semicolon_is_the_file_of_that_name(tmp_path):
    (tmp_path / "a.geojson").write_text(drawn((polygon(BOX), {"statement": "another"})))
    assert "is missing" in refused(tmp_path / "a.geojson;x.geojson").problem
    odd = tmp_path / "b.gpkg;x.geojson"
    odd.write_text(drawn((polygon(BOX), {"statement": "own"})))
    assert read_polygons(odd).claims.statement.tolist() == ["own"]


def test_what_lies_beside_a_file_changes_nothing(tmp_path):
    path = tmp_path / "map.kml"
    path.write_text(kml_link("", "http://127.0.0.1:9"))
    (tmp_path / "map.vrt").write_text(vrt(path, ""))
    (tmp_path / "map.kml.aux.xml").write_text(vrt(path, ""))
    assert "no features" in refused(path).problem


# GeoPackage


@pytest.fixture
def package(tmp_path):
    path = tmp_path / "own.gpkg"
    gpd.GeoDataFrame([TAGS], geometry=[shapely.Polygon(BOX)], crs=4326).to_file(path)

    def run(*statements):
        with closing(sqlite3.connect(path)) as database:
            triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for (name,) in database.execute(triggers).fetchall():
                database.execute(f'DROP TRIGGER "{name}"')
            for statement in statements:
                database.execute(statement)
            database.commit()
        return path

    return run


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x"


#: The view "trap" as a layer like the table "own".
AS_LAYER = (
    "INSERT INTO gpkg_contents SELECT 'trap', data_type, 'trap', '', last_change, min_x, min_y, "
    "max_x, max_y, srs_id FROM gpkg_contents",
    "INSERT INTO gpkg_geometry_columns SELECT 'trap', column_name, geometry_type_name, srs_id, "
    "z, m FROM gpkg_geometry_columns",
)


@pytest.mark.parametrize(
    "query", [f"{ENDLESS} AS fid, NULL AS geom FROM n", "SELECT a.* FROM own a, own b, own c"]
)
def test_no_view_of_a_geopackage_is_run(package, query):
    path = package(f"CREATE VIEW trap AS {query}", *AS_LAYER)
    with pytest.warns(geo.RepairWarning, match="'trap' is (a view|not a table) and is not read"):
        found = read_polygons(path)
    assert found.faults == []
    assert len(found.claims) == 1


def test_a_table_of_the_format_itself_must_be_a_table(package):
    path = package(
        "ALTER TABLE gpkg_contents RENAME TO kept",
        f"CREATE VIEW gpkg_contents AS {ENDLESS} FROM n",
    )
    assert "'gpkg_contents' is a view, not a table" in refused(path).problem


def test_tables_without_shapes_are_left_out_by_name(package):
    path = package(
        "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, styleQML TEXT)",
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, words TEXT)",
        "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('notes', 'attributes')",
        "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('layer_styles', 'attributes')",
    )
    with pytest.warns(geo.RepairWarning, match="holds no shapes and is not read") as caught:
        found = read_polygons(path)
    assert sorted(str(warning.message).split("'")[1] for warning in caught) == [
        "layer_styles",
        "notes",
    ]
    assert found.faults == []
    assert len(found.claims) == 1


# Limits


def test_reading_that_takes_too_long_is_ended(package):
    # A generated column works whenever its row is read.
    path = package(
        "ALTER TABLE own ADD COLUMN slow AS "
        "(length(hex(zeroblob(300000000))) + length(hex(zeroblob(300000001))))",
    )
    start = time.monotonic()
    fault = refused(path, geo.Limits(seconds=1, memory_mb=8000))
    assert time.monotonic() - start < 20
    assert fault.problem == (
        "takes more than 1 seconds to read; allow more with --limit seconds=2 "
        "(limits=geo.Limits(seconds=2) in Python)"
    )


def test_reading_that_takes_too_much_memory_is_ended(tmp_path):
    path = tmp_path / "map.geojson"
    path.write_text(f'{{"type": "FeatureCollection", "x": [{"[]," * 9_000_000}0], "features": []}}')
    fault = refused(path, geo.Limits(memory_mb=300))
    assert fault.problem.startswith("takes more than 300 MB of memory to read; allow more with")


def test_files_that_are_too_large_are_refused_together(tmp_path):
    paths = [tmp_path / f"{n}.geojson" for n in range(2)]
    for path in paths:
        path.write_text(drawn((polygon(BOX), {"note": "x" * 600_000})))
    found = read_polygons(*paths, limits=geo.Limits(input_mb=1))
    (fault,) = found.faults
    assert fault.file == "1.geojson"
    assert fault.problem.startswith("is larger than 1 MB, with the files before it; allow more")


def test_a_zip_is_not_unpacked_beyond_its_limit(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("a.shp", "a.shx", "a.dbf"):
            archive.writestr(name, b"\0" * 3_000_000)
    assert path.stat().st_size < 30_000
    fault = refused(path, geo.Limits(unpacked_mb=5))
    assert fault.problem.startswith("unpacks to more than 5 MB; allow more with --limit")


def test_features_are_counted_before_they_are_judged(tmp_path):
    path = tmp_path / "map.geojson"
    feature = '{"type": "Feature", "properties": {}, "geometry": null}'
    path.write_text(
        f'{{"type": "FeatureCollection", "features": [{",".join([feature] * 200_001)}]}}'
    )
    fault = refused(path)
    assert fault.problem.startswith("holds more than 200,000 features")


@pytest.mark.parametrize("extension", ["geojson", "gpkg", "shp"])
def test_a_file_of_too_many_features_is_told_so_in_every_format(tmp_path, extension):
    path = tmp_path / f"map.{extension}"
    gpd.GeoDataFrame(
        {"source_id": ["blue"] * 4}, geometry=[shapely.Polygon(BOX)] * 4, crs=4326
    ).to_file(path)
    fault = refused(path, geo.Limits(features=3))
    assert fault.problem.startswith("holds more than 3 features")


def test_faults_are_kept_up_to_a_number_and_counted(tmp_path):
    path = tmp_path / "map.geojson"
    path.write_text(drawn(*[(None, {})] * 1000))
    faults = read_polygons(path).faults
    assert len(faults) == 100
    assert faults.more == 900


@pytest.mark.parametrize("words", ["seconds", "seconds=", "seconds=-1", "hours=1", "seconds=1e9"])
def test_a_limit_that_cannot_be_is_refused(words):
    with pytest.raises(ValueError, match="NAME=NUMBER with a name of seconds, memory_mb"):
        geo.Limits.of([words])


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_command_that_is_ended_takes_the_reading_with_it(tmp_path, sent):
    path = tmp_path / "map.geojson"
    os.mkfifo(tmp_path / "hold")
    path.write_text(f'{{"type": "FeatureCollection", "x": [{"[]," * 3_000_000}0], "features": []}}')
    room = tmp_path / "room"
    room.mkdir()
    command = [sys.executable, "-m", "geo", "validate", "--polygons", str(path)]
    with subprocess.Popen(
        command, cwd=DATA.parent, env=os.environ | {"TMPDIR": str(room)}, stderr=subprocess.DEVNULL
    ) as process:
        at = wait_for(lambda: next(room.glob("claims-*/at"), None))
        readers = [pid for pid in processes() if str(at.parent) in processes().get(pid, "")]
        assert readers
        process.send_signal(sent)
        process.wait(10)
    wait_for(lambda: not [pid for pid in readers if pid in processes()])
    assert list(room.iterdir()) == []


def wait_for(condition):
    until = time.monotonic() + 20
    while not (found := condition()):
        assert time.monotonic() < until, "it did not come"
        threading.Event().wait(0.01)
    return found


def processes():
    """Command lines of all that runs, by process."""
    found = {}
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found[file.parent.name] = file.read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return {pid: line for pid, line in found.items() if line}


# What a person gets wrong


def test_a_zipped_folder_is_read(tmp_path):
    gpd.GeoDataFrame([TAGS], geometry=[shapely.Polygon(BOX)], crs=4326).to_file(tmp_path / "a.shp")
    path = tmp_path / "own.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in tmp_path.glob("a.*"):
            archive.write(part, f"maps of August/{part.name}")
            archive.write(part, f"__MACOSX/._{part.name}.txt")
    found = read_polygons(path)
    assert found.faults == []
    assert len(found.claims) == 1


def test_an_unclosed_ring_is_said_of_its_feature(tmp_path):
    path = tmp_path / "map.geojson"
    path.write_text(drawn((polygon(BOX), {}), (polygon(BOX[:-1]), {})))
    (fault,) = read_polygons(path).faults
    assert (fault.row, fault.column) == (2, "geometry")
    assert "ring that is not closed; its last point must repeat its first" in fault.problem


def test_a_property_that_stands_twice_is_not_chosen_for_you(tmp_path):
    path = tmp_path / "map.geojson"
    path.write_text(drawn((polygon(BOX), {"STATUS": "russian_control"})))
    (fault,) = read_polygons(path).faults
    assert (fault.column, fault.problem) == (
        "status",
        "is given twice, as 'status', 'STATUS'; keep one",
    )


def test_a_sliver_is_kept_and_told(tmp_path):
    path = tmp_path / "map.geojson"
    path.write_text(drawn((polygon(square(36.0, 51.0, 1e-6)), {})))
    with pytest.warns(geo.RepairWarning, match="features 1: smaller than 1e-05 degrees"):
        found = read_polygons(path)
    assert shapely.area(found.editions.geometry).sum() == pytest.approx(1e-12)


@pytest.mark.parametrize("name", ["EPSG:999999", "urn:x", 7, "/etc/passwd", "+proj=longlat"])
def test_a_coordinate_system_that_is_not_known_is_told(tmp_path, name):
    document = json.loads(drawn((polygon(BOX), {})))
    document["crs"] = {"type": "name", "properties": {"name": name}}
    path = tmp_path / "map.geojson"
    path.write_text(json.dumps(document))
    with pytest.warns(geo.RepairWarning, match="is not known; degrees"):
        assert read_polygons(path).faults == []


@pytest.mark.parametrize(
    ("letters", "told"),
    [("utf-8", None), ("cp1251", "text encoding is uncertain: not UTF-8")],
)
def test_a_shapefile_without_cpg_is_utf8_or_doubtful(tmp_path, recwarn, letters, told):
    table = gpd.GeoDataFrame(
        [TAGS | {"statement": "Суджа"}], geometry=[shapely.Polygon(BOX)], crs=4326
    )
    table.to_file(tmp_path / "own.shp", encoding=letters)
    (tmp_path / "own.cpg").unlink()
    found = read_polygons(tmp_path / "own.shp") if told is None else None
    if told:
        with pytest.warns(geo.RepairWarning, match=told):
            found = read_polygons(tmp_path / "own.shp")
    assert found.claims.statement.tolist() == ["Суджа"]
    assert not recwarn


def test_a_link_or_a_pipe_is_no_trap(tmp_path):
    os.mkfifo(tmp_path / "pipe.geojson")
    assert "is not a file" in refused(tmp_path / "pipe.geojson").problem
    (tmp_path / "loop.geojson").symlink_to(tmp_path / "loop.geojson")
    assert "is missing" in refused(tmp_path / "loop.geojson").problem


def test_two_files_of_one_name_are_told_apart(tmp_path):
    paths = [tmp_path / day / "map.geojson" for day in ("one", "two")]
    for path in paths:
        path.parent.mkdir()
        path.write_text(drawn((polygon(BOX), {})))
    assert read_polygons(*paths).claims.claim_id.tolist() == [
        "one/map.geojson:1",
        "two/map.geojson:1",
    ]


def test_deep_nesting_is_refused(tmp_path):
    path = tmp_path / "map.geojson"
    path.write_text("[" * 200_000)
    assert "cannot be read as GeoJSON" in refused(path).problem
    path.write_text('{"type": "FeatureCollection", "features": ' + '[{"a":' * 100_000)
    assert "cannot be read as GeoJSON" in refused(path).problem


def test_entities_do_not_multiply(tmp_path):
    names = [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    path = tmp_path / "map.kml"
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a0 "lol">{"".join(names)}]>'
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>&a11;</name>'
        "</Placemark></Document></kml>"
    )
    assert refused(path, geo.Limits(seconds=20))


def test_an_edition_whose_lines_cross_without_end_is_ended(tmp_path):
    # Thin triangles, each across all others: their union grows with the square of their number.
    fan = [
        polygon([[35, 51 + n * 1e-4], [36, 52 - n * 1e-4], [36, 52 - n * 1e-4 + 5e-5],
                 [35, 51 + n * 1e-4]])
        for n in range(6000)
    ]  # fmt: skip
    path = tmp_path / "map.geojson"
    path.write_text(drawn(*((shape, {}) for shape in fan)))
    (fault,) = read_polygons(path, limits=geo.Limits(seconds=3)).faults
    assert "takes more than" in fault.problem


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(room))
    path = tmp_path / "map.gpkg"
    path.write_text("no database")
    assert "cannot be read as GeoPackage (it begins with" in refused(path).problem
    assert list(room.iterdir()) == []
    shutil.rmtree(room)


def test_what_is_no_text_is_replaced_and_told(tmp_path):
    path = tmp_path / "map.geojson"
    path.write_text(drawn((polygon(BOX), {"statement": "half \ud800 a pair"})))
    with pytest.warns(geo.RepairWarning, match="features 1: invalid characters were replaced"):
        found = read_polygons(path)
    assert found.claims.statement.tolist() == ["half \ufffd a pair"]
