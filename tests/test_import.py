"""Importing published maps: dirty files in, shapes with their days and readings out."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from conftest import collection, extract_of, polygon, square, stated_and_shown
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import geo
from geo._io.confined import Confined
from geo.cli.app import app
from geo.maps import importing, polygons
from geo.maps.archive import archive, read
from geo.maps.mapping import Mapping

HELD = "Звільнено /// Liberated\xa0/// geoJSON.status.dismissed\n"
UNCLEAR = "Статус невідомий///Unknown status /// geoJSON.status.unknown"
#: Around the sites 1 and 2, and around 2 and 3, of the hand-made tables.
WEST = [[35.0, 51.0], [35.18, 51.0], [35.18, 51.1], [35.0, 51.1], [35.0, 51.0]]
EAST = [[35.12, 51.0], [35.3, 51.0], [35.3, 51.1], [35.12, 51.1], [35.12, 51.0]]
READ_ON = dt.date(2025, 6, 1)


def second(day: str, hour: int = 20) -> int:
    return int(dt.datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00").timestamp())


def deepstate(folder: Path, day: str, *features: tuple[str, object], hour: int = 20) -> Path:
    """A snapshot as DeepState publishes it, with what is dirty in all of them."""
    rows = [
        ({"name": "Окупована область Саллa\n///\nOccupied Salla\n/// geoJSON.territories.salla\n"},
         polygon(square(29.0, 66.0))),
        ({"name": HELD}, None),
        ({"name": "headquarters"}, {"type": "Point", "coordinates": [35.05, 51.05, 0]}),
        *(({"name": name}, shape) for name, shape in features),
    ]  # fmt: skip
    folder.mkdir(exist_ok=True)
    path = folder / f"{second(day, hour)}.geojson"
    path.write_text(collection(rows), encoding="utf-8")
    return path


def high(ring):
    return polygon([[x, y, 0] for x, y in ring])


@pytest.fixture
def maps(tiny):
    """The tiny tables with a source `deepstate` whose maps can be imported."""
    rows = tiny.rows["sources.csv"]
    for name, side in (("deepstate", "ukrainian"), ("uacontrolmap", "third_party")):
        more = {"source_id": name, "name": name, "side": side, "kind": "map_project"}
        rows.append(rows[0] | more | {"partisanship": 0})
    tiny.write("sources.csv")
    return tiny


def take(maps, mapping, *paths, into="maps", **how):
    options = {"data": maps.folder, "read_on": READ_ON, "workers": 1} | how
    return geo.import_maps(mapping, *paths, into=maps.folder / into, **options)


def spans(maps, source="deepstate", into="maps"):
    table = read(maps.folder / into / f"{source}.parquet").shapes
    return [
        (status, str(a.date()), None if pd.isna(b) else str(b.date()), str(seen.date()))
        for status, a, b, seen in zip(
            table.status, table.valid_from, table.valid_to, table.last_seen, strict=True
        )
    ]


# One file


def test_labels_in_three_languages_and_null_geometries_and_heights(maps, tmp_path):
    deepstate(tmp_path / "a", "2024-08-10", (HELD, high(WEST)), (UNCLEAR, high(square(35.2, 51.0))))
    found = take(maps, "deepstate", tmp_path / "a")
    assert not found.broken
    assert spans(maps) == [
        ("ukrainian_control", "2024-08-10", None, "2024-08-10"),
        ("contested", "2024-08-10", None, "2024-08-10"),
    ]
    assert found.left_out == {"outside the oblast": 1, "has no shape": 1}


def test_every_shape_keeps_its_origin(maps, tmp_path):
    from hashlib import sha256

    path = deepstate(tmp_path / "a", "2024-08-10", (HELD, high(WEST)))
    take(maps, "deepstate", path)
    (row,) = read(maps.folder / "maps/deepstate.parquet").shapes.itertuples()
    assert (row.file, row.feature) == (path.name, 4)
    assert row.sha256 == sha256(path.read_bytes()).hexdigest()
    assert row.label == "Звільнено /// Liberated /// geoJSON.status.dismissed"
    assert (row.snapshot_time, row.read_on) == ("2024-08-10T20:00:00", "2025-06-01")
    assert (row.importer, row.version) == ("deepstate", geo.__version__)


def test_rings_with_latitude_first(maps, tmp_path):
    rings = [[[y, x] for x, y in WEST]]
    path = tmp_path / "20240810.json"
    path.write_text(json.dumps({"areas": [[[46.0, 33.0]] * 4], "areas_ua": rings}))
    take(maps, "uacontrolmap", path)
    (shape,) = read(maps.folder / "maps/uacontrolmap.parquet").shapes.geometry
    assert shape.equals(shapely.Polygon(WEST))


def test_shapes_are_clipped_and_mended_and_never_overlap(maps, tmp_path):
    # A bow tie that reaches beyond the oblast, and ground that another label shares.
    tie = [[34.8, 51.0], [35.2, 51.1], [35.2, 51.0], [34.8, 51.1], [34.8, 51.0]]
    deepstate(tmp_path / "a", "2024-08-10", (HELD, polygon(tie)), (UNCLEAR, high(EAST)))
    found = take(maps, "deepstate", tmp_path / "a")
    shapes = read(maps.folder / "maps/deepstate.parquet").shapes
    assert found.mended["self-intersections were repaired"] == 1
    oblast = shapely.Polygon(square(35.0, 51.0, 0.3))
    assert shapely.covers(oblast.buffer(1e-9), shapes.geometry.to_numpy()).all()
    assert shapely.area(shapes.geometry).sum() == pytest.approx(shapes.union_all().area, abs=1e-9)
    contested = shapes[shapes.status == "contested"].union_all()
    assert contested.symmetric_difference(shapely.Polygon(EAST)).area < 1e-9


def test_a_neighbour_that_only_touches_the_oblast_is_left_out_by_place(maps, tmp_path):
    beside = [[34.0, 51.0], [35.001, 51.0], [35.001, 51.1], [34.0, 51.1], [34.0, 51.0]]
    deepstate(tmp_path / "a", "2024-08-10", ("Оккупация /// Occupied Sumy", high(beside)))
    found = take(maps, "deepstate", tmp_path / "a")
    assert found.left_out["only touches the oblast"] == 1
    assert found.unmapped == []


def test_an_unmapped_label_stops_the_import_unless_it_is_skipped(maps, tmp_path):
    deepstate(tmp_path / "a", "2024-08-10", ("Нове /// New /// k", high(WEST)), (HELD, high(EAST)))
    found = take(maps, "deepstate", tmp_path / "a")
    assert (found.unmapped, found.written) == (["Нове /// New /// k"], [])
    assert not (maps.folder / "maps/deepstate.parquet").exists()
    found = take(maps, "deepstate", tmp_path / "a", skip_unmapped=True)
    assert [status for status, *_ in spans(maps)] == ["ukrainian_control"]
    assert found.left_out["its label has no status"] == 1


def test_a_broken_file_is_told_and_stops_no_other(maps, tmp_path):
    folder = tmp_path / "a"
    deepstate(folder, "2024-08-10", (HELD, high(WEST)))
    (folder / f"{second('2024-08-11')}.geojson").write_text('{"type": "Feat')
    (folder / f"{second('2202-02-02')}.geojson").write_text("{}")
    (folder / "notes.txt").write_text("hello")
    # Broken UTF-8 in a name is mended instead.
    raw = deepstate(folder, "2024-08-12", (HELD, high(WEST))).read_bytes()
    (folder / f"{second('2024-08-12')}.geojson").write_bytes(raw.replace(b"headq", b"h\xffadq"))
    found = take(maps, "deepstate", folder)
    told = {fault.file: fault.problem for fault in found.broken}
    assert "not JSON" in told[f"{second('2024-08-11')}.geojson"]
    assert "future" in told[f"{second('2202-02-02')}.geojson"]
    assert "no second" in told["notes.txt"]
    assert spans(maps) == [("ukrainian_control", "2024-08-10", None, "2024-08-12")]


def test_a_file_that_takes_too_much_is_told_and_stops_no_other(maps, tmp_path):
    deepstate(tmp_path / "a", "2024-08-10", (HELD, high(WEST)))
    rows = [({"name": HELD}, high(WEST))] * 30
    (tmp_path / "a" / f"{second('2024-08-11')}.geojson").write_text(collection(rows))
    found = take(maps, "deepstate", tmp_path / "a", limits=geo.Limits(features=20))
    (fault,) = found.broken
    assert "more than 20 features" in fault.problem
    assert found.files == 1


@pytest.mark.parametrize(
    "coordinates",
    [
        "abc",
        [],
        [[]],
        [[["x", 1]] * 4],
        [[[35, None]] * 4],
        [[[35.1, 51.1]] * 2],
        [[{}]],
        {"a": 1},
        7,
    ],
)
def test_a_shape_that_is_none_is_told_by_its_number(maps, tmp_path, coordinates):
    odd = {"type": "Polygon", "coordinates": coordinates}
    deepstate(tmp_path / "a", "2024-08-10", (HELD, odd), (HELD, high(WEST)))
    found = take(maps, "deepstate", tmp_path / "a")
    assert [status for status, *_ in spans(maps)] == ["ukrainian_control"]
    assert found.left_out.total() == 3
    assert not found.broken


# Any other map


def frame(days, statuses, rings):
    shapes = [shapely.Polygon(ring) for ring in rings]
    return gpd.GeoDataFrame({"day": days, "Zone": statuses}, geometry=shapes, crs=4326)


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "kmz", "shp.zip", "parquet"])
def test_formats(maps, tmp_path, ending):
    table = frame(["2024-08-10"] * 2, ["Taken", "Grey"], [WEST, square(35.2, 51.0)])
    plain = ending.removesuffix(".zip").replace("kmz", "kml")
    path = tmp_path / f"2024-08-10.{plain}"
    if plain == "parquet":
        table.to_crs(32636).to_parquet(path)
    else:
        table.to_file(path, **({"driver": "LIBKML"} if plain == "kml" else {}))
    if ending in {"kmz", "shp.zip"}:
        whole = tmp_path / f"2024-08-10.{ending.removeprefix('shp.')}"
        with zipfile.ZipFile(whole, "w") as archive:
            for part in sorted(tmp_path.glob("2024-08-10.*")):
                if part != whole:
                    archive.write(part, f"in/{part.name}")
        path = whole
    statuses = {"Taken": "ukrainian_control", "Grey": "contested"}
    take(maps, Mapping("blue", statuses=statuses, date="day", status="zone"), path)
    assert [status for status, *_ in spans(maps, "blue")] == ["ukrainian_control", "contested"]
    (first, _) = read(maps.folder / "maps/blue.parquet").shapes.geometry
    assert first.symmetric_difference(shapely.Polygon(WEST)).area < 1e-6


def test_days_in_a_property_make_editions_and_the_mapping_is_saved(maps, tmp_path):
    days = ["2024-08-10", "2024-08-12", "2024-08-12"]
    table = frame(days, ["Taken", "Taken", "Odd"], [WEST, WEST, EAST])
    table.to_file(tmp_path / "all.gpkg")
    mapping = Mapping.of(
        "general", "blue", "day", ["Zone", "Taken=ukrainian_control,Odd=withdrawn"]
    )
    take(maps, mapping, tmp_path / "all.gpkg")
    assert spans(maps, "blue") == [("ukrainian_control", "2024-08-10", None, "2024-08-12")]
    assert Mapping.load(maps.folder / "maps/blue.toml") == mapping


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("source = 1", "texts as values"),
        ('source = "blue"\nimporter = "owl"', "one of deepstate"),
        ('source = "blue"\n[statuses]\n"Held" = "liberated"', "one of ukrainian_control"),
        ('source = "blue"\ncommand = "x"', "not known"),
        ("][", "cannot be used"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_told(tmp_path, text, told):
    (tmp_path / "own.toml").write_text(text)
    with pytest.raises(ValueError, match=told):
        Mapping.load(tmp_path / "own.toml")


def test_a_file_that_is_something_else_is_refused(maps, tmp_path):
    (tmp_path / "2024-08-10.gpkg").write_text("<OGRVRTDataSource/>")
    (tmp_path / "2024-08-11.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(geo.DataError) as error:
        take(maps, Mapping("blue"), tmp_path / "2024-08-10.gpkg", tmp_path / "2024-08-11.parquet")
    assert len(error.value.faults) == 2


# From editions to intervals and readings


def series(folder, *days):
    for day, *features in days:
        deepstate(folder, day, *features)
    return folder


def test_a_shape_stands_until_the_next_map_that_lacks_it(maps, tmp_path):
    held, grey = (HELD, high(WEST)), (UNCLEAR, high(square(35.2, 51.0)))
    series(
        tmp_path / "a", ("2024-08-10", held), ("2024-08-11", held, grey), ("2024-08-14", grey),
        ("2024-08-15",),
    )  # fmt: skip
    found = take(maps, "deepstate", tmp_path / "a")
    assert spans(maps) == [
        ("ukrainian_control", "2024-08-10", "2024-08-14", "2024-08-11"),
        ("contested", "2024-08-11", "2024-08-15", "2024-08-14"),
    ]
    assert (found.editions, found.first, found.last) == (4, "2024-08-10", "2024-08-15")


def test_a_long_gap_is_a_gap_and_the_latest_map_of_a_day_counts(maps, tmp_path):
    deepstate(tmp_path / "a", "2024-08-10", (HELD, high(EAST)), hour=8)
    series(tmp_path / "a", ("2024-08-10", (HELD, high(WEST))), ("2024-10-10", (HELD, high(WEST))))
    take(maps, "deepstate", tmp_path / "a", gap=30)
    assert spans(maps) == [
        ("ukrainian_control", "2024-08-10", "2024-09-10", "2024-08-10"),
        ("ukrainian_control", "2024-10-10", None, "2024-10-10"),
    ]


SHAPES = [shapely.Polygon(square(35.0 + n / 10, 51.0)) for n in range(3)]


@given(
    st.dictionaries(st.integers(0, 60), st.sets(st.integers(0, 2)), min_size=1, max_size=12),
    st.integers(1, 30),
)
def test_on_every_day_the_latest_edition_is_in_force_unless_it_is_too_old(drawn, gap):
    start = dt.date(2024, 8, 6)
    extracts = [
        extract_of(str(start + dt.timedelta(n)), [("contested", SHAPES[one]) for one in own])
        for n, own in drawn.items()
    ]
    found = archive("isw", extracts, "withdrawn", gap)
    shapes = list(
        zip(found.shapes.geometry, found.shapes.valid_from, found.shapes.valid_to, strict=True)
    )
    stretches = found.stretches()
    for n in range(62):
        before = max((day for day in drawn if day <= n), default=None)
        lasts = before is not None and (before == max(drawn) or n - before <= gap)
        on = pd.Timestamp(start + dt.timedelta(n))
        held = [shape for shape, a, b in shapes if a <= on and not b <= on]
        assert sorted(map(SHAPES.index, held)) == (sorted(drawn[before]) if lasts else [])
        assert sum(a <= on and not b <= on for a, b in stretches) == lasts


def test_readings_are_claims_that_the_ledger_accepts(maps, tmp_path):
    held, grey = (HELD, high(WEST)), (UNCLEAR, high(square(35.1, 51.0)))
    series(tmp_path / "a", ("2024-08-10", held), ("2024-08-12", grey), ("2024-08-14",))
    take(maps, "deepstate", tmp_path / "a")
    rows = pd.read_csv(maps.folder / "maps/deepstate.csv", keep_default_na=False)
    said = list(zip(rows.claimed_on, rows.settlement_id, rows.status, strict=True))
    assert said == [
        ("2024-08-10", 1, "ukrainian_control"),
        ("2024-08-10", 2, "ukrainian_control"),
        ("2024-08-12", 1, "russian_control"),
        ("2024-08-12", 2, "contested"),
        ("2024-08-14", 2, "russian_control"),
    ]
    assert "map of 10 August 2024 was the last" in rows.statement[2]
    maps.rows["claims.csv"] = rows.to_dict("records")
    maps.write("claims.csv")
    assert maps.faults() == []


# Again, interrupted, elsewhere


@pytest.fixture
def ten(tmp_path):
    days = [f"2024-08-{day}" for day in range(10, 20)]
    shifted = [[[x + n / 1e4, y] for x, y in square(35.05, 51.02, 0.05)] for n in range(10)]
    return series(
        tmp_path / "ten",
        *((day, (HELD, high(ring))) for day, ring in zip(days, shifted, strict=True)),
    )


def made(maps, into):
    files = sorted((maps.folder / into).glob("*.*"))
    return {file.name: file.read_bytes() for file in files if file.is_file()}


def test_since_last_opens_only_what_is_new(maps, ten):
    latest = max(ten.iterdir())
    kept = latest.read_bytes()
    latest.unlink()
    assert take(maps, "deepstate", ten).read == 9
    latest.write_bytes(kept)
    again = take(maps, "deepstate", latest, since_last=True)
    assert (again.read, again.files) == (1, 10)
    take(maps, "deepstate", ten, into="whole")
    assert made(maps, "maps") == made(maps, "whole")
    other = replace(Mapping.shipped("deepstate"), blank="withdrawn")
    with pytest.raises(ValueError, match="import all files"):
        take(maps, other, latest, since_last=True)


def test_processes_and_a_dask_cluster_give_the_same_bytes(maps, ten):
    from distributed import LocalCluster

    take(maps, "deepstate", ten, into="one")
    take(maps, "deepstate", ten, into="two", workers=2)
    with LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
    ) as cluster:
        take(maps, "deepstate", ten, into="three", scheduler=cluster.scheduler_address)
    assert made(maps, "one") == made(maps, "two") == made(maps, "three")


def test_other_file_systems_by_their_address(maps, ten):
    import fsspec

    memory = fsspec.filesystem("memory")
    for file in ten.iterdir():
        memory.pipe(f"/archive/{file.name}", file.read_bytes())
    take(maps, "deepstate", "memory://archive", into="memory")
    take(maps, "deepstate", ten, into="disk")
    assert made(maps, "memory") == made(maps, "disk")


def test_a_killed_import_leaves_nothing_half_and_goes_on(maps, ten):
    into = maps.folder / "killed"
    more = [sys.executable, "-m", "geo", "import", "deepstate", str(ten), "--into", str(into),
            "--data", str(maps.folder), "--workers", "1"]  # fmt: skip
    process = subprocess.Popen(more, start_new_session=True)
    store = into / ".extracts/deepstate"
    while not (store.exists() and len(list(store.iterdir())) > 2) and process.poll() is None:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not (into / "deepstate.parquet").exists()
    found = take(maps, "deepstate", ten, into="killed")
    assert (found.files, found.read < 10) == (10, True)
    take(maps, "deepstate", ten, into="whole")
    assert spans(maps, into="killed") == spans(maps, into="whole")


# In the record


@pytest.fixture
def shown(maps, tmp_path):
    """The record with maps that held WEST, then drew the place 2 alone, then nothing."""
    maps.say(
        {"source_id": "deepstate", "status": "contested", "basis": "map_reading"},
        {"source_id": "deepstate", "settlement_id": 3, "claimed_on": "2024-08-20"},
    )
    grey = (UNCLEAR, high(square(35.1, 51.0)))
    series(
        tmp_path / "a", ("2024-08-10", (HELD, high(WEST))), ("2024-08-12", grey), ("2024-08-14",)
    )
    take(maps, "deepstate", tmp_path / "a")
    return maps.record(maps=maps.folder / "maps")


def km2(shape):
    return gpd.GeoSeries([shape], crs=4326).to_crs(3035).area.iloc[0] / 1e6


def test_shapes_are_whole_and_replace_what_else_their_source_says(shown):
    on = shown.at(geo.Selection(on="2024-08-11"))
    assert on.status.tolist() == ["ukrainian_control"]
    assert on.geometry.iloc[0].equals(shapely.Polygon(WEST))
    assert on.area_km2.iloc[0] == pytest.approx(km2(shapely.Polygon(WEST)), abs=0.05)
    later = shown.at(geo.Selection(on="2024-08-21"))
    assert later.status.tolist() == ["russian_control"]
    assert later.settlements.tolist() == [(1, 2)]


def test_an_imported_map_can_lead_and_lag(maps, tmp_path):
    maps.say({"settlement_id": 2, "claimed_on": "2024-08-08"})
    held = (HELD, high(WEST))
    series(tmp_path / "a", ("2024-08-10", held), ("2024-08-12",))
    take(maps, "deepstate", tmp_path / "a")
    record = maps.record(maps=maps.folder / "maps")
    found = geo.lags("blue", "deepstate", ledger=record.ledger)
    row = found[found.settlement_id == 2].iloc[0]
    assert (row.status, row.days, row.outcome) == ("ukrainian_control", 2, "shown")
    assert row.shown_claims[0].startswith("deepstate:")


def test_ground_left_blank_ends_where_the_shapes_begin(maps, tmp_path):
    later = shapely.box(35.08, 51.0, 35.18, 51.1)  # around the place 2, into the cell of 1
    series(
        tmp_path / "a",
        ("2024-08-10", (HELD, high(WEST))),
        ("2024-08-12", (HELD, high(later.exterior.coords))),
    )
    take(maps, "deepstate", tmp_path / "a")
    record = maps.record(maps=maps.folder / "maps")
    own = {"record": record, "sources": ["deepstate"]}
    drawn = record.claims[record.claims.ground_id < 0]
    assert set(drawn.basis) == {"digitised"}
    on = geo.claims_on("2024-08-13", **own).set_index("status")
    blank = on.geometry["russian_control"]
    assert blank.bounds == pytest.approx((35.0, 51.0, 35.08, 51.1))
    assert on.area_km2["russian_control"] == pytest.approx(km2(blank), abs=0.005)
    alone = geo.claims_on("2024-08-13", **own, statuses=["russian_control"])
    assert alone.geometry.iloc[0].equals(blank)
    every = geo.area_series("2024-08-11", "2024-08-13", **own)
    last = every[every.date == "2024-08-13"].set_index("status").area_km2
    assert last.to_dict() == pytest.approx(on.area_km2.to_dict(), abs=0.011)
    one = geo.area_series("2024-08-13", "2024-08-13", **own, statuses=["russian_control"])
    assert one.area_km2.tolist() == pytest.approx([km2(blank)], abs=0.01)
    held = geo.Selection(on="2024-08-13", sources=["deepstate"], statuses=["russian_control"])
    for said, shapes in stated_and_shown(record, geo.Selection(on="2024-08-13")):
        assert said == shapes
    shared = geo.overlap_series(held, held, start=held.on, end=held.on, record=record)
    assert shared.both_km2.tolist() == pytest.approx([km2(blank)], abs=0.01)
    beside = maps.record(maps=maps.folder / "maps", keep_readings=True)
    both = geo.claims_on("2024-08-13", record=beside, sources=["deepstate"])
    assert shapely.area(both.geometry).sum() > shapely.union_all(both.geometry.to_numpy()).area
    twice = geo.area_series("2024-08-13", "2024-08-13", record=beside, sources=["deepstate"])
    found = twice.set_index("status").area_km2.to_dict()
    assert found == pytest.approx(both.set_index("status").area_km2.to_dict(), abs=0.011)


def test_agreement_goes_by_the_readings_at_settlements(shown):
    words = geo.agreement_on("2024-08-12", record=shown).ukrainian
    assert words.to_dict() == {1: "russian_control", 2: "contested"}


def test_what_was_known_of_a_map_then(shown):
    then = geo.Selection(on="2024-08-13", known_by="2024-08-10", sources=["deepstate"])
    assert shown.at(then).status.tolist() == ["ukrainian_control"]


def test_provenance_carries_the_origin_on(shown):
    from geo.export.citations import records

    (ids,) = shown.at(geo.Selection(on="2024-08-11")).claim_ids
    (claim,) = (records(shown.ledger, ids)[one] for one in ids)
    assert "SHA-256" in claim["statement"]
    assert "feature 4" in claim["statement"]


def notice_in(content: bytes, extension: str, folder: Path) -> str:
    """Where a format has words of its own."""
    if extension == "shp.zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read("README.txt").decode()
    if extension == "gpkg":
        (folder / "a.gpkg").write_bytes(content)
        with closing(sqlite3.connect(folder / "a.gpkg")) as database:
            return database.execute("SELECT min(description) FROM gpkg_contents").fetchone()[0]
    return content.partition(b"<Folder>")[0].decode() if extension == "kml" else content.decode()


@pytest.mark.parametrize("extension", ["kml", "shp.zip", "gpkg", "geojson", "jsonld", "html"])
def test_whoever_passes_shapes_on_is_told_whose_they_are_and_of_the_terms(
    maps, shown, tmp_path, extension
):
    def notice(record):
        made = geo.snapshot_bytes(geo.Snapshot(on="2024-08-11"), extension, record=record)
        return notice_in(made, extension, tmp_path)

    whose = shown.ledger.sources.attribution["deepstate"]
    told = notice(shown)
    assert "check the terms of their owners" in told
    assert whose in told.partition("Shapes: ")[2] if extension != "html" else whose in told
    if extension != "html":  # its script has all words
        assert "owners" not in notice(maps.record())


def test_the_app_shows_the_maps_and_tables_that_make_run_names(maps, shown, monkeypatch):
    from geo.claims.record import served

    monkeypatch.setenv("CLAIMS_DATA", str(maps.folder))
    monkeypatch.setenv("CLAIMS_MAPS", str(maps.folder / "maps"))
    assert served().ledger.version == shown.ledger.version


def test_two_maps_are_compared_day_by_day(maps, tmp_path):
    series(tmp_path / "a", ("2024-08-10", (HELD, high(WEST))), ("2024-08-12",))
    take(maps, "deepstate", tmp_path / "a")
    for day, rings in (("20240811", [[[y, x] for x, y in EAST]]), ("20240813", [])):
        (tmp_path / f"{day}.json").write_text(json.dumps({"areas_ua": rings}))
        take(maps, "uacontrolmap", *tmp_path.glob("2024*.json"))
    pair = [
        geo.Selection(on="2024-08-11", sources=[name]) for name in ("deepstate", "uacontrolmap")
    ]
    record = maps.record(maps=maps.folder / "maps")
    found = geo.overlap_series(*pair, end="2024-08-13", record=record).set_index("date")
    west, east = shapely.Polygon(WEST), shapely.Polygon(EAST)
    both = km2(west & east)
    assert list(found) == ["only_first_km2", "only_second_km2", "both_km2", "iou"]
    assert found.iloc[:, :3].equals(found.iloc[:, :3].round(2))
    first, second, third = found.itertuples()
    assert [str(row.Index.date()) for row in (first, second, third)] == [
        "2024-08-11", "2024-08-12", "2024-08-13",
    ]  # fmt: skip
    areas = km2(west) - both, km2(east) - both, both
    assert (first.only_first_km2, first.only_second_km2, first.both_km2) == pytest.approx(
        areas, abs=0.05
    )
    assert first.iou == pytest.approx(both / km2(west | east), abs=1e-3)
    # A map that draws nothing is not silent.
    assert second[1:4] == pytest.approx((0, km2(east), 0), abs=0.05)
    assert third[1:4] == (0, 0, 0)
    assert pd.isna(third.iou)


def test_a_folder_without_maps_is_told(maps):
    with pytest.raises(geo.DataError, match="holds no imported maps"):
        maps.record(maps=maps.folder)
    (maps.folder / "bad.parquet").write_bytes(b"PAR1")
    with pytest.raises(geo.DataError, match="no archive of maps"):
        maps.record(maps=maps.folder)


@pytest.mark.parametrize("command", ["import", "validate"])
def test_a_fault_of_our_own_is_told_as_one(maps, tmp_path, monkeypatch, command):
    (tmp_path / "faulty.py").write_text(
        "from geo._io.confined import serve\nserve(lambda folder, job: not_there)\n"
    )
    monkeypatch.setattr(sys, "path", [sys.path[0], str(tmp_path), *sys.path[1:]])
    path = deepstate(tmp_path / "a", "2024-08-10", (HELD, high(WEST)))
    if command == "import":
        monkeypatch.setattr(importing, "Confined", lambda _, limits: Confined("faulty", limits))
        more = ["deepstate", str(path), "--into", str(tmp_path / "b"), "--data", str(maps.folder)]
    else:
        monkeypatch.setattr(polygons, "Confined", lambda _, limits: Confined("faulty", limits))
        more = [str(maps.folder), "--polygons", str(path)]
    importing.end_idle()  # that of an earlier test would be used again
    result = CliRunner().invoke(app, [command, *more])
    importing.end_idle()
    assert result.exit_code == 3
    assert "NameError: name 'not_there' is not defined" in result.stderr
    assert "report this message" in result.stderr
