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

from geo._io.dates import Date, as_date, check_within, span_of
from geo._io.files import replacing
from geo.analysis.agreement import CLASSES, WORDS, classify, words
from geo.claims.record import Record
from geo.claims.shown import claims_of, in_box, record_of
from geo.export.provenance import provenance
from geo.figure.atlas import frames, ground_of, lay_claims, lay_note, lay_title
from geo.figure.canvas import Canvas, fine_print, lay_notice, own_style, width_of, wrap
from geo.figure.content import COMPARED, Content, Panel, as_painted, content_of
from geo.figure.key import key_of, lay_key
from geo.figure.labels import Box
from geo.figure.land import lay_land, lay_scale, map_of
from geo.figure.notes import credits_of, known_of, shown_only, terms_of
from geo.figure.paint import Pen
from geo.figure.places import gazetteer_of, lay_names
from geo.selection.snapshot import FILMS, Snapshot
from geo.style.words import say, say_day

#: A film lasts a tenth of a second a frame, but not less than this, seconds.
SHORTEST = 6
#: How long a frame can last, seconds: browsers slow down a GIF that is faster.
_FRAME = (0.02, 60)

_PAGE = Box(0, 0, 1280, 720)
_MAPS = Box(20, 98, 930, 706)
_SIDE = Box(950, 52, 1262, 560)
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
    seconds: float | None = None,
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
    seconds
        How long it lasts; by default a tenth of a second a frame, at least 6.
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
        If a day lies outside the record, `end` before `start`, or the extension,
        the step or the length is invalid.
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
    length = length_of(len(days), seconds)
    whole = snapshot.spanning(days[0], days[-1])
    claims_of(whole, record)  # raises early on invalid settings
    origin = provenance(
        whole, record.ledger, _spoken(snapshot, days, record), step=step, seconds=length
    )
    count = progress or (lambda _done, _all: None)

    def counted(frames: Iterator[Image.Image]) -> Iterator[Image.Image]:
        for done, frame in enumerate(frames, start=1):
            yield frame
            count(done, len(days))

    with own_style(), replacing(path) as (made,):
        frames = counted(_frames(snapshot, days, record))
        if path.suffix.lower() == ".mp4":
            _write_mp4(made, frames, len(days) / length, origin)
        else:
            few = days[:: max(1, len(days) // _SAMPLES)]
            ends = np.linspace(0, 100 * length, len(days) + 1).round()
            palette = _palette(_frames(snapshot, few, record))
            _write_gif(made, frames, 10 * np.diff(ends).astype(int), palette, origin)
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
    asked = {"start": as_date(start, "start"), "end": as_date(end, "end")}
    check_within(record.period, **asked)
    begin, stop = span_of(record.period, **asked)
    if step < 1:
        msg = f"`step` was {step} but is expected to be a whole number of days from 1"
        raise ValueError(msg)
    length = (stop - begin).days
    numbers = [*range(0, length, step), length]
    return [begin.date() + dt.timedelta(days=number) for number in numbers]


def length_of(frames: int, seconds: float | None = None) -> float:
    """Length of a film, seconds: as asked for, or by its number of frames.

    Raises
    ------
    ValueError
        If a frame would last less than 0.02 seconds or more than 60.

    Examples
    --------
    >>> length_of(14), length_of(260)
    (6, 26.0)
    """
    if seconds is None:
        return max(SHORTEST, frames / 10)
    least, most = (frames * limit for limit in _FRAME)
    if not least <= seconds <= most:
        many = f"{frames} frame{'' if frames == 1 else 's'}"
        msg = f"`seconds` was {seconds:g} but is expected to be {least:g} to {most:g}, for {many}"
        raise ValueError(msg)
    return seconds


def _frames(snapshot: Snapshot, days: Sequence[dt.date], record: Record) -> Iterator[Image.Image]:
    """The pictures, one after another."""
    stage = _Stage(snapshot, days, record)
    seen, ground = None, stage.below
    for day in days:
        own = _on(stage.snapshot, day)
        rows = record.rows(own), record.lapsed(own)
        said = b";".join(part.tobytes() for part in rows)
        if said != seen:  # on most days nobody says anything new
            seen, ground = said, stage.ground(content_of(own, record))
        yield Image.alpha_composite(ground, stage.words(day)).convert("RGB")


class _Stage:
    """What does not change from frame to frame, below and above the claims."""

    def __init__(self, snapshot: Snapshot, days: Sequence[dt.date], record: Record) -> None:
        # Four maps are too small here.
        view = "overlay" if snapshot.view == "all" else snapshot.view
        self.snapshot = snapshot.model_copy(update={"view": view})
        self.events = record.ledger.events
        content = content_of(_on(self.snapshot, days[0]), record)
        ground = ground_of(snapshot, record)
        self.boxes = frames(_MAPS, len(content.panels), _SIZE, ground[0])
        self.chart = map_of(self.boxes[0], *ground)
        self.gazetteer = gazetteer_of(content, record, self.chart, _SIZE, clashes=False)
        below, above = _canvas(), _canvas()
        spoken = _spoken(snapshot, days, record)
        self._lay_side(below, content_of_all(content, days, record), spoken, record)
        for panel, box in zip(content.panels, self.boxes, strict=True):
            pen, chart = Pen(below, _SIZE, box), self.chart.at(box)
            lay_land(pen, chart)
            lay_title(pen, box, panel)
            lay_names(Pen(above, _SIZE, box), chart, self.gazetteer)
            if in_box(snapshot, spoken).empty:
                lay_notice(above, box, say("nothing_ever", snapshot.language), _SIZE)
        lay_scale(above, self.chart, _SIZE, snapshot.language)
        self.below, self.above = _image(below, paper=True), _image(above)

    def _lay_side(
        self, canvas: Canvas, content: Content, spoken: gpd.GeoDataFrame, record: Record
    ) -> None:
        """Write beside the maps what the film shows, and below them the credits."""
        lang, ledger = self.snapshot.language, record.ledger
        notes = [
            *shown_only(self.snapshot, ledger.sources),
            f"{say('not_verified', lang)}. {known_of(self.snapshot, each=True)}.",
            terms_of(self.snapshot, lang),
        ]
        y = _DAY - _SIZE * 2.6
        for text, part in [(say("title", lang), 1.1), *((note, 0.9) for note in notes)]:
            size, main = _SIZE * part, part > 1
            for line in wrap(text, _SIDE.width, size, bold=main):
                canvas.write(_SIDE.left, y, line, size, bold=main, colour="ink" if main else "soft")
                y -= size * 1.32
        free = _SIDE._replace(top=y)
        lay_key(canvas, free, key_of(content, self.chart, counted=False), columns=1, size=_SIZE)
        own = ledger.sources[ledger.sources.index.isin(spoken.source_id)]
        credit = credits_of(own, ledger, lang, context=content.snapshot.context)
        fine_print(canvas, credit, _FOOT, _SIZE * 0.75)

    def ground(self, content: Content) -> Image.Image:
        """The maps with the claims of a day."""
        canvas = _canvas()
        for panel, box in zip(content.panels, self.boxes, strict=True):
            pen = Pen(canvas, _SIZE, box)
            chart, context = self.chart.at(box), self.snapshot.context
            lay_claims(pen, chart, panel, self.gazetteer, context=context)
            lay_note(pen, box, panel, self.snapshot.language)
        return Image.alpha_composite(Image.alpha_composite(self.below, _image(canvas)), self.above)

    def words(self, day: dt.date) -> Image.Image:
        """The date and the latest events."""
        lang, canvas = self.snapshot.language, _canvas()
        canvas.write(_SIDE.left, _DAY, say_day(day, lang), 26, bold=True)
        latest = self.events[self.events.date <= pd.Timestamp(day)].tail(_EVENTS)
        y = _MAPS.bottom - _SIZE * 1.2
        for when, title in zip(latest.date[::-1].dt.date, latest.title[::-1], strict=True):
            fresh = when == day
            text = f"{say_day(when, lang)}: {title}"
            while width_of(text, _SIZE, bold=fresh) > _MAPS.width:
                text = f"{text[:-2]}…"
            canvas.write(_MAPS.left, y, text, _SIZE, bold=fresh, colour="ink" if fresh else "soft")
            y -= _SIZE * 1.35
        return _image(canvas)


def content_of_all(content: Content, days: Sequence[dt.date], record: Record) -> Content:
    """Content with every sign of every frame, for the key."""
    snapshot, cells = content.snapshot, record.theatre.index
    voices, said = words(record, snapshot, cells, days[0], days[-1])
    said = said[[(day - days[0]).days for day in days]]
    classes = {CLASSES[n] for n in np.unique(classify(voices, said, snapshot))}

    def whole(panel: Panel) -> Panel:
        if panel.voice == COMPARED:
            names, spoken = classes, {WORDS[n] for n in np.unique(said)}
        else:
            spoken = {WORDS[n] for n in np.unique(said[..., voices.index(panel.voice)])}
            names = spoken
        ground = {as_painted(name): shapely.Point() for name in names} if panel.km2 else {}
        two = {n: (word,) * (1 + (panel.voice == COMPARED)) for n, word in enumerate(spoken)}
        lapsed = {"contested": shapely.Point()} if snapshot.lapsed else {}
        return panel._replace(ground=ground, words={**panel.words, **two}, lapsed=lapsed)

    return content._replace(panels=[whole(panel) for panel in content.panels])


def _canvas() -> Canvas:
    return Canvas(_PAGE.right, _PAGE.top, 72)


def _image(canvas: Canvas, *, paper: bool = False) -> Image.Image:
    return Image.fromarray(canvas.pixels(paper=paper))


def _write_mp4(path: Path, frames: Iterator[Image.Image], rate: float, record: str) -> None:
    # Imported here: pictures do not need it.
    from imageio_ffmpeg import write_frames

    options = ["-crf", "20", "-preset", "veryfast", "-threads", "2", *_EQUAL]
    writer = write_frames(
        str(path), (int(_PAGE.right), int(_PAGE.top)), codec="libx264", pix_fmt_out="yuv420p",
        macro_block_size=16, quality=None, input_params=["-r", f"{rate:.9f}"],
        output_params=options, ffmpeg_log_level="error",
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
    path: Path,
    frames: Iterator[Image.Image],
    durations: np.ndarray,
    palette: Image.Image,
    record: str,
) -> None:
    """Durations in milliseconds; a GIF counts hundredths of a second."""
    first, *others = [
        _small(frame).quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames
    ]
    first.save(
        path, "GIF", save_all=True, append_images=others, duration=durations.tolist(), loop=0,
        optimize=False, comment=record.encode(),
    )  # fmt: skip
