from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Iterator

import pytest

from geo.tables.datapackage import datapackage, write
from geo.tables.schema import DATA, TABLES

PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = {resource["path"]: resource for resource in PACKAGE["resources"]}
CODEBOOK = (DATA / "README.md").read_text(encoding="utf-8")
TYPES = {"integer": int, "number": float, "date": dt.date.fromisoformat, "string": str}


def rows_of(path: str) -> list[dict[str, str]]:
    with (DATA / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def faults_of_column(field: dict, texts: list[str]) -> Iterator[str]:
    name, kind, limits = field["name"], TYPES[field["type"]], field.get("constraints", {})
    if "" in texts and limits.get("required"):
        yield f"{name} is empty"
    for text in filter(None, texts):
        try:
            value = kind(text)
        except ValueError:
            yield f"{name} is no {field['type']}"
            continue
        sound = (
            value >= kind(limits.get("minimum", text)),
            value <= kind(limits.get("maximum", text)),
            len(text) <= limits.get("maxLength", len(text)),
            re.fullmatch(limits.get("pattern", ".*"), text, re.DOTALL),
            text in limits.get("enum", [text]),
            field.get("format") != "uri" or re.match(r"https?://\S+$", text),
        )
        if not all(sound):
            yield f"{name} may not be {text!r}"


def faults_of(resource: dict, rows: list[dict[str, str]]) -> Iterator[str]:
    """What Table Schema has against the rows, written after its text and not after our models."""
    schema = resource["schema"]
    assert schema["missingValues"] == [""]
    if [field["name"] for field in schema["fields"]] != list(rows[0]):
        yield "header"
    for field in schema["fields"]:
        yield from faults_of_column(field, [row[field["name"]] for row in rows])
    if "primaryKey" in schema:
        keys = [row[schema["primaryKey"]] for row in rows]
        if len(set(keys)) < len(keys) or "" in keys:
            yield "primary key"
    for foreign in schema.get("foreignKeys", []):
        other = RESOURCES[foreign["reference"]["resource"] + ".csv"]
        known = {row[foreign["reference"]["fields"]] for row in rows_of(other["path"])}
        if not {row[foreign["fields"]] for row in rows} <= known | {""}:
            yield f"{foreign['fields']} leads nowhere"


def test_descriptor_is_what_models_and_codebook_make(tmp_path):
    (tmp_path / "README.md").write_text(CODEBOOK, encoding="utf-8")
    made = write(tmp_path)
    told = "the row models or the codebook changed: python -m geo.tables.datapackage"
    assert made.read_bytes() == (DATA / "datapackage.json").read_bytes(), told


def test_every_shipped_file_is_described_with_its_meaning():
    told = {path.name for path in DATA.iterdir()} - {"README.md", "datapackage.json"}
    assert set(RESOURCES) == told
    for resource in PACKAGE["resources"]:
        assert resource["description"]
        for field in resource.get("schema", {}).get("fields", []):
            assert re.fullmatch(r"[^|`\[\]]{3,}", field["description"]), field


@pytest.mark.parametrize("path", TABLES)
def test_shipped_tables_hold_what_the_descriptor_says(path):
    assert list(faults_of(RESOURCES[path], rows_of(path))) == []


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("claim_id", "C 1", "claim_id may not be 'C 1'"),
        ("claim_id", "c0002", "primary key"),
        ("source_id", "nobody", "source_id leads nowhere"),
        ("settlement_id", "-1", "settlement_id may not be '-1'"),
        ("status", "liberated", "status may not be 'liberated'"),
        ("claimed_on", "2024-02-30", "claimed_on is no date"),
        ("claimed_on", "2024-07-31", "claimed_on may not be '2024-07-31'"),
        ("statement", "", "statement is empty"),
        ("url", "example.org", "url may not be 'example.org'"),
        ("note", "x" * 2001, f"note may not be '{'x' * 2001}'"),
    ],
)
def test_descriptor_refuses_what_the_row_models_refuse(column, value, fault):
    first, *others = rows_of("claims.csv")
    assert fault in faults_of(RESOURCES["claims.csv"], [first | {column: value}, *others])


def test_a_column_that_the_codebook_does_not_explain_is_not_passed_over():
    with pytest.raises(KeyError, match="retaken"):
        datapackage(CODEBOOK.replace("| `retaken` |", "| retaken |"))
