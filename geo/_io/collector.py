"""Python's search for reference cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_cycle_search() -> Iterator[None]:
    """Do not look for cycles while many objects are made that have none.

    Python looks through all objects again and again as their number grows, which is a
    tenth of the time that loading takes. What else the program does meanwhile is cleaned
    up afterwards.
    """
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searched:
            gc.enable()
