"""Map files that a reader hands over, zips of them too, imported by one confined process.

`python -m geo.maps.upload FOLDER SOCKET` is that process; see `geo._io.confined`.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import shapely

from geo._io.confined import Confined, LimitError, Limits, serve
from geo._io.errors import DataError, Fault, ProgramError
from geo._io.text import sound
from geo.maps.archive import read
from geo.maps.formats import FORMATS
from geo.maps.importing import Imported, import_maps
from geo.maps.mapping import Mapping
from geo.maps.polygons import told


class UploadLimits(Limits):
    """Limits that whoever uploads cannot change."""

    def advice(self, name: str) -> str:  # noqa: ARG002 - as of all limits
        """What to do instead."""
        return "give fewer or smaller files, or import them on a computer of your own"


#: Limits on all files that are handed over at once.
LIMITS = UploadLimits(seconds=300, memory_mb=1_000, input_mb=50, unpacked_mb=250)
#: How many files, labels, and points of all shapes there may be.
FILES, LABELS, POINTS = 500, 60, 100_000
#: Bytes of a file's name; file systems store no more than 255.
_LONGEST = 240
#: What a stored name is made of: no separator, nothing that fsspec would follow.
_ODD = re.compile(r"[^\w .,()+@-]")


def store(files: Sequence[tuple[str, bytes]], folder: Path) -> None:
    """Store files under names that are safe, each in a folder of its own.

    Parameters
    ----------
    files
        Untrusted names, and contents.
    folder
        Where to; it is made.
    """
    for number, (name, raw) in enumerate(files):
        _place(name, folder, number).write_bytes(raw)


def _place(name: str, folder: Path, number: int) -> Path:
    own = folder / f"{number:05}"
    own.mkdir(parents=True)
    return own / safe_name(name)


def safe_name(name: str) -> str:
    """The last part of a path, without what a file system or a reader could stumble over.

    Examples
    --------
    >>> safe_name("../../etc/a<b>::map 2024-08-09.geojson")
    'a_b___map 2024-08-09.geojson'
    """
    last = re.split(r"[/\\]", sound(name))[-1]
    short = _ODD.sub("_", last).encode()[-_LONGEST:].decode(errors="ignore")
    return short.lstrip(".") or "_"


def import_upload(
    process: Confined, uploads: Path, mapping: Mapping, into: Path, data: Path
) -> tuple[Imported, int]:
    """Import the files of a folder that `store` made.

    Parameters
    ----------
    process
        As `confined_import` makes it; whoever stops it ends the import.
    uploads
        The folder.
    mapping
        How they are understood.
    into
        Where the result of `geo.import_maps` goes, once it is whole.
    data
        Folder of the tables.

    Returns
    -------
    found : Imported
        What was understood, and what was left out.
    points
        How many points the shapes have.

    Raises
    ------
    DataError
        If nothing can be used; each fault says why.
    """
    job = {"uploads": str(uploads), "data": str(data), "mapping": asdict(mapping)}
    try:
        process.ask(job)
    except LimitError as passed:
        raise DataError.of([Fault(passed.at, 0, "", told(passed, LIMITS))]) from None
    except ProgramError as error:
        raise DataError.of([Fault("", 0, "", str(error))]) from error
    answer = json.loads((process.folder / "answer.json").read_text("utf-8"))
    faults = [Fault(**fault) for fault in answer.pop("broken")]
    if "refused" in answer:
        raise DataError.of(faults)
    found = Imported(**answer["found"], broken=faults)
    found.labels = Counter({(label, status): n for label, status, n in answer["labels"]})
    found.left_out, found.mended = Counter(found.left_out), Counter(found.mended)
    into.mkdir(exist_ok=True)
    for made in sorted((process.folder / "made").glob("[!.]*.*")):
        found.written.append(made.replace(into / made.name))
    return found, answer["points"]


def confined_import(place: Path) -> Confined:
    """The process that imports; all that it writes lies in `place`."""
    return Confined("geo.maps.upload", LIMITS, place)


def progress_of(process: Confined) -> tuple[int, int]:
    """How many files it has read, and how many there are; zeros before it knows."""
    try:
        done, every = (process.folder / "progress").read_text().split()
    except (OSError, ValueError):
        return 0, 0
    return int(done), int(every)


# ---- the process ----------------------------------------------------------------------


def _unpacked(path: Path, folder: Path, limits: Limits) -> Iterator[Fault]:
    """Unpack a zip of map files; tells what is not used of it."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > FILES:
                yield Fault(path.name, 0, "", f"holds {len(entries):,} files; allowed: {FILES}")
                return
            # No more than this is ever unpacked, whatever it holds.
            if sum(entry.file_size for entry in entries) > limits.unpacked_mb * 1_000_000:
                yield Fault(path.name, 0, "", told(LimitError("unpacked_mb"), limits))
                return
            for number, entry in enumerate(entries):
                name = safe_name(entry.filename)
                # What macOS adds to a zip, and other hidden files.
                hidden = re.search(r"(^|[/\\])(__MACOSX[/\\]|\.[^/\\]*$)", entry.filename)
                if hidden or Path(name).suffix.lower() not in FORMATS:
                    problem = f"is no map file (in {path.name}); allowed: {', '.join(FORMATS)}"
                    yield Fault(name, 0, "", problem)
                    continue
                with archive.open(entry) as source, _place(name, folder, number).open("wb") as to:
                    shutil.copyfileobj(source, to)
    except (
        zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, ValueError,
    ) as error:  # fmt: skip
        problem = f"cannot be unpacked ({str(error)[:120]}); zip it again, without a password"
        yield Fault(path.name, 0, "", problem)


