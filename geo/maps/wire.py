"""The wire format between the processes that read maps: a line of JSON, then shapes as WKB."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely


def packed(about: Mapping[str, Any], shapes: Sequence[shapely.Geometry]) -> bytes:
    """What is said of shapes, and the shapes, as bytes."""
    binary = [wkb or b"" for wkb in shapely.to_wkb(np.array(shapes, dtype=object)).tolist()]
    head = json.dumps({**about, "lengths": list(map(len, binary))}, ensure_ascii=False)
    return b"".join([head.encode("utf-8", "replace"), b"\n", *binary])


def unpacked(found: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """From bytes: what is said, and the WKB of the shapes."""
    head, _, rest = found.partition(b"\n")
    about = orjson.loads(head)
    ends = np.cumsum([0, *about.pop("lengths")]).tolist()
    return about, [rest[a:b] for a, b in pairwise(ends)]


def read_shapes(file: Path) -> Any:
    """The shapes packed in a file, as an array; None where there is none."""
    return shapely.from_wkb([wkb or None for wkb in unpacked(file.read_bytes())[1]])
