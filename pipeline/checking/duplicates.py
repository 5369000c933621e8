"""Rules 6 and 7 within one file, decided by the survey.

A record collides with the first earlier record that has the same key and satisfies rules 1 to 5. Because the order of
the file decides, validators may run in any order.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from struct import Struct
from typing import BinaryIO, NamedTuple

Scratch = Callable[[], BinaryIO]
"""Opens an empty file for writing and reading, which is deleted when it is closed."""

_PARTITIONS = 256
_ENTRY, _KEY, _KEY_AND_ROW = Struct("<qHI"), Struct("<10s4x"), Struct("<10sI")
_PREFIXED = "-".__add__  # of which the second hash is taken
_MAX_IN_MEMORY = 1 << 17  # entries, of 14 bytes each


class FirstRows:
    """Collects the keys of one column (SKU or vendor product id) to find the first row with each key. Must be closed.

    Takes 14 bytes per record; those of a long file go to a scratch file, so that memory is bounded.
    """

    def __init__(self, scratch: Scratch) -> None:
        self._open_scratch = scratch
        self._scratch: BinaryIO | None = None
        self._partitions = [bytearray() for _ in range(_PARTITIONS)]
        self._in_memory = 0
        self._parts: list[list[int]] = []
        """For each part of the scratch file, where its partitions begin, and where the last one ends."""

    def close(self) -> None:
        if self._scratch:
            self._scratch.close()

    def add(self, keys: Sequence[str], first_row: int) -> None:
        """Adds the keys of consecutive sound rows. An empty key collides with nothing."""
        if "" in keys:
            for row, key in enumerate(keys, first_row):
                self.add_one(key, row, holds=True)
            return
        # 88 bits of two hashes represent a key: 8 select the partition, 80 are stored in the entry. Python's hashes use
        # a secret of the process, so that nobody can construct two keys that collide.
        partitions, pack = self._partitions, _ENTRY.pack
        # The lowest bit says that the row satisfies rules 1 to 5, so that later rows may collide with it.
        rows = range(first_row << 1 | 1, first_row + len(keys) << 1, 2)
        for row, first, second in zip(rows, map(hash, keys), map(hash, map(_PREFIXED, keys)), strict=True):
            partitions[second & 0xFF] += pack(first, second >> 8 & 0xFFFF, row)
        self._in_memory += len(keys)
        if self._in_memory >= _MAX_IN_MEMORY:
            self._spill()

    def add_one(self, key: str, row: int, *, holds: bool) -> None:
        """Adds the key of one row; an empty key collides with nothing. Later rows may collide with one that `holds`."""
        if key:
            second = hash(_PREFIXED(key))
            entry = _ENTRY.pack(hash(key), second >> 8 & 0xFFFF, row << 1 | holds)
            self._partitions[second & 0xFF] += entry
            self._in_memory += 1
            if self._in_memory >= _MAX_IN_MEMORY:
                self._spill()

    def collisions(self) -> "Collisions":
        """The rows whose key an earlier row has. Call it once, after all rows are added."""
        collisions: list[int] = []
        for number in range(_PARTITIONS):
            parts = [*self._entries(number)]
            # Most partitions have no repeated key; counting distinct keys is faster than looking for repeated ones.
            if len(set().union(*map(_KEY.iter_unpack, parts))) * _ENTRY.size != sum(map(len, parts)):
                collisions += _find_collisions(parts)
        collisions.sort()
        return Collisions(
            array("I", (each >> 32 for each in collisions)), array("I", (each & 0xFFFFFFFF for each in collisions))
        )

    def _spill(self) -> None:
        if self._scratch is None:
            self._scratch = self._open_scratch()
        begin = self._parts[-1][-1] if self._parts else 0
        self._parts.append(list(accumulate(map(len, self._partitions), initial=begin)))
        for partition in self._partitions:
            self._scratch.write(partition)
            partition.clear()
        self._in_memory = 0

    def _entries(self, number: int) -> Iterator[bytes | bytearray]:
        """The entries of one partition, in the order of the rows."""
        if self._scratch:
            for places in self._parts:
                self._scratch.seek(places[number])
                yield self._scratch.read(places[number + 1] - places[number])
        yield self._partitions[number]


def _find_collisions(parts: Iterable[bytes | bytearray]) -> Iterator[int]:
    """Every row whose key an earlier row has: `row << 32 | holder`, which takes half the memory of a pair."""
    holders: dict[bytes, int] = {}
    for part in parts:
        for key, row in _KEY_AND_ROW.iter_unpack(part):
            holder = holders.get(key)
            if holder is not None:
                yield row >> 1 << 32 | holder
            elif row & 1:
                holders[key] = row >> 1


class Collisions(NamedTuple):
    """The rows whose key an earlier row of the file has, in order, and these earlier rows."""

    rows: "array[int]"
    holders: "array[int]"

    def holder(self, row_number: int) -> int:
        """The earlier row with the same key; `row_number` must be in `rows`."""
        return self.holders[bisect_left(self.rows, row_number)]
