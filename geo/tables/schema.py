"""The tables of `data/`: their columns, and how they are read and checked.

A table is a CSV file (UTF-8, comma, header). Each has a row model here; the
model says what a column may hold and the codebook in `data/README.md` says
what it means.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import reprlib
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

import pandas as pd
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from geo._io.errors import MOST_FAULTS, DataError, Fault, Faults

_PACKAGE = Path(__file__).resolve().parents[1]
_INSTALLED = _PACKAGE / "data"
#: Folder of the shipped data: inside the installed package, or beside it in the repository.
DATA = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent / "data"
#: First day of the incursion.
CAMPAIGN_START = dt.date(2024, 8, 6)
#: Map archives begin a few days earlier, to show the state before.
RECORD_START = dt.date(2024, 8, 1)
#: Larger tables are refused, bytes.
MAX_BYTES = 50_000_000
#: Longer tables are not read beyond this, lines.
MAX_LINES = 200_000
#: Longer rows are refused, characters.
MAX_ROW = 100_000
#: No id, count or figure can be larger.
MAX_NUMBER = 1_000_000_000
# Rows are checked in batches: faults take much more memory than rows.
_BATCH = 1_000
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
    if value > dt.date.today():
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

_ALLOWED = {
    "not a date": "allowed: a real day as YYYY-MM-DD",
    "lies in the future": "allowed: a day up to today",
    "not a day or month": "allowed: a real day as YYYY-MM-DD, or a month as YYYY-MM",
    "not a web address": "allowed: one http:// or https:// address without spaces or quotes",
    "empty": "this column must be filled",
    "holds a line break": "write it in one line; is a closing quote missing?",
    "holds the character": "allowed: visible text; remove it",
}


def load_sources(data: Path = DATA) -> pd.DataFrame:
    """Sources, one row each, indexed by `source_id`.

    Parameters
    ----------
    data
        Folder that holds `sources.csv`.

    Returns
    -------
    DataFrame
        Columns as in the codebook, `data/README.md`.

    Raises
    ------
    DataError
        Listing every fault of the file.

    Examples
    --------
    >>> load_sources().partisanship["ru_mod"].item()
    2
    """
    return load_table("sources.csv", data).set_index("source_id")


def load_settlements(data: Path = DATA) -> pd.DataFrame:
    """The gazetteer of Kursk Oblast, indexed by `settlement_id`.

    `lat` and `lon` are degrees, EPSG:4326; `population` is of 2010.

    Examples
    --------
    >>> places = load_settlements()
    >>> places.raion[places.name_en == "Sudzha"].tolist()
    ['Sudzhansky']
    """
    return load_table("settlements.csv", data).set_index("settlement_id")


def load_totals(data: Path = DATA) -> pd.DataFrame:
    """Published figures, indexed by `total_id`; only scope `incursion` covers the whole.

    Examples
    --------
    >>> sorted(set(load_totals().scope))
    ['daily_gain', 'incursion', 'local']
    """
    return load_table("totals.csv", data).set_index("total_id")


def load_events(data: Path = DATA) -> pd.DataFrame:
    """Dated events of the campaign, indexed by `event_id`, in date order.

    Examples
    --------
    >>> load_events().date.is_monotonic_increasing
    True
    """
    return load_table("events.csv", data).set_index("event_id").sort_values("date", kind="stable")


def load_statements(data: Path = DATA) -> pd.DataFrame:
    """Narrative statements, indexed by `statement_id`; `stated_on` is a day or a month.

    Examples
    --------
    >>> load_statements().test["gerasimov-all"]
    'held_after'
    """
    return load_table("statements.csv", data).set_index("statement_id")


def load_table(name: str, data: Path = DATA) -> pd.DataFrame:
    """Read and check one table; dates become `datetime64`.

    Raises
    ------
    DataError
        Listing every fault of the file.
    """
    table, faults = read_table(data / name)
    if faults:
        raise DataError.of(faults)
    return table


def read_table(path: Path) -> tuple[pd.DataFrame, Faults]:
    """Read one table of `TABLES` or `SIDE_TABLES` and collect what is wrong with it.

    Parameters
    ----------
    path
        A file with a name listed there.

    Returns
    -------
    table : DataFrame
        The valid rows, as `check_rows` gives them; the row number is
        as a spreadsheet counts it (the header is row 1).
    faults : Faults
        Empty when the file is valid.
    """
    model, key = (TABLES | SIDE_TABLES)[path.name]
    faults = Faults()
    table, found = check_rows(model, path.name, _rows(path, list(model.model_fields), faults))
    faults += found
    if key is not None:
        for number, value in table[key][table[key].duplicated()].items():
            problem = f"{value!r} is a duplicate; each {key} must be unique"
            faults.append(Fault(path.name, int(str(number)), key, problem))
    return table, faults


def check_rows(
    model: type[Row], file: str, rows: Iterable[tuple[int, dict[str, Any]]]
) -> tuple[pd.DataFrame, Faults]:
    """Check rows, given with their numbers, against a model.

    Returns
    -------
    table : DataFrame
        The valid rows, indexed by row number, dates as `datetime64`. After
        `MOST_FAULTS` faults, valid rows near an invalid one are left out too.
    faults : Faults
        Everything wrong with the others.
    """
    faults = Faults()
    fields = model.model_fields
    check = TypeAdapter(list[model]).validate_python  # type: ignore[valid-type]
    numbers: list[int] = []
    columns: dict[str, list[Any]] = {name: [] for name in fields}
    rows = iter(rows)
    while batch := list(islice(rows, _BATCH)):
        try:
            parsed = check([row for _, row in batch])
        except ValidationError as error:
            if len(faults) >= MOST_FAULTS:
                faults.more += error.error_count()
                continue
            bad: set[int] = set()
            for fault in error.errors(include_url=False):
                position, column = int(fault["loc"][0]), str(fault["loc"][1])
                bad.add(position)
                faults.append(Fault(file, batch[position][0], column, _explain(fault)))
            batch = [row for position, row in enumerate(batch) if position not in bad]
            parsed = check([row for _, row in batch])
        numbers += [number for number, _ in batch]
        values = [vars(row) for row in parsed]
        for name in fields:
            columns[name] += [row[name] for row in values]
    # Without rows pandas would guess a numeric column.
    kind = None if numbers else object
    table = pd.DataFrame({name: pd.Series(column, dtype=kind) for name, column in columns.items()})
    table = table.set_axis(pd.Index(numbers, name="row", dtype="int64"))
    for column, field in fields.items():
        if "datetime.date" in str(field.annotation):
            table[column] = pd.to_datetime(table[column])
    return table, faults


def _explain(fault: Any) -> str:
    """A pydantic error in plain English: the value, then what is allowed."""
    kind, context = fault["type"], fault.get("ctx", {})
    shown = _shown(fault["input"])
    if kind == "literal_error":
        return f"{shown} is not allowed; allowed: {context['expected']}"
    if kind == "value_error":
        reason = str(context["error"])
        allowed = _ALLOWED.get(reason.partition(" '")[0], "fix it")
        return f"{allowed}" if reason == "empty" else f"{shown} {_verb(reason)}; {allowed}"
    if kind.startswith("date"):
        return f"{shown} is not a date; {_ALLOWED['not a date']}"
    if kind in {"int_parsing", "int_from_float", "int_type"}:
        return f"{shown} is not a whole number; allowed: a whole number"
    if kind in {"float_parsing", "finite_number", "float_type"}:
        return f"{shown} is not a number; allowed: a finite number"
    if kind in {"greater_than_equal", "less_than_equal"}:
        word, bound = ("least", "ge") if kind[0] == "g" else ("most", "le")
        return f"{shown} is out of range; allowed: at {word} {context[bound]:,.12g}"
    if kind == "missing":
        return "this column is missing; it must be filled"
    if kind == "string_pattern_mismatch":
        return f"{shown} has the wrong form; allowed: {context['pattern']}"
    if kind == "string_too_long":
        return f"too long; allowed: {context['max_length']} characters"
    return f"{shown}: {fault['msg']}"


def _shown(value: Any) -> str:
    if value in ("", None):
        return "empty"
    # In a map file it can be anything, nested to any depth.
    return repr(value[:60]) if isinstance(value, str) else reprlib.repr(value)


def _verb(reason: str) -> str:
    return reason if reason.startswith(("lies", "holds")) else f"is {reason}"


def _rows(
    path: Path, columns: Sequence[str], faults: Faults
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a CSV file with their numbers; the faults of its form are added to `faults`."""
    raw, fault = read_bytes(path, MAX_BYTES)
    # A zero byte makes the csv module stop; such a file is not a table.
    if fault is None and b"\0" in raw:
        fault = Fault(path.name, 0, "", "holds zero bytes; save it as a plain CSV file, UTF-8")
    if fault is not None:
        faults.append(fault)
        return
    count = max(raw.count(b"\n"), raw.count(b"\r"))
    if count > MAX_LINES:
        problem = f"has {count:,} lines; allowed: {MAX_LINES:,}, and only those were read"
        faults.append(Fault(path.name, 0, "", problem))
    lines = _Lines(raw)
    reader = csv.reader(lines)
    number, sound = 0, 0
    try:
        header = next(reader, [])
        wrong = Faults(_header_faults(path.name, header, columns))
        faults += wrong
        if wrong:
            return
        number, lines.length = 1, 0
        for values in islice(reader, MAX_LINES):
            number, lines.length = number + 1, 0
            if not values:
                continue
            if len(values) != len(header):
                problem = f"{len(values):,} values, but the header has {len(header)} columns; "
                problem += "check commas and quotes"
                faults.append(Fault(path.name, number, "", problem))
                continue
            sound += 1
            yield number, dict(zip(header, values, strict=True))
    except csv.Error as error:
        problem = f"cannot be read as CSV ({error}); check quotes from here on"
        faults.append(Fault(path.name, number + 1, "", problem))
    if not sound and not faults:
        faults.append(Fault(path.name, 0, "", "has a header but no rows; add at least one"))


