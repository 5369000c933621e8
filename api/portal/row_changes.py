"""What a row has changed in its product, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.portal.planning.change_size import sized_change
from pipeline.domain.columns import COLUMN_ORDER, LABELS
from pipeline.postgres.row_ledger import LedgerRow

_LONGEST_VALUE = 1000


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field with its values before and after; None is no value."""

    field: str
    before: str | None
    after: str | None
    tone: str
    """The colour of the new value, as in a plan."""


def field_changes(row: LedgerRow, *, longest: int = _LONGEST_VALUE) -> list[FieldChange]:
    """In the order of the columns, with values of at most `longest` characters."""
    return [_field_change(column, row.changes[column], longest) for column in _in_order(list(row.changes))]


def _field_change(column: str, change: Mapping[str, str | None], longest: int) -> FieldChange:
    before, after = change["before"], change["after"]
    tone = sized_change(column, before, after).tone
    return FieldChange(LABELS[column], _shorten(before, longest), _shorten(after, longest), tone)


def superseded_labels(row: LedgerRow) -> str:
    """The fields that keep the value of a newer upload: Price, Unit."""
    return ", ".join(LABELS[column] for column in _in_order(row.superseded_fields))


def kept_fields(row: LedgerRow) -> list[tuple[str, str]]:
    """The fields that an undo has left, and the uploads that changed them since."""
    return [(LABELS[column], row.kept[column]) for column in _in_order(list(row.kept))]


def left_out_cells(row: LedgerRow) -> list[tuple[str, str]]:
    """The cells that the row was accepted without: the name of each field, and the cell as received."""
    return [(LABELS[column], row.left_out[column]) for column in _in_order(list(row.left_out))]


def _in_order(columns: Sequence[str]) -> list[str]:
    return sorted(columns, key=COLUMN_ORDER.__getitem__)


def _shorten(value: str | None, longest: int) -> str | None:
    return value[:longest] + " …" if value and len(value) > longest else value
