"""Writing files atomically."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(*paths: Path) -> Iterator[list[Path]]:
    """Yield temporary files that replace `paths` once all are complete: all of them, or none.

    Symbolic links stay links, and replaced files keep their permissions.

    Raises
    ------
    OSError
        If one cannot be written; the message says why, and what to do.
    """
    try:
        targets = [Path(os.path.realpath(path)) for path in paths]
        for target in filter(Path.exists, targets):
            target.open("ab").close()  # raises if it is not writable
        with tempfile.TemporaryDirectory(prefix=".claims-", dir=targets[0].parent) as folder:
            made = [Path(folder) / target.name for target in targets]
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
