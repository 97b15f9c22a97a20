"""One file says how everything looks; whatever is changed in it is seen in the outputs."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from math import isclose, sqrt
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_hex
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

import geo
from geo import Snapshot, write_snapshot
from geo.export.film import _frames
from geo.figure.canvas import UNIT, own_style
from geo.figure.layout import _LAYOUTS, draw
from geo.style import look

ROOT = Path(geo.__file__).parent.parent
SUDZHA = 115637
#: What two say, with what has lapsed, and a key whose lines are thinner than the map's; discs
#: alone; what changed.
DAY = Snapshot(on="2025-03-13", lapsed=True, view="overlay", size="square", language="ru")
PLACES = Snapshot(on="2025-03-13", view="places", size="square")
CHANGES = Snapshot(on="2025-03-13", compare="2024-09-05", lapsed=True, size="square")
#: Points of a pixel of the style, where the letters are of this size.
POINT = _LAYOUTS["square"].font / UNIT


def leaves(table: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of the file by its whole name."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def altered(value: Any, number: int) -> Any:
    """Another colour, number or list of numbers, like none else; names and letters stay."""
    if isinstance(value, list):
        return [altered(one, number + 100 * n) for n, one in enumerate(value or [3, 2])]
    if isinstance(value, str):
        return f"#{0x1F35D7 * (number + 3) % 2**24:06x}" if value.startswith("#") else value
    return round(value * (1.04 + number / 1300), 5)


TABLES = tomllib.loads(look.FILE.read_text("utf-8"))
OTHER = {name: altered(value, n) for n, (name, value) in enumerate(leaves(TABLES))}
#: Some signs are painted with another colour by its name, and have other letters.
OTHER |= {
    "signs.contested.fill": "gained", "signs.contested.letters": "Q", "signs.split.stripes": "lost",
    "signs.both_contested.fill": "gained", "signs.contradictory.stripes": "lost",
    "signs.russian_control_or_contested.dots": "way",
}  # fmt: skip


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + "}"
    return json.dumps(value)


def write_style(path, other: dict[str, object]):
    """The style with other values; None leaves a key out."""
    tables = tomllib.loads(look.FILE.read_text("utf-8"))
    for name, value in other.items():
        *parents, key = name.split(".")
        table = tables
        for parent in parents:
            table = table[parent]
        table[key] = value
        if value is None:
            del table[key]
    path.write_text("".join(f"{key} = {toml(one)}\n" for key, one in tables.items()), "utf-8")
    return path


@contextmanager
def styled(path: Path) -> Iterator[None]:
    """While this lasts the look stands in another file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(look, "FILE", path)
        look.style.cache_clear()
        yield
    look.style.cache_clear()


# ---- pictures


class Marks(NamedTuple):
    """What a picture is painted with, lengths in points."""

    widths: set[float]
    dashes: set[tuple[float, ...]]
    colours: set[str]
    strengths: set[float]
    #: Heights of closed shapes, and from one stroke to the next.
    heights: set[float]
    steps: set[float]

    @classmethod
    def none(cls) -> Marks:
        return cls(*(set() for _ in cls._fields))

    def note(self, corners: list[tuple[float, float]], begins: list[int]) -> None:
        """Add the lengths of a path, of which each line begins at one of some corners."""
        lines = np.split(np.array(corners), begins[1:]) if corners else []
        self.heights.update(float(np.ptp(line[:, 1])) for line in lines)
        starts = [line[0, 1] for line in lines if len(line) == 2]
        self.steps.update(np.abs(np.diff(starts)).tolist())


def read_svg(content: bytes) -> Marks:
    text, marks = content.decode(), Marks.none()
    marks.colours.update(re.findall(r"(?:fill|stroke): (#\w{6})", text))
    marks.strengths.update(map(float, re.findall(r"opacity: ([\d.]+)", text)))
    marks.widths.update(map(float, re.findall(r"stroke-width: ([\d.]+)", text)))
    for dash in re.findall(r"stroke-dasharray: ([\d.,]+)", text):
        marks.dashes.add(tuple(map(float, dash.split(","))))
    for path in re.findall(r' d="([^"]*)"', text):
        marks.note(*corners_of(re.findall(r"([ML])\s+(\S+)\s+(\S+)", path)))
    return marks


