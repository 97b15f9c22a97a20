"""A user's own map files: dated polygons, added to the shipped claims."""

from __future__ import annotations

import json
import os
import warnings
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
from pydantic import BeforeValidator, Field

from geo._io.confined import Confined, LimitError, Limits
from geo._io.errors import Fault, Faults, RepairWarning
from geo._io.text import sound
from geo.maps.wire import read_shapes
from geo.tables.reading import check_rows
from geo.tables.schema import REGION, STATUSES, Day, OptionalDay, Row, Status, Text, Url

_Words = Annotated[str, BeforeValidator(lambda value: value or ""), Field(max_length=2000)]


class PolygonClaim(Row):
    """One source's dated statement about a polygon."""

    source_id: Text
    status: Status
    claimed_on: Day
    effective_on: OptionalDay = None
    valid_to: OptionalDay = None
    url: Url
    basis: Annotated[
        Literal["announced", "assessed", "map_reading", "digitised"],
        BeforeValidator(lambda value: value or "digitised"),
    ] = "digitised"
    statement: _Words = ""
    note: _Words = ""


class Polygons(NamedTuple):
    """What map files hold.

    Attributes
    ----------
    claims
        The valid features, EPSG:4326, with `claim_id` (file name and feature
        number) and `file`; index is the feature number from 1.
    editions
        Their ground as it is drawn (see `geo.maps.editions`), one row per source,
        edition and status, EPSG:4326: `source_id`, `day` and `claimed_on` (of the
        edition), `status`, `basis`, `valid_from`, `valid_to` (NaT for no end of
        its own), `claim_ids` (tuple), `geometry`. Rows of one edition do not
        overlap; one that draws nothing has a row `withdrawn` without ground.
        Empty where anything is wrong.
    faults
        Empty when the files are valid.
    """

    claims: gpd.GeoDataFrame
    editions: gpd.GeoDataFrame
    faults: Faults


_EDITION = [
    "source_id", "day", "claimed_on", "status", "basis", "valid_from", "valid_to", "claim_ids",
]  # fmt: skip


def read_polygons(*paths: Path | str, limits: Limits | None = None) -> Polygons:
    """Read polygon claims from map files and collect everything wrong with them.

    A separate process reads the files; it is killed when it exceeds a limit.
    Repairs are reported as `RepairWarning`.

    Parameters
    ----------
    *paths
        GeoJSON, GeoPackage, Shapefile (also zipped) or KML. Properties
        `source_id`, `status`, `claimed_on`, `url`; optional `effective_on`,
        `valid_to`, `basis`, `statement`, `note`.
    limits
        Limits on the reading.

    Examples
    --------
    >>> read_polygons("my_map.doc").faults[0].problem[:22]
    'unknown file extension'
    """
    if not paths:
        return Polygons(_claims([], {}), _editions([], np.array([]), []), Faults())
    limits = limits or Limits()
    job = {
        "paths": _labels(paths),
        "region": REGION,
        "columns": list(PolygonClaim.model_fields),
        "statuses": STATUSES,
    }
    try:
        with closing(Confined("geo.maps.reader", limits)) as process:
            process.ask(job)
            process.stop()
            answer = json.loads((process.folder / "answer.json").read_text("utf-8"))
            shapes = read_shapes(process.folder / "features")
            drawn = read_shapes(process.folder / "editions")
    except LimitError as passed:
        fault = Fault(passed.at or Path(paths[0]).name, 0, "", told(passed, limits))
        return Polygons(_claims([], {}), _editions([], np.array([]), []), Faults([fault]))
    for remark in answer["remarks"]:
        warnings.warn(remark, RepairWarning, stacklevel=2)
    faults = Faults(Fault(**fault) for fault in answer["faults"])
    faults.more += answer["more"]
    by_file: dict[str, list[tuple[int, dict[str, str]]]] = {}
    place: dict[tuple[Any, Any], Any] = {}
    names = [f"{file}:{number}" for file, number, _ in answer["rows"]]
    for (file, number, tags), shape in zip(answer["rows"], shapes, strict=True):
        by_file.setdefault(file, []).append((number, tags))
        place[file, number] = shape
    tables = []
    for file, rows in by_file.items():
        table, found = check_rows(PolygonClaim, file, rows)
        faults += found
        table.insert(0, "file", file)
        tables.append(table)
    if faults:
        drawn, answer["editions"] = np.array([]), []
    return Polygons(_claims(tables, place), _editions(answer["editions"], drawn, names), faults)


def _labels(paths: Sequence[Path | str]) -> dict[str, str]:
    """The label of each file: its name, with its folder where two have the same name."""
    whole = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - a link stays a link
    names = Counter(path.name for path in dict.fromkeys(whole))
    return {
        str(path): sound(path.name if names[path.name] == 1 else f"{path.parent.name}/{path.name}")
        for path in whole
    }


def told(passed: LimitError, limits: Limits) -> str:
    """What to say where a process exceeded a limit, and what to do."""
    most = getattr(limits, passed.limit, 0)
    words = {
        "seconds": f"takes more than {most:,} seconds to read",
        "memory_mb": f"takes more than {most:,} MB of memory to read",
        "input_mb": f"is larger than {most:,} MB, with the files before it",
        "unpacked_mb": f"unpacks to more than {most:,} MB",
        "features": f"holds more than {most:,} features, with the files before it",
    }
    if passed.limit not in words:
        return f"cannot be read ({passed}); export it again"
    return f"{words[passed.limit]}; {limits.advice(passed.limit)}"


def _claims(tables: list[pd.DataFrame], place: dict[tuple[Any, Any], Any]) -> gpd.GeoDataFrame:
    """The valid features of all files, with their shapes."""
    kept = [
        table[[place[file, number] is not None for number, file in table.file.items()]]
        for table in tables
    ]
    columns = ["claim_id", "file", *PolygonClaim.model_fields]
    empty = pd.DataFrame(columns=columns, dtype=object)
    table = pd.concat([own for own in kept if len(own)] or [empty])
    shapes = [place[file, number] for number, file in table.file.items()]
    table["claim_id"] = [f"{file}:{number}" for number, file in table.file.items()]
    return gpd.GeoDataFrame(table[columns], geometry=shapes, crs=4326)


def _editions(found: list[dict[str, Any]], shapes: Any, names: list[str]) -> gpd.GeoDataFrame:
    table = pd.DataFrame(found, columns=[*_EDITION[:-1], "members"])
    for column in ("day", "claimed_on", "valid_from", "valid_to"):
        table[column] = np.array([row[column] or "NaT" for row in found], dtype="datetime64[s]")
    table["claim_ids"] = [tuple(names[n] for n in members) for members in table.members]
    return gpd.GeoDataFrame(table[_EDITION], geometry=shapes, crs=4326)
