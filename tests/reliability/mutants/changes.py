"""Faults in changing products: clocks, their order, repetitions, dry runs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.checking.changes import NOTHING_SINCE, Change, Order, change_of
from pipeline.domain.stored_products import StoredProduct, UploadNumber, Value
from pipeline.postgres.change_ledger import PlacedChange, insert_confirmations
from pipeline.postgres.database import Cursor
from pipeline.postgres.verdicts import LockedUpload, SurveyedUpload, lock_for_decision
from pipeline.stages.decide import _write_changes
from tests.reliability.mutants.decisions import accept_own_products_again, keep_the_first_errors, nothing_is_decided_yet
from tests.reliability.mutants.mutation import Mutant, instead_of

_ACT, _OTHER_VALUES = "overlapping", "its values, and what its records say"


@instead_of(change_of)
def change_by_the_clock_of_the_row(
    product: StoredProduct, given: Mapping[str, Value], order: Order, since: dict[str, UploadNumber] = NOTHING_SINCE
) -> Change:
    latest = order.latest(product.set_by)
    return change_of(product._replace(set_by=[latest or setter for setter in product.set_by]), given, order, since)


ONE_CLOCK = Mutant("a product has one clock for all its fields", _ACT, _OTHER_VALUES, (change_by_the_clock_of_the_row,))


@instead_of(change_of)
def change_by_differing_values(
    product: StoredProduct, given: Mapping[str, Value], order: Order, since: dict[str, UploadNumber] = NOTHING_SINCE
) -> Change:
    differing = {column: value for column, value in given.items() if value != product.values[column]}
    return change_of(product, differing, order, since)


EQUAL_VALUES = Mutant("equal values do not count as given", _ACT, _OTHER_VALUES, (change_by_differing_values,))


@instead_of(insert_confirmations)
def note_no_confirmations(cursor: Cursor, upload: SurveyedUpload, changes: Sequence[PlacedChange]) -> None:
    """Writes nothing."""


NO_CONFIRMATIONS = Mutant("records that write nothing are forgotten", _ACT, "became nothing", (note_no_confirmations,))


@instead_of(lock_for_decision)
def every_upload_is_the_newest(cursor: Cursor, upload_id: str, vendor_id: str, row_numbers: list[int]) -> LockedUpload:
    return replace(lock_for_decision(cursor, upload_id, vendor_id, row_numbers), is_newest=True)


ORDER_OF_ARRIVAL = Mutant("the last to arrive wins", _ACT, _OTHER_VALUES, (every_upload_is_the_newest,))

APPLIED_AGAIN = Mutant(
    "a record that is delivered again is applied again",
    _ACT,
    "it became|valid_records and products",
    (nothing_is_decided_yet, keep_the_first_errors, accept_own_products_again),
)


@instead_of(_write_changes)
def write_those_of_dry_runs_too(cursor: Cursor, upload: SurveyedUpload, changes: Sequence[PlacedChange]) -> None:
    _write_changes(cursor, replace(upload, dry_run=False), changes)


WRITING_DRY_RUN = Mutant("a dry run writes", _ACT, _OTHER_VALUES, (write_those_of_dry_runs_too,))

MUTANTS = (ONE_CLOCK, EQUAL_VALUES, NO_CONFIRMATIONS, ORDER_OF_ARRIVAL, APPLIED_AGAIN, WRITING_DRY_RUN)
