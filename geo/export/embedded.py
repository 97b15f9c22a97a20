"""Reading the provenance record from a file, which may be damaged or foreign.

Nothing is unpacked, rendered or run beyond the record itself, and no more than
`MAX_BYTES` of that.
"""

from __future__ import annotations

import io
import json
import re
import sqlite3
import struct
import zipfile
import zlib
from codecs import BOM_UTF16_BE
from collections.abc import Callable
from contextlib import closing
from html import unescape
from pathlib import Path

from geo.tables.reading import MAX_BYTES

#: Limit on SQLite steps: enough to fetch one row, where a crafted file could need any number.
_STEPS = 100_000
#: A plain table: not made from others, without generated columns.
_PLAIN = re.compile(r"CREATE TABLE(?!.*\bAS\b)", re.DOTALL | re.IGNORECASE)

#: Possessive: keywords without an end are read once.
_KEYWORDS = re.compile(rb"/Keywords \(([^\\()]*+(?:\\.[^\\()]*+)*+)\)", re.DOTALL)


def record_in(path: Path, extension: str) -> str | bytes:
    """The record of a file with a known extension, or the one beside it.

    Raises
    ------
    Exception
        If there is none; the type depends on the reader.
    """
    if extension == "csv":
        return _bytes_of(path.with_name(f"{path.name}.prov.jsonld"))
    content = _bytes_of(path)
    if extension == "gpkg":
        return _in_geopackage(path)
    return _READERS[extension](content)


def _bytes_of(path: Path) -> bytes:
    # Opening a pipe could block forever.
    if not path.is_file():
        msg = f"{path.name} is not a file"
        raise ValueError(msg)
    if path.stat().st_size > MAX_BYTES:
        msg = f"larger than {MAX_BYTES / 1e6:.0f} MB"
        raise ValueError(msg)
    return path.read_bytes()


def _between(content: bytes, start: str, end: str) -> str:
    return content.partition(start.encode())[2].partition(end.encode())[0].decode()


def _in_geojson(content: bytes) -> str:
    return json.dumps(json.loads(content)["provenance"])


def _in_kml(content: bytes) -> str:
    return unescape(_between(content, '<Data name="provenance"><value>', "</value>"))


def _in_svg(content: bytes) -> str:
    return unescape(_between(content, "<dc:description>", "</dc:description>"))


def _in_pdf(content: bytes) -> str:
    """From the keywords, a literal string (PDF 1.7, 7.3.4.2) as matplotlib writes it."""
    found = _KEYWORDS.match(content, content.index(b"/Keywords ("))
    if not found:
        msg = "its keywords have no end"
        raise ValueError(msg)
    parts = found[1].split(rb"\\")
    for escaped, letter in ((rb"\n", b"\n"), (rb"\r", b"\r"), (rb"\(", b"("), (rb"\)", b")")):
        parts = [part.replace(escaped, letter) for part in parts]
    text = b"\\".join(parts)
    return text.decode("utf-16" if text.startswith(BOM_UTF16_BE) else "ascii")


def _in_page(content: bytes) -> str:
    return _between(content, '<script type="application/ld+json">', "</script>")


def _in_geopackage(path: Path) -> str:
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as database:
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_BYTES)
        database.set_progress_handler(lambda: True, _STEPS)
        made = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'gpkg_metadata'"
        if not _PLAIN.match(*database.execute(made).fetchone()):
            msg = "its table gpkg_metadata is not ours"
            raise ValueError(msg)
        (text,) = database.execute("SELECT metadata FROM gpkg_metadata").fetchone()
        return str(text)


def _in_parquet(content: bytes) -> bytes:
    from pyarrow import BufferReader, parquet

    return bytes(parquet.read_schema(BufferReader(content)).metadata[b"provenance"])


def _in_shapefiles(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entry = archive.getinfo("provenance.jsonld")
        # Other compression methods could need any amount of memory.
        if entry.compress_type != zipfile.ZIP_DEFLATED or entry.file_size > MAX_BYTES:
            msg = "its record is not compressed as ours are"
            raise ValueError(msg)
        with archive.open(entry) as record:
            return record.read(MAX_BYTES)


def _in_png(content: bytes) -> bytes:
    """From our iTXt chunk (PNG, third edition, 11.3.3.4)."""
    head, at = b"Provenance\0\1\0\0\0", 8
    while at + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        body = content[at + 8 : at + 8 + length]
        if kind == b"iTXt" and body.startswith(head):
            return _inflated(body[len(head) :])
        at += 12 + length
    msg = "it has no text of ours"
    raise ValueError(msg)


def _inflated(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    text = unpacker.decompress(packed, MAX_BYTES)
    if not unpacker.eof:
        msg = "its record is cut off, or too long"
        raise ValueError(msg)
    return text


def _in_gif(content: bytes) -> bytes:
    """From the comment (GIF89a, 24), which comes before the first image."""
    palette = 3 * 2 ** (content[10] % 8 + 1) if content[10] >= 0x80 else 0
    at = 13 + palette
    while content[at] == 0x21:
        kind, at = content[at + 1], at + 2
        blocks = []
        while content[at]:
            end = at + 1 + content[at]
            blocks.append(content[at + 1 : end])
            at = end
        if kind == 0xFE:
            return b"".join(blocks)
        at += 1
    msg = "it has no comment"
    raise ValueError(msg)


def _in_mp4(content: bytes) -> bytes:
    """From the comment, in the nested boxes that iTunes uses (ISO 14496-12, 4.2)."""
    path = {b"moov": 0, b"udta": 0, b"meta": 4, b"ilst": 0, b"\xa9cmt": 0, b"data": 8}
    for name, skipped in path.items():
        content = _box(content, name)[skipped:]
    return content


def _box(content: bytes, name: bytes) -> bytes:
    at = 0
    while at + 8 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        if kind == name:
            return content[at + 8 : at + size]
        at += max(size, 8)
    msg = f"it has no {name.decode('latin-1')} box"
    raise ValueError(msg)


_READERS: dict[str, Callable[[bytes], str | bytes]] = {
    "png": _in_png, "svg": _in_svg, "pdf": _in_pdf, "html": _in_page, "geojson": _in_geojson,
    "kml": _in_kml, "shp.zip": _in_shapefiles, "parquet": _in_parquet, "jsonld": bytes,
    "mp4": _in_mp4, "gif": _in_gif,
}  # fmt: skip
