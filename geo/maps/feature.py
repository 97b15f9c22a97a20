"""What an importer is given, a map file, and what it finds there, features."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

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
