"""A separate process for untrusted files, killed when it exceeds its limits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

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


@contextmanager
def confined(module: str, job: Mapping[str, Any], limits: Limits) -> Iterator[Path]:
    """Run `python -m module FOLDER` with `job.json` in the folder; gives the folder afterwards.

    Nothing that the process starts outlives this call.

    Raises
    ------
    LimitError
        If it exceeded a limit or crashed.
    """
    with tempfile.TemporaryDirectory(prefix="claims-") as name:
        folder = Path(name)
        asked = {**job, "limits": vars(limits)}
        (folder / "job.json").write_text(json.dumps(asked), "utf-8")
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
        with (folder / "stderr").open("wb") as stderr:
            process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", module, name],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,
            )
        try:
            code = process.wait(limits.seconds)
        except subprocess.TimeoutExpired:
            raise LimitError("seconds", _left(folder, "at")) from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if code:
            raise _why_ended(folder, code)
        yield folder


def _why_ended(folder: Path, code: int) -> LimitError:
    words = _left(folder, "stderr").strip()
    limit = _left(folder, "limit")
    if code < 0:
        # Libraries that run out of memory abort or crash.
        limit = _ENDED_BY.get(signal.Signals(-code), "memory_mb")
    elif "MemoryError" in words or "bad_alloc" in words:
        limit = "memory_mb"
    return LimitError(limit, _left(folder, "at"), words.rpartition("\n")[2][:200])


def _left(folder: Path, name: str) -> str:
    """The start of a text file that the process left; empty if there is none."""
    with suppress(OSError), (folder / name).open("rb") as file:
        return file.read(100_000).decode(errors="replace")
    return ""


@contextmanager
def entered(folder: Path) -> Iterator[dict[str, Any]]:
    """Apply the limits of a job to the process that runs it; yields the job."""
    import resource  # not on every platform, and needed only here

    job: dict[str, Any] = json.loads((folder / "job.json").read_text("utf-8"))
    limits = job["limits"]
    for kind, most in (
        (resource.RLIMIT_DATA, limits["memory_mb"] * 1_000_000),
        (resource.RLIMIT_CPU, limits["seconds"] + 1),
        (resource.RLIMIT_FSIZE, (limits["unpacked_mb"] + limits["input_mb"]) * 1_000_000),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    try:
        yield job
    except LimitError as passed:
        (folder / "limit").write_text(passed.limit, "utf-8")
        sys.exit(1)
