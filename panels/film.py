"""Making a film of the claims, by a process of its own: the app stays as quick as it is."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import streamlit as st

import geo
from geo.snapshot import Snapshot
from panels.record import load

_FORMATS = {".mp4": "MP4", ".gif": "GIF"}
_STOPPED = "It was stopped."
#: So many films are made at once, whoever asks; others wait.
_ROOM = threading.BoundedSemaphore(2)
_ROOT = Path(__file__).resolve().parent.parent
#: Works out a film, and writes a line "done all" after every frame.
_WORK = """
import signal, sys
# Whoever starts the app in the background may have switched this off for all that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
from geo.animation import animate
from geo.snapshot import Snapshot
settings, first, last, step, path = sys.argv[1:]
animate(
    first, last, path, step=int(step), snapshot=Snapshot.model_validate_json(settings),
    progress=lambda done, every: print(done, every, flush=True),
)
"""


class Film:
    """A film that is being made; it can be stopped."""

    def __init__(
        self, span: tuple[dt.date, dt.date], step: int, ending: str, show: Snapshot
    ) -> None:
        first, last = span
        whole = show.spanning(first, last)
        every = f"_every-{step}-days" if step > 1 else ""
        self.name = f"{geo.file_name(whole, '').removesuffix('.')}{every}{ending}"
        self.done, self.all = 0, 0
        self.content: bytes | None = None
        self.fault = ""
        self._stopped = False
        self._folder = tempfile.TemporaryDirectory()
        self._path = Path(self._folder.name) / self.name
        settings = [show.model_dump_json(), str(first), str(last), str(step), str(self._path)]
        self._command = [sys.executable, "-c", _WORK, *settings]
        self._process: subprocess.Popen[str] | None = None
        threading.Thread(target=self._make, daemon=True).start()

    @property
    def at_work(self) -> bool:
        """Whether it is still being made."""
        return self.content is None and not self.fault

    def stop(self) -> None:
        """Give up; nothing is left behind."""
        self._stopped = True
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
        else:
            self.fault = _STOPPED

    def _make(self) -> None:
        with self._folder, _ROOM:
            if not self._stopped:
                self._work()

    def _work(self) -> None:
        with subprocess.Popen(  # noqa: S603 - our own script
            self._command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            self._process = process
            if self._stopped:  # between two lines
                self.stop()
            for line in process.stdout or ():
                self.done, self.all = map(int, line.split())
            complaint = (process.stderr.read() if process.stderr else "").strip()
            if process.wait() == 0:
                self.content = self._path.read_bytes()
            elif self._stopped or not complaint:
                self.fault = _STOPPED
            else:
                self.fault = complaint.splitlines()[-1]


def show_film(snapshot: Snapshot) -> None:
    """Ask for a span of days, make the film, show how far it is, give it away."""
    # Whoever comes back finds the film that was begun.
    with st.expander("A film from day to day", expanded=_begun() is not None, key="film"):
        _ask(snapshot)


def _begun() -> Film | None:
    return st.session_state.get("film_made")


@st.fragment
def _ask(snapshot: Snapshot) -> None:
    first, last = (day.date() for day in geo.period(load()[1]))
    line = st.container(horizontal=True, vertical_alignment="bottom")
    span = line.date_input(
        "Days", (first, min(last, first + dt.timedelta(days=260))), first, last, key="film_days",
        persist_state="page", width=300,
    )  # fmt: skip
    line.number_input("Days from frame to frame", 1, 60, 1, key="film_step")
    line.selectbox("As", list(_FORMATS), format_func=_FORMATS.__getitem__, key="film_as")
    film = _begun()
    # Asked once: it can end at any moment.
    at_work = film is not None and film.at_work
    line.button(
        "Make the film", on_click=_make, args=(snapshot,), disabled=at_work or len(span) != 2,
        key="film_make",
    )  # fmt: skip
    if film and at_work:
        _follow(film)
    elif film and film.content:
        st.download_button(
            f"Download {film.name}", film.content, film.name, on_click="ignore",
            key="film_download",
        )  # fmt: skip
    elif film:
        st.info(f"No film was made: {film.fault}")
    st.caption(
        "Shows what is switched on now, with the date, areas and events. It is made on the "
        "server, some seconds for a month of days; go on reading meanwhile."
    )


def _make(snapshot: Snapshot) -> None:
    """Begin a film, before the button is drawn again; one at a time."""
    state, film = st.session_state, _begun()
    if len(state.film_days) == 2 and not (film and film.at_work):
        state.film_made = Film(state.film_days, int(state.film_step), state.film_as, snapshot)


@st.fragment(run_every=1.0)
def _follow(film: Film) -> None:
    """How far a film is that is being made; asks every second, until it has ended."""
    if not film.at_work:
        # Only the whole page can draw the button anew, and end the asking.
        st.rerun()
    said = f"{film.done} of {film.all} frames" if film.all else "Beginning"
    st.progress(film.done / max(film.all, 1), said)
    st.button("Stop", on_click=film.stop, key="film_stop")
