"""Outlines of any set of pieces: cells that share their edges, shapes that lie as they like."""

from __future__ import annotations

from importlib.resources import files
from itertools import product

import numpy as np
import pytest
import shapely
from browser import SUDZHA, choice, filled, told
from conftest import collection, polygon, square
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect

import geo
from geo.analysis.summary import summary
from geo.tables.boundaries import area_km2
from geo.tables.schema import SIDES
from geo.web.payload import UNIT, payload

# Said wherever a shipped source has a map of the user's own; tested elsewhere.
pytestmark = pytest.mark.filterwarnings("ignore:.*its polygons, from")

# ---- the outline of pieces, without a page ----------------------------------------------

#: Ends a walk that runs for ever: no set below takes a tenth of a second.
MOST_MS = 5_000
#: A lattice of whole units, and corners that are moved by less than half a step.
STEP, SIDE = 10, 4
_LEAFLET = "const L = { latLng: (lat, lng) => ({ lat, lng }) };"
_ANSWER = """
onmessage = ({ data: [history, members, spoilt] }) => {
  try {
    const ground = new Ground(history);
    spoilt.forEach(([edge, twin]) => { ground.twin[edge] = twin; });
    postMessage(members.map((member) => ground.outline(member)
      .map((ring) => ring.map((n) => ground.at[n]).map(({ lat, lng }) => [lng, lat]))));
  } catch (error) { postMessage(error.message); }
};
"""


@pytest.fixture(scope="module")
def outline(context):
    """The rings, in units, around sets of pieces of a history, as the script of a page has it."""
    ground = (files("geo.web") / "assets" / "ground.js").read_text("utf-8")
    script = "\n".join([_LEAFLET, ground.partition("\nexport ")[0], _ANSWER])
    page = context.new_page()

    def ask(document, members, spoilt=()):
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
        assert not isinstance(found, str), found
        return [[np.round(np.array(ring) / UNIT) for ring in rings] for rings in found]

    yield ask
    page.close()


def laid_out(cells, shapes):
    """Pieces of whole units as a page has them, the shapes first."""
    number: dict[tuple[float, float], int] = {}

    def rings(piece):
        parts = shapely.get_parts(shapely.orient_polygons(piece))
        lines = [line for part in parts for line in (part.exterior, *part.interiors)]
        return [[number.setdefault(at, len(number)) for at in line.coords[:-1]] for line in lines]

    pieces = [{"rings": rings(shape), "cell": None} for shape in shapes]
    pieces += [{"rings": rings(cell), "cell": n} for n, cell in enumerate(cells)]
    return {"pieces": pieces, "vertices": np.diff(list(number), axis=0, prepend=0).ravel().tolist()}


@pytest.fixture
def written(ledger, shipped):
    """The history of cells and shapes that are given in units, the shapes first."""

    def write(cells, shapes):
        ground = np.array([*shapes, *cells])
        # Of plain Russian control: such cells are no part of the theatre, which the ledger has.
        row = shipped[shipped.status == "russian_control"].iloc[[0] * len(ground)]
        claims = row.assign(
            geometry=shapely.transform(ground, lambda at: at * UNIT),
            ground_id=[*range(-len(shapes), 0), *range(len(cells))],
            settlements=[()] * len(ground),
        )
        return payload(geo.Record(ledger, claims))

    return write


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


def on_lattice(shape):
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
        if on_lattice(shape).area:
            found.append(on_lattice(shape))
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
    found = outline(laid_out(cells, shapes), members)
    for member, rings in zip(members, found, strict=True):
        wanted = shapely.union_all(pieces[member])
        assert shapely.symmetric_difference(filled(rings), wanted).area < 1e-6
        if rings and not (member & ~of_cells).any():
            length = sum(shapely.LinearRing(ring).length for ring in rings)
            assert length == pytest.approx(shapely.boundary(wanted).length)


