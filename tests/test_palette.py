"""Who is said to hold the ground must be told apart, by those too who see fewer colours."""

from __future__ import annotations

import tomllib
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest

import geo
from geo.style.look import style
from geo.tables.schema import SIDES

#: Least CIEDE2000 of two colours that mean different things, and of what must be seen to differ.
LEAST = 20
CLEAR = 5
#: Least difference of CIELAB lightness, so that grey paper still tells them apart.
GREY = 15
STATUSES = ("ukrainian_control", "contested", "russian_control")
TINTS = ("one_ukrainian_control", "one_russian_control")
CHANGES = ("gained", "lost")

# G. M. Machado, M. M. Oliveira, L. A. F. Fernandes: A Physiologically-based Model for
# Simulation of Color Vision Deficiency. IEEE Transactions on Visualization and Computer
# Graphics 15 (6), 2009, 1291-1298. Matrices for severity 1.0, on linear RGB.
EYES = {
    "normal": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
# sRGB to CIE XYZ and its white point D65, IEC 61966-2-1.
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = TO_XYZ.sum(axis=1)


def rgb(code: str) -> np.ndarray:
    """A colour, sRGB from 0 to 1."""
    return np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)]) / 255


THEMES = {"light": style().light, "dark": style().dark}


def lab(srgb: np.ndarray, eye: np.ndarray) -> np.ndarray:
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    ratio = TO_XYZ @ np.clip(eye @ linear, 0, 1) / WHITE
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ciede2000(one: np.ndarray, other: np.ndarray) -> float:
    """G. Sharma, W. Wu, E. N. Dalal: The CIEDE2000 color-difference formula, 2005."""
    lightness = np.array([one[0], other[0]])
    a, b = np.array([one[1:], other[1:]], dtype=float).T
    seven = np.hypot(a, b).mean() ** 7
    a = a * (1 + 0.5 * (1 - np.sqrt(seven / (seven + 25**7))))
    chroma, hue = np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360
    turn = (hue[1] - hue[0] + 180) % 360 - 180 if chroma.all() else 0
    mean_hue = (hue[0] + turn / 2) % 360 if chroma.all() else hue.sum()
    step = np.array(
        [
            np.diff(lightness)[0],
            np.diff(chroma)[0],
            2 * np.sqrt(chroma.prod()) * np.sin(np.radians(turn / 2)),
        ]
    )
    far = (lightness.mean() - 50) ** 2
    mean = chroma.mean()
    factors = np.array([-0.17, 0.24, 0.32, -0.20])
    angles = np.radians(np.array([1, 2, 3, 4]) * mean_hue + np.array([-30, 0, 6, -63]))
    weight = np.array(
        [
            1 + 0.015 * far / np.sqrt(20 + far),
            1 + 0.045 * mean,
            1 + 0.015 * mean * (1 + factors @ np.cos(angles)),
        ]
    )
    turned = np.radians(60 * np.exp(-(((mean_hue - 275) / 25) ** 2)))
    rotation = -2 * np.sqrt(mean**7 / (mean**7 + 25**7)) * np.sin(turned)
    parts = step / weight
    return float(np.sqrt((parts**2).sum() + rotation * parts[1] * parts[2]))


def seen(theme: str, name: str, eye: str = "normal") -> np.ndarray:
    return lab(rgb(THEMES[theme][name]), EYES[eye])


# Pairs 1, 7, 16, 17 and 25 of the table that Sharma et al. publish for testing.
@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ],
)
def test_the_difference_is_that_of_the_published_pairs(one, other, difference):
    one, other = np.array(one), np.array(other)
    assert ciede2000(one, other) == pytest.approx(difference, abs=5e-5)
    assert ciede2000(other, one) == pytest.approx(difference, abs=5e-5)


def test_grey_stays_grey_to_every_eye():
    for eye in EYES.values():
        assert eye.sum(axis=1) == pytest.approx([1, 1, 1], abs=2e-6)
        assert lab(np.array([0.5, 0.5, 0.5]), eye)[1:] == pytest.approx([0, 0], abs=0.01)


