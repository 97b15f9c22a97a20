"""Lead and lag: days between one source announcing a change and another showing it.

Rules
-----
1. What a source says of a place on a day is what the map paints for that day
   as said by that day (`geo.claims.intervals`), without reports of events (repelled,
   fighting, strikes), which do not state control.
2. A change is the day on which this turns to the control of one side, from
   anything else. Before its first statement a source is taken to say what held
   everywhere before the campaign, Russian control; so a first "Russian control"
   is no change, except on a map, which has rows only for its changes. A
   statement that a place was taken back is always a change. A statement that
   only comes back into force, since a later one ended, is none.
3. A change is paired with a change of the other source to the same status if
   the earlier one was still in force in its own source when the later one came.
   Pairs are made in order of time; each change is used once.
4. A source that says again that a place was taken back has announced it twice.
   If the other source turned away from that status in between, it is a change
   of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geo._io.dates import FOREVER
from geo.claims.intervals import EVENT_REPORTS
from geo.claims.record import Record
from geo.ledger.ledger import Ledger, shipped_ledger
from geo.selection.selection import Selection

#: Outcomes of a change, in the order of the columns of `lag_summary`.
OUTCOMES = {
    "shown": "announced and shown",
    "announced_twice": "announced twice",
    "never_shown": "announced but never shown",
    "never_announced": "shown but never announced",
    "not_testable": "not testable",
}

#: What a source is taken to say before its first statement.
_BEFORE = "russian_control"
_CONTROL = ("ukrainian_control", "russian_control")
_COLUMNS = [
    "settlement_id", "settlement", "status", "announced_on", "shown_on", "days", "outcome",
    "announced_claims", "shown_claims",
]  # fmt: skip


class _Word(NamedTuple):
    """What a source says of a place from one day to another."""

    status: str
    start: pd.Timestamp
    end: pd.Timestamp
    is_map: bool
    #: Made for that first day, not an older statement back in force.
    new: bool
    taken_back: bool
    claims: tuple[str, ...]


class _Change(NamedTuple):
    """A day on which a source turns to a status, which stays in force until another day."""

    status: str
    day: pd.Timestamp
    until: pd.Timestamp
    claims: tuple[str, ...]
    #: Announced before, and not contradicted since.
    repeats: bool = False


def lags(from_source: str, to_source: str, *, ledger: Ledger | None = None) -> pd.DataFrame:
    """Days between one source announcing changes and another showing them, place by place.

    The rules are in the docstring of this module. A map that is not read every day
    shows a change on the first reading that has it.

    Parameters
    ----------
    from_source
        The source that announces.
    to_source
        The source that shows.
    ledger
        As `load_ledger` returns it; by default the shipped tables.

    Returns
    -------
    DataFrame
        One row per change, by settlement and day: `settlement_id`, `settlement`
        (English name), `status` (to which it changed), `announced_on` and
        `shown_on` (NaT where one is missing), `days` (from the first to the
        second; negative if it was shown first; empty if one is missing),
        `outcome` (`shown`; `announced_twice`; `never_shown`; `never_announced`;
        `not_testable`: the other source's map was read for the last time before
        that day, or it has no map and never said who holds the place),
        `announced_claims` and `shown_claims` (tuples of ids: the statements
        behind the two days).

    Raises
    ------
    ValueError
        If a source is not in the ledger, or both are the same.

    Examples
    --------
    >>> found = lags("ru_mod", "deepstate")
    >>> found.loc[found.settlement == "Sverdlikovo", ["status", "days", "outcome"]].values.tolist()
    [['ukrainian_control', <NA>, 'never_announced'], ['russian_control', 2, 'shown']]
    """
    ledger = shipped_ledger() if ledger is None else ledger
    for name, source in (("from_source", from_source), ("to_source", to_source)):
        if source not in ledger.sources.index:
            allowed = ", ".join(ledger.sources.index)
            msg = f"`{name}` was {source!r} but is expected to be one of {allowed}"
            raise ValueError(msg)
    if from_source == to_source:
        msg = f"`to_source` was {to_source!r} but is expected to differ from `from_source`"
        raise ValueError(msg)
    said = _words(ledger, [from_source, to_source])
    announcer, shower = said[from_source], said[to_source]
    last_map = ledger.sources.map_read_to
    rows = [
        (place, ledger.settlements.name_en[place], *row)
        for place in sorted(announcer.keys() | shower.keys())
        for row in _compared(
            announcer.get(place, []),
            shower.get(place, []),
            last_map[from_source],
            last_map[to_source],
        )
    ]
    found = pd.DataFrame(rows, columns=_COLUMNS)
    for column in ("announced_on", "shown_on"):
        found[column] = found[column].astype("datetime64[s]")
    found["days"] = found.days.astype("Int64")
    day = found.announced_on.fillna(found.shown_on)
    order = np.lexsort([day, found.settlement_id, found.settlement])
    return found.iloc[order].reset_index(drop=True)


def lag_summary(table: pd.DataFrame) -> pd.DataFrame:
    """How the days between two sources are distributed, and how many changes lack a partner.

    Parameters
    ----------
    table
        As `lags` returns it.

    Returns
    -------
    DataFrame
        One row per status: `status`, `n` (changes in both sources),
        `earliest`, `lower_quartile`, `median`, `upper_quartile`, `latest` (days;
        empty where n is 0), and the number of rows with each other outcome:
        `announced_twice`, `never_shown`, `never_announced`, `not_testable`.

    Examples
    --------
    >>> found = lag_summary(lags("ru_mod", "deepstate"))
    >>> found[["status", "n", "median", "never_announced"]].values.tolist()
    [['russian_control', 58, 1.0, 39], ['ukrainian_control', 0, nan, 81]]
    """
    rows, (_, *unpaired) = [], OUTCOMES
    for status, own in table.groupby("status"):
        days = own.days.dropna().astype("float64")
        five = days.quantile([0, 0.25, 0.5, 0.75, 1]).tolist()
        counts = own.outcome.value_counts().reindex(unpaired, fill_value=0)
        rows.append((status, len(days), *five, *counts))
    columns = ["status", "n", "earliest", "lower_quartile", "median", "upper_quartile", "latest"]
    return pd.DataFrame(rows, columns=[*columns, *unpaired])


def lag_bars(table: pd.DataFrame, *, width: int = 7) -> pd.DataFrame:
    """The bars of a histogram of days, and the settlements behind each.

    Parameters
    ----------
    table
        As `lags` returns it.
    width
        Days per bar; one bar begins at 0.

    Returns
    -------
    DataFrame
        One row per status and bar that is not empty, in order: `status`,
        `first_day` and `last_day` (both included), `n`, `settlements` (tuple of
        ids, one per change).

    Raises
    ------
    ValueError
        If `width` is below 1.

    Examples
    --------
    >>> bars = lag_bars(lags("ru_mod", "deepstate"))
    >>> bars[["first_day", "last_day", "n"]].head(3).values.tolist()
    [[-14, -8, 3], [-7, -1, 6], [0, 6, 33]]
    """
    if width < 1:
        msg = f"`width` was {width!r} but is expected to be at least 1"
        raise ValueError(msg)
    shown = table[table.days.notna()]
    first = shown.days.astype("int64") // width * width
    bars = shown.settlement_id.groupby([shown.status, first.rename("first_day")])
    found = bars.agg(tuple).rename("settlements").reset_index()
    found.insert(2, "last_day", found.first_day + width - 1)
    found.insert(3, "n", found.settlements.map(len))
    return found


def _words(ledger: Ledger, sources: list[str]) -> dict[str, dict[int, list[_Word]]]:
    """What some sources say of each place, each day as said by that day."""
    claims, polygons = ledger.claims, ledger.polygons
    of_control = claims.source_id.isin(sources) & ~claims.basis.isin(list(EVENT_REPORTS))
    drawn = polygons[polygons.source_id.isin(sources)].reset_index(drop=True)
    editions = ledger.editions[ledger.editions.source_id.isin(sources)]
    archives = [one for one in ledger.archives if one.source in sources]
    record = Record(
        replace(ledger, claims=claims[of_control], editions=editions, archives=archives)
    )
    asked = Selection(on=record.period[1], known_by="then", current_for="ever")
    table = record.during(asked, *record.period).sort_values("valid_from", kind="stable")
    begins: dict[Any, Any] = {}
    for own in (claims, drawn.set_index("claim_id")):
        begins |= own[["claimed_on", "effective_on"]].max(axis=1).to_dict()
    taken_back = set(claims.index[claims.retaken == "yes"])
    said: dict[str, dict[int, list[_Word]]] = {source: {} for source in sources}
    for row in table.itertuples():
        start, end = row.valid_from, FOREVER if pd.isna(row.valid_to) else row.valid_to
        new = any(begins[claim] == start for claim in row.claim_ids)
        again = new and not taken_back.isdisjoint(row.claim_ids)
        is_map = row.basis == "map_reading"
        word = _Word(row.status, start, end, is_map, new, again, row.claim_ids)
        for place in row.settlements:
            said[row.source_id].setdefault(place, []).append(word)
    return said


def _changes(words: Sequence[_Word]) -> list[_Change]:
    """The changes of one source at one place, in order (rule 2)."""
    changes: list[_Change] = []
    status, end = _BEFORE, words[0].start if words else FOREVER
    stands = False  # whether a change led to the status in force
    for word in words:
        turned = word.status != status or word.start != end
        stands = stands and not turned
        news = word.new and (turned or word.taken_back or (word.is_map and not stands))
        if news and word.status in _CONTROL:
            changes.append(_Change(word.status, word.start, word.end, word.claims, stands))
            stands = True
        elif stands:
            changes[-1] = changes[-1]._replace(until=word.end)
        status, end = word.status, word.end
    return changes


def _turned_away(words: Sequence[_Word], status: str) -> set[pd.Timestamp]:
    """The days on which a source stopped giving a status."""
    ends = {word.end for word in words if word.status == status}
    if words and status == _BEFORE:
        ends.add(words[0].start)
    return ends - {word.start for word in words if word.status == status}


def _told_apart(
    changes: Sequence[_Change], turned_away: set[pd.Timestamp]
) -> tuple[list[_Change], list[_Change]]:
    """Changes to one status, and those that only repeat the one before (rule 4)."""
    own: list[_Change] = []
    twice: list[_Change] = []
    for change in changes:
        if change.repeats and not any(own[-1].day < day <= change.day for day in turned_away):
            own[-1] = own[-1]._replace(until=change.until)
            twice.append(change)
        else:
            own.append(change)
    return own, twice


def _compared(
    announcer: Sequence[_Word],
    shower: Sequence[_Word],
    announcer_read_to: pd.Timestamp,
    shower_read_to: pd.Timestamp,
) -> Iterator[tuple[Any, ...]]:
    """Rows of `lags` for one place, without its name (rule 3)."""
    no_word = pd.isna(shower_read_to) and not shower
    for status in _CONTROL:
        announced, twice = _told_apart(
            [c for c in _changes(announcer) if c.status == status], _turned_away(shower, status)
        )
        shown, _ = _told_apart(
            [c for c in _changes(shower) if c.status == status], _turned_away(announcer, status)
        )
        for change in announced:
            match = next((s for s in shown if s.day < change.until and change.day < s.until), None)
            if match:
                shown.remove(match)
                days = (match.day - change.day).days
                claims = (change.claims, match.claims)
                yield status, change.day, match.day, days, "shown", *claims
            else:
                # NaT, no map, compares as False.
                untestable = no_word or change.day > shower_read_to
                outcome = "not_testable" if untestable else "never_shown"
                yield status, change.day, pd.NaT, None, outcome, change.claims, ()
        for change in twice:
            yield status, change.day, pd.NaT, None, "announced_twice", change.claims, ()
        for change in shown:
            outcome = "not_testable" if change.day > announcer_read_to else "never_announced"
            yield status, pd.NaT, change.day, None, outcome, (), change.claims
