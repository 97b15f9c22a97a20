"""`data/datapackage.json`, a machine-readable description of the tables.

A Frictionless Data Package. Types and limits come from the row models,
descriptions from the codebook, so that nothing is written twice.
`python -m geo.tables.datapackage` rewrites it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from geo._io.files import replacing
from geo._io.version import __version__
from geo.tables.schema import DATA, RECORD_START, TABLES, DayOrMonth, OptionalUrl, Row, Url

NAME = "datapackage.json"

_ODBL = {
    "name": "ODbL-1.0",
    "path": "https://opendatacommons.org/licenses/odbl/1-0/",
    "title": "Open Database License 1.0",
}
_CC_BY = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
_LGPL = {
    "name": "LGPL-3.0",
    "path": "https://www.gnu.org/licenses/lgpl-3.0.html",
    "title": "GNU Lesser General Public License 3.0",
}
_GSHHG = {"title": "GSHHG", "path": "https://www.soest.hawaii.edu/pwessel/gshhg/"}
_OUR_OWN = {"name": "MIT", "path": "https://spdx.org/licenses/MIT.html", "title": "MIT License"}
_OSM = {"title": "© OpenStreetMap contributors", "path": "https://www.openstreetmap.org/copyright"}
_GEONAMES = {"title": "GeoNames", "path": "https://www.geonames.org/"}
_INID = {"title": "INID, settlements of Russia, 2021"}
#: Files without a row model: terms and origin of their own.
_OTHERS: dict[str, dict[str, Any]] = {
    "cells.geojson": {"licenses": [_ODBL], "sources": [_OSM, _INID]},
    "boundaries.geojson": {"licenses": [_ODBL], "sources": [_OSM, _INID]},
    "context.geojson": {"licenses": [_LGPL], "sources": [_GSHHG, _INID]},
    "routes.csv": {},
    "coordinates.csv": {"sources": [_GEONAMES]},
    "corrections.csv": {},
    "names.csv": {},
}
_MEDIA = {"geojson": "application/geo+json", "csv": "text/csv"}
#: A day, or a month where the day is not known.
_DAY_OR_MONTH = r"^\d{4}-\d{2}(-\d{2})?$"


def datapackage(codebook: str) -> dict[str, Any]:
    """Describe the shipped data as a Frictionless Data Package.

    Parameters
    ----------
    codebook
        Text of `data/README.md`, which says what files and columns mean.

    Returns
    -------
    dict
        The descriptor: a tabular resource for each table of `TABLES`, with
        types, limits and keys, and a plain resource for each other file.

    Raises
    ------
    KeyError
        If the codebook does not describe a file or a column.

    Examples
    --------
    >>> package = datapackage((DATA / "README.md").read_text(encoding="utf-8"))
    >>> claims = next(r for r in package["resources"] if r["name"] == "claims")
    >>> claims["schema"]["fields"][0]["name"], claims["schema"]["primaryKey"]
    ('claim_id', 'claim_id')
    """
    files = {
        name: _plain(told)
        for names, told in re.findall(
            r"^\| (\[`.+?) \| [\d,; ]+ \| (.+?) \|$", codebook, re.MULTILINE
        )
        for name in re.findall(r"`(.+?)`", names)
    }
    tables = [
        {
            "name": name.removesuffix(".csv"),
            "path": name,
            "profile": "tabular-data-resource",
            "description": files[name],
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            **({"sources": [_INID]} if name == "settlements.csv" else {}),
            "schema": _schema(model, key, _meanings(codebook, name)),
        }
        for name, (model, key) in TABLES.items()
    ]
    others = [
        {
            "name": stem,
            "path": name,
            "profile": "data-resource",
            "description": files[name],
            "encoding": "utf-8",
            "format": kind,
            "mediatype": _MEDIA[kind],
            **more,
        }
        for name, more in _OTHERS.items()
        for stem, _, kind in [name.partition(".")]
    ]
    return {
        "profile": "data-package",
        "name": "kursk-claims",
        "title": "Kursk claims",
        "description": "Who claimed what ground in Russia's Kursk Oblast, and when. A row says "
        "what a source said, never what was true. README.md is the codebook.",
        "version": __version__,
        "licenses": [_OUR_OWN, _ODBL, _CC_BY, _LGPL],
        "sources": [_OSM, _GEONAMES, _GSHHG, _INID],
        "resources": [*tables, *others],
    }


def write(folder: Path = DATA) -> Path:
    """Write the descriptor beside the codebook."""
    path = folder / NAME
    package = datapackage((folder / "README.md").read_text(encoding="utf-8"))
    with replacing(path) as (made,):
        made.write_text(json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def _schema(model: type[Row], key: str | None, meanings: dict[str, str]) -> dict[str, Any]:
    hints = get_type_hints(model, include_extras=True)
    columns = list(model.model_fields)
    # A column named as the key of another table refers to it.
    foreign = [
        {"fields": other, "reference": {"resource": name.removesuffix(".csv"), "fields": other}}
        for name, (_, other) in TABLES.items()
        if other in columns and other != key
    ]
    return {
        "fields": [_field(name, hints[name], meanings[name]) for name in columns],
        "missingValues": [""],
        **({"primaryKey": key} if key else {}),
        **({"foreignKeys": foreign} if foreign else {}),
    }


def _field(name: str, hint: Any, meaning: str) -> dict[str, Any]:
    """One column: what its row model allows, as a Table Schema field."""
    allowed = TypeAdapter(hint).json_schema()
    # Of an optional type, the type.
    allowed = next((kind for kind in allowed.get("anyOf", []) if kind["type"] != "null"), allowed)
    field: dict[str, Any] = {"name": name, "type": allowed["type"], "description": meaning}
    limits: dict[str, Any] = {
        word: allowed[word]
        for word in ("minimum", "maximum", "maxLength", "pattern", "enum")
        if word in allowed
    }
    if "const" in allowed:
        limits["enum"] = [allowed["const"]]
    if allowed.get("format") == "date":
        field["type"] = "date"
        limits["minimum"] = RECORD_START.isoformat()
    if hint in (Url, OptionalUrl):
        field["format"] = "uri"
    if hint == DayOrMonth:
        limits["pattern"] = _DAY_OR_MONTH
    if not _may_be_empty(hint):
        limits = {"required": True, **limits}
    return field | ({"constraints": limits} if limits else {})


def _may_be_empty(hint: Any) -> bool:
    try:
        TypeAdapter(hint).validate_python("")
    except ValidationError:
        return False
    return True


def _meanings(codebook: str, name: str) -> dict[str, str]:
    """What each column of a table means; by default as in `claims.csv`."""
    own = _columns(codebook, name)
    return _columns(codebook, "claims.csv") | {
        column: told for column, told in own.items() if told != "as in claims.csv"
    }


def _columns(codebook: str, name: str) -> dict[str, str]:
    section = codebook.partition(f"\n### `{name}`\n")[2].partition("\n### ")[0]
    table = section.partition("\n| column |")[2].partition("\n\n")[0]
    return {
        column: _plain(told)
        for names, told in re.findall(r"^\| (`.+?`) \| (.*?) \|", table, re.MULTILINE)
        for column in re.findall(r"`(.+?)`", names)
    }


def _plain(told: str) -> str:
    """Markdown as plain text, without references to other places on the page."""
    told = re.sub(r"[,:]? see (below|the table above|\[terms\]\(#terms\))$", "", told)
    told = re.sub(r"\[(.+?)\]\(.+?\)", r"\1", told)
    return re.sub(r"[*`]", "", told)


if __name__ == "__main__":
    print(write())
