"""Where, when and by how much the stories of the sides differ.

Per day and cell, across the sides that speak there:

- `silent`: no side speaks;
- `one_sided`: only one side speaks;
- `agree`: all that speak say the same;
- `contradictory`: two sides say opposite things, one Ukrainian and the other
  Russian control (or one concedes that it was not Russian);
- `differing`: they differ, but not as opposites: one says contested, another
  control.

`implied` (conceded as not held by Russia) agrees with Ukrainian control and
with contested. The same classes tell whether the sources of one side agree
among themselves; `one_sided` then means that one source alone speaks.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo._io.dates import Date, offsets, span_of
from geo.claims.record import Record, shipped
from geo.selection.selection import Selection, asked
from geo.tables.boundaries import area_km2
from geo.tables.schema import DRAWN, IMPLIED, SIDES

#: Classes of disagreement, in the order of their numbers.
CLASSES = ("silent", "one_sided", "agree", "differing", "contradictory")

_Array = Any  # numpy arrays of mixed kinds

# What a voice says of a cell is a set of statuses, one bit each.
_BIT = {status: 1 << number for number, status in enumerate(DRAWN)}
_RUSSIAN = _BIT["russian_control"]
_NOT_RUSSIAN = _BIT["ukrainian_control"] | _BIT[IMPLIED]
_SETS = np.arange(1 << len(DRAWN))


def _same(a: int, b: int) -> bool:
    """Whether all that two voices say is the same, or goes together."""
    together = a | b
    return together & (together - 1) == 0 or (
        together & _BIT[IMPLIED] != 0
        and together & ~_BIT[IMPLIED] in {_BIT["ukrainian_control"], _BIT["contested"]}
    )


_SAME = np.array([[_same(a, b) for b in _SETS.tolist()] for a in _SETS.tolist()])
_OPPOSITE = np.array(
    [
        [
            bool((a & _RUSSIAN and b & _NOT_RUSSIAN) or (b & _RUSSIAN and a & _NOT_RUSSIAN))
            for b in _SETS.tolist()
        ]
        for a in _SETS.tolist()
    ]
)


def classify(voices: _Array) -> _Array:
    """Class of disagreement between voices.

    Parameters
    ----------
    voices
        Whole numbers, shape (..., voices): the set of statuses that each voice
        gives, bit n for `DRAWN[n]`, 0 where it is silent.

    Returns
    -------
    array of int
        Shape (...): position in `CLASSES`.

    Examples
    --------
    >>> ukrainian, contested, russian = 1, 2, 4
    >>> said = [[0, 0], [1, 0], [1, 1], [1, 2], [1, 4]]
    >>> [CLASSES[number] for number in classify(np.array(said))]
    ['silent', 'one_sided', 'agree', 'differing', 'contradictory']
    """
    speaking = (voices > 0).sum(axis=-1)
    differing = np.zeros(speaking.shape, dtype=bool)
    opposite = np.zeros(speaking.shape, dtype=bool)
    for i, j in combinations(range(voices.shape[-1]), 2):
        a, b = voices[..., i], voices[..., j]
        both = (a > 0) & (b > 0)
        differing |= both & ~_SAME[a, b]
        opposite |= both & _OPPOSITE[a, b]
    number = np.minimum(speaking, 2)
    return np.where(opposite, 4, np.where(differing, 3, number))


def theatre(record: Record | None = None, *, chosen: _Array | None = None) -> list[int]:
    """Cells to which any source ever gave a status other than Russian control.

    Parameters
    ----------
    record
        As `load_record` returns it; by default the shipped one.
    chosen
        Mask of the rows that count; by default all.

    Examples
    --------
    >>> len(theatre()) < 200
    True
    """
    record = record or shipped()
    told = (record.claims.status != "russian_control").to_numpy()
    table = record.claims[told if chosen is None else told & chosen]
    known = set(record.ledger.cells.index)
    return sorted({cell for cells in _cells(table, known) for cell in cells})


def _cells(table: gpd.GeoDataFrame, known: set[int]) -> list[list[int]]:
    """The cells that each row speaks of: its own, or those whose site a polygon holds."""
    return [
        [ground] if ground >= 0 else [place for place in places if place in known]
        for ground, places in zip(table.ground_id.tolist(), table.settlements, strict=True)
    ]


def _voices(
    record: Record, rows: _Array, cells: list[int], first: np.datetime64, days: int
) -> _Array:
    """What each source says of each cell on each day, shape (days, cells, sources)."""
    table = record.claims.iloc[rows]
    position = {cell: n for n, cell in enumerate(cells)}
    said = np.zeros((days, len(cells), len(table.source_id.cat.categories)), dtype=np.int8)
    bits = (1 << table.status.cat.codes.to_numpy().astype(int)).tolist()
    sources = table.source_id.cat.codes.tolist()
    start = offsets(record.valid_from[rows], first, days, 0).tolist()
    stop = offsets(record.valid_to[rows], first, days, days).tolist()
    of = _cells(table, set(cells))
    for own, source, bit, a, b in zip(of, sources, bits, start, stop, strict=True):
        for cell in own:
            if cell in position:
                said[a:b, position[cell], source] |= bit
    return said


def _of_sides(record: Record, said: _Array) -> tuple[_Array, dict[str, list[int]]]:
    """The voices of the sides, and which sources each side has."""
    of = record.ledger.sources.side.to_list()
    members = {side: [n for n, own in enumerate(of) if own == side] for side in SIDES}
    voices = [
        np.bitwise_or.reduce(said[..., own], axis=-1) if own else np.zeros(said.shape[:-1], int)
        for own in members.values()
    ]
    return np.stack(voices, axis=-1), members


def disagreement_on(
    on: Date | Selection, *, record: Record | None = None, **choice: Any
) -> gpd.GeoDataFrame:
    """Where the sides agree and where they differ on a day, cell by cell.

    Parameters
    ----------
    on
        The day asked about, or a whole selection.
    record
        As `load_record` returns it; by default the shipped one.
    **choice
        What a `Selection` has besides: `known_by`, `sides`, `sources`, `statuses`.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, one row per cell of the theatre, indexed by `cell_id`:
        `disagreement` (of `CLASSES`), `within_ukrainian`, `within_russian`,
        `within_third_party` (the same among the sources of a side), a column
        per source with its status (empty where silent), `area_km2` (EPSG:3035),
        `geometry`.

    Examples
    --------
    >>> found = disagreement_on("2025-04-22")
    >>> found.loc[26024, ["disagreement", "ru_mod", "deepstate"]].tolist()
    ['contradictory', 'russian_control', 'ukrainian_control']
    """
    record, selection = record or shipped(), asked(on, **choice)
    own = theatre(record, chosen=record.chosen(selection))
    rows = record.rows(selection)
    said = _voices(record, rows, own, np.datetime64(selection.on, "s"), 1)[0]
    voices, members = _of_sides(record, said)
    names = np.array(CLASSES, dtype=object)
    words = np.array(
        [" and ".join(s for s in DRAWN if value & _BIT[s]) for value in _SETS.tolist()],
        dtype=object,
    )
    ground = record.ledger.cells.geometry.loc[own]
    return gpd.GeoDataFrame(
        {
            "disagreement": names[classify(voices)],
            **{f"within_{side}": names[classify(said[:, of])] for side, of in members.items()},
            **{source: words[said[:, n]] for n, source in enumerate(record.ledger.sources.index)},
            "area_km2": area_km2(ground.to_numpy()),
        },
        geometry=ground.to_numpy(),
        index=pd.Index(own, name="cell_id"),
        crs=4326,
    )


def disagreement_series(
    start: Date | None = None,
    end: Date | None = None,
    *,
    known_by: Date | None = None,
    record: Record | None = None,
) -> pd.DataFrame:
    """How much ground falls into each class on every day, both ends included.

    Returns
    -------
    DataFrame
        `date`, then for each of `CLASSES` the km2 (EPSG:3035); the classes of a
        day add up to the theatre.

    Examples
    --------
    >>> series = disagreement_series("2024-08-06", "2025-05-31")
    >>> bool(np.allclose(series[list(CLASSES)].sum(axis=1).diff().dropna(), 0))
    True
    """
    record = record or shipped()
    first, last = span_of(record.period, start, end)
    own = theatre(record)
    days = pd.date_range(first, last, unit="s")
    number = _numbers(record, own, days, known_by)
    area = area_km2(record.ledger.cells.geometry.loc[own].to_numpy())
    found = {name: (number == n) @ area for n, name in enumerate(CLASSES)}
    return pd.DataFrame({"date": days, **found})


def disagreement_at(
    cell_id: int,
    *,
    known_by: Date | None = None,
    record: Record | None = None,
) -> pd.Series:
    """Class of disagreement over one cell on every day of the record.

    Parameters
    ----------
    cell_id
        Of the theatre or not; where nobody ever spoke all days are `silent`.
    known_by
        Count only what had been said by this day; by default everything.
    record
        As in `disagreement_on`.

    Returns
    -------
    Series
        One of `CLASSES`, indexed by day.

    Examples
    --------
    >>> disagreement_at(26024)["2025-04-22"]
    'contradictory'
    """
    record = record or shipped()
    days = pd.date_range(*record.period, unit="s")
    names = np.array(CLASSES, dtype=object)
    return pd.Series(names[_numbers(record, [cell_id], days, known_by)[:, 0]], index=days)


def _numbers(
    record: Record, cells: list[int], days: pd.DatetimeIndex, known_by: Date | None
) -> _Array:
    """Classes as numbers, shape (days, cells)."""
    rows = np.flatnonzero(record.known(known_by))
    said = _voices(record, rows, cells, days[0].to_datetime64(), len(days))
    return classify(_of_sides(record, said)[0])
