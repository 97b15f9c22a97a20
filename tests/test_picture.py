from __future__ import annotations

import base64
import hashlib
import io
import os
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pyproj
import pytest
import shapely
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.testing.compare import compare_images
from PIL import Image
from pypdf import PdfReader

import geo
from geo.claims.shown import changes_of, claims_of, drawn_claims
from geo.export.write import snapshot_bytes
from geo.figure.canvas import Canvas, own_style
from geo.figure.labels import Box, place_names
from geo.figure.layout import draw, on_sheet
from geo.figure.map_frame import EXTENT, lay_map
from geo.selection.snapshot import SIZES, Snapshot
from geo.style.look import style
from geo.style.words import name_of, say, say_number
from geo.tables.boundaries import area_km2

SVG = "{http://www.w3.org/2000/svg}"
DC = "{http://purl.org/dc/elements/1.1/}"
BASELINES = Path(__file__).parent / "baselines"
RECORD = '{"a": "<&>\\" Суджа"}'
#: The whole of a day; one side in another script; a choice, close up; two days.
SNAPSHOTS = {
    "slide": Snapshot(on="2024-09-05", layers="disagreement"),
    "story": Snapshot(
        on="2025-03-13", known_by="then", sides="russian", size="story", language="ru"
    ),
    "square": Snapshot(
        on="2024-11-20", size="square", language="uk", bbox="35.0,51.0,35.5,51.3",
        statuses="contested,russian_control", layers="disagreement",
    ),
    "a4": Snapshot(on="2025-03-13", compare="2024-09-05", size="a4", sources="deepstate,isw"),
}  # fmt: skip


class Words(NamedTuple):
    """A line of text as a file has it: left, baseline and right in its pixels or points."""

    text: str
    kind: str
    left: float
    baseline: float
    right: float
    size: float


