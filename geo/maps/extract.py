"""What one map file draws within the oblast: read in a confined process, cleaned, clipped.

`python -m geo.maps.extract FOLDER SOCKET` is that process; see `geo._io.confined`.
It does not import pandas, so that it starts fast.
"""

from __future__ import annotations

import gc
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geo._io.confined import serve
from geo._io.text import sound
from geo._io.version import __version__
from geo.maps.editions import SLIVER, areas_of
from geo.maps.feature import Feature, MapFile
from geo.maps.formats import Budget, RefusalError
from geo.maps.importers import importer
from geo.maps.mapping import STATUSES
from geo.maps.mapping import Mapping as Understanding
from geo.maps.wire import packed

#: A shape of which less than this share lies within the oblast, and nowhere wider than twice this
#: many degrees (200 m), is a neighbour's: the border runs a little differently on every map.
SHARE, DEPTH = 0.05, 0.002
#: The file of the outline in the folder of the process, WKB.
OBLAST = "oblast.wkb"
#: Of each kind of remark, at most so many features are told.
_TOLD = 20

_Row = dict[str, Any]


def extract(
    file: MapFile, oblast: shapely.Geometry, span: Sequence[str] = ("", "~")
) -> tuple[_Row, list[shapely.Geometry]]:
    """What a file draws within the oblast.

    Parameters
    ----------
    file
        The file.
    oblast
        Its outline, EPSG:4326, prepared.
    span
        First and last day that a shape may be about, YYYY-MM-DD.

    Returns
    -------
    about : dict
        `file`, `sha256`, `importer`, `version`, `time` (ISO 8601; empty if each row has its
        own), `days` (that it is about, though it may draw nothing), `rows` (`day`, `status`,
        `label`, `feature`; those of one day do not overlap), `labels` (shapes in the oblast by
        label and status, which is empty for a label without one), `left_out` and `mended`
        (numbers of features by reason: how many, and the first few).
    shapes : list
        One polygon for each row, EPSG:4326.

    Raises
    ------
    RefusalError
        If it cannot be read.
    """
    read = importer(file.mapping.importer)
    time = read.time(file.name, file.mapping)
    left_out: dict[str, list[int]] = {}
    mended: dict[str, list[int]] = {}
    labels: Counter[tuple[str, str]] = Counter()
    of_day: dict[str, list[tuple[_Row, shapely.Geometry]]] = {}
    days = {time[:10]} if time else set()
    for feature in read.features(file):
        day = feature.day or time[:10]
        shape, why = _within(feature, oblast, mended)
        if not feature.problem and not span[0] <= day <= span[1]:
            shape, why = None, f"its day lies outside {span[0]} to {span[1]}"
        elif not feature.problem:
            days.add(day)
        if shape is None:
            left_out.setdefault(why, []).append(feature.number)
            continue
        label = read.key(feature.label)
        # A label that is a status needs no mapping.
        status = file.mapping.statuses.get(label, label if label in STATUSES else "")
        labels[feature.label, status] += 1
        if status in {"", "withdrawn"}:
            why = "means nothing" if status else "its label has no status"
            left_out.setdefault(why, []).append(feature.number)
            continue
        row = {"day": day, "status": status, "label": feature.label, "feature": feature.number}
        of_day.setdefault(day, []).append((row, shape))
    found = [pair for day in sorted(of_day) for pair in _apart(of_day[day], mended)]
    about = {
        "file": file.name,
        "sha256": _sha256(file.path),
        "importer": file.mapping.importer,
        "version": __version__,
        "time": time,
        "days": sorted(days),
        "rows": [row for row, _ in found],
        "labels": [[label, status, count] for (label, status), count in sorted(labels.items())],
        "left_out": _counted(left_out),
        "mended": _counted(mended),
    }
    return about, [shape for _, shape in found]


def _within(
    feature: Feature, oblast: shapely.Geometry, mended: dict[str, list[int]]
) -> tuple[shapely.Geometry | None, str]:
    """The part of a shape within the oblast; or None, and why there is none."""
    shape = feature.shape
    if feature.problem or shape is None:
        return None, feature.problem or "outside the oblast"
    if not shapely.is_valid(shape):
        shape = areas_of(shapely.make_valid(shape, method="structure"))
        mended.setdefault("self-intersections were repaired", []).append(feature.number)
    if not shapely.intersects(oblast, shape):
        return None, "outside the oblast"
    if shapely.contains_properly(oblast, shape):
        return shape, ""
    inside = areas_of(shapely.intersection(oblast, shape))
    small = shapely.area(inside) < SHARE * shapely.area(shape)
    if small and shapely.is_empty(shapely.buffer(inside, -DEPTH)):
        return None, "only touches the oblast"
    return inside, ""


def _apart(
    found: list[tuple[_Row, shapely.Geometry]], mended: dict[str, list[int]]
) -> Iterator[tuple[_Row, shapely.Geometry]]:
    """The shapes of one day without overlaps; ground that has two statuses is contested."""
    rows = [row for row, _ in found]
    shapes = np.array([shape for _, shape in found], dtype=object)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = [(a, b) for a, b in zip(one.tolist(), other.tolist(), strict=True) if a < b]
    shared: dict[int, list[shapely.Geometry]] = {}
    twice: list[shapely.Geometry] = []
    words: dict[str, None] = {}
    for a, b in pairs:
        both = areas_of(shapely.intersection(shapes[a], shapes[b]))
        if shapely.area(both) <= SLIVER:
            continue
        if rows[a]["status"] == rows[b]["status"]:
            shapes[b] = areas_of(shapely.difference(shapes[b], both))
            mended.setdefault("drawn twice, counted once", []).append(rows[b]["feature"])
            continue
        twice.append(both)
        for n in (a, b):
            shared.setdefault(n, []).append(both)
            words[rows[n]["label"]] = None
    for n, parts in shared.items():
        shapes[n] = areas_of(shapely.difference(shapes[n], shapely.union_all(parts)))
    yield from ((row, shape) for row, shape in zip(rows, shapes, strict=True) if shape)
    if twice:
        numbers = [rows[n]["feature"] for n in shared]
        mended.setdefault("two statuses on one ground: contested", []).extend(numbers)
        contested = {"status": "contested", "label": " and ".join(words), "feature": numbers[0]}
        yield rows[0] | contested, areas_of(shapely.union_all(twice))


def _counted(of: dict[str, list[int]]) -> dict[str, list[Any]]:
    return {sound(why): [len(own), own[:_TOLD]] for why, own in sorted(of.items())}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ---- as bytes -------------------------------------------------------------------------


# ---- the process ----------------------------------------------------------------------


@lru_cache(maxsize=1)
def _outline(folder: Path) -> shapely.Geometry:
    shape = shapely.from_wkb((folder / OBLAST).read_bytes())
    shapely.prepare(shape)
    return shape


def _answer(folder: Path, job: dict[str, Any]) -> None:
    oblast = _outline(folder)
    path = Path(job["path"])
    file = MapFile(
        path,
        job["name"],
        Understanding(**job["mapping"]),
        tuple(shapely.bounds(oblast).tolist()),
        folder,
        Budget(job["limits"], {path.suffix.lower()}),
    )
    try:
        answer = packed(*extract(file, oblast, job["span"]))
    except (RefusalError, OSError) as refusal:
        why = getattr(refusal, "strerror", None) or refusal
        answer = packed({"file": job["name"], "refused": sound(str(why))}, [])
    (folder / "extract").write_bytes(answer)


if __name__ == "__main__":
    # A file is many objects and no cycles: looking for them takes a third of the time.
    gc.set_threshold(100_000)
    serve(_answer)
