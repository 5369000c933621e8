"""Passing on the bytes of a file while it is read, to hash them."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO

from pipeline.domain.file_formats import FileFormat
from pipeline.reading.csv_sheet import CsvSheet
from pipeline.reading.encodings.decoding import BLOCK_BYTES, Source
from pipeline.reading.sheet import Sheet


def passing_bytes(sheet: Sheet, source: Source, update: Callable[[memoryview], object]) -> Sheet:
    """The sheet. Every byte of the file as it was sent is passed to `update`: when the sheet is read if it is read as
    it was sent, else at once."""

    def passing() -> BinaryIO:
        return io.BufferedReader(_PassingFile(source(), update), 1 << 16)

    if isinstance(sheet, CsvSheet) and sheet.format.file_format == FileFormat.CSV:
        return replace(sheet, source=passing)
    with passing() as file:
        while file.read(BLOCK_BYTES):
            pass
    return sheet


class _PassingFile(io.RawIOBase):
    """A file that passes every byte read from it to `update`."""

    def __init__(self, file: BinaryIO, update: Callable[[memoryview], object]) -> None:
        self._file, self._update = file, update

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        block = self._file.read(len(buffer))
        buffer[: len(block)] = block
        self._update(buffer[: len(block)])
        return len(block)

    def close(self) -> None:
        self._file.close()
        super().close()
