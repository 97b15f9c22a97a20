"""How the tables of `data/` are read and checked, each by itself.

A table is a CSV file: UTF-8, comma, header.
"""

from __future__ import annotations

import csv
import io
import reprlib
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from pydantic import TypeAdapter, ValidationError

from geo._io.errors import MOST_FAULTS, DataError, Fault, Faults
from geo.tables.schema import DATA, SIDE_TABLES, TABLES, Row

#: Larger tables are refused, bytes.
MAX_BYTES = 50_000_000
#: Longer tables are not read beyond this, lines.
MAX_LINES = 200_000
#: Longer rows are refused, characters.
MAX_ROW = 100_000
# Rows are checked in batches: faults take much more memory than rows.
_BATCH = 1_000
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
    return _load("sources.csv", data)


def load_settlements(data: Path = DATA) -> pd.DataFrame:
    """The gazetteer of Kursk Oblast, indexed by `settlement_id`.

    `lat` and `lon` are degrees, EPSG:4326; `population` is of 2010.

    Examples
    --------
    >>> places = load_settlements()
    >>> places.raion[places.name_en == "Sudzha"].tolist()
    ['Sudzhansky']
    """
    return _load("settlements.csv", data)


def load_totals(data: Path = DATA) -> pd.DataFrame:
    """Published figures, indexed by `total_id`; only scope `incursion` covers the whole.

    Examples
    --------
    >>> sorted(set(load_totals().scope))
    ['daily_gain', 'incursion', 'local']
    """
    return _load("totals.csv", data)


def load_events(data: Path = DATA) -> pd.DataFrame:
    """Dated events of the campaign, indexed by `event_id`, in date order.

    Examples
    --------
    >>> load_events().date.is_monotonic_increasing
    True
    """
    return _load("events.csv", data)


def load_statements(data: Path = DATA) -> pd.DataFrame:
    """Narrative statements, indexed by `statement_id`; `stated_on` is a day or a month.

    Examples
    --------
    >>> load_statements().test["gerasimov-all"]
    'held_after'
    """
    return _load("statements.csv", data)


def _load(name: str, data: Path) -> pd.DataFrame:
    return by_key(name, load_table(name, data))


def by_key(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """A table of the ledger by its key, if it has one; events in date order."""
    key = TABLES[name][1]
    table = table.reset_index(drop=True) if key is None else table.set_index(key)
    return table.sort_values("date", kind="stable") if name == "events.csv" else table


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
    check = _checker(model)
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
    typed: dict[str, Any] = dict(columns)
    for name, field in fields.items():
        if "datetime.date" in str(field.annotation):
            # Numpy reads text much faster than dates.
            days = [str(day or "NaT") for day in columns[name]]
            typed[name] = np.array(days, dtype="datetime64[s]")
    # Without rows pandas would guess a numeric column.
    kind = None if numbers else object
    return pd.DataFrame(typed, pd.Index(numbers, name="row", dtype="int64"), dtype=kind), faults


@lru_cache
def _checker(model: type[Row]) -> Callable[[Any], list[Row]]:
    return TypeAdapter(list[model]).validate_python  # type: ignore[valid-type]


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
