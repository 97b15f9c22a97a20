"""Searching claims: by who, what, where and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, get_args

import pandas as pd

from geo._io.dates import Date, as_date, span_of
from geo.ledger.gazetteer import find_settlements, name_key
from geo.ledger.ledger import Ledger, every_claim
from geo.tables.schema import BASES, SIDES, STATUSES, Tier

_TEXTS = ["statement", "speaker", "publisher", "note"]


def find_claims(  # noqa: PLR0913, each is a filter
    ledger: Ledger,
    only: Mapping[str, Collection[Any]] | None = None,
    *,
    place: str = "",
    text: str = "",
    start: Date | None = None,
    end: Date | None = None,
) -> pd.DataFrame:
    """Claims that match all filters, by the day they are about.

    Parameters
    ----------
    ledger
        As `load_ledger` returns it.
    only
        Values to keep, by column: `side`, `source_id`, `status`, `basis`,
        `citation_tier`, `settlement_id`.
    place
        A settlement's name, or a part of it, as `find_settlements` takes it.
    text
        Words that must all occur in statement, speaker, publisher or note; case
        does not matter.
    start, end
        First and last day that the claims are about, both included.

    Returns
    -------
    DataFrame
        Rows of `ledger.claims` and, without a `claim_id`, of `ledger.unplaced`
        (with the `reason` why they are not on the map), and also `side` and
        `day` (`effective_on`, or `claimed_on` where that is missing). By `day`.

    Raises
    ------
    ValueError
        If a column, value or day is not one that exists, or `end` comes before
        `start`.

    Examples
    --------
    >>> from geo import load_ledger
    >>> found = find_claims(load_ledger(), {"source_id": ["ru_mod"]}, place="суджа", text="took")
    >>> found.settlement.unique().tolist()
    ['Sudzha']
    """
    table = every_claim(ledger)
    table["side"] = table.source_id.map(ledger.sources.side)
    table["day"] = table.effective_on.fillna(table.claimed_on)
    keep = pd.Series(data=True, index=table.index)
    for column, values in _checked(only or {}, ledger).items():
        keep &= table[column].isin(values)
    if place.strip():
        keep &= _bears(table, place, ledger)
    if text:
        said = table[_TEXTS[0]].str.cat(table[_TEXTS[1:]], sep="\n").str.casefold()
        for word in text.casefold().split():
            keep &= said.str.contains(word, regex=False)
    first, last = span_of((as_date("0001-01-01"), as_date("9999-12-31")), start, end)
    keep &= table.day.between(first, last)
    return table[keep].sort_values("day", kind="stable", ignore_index=True)


def _checked(only: Mapping[str, Collection[Any]], ledger: Ledger) -> Mapping[str, Collection[Any]]:
    allowed: dict[str, Collection[Any]] = {
        "side": SIDES,
        "source_id": ledger.sources.index,
        "status": STATUSES,
        "basis": BASES,
        "citation_tier": get_args(Tier),
        "settlement_id": ledger.settlements.index,
    }
    for column, values in only.items():
        if column not in allowed:
            msg = f"`only` had {column!r} but is expected to be of {', '.join(allowed)}"
            raise ValueError(msg)
        for value in values:
            if value not in allowed[column]:
                known = "the gazetteer" if column == "settlement_id" else ", ".join(allowed[column])
                msg = f"`{column}` had {value!r} but is expected to be of {known}"
                raise ValueError(msg)
    return only


def _bears(table: pd.DataFrame, name: str, ledger: Ledger) -> pd.Series:
    """Whether a claim is about a place of this name; one off the map brings its own name."""
    key = name_key(name)
    own = table.loc[table.claim_id.isna(), ["settlement", "settlement_ru"]].fillna("")
    said = own.map(lambda name: bool(key) and key in name_key(name)).any(axis=1)
    spoken_of = ledger.settlements[ledger.settlements.index.isin(table.settlement_id)]
    found = find_settlements(name, spoken_of)
    # Of names that are only like it, the most similar, and none if something is called so.
    found = found[found.match <= (2 if said.any() else max(2, found.match.min()))]
    about: pd.Series = table.settlement_id.isin(found.index)
    return about | table.index.isin(own.index[said])
