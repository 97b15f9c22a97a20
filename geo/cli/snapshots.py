"""Commands that write files: a snapshot of one day, a film of many."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from geo.cli.command import command
from geo.cli.options import Choice, Compare, Looks, On, Origin, Pair
from geo.cli.output import say, say_if_none
from geo.tables.schema import DATA


@command
def snapshot(
    on: On,
    choice: Choice,
    looks: Looks,
    origin: Origin,
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="File to write; the extension sets the format.")
    ],
    compare: Compare = None,
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
    read = [*origin.files, *(file for file in DATA.iterdir() if file.is_file())]
    if out.exists() and any(file.exists() and out.samefile(file) for file in read):
        msg = f"--out was {str(out)!r}, which is an input; choose another name"
        raise ValueError(msg)
    settings: dict[str, Any] = {"on": on, "compare": compare, "since": since, "size": size}
    chosen = Snapshot(**settings, **choice.settings, **looks.settings, strikes=origin.strikes)
    record = origin.record()
    say_if_none(claims_of(chosen, record), on)
    for file in write_snapshot(chosen, out, record=record):
        say(file)


@command
def animate(
    choice: Choice,
    looks: Looks,
    origin: Origin,
    start: Annotated[str, typer.Option("--from", metavar="DATE", help="First day, YYYY-MM-DD.")],
    end: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day, YYYY-MM-DD.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="File to write, .mp4 or .gif.")],
    step: Annotated[int, typer.Option(help="Days between frames.")] = 1,
    seconds: Annotated[
        float | None, typer.Option(help="Seconds it lasts; by default 0.1 per frame, at least 6.")
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

    settings: dict[str, Any] = {"on": as_date(start, "from"), "compare": compare}
    chosen = Snapshot(**settings, **choice.settings, **looks.settings, strikes=origin.strikes)
    quiet = not sys.stderr.isatty()
    with typer.progressbar(length=1000, file=sys.stderr, hidden=quiet, label="frames") as bar:
        file = write_film(
            start, end, out, step=step, seconds=seconds, snapshot=chosen, record=origin.record(),
            progress=lambda done, every: bar.update(1000 * done // every - bar.pos),
        )  # fmt: skip
    say(file)
