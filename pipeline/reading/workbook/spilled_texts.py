"""Texts in a scratch file, for workbooks that have more of them than memory should hold."""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from struct import Struct, pack, unpack
from typing import IO

Scratch = Callable[[], IO[bytes]]
_OFFSET = Struct("<Q")
_WINDOW, _WINDOW_BYTES = 512, 64 * 1024
_GAP = 16  # texts that are read for nothing between two others
_END = b"\xff"  # no byte of UTF-8
_DECODED_END = "\udcff"


class SpilledTexts:
    """A list of texts that grows at its end. Reads in order are many at once, others one by one."""

    def __init__(self, scratch: Scratch) -> None:
        self._texts, self._offsets = scratch(), scratch()
        self._offsets.write(_OFFSET.pack(0))
        self._size, self._count = 0, 0
        self._window: list[str] = []
        self._first = self._after_window = self._after_single = 0

    def __len__(self) -> int:
        return self._count

    def extend(self, texts: Sequence[str]) -> None:
        contents = [text.encode() + _END for text in texts]
        self._texts.writelines(contents)
        ends = list(accumulate(map(len, contents), initial=self._size))
        self._offsets.write(pack(f"<{len(contents)}Q", *ends[1:]))
        self._size, self._count = ends[-1], self._count + len(contents)

    def __getitem__(self, index: int) -> str:
        at = index - self._first
        if 0 <= at < len(self._window):
            return self._window[at]
        if index in (self._after_window, self._after_single):
            self._window, self._first = self._read(index, _WINDOW), index
            self._after_window = index + len(self._window)
            return self._window[0]
        self._after_single = index + 1
        return self._read(index, 1)[0]

    def several(self, indexes: Sequence[int]) -> Iterator[tuple[int, str]]:
        """Texts by their indexes, which are in order: those close to each other are read at once."""
        at = 0
        while at < len(indexes):
            first, end = indexes[at], at + 1
            while end < len(indexes) and indexes[end] - indexes[end - 1] <= _GAP and indexes[end] < first + _WINDOW:
                end += 1
            texts = self._read(first, indexes[end - 1] - first + 1)
            while at < end and indexes[at] - first < len(texts):
                yield indexes[at], texts[indexes[at] - first]
                at += 1

    def close(self) -> None:
        self._texts.close()
        self._offsets.close()

    def _read(self, index: int, most: int) -> list[str]:
        """At least one text, and others behind it as long as they are short."""
        self._offsets.seek(_OFFSET.size * index)
        offsets = unpack_offsets(self._offsets.read(_OFFSET.size * (most + 1)))
        start, end = offsets[0], offsets[1]
        for offset in offsets[2:]:
            if offset - start > _WINDOW_BYTES:
                break
            end = offset
        self._texts.seek(start)
        return self._texts.read(end - start).decode("utf-8", "surrogateescape").split(_DECODED_END)[:-1]


def unpack_offsets(content: bytes) -> tuple[int, ...]:
    return unpack(f"<{len(content) // _OFFSET.size}Q", content)