def corners_of(steps: list[tuple[str, str, str]]) -> tuple[list[tuple[float, float]], list[int]]:
    begins = [n for n, (kind, *_) in enumerate(steps) if kind in "mM"]
    return [(float(x), float(y)) for _, x, y in steps], begins


def read_pdf(content: bytes) -> Marks:
    page, marks = PdfReader(io.BytesIO(content)).pages[0], Marks.none()
    states = page["/Resources"]["/ExtGState"].values()
    marks.strengths.update(float(state.get_object()["/CA"]) for state in states)
    text = page.get_contents().get_data().decode("latin1")
    for colour in re.findall(r"([\d.]+\s+[\d.]+\s+[\d.]+)\s+(?:rg|RG)\b", text):
        marks.colours.add(to_hex([*map(float, colour.split())]))
    marks.widths.update(map(float, re.findall(r"([\d.]+)\s+w\b", text)))
    for dash in re.findall(r"\[([\d.\s]*)\]\s+0\s+d\b", text):
        marks.dashes.add(tuple(map(float, dash.split())))
    # A path ends where it is painted.
    for path in re.split(r"\s(?:f|S|B|n|s|b)\s", text):
        found = re.findall(r"(\S+)\s+(\S+)\s+([ml])\b", path)
        marks.note(*corners_of([(kind, x, y) for x, y, kind in found]))
    return marks


@contextmanager
def watched() -> Iterator[Marks]:
    """What is painted meanwhile where pixels are made."""
    marks, draw_path = Marks.none(), RendererAgg.draw_path

    def note(self, gc, path, transform, rgbFace=None):  # noqa: N803 - matplotlib's own name
        colours = [colour for colour in (rgbFace, gc.get_rgb()) if colour is not None]
        marks.colours.update(map(to_hex, colours))
        marks.strengths.add(gc.get_alpha())
        marks.widths.add(gc.get_linewidth())
        marks.dashes.add(tuple(gc.get_dashes()[1] or ()))
        if path.codes is not None and set(path.codes) <= {1, 2, 79}:
            marks.note([*path.transformed(transform).vertices], [*np.flatnonzero(path.codes == 1)])
        return draw_path(self, gc, path, transform, rgbFace)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RendererAgg, "draw_path", note)
        yield marks


def pictures(record: geo.Record) -> Iterator[tuple[str, Marks]]:
    """What each kind of picture is painted with."""
    yield "svg", read_svg(draw(DAY, "svg", record=record))
    yield "pdf", read_pdf(draw(DAY, "pdf", record=record))
    for name, snapshot in (("png", DAY), ("places", PLACES), ("changes", CHANGES)):
        with watched() as marks:
            draw(snapshot, "png", record=record)
        yield name, marks
    with watched() as marks, own_style():
        next(_frames(DAY, [DAY.on], record))
    yield "film", marks


