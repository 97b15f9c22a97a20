"""A selection: which day, as known when, whose claims, and what is compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from geo.tables.schema import BELLIGERENTS, DRAWN, SIDES, Side, is_calendar_date

if TYPE_CHECKING:  # `python -m geo --help` needs no pandas
    from geo._io.dates import Date

#: A status that ground can have on a map.
Drawn = Literal["ukrainian_control", "contested", "russian_control", "implied"]
_DAY = "a real day, YYYY-MM-DD"
#: What each setting is expected to be, in words.
EXPECTED: Mapping[str, str] = {
    "on": _DAY,
    "known_by": f"now, then, or {_DAY}",
    "sides": f"of {', '.join(SIDES)}",
    "sources": "ids of sources",
    "statuses": f"of {', '.join(DRAWN)}",
    "current_for": "a number of days, 1 to 3650, or ever",
    "compare": f"{_DAY}, or two sides or two sources that are shown",
}

#: Days for which a claim of control is current after it was last said, or `ever`.
CurrentFor = Annotated[int, Field(ge=1, le=3650)] | Literal["ever"]
#: Which maps are shown: each side's own with the two compared and a table of places; the two
#: belligerents'; the two compared alone; places alone; or one side's own map.
MapView = Literal["all", "side-by-side", "overlay", "places", "ukrainian", "russian", "third_party"]
#: What is taken for granted where a reader chose nothing.
CURRENT_FOR: CurrentFor = 90


def listed(value: Any) -> Any:
    """Split comma-separated text."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def some_of(every: tuple[str, ...]) -> AfterValidator:
    """Unique values in canonical order, none instead of all: equal choices are equal."""

    def ordered(chosen: tuple[str, ...]) -> tuple[str, ...]:
        return () if {*chosen} == {*every} else tuple(name for name in every if name in chosen)

    return AfterValidator(ordered)


def _plain_day(value: Any) -> Any:
    return value.date() if isinstance(value, dt.datetime) else value


def _a_pair(value: Any) -> Any:
    """Two ids, or text with a comma between them."""
    if isinstance(value, str) and "," in value:
        return listed(value)
    return is_calendar_date(_plain_day(value))


Day = Annotated[dt.date, BeforeValidator(lambda value: is_calendar_date(_plain_day(value)))]


#: What counts: all that is known now, what had been said by the day shown, or by a given day.
Known = Literal["now", "then"] | Day


