"""What is decided of a record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pipeline.checking.changes import Change
from pipeline.checking.conflicts import in_report_order
from pipeline.checking.products import Product
from pipeline.checking.survey import StagedRecord
from pipeline.domain.errors import RowError
from pipeline.domain.records import Record
from pipeline.domain.stored_products import StoredProduct
from pipeline.domain.uploads import Outcome


class Verdict(NamedTuple):
    """A record with its errors, or the product that it creates, or what it changes. `is_new` if this run decided it.

    `repeated` is the vendor's own product whose keys are all that is wrong with a record, and `left_out` are the errors
    in values that it is accepted without.
    """

    staged: StagedRecord
    errors: Sequence[RowError]
    product: Product | None = None
    change: Change | None = None
    repeated: StoredProduct | None = None
    left_out: Sequence[RowError] = ()
    is_new: bool = True

    @property
    def row_number(self) -> int:
        return self.staged.record.row.row_number

    @property
    def record(self) -> Record:
        return self.staged.record

    @property
    def outcome(self) -> Outcome:
        if self.errors:
            return Outcome.ERROR
        return self.change.outcome if self.change else Outcome.CREATED

    @property
    def writes(self) -> bool:
        """Whether it creates, changes or removes a product, unless its upload is a dry run."""
        return self.outcome in {Outcome.CREATED, Outcome.UPDATED, Outcome.REMOVED}

    @property
    def changes(self) -> Mapping[str, Any]:
        """The values before and after, by column; empty for a creation, as in the ledger."""
        return self.change.changes if self.change and self.outcome not in {Outcome.ERROR, Outcome.CREATED} else {}


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The verdicts of a batch, and whether every record of the upload is decided."""

    verdicts: Sequence[Verdict]
    is_finished: bool


def with_all_errors(verdict: Verdict) -> Verdict:
    """A rejected record is told of every error, also of those in values that it would have been accepted without."""
    if not verdict.errors or not verdict.left_out:
        return verdict
    errors = in_report_order([*verdict.errors, *verdict.left_out])
    return verdict._replace(errors=errors, repeated=None, left_out=())
