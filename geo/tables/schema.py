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
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

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

from geo._io.errors import DataError, Fault

_PACKAGE = Path(__file__).resolve().parents[1]
_INSTALLED = _PACKAGE / "data"
#: Where the shipped data lie: in the package once it is installed, beside it in the repository.
DATA = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent / "data"
#: First day of the incursion.
CAMPAIGN_START = dt.date(2024, 8, 6)
#: Map archives begin a few days earlier, to show the state before.
RECORD_START = dt.date(2024, 8, 1)
#: A table larger than this is refused unread, bytes.
MAX_BYTES = 50_000_000
#: West, south, east, north of all coordinates that can be meant, degrees.
REGION = (33.0, 50.0, 40.0, 54.0)

Side = Literal["ukrainian", "russian", "third_party"]
Kind = Literal["official", "media", "bloggers", "map_project", "think_tank", "analysts"]
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
STATUSES: tuple[str, ...] = get_args(Status)
BASES: tuple[str, ...] = get_args(Basis)
#: A host with a dot, and nothing that could end an attribute of HTML.
_ADDRESS = re.compile(r"""https?://[^/\s<>"'`]*\.[^\s<>"'`]*""")


def _blank_to_none(value: Any) -> Any:
    return None if value == "" else value


def is_calendar_date(value: Any) -> Any:
    """Refuse text that is not YYYY-MM-DD; pydantic would take a number for seconds."""
    if isinstance(value, str) and not (len(value) == 10 and value[4] == value[7] == "-"):
        msg = "not a date"
        raise ValueError(msg)
    return value


def _not_in_the_future(value: dt.date) -> dt.date:
    if value > dt.date.today():
        msg = "lies in the future"
        raise ValueError(msg)
    return value


def _in_the_record(value: dt.date) -> dt.date:
    if value < RECORD_START:
        msg = f"lies before the record begins, {RECORD_START}"
        raise ValueError(msg)
    return value


def _is_day_or_month(value: str) -> str:
    try:
        first = dt.date.fromisoformat(value if len(value) == 10 else f"{value}-01")
    except ValueError:
        first = None
    if first is None or len(value) not in {7, 10}:
        msg = "not a day or month"
        raise ValueError(msg)
    _in_the_record(_not_in_the_future(first))
    return value


def _is_web_address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        msg = "not a web address"
        raise ValueError(msg)
    return value


def _has_text(value: str) -> str:
    if not value.strip():
        msg = "empty"
        raise ValueError(msg)
    return value


def _is_one_line(value: str) -> str:
    if "\n" in value or "\r" in value:
        msg = "holds a line break"
        raise ValueError(msg)
    return value


Note = Annotated[str, Field(max_length=2000), AfterValidator(_is_one_line)]
Text = Annotated[Note, AfterValidator(_has_text)]
Url = Annotated[str, AfterValidator(_is_web_address), Field(max_length=2000)]
OptionalUrl = Annotated[Url | None, BeforeValidator(_blank_to_none)]
Day = Annotated[
    dt.date,
    BeforeValidator(is_calendar_date),
    AfterValidator(_not_in_the_future),
    AfterValidator(_in_the_record),
]
OptionalDay = Annotated[Day | None, BeforeValidator(_blank_to_none)]
DayOrMonth = Annotated[str, AfterValidator(_is_day_or_month)]
OptionalNumber = Annotated[
    Annotated[float, Field(ge=0, allow_inf_nan=False)] | None, BeforeValidator(_blank_to_none)
]


class Row(BaseModel):
    """Base of all row models: no other columns than those declared."""

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

    settlement_id: Annotated[int, Field(ge=0)]
    cell_id: Annotated[int, Field(ge=0)]
    name_ru: Text
    name_en: Text
    name_uk: Note
    type: Text
    raion: Text
    oktmo: Annotated[str, Field(pattern=r"^\d{8,11}$")]
    population: Annotated[int, Field(ge=0)]
    lat: Annotated[float, Field(ge=REGION[1], le=REGION[3], allow_inf_nan=False)]
    lon: Annotated[float, Field(ge=REGION[0], le=REGION[2], allow_inf_nan=False)]