EVERY = "svg pdf png film"
_ON_PAPER = (
    "ukrainian_control contested russian_control one_ukrainian_control one_russian_control silent "
    "ink soft paper far oblast abroad raion border river way"
)
#: Letters of a key or a table get smaller until it fits; those of names are smaller.
_KEY, _NAMES = [0.97**n for n in range(20)], 0.9
#: Where a value is seen in pictures: as which mark, how many times, and in which of them.
PAINTED: dict[str, tuple[str, Any, str]] = {
    **{f"light.{name}": ("colours", 1, EVERY) for name in _ON_PAPER.split()},
    "light.gained": ("colours", 1, "changes"),
    "light.lost": ("colours", 1, "changes"),
    "signs.contradictory.edge": ("widths", 1, EVERY),
    "stripes.period": ("steps", sqrt(2), EVERY),
    "dots.period": ("steps", 1 / 2, EVERY),
    "dots.radius": ("widths", 2, EVERY),
    "hatches.period": ("steps", sqrt(2), EVERY),
    "hatches.width": ("widths", 1, EVERY),
    "lapsed.width": ("widths", 1, EVERY),
    "lapsed.dash": ("dashes", 1, EVERY),
    "disc.radius": ("heights", 2, EVERY),
    "disc.small": ("heights", 2, "svg pdf png"),
    "disc.beside": ("heights", np.multiply(2, _KEY), "svg pdf png"),
    "disc.alone": ("heights", 2 * OTHER["disc.radius"], "places"),
    "disc.edge": ("widths", 1, EVERY),
    **{f"land.{kind}.width": ("widths", 1, EVERY) for kind in TABLES["land"]},
    **{f"context.{kind}.width": ("widths", 1, EVERY) for kind in TABLES["context"]},
    **{f"land.{kind}.dash": ("dashes", 1, EVERY) for kind in TABLES["land"]},
    **{f"context.{kind}.dash": ("dashes", 1, EVERY) for kind in TABLES["context"]},
    "signs.both_contested.fill": ("colours", 1, EVERY),
    "signs.contradictory.stripes": ("colours", 1, EVERY),
    "site.size": ("heights", 1, EVERY),
    "site.edge": ("widths", 1, EVERY),
    "frame.width": ("widths", 1, EVERY),
    "sample.width": ("widths", _KEY, EVERY),
    "width.halo": ("widths", _NAMES, EVERY),
    "strength.halo": ("strengths", 1, EVERY),
}


def has(found: set[Any], value: Any) -> bool:
    """Whether a mark is among some."""
    if isinstance(value, str):
        return value in found
    values = np.atleast_1d(value)
    return any(
        len(other) == len(values) and all(map(close, other, values))
        for other in map(np.atleast_1d, found)
        if other.dtype != object
    )


def close(one: float, other: float) -> bool:
    return isclose(one, other, rel_tol=2e-5, abs_tol=2e-6)


@pytest.mark.parametrize("picture", ["svg", "pdf", "png", "film", "places", "changes"])
def test_pictures_are_painted_with_the_values_of_the_file(picture, restyled):
    missing = []
    for name, (mark, times, where) in PAINTED.items():
        values = [OTHER.get(f"light.{OTHER[name]}", OTHER[name])]
        if mark not in {"colours", "strengths"}:
            values = [np.multiply(OTHER[name], n * POINT) for n in np.atleast_1d(times)]
        found = getattr(restyled[picture], mark)
        if picture in where.split() and not any(has(found, value) for value in values):
            missing.append(name)
    assert missing == []


# ---- what has the values as text


def kml_colour(colour: str, strength: float = 1) -> str:
    return f"{round(strength * 255):02x}{colour[5:7]}{colour[3:5]}{colour[1:3]}"


def mm(*pixels: float) -> str:
    return ";".join(f"{length * (25.4 / 96):.4f}" for length in pixels)


def rgb(name: str) -> str:
    return ",".join(map(str, bytes.fromhex(OTHER[f"light.{name}"][1:])))


def _kml() -> Iterator[tuple[str, str]]:
    """Entries, and what is written for each: the style of a sign, its line, width, fill."""
    look_of = '<Style id="{}"><LineStyle><color>{}</color><width>{:g}</width></LineStyle>'
    light = {name: OTHER[f"light.{name}"] for name in TABLES["light"]}
    ink, soft, way = (kml_colour(light[name]) for name in ("ink", "soft", "way"))
    plain = OTHER["width.outline"]
    for kind, line in TABLES["context"].items():
        name = f"context.{kind}.width"
        yield name, look_of.format(kind, kml_colour(light[line["colour"]]), OTHER[name])
    gained = kml_colour(light["gained"])
    yield "width.outline", look_of.format("implied", soft, plain)
    yield "signs.contested.fill", look_of.format("contested", gained, plain)
    yield (
        "signs.russian_control_or_contested.dots",
        look_of.format("russian_control_or_contested", way, plain),
    )
    yield "lapsed.width", look_of.format("lapsed-contested", gained, OTHER["lapsed.width"])
    yield "site.edge", look_of.format("site", ink, OTHER["site.edge"])
    edge = OTHER["signs.contradictory.edge"]
    yield "signs.contradictory.edge", look_of.format("contradictory", ink, edge)
    for name in ("ukrainian_control", "russian_control", "one_ukrainian_control", "gained", "lost"):
        colour = kml_colour(light[name], OTHER["strength.ground"])
        yield f"light.{name}", f"<PolyStyle><color>{colour}</color>"
        yield "strength.ground", f"<PolyStyle><color>{colour}</color>"


