"""A film of the claims: one frame per day, with the date, areas and events."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from PIL import Image

from geo._io.dates import Date, as_date, span_of
from geo._io.files import replacing
from geo.claims.record import Record
from geo.claims.shown import claims_of, in_box, record_of
from geo.export.provenance import provenance
from geo.figure.canvas import Canvas, fine_print, lay_notice, own_style, width_of, wrap
from geo.figure.labels import Box
from geo.figure.layout import credits_of, framed, shown, shown_only
from geo.figure.legend import lay_legend, legend_of, names_of
from geo.figure.map_frame import Map, extent_of, lay_inset, lay_map, lay_names, lay_scale
from geo.figure.strokes import Drawn, Pen
from geo.ledger.ledger import Ledger
from geo.selection.snapshot import FILMS, Snapshot
from geo.style.look import dashes, style
from geo.style.words import name_of, say, say_day, say_number
from geo.tables.schema import DRAWN

#: Frames per second.
SPEED = 10

_SHEET = Box(0, 0, 1280, 720)
_MAP = Box(20, 112, 930, 700)
_WIDTH = _MAP.right - _MAP.left
#: Corners of the map for the scale bar: the second where the inset lies in the first.
_SCALES = (Box(28, 120, 162, 152), Box(788, 120, 922, 152))
_SIDE = Box(950, 112, 1262, 560)
_FOOT = Box(20, 8, 1262, 44)
#: Baseline of the day.
_DAY = 668
_SIZE = 12.5
#: GIFs are smaller: all their frames are in memory while they are made.
_GIF_SIZE = (960, 540)
#: Number of frames from which the GIF palette is taken.
_SAMPLES = 4
#: Number of latest events shown.
_EVENTS = 3
#: No date and no encoder name, so that equal input gives equal bytes.
_EQUAL = ("-fflags", "+bitexact", "-flags:v", "+bitexact")
#: Special characters of an ffmpeg metadata file.
_ESCAPED = r"([=;#\\\n])"


def animate(
    start: Date,
    end: Date,
    path: Path | str,
    *,
    step: int = 1,
    snapshot: Snapshot | None = None,
    record: Record | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write a film of the claims from day to day, with its provenance record embedded.

    Parameters
    ----------
    start, end
        First and last day.
    path
        File to write: `.mp4` (1280 x 720, H.264) or `.gif` (960 x 540). It is
        written completely or, if interrupted, not at all.
    step
        Days between frames; the last day is always shown.
    snapshot
        What to show, in which language; its day and size are ignored. If its
        `known_by` is `then`, each frame counts only what had been said by its day.
    record
        As `load_record` returns it; by default the shipped one.
    progress
        Called with the number of frames done and the total.

    Returns
    -------
    Path
        `path`. Equal input makes equal bytes with the same encoder.

    Raises
    ------
    ValueError
        If a day lies outside the record, `end` before `start`, or the extension
        or the step is invalid.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     animate("2024-08-06", "2024-08-08", f"{folder}/claims.gif").name
    'claims.gif'
    """
    path = Path(path)
    if path.suffix.lower() not in FILMS:
        msg = f"`path` was {path.name!r} but is expected to end in {' or '.join(FILMS)}"
        raise ValueError(msg)
    if path.exists() and not path.is_file():
        msg = f"`path` was {str(path)!r} but is expected to be a file, not a folder or a device"
        raise ValueError(msg)
    snapshot = Snapshot(on=as_date(start, "start")) if snapshot is None else snapshot
    record = record_of(snapshot, record)
    days = days_of(start, end, step, record)
    whole = snapshot.spanning(days[0], days[-1])
    claims_of(whole, record)  # raises early on invalid settings
    origin = provenance(whole, record.ledger, _spoken(snapshot, days, record), step=step)
    count = progress or (lambda _done, _all: None)

    def counted(frames: Iterator[Image.Image]) -> Iterator[Image.Image]:
        for done, frame in enumerate(frames, start=1):
            yield frame
            count(done, len(days))

    with own_style(), replacing(path) as (made,):
        frames = counted(_frames(snapshot, days, record))
        if path.suffix.lower() == ".mp4":
            _write_mp4(made, frames, origin)
        else:
            few = days[:: max(1, len(days) // _SAMPLES)]
            _write_gif(made, frames, _palette(_frames(snapshot, few, record)), origin)
    return path


def _on(snapshot: Snapshot, day: dt.date) -> Snapshot:
    """The settings of the frame of one day."""
    return snapshot.spanning(day, day).model_copy(update={"since": None})


def _spoken(snapshot: Snapshot, days: Sequence[dt.date], record: Record) -> gpd.GeoDataFrame:
    """The rows of the record that some frame shows."""
    rows = [record.rows(_on(snapshot, day)) for day in days]
    return record.claims.iloc[np.unique(np.concatenate(rows))]


def days_of(start: Date, end: Date, step: int, record: Record) -> list[dt.date]:
    """The days of the frames; the last day is always one of them.

    Raises
    ------
    ValueError
        If a day lies outside the record, `end` before `start`, or `step` below 1.
    """
    first, last = record.period
    asked = {"start": as_date(start, "start"), "end": as_date(end, "end")}
    for name, day in asked.items():
        if not first <= day <= last:
            within = f"{first.date()} and {last.date()}"
            msg = f"`{name}` was {day.date()} but is expected to lie within {within}"
            raise ValueError(msg)
    begin, stop = span_of(record.period, **asked)
    if step < 1:
        msg = f"`step` was {step} but is expected to be a whole number of days from 1"
        raise ValueError(msg)
    length = (stop - begin).days
    numbers = [*range(0, length, step), length]
    return [begin.date() + dt.timedelta(days=number) for number in numbers]


def _frames(snapshot: Snapshot, days: Sequence[dt.date], record: Record) -> Iterator[Image.Image]:
    """The pictures, one after another."""
    whole = framed(snapshot, _MAP)
    stage = _Stage(snapshot, record.ledger, in_box(whole, _spoken(snapshot, days, record)))
    seen, ground = None, stage.below
    for day in days:
        drawn = shown(_on(whole, day), record)
        painted = drawn.painted
        tables = (painted, painted[painted.faded], drawn.opposed, drawn.changes)
        shapes = tuple(b";".join(shapely.to_wkb(table.geometry)) for table in tables)
        if shapes != seen:  # on most days nobody says anything new
            seen, ground = shapes, stage.ground(drawn)
        yield Image.alpha_composite(ground, stage.words(day, drawn)).convert("RGB")


class _Stage:
    """What does not change from frame to frame, below and above the claims."""

    def __init__(self, snapshot: Snapshot, ledger: Ledger, spoken: gpd.GeoDataFrame) -> None:
        spoken = spoken.drop_duplicates(["source_id", "status", "ground_id"])
        self.snapshot, self.ledger = snapshot, ledger
        self.dash = dashes(ledger.sources)
        #: The status whose area is counted.
        self.counted = (snapshot.statuses or DRAWN)[0]
        below, above = _sheet(), _sheet()
        self.chart = lay_map(below, _MAP, snapshot.bbox or extent_of(spoken))
        end = self._lay_headline(below)
        #: Right end, baseline and size of the area of each source, and of what differs.
        self.counters = self._lay_legend(below, spoken, end)
        self._lay_names(above, spoken)
        self.below, self.above = _image(below, paper=True), _image(above)

    def _lay_headline(self, canvas: Canvas) -> float:
        """Write what the film shows beside the map; how far down that reaches."""
        lang, sources, known = self.snapshot.language, self.ledger.sources, self.snapshot.known_by
        across, title, small = _SIDE.right - _SIDE.left, _SIZE * 1.1, _SIZE * 0.9
        notes = shown_only(self.snapshot, sources)
        if self.snapshot.pair:
            notes.insert(0, f"{say('against', lang, *names_of(self.snapshot, sources))}.")
        lines = [line for note in notes for line in wrap(note, across, small)]
        if isinstance(known, dt.date):
            by = say("known_by", lang, say_day(known, lang))
        else:
            by = say(f"known_{known}", lang)
        lines += [f"{say('not_verified', lang)};", f"{by}."]
        y = _SIDE.top + _SIZE * 5.2
        for line in wrap(say("title", lang), across, title, bold=True):
            canvas.write(_SIDE.left, y, line, title, bold=True)
            y -= _SIZE * 1.45
        for line in lines:
            canvas.write(_SIDE.left, y, line, small, colour="soft")
            y -= _SIZE * 1.25
        return y

    def _lay_legend(
        self, canvas: Canvas, spoken: gpd.GeoDataFrame, top: float
    ) -> dict[str, tuple[float, float, float]]:
        """Explain all that some frame shows, and say whom to name; where areas are written."""
        snapshot, ledger, lang = self.snapshot, self.ledger, self.snapshot.language
        own = ledger.sources[ledger.sources.index.isin(spoken.source_id)]
        counted = say("counted", lang, say(self.counted, lang))
        credit = credits_of(own, ledger.version, lang)
        fine_print(canvas, f"{counted} {credit}", _FOOT, _SIZE * 0.75)
        none, faded = spoken.iloc[:0], spoken.assign(faded=snapshot.fade is not None)
        opposed = spoken if "disagreement" in snapshot.layers else none
        blocks = legend_of(
            snapshot, Drawn(spoken, faded, opposed, none), ledger.sources, ledger.settlements,
            _WIDTH / style().screen, whole=False,
        )  # fmt: skip
        free = _SIDE._replace(top=min(_SIDE.top, top))
        return lay_legend(canvas, free, blocks, size=_SIZE, width=_WIDTH, spare=_SIZE * 5)

    def _lay_names(self, canvas: Canvas, spoken: gpd.GeoDataFrame) -> None:
        """Put the inset, the scale bar and the names of places on the map."""
        lang, chart = self.snapshot.language, self.chart
        ground = spoken.drop_duplicates("ground_id")
        oblast = name_of("Kursk Oblast", "Kursk Oblast", lang)
        inset = lay_inset(canvas, chart, 0.2, _flat(ground, chart), oblast, _SIZE)
        scale = next(box for box in _SCALES if not box.meets(inset))
        taken = [inset, scale]
        if spoken.empty:
            taken.append(lay_notice(canvas, _MAP, say("nothing_ever", lang), _SIZE))
        lay_scale(canvas, chart, scale, _SIZE, lang, backed=True)
        lay_names(canvas, chart, self.ledger.settlements, lang, _SIZE, ground, taken, 20)

    def ground(self, drawn: Drawn) -> Image.Image:
        """The map with the claims of a day."""
        canvas, chart = _sheet(), self.chart
        pen = Pen(canvas, _WIDTH, plane=chart.extent, box=_MAP)
        pen.claims(_flat(drawn.painted, chart), self.dash)
        if len(drawn.opposed):
            pen.hatch(chart.land.flat(shapely.union_all(drawn.opposed.geometry.to_numpy())))
        for change, shape in zip(drawn.changes.change, drawn.changes.geometry, strict=True):
            pen.change(chart.land.flat(shape), change)
        return Image.alpha_composite(Image.alpha_composite(self.below, _image(canvas)), self.above)

    def words(self, day: dt.date, drawn: Drawn) -> Image.Image:
        """The date, the area of each source and of what differs, the latest events."""
        lang, canvas = self.snapshot.language, _sheet()
        canvas.write(_SIDE.left, _DAY, say_day(day, lang), 26, bold=True)
        own = drawn.shapes[drawn.shapes.status == self.counted]
        areas = dict(zip(own.source_id, own.area_km2, strict=True))
        areas |= dict(zip(drawn.changes.change, drawn.changes.area_km2, strict=True))
        for key, (right, baseline, size) in self.counters.items():
            if key in areas:
                text = f"{say_number(areas[key], lang)} {say('km2', lang)}"
                canvas.write(right - width_of(text, size), baseline, text, size)
        events = self.ledger.events
        latest = events[events.date <= pd.Timestamp(day)].tail(_EVENTS)
        y = _MAP.bottom - _SIZE * 1.6
        for when, title in zip(latest.date[::-1].dt.date, latest.title[::-1], strict=True):
            fresh = when == day
            text = f"{say_day(when, lang)}: {title}"
            while width_of(text, _SIZE, bold=fresh) > _WIDTH:
                text = f"{text[:-2]}…"
            canvas.write(_MAP.left, y, text, _SIZE, bold=fresh, colour="ink" if fresh else "soft")
            y -= _SIZE * 1.45
        return _image(canvas)


def _sheet() -> Canvas:
    return Canvas(_SHEET.right, _SHEET.top, 72)


def _image(canvas: Canvas, *, paper: bool = False) -> Image.Image:
    return Image.fromarray(canvas.pixels(paper=paper))


def _flat(shapes: gpd.GeoDataFrame, chart: Map) -> gpd.GeoDataFrame:
    """The same shapes in the plane of the map."""
    return shapes.set_geometry(chart.land.flat(shapes.geometry.to_numpy()), crs=None)


def _write_mp4(path: Path, frames: Iterator[Image.Image], record: str) -> None:
    # Imported here: pictures do not need it.
    from imageio_ffmpeg import write_frames

    options = ["-crf", "20", "-preset", "veryfast", "-threads", "2", *_EQUAL]
    writer = write_frames(
        str(path), (int(_SHEET.right), int(_SHEET.top)), fps=SPEED, codec="libx264",
        pix_fmt_out="yuv420p", macro_block_size=16, quality=None, output_params=options,
        ffmpeg_log_level="error",
    )  # fmt: skip
    with closing(writer):
        writer.send(None)
        for frame in frames:
            writer.send(frame.tobytes())
    _add_record(path, record)


def _add_record(path: Path, record: str) -> None:
    """Put the record into the metadata of a film, once it is complete."""
    from imageio_ffmpeg import get_ffmpeg_exe

    about, bare = path.with_suffix(".txt"), path.with_suffix(".bare.mp4")
    text = re.sub(_ESCAPED, r"\\\1", record)
    about.write_text(f";FFMETADATA1\ncomment={text}\n", "utf-8")
    path.rename(bare)
    command = [get_ffmpeg_exe(), "-v", "error", "-i", bare, "-f", "ffmetadata", "-i", about]
    command += ["-map", "0", "-map_metadata", "1", "-c", "copy", "-movflags", "+faststart"]
    command += [*_EQUAL, path]
    if subprocess.run(command, capture_output=True, check=False).returncode:  # noqa: S603
        msg = "the encoder stopped"
        raise OSError(msg)


def _small(frame: Image.Image) -> Image.Image:
    return frame.resize(_GIF_SIZE, Image.Resampling.LANCZOS)


def _palette(frames: Iterator[Image.Image]) -> Image.Image:
    """Colours that serve all frames: from frame to frame none may flicker."""
    pile = np.concatenate([np.asarray(_small(frame)) for frame in frames])
    # Of Pillow's ways the one that keeps the land's own colour; others turn it pink or green.
    return Image.fromarray(pile).quantize(255, method=Image.Quantize.FASTOCTREE)


def _write_gif(
    path: Path, frames: Iterator[Image.Image], palette: Image.Image, record: str
) -> None:
    first, *others = [
        _small(frame).quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames
    ]
    first.save(
        path, "GIF", save_all=True, append_images=others, duration=1000 // SPEED, loop=0,
        optimize=False, comment=record.encode(),
    )  # fmt: skip
