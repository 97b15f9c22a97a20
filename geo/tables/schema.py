"""The columns of the tables of `data/`, and what each may hold.

Each table has a row model here; the codebook in `data/README.md` says what its
columns mean.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

_PACKAGE = Path(__file__).resolve().parents[1]
_INSTALLED = _PACKAGE / "data"
#: Folder of the shipped data: inside the installed package, or beside it in the repository.
DATA = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent / "data"
#: First day of the incursion.
CAMPAIGN_START = dt.date(2024, 8, 6)
#: Map archives begin a few days earlier, to show the state before.
RECORD_START = dt.date(2024, 8, 1)
#: No id, count or figure can be larger.
MAX_NUMBER = 1_000_000_000
#: West, south, east, north: coordinates outside are refused, degrees.
REGION = (33.0, 50.0, 40.0, 54.0)

Side = Literal["ukrainian", "russian", "third_party"]
Kind = Literal["official", "media", "bloggers", "map_project", "think_tank", "analysts"]
Feature = Literal["river", "road", "railway", "site"]
Status = Literal["ukrainian_control", "contested", "russian_control", "withdrawn"]
Basis = Literal[
    "announced", "assessed", "map_reading", "digitised", "repelled", "fighting", "strike"
]
Tier = Literal["primary", "agency", "outlet", "aggregator"]
Metric = Literal[
    "area_km2", "settlements", "share_percent", "depth_km", "width_km", "advance_km2_day"
]
What = Literal[
    "ukrainian_held",
    "ukrainian_captured_cumulative",
    "ukrainian_captured_period",
    "russian_retaken_cumulative",
    "russian_retaken_period",
    "remaining",
    "combat_zone",
]
Scope = Literal["incursion", "local", "daily_gain"]
Test = Literal[
    "area_at", "area_growth", "area_peak_share", "newly_claimed_after", "held_after", "none"
]
Unit = Literal["km2", "settlements", "percent"]

SIDES: tuple[str, ...] = get_args(Side)
#: The two sides that fight; a third party is a witness.
BELLIGERENTS = ("ukrainian", "russian")
STATUSES: tuple[str, ...] = get_args(Status)
BASES: tuple[str, ...] = get_args(Basis)
#: A status that no source states: ground conceded as not held.
IMPLIED = "implied"
#: Statuses that ground can have, in the order of their numbers.
DRAWN = ("ukrainian_control", "contested", "russian_control", IMPLIED)
#: A host with a dot, and nothing that could end an HTML attribute.
_ADDRESS = re.compile(r"""https?://[^/\s<>"'`]*\.[^\s<>"'`]*""")
#: Control characters, bidirectional overrides and isolates, and noncharacters.
#: Line separators and directional marks are allowed.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_STARTED = dt.date.today()
# Settlements by id, or points as latitude,longitude.
_ROUTE = r"^(([0-9]+|[0-9.]+,[0-9.]+)( [0-9]+| [0-9.]+,[0-9.]+)*)?$"
_DAY_OR_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")


def _blank_to_none(value: Any) -> Any:
    return None if value == "" else value


def is_calendar_date(value: Any) -> Any:
    """Refuse text that is not YYYY-MM-DD; pydantic would read a number as seconds."""
    if isinstance(value, str) and not (len(value) == 10 and value[4] == value[7] == "-"):
        msg = "not a date"
        raise ValueError(msg)
    return value


def _in_the_record(value: dt.date) -> dt.date:
    # Asking for the day again and again takes long.
    if value > _STARTED and value > dt.date.today():
        msg = "lies in the future"
        raise ValueError(msg)
    if value < RECORD_START:
        msg = f"lies before the record begins, {RECORD_START}"
        raise ValueError(msg)
    return value


def _is_day_or_month(value: str) -> str:
    try:
        first = dt.date.fromisoformat(value if len(value) == 10 else f"{value}-01")
    except ValueError:
        first = None
    if first is None or not _DAY_OR_MONTH.fullmatch(value):
        msg = "not a day or month"
        raise ValueError(msg)
    _in_the_record(first)
    return value


def _is_plain(value: str) -> str:
    # Almost every text is printable, and that is quick to check.
    found = None if value.isprintable() else _CONTROL.search(value)
    if found is not None:
        control = found.group()
        msg = "holds a line break" if control in "\r\n" else f"holds the character {control!a}"
        raise ValueError(msg)
    return value


def _is_web_address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        msg = "not a web address"
        raise ValueError(msg)
    return _is_plain(value)


def _has_text(value: str) -> str:
    if not value.strip():
        msg = "empty"
        raise ValueError(msg)
    return _is_plain(value)


Id = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
Note = Annotated[str, Field(max_length=2000), AfterValidator(_is_plain)]
Text = Annotated[str, Field(max_length=2000), AfterValidator(_has_text)]
Url = Annotated[str, AfterValidator(_is_web_address), Field(max_length=2000)]
OptionalUrl = Annotated[Url | None, BeforeValidator(_blank_to_none)]
Day = Annotated[dt.date, BeforeValidator(is_calendar_date), AfterValidator(_in_the_record)]
OptionalDay = Annotated[Day | None, BeforeValidator(_blank_to_none)]
DayOrMonth = Annotated[str, AfterValidator(_is_day_or_month)]
Count = Annotated[int, Field(ge=0, le=MAX_NUMBER)]
OptionalCount = Annotated[Count | None, BeforeValidator(_blank_to_none)]
Figure = Annotated[float, Field(ge=0, le=MAX_NUMBER, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=REGION[1], le=REGION[3], allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=REGION[0], le=REGION[2], allow_inf_nan=False)]
OptionalFigure = Annotated[Figure | None, BeforeValidator(_blank_to_none)]


