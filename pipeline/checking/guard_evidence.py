"""What the survey keeps of each sound row for the guards: its key, price, stock and listing status.

It is compared with the catalogue after the survey. Memory is bounded: rows beyond a few thousand go to a scratch file.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import compress
from typing import BinaryIO, NamedTuple

from pipeline.checking.duplicates import Scratch
from pipeline.domain.layout import Layout
from pipeline.domain.records import Record, SoundRows

GUARDED = ("price", "stock_quantity", "listing_status")
"""The columns whose new values are compared."""
_ROWS_AT_ONCE = 5_000


class GuardedRows(NamedTuple):
    """Rows by column: their numbers, their keys, and the values of GUARDED, empty where a row gives none."""

    row_numbers: Sequence[int]
    keys: Sequence[str]
    prices: Sequence[str]
    stocks: Sequence[str]
    statuses: Sequence[str]

    def only(self, wanted: Sequence[bool]) -> "GuardedRows":
        return GuardedRows(*(list(compress(column, wanted)) for column in self))  # type: ignore[arg-type]


class GuardEvidence:
    """Collects the rows of one file. Must be closed."""

    def __init__(self, scratch: Scratch) -> None:
        self._open_scratch = scratch
        self._scratch: BinaryIO | None = None
        self._sizes: list[tuple[int, int]] = []
        """Of each part of the scratch file: the bytes of its row numbers, and of its texts."""
        self._row_numbers = array("I")
        self._texts: list[list[str]] = []
        self.key, self._columns = "", [""] * len(GUARDED)
        self.is_empty = True

    def close(self) -> None:
        if self._scratch:
            self._scratch.close()

    def begin(self, layout: Layout) -> None:
        """Starts over: the file is read from its first row, by this layout."""
        names = {name for column in layout.columns for name in column.columns}
        self.key, self._columns = layout.key, [name if name in names else "" for name in GUARDED]
        self._row_numbers, self._texts = array("I"), [[] for _ in range(len(GUARDED) + 1)]
        self._sizes.clear()
        self.is_empty = True
        if self._scratch:
            self._scratch.seek(0)
            self._scratch.truncate()

    @property
    def is_needed(self) -> bool:
        """Whether the file has a column that is compared."""
        return any(self._columns)

    def add_sound(self, rows: SoundRows) -> None:
        if not rows.keys or not self.is_needed:
            return
        cells = {**rows.keys.numbers, **rows.keys.guarded}
        absent = ("",) * rows.count
        keys = rows.keys.skus if self.key == "sku" else rows.keys.vendor_product_ids
        self._row_numbers.extend(range(rows.row_number, rows.row_number + rows.count))
        for column, texts in zip(self._texts, (keys, *(cells.get(name, absent) for name in GUARDED)), strict=True):
            column.extend(_unquoted(texts))
        self._spill_if_due()

    def add(self, record: Record) -> None:
        """Adds a record without errors."""
        if self.is_needed:
            self._row_numbers.append(record.row_number)
            for column, name in zip(self._texts, (self.key, *GUARDED), strict=True):
                column.append(record[name])
            self._spill_if_due()

    def _spill_if_due(self) -> None:
        self.is_empty = False
        if len(self._row_numbers) < _ROWS_AT_ONCE:
            return
        if self._scratch is None:
            self._scratch = self._open_scratch()
        # No text of a sound row has a line break: the rules reject control characters.
        texts = "\n".join(["\n".join(column) for column in self._texts]).encode()
        self._scratch.write(self._row_numbers.tobytes())
        self._scratch.write(texts)
        self._sizes.append((len(self._row_numbers) * self._row_numbers.itemsize, len(texts)))
        self._row_numbers = array("I")
        for column in self._texts:
            column.clear()

    def rows(self, is_left_out: Callable[[int], bool]) -> Iterator[GuardedRows]:
        """All rows in order, but for those that are left out, by row number."""
        for rows in self._all_rows():
            left_out = list(map(is_left_out, rows.row_numbers))
            if not any(left_out):
                yield rows
            elif not all(left_out):
                yield rows.only([not each for each in left_out])

    def _all_rows(self) -> Iterator[GuardedRows]:
        if self._scratch:
            yield from self._spilled(self._scratch)
        if self._row_numbers:
            yield GuardedRows(self._row_numbers, *self._texts)

    def _spilled(self, scratch: BinaryIO) -> Iterator[GuardedRows]:
        scratch.seek(0)
        for size_of_numbers, size_of_texts in self._sizes:
            numbers = array("I", scratch.read(size_of_numbers))
            texts = scratch.read(size_of_texts).decode().split("\n")
            yield GuardedRows(numbers, *(texts[at : at + len(numbers)] for at in range(0, len(texts), len(numbers))))


def _unquoted(texts: Sequence[str]) -> Sequence[str]:
    return [text.strip('"') for text in texts] if '"' in "".join(texts) else texts
