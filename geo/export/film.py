"""A film of the claims: one frame per day, with the date, areas and events."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from PIL import Image

from geo._io.dates import Date, as_date
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
from geo.style.look import Dashes, dashes, style
from geo.style.words import name_of, say, say_day, say_number
from geo.tables.schema import DRAWN

#: Frames per second.
SPEED = 10

_SHEET = Box(0, 0, 1280, 720)
_MAP = Box(20, 112, 930, 700)
_SIDE = Box(950, 112, 1262, 560)
_FOOT = Box(20, 8, 1262, 44)
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
    with own_style(), replacing(path) as (made,):
        told = progress or (lambda _done, _all: None)
        frames = _frames(snapshot, days, record)
        if path.suffix.lower() == ".mp4":
            _write_mp4(made, frames, len(days), told)
            _add_record(made, origin)
        else:
            few = days[:: max(1, len(days) // _SAMPLES)]
            palette = _palette(_frames(snapshot, few, record))
            _write_gif(made, frames, palette, len(days), told, origin)
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
    first, last = (day.date() for day in record.period)
    span = {"start": as_date(start, "start").date(), "end": as_date(end, "end").date()}
    for name, day in span.items():
        if not first <= day <= last:
            msg = f"`{name}` was {day} but is expected to lie within {first} and {last}"
            raise ValueError(msg)
    if span["end"] < span["start"]:
        msg = f"`end` was {span['end']} but is expected not to come before {span['start']}"
        raise ValueError(msg)
    if step < 1:
        msg = f"`step` was {step} but is expected to be a whole number of days from 1"
        raise ValueError(msg)
    numbers = range(0, (span["end"] - span["start"]).days + 1, step)
    days = [span["start"] + dt.timedelta(days=number) for number in numbers]
    return days if days[-1] == span["end"] else [*days, span["end"]]


class _Stage(NamedTuple):
    """What is the same in every frame: the images below and above the claims."""

    below: Image.Image
    above: Image.Image
    chart: Map
    #: Right edge, baseline and text size for the area of each source and each change.
    counters: dict[str, tuple[float, float, float]]


def _stage(snapshot: Snapshot, ledger: Ledger, spoken: gpd.GeoDataFrame) -> _Stage:
    lang, sources = snapshot.language, ledger.sources
    spoken = spoken.drop_duplicates(["source_id", "status", "ground_id"])
    width = _MAP.right - _MAP.left
    below = Canvas(_SHEET.right, _SHEET.top, 72)
    chart = lay_map(below, _MAP, snapshot.bbox or extent_of(spoken))
    y = _SIDE.top + _SIZE * 5.2
    for line in wrap(say("title", lang), _SIDE.right - _SIDE.left, _SIZE * 1.1, bold=True):
        below.write(_SIDE.left, y, line, _SIZE * 1.1, bold=True)
        y -= _SIZE * 1.45
    pair = [f"{say('against', lang, *names_of(snapshot, sources))}."] if snapshot.pair else []
    pair += shown_only(snapshot, sources)
    for line in (
        *(row for text in pair for row in wrap(text, _SIDE.right - _SIDE.left, _SIZE * 0.9)),
        f"{say('not_verified', lang)};",
        f"{_known(snapshot)}.",
    ):
        below.write(_SIDE.left, y, line, _SIZE * 0.9, colour="soft")
        y -= _SIZE * 1.25
    own = sources[sources.index.isin(spoken.source_id)]
    opposed = spoken if "disagreement" in snapshot.layers else spoken.iloc[:0]
    drawn = Drawn(spoken, spoken.assign(faded=snapshot.fade is not None), opposed, spoken.iloc[:0])
    weight = width / style().screen
    blocks = legend_of(snapshot, drawn, sources, ledger.settlements, weight, whole=False)
    free = _SIDE._replace(top=min(_SIDE.top, y))
    counters = lay_legend(below, free, blocks, size=_SIZE, width=width, spare=_SIZE * 5)
    counted = say("counted", lang, say(_counted(snapshot), lang))
    text = f"{counted} {credits_of(own, ledger.version, lang)}"
    fine_print(below, text, _FOOT, _SIZE * 0.75)
    above = Canvas(_SHEET.right, _SHEET.top, 72)
    ground = spoken.drop_duplicates("ground_id")
    flat = ground.set_geometry(chart.land.flat(ground.geometry.to_numpy()), crs=None)
    oblast = name_of("Kursk Oblast", "Kursk Oblast", lang)
    inset = lay_inset(above, chart, 0.2, flat, oblast, _SIZE)
    taken = [lay_notice(above, _MAP, say("nothing_ever", lang), _SIZE)] if spoken.empty else []
    left = (
        _MAP.right - 150 if inset.left == _MAP.left and inset.bottom == _MAP.bottom else _MAP.left
    )
    scale = Box(left + 8, _MAP.bottom + 8, left + 142, _MAP.bottom + 40)
    lay_scale(above, chart, scale, _SIZE, lang, backed=True)
    lay_names(above, chart, ledger.settlements, lang, _SIZE, ground, [inset, scale, *taken], 20)
    return _Stage(_image(below, paper=True), _image(above), chart, counters)


def _known(snapshot: Snapshot) -> str:
    """What the frames count as known, as text."""
    lang = snapshot.language
    if isinstance(snapshot.known_by, dt.date):
        return say("known_by", lang, say_day(snapshot.known_by, lang))
    return say(f"known_{snapshot.known_by}", lang)


def _counted(snapshot: Snapshot) -> str:
    """The status whose area is counted."""
    return snapshot.statuses[0] if snapshot.statuses else DRAWN[0]


def _image(canvas: Canvas, *, paper: bool = False) -> Image.Image:
    return Image.fromarray(canvas.pixels(paper=paper))


def _frames(snapshot: Snapshot, days: Sequence[dt.date], record: Record) -> Iterator[Image.Image]:
    """The frames in order: the fixed images with the claims between and the text on top."""
    ledger = record.ledger
    whole = framed(snapshot, _MAP)
    stage = _stage(snapshot, ledger, in_box(whole, _spoken(snapshot, days, record)))
    dash = dashes(ledger.sources)
    key: tuple[bytes, ...] = ()
    ground = stage.below
    for day in days:
        drawn = shown(_on(whole, day), record)
        painted = drawn.painted
        tables = (painted, painted[painted.faded], drawn.opposed, drawn.changes)
        seen = tuple(b";".join(shapely.to_wkb(table.geometry)) for table in tables)
        if seen != key:  # on most days there is nothing new
            key = seen
            ground = _ground(stage, drawn, dash)
        words = _words(stage, snapshot, day, drawn, ledger.events)
        yield Image.alpha_composite(ground, words).convert("RGB")


def _ground(stage: _Stage, drawn: Drawn, dash: Dashes) -> Image.Image:
    canvas = Canvas(_SHEET.right, _SHEET.top, 72)
    pen = Pen(canvas, _MAP.right - _MAP.left, plane=stage.chart.extent, box=_MAP)
    flat = stage.chart.land.flat
    painted, opposed = drawn.painted, drawn.opposed
    pen.claims(painted.set_geometry(flat(painted.geometry.to_numpy()), crs=None), dash)
    if len(opposed):
        pen.hatch(flat(shapely.union_all(opposed.geometry.to_numpy())))
    for change, shape in zip(drawn.changes.change, drawn.changes.geometry, strict=True):
        pen.change(flat(shape), change)
    claimed = Image.alpha_composite(stage.below, _image(canvas))
    return Image.alpha_composite(claimed, stage.above)


def _words(
    stage: _Stage, snapshot: Snapshot, day: dt.date, drawn: Drawn, events: pd.DataFrame
) -> Image.Image:
    """The date, the area of each source and each change, the latest events."""
    lang = snapshot.language
    canvas = Canvas(_SHEET.right, _SHEET.top, 72)
    canvas.write(_SIDE.left, 668, say_day(day, lang), 26, bold=True)
    own = drawn.shapes[drawn.shapes.status == _counted(snapshot)]
    areas = dict(zip(own.source_id, own.area_km2, strict=True))
    areas |= dict(zip(drawn.changes.change, drawn.changes.area_km2, strict=True))
    for key, (right, baseline, size) in stage.counters.items():
        if key in areas:
            text = f"{say_number(areas[key], lang)} {say('km2', lang)}"
            canvas.write(right - width_of(text, size), baseline, text, size)
    latest = events[events.date <= pd.Timestamp(day)].tail(_EVENTS)
    y = _MAP.bottom - _SIZE * 1.6
    for when, title in zip(latest.date[::-1], latest.title[::-1], strict=True):
        fresh = when.date() == day
        text = f"{say_day(when.date(), lang)}: {title}"
        while width_of(text, _SIZE, bold=fresh) > _MAP.right - _MAP.left:
            text = f"{text[:-2]}…"
        canvas.write(_MAP.left, y, text, _SIZE, bold=fresh, colour="ink" if fresh else "soft")
        y -= _SIZE * 1.45
    return _image(canvas)


def _write_mp4(
    path: Path, frames: Iterator[Image.Image], count: int, progress: Callable[[int, int], None]
) -> None:
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
        for done, frame in enumerate(frames, start=1):
            writer.send(frame.tobytes())
            progress(done, count)


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


def _palette(frames: Iterator[Image.Image]) -> Image.Image:
    """One palette for all frames, so that no colour flickers."""
    small = [frame.resize(_GIF_SIZE, Image.Resampling.LANCZOS) for frame in frames]
    pile = Image.new("RGB", (_GIF_SIZE[0], _GIF_SIZE[1] * len(small)))
    for n, frame in enumerate(small):
        pile.paste(frame, (0, n * _GIF_SIZE[1]))
    # The only method of Pillow that keeps the land colour; others turn it pink or green.
    return pile.quantize(255, method=Image.Quantize.FASTOCTREE)


def _write_gif(
    path: Path,
    frames: Iterator[Image.Image],
    palette: Image.Image,
    count: int,
    progress: Callable[[int, int], None],
    record: str,
) -> None:
    made = []
    for done, frame in enumerate(frames, start=1):
        small = frame.resize(_GIF_SIZE, Image.Resampling.LANCZOS)
        made.append(small.quantize(palette=palette, dither=Image.Dither.NONE))
        progress(done, count)
    first, *others = made
    first.save(
        path, "GIF", save_all=True, append_images=others, duration=1000 // SPEED, loop=0,
        optimize=False, comment=record.encode(),
    )  # fmt: skip
