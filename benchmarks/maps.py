"""How fast are published maps imported and shown? Beside the plain way, on one machine.

The files are made of snapshots of DeepState with small changes, a new day each; these
are not shipped with this project. The plain way is json, shapely, make_valid and intersection, one
file after another.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import geo
from geo.maps.archive import read
from geo.maps.importers.deepstate import key
from geo.maps.mapping import Mapping
from geo.tables.boundaries import area_km2
from geo.web.payload import payload

USAGE = """usage: python benchmarks/maps.py FOLDER [FILES]
FOLDER holds snapshots of DeepState, named like 1723150336.geojson; FILES (300) are made of them."""
_FIRST = dt.datetime(2024, 8, 6, 6, tzinfo=dt.UTC)


def main(arguments: list[str]) -> int:
    samples = sorted(Path(arguments[0]).glob("*.geojson")) if arguments else []
    if not samples:
        print(USAGE, file=sys.stderr)
        return 2
    count = int(arguments[1]) if len(arguments) > 1 else 300
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        importing(samples, room, count)
        moving(room)
    return 0


def importing(samples: list[Path], room: Path, count: int) -> None:
    print(f"Importing {count} files; seconds of wall-clock time")
    files = make(samples, room / "files", count)
    statuses = Mapping.shipped("deepstate").statuses
    oblast = geo.load_boundaries("oblast").geometry.iloc[0]
    shapely.prepare(oblast)
    slow, drawn = timed(lambda: [plain(file, oblast, statuses) for file in files])
    one, _ = timed(lambda: run(room / "files", room / "one", 1))
    two, most = timed(lambda: run(room / "files", room / "two", 2))
    print(f"  plain way {slow:7.2f}   ({slow / count * 1e3:.0f} ms a file)")
    print(f"  one       {one:7.2f}   {slow / one:.1f} times as fast")
    fast = f"{slow / two:.1f} times as fast"
    print(f"  two       {two:7.2f}   {fast} (target >= 3: {met(slow >= 3 * two)})")
    print(f"  memory    {most:7.0f} MB, all processes (target <= 600: {met(most <= 600)})")
    worst = differences(files, drawn, read(room / "two/deepstate.parquet").shapes)
    print(f"  areas off by {worst:.3f} km2 at most (target <= 0.05: {met(worst <= 0.05)})")
    print("Time by number of files, two processes")
    for n in (count // 10, count, 4 * count):
        shutil.rmtree(room / "files")
        make(samples, room / "files", n)
        into = room / f"n{n}"
        start = time.perf_counter()
        most = run(room / "files", into, 2)
        seconds = time.perf_counter() - start
        print(f"  {n:6} {seconds:7.2f} s {seconds / n * 1e3:6.1f} ms a file {most:6.0f} MB")
    single, _ = timed(lambda: run(room / "files", room / "single", 1))
    ratio = single / seconds
    print(f"  two are {ratio:.1f} times as fast as one (target >= 1.7: {met(ratio >= 1.7)})")
    whole = record_of(room / f"n{count}")
    more = gzipped(whole) - gzipped(geo.load_record())
    states = whole.claims[whole.claims.ground_id < 0].ground_id.nunique()
    print(f"Page: {states} shapes add {more / 1e3:.0f} kB gzipped")


def moving(room: Path) -> None:
    """250 daily maps whose lines all move each day."""
    days = 250
    turns = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    folder = room / "moving"
    folder.mkdir()
    for day in range(days):
        wobble = 0.25 + 0.02 * np.sin(turns * 9 + day / 7) + day * 3e-4
        ring = np.column_stack(
            [35.2 + wobble * np.cos(turns), 51.25 + wobble * np.sin(turns) / 1.6]
        )
        ring = np.round([*ring, ring[0]], 6)[:, ::-1].tolist()
        name = (_FIRST + dt.timedelta(days=day)).strftime("%Y%m%d.json")
        (folder / name).write_text(json.dumps({"areas_ua": [ring]}))
    geo.import_maps("uacontrolmap", folder, into=room / "moved")
    code = (
        "import geo, time, sys, resource; t = time.perf_counter(); "
        "geo.load_record(maps=sys.argv[1]); "
        "print(time.perf_counter() - t, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code, str(room / "moved")],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    seconds, most = map(float, done.stdout.split())
    record = record_of(room / "moved")
    page = gzipped(record) / 1e6
    day = (_FIRST + dt.timedelta(days=days // 2)).date()
    geo.agreement_on(day, record=record)  # the theatre is found once
    read, _ = timed(lambda: geo.agreement_on(day, record=record))
    drawn, _ = timed(lambda: geo.agreement_on(day, by="shapes", record=record))
    print(f"{days} maps whose lines move each day")
    print(f"  load {seconds:.1f} s (target <= 3: {met(seconds <= 3)})")
    print(f"  memory {most:.0f} MB (target <= 600: {met(most <= 600)})")
    print(f"  agreement of a day {read * 1e3:.0f} ms by readings, {drawn * 1e3:.0f} ms by shapes")
    print(f"  data of the page {page:.2f} MB gzipped (target <= 1.5: {met(page <= 1.5)})")


def make(samples: list[Path], folder: Path, count: int) -> list[Path]:
    """Snapshots with a small change each, 16 hours apart."""
    folder.mkdir()
    made = []
    for n in range(count):
        document = json.loads(samples[n * len(samples) // count].read_bytes())
        for feature in document["features"]:
            if feature["geometry"] and feature["geometry"]["type"] == "Polygon":
                ring = feature["geometry"]["coordinates"][0]
                if 34.2 < ring[0][0] < 35.9 and 50.9 < ring[0][1] < 51.7:
                    ring[1][0] += 1e-6 * (n % 97)
        when = int((_FIRST + dt.timedelta(hours=16 * n)).timestamp())
        made.append(folder / f"{when}.geojson")
        made[-1].write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    os.sync()  # or what is measured next waits for the disk
    return made


def plain(
    file: Path, oblast: shapely.Geometry, statuses: dict[str, str]
) -> dict[str, list[object]]:
    """The shapes of a snapshot within the oblast, by status."""
    found: dict[str, list[object]] = {}
    for feature in json.loads(file.read_bytes())["features"]:
        if feature["geometry"] is None or feature["geometry"]["type"] != "Polygon":
            continue
        shape = shapely.make_valid(shapely.force_2d(shapely.geometry.shape(feature["geometry"])))
        inside = shapely.intersection(oblast, shape)
        # Slivers of neighbours along the border are none of its ground.
        if inside.area > 0.05 * shape.area:
            name = statuses.get(key(" ".join(feature["properties"]["name"].split())), "")
            found.setdefault(name, []).append(inside)
    return found


def differences(
    files: list[Path], drawn: list[dict[str, list[object]]], shapes: gpd.GeoDataFrame
) -> float:
    """How far areas per day and status are from shapely's own unions, km2."""
    worst = 0.0
    last = {dt.datetime.fromtimestamp(int(f.stem), dt.UTC).date(): n for n, f in enumerate(files)}
    size = shapes.assign(km2=area_km2(shapes.geometry.to_numpy()))
    for day, n in last.items():
        on = np.datetime64(day, "s")
        here = size[(size.valid_from <= on) & ~(size.valid_to <= on)].groupby("status").km2.sum()
        for status in {*drawn[n], *here.index} - {""}:
            union = shapely.union_all(drawn[n].get(status, []))
            worst = max(worst, abs(float(area_km2(union)) - here.get(status, 0.0)))
    return worst


def run(files: Path, into: Path, workers: int) -> float:
    """Import in a process of its own; the most memory that it and its children took, MB."""
    code = (
        "import sys, geo, resource as r; "
        "geo.import_maps('deepstate', sys.argv[1], into=sys.argv[2], workers=int(sys.argv[3])); "
        "from geo.maps.importing import end_idle; end_idle(); "
        "print(r.getrusage(r.RUSAGE_SELF).ru_maxrss, r.getrusage(r.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code, str(files), str(into), str(workers)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    own, child = map(int, done.stdout.split())
    return (own + workers * child) / 1e3


def record_of(folder: Path) -> geo.Record:
    return geo.load_record(maps=folder)


def gzipped(record: geo.Record) -> int:
    return len(gzip.compress(json.dumps(payload(record), separators=(",", ":")).encode(), 6))


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def met(reached: bool) -> str:  # noqa: FBT001
    return "met" if reached else "MISSED"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
