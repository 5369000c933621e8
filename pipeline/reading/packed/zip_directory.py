"""What a zip archive contains, as the directory at its end says, which alone is complete and binding.

The layouts are those of PKWARE's APPNOTE.TXT, sections 4.3 and 4.5.3. Every place that
an archive names is compared with the size of the file.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from struct import Struct
from typing import BinaryIO, NamedTuple

from pipeline.reading.packed.refusals import damaged, split, with_several_files

MOST_ENTRIES = 10_000
_END = Struct("<4s4H2LH")
_END_64 = Struct("<4sQ2H2L4Q")
_LOCATOR_64 = Struct("<4sLQL")
_ENTRY = Struct("<4s6H3L5H2L")
_MOST_COMMENT, _NAME_LENGTH = 0xFFFF, 256
_IN_EXTRA_FIELD, _IN_EXTRA_FIELD_SHORT = 0xFFFFFFFF, 0xFFFF
"""Values that stand for a larger one, which is in a field of its own (zip64)."""
_ZIP_64_FIELD = 1
_UTF_8, _ENCRYPTED = 1 << 11, 1 | 1 << 6


@dataclass(frozen=True, slots=True)
class Entry:
    """One file or folder of an archive. `at` is where its header begins, `size` that of its content."""

    name: str
    flags: int
    method: int
    checksum: int
    packed_size: int
    size: int
    at: int

    @property
    def is_encrypted(self) -> bool:
        return bool(self.flags & _ENCRYPTED)

    @property
    def is_folder(self) -> bool:
        return self.name.endswith(("/", "\\"))


class _Directory(NamedTuple):
    entries: int
    size: int
    at: int


def read_directory(file: BinaryIO) -> list[Entry]:
    """Every entry, in order. Raises UnacceptableFile if the directory is damaged or too long."""
    directory = _find(file)
    file.seek(directory.at)
    entries = _entries(file, directory.entries)
    if directory.entries > MOST_ENTRIES:
        raise with_several_files([entry.name for entry in islice(entries, 3)], directory.entries)
    return list(entries)


def read_exactly(file: BinaryIO, size: int) -> bytes:
    content = file.read(size)
    if len(content) < size:
        raise damaged("zip")
    return content


def _find(file: BinaryIO) -> _Directory:
    size = file.seek(0, os.SEEK_END)
    begin = max(0, size - _END.size - _MOST_COMMENT)
    file.seek(begin)
    tail = file.read(size - begin)
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        raise damaged("zip")
    _, disk, _, _, entries, length, start, _ = _END.unpack_from(tail, at)
    if disk not in (0, _IN_EXTRA_FIELD_SHORT):
        raise split()
    directory = _Directory(entries, length, start)
    if entries == _IN_EXTRA_FIELD_SHORT or _IN_EXTRA_FIELD in (length, start):
        directory = _find_64(file, begin + at, size) or directory
    if directory.at + directory.size > size:
        raise damaged("zip")
    return directory


def _find_64(file: BinaryIO, end: int, size: int) -> _Directory | None:
    """The directory of an archive with a zip64 record in front of `end`; None if it has none."""
    if end < _LOCATOR_64.size:
        return None
    file.seek(end - _LOCATOR_64.size)
    signature, _, at, disks = _LOCATOR_64.unpack(read_exactly(file, _LOCATOR_64.size))
    if signature != b"PK\6\7":
        return None
    if disks > 1:
        raise split()
    if at > size:
        raise damaged("zip")
    file.seek(at)
    signature, *_, entries, length, start = _END_64.unpack(read_exactly(file, _END_64.size))
    if signature != b"PK\6\6":
        raise damaged("zip")
    return _Directory(entries, length, start)


def _entries(file: BinaryIO, count: int) -> Iterator[Entry]:
    for _ in range(count):
        header = _ENTRY.unpack(read_exactly(file, _ENTRY.size))
        signature, _, _, flags, method, _, _, checksum, packed, size, name, extra, comment, *_, at = header
        if signature != b"PK\1\2":
            raise damaged("zip")
        name_bytes, fields = read_exactly(file, name), read_exactly(file, extra)
        read_exactly(file, comment)
        size, packed, at = _sizes_64(fields, (size, packed, at))
        yield Entry(_name(name_bytes, flags), flags, method, checksum, packed, size, at)


def _sizes_64(fields: bytes, sizes: tuple[int, int, int]) -> tuple[int, int, int]:
    """The sizes and the place of an entry; those that do not fit are in its zip64 field, in this order."""
    missing = sizes.count(_IN_EXTRA_FIELD)
    numbers = iter(_numbers_64(fields)) if missing else iter(())
    try:
        size, packed, at = (next(numbers) if each == _IN_EXTRA_FIELD else each for each in sizes)
    except (RuntimeError, StopIteration):
        raise damaged("zip") from None
    return size, packed, at


def _numbers_64(fields: bytes) -> Iterator[int]:
    while len(fields) >= 4:
        kind, length = int.from_bytes(fields[:2], "little"), int.from_bytes(fields[2:4], "little")
        content, fields = fields[4 : 4 + length], fields[4 + length :]
        if kind == _ZIP_64_FIELD:
            yield from (int.from_bytes(content[at : at + 8], "little") for at in range(0, length - 7, 8))


def _name(name: bytes, flags: int) -> str:
    """The name, shortened in its middle; of archives that do not say how it is encoded, in the two usual ways."""
    text = name.decode("utf-8" if flags & _UTF_8 else "cp437", "replace")
    return text if len(text) <= _NAME_LENGTH else f"{text[: _NAME_LENGTH // 2]}…{text[-_NAME_LENGTH // 2 :]}"
