from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from urllib.parse import unquote

import pytest

import geo
from geo import Snapshot, citation, claims_of, read_settings, snapshot_bytes, write_snapshot
from geo.claims.shown import lapsed_of
from geo.export.provenance import provenance, settings_of
from geo.export.write import EXTENSIONS

DAY = "2024-09-05"
SNAPSHOT = Snapshot(
    on="2024-09-05",
    known_by="2024-09-10",
    sides=["russian", "ukrainian"],
    statuses=["contested"],
    compare="2024-08-20",
    bbox="34,51,35.5,51.6",
    size="square",
    language="uk",
    current_for=30,
    lapsed=True,
    view="side-by-side",
)


def nodes(record: str) -> dict[str, dict[str, object]]:
    return {node["id"]: node for node in json.loads(record)["@graph"]}


def test_every_claim_leads_to_its_source_and_its_publisher(ledger, record):
    snapshot = Snapshot(on="2024-09-05", sources="ru_mod,deepstate")
    shapes = claims_of(snapshot, record)
    found = nodes(provenance(snapshot, ledger, shapes))
    used = {claim_id for ids in shapes.claim_ids for claim_id in ids}
    activity = found["k:making"]
    assert set(activity["used"]) == {"k:data", *(f"k:claim/{claim_id}" for claim_id in used)}
    assert found["k:file"]["madeBy"] == "k:making"
    assert found[activity["with"]]["version"] == geo.__version__
    assert found["k:data"]["version"] == geo.data_version()
    for claim_id in used:
        claim = ledger.claims.loc[claim_id]
        entity = found[f"k:claim/{claim_id}"]
        page = found[entity["from"]]
        assert entity["description"] == claim.statement
        assert entity["date"] == claim.claimed_on.date().isoformat()
        assert found[entity["by"]]["title"] == ledger.sources.name[claim.source_id]
        assert page["url"] == claim.url
        assert found[page["by"]]["title"] == claim.publisher


def test_every_name_in_the_record_has_a_meaning(ledger, record):
    made = json.loads(provenance(SNAPSHOT, ledger, claims_of(SNAPSHOT, record)))
    context = made["@context"]
    names = {name for node in made["@graph"] for name in node}
    assert names <= set(context)
    prefixes = {"prov", "dct", "xsd", "k"}
    for meaning in context.values():
        term = meaning["@id"] if isinstance(meaning, dict) else meaning
        assert term.startswith("@") or "//" in term or term.partition(":")[0] in {*prefixes, "urn"}


def test_a_comparison_names_the_claims_of_both_days(record):
    made = nodes(snapshot_bytes(SNAPSHOT, "jsonld", record=record).decode())
    both = [told(one, record) for one in SNAPSHOT.compared for told in (claims_of, lapsed_of)]
    used = {claim_id for shapes in both for ids in shapes.claim_ids for claim_id in ids}
    assert {f"k:claim/{claim_id}" for claim_id in used} == {
        name for name in made if name.startswith("k:claim/")
    }


def test_a_file_of_ones_own_stands_for_a_publisher(tiny):
    tags = {
        "source_id": "blue",
        "status": "contested",
        "claimed_on": "2024-08-12",
        "url": "https://example.org/map",
    }
    corner = [[35.0, 51.0], [35.1, 51.0], [35.1, 51.1], [35.0, 51.0]]
    shape = {"type": "Polygon", "coordinates": [corner]}
    feature = {"type": "Feature", "properties": tags, "geometry": shape}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    with pytest.warns(geo.RepairWarning, match="blue: its polygons"):
        record = tiny.record(tiny.put("a/my map.geojson", text))
    made = nodes(snapshot_bytes(Snapshot(on="2024-08-20"), "jsonld", record=record).decode())
    entity = made["k:claim/my%20map.geojson%3A1"]
    assert made[made[entity["from"]]["by"]]["title"] == "my map.geojson"
    assert made["k:data"]["version"] == record.ledger.version != geo.data_version(data=tiny.folder)


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_the_settings_come_back_from_the_file(extension, tmp_path, record):
    file = tmp_path / f"a.{extension}"
    more = {"sources": ["deepstate", "ru_mod"], "since": "2024-08-10", "strikes": True}
    whole = Snapshot(**SNAPSHOT.model_dump() | more | {"context": False})
    assert {*whole.model_dump(exclude_defaults=True)} == {*Snapshot.model_fields}
    write_snapshot(whole, file, record=record)
    assert read_settings(file) == whole


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_file_without_settings_is_told_so(extension, tmp_path):
    file = tmp_path / f"a.{extension}"
    for content in (b"", b"{}", b"PK\x03\x04", b"\xff\xfe\x00", b"[" * 100_000):
        file.write_bytes(content)
        file.with_name(f"{file.name}.prov.jsonld").write_bytes(content)
        with pytest.raises(ValueError, match=rf"a\.{extension} holds no settings of a snapshot"):
            read_settings(file)


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"@graph": [3]}', '{"@graph": [{"id": "x"}]}'])
def test_what_is_no_record_is_refused(record):
    with pytest.raises(ValueError, match="not a provenance record"):
        settings_of(record)