class Claim(Row):
    """One source's dated statement about one settlement."""

    claim_id: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
    source_id: Text
    settlement_id: Annotated[int, Field(ge=0)]
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
    """A statement whose place cannot be put on the map, and why."""

    source_id: Text
    settlement_id: Annotated[Annotated[int, Field(ge=0)] | None, BeforeValidator(_blank_to_none)]
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

    total_id: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
    source_id: Text
    speaker: Note
    claimed_on: Day
    effective_on: OptionalDay
    metric: Metric
    value: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    value_low: OptionalNumber
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

    event_id: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
    date: Day
    title: Text
    description: Text
    side: Literal["ukrainian", "russian", "both", "other"]
    publisher: Text
    url: Url
    note: Note


class Statement(Row):
    """A narrative statement about the incursion, and what of it can be tested."""

    statement_id: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
    stated_on: DayOrMonth
    source_id: Annotated[Text | None, BeforeValidator(_blank_to_none)]
    source: Text
    speaker: Note
    side: Side
    statement: Text
    test: Test
    test_from: OptionalDay
    test_to: OptionalDay
    value: OptionalNumber
    unit: Annotated[Unit | None, BeforeValidator(_blank_to_none)]
    testable: Literal["yes", "partly", "no"]
    why_not: Note
    publisher: Note
    url: OptionalUrl
    note: Note


#: File name, row model and key column of each table.
TABLES: dict[str, tuple[type[Row], str | None]] = {
    "sources.csv": (Source, "source_id"),
    "settlements.csv": (Settlement, "settlement_id"),
    "claims.csv": (Claim, "claim_id"),
    "unplaced.csv": (Unplaced, None),
    "totals.csv": (Total, "total_id"),
    "events.csv": (Event, "event_id"),
    "statements.csv": (Statement, "statement_id"),
}

