"""Options that several commands share."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from geo.selection.selection import CURRENT_FOR
from geo.tables.schema import DATA, SIDES

if TYPE_CHECKING:  # each command imports only what it needs
    from geo.claims.record import Record
    from geo.ledger.ledger import Ledger


def _two(pair: str | None) -> str | None:
    if pair is not None and "," not in pair:
        msg = f"it was {pair!r} but is expected to be two sides or two sources, A,B"
        raise typer.BadParameter(msg)
    return pair


Side = StrEnum("Side", [(side, side) for side in SIDES])  # type: ignore[misc]
_DAY = typer.Option(metavar="DATE", help="Day to report on, YYYY-MM-DD.")
FORM = typer.Option("--format", help="What to write.")

On = Annotated[str, _DAY]
Shapes = Annotated[Literal["geojson", "csv"], FORM]
Report = Annotated[Literal["text", "csv"], FORM]
Current = Annotated[
    str,
    typer.Option(
        metavar="DAYS|ever",
        help="Days for which a claim of control counts after it was last made; reports of events "
        "count a third of that.",
    ),
]
_ALONE = "two sides or sources alone, and how they differ."
Pair = Annotated[str | None, typer.Option(metavar="A,B", callback=_two, help=f"Show {_ALONE}")]
#: The same, or what changed.
Compare = Annotated[
    str | None,
    typer.Option(metavar="DATE|A,B", help=f"Show ground gained and lost since a day; or {_ALONE}"),
]
Lapsed = Annotated[
    bool,
    typer.Option(
        "--lapsed",
        help="Add claims made too long ago to count; `claims` writes them instead of the others.",
    ),
]
Data = Annotated[Path, typer.Option(metavar="DIR", help="Folder of the tables.")]
Limit = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=NUMBER",
        help="Limit on reading your maps: seconds, memory_mb, input_mb, unpacked_mb, "
        "features; repeatable.",
    ),
]


@dataclass
class Days:
    """A day, or every day of the record."""

    on: Annotated[str | None, _DAY] = None
    series: Annotated[bool, typer.Option("--series", help="Every day of the record.")] = False

    def __post_init__(self) -> None:
        if (self.on is None) != self.series:
            msg = "give either --on DATE or --series"
            raise ValueError(msg)


@dataclass
class Who:
    """Whose claims are chosen."""

    source: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Only this source, an id of sources.csv; repeatable."),
    ] = None
    side: Annotated[list[Side] | None, typer.Option(help="Only this side; repeatable.")] = None


@dataclass
class Choice(Who):
    """What is chosen of the claims, other than their day."""

    known_by: Annotated[
        str | None, typer.Option(metavar="DATE", help="Count only claims made by this day.")
    ] = None
    as_said: Annotated[
        bool, typer.Option("--as-said", help="Count, for each day, only claims made by then.")
    ] = False
    status: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STATUS",
            help="ukrainian_control, contested, russian_control or implied; repeatable.",
        ),
    ] = None
    current_for: Current = str(CURRENT_FOR)

    def __post_init__(self) -> None:
        if self.known_by and self.as_said:
            msg = "give either --known-by DATE or --as-said"
            raise ValueError(msg)

    @property
    def settings(self) -> dict[str, Any]:
        """These options as settings of a selection."""
        return {
            "known_by": self.known_by or ("then" if self.as_said else "now"),
            "sides": self.side or (),
            "sources": self.source or (),
            "statuses": self.status or (),
            "current_for": self.current_for,
        }


@dataclass
class Looks:
    """How pictures, pages and films look."""

    view: Annotated[
        str,
        typer.Option(
            help="Maps of a picture or film: all, side-by-side, overlay, places, ukrainian, "
            "russian or third_party."
        ),
    ] = "all"
    lapsed: Lapsed = False
    no_context: Annotated[
        bool, typer.Option("--no-context", help="Leave out rivers, main roads, railways and sites.")
    ] = False
    bbox: Annotated[
        str | None,
        typer.Option(metavar="W,S,E,N", help="Only shapes that meet this box, in degrees."),
    ] = None
    language: Annotated[str, typer.Option(help="Picture language: en, ru or uk.")] = "en"

    @property
    def settings(self) -> dict[str, Any]:
        """These options as settings of a snapshot."""
        given = asdict(self)
        return {"context": not given.pop("no_context"), **given}


@dataclass
class Origin:
    """Where the claims come from: a folder of tables, imported maps, and the user's map files."""

    maps: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Show maps that `import` put into this folder."),
    ] = None
    data: Data = DATA
    polygons: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Add a map file of your own; repeatable."),
    ] = None
    keep_readings: Annotated[
        bool,
        typer.Option(
            "--keep-readings",
            help="Draw a source's claims about settlements even on days that your maps cover.",
        ),
    ] = False
    limit: Limit = None
    strikes: Annotated[
        bool, typer.Option("--strikes", help="Count reports of strikes as contested.")
    ] = False

    def __post_init__(self) -> None:
        from geo._io.confined import Limits

        self.files = self.polygons or []
        for file in self.files:
            if not file.exists():
                msg = f"`polygons` was {str(file)!r}, which is not there; check the path"
                raise ValueError(msg)
        self.shipped = not self.files and self.maps is None and self.data == DATA
        self.how: dict[str, Any] = {
            "data": folder(self.data, "data"),
            "maps": self.maps,
            "keep_readings": self.keep_readings,
            "limits": Limits.of(self.limit or ()),
        }

    def record(self, **days: str | None) -> Record:
        """The record, if it covers these days."""
        from geo._io.dates import as_date, check_within
        from geo.claims.record import load_record, shipped_record

        asked = {name: as_date(day, name) for name, day in days.items() if day is not None}
        if self.shipped:
            record = shipped_record(strikes=self.strikes)
        else:
            record = load_record(*self.files, **self.how, strikes=self.strikes)
        check_within(record.period, **asked)
        return record

    def ledger(self) -> Ledger:
        """The tables alone."""
        from geo.ledger.ledger import load_ledger, shipped_ledger

        return shipped_ledger() if self.shipped else load_ledger(*self.files, **self.how)


def folder(path: Path, name: str) -> Path:
    """The path, unless it is no folder."""
    if not path.is_dir():
        msg = f"`{name}` was {str(path)!r}, which is no folder; check the path"
        raise ValueError(msg)
    return path
