"""Importers of published maps: each a module that reads a file, and a mapping of its labels."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any, Protocol, cast

from geo.maps.feature import Feature, MapFile
from geo.maps.mapping import Mapping


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
