"""What the drawing of claims looks like: `style.toml`, read and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

#: Where the look stands.
STYLE = Path(__file__).with_name("style.toml")

#: On and off, in turn; an empty one is a solid line.
Dash = Annotated[
    tuple[Annotated[float, Field(gt=0)], ...],
    AfterValidator(lambda dash: dash if len(dash) % 2 == 0 else _refuse("pairs of on and off")),
]
#: Dashes of the outlines of sources, by id.
Dashes = Mapping[str, tuple[float, ...]]
Colour = Annotated[str, Field(pattern="^#[0-9a-f]{6}$")]
Length = Annotated[float, Field(gt=0, le=10_000)]
Opacity = Annotated[float, Field(ge=0, le=1)]


def _refuse(wanted: str) -> Any:
    raise ValueError(wanted)


class Part(BaseModel):
    """A part of the look; what has a name can also be asked for by it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)


class BySide[T](Part):
    ukrainian: T
    russian: T
    third_party: T
