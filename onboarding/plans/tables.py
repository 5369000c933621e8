"""The tables of a plan and of an undo at a terminal: counts, changes, removed products, and what is kept."""

from collections.abc import Iterable, Sequence

from onboarding import printing
from onboarding.plans.changes import MOST_LISTED, Change, Changes
from onboarding.printing import Json
from pipeline.domain.guards import GuardExample
from pipeline.domain.one_line import one_line

_LONGEST_VALUE = 60
_LONGEST_SKU = 100
_BLANK = "(blank)"
_COUNT = len("Rows")
_CHANGE_HEADERS = ("Row", "SKU", "Field", "Before", "After", "Change")


def outcome_table(title: str, counts: Iterable[tuple[str, int]]) -> None:
    """How many rows have which outcome; none of zero."""
    listed = [(word, count) for word, count in counts if count]
    width = max([_COUNT, *(len(f"{count:,}") for _, count in listed)])
    printing.text(f"{'Rows':>{width}}  {title}", "bold")
    for word, count in listed:
        printing.text(f"{count:>{width},}  {word}")


def change_table(changes: Changes, upload_id: str, *, with_rows: bool = True) -> None:
    """The largest changes, and the command that saves all of them if there are more.

    `with_rows` names the rows; those of an undo are in no file that anybody knows.
    """
    if not changes.count:
        return
    printing.text("")
    printing.wrapped(f"Changes: {', '.join(f'{field} {n:,}' for field, n in changes.by_field.most_common())}")
    rows = map(_change_row, changes.largest)
    if with_rows:
        printing.table(_CHANGE_HEADERS, rows, whole={0, 2, 5}, right={0, 5})
    else:
        printing.table(_CHANGE_HEADERS[1:], (row[1:] for row in rows), whole={1, 4}, right={4})
    if more := changes.count - len(changes.largest):
        printing.text(f"… and {more:,} more. All of them, in changes.csv:")
        printing.command(f"onboarding report {upload_id} --changes")


def removed_list(title: str, changes: Changes, count: int) -> None:
    """The SKUs of the first products that are removed."""
    if changes.removed:
        printing.text("")
        printing.text(title, "bold")
        for _, sku in changes.removed:
            printing.wrapped(_sku(sku))
        _print_more(count - len(changes.removed))


def kept_table(records: Sequence[Json]) -> None:
    """The first fields that an undo keeps, each with the upload that changed it since."""
    rows = [(_sku(record["sku"]), field, by) for record in records for field, by in record["kept"].items()]
    if rows:
        printing.text("")
        printing.text("Kept, because a later upload changed them:", "bold")
        printing.table(("SKU", "Field", "Changed by"), rows[:MOST_LISTED], whole={1, 2})
        _print_more(len(rows) - MOST_LISTED)


def example_table(examples: Iterable[GuardExample], field: str) -> None:
    """Examples of what a guard found, all of one field."""
    changes = (Change(each.row_number, each.sku, field, each.before, each.after) for each in examples)
    rows = [_without_field(_change_row(change)) for change in changes]
    printing.table(("Row", "SKU", "Before", "After", "Change"), rows, whole={0, 4}, right={0, 4})


def _change_row(change: Change) -> tuple[str, ...]:
    values = _value(change.before), _value(change.after), _percent(change.percent)
    return f"{change.row_number:,}", _sku(change.sku), change.field, *values


def _without_field(row: tuple[str, ...]) -> tuple[str, ...]:
    return *row[:2], *row[3:]


def _sku(sku: str | None) -> str:
    return one_line(sku or "", _LONGEST_SKU)


def _value(value: str | None) -> str:
    return one_line(value, _LONGEST_VALUE) if value else _BLANK


def _percent(percent: float | None) -> str:
    if percent is None:
        return ""
    rounded = f"{percent:+,.1f}".removesuffix(".0")
    return f"{rounded}%" if rounded not in {"+0", "-0"} else "under 0.1%"


def _print_more(count: int) -> None:
    if count > 0:
        printing.text(f"… and {count:,} more")
