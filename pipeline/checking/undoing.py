"""What taking a record back does to its product: what nothing has changed since gets its value back.

Changed means to another value: what a later file only said again does not count. A later change and its own undo cancel
each other, so that uploads are taken back one after the other, the newest first.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from pipeline.checking.changes import Change
from pipeline.domain.columns import VALUE_COLUMNS
from pipeline.domain.stored_products import StoredProduct, Value
from pipeline.domain.uploads import Outcome


class LaterChange(NamedTuple):
    """A change of a product since, by which upload, and which one that takes back; `columns` are those changed."""

    upload_id: str
    undo_of: str | None
    columns: Collection[str]


def undo_change(
    product: StoredProduct, before: Mapping[str, Value], later: Sequence[LaterChange], *, undone: str
) -> Change:
    """`before` are the values that the upload `undone` replaced, by column; `later` the changes since, in order."""
    setters = {column: last_setter(column, later, first=undone) for column in before}
    values = {column: value for column, value in before.items() if setters[column] == undone}
    kept = {column: setter for column, setter in setters.items() if setter not in {undone, None}}
    outcome = Outcome.UPDATED if values else Outcome.UNCHANGED
    return Change(product, values, outcome, values, {}, kept=_known(kept))


def undo_creation(product: StoredProduct, later: Sequence[LaterChange]) -> Change:
    """Removes the product, unless any field of it has been changed since."""
    kept = _known({column: last_setter(column, later) for column in VALUE_COLUMNS})
    if kept:
        return Change(product, {}, Outcome.UNCHANGED, {}, {}, kept=kept)
    lost = [column for column, value in product.values.items() if value is not None]
    return Change(product, {}, Outcome.REMOVED, dict.fromkeys(lost), {})


def undo_removal(product: StoredProduct) -> Change:
    """Creates the product again, as it was."""
    values = {column: value for column, value in product.values.items() if value is not None}
    nothing = product._replace(values=dict.fromkeys(VALUE_COLUMNS))
    return Change(nothing, values, Outcome.CREATED, values, {})


def nothing_to_undo(product: StoredProduct) -> Change:
    """The product is gone, or there again."""
    return Change(product, {}, Outcome.UNCHANGED, {}, {})


def last_setter(column: str, later: Sequence[LaterChange], *, first: str | None = None) -> str | None:
    """The upload to which a field owes its value, of `first` and the later ones; None if it has the value that it had
    before all of them."""
    setters = [first] if first else []
    for change in later:
        if column in change.columns:
            if setters and setters[-1] == change.undo_of:
                setters.pop()
            else:
                setters.append(change.upload_id)
    return setters[-1] if setters else None


def _known(setters: Mapping[str, str | None]) -> dict[str, str]:
    return {column: setter for column, setter in setters.items() if setter}
