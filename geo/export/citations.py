"""Citations: of the claims behind a shape, and of a snapshot itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal
from urllib.parse import quote

import pandas as pd

from geo._io.version import __version__
from geo.ledger.ledger import Ledger, shipped_ledger
from geo.selection.selection import CURRENT_FOR, MapView
from geo.selection.snapshot import Snapshot, file_name
from geo.style.words import say, say_day
from geo.tables.schema import DRAWN, SIDES

#: Title under which the map is cited, in every file.
TITLE = "Kursk claims map"
# The notice required wherever ground is shown.
_RIGHTS = (
    "Ground: (c) OpenStreetMap contributors, ODbL. Settlements: INID 2021. The river Seim: GSHHG, "
    "LGPL. Claims: facts in our own words; rights in the cited pages stay with their publishers."
)
#: A shape carries at most this many citations; its `claim_ids` are always complete.
MOST = 200

#: Which maps are shown, unless all or a side's own.
_VIEWS: dict[MapView, str] = {
    "side-by-side": "maps side by side",
    "overlay": "map of the two compared",
    "places": "map of places alone",
}

_COLUMNS = [
    "claimed_on", "effective_on", "source_id", "settlement", "speaker", "statement", "publisher",
    "url", "citation_tier",
]  # fmt: skip


def rights(ledger: Ledger, sources: Iterable[str]) -> str:
    """The notice required wherever the claims of some sources are shown.

    It names whose shapes are among them, and on what terms.

    Examples
    --------
    >>> rights(shipped_ledger(), ["deepstate"])[:42]
    'Ground: (c) OpenStreetMap contributors, OD'
    """
    own = ledger.sources.loc[[source for source in ledger.drawn if source in set(sources)]]
    if own.empty:
        return _RIGHTS
    terms = "; ".join(map("{} ({})".format, own.attribution, own.licence))
    return f"{_RIGHTS} {say('shapes_of', 'en', terms)} {say('imported', 'en')}"


def records(ledger: Ledger, claim_ids: Iterable[str], *more: str) -> dict[str, dict[str, str]]:
    """Claims of a ledger as text, by their ids; empty fields and unknown ids are left out.

    `more` are further columns that are wanted.

    Examples
    --------
    >>> from geo import load_ledger
    >>> records(load_ledger(), ["c0001"])["c0001"]["publisher"]
    'Rybar in English (copy)'
    """
    wanted = set(claim_ids)
    drawn = ledger.polygons.drop(columns=["file", "geometry"]).set_index("claim_id")
    found = {}
    for every in (ledger.claims, drawn):
        table = every[every.index.isin(wanted)]
        columns = [name for name in (*_COLUMNS, *more) if name in table]
        texts = [_texts(table[name]) for name in columns]
        for claim_id, *values in zip(table.index, *texts, strict=True):
            pairs = zip(columns, values, strict=True)
            found[claim_id] = {"claim_id": claim_id} | {k: v for k, v in pairs if v}
    return found


def _texts(column: pd.Series) -> list[str]:
    dated = column.dt.strftime("%Y-%m-%d") if column.dtype.kind == "M" else column
    return dated.astype(object).where(dated.notna(), "").tolist()


def cited(
    claim_ids: Iterable[str], said: Mapping[str, Mapping[str, str]]
) -> list[Mapping[str, str]]:
    """The first `MOST` of some claims in date order, as `records` gives them."""
    found = [said[claim_id] for claim_id in claim_ids]
    return sorted(found, key=lambda claim: (claim["claimed_on"], claim["claim_id"]))[:MOST]


def left_out(citations: Sequence[object], claim_ids: Sequence[str]) -> list[str]:
    """A closing line if not all claims are cited, else nothing.

    Examples
    --------
    >>> left_out(["of c1"], ["c1", "c2"])
    ['and 1 more: see claim_ids']
    """
    more = len(claim_ids) - len(citations)
    return [f"and {more} more: see claim_ids"] if more else []


def words(claim: Mapping[str, str]) -> str:
    """Id, day, speaker and statement of a claim, as text.

    The id comes first: QGIS reads a CSV column of texts that begin with a date
    as dates, and drops the rest.

    Examples
    --------
    >>> words({"claim_id": "c0001", "claimed_on": "2024-08-10", "speaker": "The governor",
    ...        "statement": "Fighting near Sudzha."})
    '[c0001] 2024-08-10: The governor: Fighting near Sudzha.'
    """
    speaker = f"{claim['speaker']}: " if "speaker" in claim else ""
    said = f"{speaker}{claim.get('statement', '')}"
    return f"[{claim['claim_id']}] {claim['claimed_on']}: {said}"


def line(claim: Mapping[str, str]) -> str:
    """A citation as one line of text.

    Examples
    --------
    >>> line({"claim_id": "c0001", "claimed_on": "2024-08-10",
    ...       "statement": "Fighting near Sudzha.", "publisher": "Gazette",
    ...       "url": "https://example.org/1"})
    '[c0001] 2024-08-10: Fighting near Sudzha. (Gazette, https://example.org/1)'
    """
    page = ", ".join(claim[name] for name in ("publisher", "url") if name in claim)
    return f"{words(claim)} ({page})"


def citation(
    snapshot: Snapshot,
    style: Literal["text", "bibtex"] = "text",
    *,
    ledger: Ledger | None = None,
    url: str | None = None,
    accessed: dt.date | None = None,
) -> str:
    """How to cite a snapshot: everything that was asked for, but for size and language.

    Parameters
    ----------
    snapshot
        The snapshot cited.
    style
        A sentence, or a BibTeX entry.
    ledger
        Gives the data version and the names of sources; by default the shipped one.
    url
        Its address; by default none is given.
    accessed
        The day of access; by default none is given.

    Raises
    ------
    ValueError
        If `style` is not one of the two.

    Examples
    --------
    >>> from dataclasses import replace
    >>> ledger = replace(shipped_ledger(), version="0123456789ab")
    >>> print(citation(Snapshot(on="2024-08-20", sides="russian"), ledger=ledger))
    Kursk claims map 0.1.0, data 0123456789ab: who claimed what ground in Kursk Oblast
    on 2024-08-20 (Russian claims). Claims, not verified control.
    >>> print(citation(Snapshot(on="2024-08-20"), ledger=ledger,
    ...                url="https://example.org/?date=2024-08-20", accessed=dt.date(2026, 11, 24)))
    Kursk claims map 0.1.0, data 0123456789ab: who claimed what ground in Kursk Oblast
    on 2024-08-20. Claims, not verified control.
    https://example.org/?date=2024-08-20, accessed 24 November 2026.
    """
    if style not in {"text", "bibtex"}:
        msg = f"`style` was {style!r} but is expected to be one of text, bibtex"
        raise ValueError(msg)
    ledger = shipped_ledger() if ledger is None else ledger
    day = f"who claimed what ground in Kursk Oblast on {snapshot.on}"
    what = day + _asked(snapshot, ledger.sources.name)
    if style == "text":
        seen = [url] if url else []
        if accessed:
            seen.append(f"{'accessed' if url else 'Accessed'} {say_day(accessed, 'en')}")
        where = f" {', '.join(seen)}." if seen else ""
        made = f"{TITLE} {__version__}, data {ledger.version}"
        return f"{made}: {what}. Claims, not verified control.{where}"
    fields = {
        "title": f"{TITLE}: {what}",
        "version": f"{__version__}, data {ledger.version}",
        "note": "Claims, not verified control",
        "url": url or "",
        "urldate": accessed.isoformat() if accessed else "",
    }
    return bibtex(file_name(snapshot, "bib").removesuffix(".bib"), fields, TITLE)


def title(snapshot: Snapshot, ledger: Ledger) -> str:
    """What a file is called inside: its day, and everything that was asked for.

    Examples
    --------
    >>> title(Snapshot(on="2024-08-20", known_by="then", sides="russian"), shipped_ledger())
    'Kursk claims map, 2024-08-20, as said by that day (Russian claims)'
    """
    return f"{TITLE}, {snapshot.on}{_asked(snapshot, ledger.sources.name)}"


def _asked(snapshot: Snapshot, sources: pd.Series) -> str:
    """Everything that distinguishes a snapshot from another of its day, as text.

    But for size and language, which concern the page and not what it says.
    """
    then, days = snapshot.known_by == "then", snapshot.current_for
    each = then and (snapshot.other_day or snapshot.since)
    lapse = "never lapse" if days == "ever" else f"lapse after {days} days"
    by = "that day" if then else snapshot.known_day
    edges = [str(edge).removesuffix(".0") for edge in snapshot.bbox or ()]
    asked = [
        by and ("each day as said by then" if each else f"as said by {by}"),
        snapshot.other_day and f"compared with {snapshot.other_day}",
        snapshot.since and f"with the history since {snapshot.since}",
        snapshot.pair and " against ".join(_called(name, sources) for name in snapshot.pair),
        snapshot.strikes and "reports of strikes counted as contested",
        days != CURRENT_FOR and f"claims {lapse}",
        snapshot.lapsed and "with lapsed claims",
        not snapshot.context and "without rivers, roads and railways",
        snapshot.view != "all" and _maps(snapshot.view),
        edges and "from {0} to {2} degrees east and {1} to {3} north".format(*edges),
    ]
    chosen = [*snapshot.sides, *snapshot.sources, *snapshot.statuses]
    names = "; ".join(_called(name, sources) for name in chosen)
    return "".join(f", {words}" for words in asked if words) + (f" ({names})" if names else "")


def _maps(view: MapView) -> str:
    """Which maps are shown, in words."""
    return f"map of {say(f'{view}_sources', 'en')}" if view in SIDES else _VIEWS[view]


def _called(name: str, sources: pd.Series) -> str:
    """A side, a status or a source in words."""
    return say(name, "en") if name in {*SIDES, *DRAWN} else str(sources.get(name, name))


#: Characters that TeX would read as commands.
_TEX = str.maketrans(
    {letter: f"\\{letter}" for letter in "_&%#$"}
    | {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
    }
)


def bibtex(key: str, fields: Mapping[str, str], kept: str = "") -> str:
    r"""An entry of BibTeX; empty fields are left out, and the case of `kept` is preserved.

    Examples
    --------
    >>> print(bibtex("a", {"title": "The A & B", "url": "https://example.org/a_b"}, "The A"))
    @misc{a,
      title = {{The A} \& B},
      url = {https://example.org/a_b},
    }
    <BLANKLINE>
    """
    body = ""
    for name, text in fields.items():
        value = text.translate(_TEX)
        if kept:
            value = value.replace(kept.translate(_TEX), f"{{{kept.translate(_TEX)}}}")
        if name == "url":  # verbatim, except for characters that would end the field
            value = quote(text, safe="!#$%&'()*+,/:;=?@[]~")
        body += f"  {name} = {{{value}}},\n" if text else ""
    return f"@misc{{{key},\n{body}}}\n"