def _is_shapefile(path: Path) -> bool:
    """Whether a zip is one zipped Shapefile, or several, which are read as they are."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.lower().endswith(".shp") for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def _work(folder: Path, job: dict[str, Any]) -> None:
    # What it starts in turn leaves nothing elsewhere, however it ends.
    tempfile.tempdir = str(folder)
    files, made = folder / "files", folder / "made"
    files.mkdir()
    limits = UploadLimits(**job["limits"])
    each = replace(limits, seconds=30)
    faults: list[Fault] = []
    uploads = sorted(Path(job["uploads"]).glob("*/*"))
    paths = []
    for number, path in enumerate(uploads):
        (folder / "at").write_text(path.name, "utf-8")
        if path.suffix.lower() == ".zip" and not _is_shapefile(path):
            faults += _unpacked(path, files / str(number), limits)
        else:
            paths.append(path)
    (folder / "at").write_text("", "utf-8")

    def progress(done: int, every: int) -> None:
        text = folder / "progress.txt"
        text.write_text(f"{done} {every}")
        text.replace(folder / "progress")

    answer: dict[str, Any] = {"points": 0}
    try:
        every = len(paths) + len([*files.glob("*/*/*")])
        if every > FILES:
            problem = f"{every:,} files were given; allowed at once: {FILES}"
            raise DataError.of([Fault("", 0, "", problem)])
        mapping = Mapping(**job["mapping"])
        found = import_maps(
            mapping, *paths, files, into=made, data=job["data"], workers=1, limits=each,
            progress=progress,
        )  # fmt: skip
        faults += found.broken + found.failed
        answer["points"] = _checked(found, made)
    except (DataError, ProgramError) as error:
        faults += getattr(error, "faults", ()) or [Fault("", 0, "", str(error))]
        answer = {"refused": True}
    else:
        rest = {"labels", "left_out", "mended", "broken", "failed", "written"}
        about = {name: value for name, value in vars(found).items() if name not in rest}
        answer["found"] = about | {"left_out": found.left_out, "mended": found.mended}
        answer["labels"] = [[*label, count] for label, count in found.labels.items()]
    answer["broken"] = [vars(fault) for fault in sorted(set(faults))[:FILES]]
    text = json.dumps(answer, ensure_ascii=False)
    (folder / "answer.json").write_text(text, "utf-8", "replace")


def _checked(found: Imported, made: Path) -> int:
    """How many points there are.

    Raises
    ------
    DataError
        If there are too many, or too many labels.
    """
    labels = {label for label, _ in found.labels}
    if len(labels) > LABELS:
        problem = (
            f"have {len(labels):,} different labels, such as {min(labels)!r:.60}; allowed: "
            f"{LABELS}. Name the property that holds the status"
        )
        raise DataError.of([Fault("The shapes", 0, "", problem)])
    if not found.written:
        return 0
    if not found.editions:
        raise DataError.of([Fault("The shapes", 0, "", "tell no day; choose how days are told")])
    shapes = read(made / f"{found.source}.parquet").shapes
    points = int(shapely.get_num_coordinates(shapes.geometry.to_numpy()).sum())
    if points > POINTS:
        problem = (
            f"have {points:,} points in the oblast; the app can show {POINTS:,}. Give fewer days, "
            "or import them on a computer of your own"
        )
        raise DataError.of([Fault("The shapes", 0, "", problem)])
    return points


if __name__ == "__main__":
    serve(_work)
