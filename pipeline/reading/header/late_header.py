"""The header of a refused file that stands too far down to be found."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice

from pipeline.domain.cells import clean
from pipeline.domain.decisions import Decisions
from pipeline.domain.failures import UnacceptableFile
from pipeline.reading.header.candidates import Candidate
from pipeline.reading.header.delimiters import DELIMITERS
from pipeline.reading.header.head import Head
from pipeline.reading.header.position import MAX_ROWS
from pipeline.reading.lines import Lines

FURTHER_ROWS = slice(MAX_ROWS, MAX_ROWS + 200)
"""The rows that are not blank in which it is looked for, to tell its vendor."""
_MAX_LINE_LENGTH = 20_000


def line_of_late_header(candidates: Iterable[Candidate], decisions: Decisions) -> int | None:
    """The line of the first row with all required columns. `candidates` are further rows, each read as the header."""
    with suppress(UnacceptableFile):  # the file is refused already
        return next((each.last_line for each in candidates if each.is_complete(decisions)), None)
    return None


def further_lines(lines: Lines, head: Head, decisions: Decisions) -> Iterator[Candidate]:
    """The further rows of a CSV file, a line each."""
    filled = (line for line in iter(lines.next_line, None) if clean(line.text))
    for line in islice(filled, FURTHER_ROWS.start, FURTHER_ROWS.stop):
        if len(line.text) <= _MAX_LINE_LENGTH:
            for delimiter in head.declared_delimiters or DELIMITERS:
                yield Candidate.of_line(delimiter, line, decisions)