# The paper of pictures, and the ground of a map: that of which nobody says anything.
@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("theme", THEMES)
def test_statuses_and_tints_are_told_apart_and_from_what_lies_below(theme, eye):
    pairs = [*combinations(STATUSES, 2), TINTS, CHANGES]
    pairs += product((*STATUSES, *TINTS, *CHANGES), ("paper", "oblast"))
    close = {
        pair: round(difference, 1)
        for pair in pairs
        if (difference := ciede2000(*(seen(theme, name, eye) for name in pair))) < LEAST
    }
    assert close == {}


@pytest.mark.parametrize("pair", [*combinations(STATUSES, 2), CHANGES])
@pytest.mark.parametrize("theme", THEMES)
def test_grey_paper_tells_them_apart(theme, pair):
    one, other = (seen(theme, name)[0] for name in pair)
    assert abs(one - other) >= GREY


@pytest.mark.parametrize("status", ["ukrainian_control", "russian_control"])
@pytest.mark.parametrize("theme", THEMES)
def test_what_only_one_says_is_nearer_to_the_ground_than_what_both_say(theme, status):
    paper, full, tint = (seen(theme, name) for name in ("paper", status, f"one_{status}"))
    assert abs(tint[0] - paper[0]) < abs(full[0] - paper[0])
    assert ciede2000(full, tint) > CLEAR


def luminance(code: str) -> float:
    """Relative luminance of a colour, WCAG 2.2."""
    srgb = rgb(code)
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, WCAG 2.2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


# Streamlit's own backgrounds, the second dark one where a theme has a colour of its own; words
# on a primary button are white in both themes.
@pytest.mark.parametrize(
    ("theme", "page"), [("light", "#ffffff"), ("dark", "#0e1117"), ("dark", "#171614")]
)
def test_the_main_button_can_be_read_and_is_neutral(theme, page):
    config = (Path(geo.__file__).parents[1] / ".streamlit/config.toml").read_text("utf-8")
    colour = tomllib.loads(config)["theme"][theme]["primaryColor"]
    assert colour == THEMES[theme]["button"]
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast(colour, "#ffffff") >= 4.5
    assert contrast(colour, page) >= 3
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    assert max(parts) - min(parts) <= 8


@pytest.mark.parametrize(
    ("colour", "least"), [("ink", 4.5), ("soft", 4.5), ("focus", 3), ("border", 3)]
)
@pytest.mark.parametrize("ground", ["paper", "oblast"])
@pytest.mark.parametrize("theme", THEMES)
def test_words_can_be_read_and_what_has_the_focus_seen(theme, ground, colour, least):
    assert contrast(THEMES[theme][colour], THEMES[theme][ground]) >= least


def test_signs_on_one_map_are_all_different():
    """Each side's own map, the map that compares, the map of changes."""
    signs = style().signs
    changes, own = set(CHANGES), {*STATUSES, "split", "silent"}
    # The key of the map joins these two.
    joined = {"both_contested", "one_contested"}
    for names in (own, changes, {"silent", *signs} - (own - {"silent"}) - changes):
        for one, other in combinations(names, 2):
            assert signs[one] != signs[other] or {one, other} == joined


def test_lines_of_the_chart_tell_the_sides_without_colour():
    assert len({str(style().chart.dash[side]) for side in SIDES}) == len(SIDES)


@pytest.mark.parametrize("theme", THEMES)
def test_the_focus_ring_stands_out_from_paper(theme):
    """WCAG 2.2, 1.4.11; paper surrounds it on every ground."""

    def luminance(name: str) -> float:
        srgb = rgb(THEMES[theme][name])
        linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
        return float((TO_XYZ @ linear)[1])

    dark, light = sorted(map(luminance, ("focus", "paper")))
    assert (light + 0.05) / (dark + 0.05) >= 3
