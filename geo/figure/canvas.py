"""A page: writing and breaking lines, measured in points, in one font."""

from __future__ import annotations

import io
import threading
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as MplPath
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, TransformedBbox, TransformedPath

from geo._io.errors import RepairWarning
from geo._io.text import SUBSTITUTE
from geo.figure.labels import Box
from geo.style.look import style

#: Letters of so many points go with lines and signs whose pixel is a point.
UNIT = 14
FONT = "DejaVu Sans"  # ships with matplotlib, holds Cyrillic
_STYLE: dict[Any, Any] = {
    "font.family": FONT,
    "lines.scale_dashes": False,
    "path.simplify": False,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "kursk-claims-map",
    "text.hinting": "no_hinting",
    "text.parse_math": False,
}
#: matplotlib's settings belong to the whole process.
_ONE_AT_A_TIME = threading.RLock()
#: What was to be written since the settings were taken, and the font has not.
_LACKING: set[str] = set()
#: So many of those are named.
_NAMED = 10


@contextmanager
def own_style() -> Iterator[None]:
    """Our settings of matplotlib, whatever the user's own are.

    Names at the end, in one `RepairWarning`, the characters that the font lacks.
    """
    usual = {name: value for name, value in mpl.rcParamsDefault.items() if name != "backend"}
    with _ONE_AT_A_TIME, mpl.rc_context(usual | _STYLE):
        _LACKING.clear()
        yield
        lacking = sorted(_LACKING)
    if lacking:
        named = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in lacking[:_NAMED])
        more = f" and {len(lacking) - _NAMED} more" if lacking[_NAMED:] else ""
        msg = f"the font of pictures lacks {named}{more}; {SUBSTITUTE} is drawn instead"
        warnings.warn(msg, RepairWarning, stacklevel=3)


class Canvas:
    """A page that is being written on; its unit is the point, from the lower left.

    Text becomes shapes where the page ends `in_pixels` anyway.
    """

    def __init__(self, width: float, height: float, dpi: float, *, in_pixels: bool = True) -> None:
        self.size = Box(0, 0, width, height)
        self.dpi = dpi
        self.title = ""
        self._in_pixels = in_pixels
        self._names: Counter[str] = Counter()
        self._edges: dict[Box, TransformedBbox] = {}
        # Letters yet to be drawn, as shapes: by colour, and for their halos by the weight of lines.
        self._written: dict[str, list[MplPath]] = {}
        self._halos: dict[float, list[MplPath]] = {}
        own_dpi = dpi if in_pixels else 72
        self._points = Affine2D().scale(own_dpi / 72)
        self._figure = Figure((width / 72, height / 72), own_dpi, facecolor=style().light.paper)

    def add(self, artist: Artist, clip: Box | MplPath | None = None) -> None:
        """Put something on the page, clipped to a box or a path."""
        name = artist.get_gid()
        if name:  # an id may stand in a file only once
            self._names[name] += 1
            artist.set_gid(f"{name}-{self._names[name]}")
        artist.set_transform(self._points)
        if isinstance(clip, Box):
            artist.set_clip_box(self.edges(clip))
        elif clip is not None:
            artist.set_clip_path(TransformedPath(clip, self._points))
        self._figure.add_artist(artist)

    def edges(self, box: Box) -> TransformedBbox:
        """A box of the page, as matplotlib wants it."""
        if box not in self._edges:
            self._edges[box] = TransformedBbox(Bbox.from_extents(*box), self._points)
        return self._edges[box]

    def axes(self, box: Box, plane: Box) -> Axes:
        """Invisible axes that fill a box, for their coordinates."""
        _, _, width, height = self.size
        rect = box.left / width, box.bottom / height, box.width / width, box.height / height
        return Axes(
            self._figure, rect, xlim=(plane.left, plane.right), ylim=(plane.bottom, plane.top)
        )

    def pixels(self, *, paper: bool = True) -> np.ndarray:
        """The page as an image, shape (height, width, 4); transparent without paper."""
        self._draw_letters()
        _, _, width, height = self.size
        scale = self.dpi / 72
        across, up = round(width * scale), round(height * scale)
        renderer = RendererAgg(across, up, self.dpi)  # type: ignore[no-untyped-call]
        self._figure.patch.set_visible(paper)
        self._figure.draw(renderer)
        return np.array(renderer.buffer_rgba())  # type: ignore[no-untyped-call]

    def vectors(self, kind: str, **metadata: str | None) -> bytes:
        """The page as an `svg` or a `pdf`."""
        self._draw_letters()
        file = io.BytesIO()
        self._figure.savefig(file, format=kind, metadata=metadata)
        return file.getvalue()

    def write(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        colour: str = "ink",
        halo: bool = False,
        gid: str | None = None,
    ) -> None:
        """Write one line, its baseline beginning at x, y."""
        text = drawable(text, bold=bold)
        shape = _letters(x, y, text, size, bold=bold) if halo or self._in_pixels else None
        if halo and shape:  # as a shape of its own: an effect would turn the text into shapes
            self._halos.setdefault(size / UNIT, []).append(shape)
        if self._in_pixels and shape:
            self._written.setdefault(colour, []).append(shape)
        else:
            font = _font(size, bold=bold)
            self.add(
                Text(
                    x, y, text, fontproperties=font, color=style().light[colour], zorder=9, gid=gid
                )
            )

    def _draw_letters(self) -> None:
        """Draw at once what was written as shapes: each on its own takes ten times as long."""
        look, light = style(), style().light
        for weight, shapes in self._halos.items():
            self.add(
                PathPatch(
                    MplPath.make_compound_path(*shapes), facecolor="none", zorder=8,
                    edgecolor=light.oblast, alpha=look.strength.halo,
                    linewidth=look.width.halo * weight, joinstyle="round", snap=False,
                )
            )  # fmt: skip
        for colour, shapes in self._written.items():
            path = MplPath.make_compound_path(*shapes)
            self.add(PathPatch(path, facecolor=light[colour], linewidth=0, zorder=9, snap=False))
        self._halos, self._written = {}, {}