def _qml() -> Iterator[tuple[str, str]]:
    """Entries, and what is written for each in the styles for QGIS."""

    def option(name: str, value: str) -> str:
        return f'name="{name}" value="{value}'

    for name, times, written in (
        ("stripes.period", 1, "distance"), ("stripes.period", 1 / 2, "line_width"),
        ("dots.period", 1, "distance_x"), ("dots.period", 1 / 2, "distance_y"),
        ("dots.radius", 2, "size"), ("hatches.period", 1, "distance"),
        ("hatches.width", 1, "line_width"), ("lapsed.width", 1, "line_width"),
        ("width.outline", 1, "line_width"), ("signs.contradictory.edge", 1, "line_width"),
        ("site.size", 1, "size"), ("site.edge", 1, "outline_width"),
        *((f"context.{kind}.width", 1, "line_width") for kind in TABLES["context"]),
    ):  # fmt: skip
        yield name, option(written, mm(OTHER[name] * times))
    for name in ("lapsed.dash", *(f"context.{kind}.dash" for kind in TABLES["context"])):
        yield name, option("customdash", mm(*OTHER[name]))
    for name in ("ukrainian_control", "russian_control", "one_russian_control", "gained", "lost"):
        yield f"light.{name}", option("color", rgb(name))
    yield "signs.contradictory.stripes", option("line_color", rgb("lost"))
    for name in ("silent", "ink", "soft", "river", "way"):
        yield f"light.{name}", option("line_color", rgb(name))
    yield "light.paper", option("color", rgb("paper"))
    yield "signs.contested.fill", option("color", rgb("gained"))


def _page() -> Iterator[tuple[str, str]]:
    """Entries, and the variable or rule of the style sheet for each."""
    for theme in ("light", "dark"):
        for name in TABLES[theme]:
            yield f"{theme}.{name}", f"--claims-{name}: {OTHER[f'{theme}.{name}']}; "
    for part, kinds in (("backdrop", "land"), ("claims", "context")):
        for kind, line in TABLES[kinds].items():
            width, dash = (OTHER[f"{kinds}.{kind}.{what}"] for what in ("width", "dash"))
            rule = (
                f".{part}-{kind} {{ stroke: var(--claims-{line['colour']}); stroke-opacity: 1;"
                f" stroke-width: {width:g}; stroke-dasharray: "
            ) + (" ".join(f"{length:g}" for length in dash) or "none")
            yield f"{kinds}.{kind}.width", rule
            yield f"{kinds}.{kind}.dash", rule
    yield "frame.width", f"--claims-frame: {OTHER['frame.width']:g}px solid var(--claims-border)"
    for name in SHEET:
        unit = "px" * (not name.startswith("strength"))
        yield name, f"--claims-{name.replace('.', '-')}: {OTHER[name]:g}{unit}; "


#: Numbers that the style sheet of the page takes as variables.
SHEET = (
    "disc.beside", "disc.edge", "site.size", "site.edge", "chart.width", "chart.dot", "width.halo",
    "width.cursor", "width.focus", "strength.ground", "strength.series", "strength.band",
)  # fmt: skip
WRITTEN = {"kml": [*_kml()], "qml": [*_qml()], "html": [*_page()]}


@pytest.mark.parametrize("output", WRITTEN)
def test_texts_have_the_values_of_the_file(output, restyled):
    text = restyled[output]
    assert [(name, wanted) for name, wanted in WRITTEN[output] if wanted not in text] == []


@pytest.mark.parametrize(
    ("file", "names"),
    [
        (
            "geo/web/assets/clock.css",
            ["claims-frame", *(f"claims-{name.replace('.', '-')}" for name in SHEET)],
        ),
        ("panels/assets/page.css", ["focus-width", "remark"]),
        ("panels/assets/place.html", ["remark"]),
        ("panels/assets/statements.html", ["remark"]),
        ("panels/assets/strips.html", ["remark"]),
    ],
)
def test_style_sheets_take_what_they_are_given(file, names):
    sheet = (ROOT / file).read_text("utf-8")
    assert [name for name in names if f"var(--{name})" not in sheet] == []