def test_a_record_with_settings_that_cannot_be_is_refused(ledger):
    record = provenance(Snapshot(on="2024-09-05"), ledger).replace('"slide"', '"poster"')
    with pytest.raises(ValueError, match="`size` was 'poster'"):
        settings_of(record)


def test_a_citation_names_version_data_and_choice(ledger):
    text = citation(SNAPSHOT, ledger=ledger)
    for word in (geo.__version__, geo.data_version(), "2024-09-05", "as said by 2024-09-10"):
        assert word in text
    assert "(Ukrainian claims; Russian claims; fought over or unclear)" in text
    pair = Snapshot(on="2024-09-05", compare=["deepstate", "ru_mod"])
    assert "2024-09-05, DeepState map against Russian Ministry of Defence" in citation(
        pair, ledger=ledger
    )
    two = Snapshot(on=DAY, compare="2024-08-20", known_by="then", current_for=30, lapsed=True,
                   bbox="34.5,51,35.5,51.6")  # fmt: skip
    text = citation(two, ledger=ledger)
    for phrase in ("each day as said by then, compared with 2024-08-20",
                   "claims lapse after 30 days, with lapsed claims",
                   "from 34.5 to 35.5 degrees east and 51 to 51.6 north"):  # fmt: skip
        assert phrase in text
    assert "claims never lapse" in citation(Snapshot(on=DAY, current_for="ever"), ledger=ledger)
    own = replace(ledger, version="a_b")
    entry = citation(Snapshot(on="2024-09-05", sides="third_party"), "bibtex", ledger=own)
    assert entry.startswith("@misc{kursk-claims_2024-09-05_third_party,\n")
    assert "(Third-party assessments)" in entry
    assert r"data a\_b" in entry
    assert entry.count("{") == entry.count("}")
    with pytest.raises(ValueError, match="`style` was 'apa' but is expected to be one of text"):
        citation(SNAPSHOT, "apa")


def test_a_citation_says_where_and_when_it_was_seen(ledger):
    snapshot = Snapshot(on="2024-08-20")
    url, day = "https://example.org/?date=2024-08-20&hide=ru_mod%2Cisw", dt.date(2026, 11, 4)
    plain = citation(snapshot, ledger=ledger)
    assert plain.endswith("Claims, not verified control.")
    both = citation(snapshot, ledger=ledger, url=url, accessed=day)
    assert both == f"{plain} {url}, accessed 4 November 2026."
    assert citation(snapshot, ledger=ledger, url=url) == f"{plain} {url}."
    assert citation(snapshot, ledger=ledger, accessed=day) == f"{plain} Accessed 4 November 2026."
    entry = citation(snapshot, "bibtex", ledger=ledger, url=url, accessed=day)
    assert f"  url = {{{url}}},\n  urldate = {{2026-11-04}},\n}}\n" in entry
    assert "url" not in citation(snapshot, "bibtex")


def test_nothing_in_a_citation_is_a_command_to_tex(ledger):
    snapshot = Snapshot(on="2024-08-20", sources=["a_b", "100%", "x#y&z", "$1", "{", "\\c~^"])
    url = "https://example.org/}\\end{%7D Суджа?a=1&b_c#d"
    entry = citation(snapshot, "bibtex", ledger=ledger, url=url)
    title = re.search(r"title = {(.*)},\n", entry)[1]
    assert title.endswith(
        r"(\$1; 100\%; \textbackslash{}c\textasciitilde{}\textasciicircum{}; a\_b; x\#y\&z; "
        r"\textbraceleft{})"
    )
    assert entry.count("{") == entry.count("}")
    address = re.search(r"  url = {(.*)},\n", entry)[1]
    assert not set(address) & set(r"{}\ ")
    assert unquote(address) == unquote(url)
    assert address.endswith("?a=1&b_c#d")
