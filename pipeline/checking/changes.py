"""What a record changes in a product that the catalogue has already.

A field is written only by an upload that stands later than the one that last gave it a value, even an equal one. So the
catalogue ends as if the uploads had been processed one by one in their order, whatever order they arrive in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.domain.columns import VALUE_COLUMNS, ListingStatus, fields_of
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


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a product by a record that names it."""

    product: StoredProduct
    outcome: Outcome
    values: Mapping[str, Value]
    """The new values, by column."""
    given_fields: int
    """The fields that the record gave a value, even an equal one."""
    set_by: Sequence[UploadNumber | None]
    """As in StoredProduct, after the change."""
    superseded_by: UploadNumber | None = None
    """The latest upload to which values were lost."""
    superseded_fields: Sequence[str] = ()

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
        return self.outcome == Outcome.UPDATED and was_withdrawn and not self.given_fields & _LISTING_STATUS


_LISTING_STATUS = fields_of(["listing_status"])


def change_of(product: StoredProduct, given: Mapping[str, Value], order: Order) -> Change:
    """`given` are the values of a record without errors."""
    lost = {column: setter for column in given if (setter := product.setter_of(column)) in order.later}
    differing = [column for column in given if given[column] != product.values[column]]
    changing = {column: given[column] for column in differing if column not in lost}
    superseded = [column for column in differing if column in lost]
    unwritten = Outcome.SUPERSEDED if superseded else Outcome.UNCHANGED
    outcome = Outcome.UPDATED if changing else unwritten
    set_by = [
        order.number if column in given and column not in lost else setter
        for column, setter in zip(VALUE_COLUMNS, product.set_by, strict=True)
    ]
    newest = order.latest(lost[column] for column in superseded)
    return Change(product, outcome, changing, fields_of(given), set_by, newest, superseded)
