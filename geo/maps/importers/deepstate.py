"""DeepState: snapshots named by the second, UTC; labels in three languages.

A label is `Ukrainian /// English /// key`, with stray spaces, lines and
parameters (`{{at:19.09}}`). Old snapshots have no key. The status goes by the
key, or else by the English words without their dates.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from geo.maps.feature import Feature, MapFile
from geo.maps.formats import RefusalError
from geo.maps.geojson import features_of
from geo.maps.mapping import Mapping

_SECOND = re.compile(r"(?<!\d)[1-9]\d{9}(?!\d)")
_PARAMETERS = re.compile(r"\{\{.*?\}\}")
_DATE = re.compile(r"\s\d\d.*")


def time(name: str, mapping: Mapping) -> str:  # noqa: ARG001 - as every importer
    """The second in the name, as a time of UTC.

    Examples
    --------
    >>> time("1723150336.geojson", Mapping("deepstate"))
    '2024-08-08T20:52:16'
    """
    found = _SECOND.findall(name)
    if len(found) != 1:
        msg = "its name tells no second; a snapshot is named like 1723150336.geojson"
        raise RefusalError(msg)
    return dt.datetime.fromtimestamp(int(found[0]), dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")


def features(file: MapFile) -> Iterator[Feature]:
    """The features of a snapshot, each with its name."""
    return features_of(file, lambda tags: tags.get("name"))


def key(label: str) -> str:
    """The key in a label, or its English words.

    Examples
    --------
    >>> key("Звільнено 04.09 /// Liberated 04.09 /// geoJSON.status.dismissed_at {{at:04.09}}")
    'geoJSON.status.dismissed_at'
    >>> key("Звільнено///Liberated 04.09")
    'Liberated'
    """
    parts = [part.strip() for part in _PARAMETERS.sub("", label).split("///")]
    keys = [part for part in parts if part.startswith("geoJSON.")]
    return keys[0] if keys else _DATE.sub("", parts[min(1, len(parts) - 1)])
