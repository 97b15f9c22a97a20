"""What the drawing of claims looks like: `style.toml`, read and checked."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

#: Where the look stands.
FILE = Path(__file__).with_name("style.toml")

T = TypeVar("T")


def _paired(dash: tuple[float, ...]) -> tuple[float, ...]:
    if len(dash) % 2:
        msg = "Dashes should be pairs of on and off"
        raise ValueError(msg)
    return dash


def _all_of(*names: str) -> AfterValidator:
    """Have a table hold all of some names, and no others."""

    def check(table: dict[str, T]) -> dict[str, T]:
        for name in sorted(set(names) ^ set(table)):
            msg = f"`{name}` is {'missing' if name in names else 'not known here'}"
            raise ValueError(msg)
        return table

    return AfterValidator(check)


Colour = Annotated[str, Field(pattern="^#[0-9a-f]{6}$")]
Length = Annotated[float, Field(gt=0, le=10_000)]
Opacity = Annotated[float, Field(ge=0, le=1)]
#: Lengths on and off in turn; without any, a line is solid.
Dash = Annotated[tuple[Length, ...], AfterValidator(_paired)]
#: Dashes of the outlines of sources, by id.
Dashes = Mapping[str, Dash]
Sides = Annotated[dict[str, T], _all_of("ukrainian", "russian", "third_party")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Colours(_Part):
    """A colour can also be asked for by its name: `look.light[side]`."""

    ukrainian: Colour
    russian: Colour
    third_party: Colour
    against: Colour
    ink: Colour
    soft: Colour
    paper: Colour
    line: Colour
    focus: Colour
    far: Colour
    oblast: Colour
    raion: Colour
    border: Colour

    def __getitem__(self, name: str) -> str:
        return str(getattr(self, name))


class Outline(_Part):
    """The line around what a source claims or concedes; claims have the dash of the source."""

    width: Length
    opacity: Opacity
    dash: Dash = ()


class Mark(_Part):
    """A stroke on contested ground; `arm` is half of it, across and up."""

    arm: tuple[float, float]
    width: Length
    cap: Literal["round", "butt"]


class Rules(_Part):
    """Lines on ground under Russian control."""

    width: Length
    dash: Sides[Dash]


class Hatch(_Part):
    """Lines on ground of which two sides say opposite things, and the width of its edge."""

    period: Length
    width: Length
    opacity: Opacity
    edge: Length


class Signs(_Part):
    """Plus and minus signs: half their length, their distance, width, and width of a halo."""

    arm: Length
    period: Length
    width: Length
    halo: Annotated[float, Field(ge=0)]


class Changes(_Part):
    """Ground gained and lost: its edge and its signs."""

    edge: Length
    opacity: Opacity
    dash: Dash
    screen: Signs
    paper: Signs


class Line(_Part):
    """A line of the land; its colour by name."""

    colour: Literal["raion", "border"]
    width: Length
    dash: Dash


class Area(_Part):
    """A plain fill and the width of its outline."""

    fill: Opacity
    width: Length


class Strips(_Part):
    """Periods of textures on strips, and how opaque the shade under their hatch is."""

    contested: Length
    russian_control: Length
    hatch: Length
    shade: Opacity


class Style(_Part):
    """All of the look; `style.toml` says what each part means."""

    screen: Length
    period: Length
    faded: Opacity
    dashes: tuple[Dash, ...]
    light: Colours
    dark: Colours
    fill: Annotated[
        dict[str, Sides[Opacity]], _all_of("ukrainian_control", "contested", "russian_control")
    ]
    outline: Outline
    implied: Outline
    marks: Sides[Mark]
    rules: Rules
    hatch: Hatch
    changes: Changes
    land: Annotated[dict[str, Line], _all_of("neighbour", "oblast", "raion", "state_border")]
    plain: Annotated[
        dict[str, Area],
        _all_of(
            "ukrainian_control", "contested", "russian_control", "implied", "one_sided", "agree",
            "differing", "contradictory", "gained", "lost", "kept",
        ),
    ]  # fmt: skip
    strips: Strips


def read_style(path: Path) -> Style:
    """Read a file like `style.toml`.

    Raises
    ------
    ValueError
        If it is no TOML, or a key is missing, unknown or has a wrong value: each
        is named.
    """
    try:
        # As JSON a list may be a tuple, and nothing else may be what it is not.
        found = tomllib.loads(path.read_text("utf-8"))
        return Style.model_validate_json(json.dumps(found, default=str))
    except ValidationError as error:
        faults = [
            f"{path.name}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}"
            + ("" if isinstance(fault["input"], dict) else f", not {fault['input']!r}")
            for fault in error.errors(include_url=False)
        ]
        raise ValueError("\n".join(faults)) from None
    except tomllib.TOMLDecodeError as error:
        msg = f"{path.name}: {error}"
        raise ValueError(msg) from None


@lru_cache(maxsize=1)
def style() -> Style:
    """The look, read once.

    Examples
    --------
    >>> style().light["ukrainian"]
    '#0072b2'
    """
    return read_style(FILE)


def dashes(sources: pd.DataFrame) -> dict[str, Dash]:
    """The dash of each source, by id: the place among the sources of its side tells it.

    Examples
    --------
    >>> from geo import load_sources
    >>> dashes(load_sources())["deepstate"]
    (4.0, 5.0)
    """
    known = style().dashes
    place = sources.groupby("side").cumcount()
    return {str(name): known[n] if n < len(known) else () for name, n in place.items()}
