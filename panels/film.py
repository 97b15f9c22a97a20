"""Making a film of the claims in a separate process, so that the app stays responsive."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import streamlit as st
from streamlit.runtime import get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

import geo
from geo.export.film import SHORTEST, days_of, length_of
from geo.selection.snapshot import Snapshot
from panels.record import folders, load

_FORMATS = {".mp4": "MP4", ".gif": "GIF"}
#: All frames of a GIF are in memory while it is made, 1 MB each.
_GIF_FRAMES = 200
_STOPPED = "No film was made: it was stopped."
_BROKEN = "No film was made: something went wrong on the server."
_FULL = "No film was made: too many are in progress; try again in a few minutes."
_OLD = "The film is no longer kept; make it again."
#: Films made at once, over all readers, and how many more may wait.
_AT_ONCE, _WAITING = 2, 6
#: A reader absent for this many seconds has left.
_AWAY = 10
#: How long a film is kept for download, seconds.
_KEPT = 600
_ROOT = Path(__file__).resolve().parent.parent

#: The queue of films in progress or waiting; change it only under the lock, then notify.
_LINE: list[Film] = []
_TURN = threading.Condition()


class Order(NamedTuple):
    """What a film is to be.

    Attributes
    ----------
    span
        First and last day.
    step
        Days between frames.
    seconds
        How long it lasts; None for the usual length.
    extension
        `.mp4` or `.gif`.
    """

    span: Sequence[dt.date]
    step: int
    seconds: float | None
    extension: str


class Film:
    """A film in progress; it can be stopped, and stops when its reader has left.

    Parameters
    ----------
    order
        Its days, length and format.
    show
        What to show.
    present
        Whether its reader is still there; called every second.
    environment
        Where the record is that it shows; by default that of the app.
    """

    def __init__(
        self,
        order: Order,
        show: Snapshot,
        present: Callable[[], bool],
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        (first, last), step, seconds, extension = order
        whole = show.spanning(first, last)
        pace = f"_every-{step}-days" if step > 1 else ""
        pace += f"_{seconds:g}-seconds" if seconds else ""
        name = geo.file_name(whole, extension[1:]).removesuffix(extension)
        self.name = f"{name}{pace}{extension}"
        self.done, self.all = 0, 0
        self.fault = ""
        asked = {"start": str(first), "end": str(last), "step": step, "seconds": seconds}
        self._asked = json.dumps({**asked, "snapshot": show.model_dump(mode="json")})
        self._present = present
        self._environment = os.environ | environment
        self._path = Path()
        self._made = False
        self._over = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        with _TURN:
            if len(_LINE) >= _AT_ONCE + _WAITING:
                self.fault = _FULL
                return
            _LINE.append(self)
        for work in (self._make, self._watch):
            threading.Thread(target=work, daemon=True).start()

    @property
    def at_work(self) -> bool:
        """Whether it is in progress or waiting."""
        return not (self._made or self.fault)

    @property
    def told(self) -> str:
        """Progress, as text."""
        if self._process is None:
            return "Waiting for other films"
        return f"{self.done} of {self.all} frames" if self.all else "Starting"

    def read(self) -> bytes:
        """The bytes of the film."""
        return self._path.read_bytes()

    def stop(self, why: str = _STOPPED) -> None:
        """Stop and delete everything."""
        with _TURN:
            self.fault = self.fault or why
            self._over.set()
            if self._process and self._process.poll() is None:
                # The whole process group, including the encoder; it may be gone by now.
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            _TURN.notify_all()

    def _watch(self) -> None:
        away = 0
        while away < _AWAY and not self._over.wait(1):
            away = 0 if self._present() else away + 1
        self.stop()

    def _make(self) -> None:
        try:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                self._path = Path(folder) / self.name
                with _TURN:
                    _TURN.wait_for(lambda: self.fault or self in _LINE[:_AT_ONCE])
                self._work()
                self._leave_the_line()
                if self._made:
                    self._over.wait(_KEPT)
                self.stop(_OLD)
        except OSError:  # disk full, or no memory
            traceback.print_exc()
            self._leave_the_line()
            self.stop(_BROKEN)

    def _leave_the_line(self) -> None:
        with _TURN:
            _LINE.remove(self)
            _TURN.notify_all()

    def _work(self) -> None:
        with _TURN:
            if self.fault:
                return
            # Not by multiprocessing, whose process would run app.py: Streamlit makes it `__main__`.
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "geo.export.film_process", self._asked, str(self._path)],
                cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                process_group=0, env=self._environment | {"IMAGEIO_FFMPEG_NO_PREVENT_SIGINT": "1"},
            )  # fmt: skip
        told = ""
        with self._process as process:
            for line in process.stdout or ():
                done, _, every = line.partition(" ")
                if done.isdecimal():
                    self.done, self.all = int(done), int(every)
                else:
                    told = f"No film was made: {line.strip()}."
        with _TURN:
            if not self.fault:
                self._made = process.returncode == 0
                self.fault = "" if self._made else told or _BROKEN


def show_film(snapshot: Snapshot) -> None:
    """Choose the days, make the film, show its progress, offer the download."""
    # A returning reader finds the film that was started.
    with st.expander("A film from day to day", expanded=_begun() is not None, key="film"):
        _ask(snapshot)


def _begun() -> Film | None:
    return st.session_state.get("film_made")


@st.fragment
def _ask(snapshot: Snapshot) -> None:
    first, last = (day.date() for day in load().period)
    line = st.container(horizontal=True, vertical_alignment="bottom")
    span = line.date_input(
        "Days", (first, min(last, first + dt.timedelta(days=260))), first, last, key="film_span",
        persist_state="page", width=300,
    )  # fmt: skip
    line.number_input("Days between frames", 1, 60, 1, key="film_step")
    line.number_input("Seconds in all", 1.0, None, None, placeholder="usual", key="film_seconds")
    line.selectbox("Format", list(_FORMATS), format_func=_FORMATS.__getitem__, key="film_extension")
    film = _begun()
    # Read once: it can end at any moment.
    at_work = film is not None and film.at_work
    wrong = _what_is_wrong()
    line.button(
        "Make the film", on_click=_make, args=(snapshot,), disabled=at_work or bool(wrong),
        key="film_make",
    )  # fmt: skip
    if wrong and len(span) == 2:
        st.info(wrong)
    if film and at_work:
        _follow(film)
    elif film and not film.fault:
        st.download_button(
            f"Download {film.name}", film.read, film.name, on_click="ignore", key="film_download"
        )
    elif film:
        st.info(film.fault)
    st.caption(
        "Shows what is switched on now, with the date, areas and events. By default a frame "
        f"lasts a tenth of a second, the film at least {SHORTEST} seconds. It is made on the "
        "server, in a few seconds per month shown; you can go on reading. It is kept for ten "
        "minutes, or until this page is closed."
    )


def _what_is_wrong() -> str:
    """Why no film can be made with these settings; empty if one can."""
    span, step, seconds, extension = _ordered()
    if len(span) != 2:
        return "Choose a first and a last day."
    first, last = span
    try:
        frames = len(days_of(first, last, step, load()))
        length_of(frames, seconds)
    except ValueError as error:
        return f"No film can be made: {error}."
    if extension == ".gif" and frames > _GIF_FRAMES:
        return (
            f"A GIF can have {_GIF_FRAMES} frames, this one would have {frames}: choose fewer "
            "days, more days between frames, or MP4."
        )
    return ""


def _ordered() -> Order:
    """What the reader chose."""
    return Order(*(st.session_state[f"film_{name}"] for name in Order._fields))


def _make(snapshot: Snapshot) -> None:
    """Start a film, before the button is redrawn; one at a time."""
    film = _begun()
    context = get_script_run_ctx()
    if context is None or _what_is_wrong() or (film and film.at_work):
        return
    if film:
        film.stop()
    present = partial(get_instance().is_active_session, context.session_id)
    st.session_state.film_made = Film(_ordered(), snapshot, present, folders())


@st.fragment(run_every=1.0)
def _follow(film: Film) -> None:
    """Show the progress of a film, every second until it has ended."""
    if not film.at_work:
        # Only a full rerun redraws the button and ends the polling.
        st.rerun()
    st.progress(film.done / max(film.all, 1), film.told)
    st.button("Stop", on_click=film.stop, key="film_stop")
