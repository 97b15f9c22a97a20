"""The ground of each telling: what one voice says, what two come to, what changed.

A voice is a side, or one source. Where it speaks of named settlements, its word
stands on their cells (see `geo.analysis.agreement`). Where only its maps speak,
their own shapes show what they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo.analysis.agreement import CLASSES, WORDS, agreement_on
from geo.claims.comparison import GRID
from geo.claims.record import Record, shipped_record
from geo.maps.editions import areas_of
from geo.selection.selection import Selection
from geo.tables.boundaries import area_km2
from geo.tables.schema import DRAWN

_Array = Any  # numpy arrays of mixed kinds


def telling_on(
    selection: Selection,
    voice: str,
    record: Record | None = None,
    *,
    agreement: gpd.GeoDataFrame | None = None,
) -> gpd.GeoDataFrame:
    """The ground of each word of one voice on a day.

    Parameters
    ----------
    selection
        The day, and whose claims count.
    voice
        A side, or a source.
    record
        As `load_record` returns it; by default the shipped one.
    agreement
        What `agreement_on` returns for the selection, where it is at hand.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, one row per word that is spoken: `word` (of `WORDS`), `area_km2`
        (EPSG:3035), `geometry`, without inner lines. The words partition the
        theatre, and whatever else the voice's own maps draw.

    Examples
    --------
    >>> found = telling_on(Selection(on="2024-09-05"), "russian")
    >>> found.word.to_list()[:3]
    ['silent', 'ukrainian_control', 'contested']
    """
    record = record or shipped_record()
    cells, word = _words(selection, voice, record, agreement)
    rows = rows_of(voice, record, record.rows(selection))
    ground = record.ground_id[rows]
    shapes = rows[ground < 0]
    if not len(shapes):
        return _by_name("word", WORDS, {w: _union(cells, word == w) for w in WORDS})
    # A cell is painted where a claim about it is among what the voice says. What a source that
    # draws shapes says to be Russian-held without drawing it, it has left blank again: that lies
    # under them.
    source, said = (np.asarray(record.claims[name])[rows] for name in ("source_id", "status"))
    blank = np.isin(source, source[ground < 0]) & (said == "russian_control")
    spoken = np.isin(cells.index, ground[~blank])
    left = np.isin(cells.index, ground[blank]) & ~spoken
    status = np.asarray(record.claims.status)[shapes]
    held, contested, russian = (
        shapely.union_all(record.geometry[shapes[status == name]]) for name in DRAWN[:3]
    )
    split = areas_of(shapely.intersection(held, russian, grid_size=GRID))
    drawn = {
        "ukrainian_control": _less(held, contested, russian),
        "contested": _less(contested, split),
        "russian_control": _less(russian, contested, held),
        "split": split,
    }
    own = _union(cells, spoken)
    parts = {
        name: shapely.union(_less(shape, own), _union(cells, spoken & (word == name)))
        for name, shape in drawn.items()
    }
    for name, shape in parts.items():
        below = _less(_union(cells, left & (word == name)), *drawn.values())
        parts[name] = shapely.union(shape, below, grid_size=GRID)
    parts["silent"] = _less(_union(cells, ~spoken & ~left), *drawn.values())
    return _by_name("word", WORDS, parts)


def comparison_on(
    selection: Selection, record: Record | None = None, *, agreement: gpd.GeoDataFrame | None = None
) -> gpd.GeoDataFrame:
    """The ground of each class of agreement of the two that are compared on a day.

    Parameters
    ----------
    selection, record, agreement
        As in `telling_on`.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, one row per class that occurs: `agreement` (of `CLASSES`),
        `area_km2` (EPSG:3035), `geometry`, without inner lines. They partition the
        theatre.

    Examples
    --------
    >>> found = comparison_on(Selection(on="2025-03-13")).set_index("agreement")
    >>> round(float(found.area_km2["contradictory"]))
    66
    """
    cells = agreement_on(selection, record=record) if agreement is None else agreement
    name = cells.agreement.to_numpy()
    return _by_name("agreement", CLASSES, {c: _union(cells, name == c) for c in CLASSES})


def change_on(selection: Selection, voice: str, record: Record | None = None) -> gpd.GeoDataFrame:
    """The ground that a voice newly says is held, and that of which it no longer says so.

    Parameters
    ----------
    selection
        Compares two days; the status is the first selected, by default Ukrainian
        control.
    voice, record
        As in `telling_on`.

    Returns
    -------
    GeoDataFrame
        EPSG:4326: `change` (`gained` or `lost`, where there is such ground),
        `area_km2` (EPSG:3035), `geometry`, `settlements` (tuple of ids, the most
        populous first).

    Examples
    --------
    >>> both = Selection(on="2025-03-13", compare="2024-09-05")
    >>> change_on(both, "russian").change.tolist()
    ['gained', 'lost']
    """
    record = record or shipped_record()
    status = (selection.statuses or DRAWN)[0]
    held, said = [], []
    for half in selection.compared:
        agreement = agreement_on(half, record=record)
        telling = telling_on(half, voice, record, agreement=agreement)
        held.append(shapely.union_all(telling.geometry[telling.word == status].to_numpy()))
        cells, word = _words(half, voice, record, agreement)
        said.append(word == status)
    before, after = held
    found = _by_name(
        "change", ("gained", "lost"), {"gained": _less(after, before), "lost": _less(before, after)}
    )
    places = record.ledger.settlements.sort_values("population", ascending=False, kind="stable")
    turned = {"gained": said[1] & ~said[0], "lost": said[0] & ~said[1]}
    found["settlements"] = [
        tuple(places.index[places.cell_id.isin(cells.index[turned[change]])])
        for change in found.change
    ]
    return found


def rows_of(voice: str, record: Record, rows: _Array) -> _Array:
    """Of some rows of a record, those that are a voice's own."""
    speaks = (np.asarray(record.shared[name])[rows] == voice for name in ("side", "source_id"))
    return rows[np.logical_or(*speaks)]


def _words(
    selection: Selection, voice: str, record: Record, agreement: gpd.GeoDataFrame | None
) -> tuple[gpd.GeoDataFrame, _Array]:
    """The cells of the theatre, and a voice's word on each."""
    if agreement is None:
        agreement = agreement_on(selection, record=record)
    if voice not in agreement:
        alone = selection.model_copy(update={"compare": None, "sources": (voice,), "sides": ()})
        agreement = agreement_on(alone, record=record)
        return agreement, agreement[record.ledger.sources.side[voice]].to_numpy()
    return agreement, agreement[voice].to_numpy()


def _union(cells: gpd.GeoDataFrame, mask: _Array) -> shapely.Geometry:
    return shapely.coverage_union_all(cells.geometry.to_numpy()[mask])


def _less(shape: shapely.Geometry, *others: shapely.Geometry) -> shapely.Geometry:
    return shapely.difference(shape, shapely.union_all(others), grid_size=GRID)


def _by_name(
    column: str, order: tuple[str, ...], parts: Mapping[str, shapely.Geometry]
) -> gpd.GeoDataFrame:
    """One row per name whose ground there is, in order."""
    names = [name for name in order if parts[name].area > 0]
    shapes = np.array([parts[name] for name in names], dtype=object)
    return gpd.GeoDataFrame(
        {column: names, "area_km2": area_km2(shapes)}, geometry=shapes, crs=4326
    )
