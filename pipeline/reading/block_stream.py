"""Blocks of bytes that are made one at a time, as a file, and a file in blocks."""

import io
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, cast


def as_file(blocks: Iterable[bytes], close: Callable[[], object] = lambda: None, *, buffer_bytes: int) -> BinaryIO:
    """A file that is read once, from its beginning to its end. Keeps one block in memory."""
    return cast(BinaryIO, io.BufferedReader(_BlockStream(blocks, close), buffer_bytes))


_BLOCK = 1 << 20


def blocks_of(file: BinaryIO) -> Iterator[bytes]:
    """The reverse: all of a file that was written, from its beginning."""
    file.seek(0)
    while block := file.read(_BLOCK):
        yield block


class _BlockStream(io.RawIOBase):
    def __init__(self, blocks: Iterable[bytes], close: Callable[[], object]) -> None:
        self._blocks, self._on_close = iter(blocks), close
        self._remaining = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._remaining:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._remaining = memoryview(block)
        count = min(len(buffer), len(self._remaining))
        buffer[:count] = self._remaining[:count]
        self._remaining = self._remaining[count:]
        return count

    def close(self) -> None:
        if not self.closed:
            self._on_close()
        super().close()
