"""An archive of a source's maps: its shapes with the days on which they stood, as GeoParquet.

A published map says everything anew: a shape is in force from its day until the
next edition that lacks it. Equal shapes of editions in a row are one row.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo._io.errors import DataError, Fault
from geo.maps.wire import unpacked
from geo.tables.schema import DRAWN

#: Days after which an edition counts no more, if no other followed: as long as a claim of control
#: is current.
GAP = 90
#: The columns of an archive, before its `geometry`.
COLUMNS = [
    "source_id", "status", "valid_from", "valid_to", "last_seen", "label", "file", "sha256",
    "feature", "snapshot_time", "read_on", "importer", "version",
]  # fmt: skip
_DAYS = ["valid_from", "valid_to", "last_seen"]
_Row = dict[str, Any]


class Archive(NamedTuple):
    """The maps of one source.

    Attributes
    ----------
    shapes : GeoDataFrame
        EPSG:4326, one polygon for each run of editions that draw it: `source_id`,
        `status`, `valid_from`, `valid_to` (the first day on which it is no
        longer in force; NaT for none), `last_seen` (the day of the last edition
        that draws it), and where it was first seen: `label` as published, `file`,
        its `sha256`, `feature` number, `snapshot_time`, `read_on`, `importer` and its
        `version`.
    editions : DataFrame
        One row for each file that is in force: `day`, `snapshot_time`, `file`, `sha256`, `read_on`;
        editions that draw nothing included.
    source
        Its `source_id`.
    blank
        What it means that ground is no longer painted: `russian_control` or `withdrawn`.
    gap
        Days after which an edition counts no more, if no other followed.
    """

    shapes: gpd.GeoDataFrame
    editions: pd.DataFrame
    source: str
    blank: str
    gap: int

    def stretches(self) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
        """Between gaps: the first day of each, and that on which it is over (NaT for never)."""
        days = sorted(set(self.editions.day))
        longest = pd.Timedelta(days=self.gap + 1)
        gaps = [day for day, later in pairwise(days) if day + longest < later]
        first = [day for before, day in zip([None, *days], days, strict=False) if before in gaps]
        return list(zip([days[0], *first], [*(day + longest for day in gaps), pd.NaT], strict=True))


def archive(
    source: str, extracts: Iterable[tuple[bytes, str]], blank: str, gap: int = GAP
) -> Archive:
    """Put together what the files of a source draw.

    Parameters
    ----------
    source
        A `source_id` of `sources.csv`.
    extracts
        As `geo.maps.wire.packed` gives them, each with the day on which it was read.
    blank
        What it means that ground is no longer painted.
    gap
        Days after which an edition counts no more, if no other followed.
    """
    # A day goes by its latest time; files of the same time make one edition.
    of_day: dict[str, list[tuple[str, str, _Row, list[tuple[_Row, bytes]]]]] = {}
    for extract, read_on in extracts:
        about, shapes = unpacked(extract)
        about["read_on"] = read_on
        rows = list(zip(about["rows"], shapes, strict=True))
        for day in about["days"]:
            own = [(row, wkb) for row, wkb in rows if row["day"] == day]
            of_day.setdefault(day, []).append((about["time"] or day, about["file"], about, own))
    days = sorted(of_day)
    runs: dict[tuple[str, bytes], _Row] = {}
    done: list[tuple[_Row, bytes]] = []
    editions: list[_Row] = []
    for day, later in zip(days, [*days[1:], ""], strict=True):
        latest = max(time for time, *_ in of_day[day])
        here: dict[tuple[str, bytes], _Row] = {}
        for time, file, about, own in sorted(of_day[day], key=lambda found: found[:2]):
            if time != latest:
                continue
            origin = {"file": file, "sha256": about["sha256"], "snapshot_time": time,
                      "read_on": about["read_on"]}  # fmt: skip
            editions.append({"day": day, **origin})
            for row, wkb in own:
                key = (row["status"], wkb)
                new = {
                    "source_id": source, "status": row["status"], "valid_from": day,
                    "label": row["label"], "feature": row["feature"],
                    "importer": about["importer"], "version": about["version"], **origin,
                }  # fmt: skip
                here[key] = runs.pop(key, new) | {"last_seen": day}
        done += [(run | {"valid_to": day}, wkb) for (_, wkb), run in runs.items()]
        runs = here
        end = (dt.date.fromisoformat(day) + dt.timedelta(gap + 1)).isoformat()
        if end < later:
            done += [(run | {"valid_to": end}, wkb) for (_, wkb), run in runs.items()]
            runs = {}
    done += [(run | {"valid_to": None}, wkb) for (_, wkb), run in runs.items()]
    order = ("valid_from", "file", "feature")
    done.sort(key=lambda found: (*(found[0][name] for name in order), found[1]))
    table = pd.DataFrame([row for row, _ in done], columns=COLUMNS)
    shapes = shapely.from_wkb([wkb for _, wkb in done])
    return Archive(
        _typed(table, shapes), _dated(pd.DataFrame(editions), ["day"]), source, blank, gap
    )


def _dated(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    for column in columns:
        table[column] = pd.to_datetime(table[column]).astype("datetime64[s]")
    return table


def _typed(table: pd.DataFrame, shapes: Any) -> gpd.GeoDataFrame:
    geometry = np.asarray(shapes, dtype=object)
    return gpd.GeoDataFrame(_dated(table, _DAYS), geometry=geometry, crs=4326)


def write(found: Archive, path: Path) -> None:
    """Write an archive as GeoParquet; equal shapes are stored once."""
    import pyarrow as pa
    from pyarrow import parquet

    plain = pd.DataFrame(found.shapes)
    for column in _DAYS:
        plain[column] = plain[column].dt.date
    plain["geometry"] = shapely.to_wkb(found.shapes.geometry.to_numpy())
    kinds = dict.fromkeys(COLUMNS, pa.string()) | dict.fromkeys(_DAYS, pa.date32())
    kinds |= {"feature": pa.int64(), "geometry": pa.binary()}
    schema = pa.schema(list(kinds.items()))
    table = pa.Table.from_pandas(plain, schema, preserve_index=False)
    editions = found.editions.assign(day=found.editions.day.dt.date.map(str))
    about = {
        "source": found.source,
        "blank": found.blank,
        "gap": found.gap,
        "editions": editions.to_dict("list"),
    }
    geo = {
        "version": "1.1.0", "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": [],
                                 "bbox": found.shapes.total_bounds.tolist() if len(plain) else []}},
    }  # fmt: skip
    metadata = {"geo": json.dumps(geo), "claims": json.dumps(about, ensure_ascii=False)}
    parquet.write_table(
        table.replace_schema_metadata(metadata), path, compression="zstd",
        dictionary_pagesize_limit=1 << 30, row_group_size=1 << 20,
    )  # fmt: skip


def read(path: Path) -> Archive:
    """An archive that `write` wrote.

    Raises
    ------
    DataError
        If it is none.
    """
    from pyarrow import ArrowException, parquet

    try:
        table = parquet.read_table(path)
        about = json.loads(table.schema.metadata[b"claims"])
        shapes = shapely.from_wkb(table["geometry"].to_pylist())
        plain = table.drop_columns(["geometry"]).to_pandas()[COLUMNS]
        editions = _dated(pd.DataFrame(about["editions"]), ["day"])
        areas = np.isin(shapely.get_type_id(shapes), [3, 6]).all()
        if not areas or not set(plain.status) <= set(DRAWN[:3]) or editions.empty:
            msg = "it holds other shapes or statuses"
            raise ValueError(msg)  # noqa: TRY301 - told like the others
        return Archive(
            _typed(plain, shapes), editions, str(about["source"]), str(about["blank"]),
            int(about["gap"]),
        )  # fmt: skip
    except (ArrowException, shapely.errors.ShapelyError, ValueError, LookupError, TypeError) as why:
        problem = f"is no archive of maps ({str(why)[:80]}); make it with `python -m geo import`"
        raise DataError.of([Fault(path.name, 0, "", problem)]) from why
