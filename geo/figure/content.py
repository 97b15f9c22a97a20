"""What a picture shows: which maps, what is painted on each, and the text under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from geo.analysis.agreement import CLASSES, agreement_on
from geo.analysis.summary import Summary, summary
from geo.analysis.telling import change_on, comparison_on, rows_of, telling_on
from geo.claims.record import Record
from geo.selection.snapshot import Snapshot
from geo.style.words import Language, say, say_number
from geo.tables.schema import BELLIGERENTS, DRAWN, SIDES

#: The map on which two are compared.
COMPARED = "compared"
#: Classes that are painted and told as another.
_AS_ANOTHER = {"one_contested": "both_contested"}


class Panel(NamedTuple):
    """One map of a picture.

    Attributes
    ----------
    voice
        Whose telling it is, or `COMPARED`.
    title
        What is written above.
    ground
        By sign what is painted with it, EPSG:4326.
    km2
        By sign the area of that ground.
    lapsed
        By status the ground whose outline is drawn.
    words
        By settlement what its disc says, one word or two.
    notes
        What is written below: a sentence with a gap, and the names that fill it.
    """

    voice: str
    title: str
    ground: Mapping[str, shapely.Geometry]
    km2: Mapping[str, float]
    lapsed: Mapping[str, shapely.Geometry]
    words: Mapping[int, tuple[str, ...]]
    notes: Sequence[tuple[str, Sequence[str]]] = ()


class Content(NamedTuple):
    """All that the picture of a snapshot shows.

    Attributes
    ----------
    snapshot, summary
        What was asked, and what it comes to in words and figures.
    voices
        Whose words stand in the table, with their names.
    agreement
        As `agreement_on` returns it.
    panels
        The maps, in order.
    """

    snapshot: Snapshot
    summary: Summary
    voices: Mapping[str, str]
    agreement: gpd.GeoDataFrame
    panels: Sequence[Panel]


def content_of(snapshot: Snapshot, record: Record) -> Content:
    """What the picture of a snapshot shows."""
    lang = snapshot.language
    found = summary(snapshot, record, lang)
    agreement = agreement_on(snapshot, record=record)
    voices = {voice: found.voices[voice] for voice in _told(snapshot, found)}
    panels = [
        _compared(snapshot, record, agreement, found)
        if voice == COMPARED
        else _changed(snapshot, record, voice, _title(voice, found, lang))
        if snapshot.other_day
        else _own(snapshot, record, agreement, voice, _title(voice, found, lang))
        for voice in _shown(snapshot.view, snapshot, found)
    ]
    if snapshot.view == "places":
        panels = [panel._replace(ground={}, lapsed={}, km2={}) for panel in panels]
    return Content(snapshot, found, voices, agreement, panels)


def _told(snapshot: Snapshot, found: Summary) -> list[str]:
    """Whose words are told: the two that are compared and, of the sides, third parties."""
    third = [] if snapshot.pair else [one for one in SIDES[2:] if one in found.voices]
    return [*found.compared, *third]


def _shown(view: str, snapshot: Snapshot, found: Summary) -> list[str]:
    """The maps of a view, by voice."""
    told, compared = _told(snapshot, found), [*found.compared]
    if view in SIDES:
        return [view]
    both = [COMPARED] if len(compared) == 2 and not snapshot.other_day else []
    if view == "all":
        return [*compared, *both, *told[len(compared) :]]
    own = compared or told
    return own if view == "side-by-side" else both or own


def _title(voice: str, found: Summary, language: Language) -> str:
    name = found.voices.get(voice) or say(f"{voice}_sources", language)
    phrase = "headline_of" if voice in SIDES else "headline_source"
    text = say(phrase, language, name)
    return text[0].upper() + text[1:]


def _own(
    snapshot: Snapshot, record: Record, agreement: gpd.GeoDataFrame, voice: str, title: str
) -> Panel:
    """The map of a voice's own telling."""
    telling = telling_on(snapshot, voice, record, agreement=agreement)
    return Panel(
        voice,
        title,
        dict(zip(telling.word, telling.geometry, strict=True)),
        dict(zip(telling.word, telling.area_km2, strict=True)),
        _lapsed(snapshot, record, [voice]),
        _places(record, agreement, [voice]),
    )


