"""A snapshot: which day, which claims, which ground, in which size and language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
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
from shapely.geometry import box

from geo._io.dates import as_date, day_or_none
from geo.analysis.comparison import compare
from geo.claims.index import ClaimIndex
from geo.claims.intervals import DRAWN
from geo.claims.polygons import claims_on, period, shipped
from geo.selection.address import View
from geo.style.words import Language
from geo.tables.schema import REGION, SIDES, Side, is_calendar_date

Size = Literal["slide", "square", "story", "a4"]
Layer = Literal["disagreement"]
#: Endings of the files that have a size and a language.
PICTURES = ("png", "svg", "pdf")
#: Endings of films.
FILMS = (".mp4", ".gif")
#: Width and height in pixels; A4 lies on its side, 297 x 210 mm at 300 dpi.
SIZES: dict[Size, tuple[int, int]] = {
    "slide": (1920, 1080),
    "square": (1080, 1080),
    "story": (1080, 1920),
    "a4": (3508, 2480),
}

_Status = Literal["ukrainian_control", "contested", "russian_control", "implied"]
_DAY = "a real day, YYYY-MM-DD"
_EXPECTED = {
    "on": _DAY,
    "known_by": _DAY,
    "sides": f"of {', '.join(SIDES)}",
    "sources": "ids of sources",
    "statuses": f"of {', '.join(DRAWN)}",
    "layers": f"of {', '.join(get_args(Layer))}",
    "compare": f"{_DAY}, before `on`",
    "since": f"{_DAY}, not after `on`",
    "against": "two sides or two sources that are shown, and no `compare`",
    "bbox": "west,south,east,north in degrees, west below east and south below north, "
    f"within {','.join(f'{edge:g}' for edge in REGION)}",
    "strikes": "true or false",
    "fade": "a number of days, 1 to 3650",
    "size": f"one of {', '.join(SIZES)}",
    "language": f"one of {', '.join(get_args(Language))}",
}


def _listed(value: Any) -> Any:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def _in_order(order: tuple[str, ...]) -> AfterValidator:
    """Once each and in the usual order: the same choice makes the same file."""
    return AfterValidator(lambda chosen: tuple(name for name in order if name in chosen))


def _is_box(corners: tuple[float, ...]) -> tuple[float, ...]:
    west, south, east, north = corners
    inside = REGION[0] <= west < east <= REGION[2] and REGION[1] <= south < north <= REGION[3]
    if not inside:
        msg = "not a box within the region"
        raise ValueError(msg)
    return corners


_Day = Annotated[dt.date, BeforeValidator(is_calendar_date)]


class Snapshot(BaseModel):
    """What a picture or a file of one day shows. Equal snapshots make equal files.

    Attributes
    ----------
    on
        The day shown.
    known_by
        Count only what had been said by this day; None for everything. If it is
        `on`, a day that is compared with counts what had been said by then.
    sides, sources, statuses
        What is shown; empty for all.
    layers
        What goes along with the claims: `disagreement`.
    compare
        Show also what changed between this day and `on`.
    since
        Give also the history from this day to `on`, in formats that hold one;
        a page shows these days alone, without it the whole record.
    against
        Two sides or two sources: show these alone, and where only one of them
        says so.
    bbox
        West, south, east, north in degrees; None for the usual extent.
    strikes
        Let reports of strikes count as `contested`, where the claims are not
        given but made.
    fade
        Draw claims that were last said more than so many days ago fainter.
    size
        Of a picture: `slide`, `square`, `story` or `a4`.
    language
        Of what is written on a picture.

    Raises
    ------
    ValueError
        Listing every setting that cannot be, and what is allowed.

    Examples
    --------
    >>> Snapshot(on="2024-08-20", sides=["russian"]).sides
    ('russian',)
    >>> Snapshot(on="2024-08-20", size="poster")
    Traceback (most recent call last):
    ValueError: `size` was 'poster' but is expected to be one of slide, square, story, a4
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: _Day
    known_by: _Day | None = None
    sides: Annotated[tuple[Side, ...], BeforeValidator(_listed), _in_order(SIDES)] = ()
    sources: Annotated[
        tuple[str, ...], BeforeValidator(_listed), AfterValidator(lambda s: tuple(sorted(set(s))))
    ] = ()
    statuses: Annotated[tuple[_Status, ...], BeforeValidator(_listed), _in_order(DRAWN)] = ()
    layers: Annotated[tuple[Layer, ...], BeforeValidator(_listed), _in_order(get_args(Layer))] = ()
    compare: _Day | None = None
    since: _Day | None = None
    against: Annotated[tuple[str, str], BeforeValidator(_listed)] | None = None
    bbox: (
        Annotated[
            tuple[float, float, float, float], BeforeValidator(_listed), AfterValidator(_is_box)
        ]
        | None
    ) = None
    strikes: bool = False
    fade: Annotated[int, Field(ge=1, le=3650)] | None = None
    size: Size = "slide"
    language: Language = "en"

    def __init__(self, **settings: Any) -> None:
        try:
            super().__init__(**settings)
        except ValidationError as error:
            raise ValueError("; ".join(_explained(error, settings))) from None

    @field_validator("compare", "since")
    @classmethod
    def _comes_first(cls, day: dt.date | None, info: ValidationInfo) -> dt.date | None:
        on = info.data.get("on")
        same = day == on and info.field_name == "compare"
        if day is not None and on is not None and (day > on or same):
            msg = "not before the day shown"
            raise ValueError(msg)
        return day

    @field_validator("against")
    @classmethod
    def _is_a_pair(cls, pair: tuple[str, str] | None, info: ValidationInfo) -> Any:
        if pair is None:
            return None
        of_sides = [name in SIDES for name in pair]
        shown = info.data.get("sides" if all(of_sides) else "sources")
        fit = len(set(of_sides)) == 1 and pair[0] != pair[1] and not info.data.get("compare")
        if not fit or (shown and not set(pair) <= set(shown)):
            msg = "not two that can be shown"
            raise ValueError(msg)
        return pair

    @property
    def halves(self) -> tuple[Self, ...]:
        """The two pictures that are compared, the earlier or the first before; else none."""
        alone: dict[str, Any] = {"compare": None, "since": None, "against": None}
        if self.compare:
            # As said by the day: of each half, by its own.
            by = self.compare if self.known_by == self.on else self.known_by
            before = {"on": self.compare, "known_by": by}
            return self.model_copy(update=alone | before), self.model_copy(update=alone)
        kind = _kind(self.against)
        return tuple(self.model_copy(update={**alone, kind: (one,)}) for one in self.against or ())

    def spanning(self, first: dt.date, last: dt.date) -> Self:
        """The settings of a film of some days; as said by its day, it is so in every frame."""
        known_by = last if self.known_by == self.on else self.known_by
        update = {"since": first, "on": last, "known_by": known_by, "compare": None}
        return self.model_copy(update=update)

    @property
    def whom(self) -> dict[str, tuple[str, ...]]:
        """The `sides` and `sources` that are shown; empty for all."""
        shown: dict[str, tuple[str, ...]] = {"sides": self.sides, "sources": self.sources}
        return {**shown, _kind(self.against): self.against} if self.against else shown

    @classmethod
    def of_view(cls, view: View, sources: Mapping[str, str], **settings: Any) -> Self:
        """A snapshot of what a reader looks at.

        Parameters
        ----------
        view
            What is on the screen; its place, tiles and opacity do not count.
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
        >>> Snapshot.of_view(View(hide=("russian",)), sides).sides
        ('ukrainian', 'third_party')
        """
        off = set(view.hide)
        off |= {source for source, side in sources.items() if side in off}
        # A side of which no source is left does not speak.
        off |= set(SIDES) - {side for source, side in sources.items() if source not in off}
        sided = tuple(source for source, side in sources.items() if side not in off)
        chosen = {}
        for name, every in {"sides": SIDES, "sources": sided, "statuses": DRAWN}.items():
            shown = tuple(value for value in every if value not in off)
            if not shown:
                msg = f"all {name} are switched off; switch on at least one"
                raise ValueError(msg)
            chosen[name] = () if len(shown) == len(every) else shown
        layers = () if "contradictory" in view.hide else ("disagreement",)
        days: dict[str, Any] = {"on": view.date, "known_by": view.known_by, "fade": view.fade}
        if view.compare is not None and "|" in view.compare:
            days["against"] = view.compare.split("|")
            if not off.isdisjoint(days["against"]):
                msg = "one of the two that are compared is switched off; switch it on"
                raise ValueError(msg)
        elif view.compare is not None and view.compare != view.date.isoformat():
            # What is gained and lost counts from the earlier day to the later.
            other = dt.date.fromisoformat(view.compare)
            days |= {"on": max(other, view.date), "compare": min(other, view.date)}
            days["known_by"] = days["on"] if view.known_by else None
        return cls(**{**days, "layers": layers, **chosen, **settings})


