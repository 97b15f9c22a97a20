"""Importing published maps: one task of Dask per file; the result is whole or absent."""

from __future__ import annotations

import atexit
import datetime as dt
import json
import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from geo._io.confined import Confined, LimitError, Limits
from geo._io.csv_text import csv_text
from geo._io.errors import DataError, Fault, ProgramError
from geo._io.files import replacing
from geo._io.version import __version__
from geo.maps import archive as archives
from geo.maps.extract import OBLAST
from geo.maps.formats import RefusalError
from geo.maps.importers import importer
from geo.maps.mapping import Mapping
from geo.maps.polygons import told
from geo.maps.readings import as_claims, readings
from geo.maps.wire import packed, unpacked
from geo.tables.boundaries import load_boundaries
from geo.tables.reading import load_settlements, load_sources
from geo.tables.schema import DATA, RECORD_START

#: With fewer files than this they are read one after the other.
FEW = 8
#: Files that each worker gets at a time; after each such batch what was read is kept.
_BATCH = 8

#: Called with how many files are done, and how many there are.
Progress = Callable[[int, int], None]


@dataclass
class Imported:
    """What an import understood, and what it left out.

    Attributes
    ----------
    source
        Whose maps.
    files
        How many were understood; `read` of them now, the others before.
    editions, first, last
        How many days they draw, and the first and last of these, YYYY-MM-DD.
    shapes, readings
        Rows of the archive; readings at settlements.
    labels
        Shapes within the oblast by label and the status it stands for; empty for a label
        that has none.
    left_out
        How many shapes were left out, and files, by reason.
    mended
        How many shapes were changed, by how.
    broken
        The files that could not be read, and why.
    failed
        Those on which this program failed, which need not be broken.
    written
        The files that were made; none if a label has no status.
    """

    source: str
    files: int = 0
    read: int = 0
    editions: int = 0
    first: str = ""
    last: str = ""
    shapes: int = 0
    readings: int = 0
    labels: Counter[tuple[str, str]] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    mended: Counter[str] = field(default_factory=Counter)
    broken: list[Fault] = field(default_factory=list)
    failed: list[Fault] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)

    def report(self) -> Iterator[str]:
        """What was understood and left out, line by line."""
        yield (
            f"{self.source}: {self.files:,} files ({self.read:,} read now), {self.editions:,} days"
            + (f" from {self.first} to {self.last}" if self.first else "")
            + f"; {self.shapes:,} shapes, {self.readings:,} readings at settlements"
        )
        for (label, status), count in sorted(self.labels.items()):
            yield f"  label {label!r}: {status or 'NO STATUS'}, {count:,} shapes in the oblast"
        for what, of in (("left out", self.left_out), ("changed", self.mended)):
            for why, count in sorted(of.items()):
                yield f"  {what}: {count:,}, {why}"
        for path in self.written:
            yield str(path)

    @property
    def unmapped(self) -> list[str]:
        """Labels without a status."""
        return sorted(label for label, status in self.labels if not status)


