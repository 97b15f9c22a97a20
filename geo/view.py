"""What a reader looks at: the day, what is switched on, where. It fits into an address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from geo.tables import SIDES, is_calendar_date
from geo.timeline import DRAWN

#: A day on which all sides have much to say, and differ.
OPENING_DAY = dt.date(2024, 9, 5)

_ALLOWED = {
    "date": "a day of the record, YYYY-MM-DD",
    "known": "now or then",
    "hide": "ids of sides, sources and statuses, with commas between",
    "opacity": "0.2 to 1.4",
    "fade": "a number of days, 1 to 3650",
    "compare": "a day of the record, or two sides or two sources with | between",
    "chart": "true or false",
    "place": "the id of a settlement",
    "tiles": "true or false",
    "view": "latitude,longitude,zoom",
}


class View(BaseModel):
    """One picture of the map, as far as a reader chose it.

    Attributes
    ----------
    date
        The day shown.
    known
        `now`: everything that is known; `then`: only what had been said by the
        day shown.
    hide
        Ids of the sides, sources and statuses that are switched off.
    opacity
        Of what is drawn; 1 is the usual.
    fade
        Claims older than so many days are drawn fainter; None for none.
    compare
        A second day, or two sides or sources with `|` between; None for nothing.
    chart
        Whether the chart of areas is open; None where the reader left it.
    tiles
        Whether online map tiles lie under the claims.
    place
        Id of the settlement that is chosen.
    view
        Latitude, longitude and zoom; None for the whole theatre.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    date: Annotated[dt.date, BeforeValidator(is_calendar_date)] = OPENING_DAY
    known: Literal["now", "then"] = "now"
    hide: tuple[str, ...] = ()
    opacity: Annotated[float, Field(ge=0.2, le=1.4)] = 1
    fade: Annotated[int, Field(ge=1, le=3650)] | None = None
    compare: Annotated[str, Field(max_length=100)] | None = None
    chart: bool | None = None
    tiles: bool = False
    place: int | None = None
    view: (
        tuple[
            Annotated[float, Field(ge=-90, le=90)],
            Annotated[float, Field(ge=-360, le=360)],
            Annotated[float, Field(ge=3, le=18)],
        ]
        | None
    ) = None

    @property
    def known_by(self) -> dt.date | None:
        """The day up to which what was said counts; None for everything."""
        return self.date if self.known == "then" else None


def read_address(
    query: Mapping[str, str],
    *,
    period: tuple[dt.date, dt.date],
    ids: set[str],
    places: set[int],
) -> tuple[View, list[str]]:
    """A view from the parameters of an address.

    Parameters
    ----------
    query
        Parameters as text; unknown ones are left alone.
    period
        First and last day that can be shown.
    ids
        Sides, sources and statuses that exist.
    places
        Settlements that exist.

    Returns
    -------
    view : View
        With the default in place of whatever does not fit.
    notes : list of str
        What did not fit, and what is allowed.

    Examples
    --------
    >>> view, notes = read_address(
    ...     {"known": "soon", "hide": "russian"},
    ...     period=(dt.date(2024, 8, 6), dt.date(2025, 10, 15)), ids={"russian"}, places=set())
    >>> view.date.isoformat(), view.hide, notes
    ('2024-09-05', ('russian',), ["known was 'soon'; allowed: now or then"])
    """
    asked: dict[str, Any] = {}
    # What does not fit, by parameter.
    wrong: dict[str, str] = {}
    for name in _ALLOWED.keys() & query.keys():
        value: Any = query[name]
        if name in {"hide", "view"}:
            value = [part for part in value.split(",") if part]
        try:
            found = getattr(View.model_validate({name: value}), name)
        except ValidationError:
            wrong[name] = query[name]
            continue
        if name == "hide":
            unknown = [part for part in found if part not in ids]
            if unknown:
                wrong[name] = ",".join(unknown)
            found = tuple(part for part in found if part in ids)
        outside = name == "date" and not period[0] <= found <= period[1]
        apart = name == "compare" and not _can_compare(found, period, ids)
        if outside or apart or (name == "place" and found not in places):
            wrong[name] = query[name]
            continue
        asked[name] = found
    notes = [
        f"{name} was {value[:60]!r}; allowed: {_ALLOWED[name]}"
        for name, value in sorted(wrong.items())
    ]
    return View(**asked), notes


def _can_compare(text: str, period: tuple[dt.date, dt.date], ids: set[str]) -> bool:
    left, bar, right = text.partition("|")
    if bar:
        # Two sides or two sources; of other ids there is nothing to set side by side.
        pair, sources = {left, right}, ids - {*SIDES, *DRAWN, "contradictory"}
        return len(pair) == 2 and (pair <= ids & set(SIDES) or pair <= sources)
    try:
        return period[0] <= dt.date.fromisoformat(text) <= period[1]
    except ValueError:
        return False


def write_address(view: View) -> dict[str, str]:
    """The parameters of an address that shows this view; defaults are left out.

    Examples
    --------
    >>> write_address(View(date=dt.date(2024, 8, 20), known="then"))
    {'date': '2024-08-20', 'known': 'then'}
    """
    address = {"date": view.date.isoformat()}
    if view.known != "now":
        address["known"] = view.known
    if view.hide:
        address["hide"] = ",".join(view.hide)
    if view.opacity != 1:
        address["opacity"] = f"{view.opacity:g}"
    if view.fade is not None:
        address["fade"] = str(view.fade)
    if view.compare is not None:
        address["compare"] = view.compare
    if view.chart is not None:
        address["chart"] = str(view.chart).lower()
    if view.tiles:
        address["tiles"] = "true"
    if view.place is not None:
        address["place"] = str(view.place)
    if view.view is not None:
        address["view"] = ",".join(f"{value:g}" for value in view.view)
    return address
