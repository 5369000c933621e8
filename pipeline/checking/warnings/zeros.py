"""Leading zeros that a spreadsheet has dropped: nothing in a cell tells, but a whole column may."""

from collections import Counter
from collections.abc import Sequence

from pipeline.reading.file_warnings import AffectedRows

_MIN_COUNT = 3
_MIN_LENGTH, _MAX_ZEROS = 4, 4
_CLOSE = 50
"""Of running numbers, so many times as many as there are make the whole range."""
_BAR_CODES = {8, 12, 13, 14}
"""Lengths of GTINs: a file may have several of them, and none has lost anything."""


class DigitsOfColumn:
    """What is known of the identifiers of one column while they pass by: of each length, how many and where.

    Only a column of nothing but digits can tell: where most have one length and no leading zero is left, shorter ones
    have probably lost theirs. Numbers that someone counted up from 1, or from 980 to 1020, have not.
    """

    def __init__(self) -> None:
        self._are_all_digits = True
        self._notes: dict[int, AffectedRows] = {}
        self._least, self._greatest = "", ""

    def add(self, identifiers: Sequence[str], first_line: int) -> None:
        """Identifiers of rows on lines that follow one another, all with a value."""
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
        self._are_all_digits = self._are_all_digits and least[0] != "0"  # this column has kept its zeros
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

    def shortened(self) -> tuple[AffectedRows, int] | None:
        """The identifiers that have probably lost zeros, and how many digits the others have."""
        if not self._are_all_digits or not self._notes:
            return None
        usual, most = max(self._notes.items(), key=lambda item: item[1].count)
        shorter = [rows for length, rows in self._notes.items() if usual - _MAX_ZEROS <= length < usual]
        has_one_length = all(length <= usual for length in self._notes)
        is_mixed = usual in _BAR_CODES and any(length in _BAR_CODES for length in self._notes if length != usual)
        total = sum(rows.count for rows in self._notes.values())
        is_usual = most.count >= _MIN_COUNT and most.count * 2 > total and usual >= _MIN_LENGTH
        if not shorter or not is_usual or not has_one_length or is_mixed or self._is_counted_up(total, usual):
            return None
        return AffectedRows.merge(shorter), usual

    def _is_counted_up(self, total: int, usual: int) -> bool:
        """Whether these may be running numbers: close together, or around the least one of the usual length."""
        least, greatest, boundary = int(self._least), int(self._greatest), 10 ** (usual - 1)
        is_around_boundary = least * 5 >= boundary * 4 and greatest * 2 <= boundary * 3
        return is_around_boundary or total * _CLOSE > greatest - least


def _as_number(digits: str) -> tuple[int, str]:
    return len(digits), digits
