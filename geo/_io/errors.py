"""What can go wrong with data, reported so that a person can correct it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from geo._io.text import in_one_line

#: At most this many faults are kept per file; the others are only counted.
MOST_FAULTS = 100


@dataclass(frozen=True, order=True)
class Fault:
    """One fault of a data file.

    Attributes
    ----------
    file
        Name of the file.
    row
        Row as a spreadsheet counts it (the header is row 1); feature number,
        from 1, in a map file; 0 where the whole file is meant.
    column
        Column or property; empty where the whole row is meant.
    problem
        What is wrong, then after a semicolon what is allowed or what to do.
    """

    file: str
    row: int
    column: str
    problem: str

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.row, self.column) if part)
        return in_one_line(f"{place}: {self.problem}")


class Faults(list[Fault]):
    """A list of faults that keeps the first `MOST_FAULTS` of each file.

    Attributes
    ----------
    more
        How many more were found.

    Examples
    --------
    >>> found = Faults(Fault("claims.csv", row, "", "is wrong") for row in range(250))
    >>> len(found), found.more
    (100, 150)
    """

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        super().__init__()
        self.more = 0
        self._of_file: Counter[str] = Counter()
        self.extend(faults)

    def append(self, fault: Fault) -> None:
        """Keep a fault, or only count it if its file has many already."""
        self._of_file[fault.file] += 1
        if self._of_file[fault.file] <= MOST_FAULTS:
            super().append(fault)
        else:
            self.more += 1

    def extend(self, faults: Iterable[Fault]) -> None:
        """Keep or count each of some faults, and add their own count of more."""
        for fault in faults:
            self.append(fault)
        self.more += getattr(faults, "more", 0)

    def __iadd__(self, faults: Iterable[Fault]) -> Self:  # type: ignore[override, misc]
        self.extend(faults)
        return self


class DataError(ValueError):
    """Data cannot be used as it stands.

    Attributes
    ----------
    faults
        The faults that `Faults` kept.
    more
        How many more were found.
    """

    def __init__(self, message: str, faults: Iterable[Fault] = ()) -> None:
        self.faults = tuple(faults)
        self.more: int = getattr(faults, "more", 0)
        super().__init__(message)

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> DataError:
        """One error that carries and prints all `faults`, in file order."""
        found = Faults()
        found.extend(sorted(faults))
        found.more += getattr(faults, "more", 0)
        lines = [*map(str, found)]
        if found.more:
            lines.append(f"... and {found.more:,} more like these")
        return cls("\n".join(lines), found)


class ProgramError(RuntimeError):
    """The program itself failed, not what it was given; the message says where."""


class RepairWarning(UserWarning):
    """Something in a file was repaired while reading; the message says what."""
