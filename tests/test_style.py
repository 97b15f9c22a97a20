"""One file says how the drawing looks, and every output reads it."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing

import pytest
from streamlit.testing.v1 import AppTest

from geo import Snapshot, write_snapshot
from geo.style import look

SUDZHA = 115637
SNAPSHOT = Snapshot(on="2025-03-13", compare="2024-09-05", lapsed=True)
#: One number of each kind, none of which stands in the file or elsewhere.
OTHER = {
    "light.ukrainian_control": "#123456", "light.lost": "#654321", "light.ink": "#010203",
    "stripes.period": 9.3,
    "dots.period": 10.7, "dots.radius": 1.83, "hatches.period": 6.7, "hatches.width": 1.17,
    "lapsed.width": 1.37, "lapsed.dash": [3, 7], "signs.contradictory.edge": 2.3,
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
    """Every output as text, made while the file says otherwise."""
    folder = tmp_path_factory.mktemp("restyled")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(look, "FILE", write_style(folder / "style.toml", OTHER))
        look.style.cache_clear()
        files = {
            extension: folder / f"map.{extension}" for extension in ("html", "svg", "kml", "gpkg")
        }
        for file in files.values():
            write_snapshot(SNAPSHOT, file, record=record)
    look.style.cache_clear()
    with closing(sqlite3.connect(files.pop("gpkg"))) as database:
        styles = [qml for (qml,) in database.execute("SELECT styleQML FROM layer_styles")]
    text = {extension: file.read_text("utf-8") for extension, file in files.items()}
    return text | {"qml": "".join(styles)}


def mm(*pixels: float) -> str:
    return ";".join(f"{length * (25.4 / 96):.4f}" for length in pixels)


@pytest.mark.parametrize(
    ("output", "wanted"),
    [
        (
            "qml",
            ["18,52,86,255", "1,2,3,255", f'"distance_x" value="{mm(10.7)}"', mm(3, 7)]
            + [f'"distance" value="{mm(period)}"' for period in (9.3, 6.7)]
            + [f'"line_width" value="{mm(width)}"' for width in (9.3 / 2, 1.17, 1.37, 2.3)]
            + [f'"size" value="{mm(2 * 1.83)}"'],
        ),
        ("kml", ["ff563412", "ff030201", "<width>1.37</width>", "<width>2.3</width>"]),
        ("svg", ["#654321", "#010203"]),
        ("html", ["#123456", "#010203"]),
    ],
)  # fmt: skip
def test_each_output_has_the_numbers_of_the_file(output, wanted, restyled):
    assert [text for text in wanted if text not in restyled[output]] == []


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


#: A page with the strips of a place alone.
_STRIPS = """
from geo.selection.address import View
from panels.strips import show_strips
# As known on a day of which no other test asks: what is said of a place is kept.
show_strips(View(place={place}, date="2024-11-17", known="then"), {place})
"""


def test_the_strips_of_a_place_have_the_numbers_of_the_file(tmp_path, monkeypatch):
    other = {
        "light.ukrainian_control": "#123456", "dark.contested": "#abcdef", "stripes.period": 7.4,
        "lapsed.width": 1.83, "signs.contested.fill": "gained",
        "signs.contradictory.stripes": "lost",
    }  # fmt: skip
    monkeypatch.setattr(look, "FILE", write_style(tmp_path / "style.toml", other))
    look.style.cache_clear()
    app = AppTest.from_string(_STRIPS.format(place=SUDZHA), default_timeout=60)
    drawn = "".join(part.proto.body for part in app.run().get("html"))
    look.style.cache_clear()
    wanted = [
        "--ukrainian_control: light-dark(#123456, ", ", #abcdef)", "1.83px dashed",
        "var(--ukrainian_control) 0 3.7px", "var(--lost) 3.7px 7.4px",
        ".contested { --status: var(--gained);",
    ]  # fmt: skip
    assert [text for text in wanted if text not in drawn] == []
    # The file alone says what a colour is.
    assert set(re.findall("#[0-9a-f]{6}", drawn)) <= set(look.FILE.read_text("utf-8").split('"'))
