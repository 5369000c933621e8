"""What is wrong with a malformed row, in words: the cause, and what to do about it.

Some causes hold for a whole file, as when a program puts each line in quotes as a whole. They are named as what they
are, and the row is split as it was meant, so that the fix file shows its cells where they belong.
"""

import re
from collections.abc import Sequence

from pipeline.domain.cells import clean
from pipeline.domain.failures import FailureCode, UnacceptableFile
from pipeline.domain.header_names import normalize_header
from pipeline.domain.one_line import one_line
from pipeline.domain.records import Trouble
from pipeline.reading.lines import Line
from pipeline.reading.quoting import Quoting
from pipeline.reading.rows.row_shape import Likeness

DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}
_MAX_EXAMINED = 10_000
_TEXT_BEHIND_QUOTE = re.compile(r'"(?:[^"]|"")*"\s*[^\s"]')
_CURLY = re.compile("[“”„‟«»]")
_WHOLE_PRICE, _CENTS = re.compile(r"[0-9]{1,6}"), re.compile(r"[0-9]{2}")


class RowTroubles:
    """Names the trouble of rows under one header."""

    def __init__(self, quoting: Quoting, likeness: Likeness) -> None:
        self._likeness, self._quoting, self._delimiter = likeness, quoting, quoting.delimiter
        self._quotings = {quoting.delimiter: quoting}
        self._names = {normalize_header(column.header) for column in likeness.columns}

    def of_sound_quotes(self, text: str) -> Trouble:
        """Of a malformed row whose quotes are sound: what is wrong is the number of its cells, or what they are."""
        cells = self._quoting.split(text)
        if len(cells) > self._likeness.width and any(map(clean, cells[self._likeness.width :])):
            return Trouble(self._too_many(cells))
        by_cause = self.of_whole_line(cells, text) or self._of_other_delimiter(text[:_MAX_EXAMINED])
        return by_cause or Trouble(self._too_few(len(cells)))

    def of_whole_line(self, cells: Sequence[str], text: str) -> Trouble | None:
        """Of a row whose first cell alone is filled, and holds all the others."""
        if not text.startswith('"') or any(map(clean, cells[1:])) or len(cells[0]) > _MAX_EXAMINED:
            return None
        for delimiter in sorted(DELIMITER_NAMES, key=self._delimiter.__ne__):
            if (inner := self._split(cells[0], delimiter)) and self._likeness.is_row(inner):
                message = (
                    "The whole line is in quotes, so it was read as one cell: remove the quotes at its beginning and"
                    ' end, and write "" within it as "'
                )
                return Trouble(message, inner)
        return None

    def of_quotes(self, text: str, header: str) -> Trouble:
        """Of a row that is broken in the cell under `header`."""
        text = text[:_MAX_EXAMINED]
        if self._has_header_again(text.replace('"', "").replace("\ufeff", self._delimiter).split(self._delimiter)):
            return Trouble("The header comes again in this row, as if files were put together. Start a new line there")
        if text.startswith('""') and '"' not in text.replace('""', ""):
            undoubled = self._split(text.replace('""', '"'), self._delimiter)
            message = (
                "Every quote is doubled: write one quote at each end of a cell, and two for a quote that is"
                " part of its text"
            )
            return Trouble(message, undoubled)
        where = f'the cell under "{one_line(header)}"'
        if '\\"' in text:
            return Trouble(rf'A backslash stands before a quote in {where}: write a quote within a cell as "", not \"')
        if _TEXT_BEHIND_QUOTE.search(text):
            return Trouble(
                f'Text follows a closing quote in {where}: write a quote within a cell as "", and put the whole cell in'
                " quotes"
            )
        return Trouble(
            f'The quotes in {where} do not match: write a quote within a cell as "", and put the whole cell in quotes'
        )

    def _has_header_again(self, cells: Sequence[str]) -> bool:
        """Whether cells have the header's names, maybe but for one that the cell before has swallowed."""
        return sum(normalize_header(cell) in self._names for cell in cells[: 3 * self._likeness.width]) >= max(
            2, self._likeness.width - 1
        )

    def _split(self, text: str, delimiter: str) -> list[str] | None:
        if text.count(delimiter) < self._likeness.fewest - 1:
            return None
        quoting = self._quotings.get(delimiter) or self._quotings.setdefault(delimiter, Quoting(delimiter))
        lenient = quoting.lenient(text)
        return quoting.cells_if_sound(text) or (lenient.cells if lenient else None)

    def _of_other_delimiter(self, text: str) -> Trouble | None:
        for delimiter, name in DELIMITER_NAMES.items():
            if delimiter != self._delimiter and (cells := self._split(text, delimiter)):
                if not self._likeness.is_row(cells):
                    continue
                ours = DELIMITER_NAMES[self._delimiter]
                message = f"The header is separated by {ours}, but this row by {name}: use {ours} here too"
                return Trouble(message, cells)
        return None

    def _too_many(self, cells: Sequence[str]) -> str:
        width = self._likeness.width
        counted = f"The row has {len(cells)} cells, but the header has {width}"
        examined = cells[: 3 * width]
        if self._has_header_again(examined):
            return f"{counted}: the header comes again in it, as if files were put together. Start a new line there"
        if len(cells) == 2 * width - 1 and self._likeness.is_row(cells[width - 1 :]):
            return f"{counted}: two rows stand on one line. Start a new line before the second"
        if any(cell.startswith("'") for cell in examined):
            return f'{counted}: apostrophes do not hold a cell together, straight quotes (") do'
        if any(_CURLY.match(cell) for cell in examined):
            return f'{counted}: curly quotes do not hold a cell together, straight quotes (") do'
        if self._delimiter == "," and (price := self._split_price(cells)):
            return f"{counted}. A decimal comma parts the price {price}: write a point, or put the cell in quotes"
        return f"{counted}: put quotes around a cell that contains the delimiter"

    def _split_price(self, cells: Sequence[str]) -> str | None:
        at = self._likeness.price
        if len(cells) > self._likeness.width + 1 or not _WHOLE_PRICE.fullmatch(cells[at].strip()):
            return None
        return f"{cells[at].strip()},{cells[at + 1].strip()}" if _CENTS.fullmatch(cells[at + 1].strip()) else None

    def _too_few(self, found: int) -> str:
        missing = self._likeness.first_required(found)
        return (
            f"The row ends after {found} of {self._likeness.width} cells, before {missing}. Delete it if it is a note"
            " or a total. If a line break has parted it from the row above or below, join them, and check that row too"
        )


def unclosed(first: Line, header: str) -> UnacceptableFile:
    message = (
        f'A quote opens on line {first.number}, in the cell under "{one_line(header)}", and it cannot be told where it'
        f' was meant to close: {one_line(first.text)}. Put a " at the end of that cell, or write a " that is part of'
        ' the text twice ("").'
    )
    return UnacceptableFile(FailureCode.UNCLOSED_QUOTE, message, first.number)


def undecided(first: Line, last: Line, hidden: tuple[int, str]) -> UnacceptableFile:
    number, text = hidden
    message = (
        f"A quote opens on line {first.number} and closes on line {last.number}, which makes one cell of all that lies"
        f" between. But line {number} looks like a product of its own: {one_line(text)}. Remove or close"
        f" the quote on line {first.number}, or change line {number} if it really is part of a text."
    )
    return UnacceptableFile(FailureCode.UNCLOSED_QUOTE, message, first.number)