def _kind(pair: tuple[str, str] | None) -> str:
    """Whether two that are compared are sides or sources."""
    return "sides" if pair and pair[0] in SIDES else "sources"


def _explained(error: ValidationError, settings: dict[str, Any]) -> list[str]:
    """What is wrong with each setting, and what is allowed."""
    found = []
    for name in dict.fromkeys(str(fault["loc"][0]) for fault in error.errors()):
        if name not in _EXPECTED:
            found.append(f"`{name[:40]}` is no setting; allowed: {', '.join(_EXPECTED)}")
        elif name not in settings:
            found.append(f"`{name}` is missing; it is expected to be {_EXPECTED[name]}")
        else:
            value = settings[name]
            shown = str(value) if isinstance(value, dt.date) else repr(value)
            found.append(f"`{name}` was {shown[:60]} but is expected to be {_EXPECTED[name]}")
    return found


def claims_of(snapshot: Snapshot, claims: gpd.GeoDataFrame | None = None) -> gpd.GeoDataFrame:
    """The claim polygons of a snapshot: one per source and status.

    Parameters
    ----------
    snapshot
        What is asked for.
    claims
        As `load_claims` returns them; by default the shipped ones.

    Returns
    -------
    GeoDataFrame
        Columns as `claims_on` returns them; EPSG:4326. Shapes that meet the
        `bbox` are whole, never cut: their tags, areas and citations are of the
        whole shape. Empty where nobody says anything of that kind.

    Raises
    ------
    ValueError
        If a day lies outside the record, a source does not exist, or one of two
        that are compared is of a side that is not shown.

    Examples
    --------
    >>> shapes = claims_of(Snapshot(on="2024-09-05", sources=["uacontrolmap"]))
    >>> shapes.status.tolist()
    ['ukrainian_control', 'russian_control']
    """
    table = shipped().claims if claims is None else claims
    if snapshot.against and snapshot.sides:
        own = table[table.source_id.isin(snapshot.against)]
        if not own.side.isin(snapshot.sides).all():
            msg = (
                f"`against` was {snapshot.against} but is expected to be two sources of the sides "
                f"that are shown, {', '.join(snapshot.sides)}"
            )
            raise ValueError(msg)
    first, last = (day.date() for day in period(table))
    for name in ("on", "compare", "since"):
        day = getattr(snapshot, name)
        if day is not None and not first <= day <= last:
            msg = f"`{name}` was {day} but is expected to lie within {first} and {last}"
            raise ValueError(msg)
    return _shown(snapshot, claims)


