"""What a record changes in a product that the catalogue has already.

A field is written only by an upload that stands later than the one that last gave it a value, even an equal one. So the
catalogue ends as if the uploads had been processed one by one in their order, whatever order they arrive in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from pipeline.domain.columns import FIELD_BITS, VALUE_COLUMNS, ListingStatus
from pipeline.domain.stored_products import StoredProduct, UploadNumber, Value, as_stored_text
from pipeline.domain.uploads import Outcome

Place = tuple[datetime, Sequence[int]]
"""Where an upload stands among those of its vendor: `effective_at`, and the path of its ancestors at that moment."""


@dataclass(frozen=True, slots=True)
class Order:
    """The order of an upload and the `later` ones of its vendor that gave values to the products concerned."""

    number: UploadNumber
    later: Mapping[UploadNumber, Place] = field(default_factory=dict)

    def latest(self, numbers: Iterable[UploadNumber | None]) -> UploadNumber | None:
        """The last of those that stand later; None if none does."""
        later = [number for number in numbers if number in self.later]
        return max(later, key=lambda number: self.later[number], default=None)  # type: ignore[index]


class Change(NamedTuple):
    """What becomes of a product by a record that gives it values."""

    product: StoredProduct
    given: Mapping[str, Value]
    """The values of the record by column, also those that the product has already."""
    outcome: Outcome
    values: Mapping[str, Value]
    """The new values, by column."""
    lost: Mapping[str, UploadNumber]
    """The later uploads that gave values to the same fields, by column."""
    superseded_by: UploadNumber | None = None
    """The latest upload to which values were lost."""
    superseded_fields: Sequence[str] = ()
    kept: Mapping[str, str] = {}
    """Of an undo, the uploads that changed fields since, by column: these are not restored."""

    @property
    def given_fields(self) -> int:
        return sum(map(FIELD_BITS.__getitem__, self.given))

    @property
    def changes(self) -> dict[str, dict[str, str | None]]:
        """The values before and after, by column."""
        return {
            column: {
                "before": as_stored_text(column, self.product.values[column]),
                "after": as_stored_text(column, value),
            }
            for column, value in self.values.items()
        }

    @property
    def stays_withdrawn(self) -> bool:
        """Whether it changes a withdrawn product without saying that it stays so."""
        was_withdrawn = self.product.values["listing_status"] == ListingStatus.WITHDRAWN
        return self.outcome == Outcome.UPDATED and was_withdrawn and "listing_status" not in self.given

    def set_by(self, number: UploadNumber) -> list[UploadNumber | None]:
        """As in StoredProduct, after the change by the upload with this number."""
        said = self.given.keys() - self.lost.keys()
        return [
            number if column in said else setter
            for column, setter in zip(VALUE_COLUMNS, self.product.set_by, strict=True)
        ]


NOTHING_SINCE: dict[str, UploadNumber] = {}


def change_of(
    product: StoredProduct, given: Mapping[str, Value], order: Order, since: dict[str, UploadNumber] = NOTHING_SINCE
) -> Change:
    """`given` are the values of a record without errors.

    `since` has the uploads that changed fields after the record was exported, the latest last: wherever these stand,
    an export does not change what its reader has not seen.
    """
    lost = {column: number for column, number in since.items() if column in given} | _lost(product, given, order)
    if given.items() <= product.values.items():
        return Change(product, given, Outcome.UNCHANGED, {}, lost)
    differing = [column for column in given if given[column] != product.values[column]]
    changing = {column: given[column] for column in differing if column not in lost}
    superseded = [column for column in differing if column in lost]
    outcome = Outcome.UPDATED if changing else Outcome.SUPERSEDED
    newest = order.latest(lost[column] for column in superseded) or _last(since, superseded)
    return Change(product, given, outcome, changing, lost, newest, superseded)


def _last(since: dict[str, UploadNumber], columns: Sequence[str]) -> UploadNumber | None:
    return next((number for column, number in reversed(since.items()) if column in columns), None)


def _lost(product: StoredProduct, given: Mapping[str, Value], order: Order) -> dict[str, UploadNumber]:
    """The uploads that stand later and gave values to the same fields, by column."""
    if not order.later:
        return {}
    setters = {column: product.setter_of(column) for column in given}
    return {column: setter for column, setter in setters.items() if setter is not None and setter in order.later}