class Selection(BaseModel):
    """A query to a `Record`; everything that is shown or written follows from one.

    Attributes
    ----------
    on
        The day shown (valid time).
    known_by
        Transaction time. `now`: everything that is known; `then`: what had been
        said by the day shown (and, for a day compared with, by that day); a day:
        what had been said by then.
    sides, sources, statuses
        What is shown; empty for all. All sides, or all statuses, become empty.
    current_for
        For how many days a claim of control is current after it was last said; a
        report of an event a third of that, a map as long after it was last read.
        What has lapsed is not in force any more. `ever`: claims never lapse.
    compare
        Another day; or two sides or two sources, which are then shown alone.

    Raises
    ------
    ValueError
        Lists every invalid setting and what is allowed.

    Examples
    --------
    >>> Selection(on="2024-08-20", sides="russian").sides
    ('russian',)
    >>> Selection(on="2024-08-20", known_by="then").known_day
    datetime.date(2024, 8, 20)
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    expected: ClassVar[Mapping[str, str]] = EXPECTED

    on: Day
    known_by: Known = "now"
    sides: Annotated[tuple[Side, ...], BeforeValidator(listed), some_of(SIDES)] = ()
    sources: Annotated[
        tuple[str, ...], BeforeValidator(listed), AfterValidator(lambda s: tuple(sorted(set(s))))
    ] = ()
    statuses: Annotated[tuple[Drawn, ...], BeforeValidator(listed), some_of(DRAWN)] = ()
    current_for: CurrentFor = CURRENT_FOR
    compare: Annotated[dt.date | tuple[str, str], BeforeValidator(_a_pair)] | None = None

    def __init__(self, **settings: Any) -> None:
        try:
            super().__init__(**settings)
        except ValidationError as error:
            raise ValueError("; ".join(self._explained(error, settings))) from None

    @field_validator("compare")
    @classmethod
    def _is_comparable(cls, other: Any, info: ValidationInfo) -> Any:
        if isinstance(other, tuple):
            of_sides = [name in SIDES for name in other]
            shown = info.data.get("sides" if all(of_sides) else "sources")
            fit = len(set(of_sides)) == 1 and other[0] != other[1]
            if not fit or (shown and not set(other) <= set(shown)):
                msg = "not two that can be shown"
                raise ValueError(msg)
        elif other is not None and other == info.data.get("on"):
            msg = "the day shown"
            raise ValueError(msg)
        return other

    @classmethod
    def _explained(cls, error: ValidationError, settings: dict[str, Any]) -> list[str]:
        """What is wrong with each setting, and what is allowed."""
        found = []
        for name in dict.fromkeys(str(fault["loc"][0]) for fault in error.errors()):
            if name not in cls.expected:
                found.append(f"`{name[:40]}` is no setting; allowed: {', '.join(cls.expected)}")
            elif name not in settings:
                found.append(f"`{name}` is missing; it is expected to be {cls.expected[name]}")
            else:
                value = settings[name]
                shown = str(value) if isinstance(value, dt.date) else repr(value)
                expected = cls.expected[name]
                found.append(f"`{name}` was {shown[:60]} but is expected to be {expected}")
        return found

    @property
    def known_day(self) -> dt.date | None:
        """Transaction time as a date, after which nothing counts; None if everything does."""
        if isinstance(self.known_by, dt.date):
            return self.known_by
        return self.on if self.known_by == "then" else None

    @property
    def terms(self) -> tuple[int, int] | None:
        """Days for which claims of control and reports of events are current; None for ever.

        Examples
        --------
        >>> Selection(on="2024-08-20").terms
        (90, 30)
        """
        if self.current_for == "ever":
            return None
        return self.current_for, max(self.current_for // 3, 1)

    @property
    def other_day(self) -> dt.date | None:
        """The day that is compared with; None where none is."""
        return self.compare if isinstance(self.compare, dt.date) else None

    @property
    def pair(self) -> tuple[str, str] | None:
        """The two sides or sources that are compared; None where none are."""
        return self.compare if isinstance(self.compare, tuple) else None

    @property
    def voices(self) -> tuple[str, str]:
        """The two whose words are compared: a pair of sides or sources, else the belligerents."""
        return self.pair or BELLIGERENTS

    @property
    def filters(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The sides and the sources that are shown; empty for all."""
        if self.pair is None:
            return self.sides, self.sources
        return (self.pair, self.sources) if self.pair[0] in SIDES else (self.sides, self.pair)

    @property
    def compared(self) -> tuple[Self, ...]:
        """The two selections compared, the earlier day or first of the pair first; or none."""
        if self.other_day:
            days = sorted([self.other_day, self.on])
            return tuple(self.model_copy(update={"compare": None, "on": day}) for day in days)
        if self.pair:
            name = "sides" if self.pair[0] in SIDES else "sources"
            return tuple(
                self.model_copy(update={"compare": None, name: (one,)}) for one in self.pair
            )
        return ()


def as_selection(on: Date | Selection, **choice: Any) -> Selection:
    """The selection given, or one built from a day and other settings.

    Raises
    ------
    ValueError
        If a setting is invalid.

    Examples
    --------
    >>> as_selection("2024-08-20", sides=["russian"]) == Selection(on="2024-08-20", sides="russian")
    True
    """
    if isinstance(on, Selection):
        return on.model_copy(update=choice) if choice else on
    given = {name: value for name, value in choice.items() if value is not None}
    return Selection(on=on, **given)