@pytest.mark.parametrize("thin", [0.1, 0.3, 0.5, 0.7])
def test_what_is_thinner_than_a_unit_breaks_no_outline(outline, written, thin):
    across, down = shapely.box(0, 20.3, 39.7, 20.3 + thin), shapely.box(9.3, 9, 9.3 + thin, 40)
    whole = shapely.box(0, 0, 50, 50)
    shapes = [across, down, whole - across, whole - down, whole - across - down]
    shapes += [shapely.box(0, 0, thin, 0.1), shapely.box(5.2, 5.2, 5.2 + thin, 5.2 + thin)]
    members = [*np.eye(len(shapes) + 2), np.ones(len(shapes) + 2)]
    cells = [shapely.box(60, 0, 60 + thin, 9), shapely.box(60 + thin, 0, 70, 9)]
    document = written(cells, shapes)
    assert all(len(set(ring)) > 2 for piece in document["pieces"] for ring in piece["rings"])
    found = outline(document, members)
    wanted = [*shapes, *cells, shapely.union_all([*shapes, *cells])]
    for rings, shape in zip(found, wanted, strict=True):
        assert shapely.symmetric_difference(filled(rings), shape).area <= shape.length


def test_rings_leave_their_ground_on_the_left(outline, written):
    holed = shapely.box(0, 0, 50, 50, ccw=False) - shapely.box(9, 9, 20, 20, ccw=True)
    for rings in outline(written([holed.reverse()], [holed]), [[1, 0], [0, 1]]):
        assert [shapely.LinearRing(ring).is_ccw for ring in rings] == [True, False]


def test_a_walk_that_would_not_end_is_an_error(outline):
    cells = [shapely.box(10 * n, 0, 10 * n + 10, 10) for n in range(3)]
    with pytest.raises(AssertionError, match="does not close"):
        outline(laid_out(cells, []), [[1, 1, 1]], spoilt=[[1, 0], [2, 0], [3, 0]])


# ---- pages that show a user's own polygons ----------------------------------------------

#: Where each source has a polygon, day by day: amid the cells, over the border, far from both.
SPOTS = {"2024-08-25": (35.3, 51.2), "2024-09-15": (34.3, 51.2), "2024-10-05": (36.6, 51.8)}
#: The day on which some sources have several.
OF_SETS = "2024-11-10"
SETS = {
    "deepstate": [polygon(square(35.1, 51.1, 0.2)), polygon(square(35.2, 51.2, 0.2))],
    "uacontrolmap": [polygon(square(35.1, 51.1)), polygon(square(35.2, 51.1))],
    "isw": [polygon(square(35.0, 51.0, 0.3)), polygon(square(35.1, 51.1))],
    "independent_osint": [
        polygon(square(35.0, 51.0, 0.4), square(35.1, 51.1, 0.2)[::-1]),
        polygon(square(35.15, 51.15)),
    ],
    "western_media": [polygon(square(35.1, 51.1)), polygon(square(35.2, 51.2))],
    "ru_milbloggers": [polygon(square(35.1, 51.1))] * 2,
}


@pytest.fixture(scope="module")
def beside(ledger, tmp_path_factory):
    """Polygons of every source beside the shipped claims: ledger, claims, page."""
    folder = tmp_path_factory.mktemp("beside")
    tags = {"status": "ukrainian_control", "url": "https://example.org/map"}
    features = []
    for day, (west, south) in SPOTS.items():
        for n, source in enumerate(ledger.sources.index):
            own = {"source_id": source, "claimed_on": day, "valid_to": f"{day[:8]}28"}
            features.append((tags | own, polygon(square(west + n / 200, south + n / 400))))
    for source, shapes in SETS.items():
        own = {"source_id": source, "claimed_on": OF_SETS, "valid_to": "2024-11-28"}
        features += [(tags | own, shape) for shape in shapes]
    # Edges that stand in the cells of others too.
    cell = shapely.geometry.mapping(ledger.cells.geometry.loc[SUDZHA])
    own = {"source_id": "ru_mod", "claimed_on": OF_SETS, "valid_to": "2024-11-28"}
    features.append((tags | own, cell))
    path = folder / "own.geojson"
    path.write_text(collection(features))
    record = geo.load_record(path)
    page = folder / "beside.html"
    snapshot = geo.Snapshot(on=OF_SETS)
    page.write_bytes(geo.snapshot_bytes(snapshot, "html", record=record))
    return record, page


