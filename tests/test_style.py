"""One file says how the drawing looks, and every output reads it."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from browser import SUDZHA
from streamlit.testing.v1 import AppTest

import geo
from geo import Snapshot, write_snapshot
from geo.style import look

pytest_plugins = ["browser"]

SNAPSHOT = Snapshot(on="2025-03-13", compare="2024-09-05", layers="disagreement", fade=30)
#: One number of each kind, none of which stands in the file or elsewhere.
OTHER = {
    "light.ukrainian": "#123456", "fill.ukrainian_control.ukrainian": 0.62, "faded": 0.41,
    "fill.contested.ukrainian": 0.71, "period": 9.3, "dashes": [[], [12, 7], [4, 6]],
    "outline.width": 1.73, "implied.dash": [3, 7], "implied.width": 1.17, "rules.width": 1.61,
    "rules.dash.third_party": [3.1, 1.55], "marks.russian.width": 1.37, "hatch.period": 7.7,
    "hatch.width": 1.87, "changes.edge": 1.91, "land.raion.width": 1.13,
    "plain.contested.fill": 0.37, "plain.agree.width": 1.27, "strips.contested": 5.3,
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


@pytest.fixture(scope="module")
def restyled(tmp_path_factory, record):
    """Every output, made while the file says otherwise."""
    folder = tmp_path_factory.mktemp("restyled")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(look, "FILE", write_style(folder / "style.toml", OTHER))
        look.style.cache_clear()
        files = {ending: folder / f"map.{ending}" for ending in ("html", "svg", "kml", "gpkg")}
        for file in files.values():
            write_snapshot(SNAPSHOT, file, record=record)
        app = AppTest.from_file(Path(geo.__file__).parents[1] / "app.py", default_timeout=60)
        app.query_params.update(panel="Place", place=str(SUDZHA))
        parts = [part.proto.body for part in app.run().get("html")]
    look.style.cache_clear()
    with closing(sqlite3.connect(files["gpkg"])) as database:
        styles = [qml for (qml,) in database.execute("SELECT styleQML FROM layer_styles")]
    text = {"svg": files["svg"].read_text("utf-8"), "kml": files["kml"].read_text("utf-8")}
    return text | {"html": files["html"], "qml": "".join(styles), "panel": "".join(parts)}


def mm(*pixels: float) -> str:
    return ";".join(f"{length / 96 * 25.4:.4f}" for length in pixels)


def points(name: str, *pixels: float) -> str:
    # The map of a slide is 1392 points wide.
    return f"{name}: {','.join(f'{length * 1.392:.6f}'.rstrip('0') for length in pixels)}"


@pytest.mark.parametrize(
    ("output", "wanted"),
    [
        (
            "svg",
            ["#123456", "opacity: 0.62", "opacity: 0.71", f"opacity: {0.95 * 0.41:g}"]
            + [points("stroke-width", own) for own in (1.73, 1.17, 1.61, 1.37, 1.87, 1.91, 1.13)]
            + [points("stroke-dasharray", *dash) for dash in ((12, 7), (3, 7), (3.1, 1.55))],
        ),
        (
            "qml",
            ["18,52,86,255", "18,52,86,79", mm(12, 7), mm(3, 7), mm(3.1, 1.55)]
            + [f'"line_width" value="{mm(width)}"' for width in (1.73, 1.17, 1.61, 1.87)]
            + [f'"outline_width" value="{mm(width)}"' for width in (1.37, 1.91, 1.27)]
            + [f'"distance" value="{mm(period)}"' for period in (9.3, 7.7)],
        ),
        ("kml", ["ff563412", "5e563412", "<width>1.27</width>"]),
        (
            "panel",
            ["--ukrainian: light-dark(#123456, ", "1.73px solid", "1.17px dotted", "0 1.61px,",
             "0 1.87px,", "0 / 5.3px 5.3px", ".old { opacity: 0.41; }"],
        ),
    ],
)  # fmt: skip
def test_each_output_has_the_numbers_of_the_file(output, wanted, restyled):
    assert [text for text in wanted if text not in restyled[output]] == []


def test_textures_of_pictures_have_the_period_of_the_file(restyled):
    _, _, group = restyled["svg"].partition('id="ground-ukrainian-russian_control-1">')
    lines = re.findall(r"M [\d.]+ ([\d.]+)", group.partition("</g>")[0])
    levels = np.unique([float(y) for y in lines])
    assert np.diff(levels).min() == pytest.approx(9.3 * 1.392, abs=1e-4)


def test_the_page_is_drawn_by_the_file(restyled, reader):
    page = reader().open_file(restyled["html"])
    seen = page.frame.evaluate(
        """() => {
            const one = (selector) => document.querySelector(selector);
            const css = (selector, name) => getComputedStyle(one(selector))[name];
            const has = (selector, name) => one(selector).getAttribute(name);
            const texture = ".claims-texture.claims-contested.claims-side-ukrainian";
            const dashes = document.querySelectorAll(".claims-shape.claims-contested");
            return {
              "light.ukrainian": css("#claims-dots-ukrainian path", "stroke"),
              "fill.contested.ukrainian": +has(texture, "fill-opacity"),
              "faded": +has(`${texture} + ${texture}`, "fill-opacity"),
              "period": +has("#claims-lines-russian", "width"),
              "dashes": Array.from(dashes, (path) => path.getAttribute("stroke-dasharray")),
              "outline.width": +has(".claims-shape.claims-contested", "stroke-width"),
              "implied.dash": has(".claims-shape.claims-implied", "stroke-dasharray"),
              "rules.width": +has("#claims-lines-russian path", "stroke-width"),
              "rules.dash.third_party": has("#claims-lines-third_party path", "stroke-dasharray"),
              "marks.russian.width": +has("#claims-dots-russian path", "stroke-width"),
              "hatch.period": +has("#claims-hatch", "width"),
              "hatch.width": +has("#claims-hatch rect", "width"),
              "changes.edge": css(".claims-change", "stroke-width"),
              "land.raion.width": css(".backdrop-raion", "stroke-width"),
            };
        }"""
    )
    assert {"none", "12 7", "4 6"} == set(seen.pop("dashes"))
    assert seen.pop("faded") == pytest.approx(0.71 * 0.41)
    as_css = {
        "light.ukrainian": "rgb(18, 52, 86)", "implied.dash": "3 7", "changes.edge": "1.91px",
        "rules.dash.third_party": "3.1 1.55", "land.raion.width": "1.13px",
    }  # fmt: skip
    assert seen == {name: as_css.get(name, OTHER[name]) for name in seen}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("light.ukrainian", "blue"), ("faded", 1.5), ("period", "9"), ("outline.width", 0),
        ("fill.contested.russian", -0.1), ("marks.russian.cap", "square"), ("dark.ink", None),
        ("implied.dash", [2, 6, 2]), ("land.raion.colour", "red"), ("plain.kept.hue", 1),
        ("plain", {}), ("hatch.width", True),
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
