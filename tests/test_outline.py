"""Outlines of any set of pieces: cells that share their edges, shapes that lie as they like."""

from __future__ import annotations

from importlib.resources import files
from itertools import product

import numpy as np
import pytest
import shapely
from browser import filled, outlines
from conftest import collection, polygon, square
from hypothesis import given
from hypothesis import strategies as st

import geo
from geo.history import UNIT, history

# ---- the outline of pieces, without a page ----------------------------------------------

#: Ends a walk that runs for ever: no set below takes a tenth of a second.
MOST_MS = 5_000
#: A lattice of whole units, and corners that are moved by less than half a step.
STEP, SIDE = 10, 4
CORNER = np.array([35.0, 51.0])
_LEAFLET = "const L = { latLng: (lat, lng) => ({ lat, lng }) };"
_ANSWER = """
onmessage = ({ data: [history, members, spoilt] }) => {
  try {
    const ground = new Ground(history);
    spoilt.forEach(([edge, twin]) => { ground.twin[edge] = twin; });
    postMessage(members.map((member) => ground.latLngs(ground.outline(member)).flat()
      .map((ring) => ring.map(({ lat, lng }) => [lng, lat]))));
  } catch (error) { postMessage(error.message); }
};
"""


@pytest.fixture(scope="module")
def outline(context, ledger, shipped):
    """The rings around sets of pieces given in units, as the script of a page finds them."""
    assets = files("geo") / "assets"
    script = [(assets / name).read_text("utf-8") for name in ("parts.js", "ground.js")]
    script = "\n".join([_LEAFLET, *script, _ANSWER])
    page = context.new_page()

    def ask(cells, shapes, members, spoilt=()):
        ground = np.array([*shapes, *cells], dtype=object)
        claims = shipped.iloc[[0] * len(ground)].assign(
            geometry=shapely.transform(ground, lambda at: at * UNIT + CORNER),
            ground_id=[*range(-len(shapes), 0), *range(len(cells))],
            settlements=[()] * len(ground),
        )
        document = history(ledger, claims)
        assert all(len(set(ring)) > 2 for piece in document["pieces"] for ring in piece["rings"])
        found = page.evaluate(
            """([script, most, question]) => new Promise((done) => {
                const worker = new Worker(URL.createObjectURL(new Blob([script])));
                const answer = (found) => { worker.terminate(); done(found); };
                setTimeout(() => answer("the walk around the pieces does not end"), most);
                worker.onmessage = ({ data }) => answer(data);
                worker.onerror = ({ message }) => answer(message);
                worker.postMessage(question);
            })""",
            [script, MOST_MS, [document, [list(map(int, m)) for m in members], list(spoilt)]],
        )
        if isinstance(found, str):
            raise AssertionError(found)
        return [
            [in_units(ring) for ring in rings if len(ring) > 2 or pytest.fail("a line, no ring")]
            for rings in found
        ]

    yield ask
    page.close()


def in_units(ring):
    """From degrees to whole units."""
    return np.round((np.array(ring) - CORNER) / UNIT).tolist()


@st.composite
def coverages(draw):
    """Cells with neighbours, holes, several parts and corners that touch."""
    moved = st.integers(-4, 4)
    corner = {
        (i, j): (i * STEP + draw(moved), j * STEP + draw(moved))
        for i, j in product(range(SIDE + 1), repeat=2)
    }
    of_cell: dict[int, list[shapely.Polygon]] = {}
    for i, j in product(range(SIDE), repeat=2):
        ends = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
        own = shapely.Polygon([corner[end] for end in ends])
        of_cell.setdefault(draw(st.integers(0, 6)), []).append(own)
    return [shapely.coverage_union_all(parts) for parts in of_cell.values()]


def whole(shape):
    """The parts of a shape that enclose ground, on the lattice of units."""
    parts = shapely.get_parts(shapely.set_precision(shape, 1))
    # Unions of shapes that keep their lattice would be put on it too.
    return shapely.set_precision(shapely.union_all(parts[shapely.get_dimensions(parts) == 2]), 0)