def import_maps(  # noqa: PLR0913 - what the command line offers
    mapping: Mapping | str,
    *paths: Path | str,
    into: Path | str,
    data: Path | str = DATA,
    skip_unmapped: bool = False,
    since_last: bool = False,
    gap: int = archives.GAP,
    workers: int | None = None,
    scheduler: str | None = None,
    limits: Limits | None = None,
    read_on: dt.date | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Import a source's published maps, for `geo.load_ledger(maps=DIR)`.

    Makes `SOURCE.parquet` (the shapes and the days on which they stood), `SOURCE.csv` (readings
    at the settlements, as rows of `claims.csv`) and `SOURCE.toml` (the mapping): all of them, or
    none. What was read of each file is kept in `.extracts`, so that an import that was
    interrupted goes on where it stopped.

    Parameters
    ----------
    mapping
        How the files are understood: a `Mapping`, or the name of an importer
        (`deepstate`, `uacontrolmap`, `isw`).
    *paths
        Map files, folders of them, or addresses that fsspec understands.
    into
        Folder to write to; it is made if it does not exist.
    data
        Folder of the tables.
    skip_unmapped
        Leave out shapes whose label has no status; by default they stop the import.
    since_last
        Add to what was imported before; files that are in it are not opened.
    gap
        Days after which an edition counts no more, if no other followed.
    workers
        Processes that read; by default one for each core, or one for a few files.
    scheduler
        Address of a Dask cluster that reads instead, `tcp://...`.
    limits
        Limits on reading each file.
    read_on
        The day on which the files are read; by default today.
    progress
        Called after each batch of files.

    Returns
    -------
    Imported
        What was understood and what was left out.

    Raises
    ------
    DataError
        If not one file can be used.
    ProgramError
        If this program failed on all that could.
    ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> import tempfile
    >>> ring = [[51.2, 35.1], [51.2, 35.3], [51.4, 35.3], [51.2, 35.1]]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "20240820.json"
    ...     _ = file.write_text(json.dumps({"areas_ua": [ring]}))
    ...     found = import_maps("uacontrolmap", file, into=folder)
    >>> found.editions, found.shapes, found.first
    (1, 1, '2024-08-20')
    """
    mapping = Mapping.shipped(mapping) if isinstance(mapping, str) else mapping
    into, data = Path(into), Path(data)
    sources = load_sources(data)
    if mapping.source not in sources.index:
        msg = (
            f"`source` was {mapping.source!r} but is expected to be one of "
            f"{', '.join(sources.index)}, or a row that you add to sources.csv"
        )
        raise ValueError(msg)
    found = Imported(mapping.source)
    read_on = read_on or dt.date.today()
    store = _Store(into, mapping, data, limits or Limits(), read_on)
    known = store.known() if since_last else {}
    wanted = dict(_wanted(paths, mapping, store, found, read_on))
    todo = [key for key in wanted if key not in known and not store.holds(key)]
    if progress:
        progress(0, len(todo))
    for done, (key, extract) in enumerate(
        _extracted([(key, *wanted[key]) for key in todo], store.settings, workers, scheduler), 1
    ):
        store.keep(key, extract)
        if progress:
            progress(done, len(todo))
    found.read = len(todo)
    extracts = list(store.take([*dict.fromkeys([*known, *wanted])], found))
    if found.failed and not extracts:
        raise ProgramError(str(found.failed[0]))
    if not extracts:
        raise DataError.of(found.broken or [Fault("", 0, "", "no map file was given; give some")])
    if found.unmapped and not skip_unmapped:
        return found
    result = archives.archive(mapping.source, extracts, mapping.blank, gap)
    settlements = load_settlements(data)
    at = readings(result, settlements, mapping.blank)
    days = [day.date().isoformat() for day in result.editions.day]
    found.editions, found.shapes, found.readings = len(set(days)), len(result.shapes), len(at)
    found.first, found.last = (min(days), max(days)) if days else ("", "")
    files = [into / f"{mapping.source}{ending}" for ending in (".parquet", ".csv", ".toml")]
    with replacing(*files) as made:
        archives.write(result, made[0])
        source: Any = sources.loc[mapping.source]
        table = as_claims(result, at, settlements, source)
        made[1].write_text(csv_text(table), "utf-8")
        made[2].write_text(mapping.toml(), "utf-8")
    store.finish([*dict.fromkeys([*known, *wanted])])
    found.written = files
    return found


def _wanted(
    paths: Sequence[Path | str], mapping: Mapping, store: _Store, found: Imported, today: dt.date
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each file's key, address and name; what cannot be used by its name alone is told."""
    import fsspec

    read = importer(mapping.importer)
    for path in paths:
        system, root = fsspec.core.url_to_fs(str(path))
        if not system.exists(root):
            found.broken.append(Fault(str(path), 0, "", "is missing; check the path"))
            continue
        for one in sorted(system.find(root)):
            name = one.rpartition("/")[2]
            if name.startswith("."):
                continue
            try:
                day = read.time(name, mapping)[:10]
            except RefusalError as refusal:
                found.broken.append(Fault(name, 0, "", str(refusal)))
                continue
            if day and day < RECORD_START.isoformat():
                found.left_out[f"files from before {RECORD_START}"] += 1
            elif day > today.isoformat():
                problem = f"is dated {day}, which lies in the future; correct its name"
                found.broken.append(Fault(name, 0, "", problem))
            else:
                address = system.unstrip_protocol(one)
                yield store.key(address, system.ukey(one)), (address, name)


# ---- what has been read -----------------------------------------------------------------


class _Store:
    """The extracts of a source's files, kept in a folder from one import to the next."""

    def __init__(
        self, into: Path, mapping: Mapping, data: Path, limits: Limits, read_on: dt.date
    ) -> None:
        oblast = load_boundaries("oblast", data).geometry.iloc[0]
        self.settings = {
            "mapping": asdict(mapping),
            "oblast": oblast.wkb,
            "limits": limits,
            "span": [RECORD_START.isoformat(), read_on.isoformat()],
        }
        self.read_on = read_on.isoformat()
        understood = json.dumps([asdict(mapping), oblast.wkb_hex, __version__])
        self._mark = sha256(understood.encode()).hexdigest()
        self.folder = into / ".extracts" / mapping.source
        self.folder.mkdir(parents=True, exist_ok=True)

    def key(self, address: str, state: str) -> str:
        """Changes with the file, and with how it is understood."""
        return sha256(f"{address} {state} {self._mark}".encode()).hexdigest()[:32]

    def holds(self, key: str) -> bool:
        return (self.folder / key).exists()

    def keep(self, key: str, extract: bytes) -> None:
        # Whole or absent; what is left of a program that was killed, `finish` removes.
        part = self.folder / f".{key}"
        part.write_bytes(f"{self.read_on}\n".encode() + extract)
        part.replace(self.folder / key)

    def take(self, keys: Iterable[str], found: Imported) -> Iterator[tuple[bytes, str]]:
        """Extracts with the day on which they were read; adds up what they tell."""
        for key in keys:
            read_on, _, extract = (self.folder / key).read_bytes().partition(b"\n")
            about, _ = unpacked(extract)
            if "refused" in about:
                faults = found.failed if "failed" in about else found.broken
                faults.append(Fault(about["file"], 0, "", about["refused"]))
                (self.folder / key).unlink()  # it is tried again next time
                continue
            found.files += 1
            for label, status, count in about["labels"]:
                found.labels[label, status] += count
            for told_of, of in (("left_out", found.left_out), ("mended", found.mended)):
                for why, (count, _) in about[told_of].items():
                    of[why] += count
            yield extract, read_on.decode()

    def known(self) -> dict[str, None]:
        """The keys of what the last import was made of.

        Raises
        ------
        ValueError
            If it understood the files in another way.
        """
        listed = self.folder / "last"
        mark, *keys = listed.read_text("utf-8").split() if listed.exists() else [self._mark]
        if mark != self._mark or not all(map(self.holds, keys)):
            msg = "`since_last` needs the last import, made with this mapping; import all files"
            raise ValueError(msg)
        return dict.fromkeys(keys)

    def finish(self, keys: Iterable[str]) -> None:
        """Keep what an import was made of, and nothing else."""
        kept = [key for key in keys if self.holds(key)]
        with replacing(self.folder / "last") as (made,):
            made.write_text("\n".join([self._mark, *kept]), "utf-8")
        for file in self.folder.iterdir():
            if file.name not in {*kept, "last"}:
                file.unlink() if file.is_file() else shutil.rmtree(file)


# ---- reading ----------------------------------------------------------------------------


def _extracted(
    files: Sequence[tuple[str, str, str]],
    settings: dict[str, Any],
    workers: int | None,
    scheduler: str | None,
) -> Iterator[tuple[str, bytes]]:
    """The extract of each file, in batches: one task of Dask per file."""
    if not files:
        return
    from dask import local, threaded
    from dask.base import compute
    from dask.delayed import delayed

    workers = workers or (1 if len(files) < FEW else os.cpu_count() or 1)
    # Asked for by name, Dask would load what a cluster needs.
    how: dict[str, Any] = {"scheduler": local.get_sync}
    client: Any = None
    if scheduler:
        from distributed import Client

        client = Client(scheduler)  # type: ignore[no-untyped-call]
        workers, how = sum(client.nthreads().values()), {"scheduler": client}
    elif workers > 1:
        # A thread only waits for its confined process.
        how = {"scheduler": threaded.get, "num_workers": workers}
    # Dask would look for tasks in all settings, for each file.
    task = delayed(partial(extract_file, settings=settings), pure=False)
    try:
        size = _BATCH * workers
        for batch in (files[at : at + size] for at in range(0, len(files), size)):
            tasks = (task(address, name) for _, address, name in batch)
            made = compute(*tasks, **how)  # type: ignore[no-untyped-call]
            yield from zip((key for key, *_ in batch), made, strict=True)
    finally:
        if client:
            client.close()


#: Processes that wait for the next file, by file extension, since each opens files of one format
#: only, and by the outline that they were given.
_idle: defaultdict[tuple[str, Limits, bytes], list[Confined]] = defaultdict(list)


@atexit.register
def end_idle() -> None:
    """End the reading processes that wait for more files."""
    for processes in _idle.values():
        while processes:
            processes.pop().close()


def extract_file(address: str, name: str, settings: dict[str, Any]) -> bytes:
    """Read one map file in a confined process; a task of Dask.

    Returns
    -------
    bytes
        As `geo.maps.wire.packed`; a file that cannot be read is told there.
    """
    import fsspec

    limits: Limits = settings["limits"]
    ending = Path(name).suffix.lower()
    processes = _idle[ending, limits, settings["oblast"]]
    try:
        process = processes.pop()
    except IndexError:
        process = Confined("geo.maps.extract", limits)
        (process.folder / OBLAST).write_bytes(settings["oblast"])
    try:
        system, path = fsspec.core.url_to_fs(address)
        if "file" not in system.protocol:
            fetched = process.folder / f"fetched{ending}"
            if system.size(path) > limits.input_mb * 1_000_000:
                raise LimitError("input_mb")  # noqa: TRY301 - told like the others
            system.get_file(path, str(fetched))
            path = str(fetched)
        job = {key: settings[key] for key in ("mapping", "span")}
        process.ask({**job, "path": path, "name": name})
        extract = (process.folder / "extract").read_bytes()
    except LimitError as passed:
        return _refused(name, told(passed, limits))
    except OSError as error:
        return _refused(name, f"cannot be read ({error.strerror or error}); check the path")
    except ProgramError as error:
        return _refused(name, str(error), failed=True)
    finally:
        processes.append(process)
    return extract


def _refused(name: str, why: str, **more: bool) -> bytes:
    return packed({"file": name, "refused": why, **more}, [])
