"""How one claim is cited."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest
from browser import HOSTILE

import geo
from geo.export.claim_citations import STYLES, cited_claims


@pytest.mark.parametrize("claim_id", ["c0001", "c1054", "m0289"])
def test_every_style_says_who_when_what_and_where(ledger, claim_id):
    claim = ledger.claims.loc[claim_id]
    address = f"https://example.org/map?claim={claim_id}"
    text, bibtex, csl = (geo.cite_claim(claim_id, s, ledger=ledger, url=address) for s in STYLES)
    [item] = json.loads(csl)
    assert item["title"] == f"[{claim.statement}]"
    assert item["URL"] == claim.url
    issued, accessed = (item[day]["date-parts"][0] for day in ("issued", "accessed"))
    assert pd.Timestamp(*issued) == claim.published_on
    assert pd.Timestamp(*accessed) == claim.retrieved_on
    who = claim.speaker or ledger.sources.name[claim.source_id]
    assert item["author"] == [{"literal": who}]
    for said in (who, claim.statement, claim.publisher, claim.url, ledger.version, address):
        assert said in text
        assert said in csl
    assert f"@misc{{{claim_id},\n  author = {{{{" in bibtex
    assert f"  url = {{{claim.url}}},\n" in bibtex


def test_a_citation_in_tex_runs_nothing(copied):
    table = pd.read_csv(copied / "claims.csv", dtype=str, keep_default_na=False)
    table.loc[0, "statement"] = f"\\input{{x}} $ % # {HOSTILE}"
    table.to_csv(copied / "claims.csv", index=False)
    entry = geo.cite_claim("c0001", "bibtex", ledger=geo.load_ledger(data=copied))
    title = next(line for line in entry.splitlines() if line.startswith("  title"))
    assert "\\textbackslash{}input" in title
    assert not re.search(r"(?<!\\)[%$#&_]", title)
    assert entry.count("\n") == 9


@pytest.mark.parametrize(("claim_id", "style"), [("c9", "text"), ("", "csl"), ("c0001", "ris")])
def test_what_cannot_be_cited_is_named(ledger, claim_id, style):
    with pytest.raises(ValueError, match="is expected to be"):
        geo.cite_claim(claim_id, style, ledger=ledger)


def test_a_page_knows_which_of_its_rows_a_claim_is_behind(record):
    rows = record.holding(*record.period)
    found = cited_claims(record, record.period, styles=["text"])
    behind = {(claim["id"], row) for claim in found for row in claim["rows"]}
    assert behind == {(own, row) for row, ids in enumerate(rows.claim_ids) for own in ids}
    days = [claim["said"] for claim in found]
    assert days == sorted(days, reverse=True)
