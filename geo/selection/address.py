"""A view: the state of the map on screen, and its form as URL parameters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FiniteFloat,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from geo.selection.selection import CURRENT_FOR, EXPECTED, CurrentFor, Known, MapView, Selection
from geo.tables.schema import DRAWN, SIDES, is_calendar_date

#: A day on which all sides have much to say, and differ.
OPENING_DAY = dt.date(2024, 9, 5)
#: Days that move along with the day shown, by how far they lie before it.
SPANS = MappingProxyType({"week": 7, "month": 30})

_ALLOWED = {
    "date": "a day of the record, {} to {}",
    "known": EXPECTED["known_by"],
    "hide": "ids of sides, sources and statuses, with commas between",
    "current": "a number of days, 1 to 3650, or ever",
    "lapsed": "true or false",
    "compare": "a day of the record, week, month, or two sides or two sources with | between",
    "view": ", ".join(get_args(MapView)),
    "chart": "true or false",
    "place": "the id of a settlement",
    "claim": "the id of a claim, as c0001",
    "tiles": "true or false",
    "context": "true or false",
    "centre": "latitude,longitude,zoom",
}


class Scope(NamedTuple):
    """What the record offers; requested views are validated against it.

    Attributes
    ----------
    period
        First and last day.
    ids
        Sides, sources and statuses.
    places
        Settlements.
    claims
        The day and the settlement that each claim is about, by its id.
    """

    period: tuple[dt.date, dt.date]
    ids: set[str]
    places: set[int]
    claims: Mapping[str, tuple[dt.date, int]] = MappingProxyType({})

    def can_compare(self, text: str) -> bool:
        """Whether `text` is a day, a span, or two sides or two sources separated by `|`."""
        if text in SPANS:
            return True
        left, bar, right = text.partition("|")
        if bar:
            # Two sides or two sources; of other ids there is nothing to set side by side.
            pair, sources = {left, right}, self.ids - {*SIDES, *DRAWN}
            return len(pair) == 2 and (pair <= self.ids & set(SIDES) or pair <= sources)
        try:
            return self.period[0] <= dt.date.fromisoformat(is_calendar_date(text)) <= self.period[1]
        except ValueError:
            return False


def _to(digits: int) -> AfterValidator:
    """Round to some decimals."""
    return AfterValidator(lambda value: round(value, digits))


def _is_box(edges: tuple[float, ...]) -> tuple[float, ...]:
    west, south, east, north = edges
    if not (west < east and south < north):
        msg = "not a box"
        raise ValueError(msg)
    return edges


class View(BaseModel):
    """The state of the map that a reader chose.

    Attributes
    ----------
    date
        The day shown.
    known
        As `known_by` of a `Selection`: `now`, `then` or a day.
    hide
        Ids of the sides, sources and statuses that are switched off.
    current
        As `current_for` of a `Selection`.
    lapsed
        Whether the outline of what has lapsed is drawn.
    compare
        A second day, a span of `SPANS` before the day shown, or two sides or
        sources with `|` between; None for nothing.
    view
        Which maps are shown; None for what fits the screen.
    chart
        Whether the chart of areas is open.
    tiles
        Whether online map tiles lie under the claims.
    context
        Whether rivers, roads, railways and sites are drawn.
    place
        Id of the settlement that is chosen.
    claim
        Id of the claim that is chosen.
    centre
        Latitude, longitude and zoom, with as many decimals as an address has; None for the
        whole theatre.
    bounds
        West, south, east and north of what is seen, degrees; None until the map has reported
        it. It follows from `centre` and the screen, and is never written.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    date: Annotated[dt.date, BeforeValidator(is_calendar_date)] = OPENING_DAY
    known: Known = "now"
    hide: Annotated[tuple[str, ...], AfterValidator(lambda ids: tuple(sorted({*ids})))] = ()
    current: CurrentFor = CURRENT_FOR
    lapsed: bool = False
    compare: Annotated[str, Field(max_length=100)] | None = None
    view: MapView | None = None
    chart: bool = False
    tiles: bool = False
    context: bool = True
    place: int | None = None
    claim: str | None = None
    centre: (
        tuple[
            Annotated[float, Field(ge=-90, le=90), _to(4)],
            Annotated[float, Field(ge=-360, le=360), _to(4)],
            Annotated[float, Field(ge=3, le=18), _to(2)],
        ]
        | None
    ) = None
    bounds: Annotated[
        Annotated[
            tuple[FiniteFloat, FiniteFloat, FiniteFloat, FiniteFloat], AfterValidator(_is_box)
        ]
        | None,
        Field(exclude=True),
    ] = None

    @model_validator(mode="after")
    def _is_in_the_record(self, info: ValidationInfo) -> Self:
        """Validate against a `Scope`, if one is passed as context."""
        scope: Scope | None = info.context
        if scope is None:
            return self
        asked = self.model_fields_set
        fits = {
            "date": scope.period[0] <= self.date <= scope.period[1],
            "hide": scope.ids.issuperset(self.hide),
            "compare": self.compare is None or scope.can_compare(self.compare),
            "place": self.place is None or self.place in scope.places,
            "claim": self.claim is None or self.claim in scope.claims,
        }
        if not all(fit for name, fit in fits.items() if name in asked):
            msg = "not in the record"
            raise ValueError(msg)
        return self

    @property
    def selection(self) -> Selection:
        """The selection of this day with all sides and sources, whatever is switched off."""
        return Selection(on=self.date, known_by=self.known, current_for=self.current)


