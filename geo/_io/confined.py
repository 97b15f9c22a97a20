"""A separate process for untrusted files, killed when it exceeds its limits."""

from __future__ import annotations

import builtins
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from geo._io.errors import ProgramError

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Limits:
    """Limits on reading map files, for all files of one call together.

    Attributes
    ----------
    seconds
        Time until the process is killed.
    memory_mb
        Memory of the reading process, millions of bytes.
    input_mb
        Size of the files, millions of bytes.
    unpacked_mb
        Unpacked size of zipped files, millions of bytes.
    features
        Number of features in the files.

    Examples
    --------
    >>> Limits.of(["seconds=120"])
    Limits(seconds=120, memory_mb=2000, input_mb=200, unpacked_mb=1000, features=200000)
    """

    seconds: int = 60
    memory_mb: int = 2_000
    input_mb: int = 200
    unpacked_mb: int = 1_000
    features: int = 200_000

    @classmethod
    def of(cls, settings: Sequence[str]) -> Limits:
        """Limits from settings such as `seconds=120`; the others keep their defaults.

        Raises
        ------
        ValueError
            If a name is not known or a value no whole number from 1.
        """
        names = [field.name for field in fields(cls)]
        found = {}
        for setting in settings:
            name, _, value = setting.partition("=")
            if name not in names or not value.isdecimal() or not 0 < int(value[:18]) < 10**9:
                msg = (
                    f"`limit` was {setting[:60]!r} but is expected to be NAME=NUMBER with a name "
                    f"of {', '.join(names)} and a whole number from 1"
                )
                raise ValueError(msg)
            found[name] = int(value)
        return cls(**found)

    def advice(self, name: str) -> str:
        """How to allow more of something."""
        more = 2 * int(getattr(self, name))
        return f"allow more with --limit {name}={more} (limits=geo.Limits({name}={more}) in Python)"


class LimitError(Exception):
    """A process exceeded a limit, or ended without an answer.

    Attributes
    ----------
    limit
        The name of the limit; empty if something else ended it.
    at
        What it was working on, as it reported itself.
    """

    def __init__(self, limit: str, at: str = "", why: str = "") -> None:
        self.limit, self.at = limit, at
        super().__init__(why)


#: Signals that end a process at a system limit, and the limit that each means.
_ENDED_BY = {signal.SIGXCPU: "seconds", signal.SIGXFSZ: "unpacked_mb"}


#: A place in our own code, in a traceback.
_PLACE = re.compile(r'File "[^"]*[\\/](geo[\\/][^"]*)", line (\d+)')


class Confined:
    """A process that does one job after another: `python -m module FOLDER SOCKET`.

    A job that exceeds a limit or crashes ends the process; the next one starts it anew.
    Nothing that it starts outlives `close`. Its folder is made in `place`, by default where
    temporary files are kept.
    """

    def __init__(self, module: str, limits: Limits, place: Path | None = None) -> None:
        self._module, self._limits = module, limits
        self._room = tempfile.TemporaryDirectory(prefix="claims-", dir=place)
        self._process: subprocess.Popen[bytes] | None = None
        #: The folder that it shares with the process.
        self.folder = Path(self._room.name)

    def ask(self, job: Mapping[str, Any]) -> None:
        """Run a job; its answer is in the folder afterwards.

        Raises
        ------
        LimitError
            If it exceeded a limit or crashed.
        ProgramError
            If our own code failed in it.
        """
        asked = self.folder / "asked.json"
        asked.write_text(json.dumps({**job, "limits": vars(self._limits)}), "utf-8")
        asked.replace(self.folder / "job.json")
        if self._process is None:
            self._start()
        try:
            self._link.send(b"\n")
            answered = self._link.recv(1)
        except TimeoutError:
            self.stop()
            raise LimitError("seconds", _left(self.folder, "at")) from None
        except OSError:  # it ended before
            answered = b""
        if not answered:
            raise _why_ended(self.folder, self.stop(at_once=False))

    def _start(self) -> None:
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(_ROOT), *sys.path[1:]]),
            # One thread, and no network for GDAL and PROJ.
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "GDAL_NUM_THREADS": "1",
            "PROJ_NETWORK": "OFF",
            "GDAL_HTTP_PROXY": "127.0.0.1:9",
            "GDAL_DRIVER_PATH": "disable",
        }
        (self.folder / "limit").unlink(missing_ok=True)
        self._link, theirs = socket.socketpair()
        self._link.settimeout(self._limits.seconds)
        with (self.folder / "stderr").open("wb") as stderr, theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", self._module, self._room.name, str(theirs.fileno())],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,
                pass_fds=[theirs.fileno()],
            )

    def stop(self, *, at_once: bool = True) -> int:
        """End the process, and whatever it started; its exit code."""
        process, self._process = self._process, None
        if process is None:
            return 0
        self._link.close()
        if not at_once:  # it is ending by itself
            with suppress(subprocess.TimeoutExpired):
                process.wait(self._limits.seconds)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        return process.wait()

    def close(self) -> None:
        """End the process and remove its folder."""
        self.stop()
        self._room.cleanup()


def _why_ended(folder: Path, code: int) -> LimitError | ProgramError:
    words = _left(folder, "stderr").strip()
    limit = _left(folder, "limit")
    if code < 0:
        # Libraries that run out of memory abort or crash.
        limit = _ENDED_BY.get(signal.Signals(-code), "memory_mb")
    elif "MemoryError" in words or "bad_alloc" in words:
        limit = "memory_mb"
    why, at = words.rpartition("\n")[2][:200], _left(folder, "at")
    raised = getattr(builtins, why.partition(":")[0], None)
    # A full disk is no fault of ours, nor is what ended without an exception.
    system = isinstance(raised, type) and issubclass(raised, OSError)
    if limit or system or "Traceback (most recent call last)" not in words:
        return LimitError(limit, at, why)
    place = "".join(f"; {file}, line {line}" for file, line in _PLACE.findall(words)[-1:])
    problem = f"this program failed on it ({why}{place}), which is its fault and not the file's; "
    problem += "report this message to whoever maintains it"
    return ProgramError(f"{at}: {problem}" if at else problem)


def _left(folder: Path, name: str) -> str:
    """The start of a text file that the process left; empty if there is none."""
    with suppress(OSError), (folder / name).open("rb") as file:
        return file.read(100_000).decode(errors="replace")
    return ""


def serve(work: Callable[[Path, dict[str, Any]], None]) -> None:
    """Do the jobs of a `Confined` process, each within its limits, until there are no more."""
    folder, link = Path(sys.argv[1]), socket.socket(fileno=int(sys.argv[2]))
    asked = folder / "job.json"
    while True:
        if asked.exists():
            job: dict[str, Any] = json.loads(asked.read_text("utf-8"))
            _confine(job["limits"])
            try:
                work(folder, job)
            except LimitError as passed:
                (folder / "limit").write_text(passed.limit, "utf-8")
                sys.exit(1)
            asked.unlink()
            link.send(b"\n")
        elif not link.recv(1):
            return


def _confine(limits: Mapping[str, int]) -> None:
    import resource  # not on every platform, and needed only here

    spent = int(time.process_time())
    for kind, most in (
        (resource.RLIMIT_DATA, limits["memory_mb"] * 1_000_000),
        (resource.RLIMIT_CPU, spent + limits["seconds"] + 1),
        (resource.RLIMIT_FSIZE, (limits["unpacked_mb"] + limits["input_mb"]) * 1_000_000),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))
