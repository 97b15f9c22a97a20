"""Maps that a reader added: files, imports and the record of one session, gone when it ends."""

from __future__ import annotations

import re
import shutil
import tempfile
import threading
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import pandas as pd

import geo
from geo._io.confined import Confined
from geo._io.errors import DataError, Fault
from geo._io.files import own_folder
from geo.claims.record import served_folders
from geo.maps.importing import Imported
from geo.maps.mapping import Mapping
from geo.maps.upload import FILES, POINTS, confined_import, import_upload, progress_of, store

#: How many readers can have maps of their own at once; each needs up to 200 MB more.
MOST = 8
#: Bytes of all files of a reader.
ROOM = 50_000_000
_PARTISANSHIP = {"ukrainian": -1, "third_party": 0, "russian": 1}

#: Bytes of uploaded files that wait in memory until they are read: of a reader, and of all.
_WAITING, _ALL_WAITING = 2 * ROOM, 4 * ROOM
#: Imports at once, over all readers.
_TURN = threading.BoundedSemaphore(2)
HELD: set[OwnMaps] = set()
_LOCK = threading.Lock()


@dataclass
class Taken:
    """The files of one source, and what was understood of them.

    Attributes
    ----------
    mapping
        How they are understood.
    size
        Bytes of the files.
    row
        The source as a row of `sources.csv`, if it was in none.
    found
        What was understood; None if that is not known, or if nothing can be used.
    points
        Points of all its shapes.
    faults
        What is wrong, file by file.
    """

    mapping: Mapping
    size: int
    row: dict[str, Any] | None = None
    found: Imported | None = None
    points: int = 0
    faults: Sequence[Fault] = ()


def source_row(name: str, side: str, url: str, terms: str) -> dict[str, Any]:
    """A source that a reader names, as a row of `sources.csv`.

    Examples
    --------
    >>> source_row("My map, 2", "third_party", "https://example.org/", "")["source_id"]
    'own_my_map_2'
    """
    plain = re.sub("[^a-z0-9]+", "_", name.lower()).strip("_")[:25]
    # Names in other letters must not come to the same.
    more = "" if name.isascii() else f"_{crc32(name.encode('utf-8', 'replace')):08x}"
    return {
        "source_id": f"own_{plain}{more}",
        "name": name,
        "side": side,
        "kind": "map_project",
        "partisanship": _PARTISANSHIP[side],
        "definition_of_control": "As its map shows; added by a reader",
        "publishes_by": "map files",
        "map_read_from": "",
        "map_read_to": "",
        "url": url,
        "attribution": name,
        "licence": terms or "Terms not known: ask the owner before you pass anything on",
    }


