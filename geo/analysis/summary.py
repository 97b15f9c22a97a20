"""A day at a glance: one sentence, the main places, how much ground each side's word covers.

`docs/method.md` gives the rules. A browser writes the same sentence by the same
rules and phrases (`geo/web/assets/summary.js`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geo.analysis.agreement import CLASSES, WORDS, classify, words
from geo.claims.record import Record, shipped_record
from geo.selection.selection import Selection
from geo.style.words import Language, name_of, say
from geo.tables.schema import IMPLIED, SIDES

#: Sudzha, Korenevo, Malaya Loknya, Snagost, Kazachya Loknya, Plekhovo, Guyevo, Oleshnya: the
#: towns of the theatre, and villages on all its sides of which most sources speak.
MAIN_PLACES: tuple[int, ...] = (115637, 106393, 96724, 63038, 19346, 32926, 148132, 26024)
#: How the two words on a place stand to each other, by the beginning or end of their class.
RELATIONS = ("silent", "both", "one", "contested", "contradictory")

_Array = Any  # numpy arrays of mixed kinds


class Summary(NamedTuple):
    """A selection in words and figures.

    Attributes
    ----------
    headline
        One neutral sentence.
    voices
        Who is shown: sides, or the sources that are compared, each with its name.
    compared
        The two of them that are set against each other; one alone where the
        other is switched off; the first shown where both are.
    places
        The main places by `settlement_id`: `name`, a column per voice with its
        word, `relation` of the two that are compared (of `RELATIONS`), `new`
        (whether one of them, or where neither is shown any other, said something
        else the day before).
    said_km2
        Per voice the km2 (EPSG:3035) of the theatre under each of `WORDS`.
    class_km2
        The km2 of each of `CLASSES`.
    contradicted
        Names of the settlements over which the two contradict each other, the
        most populous first.
    """

    headline: str
    voices: Mapping[str, str]
    compared: tuple[str, ...]
    places: pd.DataFrame
    said_km2: Mapping[str, Mapping[str, float]]
    class_km2: Mapping[str, float]
    contradicted: tuple[str, ...]


def summary(
    selection: Selection, record: Record | None = None, language: Language = "en"
) -> Summary:
    """A selection in words and figures.

    Parameters
    ----------
    selection
        The day, and whose claims count.
    record
        As `load_record` returns it; by default the shipped one.
    language
        Of the sentence and the names.

    Examples
    --------
    >>> found = summary(Selection(on="2024-09-05", sides="russian"))
    >>> found.headline
    'No change since the day before. Sudzha: fought over or unclear according to Russian sources.'
    """
    record = record or shipped_record()
    ledger = record.ledger
    cells = record.theatre.index
    day = selection.on
    voices, said = words(record, selection, cells, day - dt.timedelta(days=1), day)
    named = {voice: name for voice, name in _names(record, voices, language).items()
             if _is_shown(voice, selection, ledger.sides)}  # fmt: skip
    compared = tuple(voice for voice in selection.voices if voice in named) or tuple(named)[:1]
    classes = classify(voices, said, selection)[1]
    area = record.theatre.area_km2.to_numpy()
    position = {cell: n for n, cell in enumerate(cells)}
    two = [voices.index(voice) for voice in compared]
    news = (said[0] != said[1])[:, two]
    places = ordered_places(record)
    at = [position[cell] for cell in places.cell_id]
    table = pd.DataFrame(
        {
            "name": _called(places, language),
            **{voice: [WORDS[n] for n in said[1, at, voices.index(voice)]] for voice in named},
            "relation": [
                _relation(CLASSES[classes[n]], [WORDS[said[1, n, i]] for i in two]) for n in at
            ],
            "new": [tuple(v for v, new in zip(compared, news[n], strict=True) if new) for n in at],
        },
        index=places.index,
    )
    opposed = classes == CLASSES.index("contradictory")
    both = (said[1][:, two] > 0).all(axis=1) & (len(two) == 2)
    names = {voice: named[voice] for voice in compared}
    if both.any() and opposed[both].all():
        headline = say("news_all_opposed", language, *names.values())
    else:
        headline = _headline(table, names, language)
    main = table[table.index.isin(MAIN_PLACES)]
    ages = _ages(record, selection, places.cell_id[main.index], list(named))
    clashing = places[opposed[at]].sort_values("population", ascending=False, kind="stable")
    return Summary(
        headline,
        named,
        compared,
        main.join(ages.add_suffix("_age")),
        {
            voice: {word: float(area[said[1, :, voices.index(voice)] == n].sum())
                    for n, word in enumerate(WORDS)}
            for voice in named
        },
        {name: float(area[classes == n].sum()) for n, name in enumerate(CLASSES)},
        tuple(clashing.name_en),
    )  # fmt: skip


def ordered_places(record: Record) -> pd.DataFrame:
    """The settlements of the theatre as a day names them: main ones first, then by population.

    Returns
    -------
    DataFrame
        Rows of the gazetteer.
    """
    table = record.ledger.settlements
    table = table[table.cell_id.isin(record.theatre.index)]
    rank = [MAIN_PLACES.index(p) if p in MAIN_PLACES else len(MAIN_PLACES) for p in table.index]
    return table.iloc[
        np.lexsort([table.index.to_numpy(), -table.population.to_numpy(), np.array(rank)])
    ]


def _ages(
    record: Record, selection: Selection, cells: pd.Series, voices: list[str]
) -> pd.DataFrame:
    """Days since each voice last said anything current of the cells of some places."""
    rows = record.rows(selection)
    days = (np.datetime64(selection.on, "s") - record.last_said(rows, selection)).astype("m8[D]")
    speakers = [np.asarray(record.shared[name].take(rows)) for name in ("source_id", "side")]
    said = np.asarray(record.shared["status"].take(rows)) != IMPLIED
    at = {cell: n for n, cell in enumerate(cells)}
    found = np.full((len(cells), len(voices)), np.nan)
    for column, voice in enumerate(voices):
        own = said & ((speakers[0] == voice) | (speakers[1] == voice))
        for row, age in zip(rows[own].tolist(), days[own].astype(int).tolist(), strict=True):
            for n in (at[cell] for cell in record.speaks_for[row] if cell in at):
                found[n, column] = np.fmin(found[n, column], age)
    return pd.DataFrame(found, index=cells.index, columns=voices)


def _names(record: Record, voices: list[str], language: Language) -> dict[str, str]:
    sources = record.ledger.sources.name
    return {
        voice: say(f"{voice}_sources", language)
        if voice in SIDES
        else name_of(voice, sources[voice], language)
        for voice in voices
    }


def _called(places: pd.DataFrame, language: Language) -> pd.Series:
    if language == "en":
        return places.name_en
    own = places[f"name_{language}"]
    return own.where(own != "", places.name_ru)


def _is_shown(voice: str, selection: Selection, sides: Mapping[str, str]) -> bool:
    """Whether any source of a voice is switched on."""
    chosen, sources = selection.filters
    own = {source for source, side in sides.items() if voice in {source, side}}
    shown = {source for source in own if not chosen or sides[source] in chosen}
    return bool(shown & set(sources) if sources else shown)


def _relation(name: str, words: list[str]) -> str:
    if "split" in words and name.startswith("both"):
        return "contested"
    return next(one for one in RELATIONS if name.startswith(one) or name.endswith(one))


def _headline(places: pd.DataFrame, names: Mapping[str, str], language: Language) -> str:
    """The sentence of the day; see `docs/method.md`."""
    spoken = (places[list(names)] != "silent").any(axis=1)
    # The first of which there is news, else the first of which anything is said.
    new = places.index[places.new.map(bool)]
    subject = next(iter([*new, *places.index[spoken]]), None)
    if subject is None:
        return say("news_nobody", language)
    row = places.loc[subject]
    said = {voice: row[voice] for voice in names}
    word = row[next(iter(names))]
    same = len(said) == 2 and set(said.values()) == {word}
    if same and (len(row.new) != 1 or word == "silent"):
        both = "news_neither" if word == "silent" else "news_both"
        who = say(both, language, *names.values())
        clauses = [who if word == "silent" else say(f"news_{word}", language, who)]
    else:
        # What is new comes first, then who speaks.
        order = sorted(said, key=lambda voice: (voice not in row.new, said[voice] == "silent"))
        clauses = [
            _clause(said[voice], names[voice], language, new=row.new == (voice,)) for voice in order
        ]
    opening = "news_new" if row.new else "news_nothing_new"
    return say(opening, language, row["name"]) + "; ".join(clauses) + "."


def _clause(word: str, who: str, language: Language, *, new: bool) -> str:
    """What one voice says, and whether it is the only one that says something new."""
    if new and word == "silent":
        return say("news_fell_silent", language, who)
    clause = say(f"news_{word}", language, who)
    return say("news_now", language, clause) if new else clause
