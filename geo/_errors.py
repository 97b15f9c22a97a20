"""What can go wrong with data, said so that a person can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


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
        What is wrong, and after a semicolon what is allowed or what to do.
    """

    file: str
    row: int
    column: str
    problem: str

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.row, self.column) if part)
        return f"{place}: {self.problem}"


class DataError(ValueError):
    """Data cannot be used as it stands; `faults` lists everything found."""

    def __init__(self, message: str, faults: Iterable[Fault] = ()) -> None:
        self.faults = tuple(faults)
        super().__init__(message)

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> DataError:
        """One error that carries and prints all `faults`, in file order."""
        found = sorted(faults)
        return cls("\n".join(map(str, found)), found)


class RepairWarning(UserWarning):
    """Something in a file was mended while reading; the message says what."""
