"""All commands together, in the order in which `--help` lists them."""

from __future__ import annotations

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from geo.cli.analyses import agreement, compare, concessions, coverage, lag, statements, totals
from geo.cli.claims import area, claim, claims, settlement
from geo.cli.data import build, validate
from geo.cli.maps import import_
from geo.cli.output import say
from geo.cli.snapshots import animate, snapshot

#: Longer arguments are not read, characters: no path is longer.
_LONGEST = 4096


class _Commands(TyperGroup):
    """The commands; an absurdly long argument is refused before a message repeats it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        for one in args:
            if len(one) > _LONGEST:
                msg = f"an argument begins with {one[:40]!r} and has {len(one):,} characters"
                say(f"error: {msg}; allowed: {_LONGEST:,}", file=sys.stderr)
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
for command in (
    validate, claims, area, agreement, totals, snapshot, animate, compare, lag, statements,
    concessions, coverage, settlement, claim, import_, build,
):  # fmt: skip
    app.command(command.__name__.rstrip("_"))(command)
