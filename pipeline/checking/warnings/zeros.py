"""Detecting leading zeros that a spreadsheet has dropped: not visible in one cell, but in a whole column."""

from collections import Counter
from collections.abc import Sequence

from pipeline.reading.file_warnings import AffectedRows

_MIN_COUNT = 3
_MIN_LENGTH, _MAX_ZEROS = 4, 4
_CLOSE = 50
"""Numbers are a sequence if their range is less than this many times their count."""
_BAR_CODES = {8, 12, 13, 14}
"""The lengths of GTINs. A file may mix several of them without a zero being lost."""


class ColumnDigits:
    """The identifiers of one column by their lengths: how many, and on which lines.

    In a column of digits only, where most identifiers have the same length and none has a leading zero, shorter ones
    have probably lost theirs. Sequences such as 1 to 50, or 980 to 1020, have not.
    """

    def __init__(self) -> None:
        self._are_all_digits = True
        self._notes: dict[int, AffectedRows] = {}
        self._least, self._greatest = "", ""

    def add(self, identifiers: Sequence[str], first_line: int) -> None:
        """Adds the identifiers of rows on consecutive lines; none is empty."""
        if not self._are_all_digits:
            return
        self._are_all_digits = identifiers[0].isdecimal() and "".join(identifiers).isdecimal()
        if not self._are_all_digits:
            return
        lengths = list(map(len, identifiers))
        for length, count in Counter(lengths).items():
            same = identifiers if count == len(lengths) else [each for each in identifiers if len(each) == length]
            self._add_length(same, length)
            self._note(length, count, identifiers, lengths, first_line)

    def _add_length(self, identifiers: Sequence[str], length: int) -> None:
        least, greatest = min(identifiers), max(identifiers)
        self._are_all_digits = self._are_all_digits and least[0] != "0"  # a leading zero proves that none were dropped
        self._least = min(self._least or least, least, key=_as_number)
        self._greatest = max(self._greatest or greatest, greatest, key=_as_number)

    def _note(
        self, length: int, count: int, identifiers: Sequence[str], lengths: Sequence[int], first_line: int
    ) -> None:
        rows = self._notes.setdefault(length, AffectedRows())
        for at, each in enumerate(lengths):
            if rows.has_all_lines:
                break
            if each == length:
                rows.add(first_line + at, identifiers[at])
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
        least, greatest, boundary = int(self._least), int(self._greatest), 10 ** (usual - 1)
        # From a fifth below the first number of the usual length to half above it: 980 to 1020 is such a sequence.
        is_around_boundary = least * 5 >= boundary * 4 and greatest * 2 <= boundary * 3
        return is_around_boundary or total * _CLOSE > greatest - least


def _as_number(digits: str) -> tuple[int, str]:
    return len(digits), digits