def _lapsed(
    snapshot: Snapshot, record: Record, voices: Sequence[str]
) -> dict[str, shapely.Geometry]:
    """The ground of what some voices said too long ago, by status, where it is asked for."""
    if not snapshot.lapsed:
        return {}
    rows = record.lapsed(snapshot)
    own = np.concatenate([rows_of(voice, record, rows) for voice in voices])
    status = record.claims.status.to_numpy()[own]
    return {name: shapely.union_all(record.geometry[own[status == name]])
            for name in DRAWN[:3] if (status == name).any()}  # fmt: skip


def _compared(
    snapshot: Snapshot, record: Record, agreement: gpd.GeoDataFrame, found: Summary
) -> Panel:
    """The map on which two are set against each other."""
    lang, table = snapshot.language, comparison_on(snapshot, record, agreement=agreement)
    sign = table.agreement.map(as_painted)
    ground = {
        name: shapely.coverage_union_all(table.geometry[sign == name].to_numpy())
        for name in CLASSES
        if (sign == name).any()
    }
    km2 = table.area_km2.groupby(sign).sum()
    names = called(record, lang)
    clashing = [names[place] for place in clashing_of(agreement, record)]
    note = (say("clashes" if clashing else "clashes_none", lang, "{}"), clashing)
    return Panel(
        COMPARED,
        compared_by_name(found, lang),
        ground,
        {name: float(km2[name]) for name in ground},
        _lapsed(snapshot, record, found.compared),
        _places(record, agreement, found.compared),
        [note],
    )


def as_painted(name: str) -> str:
    """The sign that a class of agreement is painted with."""
    return _AS_ANOTHER.get(name, name)


def compared_by_name(found: Summary, language: Language) -> str:
    """Which two are compared, as a heading."""
    if found.compared == BELLIGERENTS:
        return say("compared_belligerents", language)
    return say("against", language, *(found.voices[voice] for voice in found.compared))


def clashing_of(agreement: gpd.GeoDataFrame, record: Record) -> list[int]:
    """Settlements of which two say opposite things, the most populous first."""
    cells = agreement.index[agreement.agreement == "contradictory"]
    places = record.ledger.settlements
    own = places[places.cell_id.isin(cells)]
    return own.sort_values("population", ascending=False, kind="stable").index.tolist()


def _changed(snapshot: Snapshot, record: Record, voice: str, title: str) -> Panel:
    """The map of what changed between two days in a voice's own telling."""
    table = change_on(snapshot, voice, record)
    lang = snapshot.language
    names = called(record, lang)
    notes = [
        (
            f"{say_number(row.area_km2, lang)} {say('km2', lang)} "
            f"{phrase_of_change(row.change, snapshot)} ({{}}).",
            [names[place] for place in row.settlements],
        )
        for row in table.itertuples()
    ]
    return Panel(
        voice,
        title,
        dict(zip(table.change, table.geometry, strict=True)),
        dict(zip(table.change, table.area_km2, strict=True)),
        {},
        {},
        notes,
    )


def phrase_of_change(change: str, snapshot: Snapshot) -> str:
    """What is newly said, or no longer."""
    phrase = {"gained": "said_anew", "lost": "said_no_more"}[change]
    status = (snapshot.statuses or DRAWN)[0]
    return say(phrase, snapshot.language, say(status, snapshot.language))


def _places(
    record: Record, agreement: gpd.GeoDataFrame, voices: Sequence[str]
) -> dict[int, tuple[str, ...]]:
    """What some voices say of the settlements of the theatre."""
    own = record.ledger.settlements.cell_id
    own = own[own.isin(agreement.index)]
    words = agreement[list(voices)].loc[own].itertuples(index=False, name=None)
    return dict(zip(own.index.tolist(), words, strict=True))


def called(record: Record, language: Language) -> Mapping[int, str]:
    """The names of the settlements in a language."""
    places = record.ledger.settlements
    names = zip(places[f"name_{language}"].tolist(), places.name_ru.tolist(), strict=True)
    return dict(zip(places.index.tolist(), (own or russian for own, russian in names), strict=True))


#: Signs in the order of a key: from what is said to be Ukrainian-held to what Russian-held.
ORDER = (
    "ukrainian_control", "contested", "russian_control", "split",
    "both_ukrainian_control", "one_ukrainian_control", "ukrainian_control_or_contested",
    "both_contested", "contradictory", "russian_control_or_contested", "one_russian_control",
    "both_russian_control", "gained", "lost", "silent",
)  # fmt: skip
