"""The parts of a workbook: entries of its zip archive, unpacked piece by piece and never more than allowed."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from pipeline.reading.workbook.damage import damaged, expands_too_much, password_protected, unpacks_to_more_than

UNPACKED_BYTES = 4 * 1024**3
_MAX_READ = 2 * 1024**2  # the list of entries is read at once: some 20,000 pictures fit, and 45,000 entries at most
_ENCRYPTED = 1
_READ_AHEAD = 64 * 1024  # of packed bytes, which zipfile holds back
# A file that a person's program wrote has at most some 6 tags, or half a row, for each packed byte.
_FREE_WORK, _WORK_PER_BYTE = 700_000, 20
_FREE_BYTES, _MAX_RATIO = 64 * 1024**2, 300
# What zipfile raises on archives that are broken in one way or another.
_BROKEN = (BadZipFile, RuntimeError, EOFError, ValueError, OverflowError, struct.error, zlib.error)


class _BoundedFile:
    """A file that refuses reads of any length, and remembers its own faults, which zipfile takes for bad archives."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.fault: OSError | None = None
        self.delivered = 0
        """How many bytes were read."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = _MAX_READ + 1
        if size > _MAX_READ + 1:
            raise BadZipFile("the list of entries is too long")
        try:
            content = self._file.read(size)
        except OSError as error:
            self.fault = error
            raise
        self.delivered += len(content)
        return content

    def seek(self, offset: int, whence: int = 0, /) -> int:
        end = self._file.seek(0, 2) if whence == 2 else 0
        if whence != 1 and end + offset < 0:
            raise BadZipFile("an entry begins before the file")
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True


class Part:
    """One part, open for reading. Counts what it unpacks: sizes that an archive states may be lies."""

    def __init__(self, file: IO[bytes], parts: "Parts", name: str) -> None:
        self._file, self._parts, self._name = file, parts, name
        self._unpacked, self._begin = 0, parts.delivered

    def read(self, size: int) -> bytes:
        with self._parts.told_as_damage():
            piece = self._file.read(size)
        self._unpacked += len(piece)
        self._parts.count(self._name, self._unpacked)
        if self._unpacked - _FREE_BYTES > _MAX_RATIO * self._packed():
            raise expands_too_much()
        return piece

    def check_work(self, work: int) -> None:
        """Raises UnacceptableFile if so much work, in tags, was packed into so few bytes as no program does it."""
        if work > _FREE_WORK and work - _FREE_WORK > _WORK_PER_BYTE * self._packed():
            raise expands_too_much()

    def _packed(self) -> int:
        """How many bytes were unpacked at least."""
        return max(0, self._parts.delivered - self._begin - _READ_AHEAD)

    def close(self) -> None:
        self._file.close()


class Parts:
    """Finds parts by name, as spreadsheet programs do: without regard to case, or to which way slashes lean."""

    def __init__(self, file: BinaryIO, most_unpacked: int = UNPACKED_BYTES) -> None:
        self._file, self._most_unpacked = _BoundedFile(file), most_unpacked
        self._unpacked: dict[str, int] = {}
        with self.told_as_damage():
            self._archive = ZipFile(self._file)
        self._entries: dict[str, ZipInfo] = {}
        for entry in self._archive.infolist():
            self._entries.setdefault(_normalized(entry.filename), entry)

    @property
    def delivered(self) -> int:
        return self._file.delivered

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def __contains__(self, name: str) -> bool:
        return _normalized(name) in self._entries

    def is_encrypted(self) -> bool:
        return any(entry.flag_bits & _ENCRYPTED for entry in self._entries.values())

    @contextmanager
    def open(self, name: str) -> Iterator[Part]:
        entry = self._entries.get(_normalized(name))
        if entry is None:
            raise damaged(f"its part {name} is missing")
        if entry.flag_bits & _ENCRYPTED:
            raise password_protected()
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise damaged(f"its part {name} is packed in a way that workbooks do not have")
        with self.told_as_damage():
            file = self._archive.open(entry)
        with closing(Part(file, self, _normalized(name))) as part:
            yield part

    def count(self, name: str, unpacked: int) -> None:
        """Adds up the most that was unpacked of each part, for a part may be read several times."""
        if unpacked > self._unpacked.get(name, 0):
            self._unpacked[name] = unpacked
            if sum(self._unpacked.values()) > self._most_unpacked:
                raise unpacks_to_more_than(self._most_unpacked)

    @contextmanager
    def told_as_damage(self) -> Iterator[None]:
        """Raises UnacceptableFile for what zipfile finds wrong, and faults of the file itself as what they are."""
        try:
            yield
        except (*_BROKEN, OSError) as error:
            if self._file.fault:
                raise self._file.fault from None
            raise damaged("its archive is broken or cut off") from error


def _normalized(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
