"""The file in a zip archive."""

import re
import zlib
from collections.abc import Iterator, Sequence
from struct import Struct
from typing import BinaryIO

from pipeline.reading.packed.inflate import PIECE_BYTES, Inflater, NotInflatable
from pipeline.reading.packed.refusals import (
    compressed_otherwise,
    damaged,
    protected,
    too_large_unpacked,
    with_several_files,
    without_files,
)
from pipeline.reading.packed.zip_directory import Entry, read_exactly

SIGNATURE = b"PK\3\4"
_HEADER = Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_METHODS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz", 98: "PPMd"}
_LEFT_BY_SYSTEMS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_OF_DOCUMENTS = frozenset(
    {
        "mimetype",
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/workbook.bin",
        "word/document.xml",
        "ppt/presentation.xml",
    }
)
_OF_OPEN_DOCUMENTS = frozenset({"content.xml", "META-INF/manifest.xml"})  # if it was packed anew, without its type
# A document is a folder on a Mac, and may have been packed as one.
_OF_APPLE = re.compile(r"Index/Document\.iwa|Index\.zip$|buildVersionHistory\.plist|.*\.numbers/")


def is_document(entries: Sequence[Entry]) -> bool:
    """Whether the archive is an Office, OpenDocument or Apple document."""
    names = {entry.name for entry in entries}
    is_known = not _OF_DOCUMENTS.isdisjoint(names) or names >= _OF_OPEN_DOCUMENTS
    return is_known or any(map(_OF_APPLE.match, names))


def only_file(entries: Sequence[Entry], limit: int) -> Entry:
    """The one file of an archive. Raises UnacceptableFile if there is not one, or if it cannot be unpacked."""
    files = [entry for entry in entries if not entry.is_folder and not _is_left_by_system(entry.name)]
    if not files:
        raise without_files()
    if len(files) > 1:
        raise with_several_files([entry.name for entry in files], len(files))
    (file,) = files
    if file.is_encrypted:
        raise protected()
    if file.method not in (_STORED, _DEFLATED):
        raise compressed_otherwise(_METHODS.get(file.method, f"method {file.method}"))
    if file.size > limit:
        raise too_large_unpacked(limit)
    return file


def unpack_entry(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """The content of an entry in blocks. Raises UnacceptableFile if it is damaged, or not what the directory says."""
    checksum = size = 0
    _go_to_content(file, entry)
    try:
        for block in _blocks(file, entry):
            checksum, size = zlib.crc32(block, checksum), size + len(block)
            if size > entry.size:
                break
            yield block
    except NotInflatable:
        raise damaged("zip") from None
    if (checksum, size) != (entry.checksum, entry.size):
        raise damaged("zip")


def _go_to_content(file: BinaryIO, entry: Entry) -> None:
    if entry.at >= file.seek(0, 2):
        raise damaged("zip")
    file.seek(entry.at)
    signature, *_, name, extra = _HEADER.unpack(read_exactly(file, _HEADER.size))
    if signature != SIGNATURE:
        raise damaged("zip")
    read_exactly(file, name + extra)


def _blocks(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    pieces = _pieces(file, entry.packed_size)
    return pieces if entry.method == _STORED else Inflater(lambda: next(pieces, b"")).deflated()


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    while piece := file.read(min(PIECE_BYTES, size)):
        size -= len(piece)
        yield piece


def _is_left_by_system(name: str) -> bool:
    """Whether a file is one that operating systems add to folders and archives."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2] in _LEFT_BY_SYSTEMS
