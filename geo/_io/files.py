"""Writing files atomically."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = ".claims-"
#: What `tempfile` makes of it.
_FOLDER = re.compile(re.escape(_PREFIX) + "[a-z0-9_]{8}")


@contextmanager
def replacing(*paths: Path) -> Iterator[list[Path]]:
    """Yield temporary files that replace `paths` once all are complete: all of them, or none.

    Symbolic links stay links, and replaced files keep their permissions. What a killed
    program left beside them is removed.

    Raises
    ------
    OSError
        If one cannot be written; the message says why, and what to do.
    """
    try:
        targets = [Path(os.path.realpath(path)) for path in paths]
        for target in filter(Path.exists, targets):
            target.open("ab").close()  # raises if it is not writable
        _tidy(targets[0].parent)
        with _folder(targets[0].parent) as folder:
            made = [folder / target.name for target in targets]
            yield made
            pairs = list(zip(made, targets, strict=True))
            for file, target in pairs:
                if target.exists():
                    shutil.copymode(target, file)
            for file, target in pairs:
                file.replace(target)
    except OSError as error:
        advice = (
            "choose a shorter name"
            if error.errno == errno.ENAMETOOLONG
            else "choose an existing folder with free space"
        )
        msg = f"cannot write {paths[0]} ({error.strerror or error}); {advice}"
        raise OSError(msg) from error


@contextmanager
def _folder(place: Path) -> Iterator[Path]:
    """A new folder, locked while this program runs."""
    while True:
        with (
            tempfile.TemporaryDirectory(
                prefix=_PREFIX, dir=place, ignore_cleanup_errors=True
            ) as name,
            _locked(Path(name)) as own,
        ):
            # Another program may have taken it for one that was left, and removed it.
            if own is not False and Path(name).exists():
                yield Path(name)
                return


def _tidy(place: Path) -> None:
    """Remove the folders of programs that no longer run."""
    for folder in place.iterdir():
        if _FOLDER.fullmatch(folder.name) and folder.is_dir() and not folder.is_symlink():
            with _locked(folder) as left:
                if left:
                    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[bool | None]:
    """Whether a folder could be locked; the lock ends with the program, however that ends.

    None where the system has no such locks.
    """
    try:
        import fcntl
    except ImportError:
        yield None
        return
    try:
        number = os.open(folder, os.O_RDONLY)
    except OSError:  # of somebody else, or gone by now
        yield False
        return
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        yield False
    else:
        yield True
    finally:
        os.close(number)