class Drawing:
    """What an SVG file says, read by an XML parser."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.root = ET.fromstring(content)
        _, _, self.width, self.height = map(float, self.root.attrib["viewBox"].split())
        self.ids = [node.attrib["id"] for node in self.root.iter() if "id" in node.attrib]
        self.fonts = {
            weight: TTFont(io.BytesIO(base64.b64decode(data)))
            for weight, data in re.findall(
                rb"font-weight:(\w+);src:url\(data:font/ttf;base64,([^)]+)\)", content
            )
        }
        self.words = list(self._words())

    def _words(self):
        for group in self.root.iter(f"{SVG}g"):
            for node in group.findall(f"{SVG}text"):
                style = node.attrib["style"]
                size = float(re.search(r"([\d.]+)px", style)[1])
                font = self.fonts[b"bold" if re.search(r"\b(bold|700)\b", style) else b"normal"]
                x, y = float(node.attrib["x"]), float(node.attrib["y"])
                names = font.getBestCmap()
                text = node.text or ""
                advance = sum(font["hmtx"][names[ord(letter)]][0] for letter in text)
                width = advance / font["head"].unitsPerEm * size
                kind = group.attrib.get("id", "").rpartition("-")[0]
                yield Words(text, kind, x, y, x + width, size)

    def of(self, kind: str) -> list[str]:
        return [words.text for words in self.words if words.kind == kind]

    def drawn(self, prefix: str) -> set[str]:
        return {
            name.removeprefix(prefix).rpartition("-")[0]
            for name in self.ids
            if name.startswith(prefix)
        }


@pytest.fixture(scope="session")
def drawings(record) -> dict[str, Drawing]:
    return {
        name: Drawing(draw(snapshot, "svg", record=record, provenance=RECORD))
        for name, snapshot in SNAPSHOTS.items()
    }


@pytest.fixture(scope="session")
def pictures(record) -> dict[str, bytes]:
    return {
        name: draw(snapshot, "png", record=record, provenance=RECORD)
        for name, snapshot in SNAPSHOTS.items()
    }


def test_pictures_have_their_size_and_carry_the_record(pictures):
    for name, content in pictures.items():
        with Image.open(io.BytesIO(content)) as picture:
            assert picture.size == SIZES[name]
            assert picture.text["Provenance"] == RECORD
            dots = 300 if name == "a4" else 72
            assert picture.info["dpi"] == pytest.approx((dots, dots), abs=0.1)


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_pictures_look_as_they_did(name, pictures, tmp_path):
    """A guard against accidents; `python tests/test_picture.py` draws the baselines anew."""
    made = tmp_path / f"{name}.png"
    thumbnail(pictures[name]).save(made)
    # Other data have another version in the small print, and other fonts other edges.
    assert compare_images(str(BASELINES / f"{name}.png"), str(made), tol=4) is None


def thumbnail(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as picture:
        picture.thumbnail((760, 760))
        return picture.convert("RGB").quantize(64, dither=Image.Dither.NONE).convert("RGB")


def test_text_is_text_in_fonts_that_go_along(drawings):
    for name, drawing in drawings.items():
        assert {b"normal", b"bold"} == set(drawing.fonts), name
        # `Words` looked up every letter in the embedded fonts.
        assert len(drawing.words) > 30
        assert len(drawing.ids) == len(set(drawing.ids))
        assert drawing.root.find(f".//{DC}description").text == RECORD
        assert b"<image" not in drawing.content
        # Readers that do not load the fonts write in one without serifs.
        for node in drawing.root.iter(f"{SVG}text"):
            assert "font-family: 'DejaVu Sans', sans-serif" in node.attrib["style"]
    assert "Суджа" in drawings["story"].of("place")
    assert "13 марта 2025" in [words.text for words in drawings["story"].words]


def test_a_pdf_holds_text_in_embedded_fonts(record):
    content = draw(SNAPSHOTS["story"], "pdf", record=record, provenance=RECORD)
    [page] = PdfReader(io.BytesIO(content)).pages
    assert [float(edge) for edge in page.mediabox] == pytest.approx([0, 0, 1080, 1920])
    text = page.extract_text()
    for words in ("13 марта 2025", "Суджа", "Заявления, а не подтверждённый контроль"):
        assert words in text
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    kept = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert kept
    assert all("/FontFile2" in font for font in kept)
    about = PdfReader(io.BytesIO(content)).metadata
    assert about["/Keywords"] == RECORD
    assert "/CreationDate" not in about
    assert not page.images


def test_a_sheet_of_paper_is_a4(drawings, record):
    content = draw(SNAPSHOTS["a4"], "pdf", record=record)
    [page] = PdfReader(io.BytesIO(content)).pages
    width, height = (float(edge) / 72 * 25.4 for edge in page.mediabox[2:])
    assert (width, height) == pytest.approx((297, 210), abs=0.1)
    assert drawings["a4"].root.attrib["width"].endswith("pt")
    assert drawings["slide"].root.attrib["width"] == "1920"


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_the_legend_says_what_is_drawn_and_nothing_else(name, drawings, ledger, record):
    snapshot, drawing = on_sheet(SNAPSHOTS[name]), drawings[name]
    shapes = claims_of(snapshot, record)
    assert drawing.drawn("claim-") == {
        f"{source}-{status}" for source, status in zip(shapes.source_id, shapes.status, strict=True)
    }
    said = " ".join(drawing.of("legend"))
    for source, english in ledger.sources.name.items():
        called = name_of(source, english.partition(" (")[0], snapshot.language)
        assert (called in said) == (source in set(shapes.source_id)), source
    for status in geo.tables.schema.DRAWN:
        drawn = (shapes.status == status).any() or (status == "ukrainian_control" and name == "a4")
        assert (say(status, snapshot.language) in said.split("; ")[0]) == drawn, status
    rows = geo.select(snapshot.on, known_by=snapshot.known_by, record=record)
    rows = rows[rows.source_id.isin(shapes.source_id) & (rows.status == "ukrainian_control")]
    ground = [set(rows.ground_id[rows.side == side]) for side in ("ukrainian", "russian")]
    both = not set.isdisjoint(*ground) and (shapes.status == "ukrainian_control").any()
    assert (say("both_sides", snapshot.language) in said) == both
    hatched = bool(drawing.drawn("contradictory"))
    assert (say("contradictory", snapshot.language) in said) == hatched
    assert hatched == (name == "slide")


def test_a_narrow_box_shows_every_claim_of_the_ground_beside_it(record):
    narrow = Snapshot(on="2024-09-05", bbox=(35.0, 51.0, 35.01, 52.5))
    drawn = Drawing(draw(narrow, "svg", record=record)).drawn("claim-")
    beside = claims_of(Snapshot(on="2024-09-05", bbox=(34.2, 51.05, 35.8, 52.4)), record)
    assert len(beside) > len(claims_of(narrow, record))
    assert {f"{one.source_id}-{one.status}" for one in beside.itertuples()} <= drawn
    text = snapshot_bytes(narrow, "svg", record=record).decode()
    named = set(re.findall(r"k:claim/([a-z]\d+)", text))
    assert {claim_id for ids in beside.claim_ids for claim_id in ids} <= named


def test_two_against_each_other_are_named_and_their_difference_marked(record):
    snapshot = Snapshot(on="2024-11-20", compare="deepstate,uacontrolmap", language="uk")
    drawing = Drawing(draw(snapshot, "svg", record=record))
    said = " ".join(words.text for words in drawing.words)
    assert "Порівняння: Мапа DeepState і UAControlMap." in said
    assert say("only", "uk", say("ukrainian_control", "uk"), "UAControlMap") in said
    assert {"gained", "lost"} <= drawing.drawn("change-")
    assert {name.partition("-")[0] for name in drawing.drawn("claim-")} == {
        "deepstate", "uacontrolmap",
    }  # fmt: skip


def test_what_has_faded_is_fainter_and_the_legend_says_so(record):
    for fade in (None, 30):
        snapshot = Snapshot(on="2024-11-20", fade=fade)
        drawing = Drawing(draw(snapshot, "svg", record=record))
        styles = [
            node.find(f"{SVG}path").attrib["style"]
            for node in drawing.root.iter()
            if node.attrib.get("id", "").startswith("claim-")
        ]
        strength = style().outline.opacity * style().faded
        faint = [own for own in styles if f"opacity: {strength:g}" in own]
        assert bool(faint) == (fade is not None)
        said = " ".join(words.text for words in drawing.words)
        assert (say("faded", "en", 30) in said) == (fade is not None)
        # Where one of two colours has faded, they make another one together.
        held = drawn_claims(snapshot, record)
        held = held[held.status == "ukrainian_control"]
        ground = [
            shapely.union_all(held.geometry[held.side == side]) for side in ("ukrainian", "russian")
        ]
        overlap = shapely.intersection(*ground).area
        assert (say("both_sides", "en") in said) == (overlap > 1e-9)


def test_every_part_of_changed_ground_has_a_sign(record):
    pair = Snapshot(on="2024-11-20", compare="ukrainian,russian")
    drawing = Drawing(draw(pair, "svg", record=record))
    for change in ("gained", "lost"):
        signs = np.concatenate(path_of(drawing, f"change-{change}-1"))
        for ring in path_of(drawing, f"change-{change}-edge-1"):
            part = shapely.Polygon(ring)
            if part.area > 25:  # pixels; no sign fits into less
                assert shapely.contains_xy(part.buffer(1), *signs.T).any(), change


def test_a_map_as_close_as_can_be_is_drawn(record):
    for size in (1e-7, 1e-3):
        close = Snapshot(on="2024-09-05", bbox=(35.2, 51.2, 35.2 + size, 51.2 + size))
        drawing = Drawing(draw(close, "svg", record=record))
        assert len(drawing.content) < 2e6
        assert drawing.drawn("claim-")


def test_the_legend_names_no_line_that_is_out_of_sight(record):
    for bbox, seen in (
        ((35.28, 51.2, 35.34, 51.23), set()),
        ((34.9, 51.1, 35.5, 51.4), {"state_border", "raion_line"}),
    ):
        close = Snapshot(on="2024-09-05", bbox=bbox)
        said = " ".join(Drawing(draw(close, "svg", record=record)).of("legend"))
        for line in ("state_border", "oblast_line", "raion_line"):
            assert (say(line, "en") in said) == (line in seen), line


def test_what_is_said_of_an_empty_map_stands_alone(record):
    empty = Snapshot(on="2024-09-05", bbox=(38, 52, 38.5, 52.3))
    drawing = Drawing(draw(empty, "svg", record=record))
    [notice] = [words for words in drawing.words if words.text == say("nothing", "en")]
    names = [words for words in drawing.words if words.kind.startswith("name")]
    assert names
    for name in names:
        apart = name.right < notice.left or notice.right < name.left
        assert apart or abs(name.baseline - notice.baseline) > notice.size, name.text


def test_choices_are_told_below_the_title(record):
    def told(**choice: object) -> str:
        snapshot = Snapshot(on="2024-09-05", **choice)
        drawing = Drawing(draw(snapshot, "svg", record=record))
        return " ".join(words.text for words in drawing.words)

    assert "Reports of strikes count as contested." in told(strikes=True)
    each = told(compare="2024-08-20", known_by="then")
    assert "counting of each day only what had been said by then" in each
    assert "other claims as named in the data" not in told(sources="deepstate")
    assert "other claims as named in the data" in told()
    russian = told(compare="ukrainian,russian", language="ru")
    assert "Сравнение: заявления украинской стороны и заявления российской стороны." in russian


def test_changes_are_marked_with_their_areas(drawings, record):
    changes = changes_of(SNAPSHOTS["a4"], record).set_index("change").area_km2
    drawing = drawings["a4"]
    assert drawing.drawn("change-") >= set(changes.index) - {"kept"}
    text = " ".join(words.text for words in drawing.words)
    for change in set(changes.index) - {"kept"}:
        assert f"settlements, {say_number(changes[change], 'en')} km²" in text
    assert not drawings["slide"].drawn("change-")


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        ("en", "1 settlement, ", "2 settlements, "),
        ("ru", "населённых пунктов: 1, ", "населённых пунктов: 2, "),
        ("uk", "населених пунктів: 1, ", "населених пунктів: 2, "),
    ],
)
def test_one_settlement_is_one(tiny, language, one, two):
    """One cell is contradictory; two are newly claimed."""
    tiny.say(
        {"settlement_id": 1},
        {"settlement_id": 1, "source_id": "red", "status": "russian_control"},
        {"settlement_id": 2},
        {"settlement_id": 2, "source_id": "red", "status": "contested"},
    )
    snapshot = Snapshot(
        on="2024-08-10", compare="2024-08-06", layers="disagreement", language=language
    )
    drawing = Drawing(draw(snapshot, "svg", record=tiny.record()))
    said = " ".join(words.text for words in drawing.words)
    assert one in said
    assert two in said


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_no_text_runs_into_another_or_off_the_page(name, drawings):
    drawing = drawings[name]
    boxes = [
        (w, Box(w.left, w.baseline - w.size * 0.7, w.right, w.baseline)) for w in drawing.words
    ]
    page = Box(0, 0, drawing.width, drawing.height)
    for words, box in boxes:
        assert page.holds(box), words
    for (words, box), (others, other) in combinations(boxes, 2):
        assert not box.meets(other), (words, others)
    assert len(drawing.of("place")) >= 8


def path_of(drawing: Drawing, name: str) -> list[np.ndarray]:
    """The rings of the path with an id, in pixels."""
    [group] = [node for node in drawing.root.iter() if node.attrib.get("id") == name]
    rings = group.find(f"{SVG}path").attrib["d"].split("M ")[1:]
    return [np.array(re.findall(r"-?[\d.]+", ring), float).reshape(-1, 2) for ring in rings]


def scale_of(drawing: Drawing, unit: str) -> float:
    """Length that the scale bar gives to a pixel: the bar lies right above its number."""
    [number] = [words for words in drawing.words if re.fullmatch(rf"[\d.]+ {unit}", words.text)]
    paths = [node.attrib["d"] for node in drawing.root.iter(f"{SVG}path") if "d" in node.attrib]
    corners = [np.array(re.findall(r"-?[\d.]+", path), float) for path in paths]
    boxes = [ring.reshape(-1, 2) for ring in corners if len(ring) in {8, 10}]
    middle = (number.left + number.right) / 2
    [bar] = [
        box
        for box in boxes
        if abs(box[:, 0].mean() - middle) < 3
        and 0 < number.baseline - box[:, 1].max() < 2 * number.size
    ]
    return float(number.text.split()[0]) / float(np.ptp(bar[:, 0]))


def test_the_scale_bar_tells_the_truth(drawings, record):
    drawing = drawings["slide"]
    km = scale_of(drawing, "km")
    rings = path_of(drawing, "claim-uacontrolmap-ukrainian_control-1")
    x, y = zip(*(ring.T for ring in rings), strict=True)
    signed = [float(a @ np.roll(b, 1) - b @ np.roll(a, 1)) / 2 for a, b in zip(x, y, strict=True)]
    claimed = claims_of(Snapshot(on="2024-09-05", sources="uacontrolmap"), record).area_km2
    assert abs(sum(signed)) * km**2 == pytest.approx(claimed.iloc[0], rel=2e-3)


def test_a_map_of_a_village_is_measured_in_metres(record):
    bbox = (35.25, 51.135, 35.29, 51.145)
    village = Snapshot(on="2024-08-20", bbox=bbox, language="ru", size="square")
    drawing = Drawing(draw(village, "svg", record=record))
    *_, across = pyproj.Geod(ellps="WGS84").inv(bbox[0], 51.14, bbox[2], 51.14)
    frame = 1044 - 36  # pixels of the map's own width
    assert scale_of(drawing, "м") * frame == pytest.approx(across, rel=2e-3)


def test_main_places_are_named_in_the_language(drawings):
    assert {"Sudzha", "Korenevo", "Glushkovo"} <= set(drawings["slide"].of("place"))
    assert {"Суджа", "Коренево", "Глушково"} <= set(drawings["story"].of("place"))
    assert {"Суджа", "Гончарівка"} <= set(drawings["square"].of("place"))


def test_an_empty_choice_says_so(record):
    empty = Snapshot(on="2024-08-06", sources="ru_state_media", language="uk", size="square")
    drawing = Drawing(draw(empty, "svg", record=record))
    assert say("nothing", "uk") in " ".join(words.text for words in drawing.words)
    assert not drawing.drawn("claim-")
    assert say("claimed", "uk") not in drawing.of("legend")


def test_same_input_same_bytes_in_any_process(drawings, pictures, record):
    code = (
        "import sys, hashlib\n"
        "from geo import Snapshot\n"
        "from geo.figure.layout import draw\n"
        "one = Snapshot.model_validate_json(sys.argv[1])\n"
        "for ending in ('png', 'svg', 'pdf'):\n"
        "    print(hashlib.sha256(draw(one, ending, provenance=sys.argv[2])).hexdigest())\n"
    )
    one = SNAPSHOTS["square"]
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    run = subprocess.run(
        [sys.executable, "-c", code, one.model_dump_json(), RECORD],
        env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    document = draw(one, "pdf", record=record, provenance=RECORD)
    here = [pictures["square"], drawings["square"].content, document]
    assert run.stdout.split() == [hashlib.sha256(made).hexdigest() for made in here]


def test_the_reader_s_own_settings_neither_matter_nor_change(pictures, record):
    own = {"font.family": "serif", "savefig.dpi": 40, "lines.linewidth": 9, "text.color": "red"}
    with mpl.rc_context(own):
        content = draw(SNAPSHOTS["square"], "png", record=record, provenance=RECORD)
        assert mpl.rcParams["savefig.dpi"] == 40
    assert hashlib.sha256(content).digest() == hashlib.sha256(pictures["square"]).digest()


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_hostile_names_are_only_names(tiny, ending):
    name = '</text><script>alert(1)</script> $x^2_{3}$ & "'
    tiny.change("sources.csv", 2, name=name, attribution="]]> \\ %s {} " + "long " * 200)
    tiny.change("settlements.csv", 2, name_en="$<b>&", population=9000)
    tiny.say({"status": "contested", "basis": "fighting", "settlement_id": 2})
    content = draw(Snapshot(on="2024-08-10"), ending, record=tiny.record())
    if ending == "svg":
        drawing = Drawing(content)
        assert "$<b>&" in drawing.of("place")
        assert '</text><script>alert(1)</script> $x^2_{3}$ & "' in " ".join(drawing.of("legend"))
        assert drawing.root.find(f".//{SVG}script") is None


def test_other_endings_are_refused():
    with pytest.raises(ValueError, match="`ending` was 'bmp' but is expected to be one of png"):
        draw(Snapshot(on="2024-08-20"), "bmp")


def test_the_map_keeps_distances_and_areas_and_holds_all_claims(shipped):
    canvas = Canvas(1000, 600, 72)
    with own_style():
        chart = lay_map(canvas, Box(0, 0, 1000, 600), EXTENT)
    places = np.array([[34.3, 51.0], [35.7, 51.5]])
    x, y = chart.land.project(*places.T)
    pages = [chart.on_page(*place) for place in zip(x, y, strict=True)]
    across = np.hypot(*np.subtract(*pages)) * chart.unit
    _, _, true = pyproj.Geod(ellps="WGS84").inv(*places[0], *places[1])
    assert across == pytest.approx(true, rel=1e-3)
    some = shipped.geometry.iloc[::100].to_numpy()
    flat = np.array([shape.area for shape in chart.land.flat(some)]) / 1e6
    assert flat == pytest.approx(area_km2(some), rel=1e-4)
    west, south, east, north = shipped.total_bounds
    assert Box(*EXTENT).holds(Box(west, south, east, north))


sizes = st.tuples(*[st.floats(0, 200)] * 2, st.floats(1, 60), st.floats(1, 15))


@given(st.lists(sizes, max_size=30), st.integers(0, 12))
def test_placed_names_never_meet(names, most):
    frame = Box(0, 0, 200, 200)
    taken = [Box(0, 0, 50, 50)]
    found = place_names(names, frame, taken, most=most)
    placed = [box for box in found if box is not None]
    assert len(found) == len(names)
    assert len(placed) <= most
    assert all(frame.holds(box) for box in placed)
    assert not any(a.meets(b) for a, b in combinations([*placed, *taken], 2))
    for (x, y, _, _), box in zip(names, found, strict=True):
        if box is not None:
            assert not any(other.meets(Box(x, y, x, y)) for other in [*placed, *taken])


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_sources_and_the_land_have_names_in_every_language(language, ledger):
    land = geo.load_boundaries()
    names = {name: name for name in land.name_en if not name.endswith(("(city)", "border"))}
    names |= ledger.sources.name.to_dict()
    for key, english in names.items():
        other = name_of(key, english, language)
        assert other != english or key == "uacontrolmap", key
        assert re.search("[а-яїєі]", other) or key == "uacontrolmap", key


if __name__ == "__main__":
    BASELINES.mkdir(exist_ok=True)
    for name, snapshot in SNAPSHOTS.items():
        thumbnail(draw(snapshot, "png")).quantize(64).save(BASELINES / f"{name}.png", optimize=True)
