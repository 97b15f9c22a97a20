"""How to cite one claim: as text, BibTeX or CSL-JSON; and the claims of a page with citations."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal, get_args

import pandas as pd

from geo._io.version import __version__
from geo.claims.record import Record
from geo.export.citations import TITLE, bibtex, records
from geo.ledger.ledger import Ledger, shipped_ledger
from geo.style.words import say_day

Style = Literal["text", "bibtex", "csl"]
STYLES: tuple[Style, ...] = get_args(Style)


def cite_claim(
    claim_id: str, style: Style = "text", *, ledger: Ledger | None = None, url: str = ""
) -> str:
    """How to cite a claim: who said what, where it can be read, and where it is recorded.

    Parameters
    ----------
    claim_id
        Id of the claim.
    style
        `text`, a sentence; `bibtex`, a BibTeX entry; `csl`, CSL-JSON, which Zotero
        and pandoc read.
    ledger
        By default the shipped one.
    url
        Address of a map on which the claim can be seen; by default none is given.

    Raises
    ------
    ValueError
        If there is no such claim or style.

    Examples
    --------
    >>> from dataclasses import replace
    >>> ledger = replace(shipped_ledger(), version="0123456789ab")
    >>> print(cite_claim("c0001", ledger=ledger))
    Rybar, 6 August 2024: [Rybar says Ukrainian units went from Sverdlikovo toward the
    Rylsk-Sudzha road.] Rybar in English (copy),
    https://preproduction.printyourfood.com/e240d640-4aa1-4e9f-a5eb-f0fb7f7f6aa1,
    accessed 22 November 2026. Claim c0001 of the Kursk claims map 0.1.0, data 0123456789ab;
    in brackets: its words, not those of the page.
    """
    ledger = shipped_ledger() if ledger is None else ledger
    if style not in STYLES:
        msg = f"`style` was {style!r} but is expected to be one of {', '.join(STYLES)}"
        raise ValueError(msg)
    said = _said(ledger, [claim_id])
    if not said:
        msg = f"`claim_id` was {claim_id!r} but is expected to be the id of a claim, as c0001"
        raise ValueError(msg)
    return _cited(_item(said[claim_id], ledger, url), style)


def cited_claims(
    record: Record,
    days: tuple[pd.Timestamp, pd.Timestamp],
    claim_ids: Collection[str] | None = None,
    *,
    styles: Collection[Style] = STYLES,
    url: str = "",
) -> list[dict[str, Any]]:
    """Claims as the card of a page shows them, the newest first.

    Parameters
    ----------
    record
        As `load_record` returns it.
    days
        First and last day of the page.
    claim_ids
        By default those of the claims that the page draws.
    styles
        How they are cited.
    url
        Address of the map, which with `?claim=` and an id shows a claim.

    Returns
    -------
    list of dict
        `id`, `place` (a settlement), `rows` (numbers of those rows of the page's
        document that rest on it), `source` (number), `status`, `day` and `said`
        (the day that it is about and that on which it was made, counted from the
        first), `publisher`, `url`, and `cite`, a text for each style.

    Examples
    --------
    >>> from geo import load_record
    >>> record = load_record()
    >>> [claim] = cited_claims(record, record.period, ["c1054"], styles=["text"])
    >>> claim["status"], claim["publisher"]
    ('russian_control', 'Реальное время')
    """
    ledger, first = record.ledger, days[0]
    rows: dict[str, list[int]] = {}
    for row, ids in enumerate(record.holding(*days).claim_ids):
        for claim_id in ids:
            rows.setdefault(claim_id, []).append(row)
    wanted = rows if claim_ids is None else claim_ids
    said = _said(ledger, wanted)
    places = ledger.claims.settlement_id.to_dict()
    number = {source: n for n, source in enumerate(ledger.sources.index)}

    def tell(claim_id: str) -> dict[str, Any]:
        claim = said[claim_id]
        item = _item(claim, ledger, url and f"{url}?claim={claim_id}")
        made, about = (
            (pd.Timestamp(day) - first).days
            for day in (claim["claimed_on"], claim.get("effective_on", claim["claimed_on"]))
        )
        return {
            "id": claim_id,
            "place": places.get(claim_id),
            "rows": rows.get(claim_id, []),
            "source": number[claim["source_id"]],
            "status": claim["status"],
            "day": about,
            "said": made,
            "publisher": item["container-title"],
            "url": claim.get("url", ""),
            "cite": {style: _cited(item, style) for style in styles},
        }

    return sorted(map(tell, wanted), key=lambda claim: (-claim["said"], claim["id"]))


def _said(ledger: Ledger, claim_ids: Iterable[str]) -> dict[str, dict[str, str]]:
    return records(ledger, claim_ids, "status", "published_on", "retrieved_on")


def _item(claim: Mapping[str, str], ledger: Ledger, url: str) -> dict[str, Any]:
    """A claim as an item of CSL-JSON.

    Its title is in square brackets: that of the page is not recorded, so it says
    in our words what can be read there.
    """
    source = ledger.sources.name[claim["source_id"]]
    days = {"issued": claim.get("published_on", claim["claimed_on"])}
    if "retrieved_on" in claim:
        days["accessed"] = claim["retrieved_on"]
    made = f"{TITLE} {__version__}, data {ledger.version}{url and ', '}{url}"
    return {
        "id": claim["claim_id"],
        "type": "webpage",
        "author": [{"literal": claim.get("speaker", source)}],
        "title": f"[{claim.get('statement', claim['status'].replace('_', ' '))}]",
        "container-title": claim.get("publisher", "map file"),
        **{
            name: {"date-parts": [[int(part) for part in day.split("-")]]}
            for name, day in days.items()
        },
        **({"URL": claim["url"]} if "url" in claim else {}),
        "note": f"Claim {claim['claim_id']} of the {made}; in brackets: its words, "
        "not those of the page.",
    }


def _cited(item: Mapping[str, Any], style: Style) -> str:
    if style == "csl":
        return json.dumps([item], ensure_ascii=False, indent=2)
    author = item["author"][0]["literal"]
    issued = dt.date(*item["issued"]["date-parts"][0])
    accessed = dt.date(*item["accessed"]["date-parts"][0]) if "accessed" in item else None
    if style == "bibtex":
        fields = {
            "author": author,
            "title": item["title"],
            "howpublished": item["container-title"],
            "date": str(issued),
            "url": item.get("URL", ""),
            "urldate": str(accessed or ""),
            "note": item["note"],
        }
        # An author in braces is no person's name to be taken apart.
        return bibtex(item["id"], fields, author)
    page = [item["container-title"], item.get("URL", "")]
    page += [f"accessed {say_day(accessed, 'en')}"] if accessed else []
    where = ", ".join(part for part in page if part)
    return f"{author}, {say_day(issued, 'en')}: {item['title']} {where}. {item['note']}"
