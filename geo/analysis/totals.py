"""Published totals beside what the named places and the maps come to.

A total is a figure that somebody published for the whole incursion: "1,263 km2,
93 settlements". Beside it stands what had been said by that day of named ground:
by the speaker, and by the maps that were read.

When a source speaks
--------------------
A map speaks on every day on which it was read, also when it shows no
Ukrainian-held ground: that is 0. Any other source speaks of Ukrainian-held
ground while at least one place is Ukrainian-held by its words, from the first
such word to the last word it said of anything; that it names no place is not 0
but silence. The map draws claims beyond the last word, ever older; a figure for
a day needs somebody who still speaks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo._io.dates import Date, as_date, span_of
from geo.claims.areas import area_series
from geo.claims.record import Record, shipped
from geo.tables.boundaries import area_km2
from geo.tables.schema import DRAWN

#: What `held_series` can count.
FIGURES = ("area_km2", "settlements")
#: What a map shows that can be laid beside a published figure. The others have no
#: counterpart: no map shows an area of fighting, and maps follow events by days, so
#: that their change within a few days is not the gain of these days.
COUNTERPARTS = {
    "ukrainian_held": "held",
    "remaining": "held",
    "ukrainian_captured_cumulative": "taken",
    "russian_retaken_cumulative": "retaken",
}

_KEY = ["claimed_on", "day", "source_id", "speaker", "what"]
_STATED = {"area_km2": "stated_km2", "settlements": "stated_settlements"}
_CITATION = ["total_ids", "statements", "urls"]
_WHAT = {
    "ukrainian_held": "Ukrainian-held",
    "remaining": "still Ukrainian-held",
    "ukrainian_captured_cumulative": "taken by Ukraine since 6 August 2024",
    "ukrainian_captured_period": "taken by Ukraine within a period",
    "russian_retaken_cumulative": "retaken by Russia since 6 August 2024",
    "russian_retaken_period": "retaken by Russia within a period",
    "combat_zone": "of fighting",
}
_SHOWN = {
    "held": "that day",
    "taken": "ever until that day",
    "retaken": "once Ukrainian-held and Russian-held that day",
}

_Array = Any  # numpy arrays of mixed kinds


def held_maps(record: Record) -> list[str]:
    """Sources whose published map was read and shows Ukrainian-held ground.

    Only these map the whole incursion. ISW's layer shows Russian advances alone,
    and other sources name single places.

    Examples
    --------
    >>> held_maps(shipped())
    ['deepstate', 'uacontrolmap']
    """
    claims = record.claims
    painted = claims.read_to.notna() & (claims.status == "ukrainian_control")
    return sorted(claims.source_id[painted].unique())


def last_words(record: Record, known_by: Date | None = None) -> pd.Series:
    """The last day on which each source said anything or its map was read.

    Parameters
    ----------
    record
        As `load_record` returns it.
    known_by
        Count only what had been said by this day.

    Returns
    -------
    Series
        Days (datetime64) by `source_id`.

    Examples
    --------
    >>> last_words(shipped())["uacontrolmap"].date().isoformat()
    '2025-04-30'
    """
    rows = record.claims[record.known(known_by)]
    read = rows.read_to if known_by is None else rows.read_to.clip(upper=as_date(known_by))
    said = pd.concat([rows.known_from, read], axis=1).max(axis=1)
    last: pd.Series = said.groupby(rows.source_id, observed=True).max()
    return last


def held_series(
    start: Date | None = None,
    end: Date | None = None,
    *,
    figure: str = "area_km2",
    known_by: Date | None = None,
    record: Record | None = None,
) -> pd.DataFrame:
    """How much ground is Ukrainian-held by each source on every day, with gaps.

    Parameters
    ----------
    start, end
        First and last day; by default the whole record.
    figure
        `area_km2` (EPSG:3035) or `settlements` (how many).
    known_by
        Count only what had been said by this day; by default everything.
    record
        As `load_record` returns it; by default the shipped one. `Record.only` keeps
        other sources out of the band.

    Returns
    -------
    DataFrame
        `date`, a column per source that ever speaks of Ukrainian-held ground
        (NaN on the days when it is silent, see the head of this file), `low` and
        `high` (the lowest and the highest of the sources that speak). A source
        that names three villages speaks too: `held_maps` are those that map all.

    Raises
    ------
    ValueError
        If a day is not real, `end` comes before `start`, or `figure` is unknown.

    Examples
    --------
    >>> maps = shipped().only(held_maps(shipped()))
    >>> held_series("2025-03-11", "2025-03-12", record=maps).uacontrolmap.tolist()
    [56.3, 0.0]
    """
    if figure not in FIGURES:
        msg = f"`figure` was {figure!r} but is expected to be of {', '.join(FIGURES)}"
        raise ValueError(msg)
    record = record or shipped()
    first, last = span_of(record.period, start, end)
    found = area_series(first, last, known_by=known_by, record=record)
    rows = record.claims[record.known(known_by)]
    held = rows.status == "ukrainian_control"
    days = pd.date_range(first, last, unit="s", name="date")
    series = (
        found[found.status == "ukrainian_control"]
        .pivot_table(index="date", columns="source_id", values=figure, observed=True)
        .reindex(index=days, columns=sorted(rows.source_id[held].unique()))
        .astype(float)
    )
    for source, first_map, last_map in readings(record, record.known(known_by)).itertuples(
        name=None
    ):
        read = (days >= first_map) & (days <= last_map)
        series[source] = series[source].mask(read & series[source].isna(), 0.0)
    silent_after = last_words(record, known_by)
    for source in series:
        series[source] = series[source].where(days <= silent_after[str(source)])
    series["low"], series["high"] = series.min(axis=1), series.max(axis=1)
    return series.rename_axis(columns=None).reset_index()


def readings(record: Record, known: _Array | None = None) -> pd.DataFrame:
    """The days between which each of `held_maps` was read.

    Returns
    -------
    DataFrame
        `first` (its first word) and `last` (datetime64), by `source_id`.
    """
    claims = record.claims if known is None else record.claims[known]
    own = claims[claims.source_id.isin(held_maps(record))]
    found: pd.DataFrame = own.groupby("source_id", observed=True).agg(
        first=("valid_from", "min"), last=("read_to", "max")
    )
    return found


def stated_and_mapped(record: Record | None = None) -> pd.DataFrame:
    """Every published area or count of the whole incursion, beside named and mapped ground.

    Everything named or mapped is of the day that the figure is about, and as it
    was known on the day when the figure was said. The same figure given twice by
    one speaker is one row; two figures are two rows.

    Parameters
    ----------
    record
        As `load_record` returns it; by default the shipped one.

    Returns
    -------
    DataFrame
        By date: `claimed_on`, `day` (that it is about), `source_id`, `side`,
        `speaker`, `what`; `stated_km2` and `stated_settlements`, each also with
        `_low` where a range was given; `counterpart` (of `COUNTERPARTS`: what
        the named places and the maps are counted by, empty if nothing can be
        laid beside the figure); `named_by` (tuple of sources: all officials of a
        side for an official, else the source itself; empty for a map project,
        whose own columns say it), `named_settlements`, `named_km2`; then
        `<map>_settlements` and `<map>_km2` for each of `held_maps`; `total_ids`,
        `statements`, `urls` (tuples). Areas of named and mapped ground are those
        of the cells (EPSG:3035). Nothing named, a map not read: NaN.

    Notes
    -----
    `held` counts ground that is Ukrainian-held on the day; `taken` what was so on
    any day until then (several published figures are peaks by their wording:
    ground ever held is at least the peak); `retaken` what is Russian-held on the
    day and was Ukrainian-held by the same source before, or announced by it as
    retaken.

    Examples
    --------
    >>> table = stated_and_mapped()
    >>> said = table[(table.speaker == "Syrskyi") & (table.claimed_on == "2024-08-20")]
    >>> columns = ["stated_km2", "stated_settlements", "named_settlements", "deepstate_settlements"]
    >>> said[columns].values.tolist()
    [[1263.0, 93.0, 4.0, 41.0]]
    """
    record = record or shipped()
    ledger, claims, totals = record.ledger, record.claims, record.ledger.totals
    totals = totals[(totals.scope == "incursion") & totals.metric.isin(FIGURES)]
    maps = readings(record)
    retaken = set(ledger.claims.index[ledger.claims.retaken == "yes"])
    announced = np.array([not retaken.isdisjoint(ids) for ids in record.claim_ids], dtype=bool)
    ground = claims.groupby(["source_id", "ground_id"], observed=True).ngroup().to_numpy()
    source = claims.source_id.to_numpy()
    found = []
    for said in _said(totals):
        rows = _shown(record, ground, announced, said)
        named_by = _namers(said["source_id"], ledger.sources, maps)
        named = _named(record, rows[np.isin(source[rows], named_by)])
        found.append(said | {"named_by": named_by} | named)
        if said["counterpart"]:
            for name in maps.index[(maps["first"] <= said["day"]) & (said["day"] <= maps["last"])]:
                places, km2 = _measured(record, rows[source[rows] == name])
                found[-1] |= {f"{name}_settlements": places, f"{name}_km2": km2}
    shown = [f"{name}_{unit}" for name in maps.index for unit in ("settlements", "km2")]
    figures = ["named_settlements", "named_km2", *shown]
    stated = [f"{name}{end}" for name in _STATED.values() for end in ("", "_low")]
    columns = [*_KEY, *stated, "counterpart", "named_by", *figures, *_CITATION]
    table = pd.DataFrame(found, columns=columns).astype(dict.fromkeys([*stated, *figures], float))
    table.insert(3, "side", table.source_id.map(ledger.sources.side))
    return table.sort_values("claimed_on", kind="stable", ignore_index=True)


def _said(totals: pd.DataFrame) -> list[dict[str, Any]]:
    """What a speaker said on a day: the area and the count of settlements together."""
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    totals = totals.assign(day=totals.effective_on.fillna(totals.claimed_on)).reset_index()
    for row in totals.to_dict("records"):
        key = tuple(row[name] for name in _KEY)
        group = found.setdefault(key, [])
        column = _STATED[row["metric"]]
        # Two figures that differ are kept apart.
        entry = next((e for e in group if e.get(column, row["value"]) == row["value"]), None)
        if entry is None:
            entry = dict(zip(_KEY, key, strict=True))
            entry |= {"counterpart": COUNTERPARTS.get(row["what"], "")}
            entry |= dict.fromkeys(_CITATION, ())
            group.append(entry)
        entry |= {column: row["value"], f"{column}_low": row["value_low"]}
        entry["total_ids"] += (row["total_id"],)
        for name, value in (("statements", row["statement"]), ("urls", row["url"])):
            if value not in entry[name]:
                entry[name] += (value,)
    return [entry for group in found.values() for entry in group]


def _shown(record: Record, ground: _Array, announced: _Array, said: dict[str, Any]) -> _Array:
    """Positions of the rows, of all sources, that count beside a figure.

    `ground` numbers the pieces of ground of each source, `announced` marks the
    rows that rest on a statement that the place was retaken.
    """
    day = said["day"].to_datetime64()
    past = record.known(said["claimed_on"]) & (record.valid_from <= day)
    now = past & record.in_force(day)
    status = record.group % len(DRAWN)
    held = status == DRAWN.index("ukrainian_control")
    match said["counterpart"]:
        case "held":
            return np.flatnonzero(now & held)
        case "taken":
            rows = np.flatnonzero(past & held)
            return rows[np.unique(ground[rows], return_index=True)[1]]
        case "retaken":
            rows = np.flatnonzero(now & (status == DRAWN.index("russian_control")))
            return rows[np.isin(ground[rows], ground[past & (held | announced)])]
        case _:
            return np.array([], dtype=int)


def _namers(speaker: str, sources: pd.DataFrame, maps: pd.DataFrame) -> tuple[str, ...]:
    """Whose named places stand beside what a source says."""
    own = sources.loc[speaker]
    if own.kind == "official":
        return tuple(sources.index[(sources.side == own.side) & (sources.kind == own.kind)])
    return () if speaker in maps.index else (speaker,)


def _named(record: Record, rows: _Array) -> dict[str, float]:
    if not len(rows):
        return {}
    return dict(zip(("named_settlements", "named_km2"), _measured(record, rows), strict=True))


def _measured(record: Record, rows: _Array) -> tuple[int, float]:
    """Places and km2 of some rows; what several say counts once."""
    places = {place for row in rows for place in record.settlements[row]}
    return len(places), round(float(area_km2(record.outline(rows))), 2)


def stated_sentences(table: pd.DataFrame, sources: pd.DataFrame) -> list[str]:
    """The rows of `stated_and_mapped` as sentences.

    Parameters
    ----------
    table
        As `stated_and_mapped` returns it.
    sources
        As `load_sources` returns them, for their names.

    Examples
    --------
    >>> from geo import load_sources
    >>> table = stated_and_mapped()
    >>> print(stated_sentences(table[table.total_ids == ("t022",)], load_sources())[0])
    Syrskyi (Armed Forces of Ukraine: General Staff and commanders), 2024-08-12: 1,000 km²
    Ukrainian-held; named by then by Ukrainian officials: 2 settlements, 20 km²; DeepState map that
    day: 14 settlements, 255 km²; UAControlMap that day: 49 settlements, 629 km²
    """
    maps = [name for name in sources.index if f"{name}_km2" in table]
    sources = sources.assign(name=short_names(sources))
    return [_sentence(row, sources, maps) for row in table.to_dict("records")]


def short_names(sources: pd.DataFrame) -> pd.Series:
    """Names of sources without the members of a group, by `source_id`.

    Examples
    --------
    >>> from geo import load_sources
    >>> short_names(load_sources())["independent_osint"]
    'Independent analysts'
    """
    return sources.name.str.partition(" (")[0]


def _sentence(row: dict[Any, Any], sources: pd.DataFrame, maps: list[str]) -> str:
    who = sources.name[row["source_id"]]
    who = f"{row['speaker']} ({who})" if row["speaker"] else who
    when = row["claimed_on"].date().isoformat()
    if row["day"] != row["claimed_on"]:
        when += f" (of {row['day'].date().isoformat()})"
    stated = [
        _range(row[f"stated_{name}_low"], row[f"stated_{name}"], unit)
        for name, unit in (("km2", "km²"), ("settlements", "settlements"))
        if pd.notna(row[f"stated_{name}"])
    ]
    parts = [f"{who}, {when}: {', '.join(stated)} {_WHAT[row['what']]}"]
    if not row["counterpart"]:
        return f"{parts[0]}; no counterpart on the maps"
    if row["named_by"]:
        side = sources.side[row["source_id"]].capitalize()
        by = f" by {side} officials" if len(row["named_by"]) > 1 else ""
        parts.append(f"named by then{by}: {_ground(row, 'named') or 'no place'}")
    for name in maps:
        shown = _ground(row, name) or "not read"
        parts.append(f"{sources.name[name]} {_SHOWN[row['counterpart']]}: {shown}")
    return "; ".join(parts)


def _range(low: float, high: float, unit: str) -> str:
    figure = f"{high:,.10g}" if pd.isna(low) else f"{low:,.10g} to {high:,.10g}"
    return f"{figure} {unit}"


def _ground(row: dict[Any, Any], name: str) -> str:
    """How much is named or mapped; empty where nothing is said."""
    places, area = row[f"{name}_settlements"], row[f"{name}_km2"]
    return "" if pd.isna(area) else f"{count(places, 'settlement')}, {area:,.0f} km²"


def count(number: float, noun: str) -> str:
    """A number with its noun.

    Examples
    --------
    >>> count(1, "settlement"), count(1263, "settlement")
    ('1 settlement', '1,263 settlements')
    """
    return f"{number:,.0f} {noun}{'' if number == 1 else 's'}"