def read_address(query: Mapping[str, str], scope: Scope) -> tuple[View, list[str]]:
    """Read a view from URL parameters.

    Parameters
    ----------
    query
        URL parameters; unknown ones are ignored.
    scope
        What the record offers.

    Returns
    -------
    view : View
        Defaults stand in place of invalid values.
    notes : list of str
        What did not fit, and what is allowed.

    Examples
    --------
    >>> scope = Scope((dt.date(2024, 8, 6), dt.date(2025, 10, 15)), {"russian"}, set())
    >>> view, notes = read_address({"tiles": "many", "hide": "russian"}, scope)
    >>> view.date.isoformat(), view.hide, notes
    ('2024-09-05', ('russian',), ["tiles was 'many'; allowed: true or false"])
    """
    asked: dict[str, Any] = {}
    # What does not fit, by parameter.
    wrong: dict[str, str] = {}
    for name in _ALLOWED.keys() & query.keys():
        value: Any = query[name]
        if name in {"hide", "centre"}:
            value = [part for part in value.split(",") if part]
        if name == "hide":
            # Each for itself: the others stand.
            unknown = [part for part in value if part not in scope.ids]
            if unknown:
                wrong[name] = ",".join(unknown)
            value = [part for part in value if part in scope.ids]
        try:
            asked[name] = getattr(read_state({name: value}, scope), name)
        except ValidationError:
            wrong[name] = query[name]
    if "claim" in asked:
        # It opens the day and the place that it is about.
        day, place = scope.claims[asked["claim"]]
        asked = {"date": day, "place": place} | asked
    notes = [
        f"{name} was {value[:60]!r}; allowed: {_ALLOWED[name].format(*scope.period)}"
        for name, value in sorted(wrong.items())
    ]
    return View(**asked), notes


def read_state(state: object, scope: Scope) -> View:
    """Validate the state that a browser sent.

    Parameters
    ----------
    state
        Untrusted; only a mapping with the fields of `View` is accepted.
    scope
        What the record offers.

    Raises
    ------
    ValidationError
        If any part is invalid.

    Examples
    --------
    >>> scope = Scope((dt.date(2024, 8, 6), dt.date(2025, 10, 15)), {"russian"}, set())
    >>> read_state({"date": "2024-08-20", "hide": ["russian"]}, scope).hide
    ('russian',)
    """
    return View.model_validate(state, context=scope)


def write_address(view: View) -> dict[str, str]:
    """URL parameters that show this view; defaults are omitted.

    Examples
    --------
    >>> write_address(View(date=dt.date(2024, 8, 20), known="then"))
    {'date': '2024-08-20', 'known': 'then'}
    """
    address = {"date": view.date.isoformat()}
    for name, field in View.model_fields.items():
        value = getattr(view, name)
        if name in _ALLOWED and name != "date" and value != field.default:
            address[name] = written(value)
    return address


def written(value: Any) -> str:
    """A value as it stands in an address."""
    if isinstance(value, (list, tuple)):
        return ",".join(map(written, value))
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value).lower() if isinstance(value, bool) else str(value)
