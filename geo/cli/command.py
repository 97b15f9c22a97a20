"""How a function becomes a command: shared options, and faults reported alike."""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import is_dataclass
from functools import wraps
from typing import Any

import typer

from geo._io.errors import DataError, ProgramError, RepairWarning
from geo._io.text import shown
from geo.cli.output import say


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Make a command of a function; the fields of a parameter that is a dataclass are options.

    Every command reports faults and repairs in the same way.
    """
    own = inspect.signature(function, eval_str=True)
    kinds: dict[str, Any] = {name: one.annotation for name, one in own.parameters.items()}
    groups = {
        name: inspect.signature(kind, eval_str=True).parameters  # type: ignore[arg-type]
        for name, kind in kinds.items()
        if is_dataclass(kind)
    }

    @wraps(function)
    def run(**given: Any) -> None:
        with _told():
            made = {
                name: kinds[name](**{key: given.pop(key) for key in fields})
                for name, fields in groups.items()
            }
            function(**given, **made)

    kept = [one for one in own.parameters.values() if one.name not in groups]
    more = [one for fields in groups.values() for one in fields.values()]
    keyword = [one.replace(kind=one.KEYWORD_ONLY) for one in (*kept, *more)]
    run.__signature__ = own.replace(parameters=keyword)  # type: ignore[attr-defined]
    return run


@contextmanager
def _told() -> Iterator[None]:
    """Report faults and repairs on stderr; exit with 1 on faults of data, 3 of ours, else 2."""

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        say(f"warning: {message}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.simplefilter("always", RepairWarning)
        warnings.showwarning = show
        try:
            yield
        except DataError as error:
            print(shown(str(error)), file=sys.stderr)
            if error.faults:
                count = len(error.faults) + error.more
                faults = f"{count:,} fault{'s' if count > 1 else ''}"
                say(f"{faults}; nothing was changed", file=sys.stderr)
            raise typer.Exit(1) from None
        except BrokenPipeError:
            # Whoever reads the pipe has closed it, as `head` does.
            sys.stderr.close()
            raise typer.Exit(0) from None
        except (ValueError, OSError, ProgramError) as error:
            say(f"error: {error}", file=sys.stderr)
            raise typer.Exit(3 if isinstance(error, ProgramError) else 2) from None
