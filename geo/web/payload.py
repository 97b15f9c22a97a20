"""The whole history as one small document for a browser: ground once, then who said what when."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo._io.dates import Date, as_date
from geo.analysis.held import last_words, readings
from geo.analysis.summary import MAIN_PLACES, ordered_places
from geo.claims.intervals import EVENT_REPORTS
from geo.claims.record import Record
from geo.ledger.gazetteer import by_prominence
from geo.ledger.ledger import Ledger
from geo.tables.boundaries import area_km2
from geo.tables.context import load_context
from geo.tables.schema import DRAWN

#: Coordinates are whole numbers of this many degrees.
UNIT = 1e-5
#: Day number that stands for "no end".
NEVER = 99_999
#: Published areas that can be set beside ground under Ukrainian control, and their words.
_HELD = {"ukrainian_held": "held", "ukrainian_captured_cumulative": "taken so far"}


def payload(record: Record, *, span: tuple[Date, Date] | None = None) -> dict[str, Any]:
    """Everything the browser clock needs, ready for JSON.

    Parameters
    ----------
    record
        As `load_record` returns it.
    span
        First and last day; by default the whole record. What holds on no day
        between is left out.

    Returns
    -------
    dict
        `start` (first day), `days` (how many), `sources` (each with the day of
        its `last` word and, for a map, between which days it was `read`), `statuses`,
        `vertices` (lon, lat in `UNIT`, each as the difference to the one
        before), `pieces` (rings of vertex numbers, ground on their left, and the
        settlements meant; with the cells that polygons speak for), `extent` (where most claims
        lie), `drawn` (to whom shapes of maps are owed), `theatre` (numbers of pieces),
        `told` (ids of its settlements, the `main` ones first),
        `rows` (columns of equal length: one rectangle of
        valid and transaction time each, days counted from `start`), `said` (claims
        per day), `events`, `totals` (published areas of the whole
        incursion), `places` (settlements that can be
        searched and labelled, in the order of `by_prominence`),
        `context` (lines of rivers, roads and railways as lat and lon, and sites).

    Examples
    --------
    >>> from geo import load_record
    >>> document = payload(load_record())
    >>> document["start"], document["statuses"]
    ('2024-08-06', ['ukrainian_control', 'contested', 'russian_control', 'implied'])
    """
    ledger = record.ledger
    first, last = (as_date(day, "span") for day in span or record.period)
    days = (last - first).days + 1
    claims = record.holding(first, last)
    told = ordered_places(record).index.tolist()
    pieces, vertices, number = _pieces(claims, record)
    return {
        "version": ledger.version,
        "start": first.date().isoformat(),
        "days": days,
        "never": NEVER,
        "statuses": list(DRAWN),
        "sources": _sources(record, first),
        "vertices": np.diff(vertices, axis=0, prepend=0).ravel().tolist(),
        "pieces": pieces,
        "extent": _extent(record.claims),
        "drawn": _owners(claims, ledger),
        "theatre": [number[cell] for cell in record.theatre.index if cell in number],
        "main": sum(place in MAIN_PLACES for place in told),
        "told": told,
        "rows": _rows(claims, number, first),
        "said": _said(ledger, first, days),
        "events": [
            [(day - first).days, title]
            for day, title in zip(ledger.events.date, ledger.events.title, strict=True)
            if first <= day <= last
        ],
        "totals": _totals(ledger, first, last),
        "places": _places(ledger),
        "context": _context(),
    }


def _sources(record: Record, first: pd.Timestamp) -> list[dict[str, Any]]:
    table = record.ledger.sources[["name", "side", "partisanship"]].rename_axis("id").reset_index()
    found: list[dict[str, Any]] = table.to_dict("records")  # type: ignore[assignment]
    last = (last_words(record) - first).dt.days.to_dict()
    read = readings(record).apply(lambda days: (days - first).dt.days)
    for source in found:
        name = source["id"]
        source["last"] = last.get(name)
        source["read"] = read.loc[name].tolist() if name in read.index else None
    return found


def _pieces(
    claims: gpd.GeoDataFrame, record: Record
) -> tuple[list[Any], np.ndarray, dict[int, int]]:
    """Rings of all pieces of ground over one list of vertices.

    Neighbouring cells share their vertices exactly, so an edge that two cells
    have in common runs through it once in each direction. Polygons are pieces
    as they are. Exterior rings run counter-clockwise, holes clockwise.
    """
    columns = ["ground_id", "settlements", "area_km2", "geometry"]
    # All cells, for the theatre is the same whatever the span; of shapes those that hold in it.
    every = [record.claims[record.claims.ground_id >= 0], claims[claims.ground_id < 0]]
    spoken = pd.concat(
        [*(pd.DataFrame(own[columns]) for own in every), _held_cells(claims, record.ledger)]
    )
    ground = spoken.groupby("ground_id", sort=True).agg(
        settlements=("settlements", lambda group: sorted({i for ids in group for i in ids})),
        area_km2=("area_km2", "first"),
        geometry=("geometry", "first"),
    )
    # Rounding moves no line by more than a unit, so no winding changes farther from it than that.
    shapes = shapely.orient_polygons(np.array(ground.geometry.to_list(), dtype=object))
    rings = [
        [
            np.round(shapely.get_coordinates(ring)[:-1] / UNIT).astype("int64")
            for part in shapely.get_parts(shape)
            for ring in (part.exterior, *part.interiors)
        ]
        for shape in shapes
    ]
    corners = np.concatenate(
        [np.empty((0, 2), dtype="int64"), *(ring for piece in rings for ring in piece)]
    )
    vertices, index = np.unique(corners, axis=0, return_inverse=True)
    names = record.ledger.settlements.name_en
    pieces = []
    at = 0
    for own, (number, ids, area, _) in zip(rings, ground.itertuples(name=None), strict=True):
        numbers = []
        for ring in own:
            numbers.append(index[at : at + len(ring)].tolist())
            at += len(ring)
        pieces.append(
            {
                "rings": [ring for ring in numbers if len(set(ring)) > 2],
                "cell": number if number >= 0 else None,
                "places": ids,
                "name": ", ".join(names[i] for i in ids),
                "km2": round(area, 2),
            }
        )
    return pieces, vertices, {ground_id: n for n, ground_id in enumerate(ground.index)}


def _held_cells(claims: gpd.GeoDataFrame, ledger: Ledger) -> pd.DataFrame:
    """The cells of the settlements that polygons hold, whether or not a claim names them."""
    drawn = claims[claims.ground_id < 0]
    held = ledger.settlements.cell_id[
        ledger.settlements.index.isin([i for ids in drawn.settlements for i in ids])
    ]
    of_cell = held.index.to_series().groupby(held.to_numpy()).agg(tuple)
    shapes = ledger.cells.geometry.loc[of_cell.index].to_numpy()
    return pd.DataFrame(
        {
            "ground_id": of_cell.index,
            "settlements": of_cell.to_numpy(),
            "area_km2": area_km2(shapes),
            "geometry": shapes,
        }
    )


def _owners(claims: gpd.GeoDataFrame, ledger: Ledger) -> list[str]:
    """The attributions of the sources whose shapes are among some claims."""
    own = claims.source_id[claims.ground_id < 0].unique()
    found: list[str] = ledger.sources.attribution[ledger.sources.index.isin(own)].tolist()
    return found


def _extent(claims: gpd.GeoDataFrame) -> list[list[float]]:
    """South-west and north-east corner of where most claims lie, as lat and lon."""
    # A shape of a map is large, and comes again with every edition.
    cells = claims[claims.ground_id >= 0]
    west, south, east, north = (cells if len(cells) else claims).bounds.to_numpy().T
    # The far ends lie west and east of the front; a screen is wide, but not that wide.
    far, high = 0.02, 0.002
    corners = (
        (np.quantile(south, high), np.quantile(west, far)),
        (np.quantile(north, 1 - high), np.quantile(east, 1 - far)),
    )
    return [[round(float(value), 3) for value in corner] for corner in corners]


def _rows(
    claims: gpd.GeoDataFrame, number: dict[int, int], first: pd.Timestamp
) -> dict[str, list[int]]:
    def days(column: str) -> list[int]:
        values = (claims[column] - first).dt.days
        return [int(value) for value in values.fillna(NEVER)]

    return {
        "source": claims.source_id.cat.codes.tolist(),
        "piece": claims.ground_id.map(number).tolist(),
        "status": claims.status.cat.codes.tolist(),
        "since": days("since"),
        "from": days("valid_from"),
        "to": days("valid_to"),
        "knownFrom": days("known_from"),
        "knownTo": days("known_to"),
        "said": days("said_on"),
        "readTo": days("read_to"),
        "event": claims.basis.isin(list(EVENT_REPORTS)).astype(int).tolist(),
    }


def _said(ledger: Ledger, first: pd.Timestamp, days: int) -> list[int]:
    """How many claims were made on each day."""
    offset = (ledger.claims.claimed_on - first).dt.days
    counts: list[int] = offset.value_counts().reindex(range(days), fill_value=0).tolist()
    return counts


def _totals(ledger: Ledger, first: pd.Timestamp, last: pd.Timestamp) -> list[dict[str, Any]]:
    """Published areas under Ukrainian control, or taken so far, with who said it."""
    totals = ledger.totals
    totals = totals[(totals.metric == "area_km2") & (totals.scope == "incursion")]
    totals = totals[totals.what.isin(list(_HELD))].sort_values("claimed_on")
    day = totals.effective_on.fillna(totals.claimed_on)
    totals, day = totals[day.between(first, last)], day[day.between(first, last)]
    sources = ledger.sources.reindex(totals.source_id)
    speaker = totals.speaker.where(totals.speaker != "", sources.name.to_numpy())
    table = pd.DataFrame(
        {
            "day": (day - first).dt.days,
            "said": (totals.claimed_on - first).dt.days,
            "source": ledger.sources.index.get_indexer(pd.Index(totals.source_id)),
            "km2": totals.value,
            "cumulative": totals.what == "ukrainian_captured_cumulative",
            "words": [
                f"{who}: {value:,.0f} km² {_HELD[what]}"
                for who, value, what in zip(speaker, totals.value, totals.what, strict=True)
            ],
        }
    )
    records: list[dict[str, Any]] = table.to_dict("records")  # type: ignore[assignment]
    return records


@lru_cache(maxsize=1)
def _context() -> dict[str, Any]:
    """Lines by kind, and sites by name."""
    table = load_context()
    lines: dict[str, list[Any]] = {}
    for kind, shape in zip(table.kind, table.geometry, strict=True):
        for part in shapely.get_parts(shape) if kind != "site" else ():
            points = shapely.get_coordinates(part)[:, ::-1].round(4)
            lines.setdefault(kind, []).append(points.tolist())
    sites = table[table.kind == "site"]
    places = zip(sites.name_en, sites.geometry.y, sites.geometry.x, strict=True)
    return {"lines": lines, "sites": [list(place) for place in places]}


def _places(ledger: Ledger) -> list[list[Any]]:
    table = by_prominence(ledger)
    table = table.assign(where=_where(table))
    columns = ["name_en", "name_ru", "name_uk", "where", "lat", "lon"]
    return [list(row) for row in table[columns].itertuples(name=None)]


def _where(table: pd.DataFrame) -> pd.Series:
    """The raion of each settlement, and as much more as tells namesakes apart."""
    found = table.raion
    at = [f", {lat:.2f}° N {lon:.2f}° E" for lat, lon in zip(table.lat, table.lon, strict=True)]
    for more in (", " + table.type, pd.Series(at, index=table.index)):
        alike = pd.DataFrame({"name": table.name_en, "where": found}).duplicated(keep=False)
        found = found.where(~alike, found + more)
    return found
