"""Rules 6 and 7 inside one file, decided while the whole file passes by in order.

A record collides with the first earlier record that satisfies rules 1 to 5 and has the same key. Because
the file decides, validators need no order among themselves.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from struct import Struct
from typing import BinaryIO, NamedTuple

Scratch = Callable[[], BinaryIO]
"""Opens an empty file to write to and read from, which is gone when it is closed."""

_PARTITIONS = 256
_ENTRY, _KEY, _KEY_AND_ROW = Struct("<qHI"), Struct("<10s4x"), Struct("<10sI")
_SECOND = "-".__add__  # of which the second hash is taken
_MAX_IN_MEMORY = 1 << 17  # entries, of 14 bytes each


class FirstRows:
    """For one key column (SKU or vendor product id): who has each key first. To be closed.

    Takes 14 bytes a record while the file passes by; those of a long file go to a scratch file, so that memory stays
    the same however long it is.
    """

    def __init__(self, scratch: Scratch) -> None:
        self._open_scratch = scratch
        self._scratch: BinaryIO | None = None
        self._partitions = [bytearray() for _ in range(_PARTITIONS)]
        self._in_memory = 0
        self._parts: list[list[int]] = []
        """Where the partitions begin, and the last one ends, in each part that was written to the scratch file."""

    def close(self) -> None:
        if self._scratch:
            self._scratch.close()

    def add(self, keys: Sequence[str], first_row: int) -> None:
        """Notes the keys of rows that follow one another and satisfy rules 1 to 5.

        88 bits of two hashes stand for a key: one by which it is put into a partition, and both in its entry. They are
        Python's own, under a secret of this process, so that nobody can prepare two keys that look the same.
        """
        partitions, pack = self._partitions, _ENTRY.pack
        rows = range(first_row << 1 | 1, first_row + len(keys) << 1, 2)
        for row, first, second in zip(rows, map(hash, keys), map(hash, map(_SECOND, keys)), strict=True):
            partitions[second & 0xFF] += pack(first, second >> 8 & 0xFFFF, row)
        self._in_memory += len(keys)
        if self._in_memory >= _MAX_IN_MEMORY:
            self._put_away()

    def add_one(self, key: str, row: int, *, satisfies_rules_1_to_5: bool) -> None:
        """Notes the key of one row; a missing one collides with nothing."""
        if key:
            second = hash(_SECOND(key))
            entry = _ENTRY.pack(hash(key), second >> 8 & 0xFFFF, row << 1 | satisfies_rules_1_to_5)
            self._partitions[second & 0xFF] += entry
            self._in_memory += 1
            if self._in_memory >= _MAX_IN_MEMORY:
                self._put_away()

    def collisions(self) -> "Collisions":
        """The rows whose key an earlier row holds. To be asked once, when all rows have passed."""
        found: list[int] = []
        for number in range(_PARTITIONS):
            parts = [*self._entries(number)]
            if len(set().union(*map(_KEY.iter_unpack, parts))) * _ENTRY.size != sum(map(len, parts)):
                found += _colliding(parts)
        found.sort()
        return Collisions(array("I", (each >> 32 for each in found)), array("I", (each & 0xFFFFFFFF for each in found)))

    def _put_away(self) -> None:
        if self._scratch is None:
            self._scratch = self._open_scratch()
        begin = self._parts[-1][-1] if self._parts else 0
        self._parts.append(list(accumulate(map(len, self._partitions), initial=begin)))
        for partition in self._partitions:
            self._scratch.write(partition)
            partition.clear()
        self._in_memory = 0

    def _entries(self, number: int) -> Iterator[bytes | bytearray]:
        """Of one partition, in the order of the rows."""
        if self._scratch:
            for places in self._parts:
                self._scratch.seek(places[number])
                yield self._scratch.read(places[number + 1] - places[number])
        yield self._partitions[number]


def _colliding(parts: Iterable[bytes | bytearray]) -> Iterator[int]:
    """Row and holder in one number, of every row whose key an earlier one holds: it takes half the memory of a pair."""
    holders: dict[bytes, int] = {}
    for part in parts:
        for key, row in _KEY_AND_ROW.iter_unpack(part):
            holder = holders.get(key)
            if holder is not None:
                yield row >> 1 << 32 | holder
            elif row & 1:
                holders[key] = row >> 1


class Collisions(NamedTuple):
    """The rows whose key an earlier row of the file holds, in order, and those earlier rows."""

    rows: "array[int]"
    holders: "array[int]"

    def holder(self, row_number: int) -> int:
        """Of a row that is among `rows`."""
        return self.holders[bisect_left(self.rows, row_number)]
