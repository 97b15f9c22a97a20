"""The shapes of a day laid over the cells: the pieces of ground, and who speaks of each."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import shapely

from geo.claims.record import Record
from geo.maps.editions import SLIVER, areas_of

_Array = Any  # numpy arrays of mixed kinds


class Piece(NamedTuple):
    """Ground within one cell of which the same is said throughout.

    Attributes
    ----------
    cell
        Its `cell_id`.
    geometry
        EPSG:4326.
    groups
        Sources with what they say of it: numbers of `Record.group`.
    """

    cell: int
    geometry: shapely.Geometry
    groups: tuple[int, ...] = ()


def overlay(record: Record, rows: _Array) -> list[Piece]:
    """Cut the cells of the theatre along the shapes that some rows draw.

    A source's shapes speak of what they cover, its claims about settlements of what is left of
    their cells. Parts of a cell below 8 m2 go with the rest of it. The shapes of a source are
    united first and cut only the cells that their outlines cross, so time and memory grow with
    the shapes given, whatever else the record holds.

    Parameters
    ----------
    record
        As `load_record` returns it.
    rows
        Positions of the rows in force, as `Record.rows` gives them.

    Returns
    -------
    list of Piece
        In the order of the cells. The pieces of a cell partition it.
    """
    theatre = record.theatre
    pieces = list(map(Piece, theatre.index.tolist(), theatre.geometry))
    ground, group = record.ground_id[rows], record.group[rows]
    source = record.source[rows]
    for one in np.unique(source):
        done: list[Piece] = []
        for number in np.unique(group[(source == one) & (ground < 0)]).tolist():
            shape = record.outline(rows[(group == number) & (ground < 0)])
            inside, pieces = _cut(pieces, shape, number)
            done += inside
        named: dict[int, list[int]] = {}
        own = (source == one) & (ground >= 0)
        for cell, number in zip(ground[own].tolist(), group[own].tolist(), strict=True):
            named.setdefault(cell, []).append(number)
        pieces = done + [
            piece._replace(groups=(*piece.groups, *named.get(piece.cell, ()))) for piece in pieces
        ]
    place = {cell: n for n, cell in enumerate(theatre.index.tolist())}
    return sorted(pieces, key=lambda piece: (place[piece.cell], piece.groups))


def _cut(
    pieces: list[Piece], shape: shapely.Geometry, group: int
) -> tuple[list[Piece], list[Piece]]:
    """What of some pieces lies inside a shape, which speaks of it, and what does not."""
    shapely.prepare(shape)
    ground = np.array([piece.geometry for piece in pieces], dtype=object)
    whole, met = shapely.covers(shape, ground), shapely.intersects(shape, ground)
    inside: list[Piece] = []
    outside: list[Piece] = []
    for piece, is_whole, is_met in zip(pieces, whole.tolist(), met.tolist(), strict=True):
        spoken = piece._replace(groups=(*piece.groups, group))
        if is_whole or not is_met:
            (inside if is_whole else outside).append(spoken if is_whole else piece)
            continue
        covered = areas_of(shapely.intersection(piece.geometry, shape))
        left = areas_of(shapely.difference(piece.geometry, shape))
        if covered.area <= SLIVER or left.area <= SLIVER:
            more = covered.area > left.area
            (inside if more else outside).append(spoken if more else piece)
            continue
        inside.append(spoken._replace(geometry=covered))
        outside.append(piece._replace(geometry=left))
    return inside, outside
