"""The grid of rejected rows: which cells of a row are wrong, why, and which can be changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from api.portal.error_rows import conflict_link
from pipeline.checking.conflicts import RULE_OF_KEY
from pipeline.checking.rules import missing_fields
from pipeline.domain.columns import LABELS, Column, column_of, columns_served
from pipeline.domain.errors import RowError
from pipeline.domain.layout import Layout
from pipeline.domain.records import MAX_ORIGINAL_CELL
from pipeline.outcome.corrected_row import cells_under
from pipeline.postgres.queries.rejected_rows import RejectedRow

_SHORTENED = f"Only the first {MAX_ORIGINAL_CELL:,} characters of this cell are kept here: correct it in the fix file."
_TAKEN = "Your file has a header of this name for something else: correct this in the fix file."
_LONG_ROW = f"Only the first {MAX_ORIGINAL_CELL:,} characters of this row are kept here: correct it in the fix file."
_OF_A_LINE = 100
DUPLICATES = frozenset(RULE_OF_KEY.values())


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a cell; `conflict` is what a duplicate conflicts with, in words, and its address."""

    message: str
    suggestion: str | None = None
    conflict: tuple[str, str] | None = None
    is_duplicate: bool = False


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell that can be changed, unless `locked` says why not. `header` is that of the file; None if it has none."""

    row_number: int
    column: str
    header: str | None
    received: str
    written: str
    faults: Sequence[Fault] = ()
    locked: str | None = None
    serves: tuple[str, ...] = ()
    """All columns that its header has values of."""

    @property
    def name(self) -> str:
        return f"cell.{self.row_number}.{self.column}"

    @property
    def is_written(self) -> bool:
        return self.written != self.received

    @property
    def label(self) -> str:
        return LABELS[self.column]

    @property
    def is_named_alike(self) -> bool:
        """Whether the header is our name of the column, or nearly."""
        return self.header is not None and self.header.replace("_", " ").casefold() == self.label.casefold()

    @property
    def is_long(self) -> bool:
        """Whether it needs more than one line; a field of one line would drop its line breaks."""
        return any(len(text) > _OF_A_LINE or "\n" in text or "\r" in text for text in (self.received, self.written))


@dataclass(frozen=True, slots=True)
class GridRow:
    """A rejected row. `whole_row` is the text of a malformed one, whose cells are all shown as far as it can be split;
    one that has nothing to change can be sent again as it is."""

    row_number: int
    sheet_row: int
    key: str
    wrong: list[GridCell]
    others: list[GridCell]
    notes: list[str]
    whole_row: str | None
    can_be_sent_as_it_is: bool
    is_sent_as_it_is: bool = False
    locked: str | None = None

    @property
    def bytes(self) -> int:
        """About how much it weighs in a page."""
        cells = [*self.wrong, *(cell for cell in self.others if cell.is_written)]
        return 540 + len((self.whole_row or "")[:2000].encode()) + sum(map(_bytes, cells))

    @property
    def cells(self) -> list[GridCell]:
        return [] if self.locked else [*self.wrong, *self.others]


def _bytes(cell: GridCell) -> int:
    texts = [cell.written, *(text for fault in cell.faults for text in (fault.message, *[fault.suggestion or ""] * 2))]
    return 270 + sum(len(text.encode()) for text in texts)


@dataclass(frozen=True, slots=True)
class _Slot:
    """A cell under its column of the corrected file; `column` is the one that it is called by."""

    column: str
    header: str | None
    text: str
    serves: tuple[str, ...] = ()
    faults: list[Fault] = field(default_factory=list)


def whole_name(row_number: int) -> str:
    """The field that says that a row is sent as it is shown."""
    return f"whole.{row_number}"


def grid_row(parent: Layout, row: RejectedRow, sent: Mapping[str, str]) -> GridRow:
    """`parent` is the layout of the upload that is corrected, and `sent` what the form said, if it comes again."""
    whole_row = row.received.whole_row
    columns, cells = cells_under(parent, row.received, {})
    slots = [
        _Slot(column.column, column.header, cell, column.columns)
        for column, cell in zip(columns, cells, strict=True)
        if column.column
    ]
    notes = list(_put_faults(row, slots))
    taken = _taken(columns)
    grid_cells = [_cell(row.row_number, slot, taken, sent) for slot in slots]
    is_wrong = [whole_row is not None or bool(cell.faults) for cell in grid_cells]
    return GridRow(
        row_number=row.row_number,
        sheet_row=row.received.place.sheet_row,
        key=row.sku or row.vendor_product_id or "",
        wrong=[cell for cell, wrong in zip(grid_cells, is_wrong, strict=True) if wrong],
        others=[cell for cell, wrong in zip(grid_cells, is_wrong, strict=True) if not wrong],
        notes=notes,
        whole_row=whole_row,
        can_be_sent_as_it_is=any(error.error_field is None for error in row.errors),
        is_sent_as_it_is=whole_name(row.row_number) in sent,
        locked=_LONG_ROW if whole_row is not None and len(whole_row) >= MAX_ORIGINAL_CELL else None,
    )


def _put_faults(row: RejectedRow, slots: list[_Slot]) -> Iterator[str]:
    """Puts the errors into their cells; further ones for columns that the file lacks. Yields what concerns no cell."""
    for error in row.errors:
        if error.error_field is None:
            yield error.message
            continue
        for column, fault in faults_by_column(error, row.upload_id):
            slot = next((slot for slot in slots if column in slot.serves), None)
            if slot is None:
                slots.append(slot := _Slot(column, None, "", (column,)))
            slot.faults.append(fault)


def faults_by_column(error: RowError, upload_id: str) -> Iterator[tuple[str, Fault]]:
    """One that names several missing fields is one for each of them."""
    columns = (error.error_field or "").split(",")
    for column in columns:
        alone = next(missing_fields([column])) if len(columns) > 1 else error
        conflict = conflict_link(upload_id, error.conflict)
        yield column, Fault(alone.message, error.suggestion, conflict, error.error_type in DUPLICATES)


def _taken(columns: Sequence[Column]) -> frozenset[str | None]:
    """The columns that cannot be added, because something else has their name in the file."""
    return frozenset({column_of(column.header) for column in columns}.difference(columns_served(columns)))


def _cell(row_number: int, slot: _Slot, taken: frozenset[str | None], sent: Mapping[str, str]) -> GridCell:
    is_taken = slot.header is None and slot.column in taken
    return GridCell(
        row_number=row_number,
        column=slot.column,
        header=slot.header,
        received=slot.text,
        written=sent.get(f"cell.{row_number}.{slot.column}", slot.text),
        faults=slot.faults,
        locked=_SHORTENED if len(slot.text) >= MAX_ORIGINAL_CELL else _TAKEN if is_taken else None,
        serves=slot.serves,
    )
