"""Detecting leading zeros that a spreadsheet has dropped: not visible in one cell, but in a whole column."""

import sys
from collections import Counter
from collections.abc import Sequence

from pipeline.reading.file_warnings import AffectedRows

_MIN_COUNT = 3
_MIN_LENGTH, _MAX_ZEROS = 4, 4
_CLOSE = 50
"""Numbers are a sequence if their range is less than this many times their count."""
_BAR_CODES = {8, 12, 13, 14}
"""The lengths of GTINs. A file may mix several of them without a zero being lost."""
_LESS, _GREATER = (0, ""), (sys.maxsize, "")
"""Beyond all numbers, which are compared by their length first."""


class ColumnDigits:
    """The identifiers of one column by their lengths: how many, and in which rows.

    In a column of digits only, where most identifiers have the same length and none has a leading zero, shorter ones
    have probably lost theirs. Sequences such as 1 to 50, or 980 to 1020, have not.
    """

    def __init__(self) -> None:
        self._are_all_digits = True
        self._notes: dict[int, AffectedRows] = {}
        self._least, self._greatest = _GREATER, _LESS

    def add(self, identifiers: Sequence[str], line: int, sheet_row: int) -> None:
        """Adds the identifiers of rows on consecutive lines, the first of them here; none is empty."""
        if not self._are_all_digits:
            return
        self._are_all_digits = identifiers[0].isdecimal() and "".join(identifiers).isdecimal()
        if not self._are_all_digits:
            return
        lengths = list(map(len, identifiers))
        for length, count in Counter(lengths).items():
            same = identifiers if count == len(lengths) else [each for each in identifiers if len(each) == length]
            self._add_range(min(same), max(same), length)
            self._note(length, count, identifiers, lengths, line, sheet_row)

    def add_one(self, identifier: str, line: int, sheet_row: int) -> None:
        """Adds the identifier of one row."""
        if not self._are_all_digits:
            return
        self._are_all_digits = identifier.isdecimal()
        if self._are_all_digits:
            length = len(identifier)
            self._add_range(identifier, identifier, length)
            self._rows_of(length).add(line, sheet_row, identifier)

    def _add_range(self, least: str, greatest: str, length: int) -> None:
        if least[0] == "0":  # a leading zero proves that none were dropped
            self._are_all_digits = False
        self._least = min(self._least, (length, least))
        self._greatest = max(self._greatest, (length, greatest))

    def _rows_of(self, length: int) -> AffectedRows:
        rows = self._notes.get(length)
        if rows is None:
            rows = self._notes[length] = AffectedRows()
        return rows

    def _note(
        self, length: int, count: int, identifiers: Sequence[str], lengths: Sequence[int], line: int, sheet_row: int
    ) -> None:
        rows = self._rows_of(length)
        for at, each in enumerate(lengths):
            if rows.has_all_places:
                break
            if each == length:
                rows.add(line + at, sheet_row + at, identifiers[at])
                count -= 1
        rows.count += count

    def find_shortened(self) -> tuple[AffectedRows, int] | None:
        """The identifiers that have probably lost zeros, and the number of digits of the others; or None."""
        if not self._are_all_digits or not self._notes:
            return None
        usual, most = max(self._notes.items(), key=lambda item: item[1].count)
        shorter = [rows for length, rows in self._notes.items() if usual - _MAX_ZEROS <= length < usual]
        has_one_length = all(length <= usual for length in self._notes)
        is_mixed = usual in _BAR_CODES and any(length in _BAR_CODES for length in self._notes if length != usual)
        total = sum(rows.count for rows in self._notes.values())
        is_usual = most.count >= _MIN_COUNT and most.count * 2 > total and usual >= _MIN_LENGTH
        if not shorter or not is_usual or not has_one_length or is_mixed or self._may_be_sequence(total, usual):
            return None
        return AffectedRows.merge(shorter), usual

    def _may_be_sequence(self, total: int, usual: int) -> bool:
        """Whether the identifiers may be a sequence: dense, or around the least number of the usual length."""
        least, greatest, boundary = int(self._least[1]), int(self._greatest[1]), 10 ** (usual - 1)
        # From a fifth below the first number of the usual length to half above it: 980 to 1020 is such a sequence.
        is_around_boundary = least * 5 >= boundary * 4 and greatest * 2 <= boundary * 3
        return is_around_boundary or total * _CLOSE > greatest - least