@pytest.fixture
def own(beside, reader):
    """That page, opened."""
    return reader(viewport={"width": 1280, "height": 900}).open_file(beside[1])


def assert_same(found: shapely.Geometry, wanted: shapely.Geometry) -> None:
    """The same ground, but for the rounding of coordinates."""
    rest = shapely.symmetric_difference(found, wanted)
    assert rest.area <= 2 * UNIT * wanted.length
    both = area_km2(np.array([found, wanted]))
    assert both[0] == pytest.approx(both[1], rel=2e-3)


def sign_of(name: str) -> str:
    """The sign that ground is painted with, in whichever layer."""
    return name.removeprefix("under-").removeprefix("drawn-")


def test_a_page_paints_the_polygons_of_every_source_as_drawn(beside, own):
    record, _ = beside
    ledger = record.ledger
    border = geo.load_boundaries("state_border").union_all()
    crossing = ledger.polygons.intersects(border).groupby(ledger.polygons.claimed_on).agg(set)
    assert crossing.loc[list(SPOTS)].tolist() == [{False}, {True}, {False}]
    for date in (*SPOTS, OF_SETS):
        own.show(date)
        rows = geo.select(date, record=record)
        found = own.ground()
        for side in SIDES:
            drawn = rows[(rows.ground_id < 0) & (rows.side == side)]
            wanted = {
                f"drawn-{status}": shapes.union_all()
                for status, shapes in drawn.groupby("status", observed=True).geometry
            }
            assert {name for name in found[side] if name.startswith("drawn-")} == wanted.keys()
            for name, ground in wanted.items():
                assert_same(found[side][name], ground)


def test_ground_is_filled_wherever_any_polygon_of_the_side_lies(beside, own):
    claims = geo.select(OF_SETS, record=beside[0])
    x, y = (
        grid.ravel()
        for grid in np.meshgrid(np.arange(34.6, 35.8, 0.03), np.arange(50.9, 51.6, 0.03))
    )
    points = shapely.points(x, y)
    signs = own.signs_at(np.column_stack([x, y]).tolist())
    for side in SIDES:
        drawn = claims[(claims.side == side) & (claims.ground_id < 0)]
        wanted = shapely.union_all(drawn.geometry.to_numpy())
        # A point within two pixels of a line may lie on either side of it.
        clear = shapely.distance(points, shapely.boundary(wanted)) > 0.004
        inside = clear & shapely.intersects(points, wanted)
        assert inside.sum() > 5
        for at in np.flatnonzero(inside):
            assert "ukrainian_control" in map(sign_of, signs[side][at])


@pytest.mark.parametrize("at", [(51.265, 35.265), (51.13, 35.13), (51.17, 35.17), (51.33, 35.37)])
def test_the_card_tells_of_every_shape_under_the_pointer(beside, own, at):
    claims = geo.select(OF_SETS, record=beside[0])
    wanted = claims[claims.intersects(shapely.Point(at[::-1]))]
    assert (wanted.ground_id < 0).any()
    own.page.mouse.click(*own.point(*at))
    own.settle()
    said = own.frame.locator(".claims-card li:not(.claims-lapsed) b").all_inner_texts()
    assert sorted(said) == sorted(name.split(" (")[0] for name in wanted.source)


def test_words_and_sums_go_by_the_cells_whose_sites_a_polygon_holds(beside, own):
    record, _ = beside
    for date in (*SPOTS, OF_SETS):
        own.show(date)
        found = summary(choice(date, record=record), record)
        assert own.painting()["compared"] == told(choice(date, record=record), record)["compared"]
        for side in SIDES:
            held = f"Ukrainian-held {found.said_km2[side]['ukrainian_control']:,.0f}"
            expect(own.figure(side).locator(".claims-km2")).to_contain_text(held)
