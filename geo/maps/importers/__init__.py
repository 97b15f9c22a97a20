"""Importers of published maps: each a module that reads a file, and a mapping of its labels."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

import shapely

from geo.maps.formats import Budget
from geo.maps.mapping import Mapping


class MapFile(NamedTuple):
    """A map file that is to be read, with a folder for copies of it."""

    path: Path
    name: str
    mapping: Mapping
    #: West, south, east, north: what lies outside need not be read.
    box: tuple[float, float, float, float]
    room: Path
    budget: Budget


class Feature(NamedTuple):
    """What an importer finds: a shape of EPSG:4326 and the words that stand by it."""

    #: As counted in the file, from 1.
    number: int
    #: As it was written, white space folded.
    label: str
    #: None where it lies outside the box.
    shape: shapely.Geometry | None
    #: Why there is no shape to be used; empty where all is well.
    problem: str = ""
    #: Its own day, YYYY-MM-DD, where the days of a file differ.
    day: str = ""


class Importer(Protocol):
    """What a module of this package defines."""

    def time(self, name: str, mapping: Mapping) -> str:
        """The time of a map file by its name, ISO 8601; empty where its features tell theirs.

        Raises
        ------
        RefusalError
            If the name tells no time.
        """

    def features(self, file: MapFile) -> Iterable[Feature]:
        """All features of a file.

        Raises
        ------
        RefusalError
            If it cannot be read.
        """

    def key(self, label: str) -> str:
        """The part of a label that its status depends on."""


def importer(name: str) -> Importer:
    """The importer of a name."""
    module: Any = import_module(f"{__name__}.{name}")
    return cast("Importer", module)