class OwnMaps:
    """What the reader of one session added; files are read in the background.

    Parameters
    ----------
    present
        Whether the session is still there; called every second.
    patience
        For how many seconds it may be away.

    Attributes
    ----------
    taken
        What was handed over, by source.
    record
        The record with these maps; None until they are shown.
    changed
        Whether they differ from what the record holds.
    building
        Whether it is the record that is made, which cannot be stopped.
    fault
        Why the last step failed; empty if it did not.

    Raises
    ------
    ValueError
        If too many readers have maps of their own.
    """

    def __init__(self, present: Callable[[], bool], patience: float) -> None:
        with _LOCK:
            if len(HELD) >= MOST:
                msg = f"{MOST} readers have added maps at this moment; try again later"
                raise ValueError(msg)
            HELD.add(self)
        self.taken: dict[str, Taken] = {}
        self.record: geo.Record | None = None
        self.changed = False
        self.building = False
        self.fault = ""
        self._made: list[geo.Record | None] = []
        self._process: Confined | None = None
        self._stopped, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread()
        self._stack = ExitStack()
        self._folder = self._stack.enter_context(own_folder(Path(tempfile.gettempdir())))
        self._data, self._maps = self._folder / "data", self._folder / "maps"
        data, maps = served_folders()
        for folder, files in ((self._data, data.iterdir()), (self._maps, _archives(maps))):
            folder.mkdir()
            for file in files:
                (folder / file.name).symlink_to(file.resolve())
        threading.Thread(target=self._watch, args=(present, patience), daemon=True).start()

    # ---- what the reader asks for

    def add(
        self, files: Sequence[tuple[str, bytes]], mapping: Mapping, row: dict[str, Any] | None
    ) -> None:
        """Take files of a source, instead of those that it had; they are read at once.

        Raises
        ------
        ValueError
            If they are too many, or too large.
        """
        if len(files) > FILES:
            msg = f"{len(files):,} files were given; allowed at once: {FILES}"
            raise ValueError(msg)
        size = sum(len(raw) for _, raw in files)
        others = sum(own.size for source, own in self.taken.items() if source != mapping.source)
        if size + others > ROOM:
            msg = (
                f"the files have {(size + others) / 1e6:,.0f} MB in all; allowed: "
                f"{ROOM / 1e6:,.0f} MB. Zip them, give fewer, or import them on a computer of "
                "your own"
            )
            raise ValueError(msg)
        self._forget(mapping.source)
        store(files, self._folder / "uploads" / mapping.source)
        self.taken[mapping.source] = Taken(mapping, size, row)
        self._name_sources()
        self._begin(self._import, mapping.source)

    def correct(self, mapping: Mapping) -> None:
        """Read the files of a source again, understood in another way."""
        self.taken[mapping.source].mapping = mapping
        self._begin(self._import, mapping.source)

    def show(self) -> None:
        """Make the record with the maps; `adopt` puts it in place."""
        self.building = not self.at_work
        self._begin(self._build)

    def adopt(self) -> None:
        """Put a record that was made in place: between runs of a page, never within one."""
        while self._made:
            self.record = self._made.pop(0)

    def remove(self, source: str) -> None:
        """Remove all that was made of a source's files, and the files."""
        self._forget(source)
        if self.record and self.shown:
            self.show()
        elif self.record:
            self.record, self.changed = None, False

    def stop(self) -> None:
        """Stop reading; what was read of these files goes, and the files."""
        self._stopped.set()
        while self._thread.is_alive():
            if process := self._process:
                process.stop()
            self._thread.join(0.1)

    def close(self) -> None:
        """Remove everything."""
        self._over.set()
        self.stop()
        self.record = None
        self._made.clear()
        with _LOCK:
            HELD.discard(self)
            self._stack.close()

    # ---- what the page shows

    @property
    def at_work(self) -> bool:
        """Whether files are read, or put on the map."""
        return self._thread.is_alive()

    @property
    def progress(self) -> tuple[int, int]:
        """How many files have been read, and how many there are; zeros where it is not known."""
        process = self._process
        return progress_of(process) if process else (0, 0)

    @property
    def told(self) -> str:
        """What is done at the moment, in words."""
        done, every = self.progress
        if self.building:
            return "Putting the maps on the clock"
        if not self._process:
            return "Waiting: other readers' files first"
        if not every:
            return "Starting to read the map files"
        return f"{done:,} of {every:,} map file{'' if every == 1 else 's'} read"

    @property
    def shown(self) -> list[str]:
        """The sources whose maps can be shown."""
        return [source for source, own in self.taken.items() if own.found and own.found.written]

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which `served` gives a record with these maps."""
        return {"CLAIMS_DATA": str(self._data), "CLAIMS_MAPS": str(self._maps)}

    # ---- at work

    def _begin(self, work: Callable[..., None], *args: str) -> None:
        if self.at_work:
            return
        self.fault = ""
        self._stopped.clear()
        self._thread = threading.Thread(target=self._do, args=(work, *args), daemon=True)
        self._thread.start()

    def _do(self, work: Callable[..., None], *args: str) -> None:
        try:
            work(*args)
        except DataError as error:
            self.fault = str(error)
        except OSError:  # disk full, or no memory
            traceback.print_exc()
            self.fault = "Something went wrong on the server; try again later."

    def _import(self, source: str) -> None:
        own = self.taken[source]
        own.found, own.faults, own.points = None, (), 0
        self._drop_maps(source)
        new = self._folder / "new"
        try:
            own.found, own.points = self._read(source, new)
            own.faults = own.found.broken
            points = sum(one.points for one in self.taken.values())
            if points > POINTS:
                problem = (
                    f"have {points:,} points together with the maps added before; the app can show "
                    f"{POINTS:,}. Give fewer days, or remove a map"
                )
                own.found = None
                raise DataError.of([Fault("The shapes", 0, "", problem)])
            for file in sorted(new.iterdir()):
                file.replace(self._maps / file.name)
        except DataError as error:
            own.faults = error.faults
        finally:
            shutil.rmtree(new, ignore_errors=True)
        self.changed = True
        if self._stopped.is_set():
            self._forget(source)

    def _read(self, source: str, into: Path) -> tuple[Imported, int]:
        while not _TURN.acquire(timeout=0.2):
            if self._stopped.is_set():
                raise DataError.of([Fault("", 0, "", "was stopped")])
        try:
            with closing(confined_import(self._folder)) as self._process:
                if self._stopped.is_set():
                    raise DataError.of([Fault("", 0, "", "was stopped")])
                uploads = self._folder / "uploads" / source
                mapping = self.taken[source].mapping
                return import_upload(self._process, uploads, mapping, into, self._data)
        finally:
            self._process = None
            _TURN.release()

    def _build(self) -> None:
        try:
            record = geo.load_record(data=self._data, maps=self._maps) if self.shown else None
            self.changed = False
            self._made.append(record)
        finally:
            self.building = False

    def _watch(self, present: Callable[[], bool], patience: float) -> None:
        away = 0
        while away <= patience and not self._over.wait(1):
            away = 0 if present() else away + 1
        if not self._over.is_set():
            self.close()

    # ---- its folder

    def _forget(self, source: str) -> None:
        self.taken.pop(source, None)
        self._drop_maps(source)
        shutil.rmtree(self._folder / "uploads" / source, ignore_errors=True)
        self._name_sources()

    def _drop_maps(self, source: str) -> None:
        """Remove the maps of a source; those that everybody sees come back."""
        for file in self._maps.glob(f"{source}.*"):
            file.unlink()
        for file in _archives(served_folders()[1]):
            if file.stem == source:
                (self._maps / file.name).symlink_to(file.resolve())

    def _name_sources(self) -> None:
        """Write the table of sources, with those that the reader named."""
        table = pd.read_csv(served_folders()[0] / "sources.csv", dtype=str, keep_default_na=False)
        rows = [own.row for own in self.taken.values() if own.row]
        path = self._data / "sources.csv"
        path.unlink(missing_ok=True)
        pd.concat([table, pd.DataFrame(rows, columns=table.columns, dtype=str)]).to_csv(
            path, index=False
        )


def _archives(maps: Path | None) -> list[Path]:
    return sorted(maps.glob("*.parquet")) if maps else []


def bound_uploads(manager: Any) -> None:
    """Let a server keep only so many uploaded files in memory; Streamlit bounds each, not all.

    What is too much is kept without its content.

    Parameters
    ----------
    manager
        Streamlit's `MemoryUploadedFileManager`.
    """
    keep = manager.add_file

    def add_file(session_id: str, file: Any) -> None:
        kept = {
            session: [len(one.data) for one in list(files.values())]
            for session, files in list(manager.file_storage.items())
        }
        mine = kept.get(session_id, [])
        if len(mine) > 2 * FILES:  # so many are refused together
            return
        every = sum(map(sum, kept.values()))
        if every + len(file.data) > _ALL_WAITING or sum(mine) + len(file.data) > _WAITING:
            # Refused over HTTP, the reader would be told a number.
            file = file._replace(data=b"")
        keep(session_id, file)

    manager.add_file = add_file
