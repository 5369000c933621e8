"""One row of a correction as its upload will read it: under the parent's headers, decisions and numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.checking.number_evidence import NumberEvidence
from pipeline.domain.columns import Column, columns_served, unique_headers
from pipeline.domain.decisions import Decisions
from pipeline.domain.layout import Layout
from pipeline.domain.numbers import NumberReadings
from pipeline.domain.records import Place, Row
from pipeline.outcome.corrected_file import corrected_cells, target_columns
from pipeline.reading.rows.shown_cells import cells_of_malformed

WHOLE_ROW = "_raw"
"""The key of `original_data` under which a malformed row is stored."""


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """A rejected row as it was received: `original_data` under the columns of the upload that rejected it last."""

    place: Place
    columns: tuple[Column, ...]
    delimiter: str
    original_data: Mapping[str, str]

    @property
    def whole_row(self) -> str | None:
        """The text of a malformed row."""
        return self.original_data.get(WHOLE_ROW) if len(self.original_data) == 1 else None

    def cells(self, decisions: Decisions) -> list[str]:
        """In the order of its columns."""
        if self.whole_row is not None:
            needed = decisions.needed_cells(columns_served(self.columns))
            return cells_of_malformed(self.whole_row, self.columns, needed, self.delimiter)
        return [str(self.original_data.get(header, "")) for header in unique_headers(self.columns)]


@dataclass(frozen=True, slots=True)
class CorrectedRow:
    """The row with its new cells, and how it is read."""

    layout: Layout
    row: Row


def cells_under(parent: Layout, received: ReceivedRow, new: Mapping[str, str]) -> tuple[tuple[Column, ...], list[str]]:
    """The columns of the corrected file, and the row's cells under them; `new` are cells by column."""
    columns = tuple(target_columns(parent.columns, [received.columns], new))
    return columns, corrected_cells(columns, received.columns, received.cells(parent.decisions), new)


def corrected_row(parent: Layout, received: ReceivedRow, new: Mapping[str, str], *, currency: str = "") -> CorrectedRow:
    """`parent` is the layout of the upload that is corrected, and `currency` that of the installation."""
    columns, cells = cells_under(parent, received, new)
    row, known = Row(*received.place, cells), parent.numbers.only_of(columns_served(parent.columns))
    numbers = _numbers(columns, parent.decisions, known, row, currency)
    return CorrectedRow(Layout(columns, parent.decisions, numbers), row)


def _numbers(
    columns: tuple[Column, ...], decisions: Decisions, known: NumberReadings, row: Row, currency: str
) -> NumberReadings:
    """As the survey of a file with this one row finds them."""
    assumed = NumberReadings.before_reading(decisions.number_format, currency, known)
    evidence = NumberEvidence(assumed, decisions, known)
    evidence.add(Layout(columns, decisions, assumed).record(row))
    return evidence.readings()