_ALLOWED = {
    "not a date": "allowed: a real day as YYYY-MM-DD",
    "lies in the future": "allowed: a day up to today",
    "not a day or month": "allowed: a real day as YYYY-MM-DD, or a month as YYYY-MM",
    "not a web address": "allowed: one http:// or https:// address without spaces or quotes",
    "empty": "this column must be filled",
    "holds a line break": "write it in one line; is a closing quote missing?",
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
    """Published figures, indexed by `total_id`; only scope `incursion` is of the whole.

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


def read_table(path: Path) -> tuple[pd.DataFrame, list[Fault]]:
    """Read one table of `TABLES` and collect everything that is wrong with it.

    Parameters
    ----------
    path
        A file named as in `TABLES`.

    Returns
    -------
    table : DataFrame
        The rows that are sound; index is the row number as a spreadsheet
        counts it (the header is row 1).
    faults : list of Fault
        Empty when the file is sound.
    """
    model, key = TABLES[path.name]
    rows, faults = _read_rows(path, list(model.model_fields))
    table, more = check_rows(model, path.name, rows)
    faults += more
    if key is not None:
        for number, value in table[key][table[key].duplicated()].items():
            problem = f"{value!r} stands here for the second time; each {key} must be unique"
            faults.append(Fault(path.name, int(str(number)), key, problem))
    return table, faults


def check_rows(
    model: type[Row], file: str, rows: Sequence[tuple[int, dict[str, Any]]]
) -> tuple[pd.DataFrame, list[Fault]]:
    """Check rows, given with their numbers, against a model.

    Returns
    -------
    table : DataFrame
        The sound rows, indexed by row number, dates as `datetime64`.
    faults : list of Fault
        Everything wrong with the others.
    """
    faults = []
    try:
        parsed = TypeAdapter(list[model]).validate_python([row for _, row in rows])  # type: ignore[valid-type]
        numbers = [number for number, _ in rows]
    except ValidationError as error:
        bad: set[int] = set()
        for fault in error.errors(include_url=False):
            position, column = int(fault["loc"][0]), str(fault["loc"][1])
            bad.add(position)
            faults.append(Fault(file, rows[position][0], column, _explain(fault)))
        sound = [row for position, row in enumerate(rows) if position not in bad]
        parsed = [model.model_validate(row) for _, row in sound]
        numbers = [number for number, _ in sound]
    fields = model.model_fields
    # Without rows pandas would take a column for numbers.
    kind = None if parsed else object
    values = [vars(row) for row in parsed]
    columns = {name: pd.Series([row[name] for row in values], dtype=kind) for name in fields}
    table = pd.DataFrame(columns).set_axis(pd.Index(numbers, name="row", dtype="int64"))
    for column, field in fields.items():
        if "datetime.date" in str(field.annotation):
            table[column] = pd.to_datetime(table[column])
    return table, faults


def _explain(fault: Any) -> str:
    """A pydantic error in plain words: the value, then what is allowed."""
    value, kind, context = fault["input"], fault["type"], fault.get("ctx", {})
    shown = "empty" if value in ("", None) else repr(str(value)[:60])
    if kind == "literal_error":
        return f"{shown} is not allowed; allowed: {context['expected']}"
    if kind == "value_error":
        reason = str(context["error"])
        allowed = _ALLOWED.get(reason, "mend it")
        return f"{allowed}" if reason == "empty" else f"{shown} {_verb(reason)}; {allowed}"
    if kind.startswith("date"):
        return f"{shown} is not a date; {_ALLOWED['not a date']}"
    if kind in {"int_parsing", "int_from_float", "int_type"}:
        return f"{shown} is not a whole number; allowed: a whole number"
    if kind in {"float_parsing", "finite_number", "float_type"}:
        return f"{shown} is not a number; allowed: a finite number"
    if kind in {"greater_than_equal", "less_than_equal"}:
        word, bound = ("least", "ge") if kind[0] == "g" else ("most", "le")
        return f"{shown} is out of range; allowed: at {word} {context[bound]:g}"
    if kind == "missing":
        return "this column is missing; it must be filled"
    if kind == "string_pattern_mismatch":
        return f"{shown} has the wrong form; allowed: {context['pattern']}"
    if kind == "string_too_long":
        return f"too long; allowed: {context['max_length']} characters"
    return f"{shown}: {fault['msg']}"


def _verb(reason: str) -> str:
    return reason if reason.startswith(("lies", "holds")) else f"is {reason}"


def _read_rows(path: Path, columns: Sequence[str]) -> tuple[list[tuple[int, Any]], list[Fault]]:
    """Rows of a CSV file with their numbers, and the faults of its form."""
    text, fault = read_text(path)
    if fault is not None:
        return [], [fault]
    # A zero byte makes the csv module stop; such a file is not a table.
    if "\0" in text:
        return [], [Fault(path.name, 0, "", "holds zero bytes; save it as a plain CSV file")]
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = next(reader, [])
    except csv.Error as error:
        return [], [Fault(path.name, 1, "", f"cannot be read as CSV ({error}); save it anew")]
    faults = list(_header_faults(path.name, header, columns))
    if faults:
        return [], faults
    rows = []
    number = 1
    try:
        for values in reader:
            number += 1
            if not values:
                continue
            if len(values) != len(header):
                problem = f"{len(values)} values, but the header has {len(header)} columns; "
                problem += "check commas and quotes"
                faults.append(Fault(path.name, number, "", problem))
                continue
            rows.append((number, dict(zip(header, values, strict=True))))
    except csv.Error as error:
        problem = f"cannot be read as CSV ({error}); check quotes from here on"
        faults.append(Fault(path.name, number + 1, "", problem))
    if not rows and not faults:
        faults.append(Fault(path.name, 0, "", "has a header but no rows; add at least one"))
    return rows, faults


def read_text(path: Path) -> tuple[str, Fault | None]:
    """Text of a UTF-8 file (with or without byte order mark), or why it cannot be had."""
    try:
        size = path.stat().st_size
        if size == 0:
            return "", Fault(path.name, 0, "", "is empty; a header and rows are needed")
        if size > MAX_BYTES:
            problem = f"is {size / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB are read"
            return "", Fault(path.name, 0, "", problem)
        raw = path.read_bytes()
    except FileNotFoundError:
        return "", Fault(path.name, 0, "", f"is missing; it should lie in {path.parent}")
    except OSError as error:
        return "", Fault(path.name, 0, "", f"cannot be opened ({error.strerror}); check the path")
    try:
        return raw.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        problem = f"byte {raw[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        return "", Fault(path.name, row, "", problem)


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
            yield Fault(file, 1, column[:60], "this column stands here twice; keep one")
