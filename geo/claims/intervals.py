"""From dated statements to what each source says of each ground, on two time axes.

Valid time is the day a statement is about, transaction time the day it was made.
`intervals` gives rectangles on the two axes; in each, a source gives one status
to one piece of ground. For any pair (`on`, `known_by`) at most one rectangle of
a source and ground contains it.

Rules
-----
1. A statement holds from its day until the same source says otherwise of the
   same ground.
2. Of several statements of one source about one day, those made last count;
   of these a statement of control (announced, assessed) outranks a report of
   events (repelled, fighting); if they still differ, the source contradicts
   itself and the ground is `contested`.
3. A map restates itself every day. While a source's map shows the ground
   (basis `map_reading`), its other statements do not move it.
4. `withdrawn` ends a claim and says nothing else.
5. A Russian source that announces ground as retaken concedes that it was not
   held before: where it had said nothing, the ground is `implied` from the
   start of the campaign to that day, known only since the announcement.
6. `strike` shows presence, not control; it counts only on request.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import pandas as pd

from geo.tables.schema import CAMPAIGN_START, IMPLIED

#: Day number that stands for "no end".
OPEN = np.iinfo(np.int32).max

_START = int(np.datetime64(CAMPAIGN_START, "D").astype(int))
#: Bases that report events; they do not state control.
EVENT_REPORTS = frozenset({"repelled", "fighting", "strike"})


class _Statement(NamedTuple):
    day: int
    said: int
    status: str
    basis: str
    concedes: bool
    claim: int


class _Word(NamedTuple):
    """What a source says from one day on; `claims` are the statements behind it."""

    status: str
    basis: str
    said: int
    claims: tuple[int, ...]


class _Segment(NamedTuple):
    status: str
    basis: str
    since: int
    start: int
    end: int
    said: int
    claims: tuple[int, ...]


#: Columns of a rectangle in valid and transaction time.
COLUMNS = [
    "source_id", "ground_id", "status", "basis", "since", "valid_from", "valid_to",
    "said_on", "claims", "known_from", "known_to",
]  # fmt: skip


def intervals(statements: pd.DataFrame, *, strikes: bool = False) -> pd.DataFrame:
    """Resolve statements to rectangles in valid and transaction time.

    Parameters
    ----------
    statements
        One row per statement and ground: `source_id`, `side`, `ground_id`,
        `status`, `basis`, `retaken`, `effective_on`, `claimed_on` (datetime64).
        Row positions become claim numbers.
    strikes
        Let reports of strikes count as `contested`.

    Returns
    -------
    DataFrame
        `source_id`, `ground_id`, `status`, `basis`, `since` (first day of the
        unbroken status), `valid_from`, `valid_to`, `said_on` (the day the
        statement in force was made), `claims` (tuple of row positions: the statements in
        force), `known_from`, `known_to`. Days are numbers since 1970, intervals
        half-open, `OPEN` for no end. Sorted by source and ground.

    Examples
    --------
    >>> import pandas as pd
    >>> said = pd.DataFrame({
    ...     "source_id": "ru_mod", "side": "russian", "ground_id": 1,
    ...     "status": ["contested", "russian_control"],
    ...     "basis": ["fighting", "announced"], "retaken": [None, "yes"],
    ...     "effective_on": pd.to_datetime(["2024-08-10", "2025-03-13"]),
    ...     "claimed_on": pd.to_datetime(["2024-08-10", "2025-03-13"]),
    ... })
    >>> intervals(said)[["status", "valid_from", "known_from"]].values.tolist()
    [['contested', 19945, 19945], ['contested', 19945, 20160], ['russian_control', 20160, 20160]]
    """
    order = np.lexsort(
        [
            statements.claimed_on.to_numpy(),
            statements.ground_id.to_numpy(),
            pd.factorize(statements.source_id, sort=True)[0],
        ]
    )
    if not strikes:
        order = order[statements.basis.to_numpy()[order] != "strike"]
    ordered = statements.iloc[order]
    rows = zip(
        ordered.source_id.tolist(),
        ordered.ground_id.tolist(),
        day_numbers(ordered.effective_on),
        day_numbers(ordered.claimed_on),
        ordered.status.tolist(),
        ordered.basis.tolist(),
        ((ordered.side == "russian") & (ordered.retaken == "yes")).tolist(),
        order.tolist(),
        strict=True,
    )
    found: list[tuple[object, ...]] = []
    for (source, ground), group in groupby(rows, key=lambda row: row[:2]):
        said = [_Statement(*row[2:]) for row in group]
        for segment, known_from, known_to in _rectangles(said):
            found.append((source, ground, *segment, known_from, known_to))
    return pd.DataFrame(found, columns=COLUMNS)


def day_numbers(dates: pd.Series) -> list[int]:
    """Day numbers since 1970; `OPEN` for a missing date."""
    days = dates.to_numpy().astype("datetime64[D]")
    numbers: list[int] = np.where(np.isnat(days), OPEN, days.astype("int64")).tolist()
    return numbers


def _rectangles(said: Sequence[_Statement]) -> Iterator[tuple[_Segment, int, int]]:
    """Segments in valid time, each with the transaction time in which it was current.

    `said` is in record order. New statements redraw the line only from the
    earliest day that they are about.
    """
    line = _Line()
    heard: list[_Statement] = []  # by day, then in record order
    open_since: dict[_Segment, int] = {}
    of_day = attrgetter("day")
    for today, batch in groupby(said, key=attrgetter("said")):
        news = list(batch)
        for statement in news:
            insort(heard, statement, key=of_day)
        day = min(map(of_day, news))
        kept, before = line.rewind(day)
        line.extend(heard[bisect_left(heard, day, key=of_day) :])
        after = line.segments[kept:]
        still = set(after)
        for gone in before:  # not a set: row order must be the same on every run
            if gone not in still:
                yield gone, open_since.pop(gone), today
        for segment in after:
            open_since.setdefault(segment, today)
    for segment, known_from in open_since.items():
        yield segment, known_from, OPEN


class _Mark(NamedTuple):
    """The state of the line before the statements about a day were drawn."""

    day: int
    length: int
    last: _Segment | None
    map: _Word | None
    text: _Word | None
    spoke: bool


class _Line:
    """What one source says of one ground along valid time, drawn from left to right."""

    def __init__(self) -> None:
        self.segments: list[_Segment] = []
        self._marks: list[_Mark] = []
        self._map: _Word | None = None
        self._text: _Word | None = None
        self._spoke = False

    def rewind(self, day: int) -> tuple[int, list[_Segment]]:
        """Undo everything drawn for `day` and later.

        Returns how many segments cannot change any more, and those that may.
        """
        at = bisect_left(self._marks, day, key=attrgetter("day"))
        if at == len(self._marks):
            kept = max(len(self.segments) - 1, 0)
            return kept, self.segments[kept:]
        mark = self._marks[at]
        kept = max(mark.length - 1, 0)
        undone = self.segments[kept:]
        self.segments[kept:] = [mark.last] if mark.last else []
        self._map, self._text, self._spoke = mark[3:]
        del self._marks[at:]
        return kept, undone

    def _mark(self, day: int) -> None:
        last = self.segments[-1] if self.segments else None
        length = len(self.segments)
        self._marks.append(_Mark(day, length, last, self._map, self._text, self._spoke))

    def extend(self, statements: Iterable[_Statement]) -> None:
        """Add statements, in order of their day, all later than those before."""
        for day, about in groupby(statements, key=attrgetter("day")):
            self._mark(day)
            group = list(about)
            on_map = [s for s in group if s.basis == "map_reading"]
            if on_map:
                self._map = _word(on_map)
            in_text = [s for s in group if s.basis != "map_reading"]
            if in_text:
                self._text = _word(in_text)
                if not self._spoke and any(s.concedes for s in in_text):
                    self._concede(day, in_text)
            self._spoke = True
            self._draw(day)

    def _concede(self, day: int, said: list[_Statement]) -> None:
        if day > _START:
            why = next(s for s in said if s.concedes)
            self.segments.append(
                _Segment(IMPLIED, why.basis, _START, _START, day, why.said, (why.claim,))
            )

    def _draw(self, day: int) -> None:
        """End the last segment and begin one for the statements in force."""
        word = self._map or self._text
        since = day
        if self.segments and self.segments[-1].end > day:
            last = self.segments.pop()
            if last.start < day:
                self.segments.append(last._replace(end=day))
        if self.segments and word:
            last = self.segments[-1]
            if last.end == day and last.status == word.status:
                since = last.since
        if word:
            self.segments.append(
                _Segment(word.status, word.basis, since, day, OPEN, word.said, word.claims)
            )


def _word(said: list[_Statement]) -> _Word | None:
    """Resolve the statements of one source about one day (rule 2)."""
    if len(said) > 1:
        latest = max(s.said for s in said)
        said = [s for s in said if s.said == latest]
        said = [s for s in said if s.basis not in EVENT_REPORTS] or said
    claims = tuple(s.claim for s in said)
    statuses = {s.status for s in said}
    if statuses == {"withdrawn"}:
        return None
    status = statuses.pop() if len(statuses) == 1 else "contested"
    return _Word(status, said[0].basis, said[0].said, claims)
