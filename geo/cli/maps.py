"""The command that imports published maps."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from geo.cli.command import command
from geo.cli.options import Data, Limit
from geo.cli.output import say
from geo.tables.schema import DATA


@command
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
        str | None, typer.Option("--source", metavar="ID", help="For general: the source.")
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
            metavar="DAYS", min=1, help="Days a map counts without a newer one; default 90."
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
        say(line)
    for fault in (*found.broken, *found.failed):
        say(fault, file=sys.stderr)
    if not found.written:
        advice = "give them a --status, or leave them out with --skip-unmapped"
        say(f"error: labels without a status: nothing was written; {advice}", file=sys.stderr)
    if found.broken or found.failed or not found.written:
        raise typer.Exit(3 if found.failed else 1)
