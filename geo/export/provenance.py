"""Provenance of a file: a PROV-O record in JSON-LD, and the settings read back from it.

The claims are entities, attributed to the source that made them and derived
from the page where they were read; the page is attributed to its publisher.
Making the file is an activity of this software, with the settings as its value.
There is no timestamp: the same input gives the same record.

W3C: PROV-O, The PROV Ontology, 2013, https://www.w3.org/TR/prov-o/.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pandas as pd

from geo._io.text import json_line
from geo._io.version import __version__
from geo.export.citations import TITLE, records, rights, title
from geo.ledger.ledger import Ledger
from geo.selection.snapshot import Snapshot

_METHOD = (
    "A claim about a settlement stands for its cell, the Voronoi polygon of the settlement. It "
    "holds until the same source says otherwise of the same ground, or until it lapses: a claim of "
    "control `current_for` days after it was last said, a report of events after a third of them. "
    "Shapes are dissolved by source and status; areas are computed in EPSG:3035. Claims, not "
    "verified control."
)
_LINK = {"@type": "@id"}
_CONTEXT: dict[str, Any] = {
    "prov": "http://www.w3.org/ns/prov#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "k": "urn:kursk-claims:",
    "id": "@id",
    "type": "@type",
    "title": "dct:title",
    "description": "dct:description",
    "rights": "dct:rights",
    "version": "dct:hasVersion",
    "date": {"@id": "dct:date", "@type": "xsd:date"},
    "url": {"@id": "dct:identifier", "@type": "xsd:anyURI"},
    "settings": {"@id": "prov:value", "@type": "@json"},
    "step": {"@id": "k:step", "@type": "xsd:integer"},
    "seconds": {"@id": "k:seconds", "@type": "xsd:decimal"},
    "by": {"@id": "prov:wasAttributedTo", **_LINK},
    "from": {"@id": "prov:wasDerivedFrom", **_LINK},
    "madeBy": {"@id": "prov:wasGeneratedBy", **_LINK},
    "used": {"@id": "prov:used", **_LINK},
    "with": {"@id": "prov:wasAssociatedWith", **_LINK},
}


def provenance(
    snapshot: Snapshot,
    ledger: Ledger,
    *tables: pd.DataFrame,
    step: int | None = None,
    seconds: float | None = None,
) -> str:
    """The record of a file, as JSON-LD text.

    Parameters
    ----------
    snapshot
        The settings of the file.
    ledger
        The tables that the claims come from.
    *tables
        The contents of the file: tables with a column `claim_ids`.
    step, seconds
        Days between frames, and how long it lasts, for a film from `since` to `on`.

    Returns
    -------
    str
        One line, so that it can be embedded anywhere.

    Examples
    --------
    >>> from geo import claims_of, load_ledger
    >>> snapshot = Snapshot(on="2024-09-05", sources=["ru_officials"])
    >>> record = json.loads(provenance(snapshot, load_ledger(), claims_of(snapshot)))
    >>> [node["type"] for node in record["@graph"][:4]]
    ['prov:Entity', 'prov:Activity', 'prov:SoftwareAgent', 'prov:Entity']
    """
    used = sorted({claim_id for table in tables for ids in table.claim_ids for claim_id in ids})
    said = records(ledger, used)
    claims = [said[claim_id] for claim_id in used]
    # A polygon of the user's own names no publisher: its file stands for it.
    named = [claim.get("publisher") or claim["claim_id"].rpartition(":")[0] for claim in claims]
    found_on = [(claim["url"], publisher) for claim, publisher in zip(claims, named, strict=True)]
    publishers = {publisher: number for number, publisher in enumerate(dict.fromkeys(named))}
    pages = {page: number for number, page in enumerate(dict.fromkeys(found_on))}
    sources = ledger.sources.loc[sorted({claim["source_id"] for claim in claims})]
    graph: list[dict[str, Any]] = [
        {
            "id": "k:file",
            "type": "prov:Entity",
            "title": title(snapshot, ledger),
            "from": "k:data",
            "madeBy": "k:making",
        },
        {
            "id": "k:making",
            "type": "prov:Activity",
            "description": _METHOD,
            "with": "k:software",
            "used": ["k:data", *map(_claim, used)],
            "settings": snapshot.model_dump(mode="json"),
            "step": step,
            "seconds": seconds,
        },
        {"id": "k:software", "type": "prov:SoftwareAgent", "title": TITLE, "version": __version__},
        {
            "id": "k:data",
            "type": "prov:Entity",
            "title": "Tables of claims: first twelve digits of their SHA-256",
            "version": ledger.version,
            "rights": rights(ledger, sources.index),
        },
        *(
            {
                "id": f"k:source/{source['source_id']}",
                "type": "prov:Agent",
                "title": source["name"],
                "description": source["attribution"],
                "rights": source["licence"],
            }
            for source in sources.reset_index().to_dict("records")
        ),
        *(
            {"id": f"k:publisher/{number}", "type": "prov:Agent", "title": publisher}
            for publisher, number in publishers.items()
        ),
        *(
            {
                "id": f"k:page/{number}",
                "type": "prov:Entity",
                "url": url,
                "by": f"k:publisher/{publishers[publisher]}",
            }
            for (url, publisher), number in pages.items()
        ),
        *(
            {
                "id": _claim(claim["claim_id"]),
                "type": "prov:Entity",
                "title": claim.get("settlement"),
                "description": claim.get("statement"),
                "date": claim["claimed_on"],
                "by": f"k:source/{claim['source_id']}",
                "from": f"k:page/{pages[page]}",
            }
            for claim, page in zip(claims, found_on, strict=True)
        ),
    ]
    filled = [{name: value for name, value in node.items() if value} for node in graph]
    return json_line({"@context": _CONTEXT, "@graph": filled})


def _claim(claim_id: str) -> str:
    return f"k:claim/{quote(claim_id)}"


def settings_of(record: str | bytes) -> Snapshot:
    """The settings in a record of `provenance`.

    Raises
    ------
    ValueError
        If the text is not such a record.

    Examples
    --------
    >>> from geo import load_ledger
    >>> snapshot = Snapshot(on="2024-09-05", size="square")
    >>> settings_of(provenance(snapshot, load_ledger())) == snapshot
    True
    """
    try:
        nodes = {node["id"]: node for node in json.loads(record)["@graph"]}
        settings = nodes["k:making"]["settings"]
    except (ValueError, KeyError, TypeError):
        msg = "this is not a provenance record of the Kursk claims map"
        raise ValueError(msg) from None
    return Snapshot(**settings)
