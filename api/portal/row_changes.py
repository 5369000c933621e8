"""What a row has changed in its product, field by field."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain.columns import COLUMN_ORDER, LABELS
from pipeline.postgres.row_ledger import LedgerRow

_LONGEST_VALUE = 1000


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field with its values before and after; None is no value."""

    field: str
    before: str | None
    after: str | None


def field_changes(row: LedgerRow) -> list[FieldChange]:
    """In the order of the columns."""
    return [
        FieldChange(LABELS[column], _shorten(row.changes[column]["before"]), _shorten(row.changes[column]["after"]))
        for column in _in_order(list(row.changes))
    ]


def superseded_labels(row: LedgerRow) -> str:
    """The fields that keep the value of a newer upload: Price, Unit."""
    return ", ".join(LABELS[column] for column in _in_order(row.superseded_fields))


def left_out_cells(row: LedgerRow) -> list[tuple[str, str]]:
    """The cells that the row was accepted without: the name of each field, and the cell as received."""
    return [(LABELS[column], row.left_out[column]) for column in _in_order(list(row.left_out))]


def _in_order(columns: Sequence[str]) -> list[str]:
    return sorted(columns, key=COLUMN_ORDER.__getitem__)


def _shorten(value: str | None) -> str | None:
    return value[:_LONGEST_VALUE] + " …" if value and len(value) > _LONGEST_VALUE else value
