"""Reading map files in a separate process: `python -m geo.maps.reader FOLDER`.

`geo.maps.polygons` starts it (by `geo._io.confined`) and reads its results from the
folder. It does not import pandas, so that it starts fast.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geo._io.confined import serve
from geo._io.errors import Fault, Faults
from geo._io.text import sound
from geo.maps.days import plain
from geo.maps.editions import areas_of, editions
from geo.maps.formats import Budget, Contents, RefusalError, read, to_degrees
from geo.maps.wire import packed

#: Grid size of drawn coordinates, degrees (about 1 m).
GRAIN = 1e-5

_Array = Any  # numpy arrays of shapes


def clean(file: str, found: Contents, region: Sequence[float]) -> tuple[_Array, Faults, list[str]]:
    """Polygons in degrees (None where there is none), faults, and repairs."""
    shapes, faults, remarks = to_degrees(found), Faults(), found.remarks
    numbers = np.arange(1, len(shapes) + 1)

    def refuse(wrong: _Array, problem: str) -> None:
        for number in numbers[wrong].tolist():
            faults.append(Fault(file, number, "geometry", problem))
        shapes[wrong] = None

    def mended(where: _Array, what: str) -> None:
        if where.any():
            remarks.append(_of(numbers[where].tolist(), what))

    shapes = shapes.copy()
    for number, why in found.broken.items():
        faults.append(Fault(file, number, "geometry", why))
    told = np.isin(numbers, list(found.broken))
    nothing = (shapely.is_missing(shapes) | shapely.is_empty(shapes)) & ~told
    refuse(nothing, "is missing or empty; a polygon is needed")
    kinds = shapely.get_type_id(shapes)
    for kind in np.unique(kinds[(kinds >= 0) & ~np.isin(kinds, [3, 6])]).tolist():
        other = kinds == kind
        refuse(other, f"is a {shapes[other][0].geom_type}; a polygon is needed")
    high = shapely.has_z(shapes)
    mended(high, "Z values were dropped")
    shapes[high] = shapely.force_2d(shapes[high])
    at, of = shapely.get_coordinates(shapes, return_index=True)
    endless = np.zeros(len(shapes), dtype=bool)
    endless[of[np.isnan(at).any(axis=1)]] = True
    refuse(endless, "holds a coordinate that is not a number; export it again")
    _refuse_far(shapes, region, refuse)
    invalid = ~shapely.is_missing(shapes) & ~shapely.is_valid(shapes)
    if invalid.any():
        mended(invalid, "self-intersections were repaired")
        whole = shapely.make_valid(shapes[invalid], method="structure")
        shapes[invalid] = list(map(areas_of, whole))
        refuse(invalid & shapely.is_empty(shapes), "encloses no area; a polygon is needed")
    # Only what is thin on average can fall between the steps of the grain.
    thin = shapely.area(shapes) < GRAIN * shapely.length(shapes)
    small = thin.copy()
    small[thin] = shapely.is_empty(shapely.set_precision(shapes[thin], GRAIN))
    mended(small, f"smaller than {GRAIN:g} degrees (1 m): counted, but not drawn")
    return shapes, faults, remarks


def _of(features: Sequence[int], what: str) -> str:
    more = ", ..." if len(features) > 10 else ""
    return f"features {', '.join(map(str, features[:10]))}{more}: {what}"


def _refuse_far(shapes: _Array, region: Sequence[float], refuse: Any) -> None:
    west, south, east, north = region
    hint = f"allowed: longitude {west:g} to {east:g}, latitude {south:g} to {north:g}"
    with np.errstate(invalid="ignore"):
        bounds = shapely.bounds(shapes)
        there = ~np.isnan(bounds).any(axis=1)
        inside = (bounds[:, :2] >= [west, south]).all(1) & (bounds[:, 2:] <= [east, north]).all(1)
        swapped = (bounds[:, :2] >= [south, west]).all(1) & (bounds[:, 2:] <= [north, east]).all(1)
    outside = there & ~inside
    problem = "lies outside the region; {}; " + hint
    refuse(outside & swapped, problem.format("latitude and longitude are swapped"))
    refuse(outside & ~swapped, problem.format("check the coordinate system"))


# ---- properties ------------------------------------------------------------------------


def columns(
    file: str, rows: Sequence[Mapping[str, Any]], wanted: Sequence[str]
) -> tuple[dict[str, str], Faults, list[str]]:
    """Names in the file of the columns that are read, faults, and remarks on unused ones."""
    present: dict[str, list[str]] = {}
    for name in dict.fromkeys(name for row in rows for name in row):
        present.setdefault(name.lower(), []).append(name)
    found, faults, used = {}, Faults(), set()
    for name in wanted:
        # A Shapefile cuts names to ten characters.
        key = next((k for k in (name, name[:10]) if k in present), None)
        if key is None:
            continue
        if len(present[key]) > 1:
            twice = ", ".join(repr(one[:40]) for one in present[key])
            faults.append(Fault(file, 0, name, f"is given twice, as {twice}; keep one"))
        found[name] = present[key][0]
        used.update(present[key])
    extra = sorted({name for names in present.values() for name in names} - used)
    remarks = []
    if extra:
        shown = ", ".join(sound(name)[:40] for name in extra[:8])
        remarks.append(f"these properties are not used: {shown}{', ...' if extra[8:] else ''}")
    return found, faults, remarks


# ---- the process ----------------------------------------------------------------------


def _work(folder: Path, job: Mapping[str, Any]) -> dict[str, Any]:
    """Read all files of a job; shapes are saved in the folder, the rest is returned."""
    budget = Budget(job["limits"], {Path(path).suffix.lower() for path in job["paths"]})
    faults, remarks = Faults(), []
    kept: list[list[Any]] = []  # file, number, properties
    shapes: list[Any] = []
    for path, label in ((Path(path), label) for path, label in job["paths"].items()):
        (folder / "at").write_text(label, "utf-8", errors="replace")
        try:
            found = read(path, folder, budget)
            own, wrong, said = clean(label, found, job["region"])
        except RefusalError as refusal:
            faults.append(Fault(label, 0, "", str(refusal)))
            continue
        except OSError as error:
            why = error.strerror or error
            faults.append(Fault(label, 0, "", f"cannot be read ({why}); check the path"))
            continue
        names, twice, unused = columns(label, found.rows, job["columns"])
        faults += wrong
        faults += twice
        said += unused
        replaced: list[int] = []
        for number, row in enumerate(found.rows, start=1):
            tags = {name: plain(row.get(key)) for name, key in names.items()}
            written = {name: sound(text) for name, text in tags.items()}
            if tags != written:
                replaced.append(number)
            kept.append([label, number, written])
        shapes += own.tolist()
        if replaced:
            said.append(_of(replaced, "invalid characters were replaced"))
        remarks += [f"{label}: {what}" for what in said]
    (folder / "features").write_bytes(packed({}, shapes))
    made: list[tuple[dict[str, Any], Any]] = []
    # Other faults of the properties are reported by `geo.maps.polygons`.
    whole = all(tags.get("source_id") and tags.get("claimed_on") for _, _, tags in kept)
    if not faults and whole and {tags.get("status") for _, _, tags in kept} <= {*job["statuses"]}:
        (folder / "at").write_text("the shapes of all files together", "utf-8")
        made = list(editions([row[2] for row in kept], np.array(shapes, dtype=object), remarks))
    (folder / "editions").write_bytes(packed({}, [shape for _, shape in made]))
    return {
        "rows": kept,
        "editions": [tags for tags, _ in made],
        "faults": [vars(fault) for fault in faults],
        "more": faults.more,
        "remarks": remarks,
    }


def _answer(folder: Path, job: Mapping[str, Any]) -> None:
    (folder / "answer.json").write_text(json.dumps(_work(folder, job)), "utf-8")


if __name__ == "__main__":
    serve(_answer)
