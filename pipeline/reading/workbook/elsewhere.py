"""Where else the products of a workbook may be that is not accepted: in its other sheets, hidden ones included."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice

from pipeline.domain.columns import columns_served
from pipeline.domain.decisions import Decisions
from pipeline.domain.failures import FailureCode, UnacceptableFile
from pipeline.reading.workbook.book import Workbook
from pipeline.reading.workbook.choice import find_head, quoted

CAUSES = frozenset({FailureCode.EMPTY_FILE, FailureCode.MISSING_COLUMNS, FailureCode.NO_DATA_ROWS})
"""The failures behind which the wrong sheet may be."""
_MOST_HIDDEN = 20


def elsewhere(book: Workbook, sheet: str | None, others: Sequence[str], decisions: Decisions) -> str:
    """Sentences for the message; empty if there is nothing else. `others` are the visible sheets with data."""
    sentences = []
    if sheet and others:
        sentences.append(f"Only the sheet {quoted([sheet])} was read, and not {quoted(others)}.")
    if hidden := next(_hidden_with_columns(book, sheet, decisions), None):
        sentences.append(
            f"The hidden sheet {quoted([hidden])} has the columns: unhide it and send the file again, or choose that"
            " sheet."
        )
    return " ".join(sentences)


def _hidden_with_columns(book: Workbook, sheet: str | None, decisions: Decisions) -> Iterator[str]:
    hidden = (each.name for each in book.sheets if not each.is_visible and each.name != sheet)
    for name in islice(hidden, _MOST_HIDDEN):
        with suppress(UnacceptableFile):  # what is wrong with a sheet that is not read does not matter
            head = find_head(book.rows(name), decisions)
            if head and not decisions.missing_columns(columns_served(head.columns)):
                yield name
