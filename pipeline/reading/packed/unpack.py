"""Finding out whether a file is packed, and unpacking it while it is read.

Nothing is copied: a zip archive is read at its end, where its directory is, and then where its file begins, for which
the source must be able to seek. The headers in front of the files, which could be read without, may lack sizes and
tell of files that are no longer part of the archive.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, Self

from pipeline.domain.failures import Limits, UnacceptableFile
from pipeline.domain.file_formats import FileFormat
from pipeline.reading.block_stream import as_file
from pipeline.reading.encodings.decoding import BLOCK_BYTES, Source
from pipeline.reading.file_types import is_document_start
from pipeline.reading.packed import gzip_file, zip_file
from pipeline.reading.packed.refusals import too_large_unpacked
from pipeline.reading.packed.zip_directory import read_directory

_SIGNATURE_BYTES, _START_BYTES = 4, 4096


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A file that is not packed, or no longer. `archive` is what it came in."""

    source: Source
    file_format: FileFormat = FileFormat.CSV
    archive: str | None = None

    def checked(self) -> Self:
        """Unpacks an archive to its end. Raises UnacceptableFile if it is damaged, or too large unpacked."""
        # Only so do these failures come before those of what is in it, as the order of checking has it.
        if self.archive:
            with self.source() as file:
                while file.read(BLOCK_BYTES):
                    pass
        return self


def unpack(source: Source, limits: Limits) -> Unpacked:
    """The file itself; of an archive, the one in it. Raises UnacceptableFile for an archive that has not one file.

    Reading an archive raises UnacceptableFile where it is damaged, and after as many bytes as a file may have.
    """
    with source() as file:
        start = file.read(_SIGNATURE_BYTES)
        if start.startswith(gzip_file.SIGNATURE):
            blocks = gzip_file.unpack_gzip
            return Unpacked(_unpacking(source, blocks, limits), FileFormat.CSV_GZ, "gzip archive")
        return _unzip(source, file, limits) if start == zip_file.SIGNATURE else Unpacked(source)


def _unzip(source: Source, file: BinaryIO, limits: Limits) -> Unpacked:
    try:
        entries = read_directory(file)
    except UnacceptableFile:
        file.seek(0)
        if is_document_start(file.read(_START_BYTES)):
            return Unpacked(source)
        raise
    if zip_file.is_document(entries):
        return Unpacked(source)
    blocks = partial(zip_file.unpack_entry, entry=zip_file.only_file(entries, limits.file_bytes))
    return Unpacked(_unpacking(source, blocks, limits), FileFormat.CSV_ZIP, "zip archive")


def _unpacking(source: Source, blocks_of: Callable[[BinaryIO], Iterator[bytes]], limits: Limits) -> Source:
    def open_file() -> BinaryIO:
        file = source()
        return as_file(_up_to(limits.file_bytes, blocks_of(file)), file.close, buffer_bytes=BLOCK_BYTES)

    return open_file


def _up_to(limit: int, blocks: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for block in blocks:
        size += len(block)
        if size > limit:
            raise too_large_unpacked(limit)
        yield block
