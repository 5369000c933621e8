"""The messages for malformed rows: the cause, and what to do about it.

Some causes affect a whole file, such as a program that puts quotes around each line. The message names such a cause,
and the row is split as intended, so that the fix file has its cells in the right columns.
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
from pipeline.reading.rows.row_shape import RowShape

DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}
_MAX_EXAMINED = 10_000
_TEXT_AFTER_QUOTE = re.compile(r'"(?:[^"]|"")*"\s*[^\s"]')
_CURLY = re.compile("[“”„‟«»]")
_WHOLE_PRICE, _CENTS = re.compile(r"[0-9]{1,6}"), re.compile(r"[0-9]{2}")


class RowTroubles:
    """Explains what is wrong with the rows of one file."""

    def __init__(self, quoting: Quoting, shape: RowShape) -> None:
        self._shape, self._quoting, self._delimiter = shape, quoting, quoting.delimiter
        self._quotings = {quoting.delimiter: quoting}
        self._names = {normalize_header(column.header) for column in shape.columns}

    def of_sound_quotes(self, text: str) -> Trouble:
        """For a malformed row with sound quotes: the number of its cells is wrong, or what they contain."""
        cells = self._quoting.split(text)
        if len(cells) > self._shape.width and any(map(clean, cells[self._shape.width :])):
            return Trouble(self._too_many(cells))
        trouble = self.of_whole_line(cells, text) or self._of_other_delimiter(text[:_MAX_EXAMINED])
        return trouble or Trouble(self._too_few(len(cells)))

    def of_whole_line(self, cells: Sequence[str], text: str) -> Trouble | None:
        """For a row whose first cell contains all the others; None for any other row."""
        if not text.startswith('"') or any(map(clean, cells[1:])) or len(cells[0]) > _MAX_EXAMINED:
            return None
        for delimiter in sorted(DELIMITER_NAMES, key=self._delimiter.__ne__):
            if (inner := self._split(cells[0], delimiter)) and self._shape.is_row(inner):
                message = (
                    "The whole line is in quotes, so it was read as one cell: remove the quotes at its beginning and"
                    ' end, and write "" within it as "'
                )
                return Trouble(message, inner)
        return None

    def of_quotes(self, text: str, header: str) -> Trouble:
        """For a row with broken quotes in the cell under `header`."""
        text = text[:_MAX_EXAMINED]
        if self._has_header_again(text.replace('"', "").replace("\ufeff", self._delimiter).split(self._delimiter)):
            return Trouble("The header is repeated in this row, as if files were joined. Start a new line there")
        if text.startswith('""') and '"' not in text.replace('""', ""):
            undoubled = self._split(text.replace('""', '"'), self._delimiter)
            message = (
                "Every quote is doubled: write one quote at each end of a cell, and two for a quote that is"
                " part of its text"
            )
            return Trouble(message, undoubled)
        where = f'the cell under "{one_line(header)}"'
        if '\\"' in text:
            return Trouble(
                rf'There is a backslash before a quote in {where}: write a quote within a cell as "", not \"'
            )
        if _TEXT_AFTER_QUOTE.search(text):
            return Trouble(
                f'Text follows a closing quote in {where}: write a quote within a cell as "", and put the whole cell in'
                " quotes"
            )
        return Trouble(
            f'The quotes in {where} do not match: write a quote within a cell as "", and put the whole cell in quotes'
        )

    def _has_header_again(self, cells: Sequence[str]) -> bool:
        """Whether cells repeat the header; one name may be missing because it was joined to the cell before it."""
        return sum(normalize_header(cell) in self._names for cell in cells[: 3 * self._shape.width]) >= max(
            2, self._shape.width - 1
        )

    def _split(self, text: str, delimiter: str) -> list[str] | None:
        if text.count(delimiter) < self._shape.min_cells - 1:
            return None
        quoting = self._quotings.get(delimiter) or self._quotings.setdefault(delimiter, Quoting(delimiter))
        lenient = quoting.split_leniently(text)
        return quoting.cells_if_sound(text) or (lenient.cells if lenient else None)

    def _of_other_delimiter(self, text: str) -> Trouble | None:
        for delimiter, name in DELIMITER_NAMES.items():
            if delimiter != self._delimiter and (cells := self._split(text, delimiter)):
                if not self._shape.is_row(cells):
                    continue
                ours = DELIMITER_NAMES[self._delimiter]
                message = f"The header is separated by {ours}, but this row by {name}: use {ours} here too"
                return Trouble(message, cells)
        return None

    def _too_many(self, cells: Sequence[str]) -> str:
        width = self._shape.width
        cell_counts = f"The row has {len(cells)} cells, but the header has {width}"
        examined = cells[: 3 * width]
        if self._has_header_again(examined):
            return f"{cell_counts}: the header is repeated in it, as if files were joined. Start a new line there"
        if len(cells) == 2 * width - 1 and self._shape.is_row(cells[width - 1 :]):
            return f"{cell_counts}: two rows are on one line. Start a new line before the second"
        if any(cell.startswith("'") for cell in examined):
            return f'{cell_counts}: apostrophes do not quote a cell: use straight quotes (")'
        if any(_CURLY.match(cell) for cell in examined):
            return f'{cell_counts}: curly quotes do not quote a cell: use straight quotes (")'
        if self._delimiter == "," and (price := self._split_price(cells)):
            return f"{cell_counts}. A decimal comma splits the price {price}: write a point, or put the cell in quotes"
        return f"{cell_counts}: put quotes around a cell that contains the delimiter"

    def _split_price(self, cells: Sequence[str]) -> str | None:
        at = self._shape.price
        if at is None or len(cells) > self._shape.width + 1 or not _WHOLE_PRICE.fullmatch(cells[at].strip()):
            return None
        return f"{cells[at].strip()},{cells[at + 1].strip()}" if _CENTS.fullmatch(cells[at + 1].strip()) else None

    def _too_few(self, cell_count: int) -> str:
        missing = self._shape.first_required(cell_count)
        return (
            f"The row ends after {cell_count} of {self._shape.width} cells, before {missing}. Delete it if it is a note"
            " or a total. If a line break has separated it from the row above or below, join them, and check that row"
            " too"
        )


def unclosed(first: Line, header: str) -> UnacceptableFile:
    message = (
        f'A quote opens on line {first.number}, in the cell under "{one_line(header)}", and it is unclear where it'
        f' should close: {one_line(first.text)}. Put a " at the end of that cell, or write a " that is part of'
        ' the text twice ("").'
    )
    return UnacceptableFile(FailureCode.UNCLOSED_QUOTE, message, first.number)


def undecided(first: Line, last: Line, hidden: tuple[int, str]) -> UnacceptableFile:
    number, text = hidden
    message = (
        f"A quote opens on line {first.number} and closes on line {last.number}, which makes one cell of everything"
        f" in between. But line {number} looks like a product of its own: {one_line(text)}. Remove or close"
        f" the quote on line {first.number}, or change line {number} if it really is part of a text."
    )
    return UnacceptableFile(FailureCode.UNCLOSED_QUOTE, message, first.number)