#: What the page is painted with by its script, as it answers.
DRAWN = [
    ("stripes.period", "attribute('#claims-sign-contradictory', 'width')"),
    ("stripes.period", "disc('split').match(/([\\d.]+)px\\)/)[1]"),
    ("dots.period", "attribute('#claims-sign-russian_control_or_contested', 'width')"),
    ("dots.radius", "attribute('#claims-sign-russian_control_or_contested circle', 'r')"),
    ("hatches.period", "attribute('#claims-sign-silent', 'width')"),
    ("hatches.width", "attribute('#claims-sign-silent rect + rect', 'width')"),
    ("signs.contradictory.edge", "shape('contradictory', 'stroke-width')"),
    ("signs.contested.fill", "colours(shape('contested', 'style'))[0]"),
    ("signs.contested.letters", "node('#claims-letters-contested').textContent"),
    ("signs.split.stripes", "colours(disc('split'))[1]"),
    ("signs.russian_control_or_contested.dots",
     "colours(attribute('#claims-sign-russian_control_or_contested circle', 'style'))[0]"),
    ("lapsed.width", "shape('lapsed-contested', 'stroke-width')"),
    ("lapsed.dash", "shape('lapsed-contested', 'stroke-dasharray')"),
    ("lapsed.width", "attribute('.claims-swatch path[stroke-dasharray]', 'stroke-width')"),
    ("width.lit", "shape('lit-contested', 'stroke-width')"),
    ("width.pointed", "shape('pointed', 'stroke-width')"),
    ("width.chosen", "shape('chosen', 'stroke-width')"),
    ("disc.radius", "Math.max(...discs)"),
    ("disc.small", "Math.min(...discs)"),
    ("sample.width", "attribute('.claims-sample[data-class=contested] rect', 'stroke-width')"),
    ("sample.width", "attribute('.claims-sample[data-class=outside] rect', 'stroke-width')"),
    ("strength.tiles", "clock.tiles.layers[0][1].options.opacity"),
    ("strength.bars", "alphas[0]"),
    ("chart.dash.ukrainian", "series('ukrainian')"),
    ("chart.dash.russian", "series('russian')"),
    ("chart.dash.third_party", "series('third_party')"),
]  # fmt: skip
_ASK = """() => {
    const answers = () => [ANSWERS];
    const clock = claimsClock, alphas = [], pen = CanvasRenderingContext2D.prototype;
    const node = (selector) => document.querySelector(selector);
    const attribute = (selector, name) => node(selector).getAttribute(name);
    const colours = (text) => Array.from(text.matchAll(/--claims-(\\w+)/g), ([, name]) => name);
    const { shapes } = clock.maps.compared.painting;
    const shape = (name, what) => shapes.get(name).path.getAttribute(what);
    const disc = (word) => node(`.claims-disc [data-word=${word}]`).style.background;
    const series = (side) => clock.payload.sources.filter((source) => source.side === side)
        .map(({ id }) => node(`.claims-series[data-source=${id}]`)).find(Boolean)
        .getAttribute("stroke-dasharray");
    const alpha = Object.getOwnPropertyDescriptor(pen, "globalAlpha");
    Object.defineProperty(pen, "globalAlpha", { ...alpha, set(value) { alphas.push(value); } });
    clock.bar.strip.draw();
    Object.defineProperty(pen, "globalAlpha", alpha);
    clock.set({ view: "all" });
    clock.paint();
    clock.say();
    clock.bar.showChart(true);
    clock.map.setView([51.19, 35.27], 11.5, { animate: false });
    const discs = Array.from(document.querySelectorAll(".claims-label .claims-disc"),
        ({ style }) => parseFloat(style.width) / 2);
    return answers();
}""".replace("ANSWERS", ",\n".join(asked for _, asked in DRAWN))


