"""The first rows below the header of a file that cannot be accepted. They are samples, so damaged ones are left out."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from pipeline.domain.cells import as_received, clean
from pipeline.domain.columns import is_escaped
from pipeline.domain.failures import UnacceptableFile
from pipeline.reading.header.candidates import lines_until_closed
from pipeline.reading.header.head import Head
from pipeline.reading.lines import Line, Lines
from pipeline.reading.quoting import Quotes, Quoting
from pipeline.reading.rows.damaged_text import joined

MAX_SAMPLE_ROWS, _MAX_LINES = 500, 5_000
MAX_SAMPLE_CHARACTERS = 2_000_000


def first_rows(lines: Lines, head: Head) -> list[list[str]]:
    """The cells of rows, at most as many in each as the header has."""
    rows: list[list[str]] = []
    with suppress(UnacceptableFile):  # the file is refused already, and what was read so far is enough
        rows.extend(islice(_rows(lines, head), MAX_SAMPLE_ROWS))
    return rows


def _rows(lines: Lines, head: Head) -> Iterator[list[str]]:
    quoting, restore = Quoting(head.delimiter), as_received if is_escaped(head.columns) else str
    size = 0
    while (line := lines.next_line()) and line.number <= head.last_line + _MAX_LINES and size <= MAX_SAMPLE_CHARACTERS:
        if line.number <= head.last_line or line.truncated_quotes is not None:
            continue
        # What is looked at in vain counts as well: a quote that is never closed costs many lines.
        text, is_row = _read(line, lines, quoting)
        size += len(text)
        cells = quoting.cells_of_row(text)[: len(head.columns)] if is_row else []
        is_note = len(cells) == 1 < len(head.columns)
        if any(map(clean, cells)) and not is_note:
            yield [restore(cell) for cell in cells]


def _read(line: Line, lines: Lines, quoting: Quoting) -> tuple[str, bool]:
    """The text of the row that begins with a line, and whether its quotes are closed."""
    if '"' not in line.text or quoting.classify(line.text) is not Quotes.OPEN:
        return line.text, True
    row = lines_until_closed(line, lines)
    text = joined(row)
    is_row = quoting.classify(text) is Quotes.SOUND
    if is_row:
        lines.skip(len(row) - 1)
    return text, is_row
