"""Every format is read back by something that did not write it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import resource
import sqlite3
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from conftest import NAMES
from playwright.sync_api import expect
from pyarrow import parquet

import geo
from geo import Snapshot, agreement_on, claims_of, read_settings, snapshot_bytes, write_snapshot
from geo.claims.shown import changes_of, lapsed_of
from geo.export.citations import MOST
from geo.style import look
from geo.tables.context import load_context

pytest_plugins = ["browser"]

DATA = ("geojson", "gpkg", "kml", "shp.zip", "csv", "parquet")
SNAPSHOT = Snapshot(on="2024-10-01", compare="2024-08-20", since="2024-09-20", lapsed=True)
CONTEXT = ["context", "sites"]
LAYERS = ["agreement", "claims", "lapsed", "changes", "history", *CONTEXT]
TOLD = {"ukrainian": "Ukrainian sources say", "russian": "Russian sources say",
        "third_party": "Third parties say"}  # fmt: skip
KML = "{http://www.opengis.net/kml/2.2}"


@pytest.fixture(scope="session")
def written(tmp_path_factory, record) -> dict[str, Path]:
    """One snapshot with everything in it, in every format of data and as a page."""
    folder = tmp_path_factory.mktemp("written")
    files = {extension: folder / f"snapshot.{extension}" for extension in (*DATA, "html")}
    for file in files.values():
        write_snapshot(SNAPSHOT, file, record=record)
    return files


@pytest.fixture(scope="session")
def layers(written):
    """The layers of a file of `written`, read once."""
    return cache(lambda extension: read(extension, written[extension]))


@pytest.fixture(scope="session")
def expected(record) -> gpd.GeoDataFrame:
    return claims_of(SNAPSHOT, record)


def of_gdal(file: Path) -> dict[str, gpd.GeoDataFrame]:
    """Layers as GDAL reads them."""
    names = [name for name, kind in pyogrio.list_layers(file) if kind is not None]
    found = {name: pyogrio.read_dataframe(file, layer=name) for name in names}
    table = next(iter(found.values()))
    if "layer" not in table:
        return found
    table = pd.concat(found.values())  # of KML, a folder each
    return {name: rows.reset_index(drop=True) for name, rows in table.groupby("layer", sort=False)}


def of_table(text: str) -> gpd.GeoDataFrame:
    table = pd.DataFrame(csv.DictReader(io.StringIO(text))).replace({"": None})
    return gpd.GeoDataFrame(table, geometry=shapely.from_wkt(table.WKT), crs=4326)


def of_csv(text: str) -> dict[str, gpd.GeoDataFrame]:
    shapes = of_table(text)
    return {name: rows.reset_index(drop=True) for name, rows in shapes.groupby("layer", sort=False)}


def of_parquet(file: Path) -> dict[str, gpd.GeoDataFrame]:
    """As the specification says, without geopandas."""
    table = parquet.read_table(file)
    about = json.loads(table.schema.metadata[b"geo"])
    column = about["primary_column"]
    assert about["columns"][column]["encoding"] == "WKB"
    plain = pd.DataFrame(table.to_pydict())
    shapes = gpd.GeoDataFrame(plain, geometry=shapely.from_wkb(plain[column]), crs=4326)
    return {name: rows.reset_index(drop=True) for name, rows in shapes.groupby("layer", sort=False)}


def read(extension: str, file: Path) -> dict[str, gpd.GeoDataFrame]:
    if extension == "csv":
        return of_csv(file.read_text("utf-8"))
    if extension == "parquet":
        return of_parquet(file)
    return of_gdal(file)


def columns(extension: str, file: Path) -> dict[str, list[tuple[str, str]]]:
    """Names and types of the columns of each layer; CSV has no types."""
    if extension == "csv":
        return {"": [(name, "") for name in next(csv.reader(io.StringIO(file.read_text("utf-8"))))]}
    if extension == "parquet":
        return {"": [(field.name, str(field.type)) for field in parquet.read_schema(file)]}
    found = {}
    for name, kind in pyogrio.list_layers(file):
        if kind is not None:
            about = pyogrio.read_info(file, layer=name)
            found[name] = list(zip(about["fields"], about["ogr_types"], strict=True))
    return found


def area(shapes: gpd.GeoSeries) -> np.ndarray:
    return (shapes.to_crs(3035).area / 1e6).to_numpy()


def day(value: object) -> str | None:
    return None if pd.isna(value) else str(value)[:10]


@pytest.mark.parametrize("extension", DATA)
def test_the_claims_come_back_as_the_api_gives_them(extension, layers, expected):
    found = layers(extension)["claims"]
    assert len(found) == len(expected) > 20
    for column in ("source_id", "source", "side", "status"):
        assert found[column].tolist() == expected[column].astype(str).tolist()
    for column in ("valid_from", "valid_to", "last_said"):
        assert [day(d) for d in found[column]] == [day(d) for d in expected[column]]
    short = {"shp.zip": "partisan"}.get(extension, "partisanship")
    assert found[short].astype(int).tolist() == expected.partisanship.tolist()
    assert found.area_km2.astype(float).tolist() == expected.area_km2.tolist()
    assert area(found.geometry) == pytest.approx(area(expected.geometry), rel=1e-4)
    # Coordinates are written to five decimals, about a metre.
    apart = shapely.hausdorff_distance(found.geometry.to_numpy(), expected.geometry.to_numpy())
    assert apart.max() < 1.5e-5
    assert shapely.is_valid(found.geometry.to_numpy()).all()


@pytest.mark.parametrize("extension", DATA)
def test_all_that_was_asked_for_goes_along(extension, layers, shipped, record):
    found = layers(extension)
    # GDAL lists shapefiles by name; in KML what each side says is a folder besides.
    assert [name for name in found if name not in TOLD] == (
        sorted(LAYERS) if extension == "shp.zip" else LAYERS
    )
    cells = agreement_on(SNAPSHOT, record=record)
    for name in ("agreement", "ukrainian", "russian", "third_party"):
        short = "third" if (extension, name) == ("shp.zip", "third_party") else name
        assert found["agreement"][short].tolist() == cells[name].tolist()
    lapsed = lapsed_of(SNAPSHOT, record)
    assert found["lapsed"].age_days.astype(int).tolist() == lapsed.age_days.tolist()
    assert lapsed.age_days.min() > 30
    changes = changes_of(SNAPSHOT, record)
    assert found["changes"].change.tolist() == changes.change.tolist() == ["gained", "lost", "kept"]
    assert area(found["changes"].geometry) == pytest.approx(changes.area_km2, rel=1e-3)
    history = found["history"]
    held = shipped.known_to.isna() & (shipped.valid_from <= "2024-10-01")
    ends = record.stops(SNAPSHOT)
    held &= ~(ends <= np.datetime64("2024-09-20"))
    assert len(history) == held.sum()
    assert [day(d) for d in history.valid_to] == [day(d) for d in ends[held]]


@pytest.mark.parametrize("extension", DATA)
def test_rivers_roads_and_sites_go_along_with_what_they_rest_on(extension, layers):
    found, context = layers(extension), load_context()
    for layer, own in zip(CONTEXT, (context.kind != "site", context.kind == "site"), strict=True):
        table, wanted = found[layer], context[own]
        assert table.name_en.tolist() == wanted.name_en.tolist()
        assert table.url.tolist() == wanted.url.tolist()
        said = [str(value) in {"True", "1", "1.0"} for value in table.schematic]
        assert said == wanted.schematic.tolist()
        shapes, given = table.geometry.to_numpy(), wanted.geometry.to_numpy()
        assert shapely.hausdorff_distance(shapes, given).max() < 1.5e-5


@pytest.mark.parametrize("extension", DATA)
def test_they_stay_away_with_one_switch(extension, tmp_path, record):
    file = tmp_path / f"bare.{extension}"
    write_snapshot(Snapshot(on="2024-10-01", context=False), file, record=record)
    assert {*read(extension, file)}.isdisjoint(CONTEXT)


@pytest.mark.parametrize("extension", DATA)
def test_areas_have_two_decimals_in_every_layer(extension, layers):
    for layer, table in layers(extension).items():
        if layer in CONTEXT:
            continue
        found = table.area_km2.astype(float)
        assert found.tolist() == found.round(2).tolist(), layer


@pytest.mark.parametrize("extension", ["gpkg", "shp.zip", "csv", "parquet"])
@pytest.mark.parametrize(
    "choice",
    [
        {"bbox": "36,51,36.2,51.1"},  # nothing at all
        {"sides": "ukrainian", "sources": "ru_mod"},
        {"statuses": "implied"},
        {"on": "2024-08-07", "compare": "2024-08-06", "since": "2024-08-06"},
    ],
)
def test_columns_have_the_same_types_with_rows_and_without(choice, extension, written, tmp_path):
    file = tmp_path / f"few.{extension}"
    write_snapshot(Snapshot(**SNAPSHOT.model_dump(exclude_none=True) | choice), file)
    assert columns(extension, file) == columns(extension, written[extension])


@pytest.mark.parametrize("extension", ["gpkg", "csv", "parquet"])
def test_every_claim_behind_a_shape_is_cited_in_date_order(extension, layers, expected, ledger):
    found = layers(extension)["claims"]
    assert [set(text.split("; ")) for text in found.claim_ids] == [
        set(i) for i in expected.claim_ids
    ]
    for text, ids in zip(found.citations, expected.claim_ids, strict=True):
        lines = text.split("\n")
        own = ledger.claims.loc[list(ids)].sort_values(["claimed_on", "claim_id"])
        # QGIS takes a column for days if its texts begin with days.
        assert [line[:18] for line in lines] == [
            f"[{claim}] {said:%Y-%m-%d}" for claim, said in own.claimed_on.items()
        ]
        for claim in own.itertuples():
            assert any(
                claim.statement in s and f"({claim.publisher}, {claim.url})" in s for s in lines
            )


def test_geojson_is_as_rfc_7946_wants_it(written, expected, ledger):
    text = written["geojson"].read_text("utf-8")
    document = json.loads(text)
    assert document["type"] == "FeatureCollection"
    assert "crs" not in document
    claims = [f for f in document["features"] if f["properties"]["layer"] == "claims"]
    assert [f["properties"]["claim_ids"] for f in claims] == expected.claim_ids.map(list).tolist()
    first = claims[0]["properties"]
    assert first["settlements"] == [ledger.settlements.name_en[i] for i in expected.settlements[0]]
    claim = first["citations"][0]
    known = ledger.claims.loc[claim["claim_id"]]
    assert (claim["statement"], claim["url"]) == (known.statement, known.url)
    for feature in document["features"]:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        lines = feature["properties"]["layer"] in CONTEXT
        for part in () if lines else shapely.get_parts(shape):
            assert part.exterior.is_ccw
            assert not any(ring.is_ccw for ring in part.interiors)
        numbers = shapely.get_coordinates(shape)
        assert (numbers == numbers.round(5)).all()


def test_each_row_of_csv_says_whom_to_credit(written):
    rows = of_table(written["csv"].read_text("utf-8"))
    noted = [node["rights"] for node in nodes(written["geojson"]) if node["id"] == "k:data"]
    assert rows.rights.unique().tolist() == noted
    assert {"OpenStreetMap", "INID", "GSHHG"} <= set(re.findall(r"\w+", noted[0]))


def nodes(file: Path) -> list[dict[str, str]]:
    """The provenance record of a GeoJSON file."""
    return json.loads(file.read_text("utf-8"))["provenance"]["@graph"]


def styles_of(file: Path) -> dict[str, ET.Element]:
    """The usual style of each layer, and those of what each side says, by their titles."""
    with sqlite3.connect(file) as database:
        found = {}
        for layer, name, text, usual in database.execute(
            "SELECT f_table_name, styleName, styleQML, useAsDefault FROM layer_styles"
        ):
            assert (layer, usual) == ((name, 1) if name in LAYERS else ("agreement", 0))
            found[name] = ET.fromstring(text)
    database.close()
    return found


def rules_of(style: ET.Element, given: str = "TRUE") -> list[tuple[str, ET.Element]]:
    """The rules that draw, each with the whole of its condition."""
    found = []
    for rule in style.findall("rule"):
        whole = f"{given} AND ({rule.get('filter')})"
        found += [(whole, rule)] if rule.get("symbol") else rules_of(rule, whole)
    return found


def options(layer: ET.Element) -> dict[str, str]:
    return {option.get("name"): option.get("value") for option in layer.findall("Option/Option")}


@pytest.fixture(scope="session")
def several(tmp_path_factory, record) -> Path:
    """A GeoPackage of changes of more than one status."""
    file = tmp_path_factory.mktemp("several") / "several.gpkg"
    settings = SNAPSHOT.model_dump(exclude_none=True)
    settings["statuses"] = "ukrainian_control,contested,russian_control"
    write_snapshot(Snapshot(**settings), file, record=record)
    return file


def test_the_geopackage_is_sound_and_styled(written):
    with sqlite3.connect(written["gpkg"]) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        kinds = dict(database.execute("SELECT table_name, data_type FROM gpkg_contents"))
        (geometry,) = set(database.execute("SELECT column_name FROM gpkg_geometry_columns"))
        (column,) = set(database.execute("SELECT f_geometry_column FROM layer_styles"))
    database.close()
    assert kinds == dict.fromkeys(LAYERS, "features") | {"layer_styles": "attributes"}
    assert geometry == column
    assert list(styles_of(written["gpkg"])) == ["agreement", *TOLD.values(), *LAYERS[1:]]


@pytest.mark.parametrize("statuses", ["usual", "several"])
def test_every_shape_is_drawn_by_one_rule_that_says_what_it_is(statuses, written, several):
    file = several if statuses == "several" else written["gpkg"]
    for name, style in styles_of(file).items():
        layer = name if name in LAYERS else "agreement"
        rules = rules_of(style.find("renderer-v2/rules"))
        drawn = [pyogrio.read_dataframe(file, layer=layer, where=where) for where, _ in rules]
        assert all(len(rows) for rows in drawn)
        assert sum(map(len, drawn)) == len(pyogrio.read_dataframe(file, layer=layer))
        symbols = {s.get("name"): s for s in style.findall("renderer-v2/symbols/symbol")}
        assert [rule.get("symbol") for _, rule in rules] == list(symbols)
        assert len({rule.get("key") for rule in style.iter("rule")}) == len(
            list(style.iter("rule"))
        )
        looks = {
            (rule.get("label"), b"".join(map(ET.tostring, symbols[rule.get("symbol")])))
            for _, rule in rules
        }
        assert len(looks) == len(dict(looks))
        # What both or only one call fought over looks the same.
        twice = {label for label, _ in looks if "only one says fought over" in label}
        assert len({look for _, look in looks}) == len(looks) - len(twice)


def test_qgis_switches_the_sources_on_one_by_one(written, record, tmp_path):
    def states(file):
        rules = styles_of(file)["claims"].find("renderer-v2/rules")
        return {rule.get("label"): rule.get("checkstate") for rule in rules}

    found = states(written["gpkg"])
    assert set(found.values()) == {"0"}
    assert found.keys() == set(claims_of(SNAPSHOT, record).source)
    alone = tmp_path / "alone.gpkg"
    write_snapshot(Snapshot(on="2024-10-01", sources="deepstate"), alone, record=record)
    assert states(alone) == {"DeepState map": None}


def test_qgis_draws_the_signs_of_the_style(written):
    styles = styles_of(written["gpkg"])
    own = look.style()
    mm = {name: f"{length * (25.4 / 96):.4f}" for name, length in {
        "stripes": own.stripes.period, "dots": own.dots.period, "hatches": own.hatches.period,
    }.items()}  # fmt: skip
    rgb = {name: ",".join(map(str, [*bytes.fromhex(colour[1:]), 255]))
           for name, colour in own.light.model_dump().items()}  # fmt: skip
    kinds, seen = ("stripes", "hatches", "dots", "edge"), set()
    for title in ("agreement", *TOLD.values(), "claims"):
        symbols = {s.get("name"): s for s in styles[title].findall("renderer-v2/symbols/symbol")}
        for where, rule in rules_of(styles[title].find("renderer-v2/rules")):
            name = re.findall(r"= '(\w+)'", where)[-1]
            if name == "implied":
                continue
            sign, [fill, *over] = own.signs[name], list(symbols[rule.get("symbol")])
            assert options(fill)["color"] == rgb[sign.fill]
            wanted = [
                kind for kind in ("stripes", "hatches", "dots", "edge") if getattr(sign, kind)
            ]
            assert len(over) == len(wanted)
            for kind, layer in zip(wanted, over, strict=True):
                seen.add(kind)
                if kind == "edge":
                    assert options(layer)["line_color"] == rgb["ink"]
                    continue
                distance = "distance_x" if kind == "dots" else "distance"
                assert options(layer)[distance] == mm[kind]
                [inner] = layer.findall("symbol/layer")
                colour = "color" if kind == "dots" else "line_color"
                assert options(inner)[colour] == rgb[getattr(sign, kind)]
    assert seen == set(kinds)
    for layer in styles["lapsed"].iter("layer"):
        assert options(layer)["use_custom_dash"] == "1"


def test_the_temporal_controller_of_qgis_gets_midnights(written):
    styles = styles_of(written["gpkg"])
    assert [name for name in styles if styles[name].find("temporal") is not None] == ["history"]
    times = styles["history"].find("temporal").attrib
    # Mode 4 takes expressions. Its other modes take a day for later than its midnight.
    assert (times["mode"], times["startExpression"]) == ("4", 'to_datetime("valid_from")')
    (after,) = re.findall(
        r'^coalesce\(to_datetime\("valid_to"\), make_datetime\((\d+),(\d+),(\d+),0,0,0\)\)$',
        times["endExpression"],
    )
    ends = pyogrio.read_dataframe(written["gpkg"], layer="history").valid_to
    last = max(ends.max(), pd.Timestamp(SNAPSHOT.on))
    assert pd.Timestamp(*map(int, after)) == last + pd.Timedelta(days=1)


def test_google_earth_finds_spans_styles_and_links(written, expected):
    document = ET.parse(written["kml"]).getroot().find(f"{KML}Document")
    styles = {f"#{style.get('id')}" for style in document.iter(f"{KML}Style")}
    own = document.find(f"{KML}Style[@id='ukrainian_control']/{KML}PolyStyle/{KML}color")
    # Opacity, blue, green, red.
    assert own.text[2:] == bytes.fromhex(look.style().light.ukrainian_control[1:])[::-1].hex()
    striped = document.find(f"{KML}Style[@id='contradictory']")
    assert striped.findtext(f"{KML}LineStyle/{KML}width") == "2"
    assert striped.findtext(f"{KML}PolyStyle/{KML}color") != own.text
    claims = document.findall(f"{KML}Folder")[4]
    placemarks = list(claims.iter(f"{KML}Placemark"))
    assert {p.findtext(f"{KML}styleUrl") for p in document.iter(f"{KML}Placemark")} <= styles
    for placemark, status, start, end in zip(
        placemarks, expected.status, expected.valid_from, expected.valid_to, strict=True
    ):
        assert placemark.findtext(f"{KML}styleUrl") == f"#{status}"
        span = placemark.find(f"{KML}TimeSpan")
        # It holds to the last second of its last day, in UTC as KML has it.
        last = end - pd.Timedelta(days=1)
        assert span.findtext(f"{KML}begin") == f"{start.date()}T00:00:00Z"
        assert span.findtext(f"{KML}end") == (
            f"{last.date()}T23:59:59Z" if last is not pd.NaT else None
        )
        for edge, is_ccw in (("outer", True), ("inner", False)):
            for ring in placemark.iter(f"{KML}{edge}BoundaryIs"):
                text = ring.findtext(f"{KML}LinearRing/{KML}coordinates")
                points = [point.split(",") for point in text.split()]
                assert shapely.LinearRing(np.array(points, dtype=float)).is_ccw == is_ccw
        assert '<a href="http' in placemark.findtext(f"{KML}description")


def test_google_earth_opens_on_the_agreement_and_has_a_folder_for_each_telling(written, expected):
    document = ET.parse(written["kml"]).getroot().find(f"{KML}Document")
    folders = {f.findtext(f"{KML}name"): f for f in document.findall(f"{KML}Folder")}
    assert list(folders) == ["agreement", *TOLD.values(), *LAYERS[1:]]
    inner = [f.findtext(f"{KML}name") for f in folders["claims"].findall(f"{KML}Folder")]
    assert inner == list(dict.fromkeys(expected.source))
    for title, folder in folders.items():
        placemarks = list(folder.iter(f"{KML}Placemark"))
        nodes = (folder, *folder.findall(f"{KML}Folder"), *placemarks)
        on = {node.findtext(f"{KML}visibility", "1") for node in nodes}
        assert on == {"1" if title == "agreement" else "0"}
        for placemark in placemarks:
            tags = {
                node.get("name"): node.findtext(f"{KML}value")
                for node in placemark.iter(f"{KML}Data")
            }
            look = placemark.findtext(f"{KML}styleUrl")[1:]
            if title in CONTEXT:
                assert look == tags["kind"]
                assert '<a href="http' in placemark.findtext(f"{KML}description")
                continue
            column = {**dict.fromkeys(LAYERS, "status"), "agreement": "agreement",
                      "changes": "change"}.get(title, tags["layer"])  # fmt: skip
            assert look == ("lapsed-" if title == "lapsed" else "") + tags[column]
            places = tags["settlements"].split("; ")
            named = placemark.findtext(f"{KML}name").endswith(f", {places[0]}")
            assert named == (len(places) == 1)
            described = placemark.findtext(f"{KML}description")
            if "agreement" in tags:
                assert described.startswith("<p>Ukrainian sources say: ")
            if "claim_ids" in tags:
                assert described.startswith("<ul><li>[")
            else:
                assert f"<p>{tags['area_km2']} km²</p><p>{places[0]}" in described
    named = {
        placemark.findtext(f"{KML}name")
        for placemark in folders["agreement"].iter(f"{KML}Placemark")
    }
    assert "only one says Ukrainian-held, the other is silent, Leonidovo" in named


def test_columns_of_compared_sources_fit_into_a_shapefile(tmp_path, record):
    file = tmp_path / "pair.shp.zip"
    pair = Snapshot(on="2024-10-01", compare="ua_general_staff,independent_osint")
    write_snapshot(pair, file, record=record)
    table = pyogrio.read_dataframe(file, layer="agreement")
    assert {"ua_general", "independen"} <= set(table)


def test_the_shapefiles_lose_nothing(written):
    whole = of_csv(written["csv"].read_text("utf-8"))
    with zipfile.ZipFile(written["shp.zip"]) as archive:
        names = set(archive.namelist())
        twins = {layer: of_table(archive.read(f"{layer}.csv").decode()) for layer in LAYERS}
        readme = " ".join(archive.read("README.txt").decode().split())
        assert archive.read("claims.cpg") == b"UTF-8"
        # The header of dBASE bears a day: years since 1900, month, day.
        assert tuple(archive.read("claims.dbf")[1:4]) == (124, 10, 1)
    parts = ("shp", "shx", "dbf", "prj", "cpg", "csv")
    assert names >= {f"{layer}.{part}" for layer in LAYERS for part in parts}
    assert "these columns are only in the CSV file: citations, claim_ids" in readme
    for layer, twin in twins.items():
        columns = [name for name in twin if name not in {"shape", "geometry"}]
        full = whole[layer][columns].fillna("").to_numpy().tolist()
        assert twin[columns].fillna("").to_numpy().tolist() == full
        table = pyogrio.read_dataframe(written["shp.zip"], layer=layer)
        assert table["shape"].astype(str).tolist() == twin["shape"].tolist()


def test_an_ending_that_is_not_known_is_refused_with_what_is_possible(tmp_path):
    with pytest.raises(ValueError, match=r"a\.docx' but is expected to end in one of \.png, \.svg"):
        write_snapshot(SNAPSHOT, tmp_path / "a.docx")
    with pytest.raises(ValueError, match="`extension` was 'docx'"):
        snapshot_bytes(SNAPSHOT, "docx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("extension", DATA)
def test_nothing_to_show_makes_a_whole_file_without_shapes(extension, tmp_path, record):
    file = tmp_path / f"nothing.{extension}"
    nothing = Snapshot(on="2024-09-05", sides="ukrainian", sources="ru_mod")
    write_snapshot(nothing, file, record=record)
    found = read(extension, file)
    assert set(found["agreement"].agreement) == {"silent"}
    assert len(found.get("claims", ())) == 0


def test_citations_are_bounded_and_say_so(tiny):
    tiny.say(
        *(
            {"claimed_on": "2024-08-10", "speaker": f"S{n}", "url": f"https://example.org/{n}"}
            for n in range(MOST + 5)
        )
    )
    record = geo.load_record(data=tiny.folder)
    text = snapshot_bytes(Snapshot(on="2024-08-10"), "csv", record=record).decode()
    [row] = [row for row in csv.DictReader(io.StringIO(text)) if row["layer"] == "claims"]
    lines = row["citations"].split("\n")
    assert len(lines) == MOST + 1
    assert lines[-1] == "and 5 more: see claim_ids"
    assert len(row["claim_ids"].split("; ")) == MOST + 5
    assert row["settlements"] == NAMES[0]


# ---- the file itself


def test_a_folder_or_a_device_is_not_written_over(tmp_path):
    (tmp_path / "a.csv").mkdir()
    os.mkfifo(tmp_path / "b.csv")
    for name in ("a.csv", "b.csv"):
        with pytest.raises(ValueError, match="expected to be a file, not a folder or a device"):
            write_snapshot(SNAPSHOT, tmp_path / name)


def test_a_folder_that_is_not_there_is_named(tmp_path, record):
    file = tmp_path / "nowhere" / "a.geojson"
    with pytest.raises(OSError, match=r"cannot write .*nowhere/a\.geojson \(No such file"):
        write_snapshot(SNAPSHOT, file, record=record)


def _little_room() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


@pytest.mark.parametrize("extension", ["gpkg", "csv"])
def test_without_room_the_old_file_stays_whole(extension, tmp_path):
    file = tmp_path / f"a.{extension}"
    file.write_text("as it was")
    command = [sys.executable, "-m", "geo", "snapshot", "--on", "2024-08-20", "--out", str(file)]
    done = subprocess.run(
        command, cwd=geo.tables.schema.DATA.parent, capture_output=True, text=True, check=False,
        preexec_fn=_little_room, env=os.environ | {"TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("error: cannot w")
    assert "Traceback" not in done.stderr
    assert file.read_text() == "as it was"
    assert list(tmp_path.iterdir()) == [file]


def test_a_table_is_not_replaced_where_its_record_cannot_stand_beside(tmp_path, record):
    file = tmp_path / f"{'ж' * 120}.csv"  # with the extension of the record it is too long
    file.write_text("as it was")
    with pytest.raises(OSError, match="choose a shorter name"):
        write_snapshot(SNAPSHOT, file, record=record)
    assert file.read_text() == "as it was"
    assert list(tmp_path.iterdir()) == [file]


def test_links_and_permissions_stay(tmp_path, record):
    (tmp_path / "own").mkdir()
    file, link = tmp_path / "own" / "a.geojson", tmp_path / "a.geojson"
    file.touch()
    file.chmod(0o600)
    link.symlink_to(file)
    write_snapshot(SNAPSHOT, link, record=record)
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_settings(file) == SNAPSHOT
    fresh = tmp_path / "b.geojson"
    before = os.umask(0o077)
    try:
        write_snapshot(SNAPSHOT, fresh, record=record)
    finally:
        os.umask(before)
    assert fresh.stat().st_mode & 0o777 == 0o600


def test_an_interrupted_run_leaves_nothing(tmp_path, monkeypatch, record):
    file = tmp_path / "a.geojson"
    write_snapshot(SNAPSHOT, file, record=record)
    before = file.read_bytes()

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_snapshot(Snapshot(on="2024-08-20"), file, record=record)
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


_HASHES = """
import hashlib, json, sys
from geo import Snapshot, load_record, snapshot_bytes
record = load_record()
snapshot = Snapshot.model_validate_json(sys.argv[1])
made = {e: snapshot_bytes(snapshot, e, record=record) for e in sys.argv[2:]}
print(json.dumps({e: hashlib.sha256(b).hexdigest() for e, b in made.items()}))
"""


def test_the_same_settings_make_the_same_bytes(written):
    here = {e: hashlib.sha256(file.read_bytes()).hexdigest() for e, file in written.items()}
    command = [sys.executable, "-c", _HASHES, SNAPSHOT.model_dump_json(), *here]
    done = subprocess.run(
        command, cwd=geo.tables.schema.DATA.parent, capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
    )  # fmt: skip
    assert json.loads(done.stdout) == here


# ---- the page


def test_the_page_opens_from_disk_on_the_snapshot(tmp_path, reader, record):
    snapshot = Snapshot(on="2024-11-20", sides="ukrainian,third_party", bbox="35,51.1,35.5,51.4")
    (file,) = write_snapshot(snapshot, tmp_path / "map.html", record=record)
    assert file.stat().st_size < 3_200_000
    page = reader(offline=True).open_file(file)
    assert page.painted == "2024-11-20"
    version = record.ledger.version
    part = "from 35 to 35.5 degrees east and 51.1 to 51.4 north"
    sides = "Ukrainian claims; Third-party assessments"
    title = f"Kursk claims map, 2024-11-20, {part} ({sides}), data {version}"
    assert page.page.title() == title
    told = f"Kursk claims map. Claims, not verified control. Data version {version}."
    expect(page.frame.get_by_text(told)).to_be_visible()
    page.frame.get_by_text("Sources", exact=True).click()
    assert not page.box("Russian sources").is_checked()
    assert page.box("Ukrainian sources").is_checked()
    latitude, longitude, _ = page.picture
    assert (latitude, longitude) == pytest.approx((51.25, 35.25), abs=0.05)
    page.show("2024-08-20")


def test_a_page_of_a_span_runs_from_since_to_its_day(tmp_path, reader, record):
    snapshot = Snapshot(on="2024-10-01", since="2024-09-20", compare="2024-09-01")
    (file,) = write_snapshot(snapshot, tmp_path / "map.html", record=record)
    whole = snapshot_bytes(Snapshot(on="2024-10-01"), "html", record=record)
    assert file.stat().st_size < 0.8 * len(whole)
    page = reader(offline=True).open_file(file)
    assert page.painted == "2024-10-01"
    assert page.slider.evaluate("slider => claimsClock.calendar.iso(+slider.min)") == "2024-09-01"
    assert page.slider.evaluate("slider => claimsClock.calendar.iso(+slider.max)") == "2024-10-01"
    assert page.frame.evaluate("claimsClock.state().compare") == "2024-09-01"
    assert read_settings(file) == snapshot


def test_a_page_opens_with_two_sides_against_each_other(tmp_path, reader, record):
    snapshot = Snapshot(on="2024-11-20", compare="ukrainian,russian", current_for=30)
    (file,) = write_snapshot(snapshot, tmp_path / "map.html", record=record)
    page = reader(offline=True).open_file(file)
    assert page.frame.evaluate("claimsClock.state().compare") == "ukrainian|russian"
    assert page.frame.evaluate("claimsClock.state().current") == 30
    titles = page.frame.locator(".claims-title:visible").all_inner_texts()
    assert {"Ukrainian sources say", "Russian sources say"} <= set(titles)
    assert read_settings(file) == snapshot


def test_a_page_of_a_quiet_span_is_whole(tiny, tmp_path, reader):
    record = geo.load_record(data=tiny.folder)
    snapshot = Snapshot(on="2024-08-08", since="2024-08-07")
    (file,) = write_snapshot(snapshot, tmp_path / "map.html", record=record)
    page = reader().open_file(file)
    assert page.painted == "2024-08-08"
    assert page.frame.locator("path[data-class]:not([data-class=silent]):visible").count() == 0