def test_the_script_draws_with_the_values_of_the_file(restyled, reader):
    """In a browser: the attributes that it gives to what it draws."""
    answers = reader().open_file(restyled["page"]).frame.evaluate(_ASK)
    wrong = [
        (name, asked, answer)
        for (name, asked), answer in zip(DRAWN, answers, strict=True)
        if not told(answer, OTHER[name])
    ]
    assert wrong == []


def told(answer: Any, value: Any) -> bool:
    """Whether the page answers with a value."""
    if isinstance(value, float):
        return bool(float(answer) == pytest.approx(value, rel=1e-5))
    return bool(answer == (value if isinstance(value, str) else " ".join(map(str, value))))


# ---- the panels


#: A page with the strips of a place alone, as known on a day of which no other test asks: what is
#: said of a place is kept.
_STRIPS = """
from geo.selection.address import View
from panels.strips import show_strips
show_strips(View(place={place}, date="2024-11-17", known="then"), {place})
"""
_PANEL = """
from geo.selection.address import View
from panels.{panel} import show
show(View(date="2024-11-17"))
"""


def drawn(script: str) -> str:
    """The HTML and the charts of a page."""
    app = AppTest.from_string(script, default_timeout=60).run()
    assert not app.exception
    charts = "".join(part.proto.spec for part in app.get("vega_lite_chart"))
    return "".join(part.proto.body for part in app.get("html")) + charts


def percent(strength: float) -> str:
    return f"--mix: {strength * 100}%"


def _panels() -> dict[str, list[tuple[str, str]]]:
    """Entries by panel, and what is written for each."""
    half, whole = (OTHER["stripes.period"] * part for part in (1 / 2, 1))
    gap = OTHER["hatches.period"] - OTHER["hatches.width"], OTHER["hatches.period"]
    shared = [
        *((f"light.{name}", f"--{name}: light-dark({OTHER[f'light.{name}']}, ")
          for name in TABLES["light"]),
        *((f"dark.{name}", f", {OTHER[f'dark.{name}']}); ") for name in TABLES["dark"]),
        ("strength.remark", f"--remark: {OTHER['strength.remark']:g};"),
        ("width.focus", f"--focus-width: {OTHER['width.focus']:g}px;"),
    ]  # fmt: skip
    return {
        "strips": [
            *shared,
            ("stripes.period", f"var(--ukrainian_control) 0 {half}px"),
            ("stripes.period", f"var(--lost) {half}px {whole}px"),
            ("signs.contradictory.stripes", f"var(--lost) {half}px {whole}px"),
            ("lapsed.width", f"{OTHER['lapsed.width']}px dashed"),
            ("width.outline", f"{OTHER['width.outline']}px dotted"),
            ("width.cursor", f"{OTHER['width.cursor']}px solid"),
            ("signs.contested.fill", ".contested { --status: var(--gained);"),
            ("signs.contested.letters", '--letters: "Q"'),
        ],
        "coverage": [
            *shared,
            ("hatches.width", f"{gap[0]}px, var(--silent) 0 {gap[1]}px"),
            ("hatches.period", f"{gap[0]}px, var(--silent) 0 {gap[1]}px"),
            ("sample.width", f"border: {OTHER['sample.width']}px solid var(--raion)"),
            *(("strength.heat", percent(strength)) for strength in OTHER["strength.heat"]),
        ],
        "overlap": [
            ("light.ink", f'"color": "{OTHER["light.ink"]}"'),
            ("chart.width", f'"strokeWidth": {OTHER["chart.width"]}'),
            ("strength.series", f'"opacity": {OTHER["strength.series"]}'),
            *((name, json.dumps(OTHER[name])) for name in OTHER if name.startswith("chart.dash")),
        ],
    }  # fmt: skip


PANELS = _panels()


@pytest.mark.parametrize("panel", PANELS)
def test_panels_have_the_values_of_the_file(panel, tmp_path):
    script = _STRIPS.format(place=SUDZHA) if panel == "strips" else _PANEL.format(panel=panel)
    with styled(write_style(tmp_path / "style.toml", OTHER)):
        text = drawn(script)
    assert [(name, wanted) for name, wanted in PANELS[panel] if wanted not in text] == []
    # The file alone says what a colour is.
    assert not set(re.findall("#[0-9a-f]{6}", text)) - set(map(str, OTHER.values()))