class _Lines:
    """Lines of a CSV file, refusing rows that are too long.

    Attributes
    ----------
    length
        Of the row so far, characters; the reader of the rows resets it.
    """

    def __init__(self, raw: bytes) -> None:
        self._text = io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8-sig", newline="")
        self.length = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_ROW)
        if not line:
            raise StopIteration
        self.length += len(line)
        if self.length >= MAX_ROW:
            msg = f"a row of {MAX_ROW:,} characters or more"
            raise csv.Error(msg)
        return line


def read_bytes(path: Path, limit: int) -> tuple[bytes, Fault | None]:
    """Bytes of a UTF-8 file (with or without byte order mark), or why they cannot be read."""
    try:
        # Opening a pipe or a device could block forever.
        if not stat.S_ISREG(path.stat().st_mode):
            problem = "cannot be opened (it is not a file); put the file itself there"
            return b"", Fault(path.name, 0, "", problem)
        with path.open("rb") as file:
            raw = file.read(limit + 1)
    except FileNotFoundError:
        return b"", Fault(path.name, 0, "", f"is missing; it should be in {path.parent}")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        return b"", Fault(path.name, 0, "", f"cannot be opened ({reason}); check the path")
    if len(raw) > limit:
        problem = f"is too large; at most {limit / 1e6:.0f} MB are read"
        return b"", Fault(path.name, 0, "", problem)
    if not raw:
        return b"", Fault(path.name, 0, "", "is empty; put the whole file there")
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        problem = f"byte {raw[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        return b"", Fault(path.name, row, "", problem)
    return raw, None


def _header_faults(file: str, header: Sequence[str], columns: Sequence[str]) -> Iterator[Fault]:
    known = ", ".join(columns)
    times = Counter(header)
    for column in columns:
        if column not in times:
            yield Fault(file, 1, column, f"this column is missing; columns: {known}")
    for column, count in times.items():
        if column not in columns:
            yield Fault(file, 1, column[:60], f"this column is not known; columns: {known}")
        if count > 1:
            yield Fault(file, 1, column[:60], "this column is repeated; keep one")
