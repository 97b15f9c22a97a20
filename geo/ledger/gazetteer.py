"""Finding a settlement by any of its names."""

from __future__ import annotations

import pandas as pd
from rapidfuzz import fuzz, process

NAMES = ["name_en", "name_ru", "name_uk"]
#: Similarity in percent from which a name counts as a misspelling of another.
SLIP = 70


def find_settlements(name: str, settlements: pd.DataFrame) -> pd.DataFrame:
    """Settlements that have a name in any language; many share one.

    Parameters
    ----------
    name
        English, Russian or Ukrainian name; case, hyphens, spaces, apostrophes
        and the dots of the letter yo do not matter.
    settlements
        As `load_settlements` returns them.

    Returns
    -------
    DataFrame
        Rows of `settlements`, the most populous first; empty if none matches.

    Examples
    --------
    >>> from geo import load_settlements
    >>> found = find_settlements("малая локня", load_settlements())
    >>> found.name_en.tolist()
    ['Malaya Loknya']
    """
    key = name_key(name)
    hit = pd.Series(data=False, index=settlements.index)
    for column in NAMES:
        hit |= settlements[column].map(name_key) == key
    found = settlements[hit] if key else settlements[:0]
    return found.sort_values("population", ascending=False, kind="stable")


def suggest_names(
    name: str, settlements: pd.DataFrame, *, limit: int = 5, likeness: float = SLIP - 10
) -> list[str]:
    """Names spelt like one that was not found, the most similar first.

    `likeness` is the least similarity, in percent; 100 is the same name.

    Examples
    --------
    >>> from geo import load_settlements
    >>> suggest_names("Sudja", load_settlements())[0]
    'Sudzha'
    """
    known = {
        value: name_key(value)
        for column in NAMES
        for value in settlements[column].unique()
        if value
    }
    found = process.extract(
        name_key(name), known, scorer=fuzz.ratio, limit=limit, score_cutoff=likeness
    )
    return [str(value) for _, _, value in found]


def name_key(name: str) -> str:
    """A name for matching, without whatever people write in different ways."""
    plain = name.casefold().replace("ё", "е")
    return "".join(letter for letter in plain if letter.isalnum())
