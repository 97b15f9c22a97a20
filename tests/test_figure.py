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
from geo.analysis.agreement import agreement_on
from geo.analysis.summary import summary
from geo.analysis.telling import change_on
from geo.figure.content import content_of
from geo.figure.labels import Box, place_names
from geo.figure.land import km_from_border, map_of
from geo.figure.layout import draw
from geo.selection.snapshot import SIZES, Snapshot
from geo.style.look import style
from geo.style.words import name_of, say, say_number
from geo.tables.boundaries import WIDE_FOCUS, area_km2, load_boundaries
from geo.tables.schema import SIDES

SVG = "{http://www.w3.org/2000/svg}"
DC = "{http://purl.org/dc/elements/1.1/}"
BASELINES = Path(__file__).parent / "baselines"
RECORD = '{"a": "<&>\\" Суджа"}'
#: The whole of a day; one side in another script; the comparison, close up; two days.
SNAPSHOTS = {
    "slide": Snapshot(on="2024-09-05"),
    "story": Snapshot(
        on="2025-03-13", known_by="then", sides="russian", size="story", language="ru"
    ),
    "square": Snapshot(
        on="2024-11-20", size="square", language="uk", bbox="35.0,51.0,35.5,51.3",
        view="overlay", lapsed=True,
    ),
    "a4": Snapshot(on="2025-03-13", compare="2024-09-05", size="a4"),
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

    @property
    def said(self) -> str:
        return " ".join(words.text for words in self.words)

    def drawn(self, prefix: str = "map.") -> set[str]:
        """Signs that ground is painted with, by the map on which it is."""
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
    """A guard against accidents; `python tests/test_figure.py` draws the baselines anew."""
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
    for words in ("13 марта 2025", "Суджа", "Заявления, а не", "у России"):
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
    assert len(drawing.of("place")) >= 6


def path_of(drawing: Drawing, name: str) -> list[np.ndarray]:
    """The rings of the path with an id, in pixels."""
    [group] = [node for node in drawing.root.iter() if node.attrib.get("id") == name]
    rings = group.find(f"{SVG}path").attrib["d"].split("M ")[1:]
    return [np.array(re.findall(r"-?[\d.]+", ring), float).reshape(-1, 2) for ring in rings]


ZAOLESHENKA = 127213

PHRASES = {
    "both_ukrainian_control": "Both say Ukrainian-held",
    "one_ukrainian_control": "the other is silent",
    "ukrainian_control_or_contested": r"says? Ukrainian-held, (the|Russian) \w+ fought over",
    "both_contested": "Both say fought over or unclear",
    "contradictory": "Contradiction:",
    "russian_control_or_contested": "Russian-held",
    "both_russian_control": "Both say Russian-held",
}


def test_each_map_is_painted_with_the_words_of_its_voice(drawings, record):
    snapshot = SNAPSHOTS["slide"]
    agreement = agreement_on(snapshot, record=record)
    painted = {f"{side}.{word}" for side in SIDES for word in agreement[side].unique()}
    classes = set(agreement.agreement) - {"one_contested"}
    assert drawings["slide"].drawn() == painted | {f"compared.{name}" for name in classes}
    root = drawings["slide"].root
    marked = {(n.attrib["data-side"], n.attrib["data-class"])
              for n in root.iter() if "data-side" in n.attrib}  # fmt: skip
    assert {".".join(pair) for pair in marked} == drawings["slide"].drawn()


def test_the_key_says_what_is_drawn_and_nothing_else(drawings, record):
    for day in ("2024-08-24", "2025-05-15"):
        drawing = Drawing(draw(Snapshot(on=day), "svg", record=record))
        said = " ".join(drawing.of("legend"))
        signs = {name.partition(".")[2] for name in drawing.drawn()}
        for sign, phrase in PHRASES.items():
            assert sign not in signs or re.search(phrase, said), sign
        for sign in ("both_ukrainian_control", "contradictory"):
            assert (sign in signs) == (PHRASES[sign] in said), sign
    assert say("gained", "en") not in said
    said = " ".join(drawings["story"].of("legend"))
    assert "Сравнение" not in said
    said = " ".join(drawings["square"].of("legend"))
    assert "Контур" in said
    assert "Контур" not in " ".join(drawings["slide"].of("legend"))


def test_figures_are_those_of_the_summary(drawings, record):
    found = summary(SNAPSHOTS["slide"], record)
    text = " ".join(words.text for words in drawings["slide"].words)
    for side in SIDES:
        held = say_number(found.said_km2[side]["ukrainian_control"], "en")
        assert f"{say('short_ukrainian_control', 'en')} {held}" in text
    area = found.class_km2
    figures = drawings["slide"].of("figure")
    every = sum(area.values()) - area["silent"]
    both = f"{area['both_ukrainian_control']:,.0f}  {area['both_ukrainian_control'] / every:.0%}"
    assert both in figures
    told = f"Contradiction at {', '.join(found.contradicted)}."
    assert (told in text) == bool(found.contradicted)
    assert found.headline in text


def test_the_table_says_what_each_voice_says_of_the_main_places(drawings, record):
    places = summary(SNAPSHOTS["slide"], record).places
    cells = drawings["slide"].of("table")
    for row in places.to_dict("records"):
        at = next(n for n, cell in enumerate(cells) if cell.startswith(f"{row['name']} ("))
        for cell, side in zip(cells[at + 1 : at + 4], SIDES, strict=True):
            age = row[f"{side}_age"]
            old = f", {age:.0f} d" if age > 7 else ""
            assert cell == say(f"short_{row[side]}", "en") + old
        assert cells[at + 4] == say(f"relation_{row['relation']}", "en")
    assert "Sudzha (9 km)" in cells


def test_one_voice_alone_is_told_in_full_colours(record):
    for choice in ({"sides": "russian"}, {"view": "russian"}, {"sources": "ru_mod"}):
        snapshot = Snapshot(on="2024-09-05", **choice)
        drawing = Drawing(draw(snapshot, "svg", record=record))
        assert {name.partition(".")[0] for name in drawing.drawn()} == {"russian"}
        assert "Russian sources say" in [words.text for words in drawing.words]
        if "sources" not in choice:
            assert "russian.ukrainian_control" in drawing.drawn()
            assert style().light.ukrainian_control.encode() in drawing.content


@pytest.mark.parametrize(
    ("view", "voices"),
    [
        ("all", ["ukrainian", "russian", "compared", "third_party"]),
        ("side-by-side", ["ukrainian", "russian"]),
        ("overlay", ["compared"]),
        ("places", ["compared"]),
        ("third_party", ["third_party"]),
    ],
)
def test_a_view_has_its_maps(record, view, voices):
    content = content_of(Snapshot(on="2024-09-05", view=view), record)
    assert [panel.voice for panel in content.panels] == voices
    assert all(bool(panel.ground) == (view != "places") for panel in content.panels)
    assert len(draw(content.snapshot, "png", record=record)) > 50_000


def test_two_sources_have_a_map_each_and_one_on_which_they_are_compared(record):
    snapshot = Snapshot(on="2024-11-20", compare="deepstate,uacontrolmap", language="uk")
    drawing = Drawing(draw(snapshot, "svg", record=record))
    voices = {name.partition(".")[0] for name in drawing.drawn()}
    assert voices == {"deepstate", "uacontrolmap", "compared"}
    assert "Порівняння: Мапа DeepState і UAControlMap" in drawing.said
    # A third voice has no column.
    assert say("in_table_third_party", "uk") not in drawing.of("table")


def test_of_two_days_each_map_shows_what_changed_in_its_telling(drawings, record):
    drawing = drawings["a4"]
    for side in SIDES:
        found = change_on(SNAPSHOTS["a4"], side, record)
        signs = {name for name in drawing.drawn() if name.startswith(f"{side}.")}
        assert signs == {f"{side}.{change}" for change in found.change}
        for area in found.area_km2:
            assert f"{say_number(area, 'en')} km²" in drawing.said
    assert "Change from 5 September 2024 to 13 March 2025" in drawing.said
    assert not drawing.of("table")


def test_what_has_lapsed_has_an_outline_on_request(record):
    for lapsed in (False, True):
        snapshot = Snapshot(on="2025-05-15", lapsed=lapsed)
        drawing = Drawing(draw(snapshot, "svg", record=record))
        assert bool(drawing.drawn("lapsed.")) == lapsed
        assert ("Outline: said too long ago to count" in drawing.said) == lapsed
    assert "russian.contested" in drawing.drawn("lapsed.")


def test_rivers_and_roads_are_drawn_and_explained_unless_they_are_switched_off(record):
    words = {"Rivers", "Railways", "Main roads", "Sudzha gas metering station"}
    for context in (False, True):
        snapshot = Snapshot(on="2024-09-05", view="overlay", context=context)
        drawing = Drawing(draw(snapshot, "svg", record=record))
        kinds = {"river", "road", "railway", "site"} if context else set()
        assert drawing.drawn("context-") == kinds
        assert words & set(drawing.of("legend")) == (words if context else set())
        assert ("GSHHG" in drawing.said) == context
    # What is not on the map is not in the key either.
    small = Snapshot(on="2024-09-05", view="overlay", bbox=(34.80, 51.29, 34.84, 51.31))
    assert not words & set(Drawing(draw(small, "svg", record=record)).of("legend"))


def test_the_countries_are_named_on_every_map(drawings):
    names = drawings["slide"].of("country")
    assert (
        sorted("".join(name.split("\u2009")) for name in names) == ["RUSSIA"] * 4 + ["UKRAINE"] * 4
    )


def test_main_places_are_named_in_the_language(drawings):
    names = drawings["slide"].of("place")
    assert all(names.count(name) == 4 for name in ("Sudzha", "Korenevo", "Plekhovo", "Guyevo"))
    assert {"Суджа", "Коренево"} <= set(drawings["story"].of("place"))
    assert {"Суджа", "Гуєво"} <= set(drawings["square"].of("place"))


def test_a_map_as_close_as_can_be_is_drawn(record):
    for size in (1e-7, 1e-3):
        close = Snapshot(on="2024-09-05", bbox=(35.2, 51.2, 35.2 + size, 51.2 + size))
        drawing = Drawing(draw(close, "svg", record=record))
        assert len(drawing.content) < 2e6
        assert drawing.drawn()


def test_choices_are_told_below_the_headline(record):
    def told(**choice: object) -> str:
        return Drawing(draw(Snapshot(on="2024-09-05", **choice), "svg", record=record)).said

    assert "Reports of strikes count as contested." in told(strikes=True)
    each = told(compare="2024-08-20", known_by="then")
    assert "Of each day only what had been said by then is counted" in each
    assert "other claims as named in the data" not in told(sources="deepstate")
    assert "other claims as named in the data" in told()
    assert "last 30 days, reports of fighting of the last 10." in told(current_for=30)
    assert say("current_ever", "en") in told(current_for="ever")
    russian = told(compare="ukrainian,russian", language="ru")
    assert "Сравнение украинских и российских источников" in russian


@pytest.mark.parametrize(
    ("choice", "title"),
    [
        ({}, "5 September 2024"),
        ({"compare": "2024-08-20"}, "5 September 2024 against 20 August 2024"),
        ({"known_by": "then", "sides": "russian"}, "5 September 2024. Only what had been said by "
         "5 September 2024 is counted. Shown only: Russian claims."),
        ({"statuses": "contested", "strikes": True}, "5 September 2024. Shown only: fought over or "
         "unclear. Reports of strikes count as contested."),
        ({"compare": "isw,deepstate"},
         "5 September 2024. Institute for the Study of War against DeepState map"),
    ],
)  # fmt: skip
def test_the_title_of_a_picture_says_what_was_chosen(choice, title, record):
    snapshot = Snapshot(on="2024-09-05", size="square", **choice)
    picture = Image.open(io.BytesIO(draw(snapshot, "png", record=record)))
    assert picture.info["Title"] == f"{say('title', 'en')}, {title}"


def test_an_empty_choice_says_so(record):
    empty = Snapshot(on="2024-08-06", sources="ru_state_media", language="uk", size="square")
    drawing = Drawing(draw(empty, "svg", record=record))
    assert say("nothing", "uk") in drawing.said
    assert drawing.drawn() == {"russian.silent"}


def test_the_border_is_as_far_as_a_geodesic_says():
    border = load_boundaries("state_border").geometry
    points = shapely.get_coordinates(shapely.segmentize(border.to_numpy(), 1e-4))
    for place in ((35.2717, 51.1897), (34.9, 51.41), (38.4, 51.7)):
        many = np.tile(place, (len(points), 1))
        *_, metres = pyproj.Geod(ellps="WGS84").inv(*many.T, *points.T)
        assert km_from_border(*place) == pytest.approx(metres.min() / 1000, rel=1e-3)


def test_the_map_keeps_distances_and_areas(shipped):
    chart = map_of(Box(0, 0, 1000, 600), WIDE_FOCUS)
    places = np.array([[34.3, 51.0], [35.6, 51.5]])
    across = np.hypot(
        *np.diff(shapely.get_coordinates(chart.page(shapely.points(places))), axis=0)[0]
    )
    _, _, true = pyproj.Geod(ellps="WGS84").inv(*places[0], *places[1])
    assert across * chart.unit == pytest.approx(true, rel=1e-3)
    some = shipped.geometry.iloc[::100].to_numpy()
    flat = shapely.area(chart.page(some)) * chart.unit**2 / 1e6
    assert flat == pytest.approx(area_km2(some), rel=1e-4)


def test_the_scale_bar_tells_the_truth(record):
    day = "2024-09-05"
    drawing = Drawing(draw(Snapshot(on=day, view="ukrainian"), "svg", record=record))
    [number] = [words for words in drawing.words if re.fullmatch(r"[\d.]+ km", words.text)
                and words.kind != "table"]  # fmt: skip
    paths = [node.attrib["d"] for node in drawing.root.iter(f"{SVG}path") if "d" in node.attrib]
    corners = [np.array(re.findall(r"-?[\d.]+", path), float) for path in paths]
    boxes = [ring.reshape(-1, 2) for ring in corners if len(ring) in {8, 10}]
    middle = (number.left + number.right) / 2
    [bar] = [box for box in boxes if abs(box[:, 0].mean() - middle) < 3
             and 0 < number.baseline - box[:, 1].max() < 2 * number.size]  # fmt: skip
    km = float(number.text.split()[0]) / float(np.ptp(bar[:, 0]))
    rings = path_of(drawing, "map.ukrainian.russian_control-1")
    x, y = zip(*(ring.T for ring in rings), strict=True)
    signed = [float(a @ np.roll(b, 1) - b @ np.roll(a, 1)) / 2 for a, b in zip(x, y, strict=True)]
    said = summary(Snapshot(on=day), record).said_km2["ukrainian"]["russian_control"]
    assert abs(sum(signed)) * km**2 == pytest.approx(said, rel=5e-3)


def test_places_of_a_page_have_a_disc_for_each_of_the_two(record):
    [panel] = content_of(Snapshot(on="2025-03-13", view="overlay"), record).panels
    assert panel.words[ZAOLESHENKA] == ("ukrainian_control", "russian_control")
    own = content_of(Snapshot(on="2025-03-13", view="russian"), record).panels[0]
    assert own.words[ZAOLESHENKA] == ("russian_control",)


def test_same_input_same_bytes_in_any_process(drawings, pictures, record):
    code = (
        "import sys, hashlib\n"
        "from geo import Snapshot\n"
        "from geo.figure.layout import draw\n"
        "one = Snapshot.model_validate_json(sys.argv[1])\n"
        "for extension in ('png', 'svg', 'pdf'):\n"
        "    print(hashlib.sha256(draw(one, extension, provenance=sys.argv[2])).hexdigest())\n"
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


@pytest.mark.parametrize("extension", ["png", "svg", "pdf"])
def test_hostile_names_are_only_names(tiny, extension):
    name = '</text><script>alert(1)</script> $x^2_{3}$ & "'
    tiny.change("sources.csv", 2, name=name, attribution="]]> \\ %s {} " + "long " * 200)
    tiny.change("settlements.csv", 3, name_en="$<b>&")
    tiny.say({"status": "contested", "basis": "fighting", "settlement_id": 2})
    tiny.change("claims.csv", 2, settlement="$<b>&")
    pair = Snapshot(on="2024-08-10", compare="blue,red")
    content = draw(pair, extension, record=tiny.record())
    if extension == "svg":
        drawing = Drawing(content)
        assert "$<b>&" in drawing.of("place")
        assert '</text><script>alert(1)</script> $x^2_{3}$ & "' in drawing.said
        assert drawing.root.find(f".//{SVG}script") is None


def test_other_endings_are_refused():
    with pytest.raises(ValueError, match="`extension` was 'bmp' but is expected to be one of png"):
        draw(Snapshot(on="2024-08-20"), "bmp")


sizes = st.tuples(*[st.floats(0, 200)] * 2, st.floats(1, 60), st.floats(1, 15))


@given(st.lists(sizes, max_size=30))
def test_placed_names_never_meet(names):
    frame = Box(0, 0, 200, 200)
    taken = [Box(0, 0, 50, 50)]
    found = place_names(names, frame, taken)
    placed = [box for box in found if box is not None]
    assert len(found) == len(names)
    assert all(frame.holds(box) for box in placed)
    assert not any(a.meets(b) for a, b in combinations([*placed, *taken], 2))
    for x, y, _, _ in names:
        assert not any(box.meets(Box(x, y, x, y)) for box in placed)


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
