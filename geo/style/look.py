"""What the drawing of claims looks like: `style.toml`, read and checked."""

from __future__ import annotations

import json
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

#: Where the look stands.
FILE = Path(__file__).with_name("style.toml")

#: What ground is painted for: a side's word, what two words come to, what changed.
SIGNS = (
    "ukrainian_control", "contested", "russian_control", "split", "silent", "outside",
    "both_ukrainian_control", "both_contested", "both_russian_control",
    "one_ukrainian_control", "one_contested", "one_russian_control",
    "ukrainian_control_or_contested", "russian_control_or_contested", "contradictory",
    "gained", "lost",
)  # fmt: skip

T = TypeVar("T")


def _paired(dash: tuple[float, ...]) -> tuple[float, ...]:
    if len(dash) % 2:
        msg = "Dashes should be pairs of on and off"
        raise ValueError(msg)
    return dash


def _all_of(*names: str) -> AfterValidator:
    """Require a table to hold exactly these names."""

    def check(table: dict[str, T]) -> dict[str, T]:
        for name in sorted(set(names) ^ set(table)):
            msg = f"`{name}` is {'missing' if name in names else 'not known here'}"
            raise ValueError(msg)
        return table

    return AfterValidator(check)


Colour = Annotated[str, Field(pattern="^#[0-9a-f]{6}$")]
Length = Annotated[float, Field(gt=0, le=10_000)]
Strength = Annotated[float, Field(ge=0, le=1)]
#: Lengths on and off in turn; without any, a line is solid.
Dash = Annotated[tuple[Length, ...], AfterValidator(_paired)]
Sides = Annotated[dict[str, T], _all_of("ukrainian", "russian", "third_party")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Colours(_Part):
    """A colour can also be asked for by its name: `look.light["ink"]`."""

    ukrainian_control: Colour
    contested: Colour
    russian_control: Colour
    one_ukrainian_control: Colour
    one_russian_control: Colour
    silent: Colour
    gained: Colour
    lost: Colour
    ink: Colour
    soft: Colour
    paper: Colour
    line: Colour
    focus: Colour
    button: Colour
    far: Colour
    oblast: Colour
    abroad: Colour
    raion: Colour
    border: Colour
    river: Colour
    way: Colour

    def __getitem__(self, name: str) -> str:
        return str(getattr(self, name))


def _is_colour(name: str) -> str:
    if name not in Colours.model_fields:
        msg = f"should be one of {', '.join(Colours.model_fields)}"
        raise ValueError(msg)
    return name


ColourName = Annotated[str, AfterValidator(_is_colour)]


class Sign(_Part):
    """How ground is painted: colours by name, and the width of an edge in ink.

    Letters tell it where colours are few: forced colours, high contrast, paper.
    """

    fill: ColourName
    stripes: ColourName | None = None
    dots: ColourName | None = None
    hatches: ColourName | None = None
    edge: Annotated[float, Field(ge=0)] = 0
    letters: Annotated[str, Field(max_length=2)] = ""


class Stripes(_Part):
    """Diagonal stripes: how far from one to the next."""

    period: Length


class Dots(_Part):
    """Dots in the middle of squares and on their corners."""

    period: Length
    radius: Length


class Hatches(_Part):
    """Thin diagonal lines."""

    period: Length
    width: Length


class Stroke(_Part):
    """A line."""

    width: Length
    dash: Dash


class Disc(_Part):
    """The sign of a place: its radii, how much larger it is where it stands alone, its edge."""

    radius: Length
    small: Length
    beside: Length
    alone: Length
    edge: Length


class Site(_Part):
    """The sign of a site, a square: its side and the width of its edge."""

    size: Length
    edge: Length


class Edge(_Part):
    """A solid line around something; its colour by name."""

    colour: ColourName
    width: Length


class Line(Edge):
    """A line of the land or its context."""

    dash: Dash


class Chart(_Part):
    """Lines of a chart, and the dots where they begin."""

    width: Length
    dash: Sides[Dash]
    dot: Length


class Widths(_Part):
    """Widths of lines."""

    outline: Length
    pointed: Length
    lit: Length
    chosen: Length
    halo: Length
    cursor: Length
    focus: Length


class Strengths(_Part):
    """How strong something is painted."""

    ground: Strength
    tiles: Strength
    halo: Strength
    series: Strength
    band: Strength
    bars: Strength
    remark: Strength
    heat: tuple[Strength, Strength, Strength, Strength]


class Style(_Part):
    """All of the look; `style.toml` says what each part means."""

    light: Colours
    dark: Colours
    signs: Annotated[dict[str, Sign], _all_of(*SIGNS)]
    stripes: Stripes
    dots: Dots
    hatches: Hatches
    lapsed: Stroke
    disc: Disc
    land: Annotated[dict[str, Line], _all_of("neighbour", "oblast", "raion", "state_border")]
    context: Annotated[dict[str, Line], _all_of("river", "railway", "road")]
    site: Site
    frame: Edge
    sample: Edge
    chart: Chart
    width: Widths
    strength: Strengths


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
    >>> style().signs["contradictory"].stripes
    'russian_control'
    """
    return read_style(FILE)
