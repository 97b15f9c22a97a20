"""The sides must be told apart, by those too who see fewer colours."""

from __future__ import annotations

import math
import tomllib
from itertools import combinations, pairwise, product
from pathlib import Path

import numpy as np
import pytest

import geo
from geo.style.look import style
from geo.tables.schema import SIDES

#: Least CIEDE2000 of two sides, and of what else must be seen to differ.
LEAST = 20
CLEAR = 5
#: What is claimed, from the strongest to the faintest where there are no textures.
STRENGTHS = ("ukrainian_control", "contested", "russian_control", "implied")

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


LOOK = style()
THEMES = {
    name: {key: rgb(code) for key, code in theme}
    for name, theme in (("light", LOOK.light), ("dark", LOOK.dark))
}
#: How strong each side is drawn, by what is drawn.
OPACITIES = LOOK.fill | {
    "outline": dict.fromkeys(SIDES, LOOK.outline.opacity),
    "implied": dict.fromkeys(SIDES, LOOK.implied.opacity),
}


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


def differences(theme: str, opacity: dict[str, float], ground: str) -> dict[tuple, float]:
    """CIEDE2000 of every two sides for every eye, drawn on a ground."""
    colours = THEMES[theme]
    found = {}
    for name, eye in EYES.items():
        seen = {
            side: lab(colours[side] * part + colours[ground] * (1 - part), eye)
            for side, part in opacity.items()
        }
        for one, other in combinations(SIDES, 2):
            found[name, one, other] = ciede2000(seen[one], seen[other])
    return found


def too_close(theme: str, opacity: dict[str, float], ground: str) -> dict[tuple, float]:
    every = differences(theme, opacity, ground)
    return {pair: round(value, 1) for pair, value in every.items() if value < LEAST}


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


@pytest.mark.parametrize("ground", ["oblast", "far", "paper"])
@pytest.mark.parametrize("theme", THEMES)
def test_outlines_tell_the_sides_apart(theme, ground):
    assert too_close(theme, OPACITIES["outline"], ground) == {}


@pytest.mark.parametrize("theme", THEMES)
def test_keys_and_bars_tell_the_sides_apart(theme):
    assert too_close(theme, dict.fromkeys(SIDES, 1), "paper") == {}


@pytest.mark.parametrize("what", [what for what in OPACITIES if what != "outline"])
@pytest.mark.parametrize("theme", THEMES)
def test_whatever_is_drawn_tells_the_sides_apart(theme, what):
    assert too_close(theme, OPACITIES[what], "oblast") == {}


def over(colour: np.ndarray, opacity: float, ground: np.ndarray) -> np.ndarray:
    return colour * opacity + ground * (1 - opacity)


def apart(one: np.ndarray, other: np.ndarray) -> float:
    return ciede2000(lab(one, EYES["normal"]), lab(other, EYES["normal"]))


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("theme", THEMES)
def test_no_texture_hides_what_lies_below_or_drowns_its_outline(theme, side):
    own, land = THEMES[theme][side], THEMES[theme]["oblast"]
    for status, sides in LOOK.fill.items():
        drawn = over(own, sides[side], land)
        border = over(own, sides[side], THEMES[theme]["border"])
        assert apart(drawn, border) > CLEAR, status
        assert apart(drawn, over(own, LOOK.outline.opacity, land)) > CLEAR, status


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("theme", THEMES)
def test_what_has_faded_is_clearly_fainter_and_still_there(theme, side):
    own, land = THEMES[theme][side], THEMES[theme]["oblast"]
    for what, strength in OPACITIES.items():
        if (side, what) == ("third_party", "ukrainian_control"):
            continue  # told by its outline
        faded = over(own, strength[side] * LOOK.faded, land)
        assert apart(faded, over(own, strength[side], land)) > 2 * CLEAR, what
        assert apart(faded, land) > CLEAR, what


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("theme", THEMES)
def test_what_is_conceded_is_fainter_than_what_is_said(theme, side):
    own, land = THEMES[theme][side], THEMES[theme]["oblast"]
    said, conceded = (over(own, OPACITIES[what][side], land) for what in ("outline", "implied"))
    assert apart(said, conceded) > CLEAR


def test_without_textures_statuses_are_told_apart_by_strength():
    fills = [LOOK.plain[status].fill for status in STRENGTHS]
    for side, (one, other) in product(SIDES, pairwise(fills)):
        own, land = THEMES["light"][side], THEMES["light"]["oblast"]
        assert one > other
        assert apart(over(own, one, land), over(own, other, land)) > CLEAR


@pytest.mark.parametrize("colour", [*SIDES, "against", "soft", "ink"])
def test_without_textures_no_fill_hides_what_lies_below(colour):
    own, land = THEMES["light"][colour], THEMES["light"]["oblast"]
    strongest = max(area.fill for area in LOOK.plain.values())
    for other in {*SIDES} - {colour}:
        below = over(THEMES["light"][other], LOOK.plain["ukrainian_control"].fill, land)
        assert apart(over(own, strongest, below), over(own, strongest, land)) > 2 * CLEAR


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
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast(colour, "#ffffff") >= 4.5
    assert contrast(colour, page) >= 3
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    assert max(parts) - min(parts) <= 8


def test_the_sides_are_told_apart_without_colour():
    for forms in (LOOK.marks, LOOK.rules.dash):
        assert len({str(forms[side]) for side in SIDES}) == len(SIDES)


def test_textures_join_from_tile_to_tile():
    for dash in filter(None, (LOOK.rules.dash[side] for side in SIDES)):
        assert math.remainder(LOOK.period, sum(dash)) == pytest.approx(0)
