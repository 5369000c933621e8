"""The table of a plan: a line for each row that would do something, with its largest changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from api.answers.paging import read_slice
from api.portal.forms import Blank, ListFilter
from api.portal.planning.change_size import SizedChange, sized_changes
from api.portal.statuses import Chip, chip_of_row
from pipeline.domain.columns import LABELS, VALUE_COLUMNS, columns_served, stored_header
from pipeline.domain.uploads import OUTCOME_STATUSES, Outcome
from pipeline.postgres.database import Cursor
from pipeline.postgres.queries.planned_changes import (
    LARGEST_FIRST,
    MOST_SEARCHED,
    PlanFilter,
    PlannedRow,
    find_planned,
)
from pipeline.postgres.rows import Upload

_PAGE = 25
_MOST_FIELDS = 4
MAX_LEFT_OUT = 1_000
_LARGEST_ROW = 2**31 - 1
_LISTED = (Outcome.CREATED, Outcome.UPDATED, Outcome.REMOVED, Outcome.SUPERSEDED)


class TableFilter(ListFilter):
    """The filters of the table, as its form sends them."""

    outcome: Annotated[Outcome | None, Blank] = None
    field: Annotated[str | None, Blank] = None

    @property
    def column(self) -> str | None:
        return self.field if self.field in VALUE_COLUMNS else None


@dataclass(frozen=True, slots=True)
class PlanLine:
    """`others` counts the changes that are not shown. `row` has the number and the keys."""

    row: PlannedRow
    chip: Chip
    changes: Sequence[SizedChange]
    others: int
    kept: Sequence[tuple[str, str]]
    """Fields that an undo leaves as they are, and the uploads that changed them since."""
    is_left_out: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What the templates of a plan need. `left_out` are the ticked rows, those on the page included."""

    lines: Sequence[PlanLine]
    filters: TableFilter
    left_out: Sequence[int]
    next_cursor: str | None
    outcomes: Sequence[tuple[Outcome, str]]
    fields: Sequence[tuple[str, str]]
    effective: int
    """How many rows would do something."""
    sorting: str
    searched: str
    """Which rows were searched, if these are not all."""
    problem: str = ""

    @property
    def elsewhere(self) -> list[int]:
        """The ticked rows that this page does not show."""
        here = {line.row.row_number for line in self.lines}
        return [row for row in self.left_out if row not in here]

    @property
    def button(self) -> str:
        count = len(self.left_out)
        return f"Apply all but {count:,} {'row' if count == 1 else 'rows'}" if count else "Apply exactly this"


def is_plan(upload: Upload) -> bool:
    """Whether it is an ended dry run, of which it is known what every row would do."""
    return upload.dry_run and upload.status in OUTCOME_STATUSES and not upload.failure


def rows_in(numbers: Sequence[int]) -> list[int]:
    """Row numbers of a form, each once and in order."""
    return sorted({number for number in numbers if 0 < number <= _LARGEST_ROW})


def plan_of(db: Cursor, upload: Upload, filters: TableFilter, left_out: Sequence[int] = ()) -> Plan:
    column = filters.column
    plan_filter = PlanFilter(filters.outcome, column)
    find = partial(find_planned, db, upload.upload_id, plan_filter)
    rows = read_slice(LARGEST_FIRST, filters.cursor, _PAGE, find)
    return Plan(
        lines=[_line(upload, row, column, left_out) for row in rows.items],
        filters=filters,
        left_out=left_out,
        next_cursor=rows.next_cursor,
        outcomes=_outcomes(upload),
        fields=[(name, LABELS[name]) for name in _columns(upload)],
        effective=upload.valid_records - upload.unchanged_records,
        sorting=_sorting(column),
        searched=_searched(upload, column),
        problem=_problem(left_out),
    )


def _problem(left_out: Sequence[int]) -> str:
    if len(left_out) <= MAX_LEFT_OUT:
        return ""
    return (
        f"{len(left_out):,} rows are ticked, and at most {MAX_LEFT_OUT:,} can be left out. To leave out more, delete"
        " them from the file and send it again."
    )


def _line(upload: Upload, row: PlannedRow, column: str | None, left_out: Sequence[int]) -> PlanLine:
    """The field that is filtered by comes first."""
    changes = sized_changes(row.changes) if row.outcome == Outcome.UPDATED else []
    changes.sort(key=lambda change: change.column != column)
    return PlanLine(
        row=row,
        chip=chip_of_row(upload, row.outcome),
        changes=changes[:_MOST_FIELDS],
        others=max(0, len(changes) - _MOST_FIELDS),
        kept=[(LABELS.get(field, field), upload_id) for field, upload_id in (row.kept or {}).items()],
        is_left_out=row.row_number in left_out,
    )


def _outcomes(upload: Upload) -> list[tuple[Outcome, str]]:
    listed = [*_LISTED, Outcome.UNCHANGED] if upload.undo_of else _LISTED
    return [(outcome, chip_of_row(upload, outcome).word) for outcome in listed]


def _columns(upload: Upload) -> list[str]:
    """The columns that can change: those of the file."""
    served = set(columns_served(stored_header(upload.file_columns or ())))
    return [column for column in VALUE_COLUMNS if column in served or upload.undo_of]


def _sorting(column: str | None) -> str:
    if not column:
        return "The largest changes come first, then texts, in the order of the file."
    return "The largest changes of this field come first, then the order of the file."


def _searched(upload: Upload, column: str | None) -> str:
    if not column or upload.valid_records - upload.unchanged_records <= MOST_SEARCHED:
        return ""
    return f" Only the {MOST_SEARCHED:,} rows with the largest changes are searched for this field."