def test_every_value_of_the_file_is_seen_somewhere():
    """Names of colours apart, whose colours are."""
    seen = {name for pairs in (*WRITTEN.values(), *PANELS.values()) for name, _ in pairs}
    seen |= {*PAINTED, *dict(DRAWN)}
    left = {
        name for name in OTHER
        if not re.fullmatch(r"signs\.\w+\.(?!edge)\w+|\w+(\.\w+)?\.colour", name)
    } - seen  # fmt: skip
    assert left == set()


# ---- nothing else says how things look


#: What may say so: a name of a colour, a part of another length, a state of what can be chosen.
_ELSEWHERE = re.compile(
    r"""(?x)
    \#[0-9a-fA-F]{6}\b
    | (?:stroke-width|strokeWidth|linewidth|globalAlpha|alpha)["']?\s*[:=]\s*[\d.]*[1-9]
    | opacity["']?\s*[:=]\s*0?\.\d+
    """
)
_ALLOWED = {
    # The icons of buttons; what is switched off or waits, and words over a map.
    'geo/web/assets/elements.js: stroke-width": 2',
    "geo/web/assets/strip.js: globalAlpha = 1",
    "geo/web/assets/clock.css: opacity: 0.45", "geo/web/assets/clock.css: opacity: 0.9",
    "panels/assets/frame.css: opacity: 0.5", "panels/assets/page.css: opacity: 0.75",
}  # fmt: skip


def test_no_other_file_has_colours_or_strengths_or_widths_of_its_own():
    found = {
        f"{path.relative_to(ROOT).as_posix()}: {match[0]}"
        for folder in (ROOT / "geo", ROOT / "panels")
        for path in (*folder.rglob("*"), ROOT / "app.py")
        if path.suffix in {".py", ".js", ".css", ".html"}
        for match in _ELSEWHERE.finditer(path.read_text("utf-8"))
    }
    assert found == _ALLOWED


# ---- the file itself


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("light.ukrainian_control", "blue"), ("stripes.period", "9"), ("lapsed.width", 0),
        ("signs.contradictory.edge", -0.1), ("signs.split.stripes", "red"), ("dark.ink", None),
        ("lapsed.dash", [2, 6, 2]), ("land.raion.colour", "red"), ("signs.lost.hue", 1),
        ("signs", {}), ("hatches.width", True), ("chart.dash.russian", [1]),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_by_its_key(key, value, tmp_path):
    with pytest.raises(ValueError, match=rf"^style.toml: {re.escape(key)}: ") as error:
        look.read_style(write_style(tmp_path / "style.toml", {key: value}))
    assert "\n" not in str(error.value)


def test_what_is_no_toml_is_told(tmp_path):
    path = tmp_path / "style.toml"
    path.write_text("period = ", "utf-8")
    with pytest.raises(ValueError, match=r"^style.toml: Invalid value \(at "):
        look.read_style(path)


def test_a_geopackage_needs_no_matplotlib(tmp_path):
    code = (
        "import sys, geo; from geo import Snapshot\n"
        f"geo.write_snapshot(Snapshot(on='2024-08-20'), {str(tmp_path / 'x.gpkg')!r})\n"
        "print(*(name for name in sys.modules if name.startswith('matplotlib')), end='')"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b""
    )


@pytest.fixture(scope="module")
def restyled(tmp_path_factory, record):
    """Every output, made while each value of the file is another."""
    folder = tmp_path_factory.mktemp("restyled")
    files = {extension: folder / f"map.{extension}" for extension in ("html", "kml", "gpkg")}
    with styled(write_style(folder / "style.toml", OTHER)):
        made: dict[str, Any] = dict(pictures(record))
        for extension, file in files.items():
            snapshot = DAY if extension == "html" else CHANGES
            write_snapshot(snapshot, file, record=record)
    with closing(sqlite3.connect(files["gpkg"])) as database:
        styles = [qml for (qml,) in database.execute("SELECT styleQML FROM layer_styles")]
    text = {extension: files[extension].read_text("utf-8") for extension in ("html", "kml")}
    return made | text | {"page": files["html"], "qml": "".join(styles)}
