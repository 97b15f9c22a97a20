"""A snapshot: a selection with the extent, size and language of its file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from hashlib import sha256
from math import log2
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, field_validator

from geo.selection.address import SPANS, View
from geo.selection.selection import CURRENT_FOR, EXPECTED, Day, MapView, Selection, listed
from geo.style.words import Language
from geo.tables.schema import CAMPAIGN_START, DRAWN, REGION, SIDES

Size = Literal["slide", "square", "story", "a4"]
#: Extensions of the files that have a size and a language.
PICTURES = ("png", "svg", "pdf")
#: Extensions of films.
FILMS = (".mp4", ".gif")
#: Width and height in pixels; A4 lies on its side, 297 x 210 mm at 300 dpi.
SIZES: dict[Size, tuple[int, int]] = {
    "slide": (1920, 1080),
    "square": (1080, 1080),
    "story": (1080, 1920),
    "a4": (3508, 2480),
}

#: What no name says of a picture.
_USUAL = {"all", "slide", "en"}
#: Limit on the length of a name without its extension, characters.
_LONGEST = 150
#: Width of a usual screen in pixels, to find the zoom that shows a box.
_SCREEN = 1280


def _is_box(corners: tuple[float, ...]) -> tuple[float, ...]:
    west, south, east, north = corners
    inside = REGION[0] <= west < east <= REGION[2] and REGION[1] <= south < north <= REGION[3]
    if not inside:
        msg = "not a box within the region"
        raise ValueError(msg)
    return corners


class Snapshot(Selection):
    """What a picture or a file of one day shows. Equal snapshots make equal files.

    Attributes
    ----------
    on, known_by, sides, sources, statuses, current_for
        As in `Selection`.
    compare
        Show also what changed between this earlier day and `on`; or two sides or
        two sources alone, and where only one of them says so.
    view
        Of a picture or film: which maps it shows.
    lapsed
        Draw the outline of what has lapsed.
    context
        Draw rivers, main roads, railways and sites, or give them as layers.
    since
        Give also the history from this day to `on`, in formats that hold one;
        a page shows these days alone, without it the whole record.
    bbox
        West, south, east, north in degrees; None for the usual extent.
    strikes
        Let reports of strikes count as `contested`, where the record is not
        given but made.
    size
        Of a picture: `slide`, `square`, `story` or `a4`.
    language
        Of what is written on a picture.

    Raises
    ------
    ValueError
        Lists every invalid setting and what is allowed.

    Examples
    --------
    >>> Snapshot(on="2024-08-20", sides=["russian"]).sides
    ('russian',)
    >>> Snapshot(on="2024-08-20", size="poster")
    Traceback (most recent call last):
    ValueError: `size` was 'poster' but is expected to be one of slide, square, story, a4
    """

    expected: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            **EXPECTED,
            "compare": "a real day, YYYY-MM-DD, before `on`, or two sides or two sources "
            "that are shown",
            "view": f"one of {', '.join(get_args(MapView))}",
            "lapsed": "true or false",
            "context": "true or false",
            "since": "a real day, YYYY-MM-DD, not after `on`",
            "bbox": "west,south,east,north in degrees, west below east and south below north, "
            f"within {','.join(f'{edge:g}' for edge in REGION)}",
            "strikes": "true or false",
            "size": f"one of {', '.join(SIZES)}",
            "language": f"one of {', '.join(get_args(Language))}",
        }
    )

    view: MapView = "all"
    lapsed: bool = False
    context: bool = True
    since: Day | None = None
    bbox: (
        Annotated[
            tuple[float, float, float, float], BeforeValidator(listed), AfterValidator(_is_box)
        ]
        | None
    ) = None
    strikes: bool = False
    size: Size = "slide"
    language: Language = "en"

    @field_validator("compare", "since")
    @classmethod
    def _comes_first(cls, day: Any, info: ValidationInfo) -> Any:
        on = info.data.get("on")
        if isinstance(day, dt.date) and on is not None and day > on:
            msg = "after the day shown"
            raise ValueError(msg)
        return day

    @property
    def compared(self) -> tuple[Self, ...]:
        """As in `Selection`, each without its history."""
        return tuple(half.model_copy(update={"since": None}) for half in super().compared)

    def spanning(self, first: dt.date, last: dt.date) -> Self:
        """The settings of a film from `first` to `last`."""
        compare = None if self.other_day else self.compare
        return self.model_copy(update={"since": first, "on": last, "compare": compare})

    @classmethod
    def from_view(cls, view: View, sources: Mapping[str, str], **settings: Any) -> Self:
        """A snapshot of the view on screen.

        Parameters
        ----------
        view
            The view on screen; what is no setting of a file, such as its place, is ignored.
        sources
            The side of every source, by id.
        **settings
            What a view does not hold, such as `size` and `bbox`.

        Raises
        ------
        ValueError
            If no side, source or status is left switched on, or one of two that
            are compared is off.

        Examples
        --------
        >>> sides = {"deepstate": "ukrainian", "ru_mod": "russian", "isw": "third_party"}
        >>> Snapshot.from_view(View(hide=("russian",)), sides).sides
        ('ukrainian', 'third_party')
        """
        off = set(view.hide)
        # A side that is off stands for its sources.
        sided = [source for source, side in sources.items() if side not in off]
        heard = {voice for one in sided if one not in off for voice in (one, sources[one])}
        chosen = {}
        for name, every in {"sides": SIDES, "sources": sided, "statuses": DRAWN}.items():
            shown = tuple(value for value in every if value not in off)
            if not shown:
                msg = f"all {name} are switched off; switch on at least one"
                raise ValueError(msg)
            chosen[name] = () if len(shown) == len(every) else shown
        asked: dict[str, Any] = {
            "on": view.date,
            "known_by": view.known,
            "current_for": view.current,
            "lapsed": view.lapsed,
            "context": view.context,
            "view": view.view or "all",
        }
        if view.compare is not None and view.compare in SPANS:
            day = max(view.date - dt.timedelta(days=SPANS[view.compare]), CAMPAIGN_START)
            asked["compare"] = day if day < view.date else None
        elif view.compare is not None and "|" in view.compare:
            asked["compare"] = view.compare.split("|")
            if not heard.issuperset(asked["compare"]):
                msg = "one of the two that are compared is switched off; switch it on"
                raise ValueError(msg)
        elif view.compare is not None and view.compare != view.date.isoformat():
            # What is gained and lost counts from the earlier day to the later.
            asked["compare"], asked["on"] = sorted([dt.date.fromisoformat(view.compare), view.date])
        return cls(**{**asked, **chosen, **settings})

    def to_view(self, sources: Mapping[str, str]) -> View:
        """The view that shows this snapshot; the inverse of `from_view`.

        A view, and so an address, cannot hold what the app does not show: `since`,
        `strikes`, `size`, `language`, and of `bbox` more than its middle and a zoom. Of the
        sources it holds which of those of the sides shown are off.

        Examples
        --------
        >>> sides = {"deepstate": "ukrainian", "ru_mod": "russian", "isw": "third_party"}
        >>> Snapshot(on="2024-08-20", sides="russian").to_view(sides).hide
        ('third_party', 'ukrainian')
        """
        sided = [one for one, side in sources.items() if not self.sides or side in self.sides]
        kinds = ((SIDES, self.sides), (sided, self.sources), (DRAWN, self.statuses))
        hidden = [one for every, shown in kinds if shown for one in every if one not in shown]
        centre = None
        if self.bbox is not None:
            west, south, east, north = self.bbox
            # At zoom 0 the world is 256 pixels wide.
            zoom = log2(360 / (east - west) * _SCREEN / 256)
            centre = ((south + north) / 2, (west + east) / 2, min(max(zoom, 3), 18))
        compared = self.other_day.isoformat() if self.other_day else None
        return View(
            date=self.on,
            compare="|".join(self.pair) if self.pair else compared,
            known=self.known_by,
            hide=tuple(hidden),
            current=self.current_for,
            lapsed=self.lapsed,
            context=self.context,
            view=None if self.view == "all" else self.view,
            centre=centre,
        )


def file_name(snapshot: Snapshot, extension: str) -> str:
    """A name for a file of a snapshot, safe on every system.

    Snapshots have different names where a format shows different things of them; what it
    does not show, as the size of a picture in data, does not name it. A checksum stands for
    what would be too long.

    Examples
    --------
    >>> file_name(Snapshot(on="2024-08-20", sides=["russian", "ukrainian"]), "gpkg")
    'kursk-claims_2024-08-20_ukrainian+russian.gpkg'
    >>> file_name(Snapshot(on="2024-08-20", size="a4", language="uk"), "pdf")
    'kursk-claims_2024-08-20_a4_uk.pdf'
    >>> file_name(Snapshot(on="2024-08-20", bbox="34,51,35,52"), "pdf")
    'kursk-claims_2024-08-20_part-2da586.pdf'
    """
    usual = {name: Snapshot.model_fields[name].default for name in _traceless(extension)}
    told = snapshot.model_copy(update=usual)
    days = [str(day) for day in (told.since, told.on) if day]
    parts = ["kursk-claims", "_to_".join(days)]
    parts += [f"against_{told.other_day}"] if told.other_day else []
    if told.pair:
        parts.append(_some(told.pair, "-against-", "pair"))
    if told.known_by == "then":
        parts.append("as-said-then")
    elif told.known_day:
        parts.append(f"as-said-by-{told.known_day}")
    parts += ["+".join(told.sides)] if told.sides else []
    if told.sources:
        parts.append(_some(told.sources, "+", f"{len(told.sources)}-sources"))
    parts += told.statuses
    if told.current_for != CURRENT_FOR:
        parts.append(f"current-for-{told.current_for}")
    parts += ["with-lapsed"] if told.lapsed else []
    parts += [] if told.context else ["no-context"]
    parts += ["with-strikes"] if told.strikes else []
    parts += [f"part-{_checksum(told.bbox)}"] if told.bbox else []
    # A side's own map is another thing than its claims.
    view = f"{told.view}-map" if told.view in SIDES else told.view
    parts += [word for word in (view, told.size, told.language) if word not in _USUAL]
    name = "_".join(parts)
    if len(name) > _LONGEST:
        name = f"{name[: _LONGEST - 7]}-{_checksum(name)}"
    return f"{name}.{extension}"


def _traceless(extension: str) -> tuple[str, ...]:
    """The settings that a format does not show."""
    if extension in PICTURES:
        return ("since",)
    if f".{extension}" in FILMS:
        return ("size",)
    form = ("size", "language")
    return form if extension in {"html", "bib"} else ("view", *form)


def _some(ids: tuple[str, ...], joint: str, short: str) -> str:
    """A few ids in a name, or what is short for them, with a checksum."""
    if len(ids) <= 3 and all(re.fullmatch("[a-z0-9_]+", one) for one in ids):
        return joint.join(ids)
    return f"{short}-{_checksum(ids)}"


def _checksum(value: object) -> str:
    return sha256(repr(value).encode()).hexdigest()[:6]
