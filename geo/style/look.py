"""What the drawing of claims looks like: `style.toml`, read and checked."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar

import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

#: Where the look stands.
FILE = Path(__file__).with_name("style.toml")

Colour = Annotated[str, Field(pattern="^#[0-9a-f]{6}$")]
Length = Annotated[float, Field(gt=0, le=10_000)]
Opacity = Annotated[float, Field(ge=0, le=1)]
T = TypeVar("T")


def _paired(dash: tuple[float, ...]) -> tuple[float, ...]:
    if len(dash) % 2:
        msg = "Dashes should be pairs of on and off"
        raise ValueError(msg)
    return dash


#: Lengths on and off in turn; without any, a line is solid.
Dash = Annotated[tuple[Length, ...], AfterValidator(_paired)]
#: Dashes of the outlines of sources, by id.
Dashes = Mapping[str, Dash]


class _Part(BaseModel):
    """Whatever has a name here can also be asked for by it: `look.light[side]`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)


class Sides(_Part, Generic[T]):
    """One for each side."""

    ukrainian: T
    russian: T
    third_party: T


class Colours(Sides[Colour]):
    """Of the sides, of ground `against` each other, of text and boxes, of the land."""

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


class Fill(_Part):
    """How opaque ground is filled with what is claimed of it."""

    ukrainian_control: Sides[Opacity]
    contested: Sides[Opacity]
    russian_control: Sides[Opacity]


class Outline(_Part):
    """The line around what a source claims."""

    width: Length
    opacity: Opacity


class Implied(Outline):
    """The line around what a source concedes."""

    dash: Dash


class Mark(_Part):
    """A stroke on contested ground: half of it across and up, width, cap."""

    arm: tuple[float, float]
    width: Length
    cap: Literal["round", "butt"]


class Rules(_Part):
    """Lines on ground under Russian control."""

    width: Length
    dash: Sides[Dash]


class Hatch(_Part):
    """Lines on ground of which two sides say opposite things, and its edge."""

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


class Land(_Part):
    """Lines of the land by kind, in the order in which they lie upon each other."""

    neighbour: Line
    oblast: Line
    raion: Line
    state_border: Line


class Area(_Part):
    """A plain fill and an outline."""

    fill: Opacity
    width: Length


class Plain(_Part):
    """What is claimed, how sides differ and what has changed, without textures."""

    ukrainian_control: Area
    contested: Area
    russian_control: Area
    implied: Area
    one_sided: Area
    agree: Area
    differing: Area
    contradictory: Area
    gained: Area
    lost: Area
    kept: Area


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
    dashes: Annotated[tuple[Dash, ...], Field(min_length=1)]
    light: Colours
    dark: Colours
    fill: Fill
    outline: Outline
    implied: Implied
    marks: Sides[Mark]
    rules: Rules
    hatch: Hatch
    changes: Changes
    land: Land
    plain: Plain
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
            + ("" if fault["type"] == "missing" else f", not {fault['input']!r}")
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
