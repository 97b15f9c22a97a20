"""Finding a settlement by any of its names, however it is transliterated or misspelt."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pandas as pd
from rapidfuzz.distance import OSA

from geo.ledger.ledger import Ledger

NAMES = ["name_en", "name_ru", "name_uk"]
#: One letter for each sound, and how it is written: in Russian, in Ukrainian, and in the English,
#: French, German, Polish and scholarly transliterations of both. Ukrainian "г" is "h" where
#: Russian has "g". Glides before a vowel are left out, see `name_key`.
_WRITTEN = {
    "": "ь ъ",
    "a": "а я",
    "b": "б",
    "c": "ц тс тц ts tz",
    "ч": "ч тч ch tch tsch cz č",
    "d": "д",
    "dж": "dj dsch",
    "e": "е ё э є йо ьо yo jo",
    "f": "ф ph",
    "h": "г ґ х g kh",
    "i": "и і ї й ы y j",
    "ж": "ж zh ž ż",
    "k": "к q",
    "ks": "x",
    "l": "л ł",
    "m": "м",
    "n": "н",
    "o": "о",
    "p": "п",
    "r": "р",
    "s": "с",
    "ш": "ш щ сч sh shch sch sz szcz šč š",
    "t": "т",
    "u": "у ю оу ou",
    "v": "в w",
    "z": "з",
}
#: The same by what is written. As `name_key` reads it, without composed letters.
SOUNDS = MappingProxyType(
    {
        unicodedata.normalize("NFD", spelling): sound
        for sound, spellings in _WRITTEN.items()
        for spelling in spellings.split()
    }
)
_SPELLING = re.compile("|".join(sorted(SOUNDS, key=len, reverse=True)))
_GLIDE = re.compile("i+(?=[aeou])")
_TWICE = re.compile(r"(.)\1")
#: Matches nothing that was asked for.
_FAR = 9


def find_settlements(name: str, settlements: pd.DataFrame) -> pd.DataFrame:
    """Settlements with this name, or nearly this name, the best match first.

    Parameters
    ----------
    name
        In English, Russian or Ukrainian, or a transliteration. Case, hyphens,
        spaces, apostrophes and signs above letters do not matter.
    settlements
        As `load_settlements` or `by_prominence` returns them.

    Returns
    -------
    DataFrame
        Rows of `settlements`, with `match`: 0 if it has this name, 1 if a name of it begins
        with it, 2 if one contains it. If there is none of these, those of which
        a name, or its beginning, is spelt like it, with 2 more than the slips in
        between (letters missing, added, replaced or exchanged with the next): one
        from three letters on, two from six. By `match`, then in the given order.

    Examples
    --------
    >>> from geo import load_settlements
    >>> found = find_settlements("Мала Локня", load_settlements())
    >>> found.name_en.tolist()
    ['Malaya Loknya']
    >>> find_settlements("Korenovo", load_settlements()).name_en.iloc[0]
    'Korenevo'
    """
    key = name_key(name)
    if not key:
        return settlements[:0].assign(match=0)
    keys = pd.concat([settlements[column] for column in NAMES]).map(name_key)
    keys = keys[keys != ""]
    at = keys.str.find(key)
    match = np.select([keys == key, at == 0, at > 0], [0, 1, 2], default=_FAR)
    if (match == _FAR).all():
        most = min(len(key) // 3, 2)
        slips = [_slips(key, own, most) for own in keys]
        match = np.where(np.array(slips) > most, _FAR, np.add(slips, 2))
    best = pd.Series(match, keys.index).groupby(level=0).min()
    found = settlements.assign(match=best.reindex(settlements.index, fill_value=_FAR))
    return found[found.match < _FAR].sort_values("match", kind="stable")


def _slips(key: str, name: str, most: int) -> int:
    """Slips between a key and a name, or its beginning; any number above `most` if too many."""
    begun = OSA.distance(key, name[: len(key)], score_cutoff=most)
    return min(begun, OSA.distance(key, name, score_cutoff=most))


def by_prominence(ledger: Ledger) -> pd.DataFrame:
    """The settlements, those that claims are about first, then the more populous ones.

    Examples
    --------
    >>> from geo import load_ledger
    >>> by_prominence(load_ledger()).name_en.iloc[0]
    'Sudzha'
    """
    table = ledger.settlements.sort_values("population", ascending=False, kind="stable")
    told = table.index.isin(ledger.claims.settlement_id)
    return pd.concat([table[told], table[~told]])


@lru_cache(maxsize=20_000)
def name_key(name: str) -> str:
    """A name for matching: how it sounds, not how it is written.

    Examples
    --------
    >>> [name_key(name) for name in ("Суджа", "Sudzha", "Sudja", "Sudža", "Sudscha")]
    ['sudжa', 'sudжa', 'sudжa', 'sudжa', 'sudжa']
    """
    written = unicodedata.normalize("NFD", name.lower())
    sounds = _SPELLING.sub(lambda found: SOUNDS[found[0]], written)
    plain = "".join(letter for letter in sounds if letter.isalnum())
    return _TWICE.sub(r"\1", _GLIDE.sub("", plain))