class Row(BaseModel):
    """Base of all row models; undeclared columns are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Source(Row):
    """Who makes claims."""

    source_id: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    name: Text
    side: Side
    kind: Kind
    partisanship: Annotated[int, Field(ge=-2, le=2)]
    definition_of_control: Text
    publishes_by: Text
    map_read_from: OptionalDay
    map_read_to: OptionalDay
    url: OptionalUrl
    attribution: Text
    licence: Text


class Settlement(Row):
    """A named place, and the cell that stands for its ground."""

    settlement_id: Count
    cell_id: Count
    name_ru: Text
    name_en: Text
    name_uk: Note
    type: Text
    raion: Text
    oktmo: Annotated[str, Field(pattern=r"^[0-9]{8,11}$")]
    population: Count
    lat: Latitude
    lon: Longitude


class Claim(Row):
    """One source's dated statement about one settlement."""

    claim_id: Id
    source_id: Text
    settlement_id: Count
    settlement: Text
    status: Status
    basis: Basis
    retaken: Annotated[Literal["yes"] | None, BeforeValidator(_blank_to_none)]
    claimed_on: Day
    effective_on: OptionalDay
    speaker: Note
    statement: Text
    publisher: Text
    url: Url
    published_on: OptionalDay
    citation_tier: Tier
    retrieved_on: Day
    note: Note


class Unplaced(Row):
    """A statement that cannot be placed on the map, and why."""

    source_id: Text
    settlement_id: OptionalCount
    settlement: Text
    settlement_ru: Text
    raion: Note
    status: Status
    basis: Basis
    claimed_on: Day
    effective_on: OptionalDay
    speaker: Note
    statement: Text
    publisher: Text
    url: Url
    published_on: OptionalDay
    citation_tier: Annotated[Tier | None, BeforeValidator(_blank_to_none)]
    note: Note
    reason: Text


class Total(Row):
    """A published figure for the whole incursion or a part of it."""

    total_id: Id
    source_id: Text
    speaker: Note
    claimed_on: Day
    effective_on: OptionalDay
    metric: Metric
    value: Figure
    value_low: OptionalFigure
    what: What
    scope: Scope
    period_start: OptionalDay
    statement: Text
    publisher: Text
    url: Url
    published_on: OptionalDay
    note: Note


class Event(Row):
    """A dated event of the campaign, for the timeline."""

    event_id: Id
    date: Day
    title: Text
    description: Text
    side: Literal["ukrainian", "russian", "both", "other"]
    publisher: Text
    url: Url
    note: Note


class Statement(Row):
    """A narrative statement about the incursion, and what can be tested of it."""

    statement_id: Id
    stated_on: DayOrMonth
    source_id: Annotated[Text | None, BeforeValidator(_blank_to_none)]
    source: Text
    speaker: Note
    side: Side
    statement: Text
    test: Test
    test_from: OptionalDay
    test_to: OptionalDay
    value: OptionalFigure
    unit: Annotated[Unit | None, BeforeValidator(_blank_to_none)]
    testable: Literal["yes", "partly", "no"]
    why_not: Note
    publisher: Note
    url: OptionalUrl
    note: Note


class Bulletin(Row):
    """A daily publication of a source, and from when to when it appeared."""

    bulletin_id: Id
    source_id: Text
    title: Text
    speaker: Note
    first_on: OptionalDay
    last_on: OptionalDay
    days_read: OptionalCount
    publisher: Text
    url: Url
    note: Note


class Name(Row):
    """Curated names of a settlement, for building the gazetteer."""

    settlement_id: Count
    name_ru: Text
    name_en: Note
    name_uk: Note


class Coordinate(Row):
    """A point of the gazetteer that was looked at: moved for the build, or kept, and why."""

    settlement_id: Count
    name_ru: Text
    decision: Literal["moved", "kept"]
    lat: Latitude
    lon: Longitude
    publisher: Text
    url: Url
    reason: Text


class Route(Row):
    """A river, road, railway or site, as the places it passes; for building the context."""

    kind: Feature
    name_en: Text
    name_ru: Text
    name_uk: Text
    route: Annotated[str, Field(pattern=_ROUTE, max_length=2000)]
    publisher: Text
    url: Url
    note: Note


class Correction(Row):
    """What was changed in a claim when it was imported, and why."""

    claim_id: Text
    column: Text
    old: Note
    new: Note
    why: Text


#: File name, row model and key column of each table that the ledger is made of.
TABLES: dict[str, tuple[type[Row], str | None]] = {
    "sources.csv": (Source, "source_id"),
    "settlements.csv": (Settlement, "settlement_id"),
    "claims.csv": (Claim, "claim_id"),
    "unplaced.csv": (Unplaced, None),
    "totals.csv": (Total, "total_id"),
    "events.csv": (Event, "event_id"),
    "statements.csv": (Statement, "statement_id"),
    "bulletins.csv": (Bulletin, "bulletin_id"),
}
#: The same for tables beside the ledger: for the build, and for documentation.
SIDE_TABLES: dict[str, tuple[type[Row], str | None]] = {
    "names.csv": (Name, "settlement_id"),
    "coordinates.csv": (Coordinate, "settlement_id"),
    "routes.csv": (Route, "name_en"),
    "corrections.csv": (Correction, None),
}