@st.composite
def drawn(draw, cells):
    """Shapes that cross, touch and hold each other and the cells."""
    at = st.tuples(*[st.integers(-STEP, (SIDE + 1) * STEP)] * 2)

    def star():
        ends = draw(st.lists(at, min_size=3, max_size=7, unique=True))
        return shapely.make_valid(shapely.Polygon(ends), method="structure")

    def rectangle():
        (a, b), (c, d) = draw(at), draw(at)
        return shapely.box(min(a, c), min(b, d), max(a, c) + 1, max(b, d) + 1)

    found = []
    for _ in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(["star", "box", "hole", "parts", "cells", "cell", "again"]))
        shape = {
            "star": star,
            "box": rectangle,
            "hole": lambda: shapely.difference(rectangle(), star()),
            "parts": lambda: shapely.union_all([star(), rectangle()]),
            "cells": lambda: shapely.union_all(draw(st.lists(st.sampled_from(cells), min_size=1))),
            "cell": lambda: draw(st.sampled_from(cells)),
            "again": lambda: found[-1] if found else rectangle(),
        }[kind]()
        if whole(shape).area:
            found.append(whole(shape))
    return found


@given(data=st.data())
def test_rings_enclose_the_union_of_the_members_and_no_inner_line(outline, data):
    cells = data.draw(coverages())
    assert shapely.coverage_is_valid(np.array(cells))
    shapes = data.draw(drawn(cells))
    pieces = np.array([*shapes, *cells])
    of_cells = np.arange(len(pieces)) >= len(shapes)
    some = st.lists(st.booleans(), min_size=len(pieces), max_size=len(pieces)).map(np.array)
    members = [of_cells, ~of_cells, of_cells | True, *data.draw(st.lists(some, max_size=4))]
    members += [member & of_cells for member in members[3:]]
    found = outline(cells, shapes, members)
    for member, rings in zip(members, found, strict=True):
        wanted = shapely.union_all(pieces[member])
        assert shapely.symmetric_difference(filled(rings), wanted).area < 1e-6
        if rings and not (member & ~of_cells).any():
            length = sum(shapely.LinearRing(ring).length for ring in rings)
            assert length == pytest.approx(shapely.boundary(wanted).length)


@pytest.mark.parametrize("thin", [0.1, 0.3, 0.5, 0.7])
def test_what_is_thinner_than_a_unit_breaks_no_outline(outline, thin):
    across, down = shapely.box(0, 20.3, 39.7, 20.3 + thin), shapely.box(9.3, 9, 9.3 + thin, 40)
    square = shapely.box(0, 0, 50, 50)
    shapes = [across, down, square - across, square - down, square - across - down]
    shapes += [shapely.box(0, 0, thin, 0.1), shapely.box(5.2, 5.2, 5.2 + thin, 5.2 + thin)]
    members = [*np.eye(len(shapes) + 2), np.ones(len(shapes) + 2)]
    cells = [shapely.box(60, 0, 60 + thin, 9), shapely.box(60 + thin, 0, 70, 9)]
    found = outline(cells, shapes, members)
    wanted = [*shapes, *cells, shapely.union_all([*shapes, *cells])]
    for rings, shape in zip(found, wanted, strict=True):
        assert shapely.symmetric_difference(filled(rings), shape).area <= shape.length


def test_rings_leave_their_ground_on_the_left(outline):
    holed = shapely.box(0, 0, 50, 50, ccw=False) - shapely.box(9, 9, 20, 20, ccw=True)
    for rings in outline([holed.reverse()], [holed], [[1, 0], [0, 1]]):
        assert [shapely.LinearRing(ring).is_ccw for ring in rings] == [True, False]


def test_a_walk_that_would_not_end_is_an_error(outline):
    cells = [shapely.box(10 * n, 0, 10 * n + 10, 10) for n in range(3)]
    with pytest.raises(AssertionError, match="does not close"):
        outline(cells, [], [[1, 1, 1]], spoilt=[[1, 0], [2, 0], [3, 0]])


# ---- pages that show a user's own polygons ----------------------------------------------

#: Days on which each source has a polygon: amid the others' cells, over the border, far off.
DAYS = {"2024-08-25": (35.1, 51.15), "2024-09-15": (34.9, 50.95), "2024-10-05": (37.2, 51.8)}
#: The day of sets of polygons, and the sets.
OF_SETS = "2024-11-10"