def drawable(text: str, *, bold: bool = False) -> str:
    """Leave out what cannot be printed, such as control characters; replace what the font lacks."""
    printed = "".join(letter for letter in text if letter.isprintable())
    lacking = set(printed) - _letters_of(bold=bold)
    _LACKING.update(lacking)
    return printed.translate(dict.fromkeys(map(ord, lacking), SUBSTITUTE))


@lru_cache(maxsize=64)
def _font(size: float, *, bold: bool = False) -> FontProperties:
    weight = "bold" if bold else "normal"
    return FontProperties(family=FONT, size=size, weight=weight, fname=font_file(weight))


def font_file(weight: str) -> Path:
    """The font that comes with matplotlib; the system's may differ."""
    name = {"normal": "DejaVuSans.ttf", "bold": "DejaVuSans-Bold.ttf"}[weight]
    return Path(mpl.get_data_path()) / "fonts" / "ttf" / name


class _Letter(NamedTuple):
    """Outline and width of a letter, in units of the size."""

    corners: Any
    codes: Any
    width: float


@lru_cache(maxsize=2)
def _face(*, bold: bool) -> FT2Font:
    face = FT2Font(font_file("bold" if bold else "normal"))
    face.set_size(100, 72)
    return face


@lru_cache(maxsize=2)
def _letters_of(*, bold: bool) -> frozenset[str]:
    return frozenset(map(chr, _face(bold=bold).get_charmap()))


@lru_cache(maxsize=4096)
def _letter(letter: str, *, bold: bool) -> _Letter:
    face = _face(bold=bold)
    glyph = face.load_char(ord(letter), flags=LoadFlags.NO_HINTING)
    corners, codes = face.get_path()
    return _Letter(corners / 100, codes, float(glyph.linearHoriAdvance) / 65536 / 100)


def _letters(x: float, y: float, text: str, size: float, *, bold: bool) -> MplPath:
    """A line of text as one shape; matplotlib's own way takes thirty times as long."""
    letters = [_letter(letter, bold=bold) for letter in text]
    starts = np.cumsum([0, *(letter.width for letter in letters)])
    drawn = [(one, at) for one, at in zip(letters, starts[:-1], strict=True) if len(one.codes)]
    if not drawn:
        return MplPath(np.empty((0, 2)))
    corners = np.concatenate([one.corners + np.array([at, 0]) for one, at in drawn]) * size
    codes = np.concatenate([one.codes for one, _ in drawn])
    return MplPath(corners + np.array([x, y]), codes)


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Length of a line in points, without kerning."""
    return size * _length(text, bold=bold)


@lru_cache(maxsize=4096)
def _length(text: str, *, bold: bool) -> float:
    return sum(_letter(letter, bold=bold).width for letter in drawable(text, bold=bold))


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break a text into lines no longer than `width` points, where words allow it."""
    lines, filled = [""], 0.0
    for word in text.split(" "):
        longer = f" {word}" if lines[-1] else word
        filled += width_of(longer, size, bold=bold)
        if lines[-1] and filled > width:
            lines.append(word)
            filled = width_of(word, size, bold=bold)
        else:
            lines[-1] += longer
    return lines


def fine_print(canvas: Canvas, text: str, box: Box, size: float) -> None:
    """Fill a box with small text, smaller until it fits."""
    while True:
        lines = [own for line in text.split("\n") for own in wrap(line, box.width, size)]
        if len(lines) * size * 1.3 <= box.height:
            break
        size *= 0.97
    for n, line in enumerate(lines):
        canvas.write(box.left, box.top - size * (1.3 * n + 0.98), line, size, colour="soft")


def lay_notice(canvas: Canvas, box: Box, text: str, size: float) -> None:
    """Say something in the middle of a box, on a background of its own."""
    lines = wrap(text, box.width * 0.8, size * 1.2, bold=True)
    broad = max(width_of(line, size * 1.2, bold=True) for line in lines)
    step = size * 1.8
    x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2 + len(lines) * step / 2
    canvas.add(
        Rectangle(
            (x - broad / 2 - size, y - len(lines) * step - size * 0.6),
            broad + 2 * size, len(lines) * step + size * 1.2,
            facecolor=style().light.paper, edgecolor=style().light.line, zorder=8,
        )
    )  # fmt: skip
    for n, line in enumerate(lines):
        at = x - width_of(line, size * 1.2, bold=True) / 2
        canvas.write(at, y - (n + 0.75) * step, line, size * 1.2, bold=True)
