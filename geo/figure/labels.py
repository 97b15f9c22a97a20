"""Placing names on a map so that they do not run into each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle, edges included: left, bottom, right, top."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Its width."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Its height."""
        return self.top - self.bottom

    def meets(self, other: Box) -> bool:
        """Whether the two have a point in common."""
        return (
            self.left <= other.right
            and other.left <= self.right
            and self.bottom <= other.top
            and other.bottom <= self.top
        )

    def holds(self, other: Box) -> bool:
        """Whether the other lies wholly within."""
        return (
            self.left <= other.left
            and self.bottom <= other.bottom
            and other.right <= self.right
            and other.top <= self.top
        )


#: Where a name may stand to its point, the best first: horizontal and vertical.
_SPOTS = (
    (1, 0), (1, 1), (1, -1), (-1, 0), (-1, 1), (-1, -1), (0, 1), (0, -1),
    (-0.6, 1), (-0.6, -1), (0.6, 1), (0.6, -1),
)  # fmt: skip


def place_names(
    names: Sequence[tuple[float, float, float, float]],
    frame: Box,
    taken: Iterable[Box] = (),
    *,
    gap: float = 4,
) -> list[Box | None]:
    """Find places for names beside their points, first come, first served.

    The places are those a cartographer prefers (Imhof 1975, "Positioning names
    on maps"): to the right, then above or below it, then to the left.

    Parameters
    ----------
    names
        Point and size of each name: x, y, width, height, in one unit.
    frame
        Where names may stand.
    taken
        What they must not touch.
    gap
        Distance of a name from its point, and from the points of all others.

    Returns
    -------
    list of Box or None
        The box of each name; None where there was no place.

    Examples
    --------
    >>> page = Box(0, 0, 100, 100)
    >>> place_names([(50, 50, 30, 10), (52, 50, 30, 10)], page)
    [Box(left=16.0, bottom=45.0, right=46.0, top=55.0),
     Box(left=56.0, bottom=45.0, right=86.0, top=55.0)]
    """
    near = gap * 0.95
    full = list(taken) + [Box(x - near, y - near, x + near, y + near) for x, y, _, _ in names]
    found: list[Box | None] = []
    for x, y, width, height in names:
        chosen = None
        for across, up in _SPOTS:
            left = x + across * gap - width * (1 - across) / 2
            if abs(across) == 1:
                low = y + up * height * 0.6 - height / 2
            else:
                low = y + up * gap - height * (1 - up) / 2
            box = Box(left, low, left + width, low + height)
            if frame.holds(box) and not any(box.meets(other) for other in full):
                chosen = box
                full.append(box)
                break
        found.append(chosen)
    return found