def _shown(snapshot: Snapshot, claims: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    shapes = claims_on(
        as_date(snapshot.on),
        known_by=snapshot.known_by,
        **{name: values or None for name, values in snapshot.whom.items()},
        claims=claims,
    )
    kept = shapes[shapes.status.isin(snapshot.statuses or DRAWN)]
    return in_box(snapshot, kept.reset_index(drop=True))


def drawn_claims(
    snapshot: Snapshot, claims: gpd.GeoDataFrame, shapes: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """The claim polygons of a snapshot as they are drawn: what has faded apart.

    Parameters
    ----------
    snapshot, claims
        As in `claims_of`.
    shapes
        What `claims_of` made of them.

    Returns
    -------
    GeoDataFrame
        As `claims_of`, and `faded`: whether the ground was last said longer ago
        than the snapshot fades. One row per source, status and `faded`.

    Examples
    --------
    >>> from geo import load_claims
    >>> snapshot, claims = Snapshot(on="2024-11-20", sides="russian", fade=30), load_claims()
    >>> sorted(set(drawn_claims(snapshot, claims, claims_of(snapshot, claims)).faded))
    [False, True]
    """
    if snapshot.fade is None:
        return shapes.assign(faded=False)
    index = ClaimIndex(claims)
    day, by = as_date(snapshot.on).to_datetime64(), day_or_none(snapshot.known_by)
    said = index.last_said(slice(None), day if by is None else min(day, by))
    old = (day - said) > np.timedelta64(snapshot.fade, "D")
    parts = [
        _shown(snapshot, claims[rows]).assign(faded=faded)
        for faded, rows in ((True, old), (False, ~old))
    ]
    # An empty table would change the types of the columns.
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)


def chosen(snapshot: Snapshot, claims: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The rows of `claims`, of all days, that are of the sides, sources and statuses chosen.

    Examples
    --------
    >>> from geo import load_claims
    >>> set(chosen(Snapshot(on="2024-09-05", sides="russian"), load_claims()).side)
    {'russian'}
    """
    sides, sources = snapshot.whom.values()
    wanted = {"side": sides, "source_id": sources, "status": snapshot.statuses}
    rows = pd.Series(data=True, index=claims.index)
    for column, values in wanted.items():
        if values:
            rows &= claims[column].isin(values)
    return claims[rows]


def changes_of(snapshot: Snapshot, claims: gpd.GeoDataFrame | None = None) -> gpd.GeoDataFrame:
    """Ground gained, lost and kept under a status between the two halves of a snapshot.

    Of two sides or sources, what only the second says is `gained`. The statuses
    are those of the snapshot; by default Ukrainian control alone, since what one
    gains of two that exclude each other the other loses.

    Returns
    -------
    GeoDataFrame
        `status`, then the columns of `geo.compare`. EPSG:4326. Empty where
        nothing is compared.

    Examples
    --------
    >>> changes = changes_of(Snapshot(on="2024-10-01", compare="2024-08-20", sources="deepstate"))
    >>> changes.change.tolist()
    ['gained', 'lost', 'kept']
    """
    if not snapshot.halves:
        none = dict.fromkeys(("status", "change", "area_km2", "settlements"), ())
        return gpd.GeoDataFrame(none, geometry=[], crs=4326)
    # Cut off at the box, what lay outside it before would look gained.
    then, now = (
        claims_of(one.model_copy(update={"bbox": None}), claims) for one in snapshot.halves
    )
    tables = []
    for status in snapshot.statuses or DRAWN[:1]:
        table = compare(then, now, status=status)
        table.insert(0, "status", status)
        tables.append(table)
    return in_box(snapshot, pd.concat(tables, ignore_index=True))


def in_box(snapshot: Snapshot, shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The shapes, whole, that meet the box of a snapshot; all where it has none."""
    if snapshot.bbox is None:
        return shapes
    return shapes[shapes.intersects(box(*snapshot.bbox))].reset_index(drop=True)


def file_name(snapshot: Snapshot, ending: str) -> str:
    """A name for a file of a snapshot, safe on every system.

    Examples
    --------
    >>> file_name(Snapshot(on="2024-08-20", sides=["russian", "ukrainian"]), "png")
    'kursk-claims_2024-08-20_ukrainian+russian.png'
    >>> file_name(Snapshot(on="2024-08-20", size="a4", language="uk"), "pdf")
    'kursk-claims_2024-08-20_a4_uk.pdf'
    """
    # A picture holds no history.
    since = None if ending in PICTURES else snapshot.since
    days = [snapshot.compare or since, snapshot.on]
    parts = ["kursk-claims", "_to_".join(str(day) for day in days if day)]
    parts += [f"since-{since}"] if since and snapshot.compare else []
    parts += ["-against-".join(snapshot.against)] if snapshot.against else []
    if snapshot.known_by:
        parts.append(f"as-said-by-{snapshot.known_by}")
    for name, chosen in (("sides", snapshot.sides), ("sources", snapshot.sources)):
        if chosen:
            parts.append("+".join(chosen) if len(chosen) <= 3 else f"{len(chosen)}-{name}")
    parts += [*snapshot.statuses[:3], *snapshot.layers]
    parts += ["with-strikes"] if snapshot.strikes else []
    parts += [f"faded-{snapshot.fade}"] if snapshot.fade else []
    parts += ["part"] if snapshot.bbox else []
    name = re.sub(r"[^a-z0-9_+-]", "-", "_".join(parts).lower())[:150]
    if ending in PICTURES:
        # Last, and never cut off: what tells two pictures of the same claims apart.
        form = (snapshot.size, snapshot.language)
        name = "_".join([name, *(word for word in form if word not in {"slide", "en"})])
    return f"{name}.{ending}"
