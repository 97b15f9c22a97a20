"""Where two sides say the same of the ground, and where they contradict each other.

A **side's word** on a cell is what the claims in force of its sources come to:

- `silent`: none of them says anything;
- `ukrainian_control`, `contested`, `russian_control`: all say so;
- `split`: some say Ukrainian, others Russian control;
- otherwise `contested`.

Ground that a side concedes not to have held (`implied`) is not a word of its own.

The words of the two belligerents, or of any other two sides or sources, make
the class of the cell: see `CLASSES`. A third party is a witness, not a side.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd

from geo._io.dates import Date, offsets, span_of
from geo.analysis.overlay import overlay
from geo.claims.record import Record, said_in, shipped_record
from geo.selection.selection import Selection, as_selection
from geo.tables.boundaries import area_km2
from geo.tables.schema import DRAWN, IMPLIED, SIDES

#: What a side can say, in the order of their numbers.
WORDS = ("silent", "ukrainian_control", "contested", "russian_control", "split")
#: What two words come to, in the order of their numbers: nobody speaks; both say so; only one
#: says so, and the other is silent; one says so, and the other that it is fought over; outright
#: contradiction. What is `split` is fought over.
CLASSES = (
    "silent",
    "both_ukrainian_control", "both_contested", "both_russian_control",
    "one_ukrainian_control", "one_contested", "one_russian_control",
    "ukrainian_control_or_contested", "russian_control_or_contested",
    "contradictory",
)  # fmt: skip

#: What a map says of ground: by what it shows at the settlement of each cell, or by its shapes.
By = Literal["readings", "shapes"]

_Array = Any  # numpy arrays of mixed kinds


def _class(a: str, b: str) -> str:
    """What two words come to."""
    if {a, b} == {"ukrainian_control", "russian_control"}:
        return "contradictory"
    a, b = ("contested" if word == "split" else word for word in (a, b))
    if a == b:
        return "silent" if a == "silent" else f"both_{a}"
    held = a if b in {"silent", "contested"} and a != "silent" else b
    return f"one_{held}" if "silent" in {a, b} else f"{held}_or_contested"


#: Class of each pair of words, by their numbers; a browser classifies by the same table.
TABLE = np.array([[CLASSES.index(_class(a, b)) for b in WORDS] for a in WORDS])

# The sources of a side say a set of statuses, one bit each; its word by that set.
_BITS = [0 if status == IMPLIED else 1 << n for n, status in enumerate(DRAWN)]
_BIT = {status: bit for status, bit in zip(DRAWN, _BITS, strict=True) if bit}


def _word(said: int) -> str:
    alone = {0: "silent", **{bit: status for status, bit in _BIT.items()}}
    if said in alone:
        return alone[said]
    both = _BIT["ukrainian_control"] | _BIT["russian_control"]
    return "split" if said & both == both else "contested"


#: The word of a side by its set of statuses, as a number.
WORD = np.array([WORDS.index(_word(said)) for said in range(1 << len(_BIT))])


def words(
    record: Record, selection: Selection, cells: Iterable[int], first: Date, last: Date
) -> tuple[list[str], _Array]:
    """What each voice says of cells on each day of a span.

    Returns
    -------
    voices : list of str
        The sides, and the two compared where they are sources.
    words : array of int
        Positions in `WORDS`, shape (days, cells, voices).
    """
    voices, speaks = _speakers(record, selection)
    day_one, days = np.datetime64(first, "s"), (pd.Timestamp(last) - pd.Timestamp(first)).days + 1
    position = {cell: n for n, cell in enumerate(cells)}
    said = np.zeros((days, len(position), len(voices)), dtype=np.int8)
    rows, begin, stop = record.spans(selection, first, last)
    spans = zip(
        rows.tolist(), record.source[rows].tolist(), record.status[rows].tolist(),
        offsets(begin, day_one, days, 0).tolist(), offsets(stop, day_one, days, days).tolist(),
        strict=True,
    )  # fmt: skip
    for row, speaker, code, start, end in spans:
        if bit := _BITS[code]:
            for cell in record.speaks_for[row]:
                if (at := position.get(cell)) is not None:
                    said[start:end, at, speaks[speaker]] |= bit
    return voices, WORD[said]


def _speakers(record: Record, selection: Selection) -> tuple[list[str], list[list[int]]]:
    """The voices, and the positions of those that each source speaks for."""
    voices = list(dict.fromkeys([*SIDES, *selection.voices]))
    return voices, [
        [n for n, voice in enumerate(voices) if voice in pair]
        for pair in record.ledger.sources.side.items()
    ]


def classify(voices: list[str], said: _Array, selection: Selection) -> _Array:
    """Class of the two that a selection compares: positions in `CLASSES`, shape (days, cells)."""
    a, b = (said[..., voices.index(voice)] for voice in selection.voices)
    classes: _Array = TABLE[a, b]
    return classes


def agreement_on(
    on: Date | Selection, *, by: By = "readings", record: Record | None = None, **choice: Any
) -> gpd.GeoDataFrame:
    """Where the sides agree and where they contradict each other on a day, cell by cell.

    Parameters
    ----------
    on
        The day asked about, or a whole selection.
    by
        What the shapes of a published map say: `readings`, its status of a cell is that at
        the settlement's site; `shapes`, of what they cover, and cells are cut along them.
    record
        As `load_record` returns it; by default the shipped one.
    **choice
        Other fields of a `Selection`: `known_by`, `sides`, `sources`, `statuses`,
        `current_for`; `compare` may name two other sides, or two sources.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, indexed by `cell_id`: `agreement` (of `CLASSES`), a column per side, and
        per source compared, with its word (of `WORDS`), `area_km2` (EPSG:3035),
        `geometry`. The rows partition the theatre: by readings one for each cell, by
        shapes one for each part of a cell in which every source says the same.

    Raises
    ------
    ValueError
        If a setting is invalid.

    Examples
    --------
    >>> found = agreement_on("2025-03-13")
    >>> found.loc[59993, ["agreement", "ukrainian", "russian"]].tolist()
    ['contradictory', 'ukrainian_control', 'russian_control']

    Where no map was imported there are no shapes, and both are the same:

    >>> agreement_on("2025-03-13", by="shapes").agreement.equals(found.agreement)
    True
    """
    if by not in get_args(By):
        msg = f"`by` was {by!r} but is expected to be one of {', '.join(get_args(By))}"
        raise ValueError(msg)
    record, selection = record or shipped_record(), as_selection(on, **choice)
    theatre = record.theatre
    if by == "shapes":
        ground, voices, said = _words_by_shapes(record, selection)
    else:
        voices, [said] = words(record, selection, theatre.index, selection.on, selection.on)
        ground = theatre
    return gpd.GeoDataFrame(
        {
            "agreement": np.array(CLASSES, dtype=object)[classify(voices, said, selection)],
            **dict(zip(voices, np.array(WORDS, dtype=object)[said].T, strict=True)),
            "area_km2": ground.area_km2.to_numpy(),
        },
        geometry=ground.geometry.to_numpy(),
        index=ground.index,
        crs=4326,
    )


def _words_by_shapes(
    record: Record, selection: Selection
) -> tuple[gpd.GeoDataFrame, list[str], _Array]:
    """Pieces of ground, the voices, and their words: shape (pieces, voices)."""
    voices, speaks = _speakers(record, selection)
    # A shape covers ground whether or not its status is among those selected.
    pieces = overlay(record, record.rows(selection.model_copy(update={"statuses": ()})))
    bits = [0 if selection.statuses and status not in selection.statuses else bit
            for status, bit in zip(DRAWN, _BITS, strict=True)]  # fmt: skip
    said = np.zeros((len(pieces), len(voices)), dtype=np.int8)
    for n, piece in enumerate(pieces):
        for speaker, code in map(said_in, piece.groups):
            said[n, speaks[speaker]] |= bits[code]
    shapes = np.array([piece.geometry for piece in pieces], dtype=object)
    index = pd.Index([piece.cell for piece in pieces], name=record.theatre.index.name)
    table = gpd.GeoDataFrame({"area_km2": area_km2(shapes)}, geometry=shapes, index=index, crs=4326)
    return table, voices, WORD[said]


def agreement_series(
    start: Date | None = None,
    end: Date | None = None,
    *,
    record: Record | None = None,
    **choice: Any,
) -> pd.DataFrame:
    """How much ground falls into each class on every day, both ends included.

    Parameters
    ----------
    start, end
        By default the whole record.
    record, **choice
        As in `agreement_on`; the choice is the same for every day.

    Returns
    -------
    DataFrame
        `date`, then for each of `CLASSES` the km2 (EPSG:3035); the classes of a
        day add up to the theatre.

    Examples
    --------
    >>> series = agreement_series("2024-08-06", "2025-05-31")
    >>> bool(np.allclose(series[list(CLASSES)].sum(axis=1).diff().dropna(), 0))
    True
    """
    record = record or shipped_record()
    first, last = span_of(record.period, start, end)
    selection = as_selection(last, **choice)
    theatre = record.theatre
    number = classify(*words(record, selection, theatre.index, first, last), selection)
    area = theatre.area_km2.to_numpy()
    found = {name: (number == n) @ area for n, name in enumerate(CLASSES)}
    return pd.DataFrame({"date": pd.date_range(first, last, unit="s"), **found})
